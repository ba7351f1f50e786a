"""Console: what the program printed, as plain text."""

from __future__ import annotations

from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget

from gradstudio.app.fonts import mono

_LINES = 5000
_LINE = 10_000  # characters of one line that are shown


class Console(QWidget):
    """Read-only text; its context menu copies and selects."""

    title = "Console"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = QPlainTextEdit()
        self._text.setReadOnly(True)
        self._text.setUndoRedoEnabled(False)
        self._text.setMaximumBlockCount(_LINES)
        self._text.setFont(mono(11.5))
        self._text.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self._text.setPlaceholderText("What the program prints appears here.")
        self._text.setAccessibleName("Printed output")
        box = QVBoxLayout(self)
        box.setContentsMargins(8, 4, 8, 4)
        box.addWidget(self._text)

    def append(self, text: str) -> None:
        """More output, as it comes. Escape characters are dropped, endless lines are cut."""
        shown = "".join(c for c in text if c >= " " or c in "\n\t")
        shown = "\n".join(line if len(line) <= _LINE else line[:_LINE] + "…" for line in shown.split("\n"))
        at_end = self._text.verticalScrollBar().value() >= self._text.verticalScrollBar().maximum() - 4
        cursor = QTextCursor(self._text.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.insertText(shown)
        if at_end:
            self._text.verticalScrollBar().setValue(self._text.verticalScrollBar().maximum())

    def clear(self) -> None:
        """A new run starts."""
        self._text.clear()

    def text(self) -> str:
        """Everything that is shown."""
        return self._text.toPlainText()
