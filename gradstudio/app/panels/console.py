"""Console: what the program printed, as plain text."""

from __future__ import annotations

import re

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication, QTextCursor
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from gradstudio.app.controls import IconButton
from gradstudio.app.fonts import mono
from gradstudio.app.theme import colors
from gradstudio.picture.tokens import Theme
from gradstudio.picture.visible import spelled
from gradstudio.studio.outcome import Outcome
from gradstudio.studio.session import Session

LINES = 5000
"""Lines that are kept; older ones go."""
_LINE = 10_000  # characters of one line that are shown
_MOST = 4 << 20  # characters of output that wait to be shown
_PIECE = 20_000  # characters that are shown at once: some ten milliseconds
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b\n]*(?:\x07|\x1b\\)?|[@-Z\\^_])?|[\0\a]")


class Console(QWidget):
    """The output of the last run; a new run's first output, or its end, takes the old one away."""

    id = "console"
    title = "Console"

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_old = False
        self._column = 0  # characters in the last line so far
        self._waiting = ""  # to be shown
        self._later = QTimer(self)
        self._later.setInterval(0)
        self._later.timeout.connect(self._show_piece)
        self._text = QPlainTextEdit()
        self._text.setReadOnly(True)
        self._text.setUndoRedoEnabled(False)
        self._text.setMaximumBlockCount(LINES)
        self._text.setFont(mono(11.5))
        self._text.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self._text.setPlaceholderText("What the program prints appears here.")
        self._text.setAccessibleName("Printed output")
        c = colors(theme.name)
        self.copy_button = IconButton(c, "copy", "Copy all output", 24, 14)
        self.clear_button = IconButton(c, "close", "Clear the console", 24, 14)
        self.copy_button.clicked.connect(self._on_copy)
        self.clear_button.clicked.connect(self.clear)
        buttons = QVBoxLayout()
        buttons.setSpacing(2)
        buttons.addWidget(self.copy_button)
        buttons.addWidget(self.clear_button)
        buttons.addStretch(1)
        box = QHBoxLayout(self)
        box.setContentsMargins(11, 6, 8, 4)
        box.setSpacing(6)
        box.addWidget(self._text, 1)
        box.addLayout(buttons)
        self.set_theme(theme)
        session.document_changed.connect(self.clear)
        session.runs.started.connect(self._on_started)
        session.runs.printed.connect(self.append)
        session.runs.finished.connect(self._on_finished)

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        c = colors(theme.name)
        self.setAutoFillBackground(True)
        palette = self.palette()
        palette.setColor(self.backgroundRole(), c.panel)
        self.setPalette(palette)
        self._text.setStyleSheet(f"QPlainTextEdit {{ background: {c.panel}; color: {c.ink}; }}")
        for button in (self.copy_button, self.clear_button):
            button.set_colors(c)

    def append(self, text: str) -> None:
        """More output, as it comes. A terminal's sequences are dropped, hidden characters spelled, long lines cut.

        Much of it is shown in pieces, so that the window answers in between.
        """
        if self._is_old:
            self.clear()
        self._waiting = (self._waiting + text)[-_MOST:] if self._waiting else text[-_MOST:]
        if not self._later.isActive():
            self._show_piece()

    def _show_piece(self) -> None:
        """Show some of what waits; a piece ends with a line, where that is possible."""
        size = len(self._waiting)
        if size > _PIECE:
            size = self._waiting.rfind("\n", 0, _PIECE) + 1 or _PIECE
        piece, self._waiting = self._waiting[:size], self._waiting[size:]
        self._show(piece)
        if self._waiting:
            self._later.start()
        else:
            self._later.stop()

    def _show(self, text: str) -> None:
        bar = self._text.verticalScrollBar()
        at_end = bar.value() >= bar.maximum() - 4
        cursor = QTextCursor(self._text.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.insertText(self._shown(text))
        if at_end:
            bar.setValue(bar.maximum())

    def _shown(self, text: str) -> str:
        """What of the new text can be shown."""
        parts = []
        lines = _ESCAPES.sub("", text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
        for k, line in enumerate(lines[-LINES:]):
            if k:
                self._column = 0
            line = line[: _LINE + 1]
            if not (line.isascii() and line.isprintable()):
                line = "".join(c if c == "\t" else part for c, part in zip(line, spelled(line), strict=True))
            room = _LINE - self._column
            if len(line) > room:
                line = line[: max(room, 0)] + ("…" if room > 0 else "")
            self._column += len(line)
            parts.append(line)
        return "\n".join(parts)

    def clear(self) -> None:
        """Take everything away."""
        self._later.stop()
        self._waiting = ""
        self._text.clear()
        self._is_old = False
        self._column = 0

    def text(self) -> str:
        """Everything that was printed, as far as it is kept."""
        while self._waiting:
            self._show_piece()
        return self._text.toPlainText()

    def _on_started(self) -> None:
        self._is_old = True

    def _on_finished(self, _outcome: Outcome) -> None:
        if self._is_old:
            self.clear()

    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text())
