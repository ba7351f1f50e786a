"""Field: a line of text that is typed in the picture itself: a name, a value, a number of passes."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetricsF, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from gradstudio.app.canvas.building.strip import HEIGHT as STRIP
from gradstudio.app.fonts import mono
from gradstudio.app.theme import colors

_LEAST = 96.0
_HEIGHT = 26


class Field(QLineEdit):
    """Enter applies what was typed, Escape leaves; so does a click elsewhere, after applying what is new.

    Signals: left(), refused(why): it stays open, and says what is wrong.
    """

    left = Signal()
    refused = Signal(str)

    def __init__(self, parent: QWidget, theme: str) -> None:
        super().__init__(parent)
        self._apply: Callable[[str], str] | None = None
        self._begun = ""
        self._rect = QRectF()
        self.setFont(mono(12))
        self.setFixedHeight(_HEIGHT)
        self.set_theme(theme)
        self.textChanged.connect(self._fit)
        self.hide()

    @property
    def is_open(self) -> bool:
        """Whether something is being typed."""
        return self._apply is not None

    def set_theme(self, theme: str) -> None:
        """Other colours."""
        c = colors(theme)
        self.setStyleSheet(
            f"QLineEdit {{ background: {c.raised}; color: {c.ink}; border: 2px solid {c.accent};"
            f" border-radius: 4px; padding: 0 5px; selection-background-color: {c.selected}; }}"
        )

    def open(self, rect: QRectF, text: str, name: str, hint: str, apply: Callable[[str], str]) -> None:
        """Appear over a rectangle of the canvas. apply: does it and gives "", or says why not."""
        self._apply, self._begun = apply, text
        self.setAccessibleName(name)
        self.setPlaceholderText(hint)
        self._rect = rect
        self.setText(text)
        self._fit()
        self.selectAll()
        self.show()
        self.raise_()
        self.setFocus()

    def leave(self) -> None:
        """Close, and change nothing."""
        if self._apply is not None:
            self._apply = None
            if self.hasFocus():
                self.parentWidget().setFocus()  # else Qt asks the canvas for what comes next, as Tab does
            self.hide()
            self.left.emit()

    def _enter(self) -> bool:
        """Apply; whether it closed."""
        if self._apply is None:
            return True
        if self.text() == self._begun:
            self.leave()
            return True
        why = self._apply(self.text().strip())
        if why:
            self.refused.emit(why)
            return False
        self.leave()
        return True

    def _fit(self) -> None:
        """As wide as its text, over its place, inside the canvas and above what is said at its bottom."""
        canvas, rect, shown = self.parentWidget(), self._rect, self.text() or self.placeholderText()
        least = max(rect.width(), _LEAST)
        wide = round(min(max(QFontMetricsF(self.font()).horizontalAdvance(shown) + 24, least), canvas.width() - 8.0))
        self.setFixedWidth(wide)
        right, bottom = canvas.width() - wide - 4, canvas.height() - STRIP - _HEIGHT - 4
        top = rect.center().y() - _HEIGHT / 2
        self.move(round(max(min(rect.left(), right), 4)), round(max(min(top, bottom), 4)))

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()  # keys of menus count only while nothing is typed here
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._enter()
        elif event.key() not in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            super().keyPressEvent(event)
        event.accept()  # nor do they reach the canvas

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if self._apply is not None and event.reason() != Qt.FocusReason.ActiveWindowFocusReason:
            if self.text().strip() != self._begun:
                self._enter()
            self.leave()
