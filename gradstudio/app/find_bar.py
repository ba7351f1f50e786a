"""Finding words in the code: a line under the editor."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QTextDocument
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from gradstudio.app.controls import IconButton
from gradstudio.app.editor.editor import CodeEditor
from gradstudio.app.plain import label
from gradstudio.app.theme import Colors


class FindBar(QWidget):
    """Hidden until asked for; Enter goes on, Shift+Enter back, Esc closes."""

    def __init__(self, colors: Colors, editor: CodeEditor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.colors = colors
        self._editor = editor
        self.line = QLineEdit(self)
        self.line.setPlaceholderText("Find in text")
        self.line.setAccessibleName("Find in text")
        self.line.setFixedHeight(24)
        self.line.setMaxLength(1000)
        self._count = label("", self)
        self._back = IconButton(colors, "chevron-left", "Find previous (Shift+F3)", 24, 12, self)
        self._on = IconButton(colors, "chevron-right", "Find next (F3)", 24, 12, self)
        self._close = IconButton(colors, "close", "Close (Esc)", 24, 12, self)
        box = QHBoxLayout(self)
        box.setContentsMargins(8, 5, 8, 4)
        box.setSpacing(4)
        for part in (self.line, self._count, self._back, self._on, self._close):
            box.addWidget(part, 1 if part is self.line else 0)
        self._back.clicked.connect(lambda: self.step(-1))
        self._on.clicked.connect(lambda: self.step(1))
        self._close.clicked.connect(self.shut)
        self.line.textEdited.connect(self._on_edited)
        self.setFixedHeight(34)
        self.hide()

    def set_colors(self, colors: Colors) -> None:
        self.colors = colors
        for part in (self._back, self._on, self._close):
            part.set_colors(colors)
        self.update()

    def wanted(self) -> str:
        """What is looked for."""
        return self.line.text()

    def open(self) -> None:
        """Show the line, with the selected words in it."""
        chosen = self._editor.textCursor().selectedText()
        if chosen and "\u2029" not in chosen:
            self.line.setText(chosen)
        self.show()
        self.line.setFocus()
        self.line.selectAll()

    def shut(self) -> None:
        """Back to the code."""
        self.hide()
        self._editor.setFocus()

    def step(self, by: int) -> None:
        """Go to the next (1) or the previous (-1) place; the ends meet."""
        words = self.wanted()
        if not words:
            return
        flags = QTextDocument.FindFlag.FindBackward if by < 0 else QTextDocument.FindFlag(0)
        document = self._editor.document()
        cursor = document.find(words, self._editor.textCursor(), flags)
        if cursor.isNull():
            start = document.characterCount() - 1 if by < 0 else 0
            cursor = document.find(words, start, flags)
        if cursor.isNull():
            self._count.setText("not found")
        else:
            self._count.setText("")
            self._editor.setTextCursor(cursor)

    def _on_edited(self) -> None:
        cursor = self._editor.textCursor()
        cursor.setPosition(cursor.selectionStart())
        self._editor.setTextCursor(cursor)
        self._count.setText("")
        self.step(1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.shut()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.step(-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self.colors.sunken))
        painter.fillRect(0, 0, self.width(), 1, QColor(self.colors.hairline))
        painter.end()
