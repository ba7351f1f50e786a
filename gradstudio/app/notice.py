"""Notice: one line over the editor that says what happened to a file and offers what can be done about it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from gradstudio.app.controls import IconButton
from gradstudio.app.icons import pixmap
from gradstudio.app.plain import label
from gradstudio.app.theme import Colors
from gradstudio.picture.fonts import plain

LONGEST = 600
Choice = tuple[str, Callable[[], object]]


class Notice(QWidget):
    """Hidden until something is to be said; a new notice replaces the old one."""

    def __init__(self, colors: Colors, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.colors = colors
        self.severity = "error"
        self._text = label("", self)
        self._text.setWordWrap(True)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._close = IconButton(colors, "close", "Close", 20, 12, self)
        self._close.clicked.connect(self.hide)
        top = QHBoxLayout()
        top.setContentsMargins(36, 8, 10, 8)
        top.setSpacing(8)
        top.addWidget(self._text, 1)
        top.addWidget(self._close, 0, Qt.AlignmentFlag.AlignTop)
        self._row = QHBoxLayout()
        self._row.setContentsMargins(36, 0, 10, 8)
        self._row.setSpacing(8)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(top)
        box.addLayout(self._row)
        self._buttons: list[QPushButton] = []
        self.setAccessibleName("Notice")
        self.hide()

    @property
    def text(self) -> str:
        """What it says."""
        return self._text.text()

    def set_colors(self, colors: Colors) -> None:
        self.colors = colors
        self._close.set_colors(colors)
        self.update()

    def say(self, text: str, choices: tuple[Choice, ...] = (), severity: str = "error") -> None:
        """Show one line and its buttons; each button closes the notice first. severity: "error", "warn" or "info"."""
        self.severity = severity
        self._text.setText(plain(text, LONGEST))
        for button in self._buttons:
            self._row.removeWidget(button)
            button.hide()
            button.deleteLater()
        while self._row.count():
            self._row.takeAt(0)
        self._buttons = []
        for word, act in choices:
            button = QPushButton(word, self)
            button.clicked.connect(self.hide)
            button.clicked.connect(lambda _=False, act=act: act())
            self._row.addWidget(button)
            self._buttons.append(button)
        if choices:
            self._row.addStretch(1)
        self._row.setContentsMargins(36, 0, 10, 8 if choices else 0)
        self.show()
        self.update()

    def choose(self, word: str) -> None:
        """Press the button with this word."""
        next(button for button in self._buttons if button.text() == word).click()

    def paintEvent(self, event: QPaintEvent) -> None:
        c = self.colors
        painter = QPainter(self)
        fill = c.error_soft if self.severity == "error" else c.band
        strong = {"error": c.error, "warn": c.warn}.get(self.severity, c.info)
        painter.fillRect(self.rect(), QColor(fill))
        painter.fillRect(0, 0, 3, self.height(), QColor(strong))
        painter.fillRect(0, self.height() - 1, self.width(), 1, QColor(c.hairline))
        painter.drawPixmap(QPointF(12, 10), pixmap(self.severity, strong, 14, self.devicePixelRatioF()))
        painter.end()
