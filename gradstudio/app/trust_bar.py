"""The bar above the code that speaks of trust: what a file needs, what was allowed, what was held back.

It is part of the window, not of the text: nothing that a program prints or a file holds comes here but lines of its
code, cut and with hidden characters spelled.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QSize
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from gradstudio.app.fonts import words
from gradstudio.app.icons import pixmap
from gradstudio.app.plain import label
from gradstudio.app.theme import Colors

Choice = tuple[str, Callable[[], object]]


class TrustBar(QWidget):
    """A heading, a sentence and buttons. `kind` is "" while it is hidden."""

    def __init__(self, colors: Colors, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.colors = colors
        self.kind = ""
        self._said: tuple[object, ...] = ()
        self._head, self._text = label("", self), label("", self)
        self._head.setFont(words(12, 600))
        for part in (self._head, self._text):
            part.setWordWrap(True)
            part.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._below, self._beside = QHBoxLayout(), QHBoxLayout()
        self._below.setContentsMargins(0, 4, 0, 0)
        self._below.setSpacing(8)
        self._grid = grid = QGridLayout(self)
        grid.setContentsMargins(36, 8, 10, 8)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(2)
        grid.addWidget(self._head, 0, 0)
        grid.addWidget(self._text, 1, 0)
        grid.addLayout(self._beside, 0, 1, 2, 1)
        grid.addLayout(self._below, 2, 0, 1, 2)
        grid.setColumnStretch(0, 1)
        self._buttons: list[QPushButton] = []
        self.hide()

    @property
    def text(self) -> str:
        """All that it says."""
        return " ".join(part for part in (self._head.text(), self._text.text()) if part)

    def set_colors(self, colors: Colors) -> None:
        self.colors = colors
        self.update()

    def say(self, kind: str, head: str, text: str, choices: tuple[Choice, ...]) -> None:
        """Show it: kind "needs", "full" or "paused". The same again changes nothing, so a button keeps its focus."""
        said = (kind, head, text, tuple(word for word, _ in choices))
        if said == self._said and self.kind:
            return
        self.kind, self._said = kind, said
        self._head.setText(head)
        self._text.setText(text)
        self._text.setVisible(bool(text))
        self._grid.setRowStretch(0, 0 if text else 1)  # a heading alone stands in the middle
        self.setAccessibleName(head)
        self.setAccessibleDescription(text)
        for row in (self._below, self._beside):
            while row.count():
                row.takeAt(0)
        row = self._below if len(choices) > 1 else self._beside
        for button in self._buttons:
            button.hide()
            button.deleteLater()
        self._buttons = []
        for word, act in choices:
            button = QPushButton(word, self)
            button.setAccessibleDescription(head)
            button.clicked.connect(lambda _=False, act=act: act())
            row.addWidget(button)
            self._buttons.append(button)
        if row is self._below:
            row.addStretch(1)
        self.show()
        self.update()

    def silence(self) -> None:
        """Nothing is to be said."""
        self.kind, self._said = "", ()
        self.hide()

    def button(self, word: str) -> QPushButton:
        """The button with this word."""
        return next(button for button in self._buttons if button.text() == word)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        c = self.colors
        strong, fill = (c.info, c.band) if self.kind == "paused" else (c.warn, c.warn_soft)
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(fill))
        painter.fillRect(0, 0, 3, self.height(), QColor(strong))
        painter.fillRect(0, self.height() - 1, self.width(), 1, QColor(c.hairline))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        name = "pause" if self.kind == "paused" else "warn"
        top = 9 if self._text.isVisibleTo(self) else (self.height() - 14) / 2
        painter.drawPixmap(QPointF(12, top), pixmap(name, strong, 14, self.devicePixelRatioF()))
        painter.end()
