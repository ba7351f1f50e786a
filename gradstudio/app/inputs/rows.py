"""Rows of the inputs: 28 px each. A number has a slider, a field and its gradient; an array a strip that opens it."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QWidget

from gradstudio.app.canvas.painter import color
from gradstudio.app.controls import PaintedButton
from gradstudio.app.fonts import mono, words
from gradstudio.app.icons import pixmap
from gradstudio.app.inputs.chip import GradientChip
from gradstudio.app.inputs.slider import Slider
from gradstudio.app.plain import tip
from gradstudio.app.theme import Colors, colors
from gradstudio.picture.numbers import number
from gradstudio.picture.tokens import Theme
from gradstudio.studio.edits.literals import ArrayLiteral, Literal, Written
from gradstudio.studio.input_ranges import Range

HIGH = 28
NAME = 86
_FIELD = (64, 22)
_SIDE = 12
_GAP = 8
_BINS = 40
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class NameLabel(QWidget):
    """The name of an input and its line; a click goes there."""

    clicked = Signal()

    def __init__(self, colors: Colors, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.colors = colors
        self.name, self.note = "", ""
        self.setFixedSize(NAME, HIGH)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def set_colors(self, colors: Colors) -> None:
        self.colors = colors
        self.update()

    def show_name(self, name: str, line: int) -> None:
        """Change the words."""
        self.name, self.note = name, f"line {line}"
        self.setToolTip(tip(f"{name}, line {line}"))
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.clicked.emit()
        else:
            event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        c = self.colors
        p = QPainter(self)
        try:
            strong, small = mono(12), words(11)
            metrics = QFontMetricsF(strong)
            noted = QFontMetricsF(small).horizontalAdvance(self.note)
            room = self.width()
            name = metrics.elidedText(self.name, Qt.TextElideMode.ElideRight, room)
            p.setFont(strong)
            p.setPen(QColor(c.ink if self.isEnabled() else c.muted))
            p.drawText(QRectF(0, 0, room, HIGH - 2), _LEFT, name)
            left = metrics.horizontalAdvance(name) + 7
            if left + noted <= room:
                p.setFont(small)
                p.setPen(QColor(c.muted))
                p.drawText(QRectF(left, 0, noted + 1, HIGH - 2), _LEFT, self.note)
        finally:
            p.end()


class Field(QLineEdit):
    """The number as text. Signals: entered(text) on Enter or when it is left; stepped(steps) by the arrows."""

    entered = Signal(str)
    stepped = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown = ""
        self.setFixedSize(*_FIELD)
        self.setFont(mono(11))
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setTextMargins(-2, 0, -3, 0)
        self.setMaxLength(40)
        self.setAcceptDrops(False)  # a dropped file is the window's
        self.editingFinished.connect(self._on_finished)

    def show_text(self, text: str) -> None:
        """Another number, unless one is being typed."""
        if text != self._shown or not self.hasFocus():
            self._shown = text
            self.setText(text)
            self.setCursorPosition(0)

    def put_back(self) -> None:
        """What was typed is no number for this input."""
        self.setText(self._shown)

    def _on_finished(self) -> None:
        if self.text() != self._shown:
            self.entered.emit(self.text())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Up: 1,
            Qt.Key.Key_Down: -1,
            Qt.Key.Key_PageUp: 10,
            Qt.Key.Key_PageDown: -10,
        }.get(Qt.Key(event.key()), 0)
        if steps:
            self._on_finished()
            self.stepped.emit(steps)
        elif event.key() == Qt.Key.Key_Escape and self.text() != self._shown:
            self.put_back()
        else:
            super().keyPressEvent(event)


class InputRow(QWidget):
    """What both kinds share: name, gradient, menu. Signals: place_wanted(); menu_wanted(global place)."""

    place_wanted = Signal()
    menu_wanted = Signal(object)

    def __init__(self, theme: Theme, middle: tuple[QWidget, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.label = NameLabel(colors(theme.name))
        self.chip = GradientChip(theme)
        self.label.clicked.connect(self.place_wanted)
        box = QHBoxLayout(self)
        box.setContentsMargins(_SIDE, 0, _SIDE, 0)
        box.setSpacing(_GAP)
        box.addWidget(self.label)
        for part in middle:
            box.addWidget(part, 1 if part.sizePolicy().horizontalPolicy() == QSizePolicy.Policy.Expanding else 0)
        box.addWidget(self.chip)
        self.setFixedHeight(HIGH)

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._theme = theme
        self.label.set_colors(colors(theme.name))
        self.chip.set_theme(theme)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_wanted.emit(event.globalPos())


class NumberRow(InputRow):
    """Slider and field of one number. Signals: turned(value) by slider and arrows, typed(text) in the field,
    taken(is_key) and let_go() as the slider says."""

    turned = Signal(float)
    typed = Signal(str)
    taken = Signal(bool)
    let_go = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        self.slider = Slider(colors(theme.name))
        self.field = Field()
        super().__init__(theme, (self.slider, self.field), parent)
        self.slider.turned.connect(self.turned)
        self.slider.taken.connect(self.taken)
        self.slider.let_go.connect(self.let_go)
        self.field.entered.connect(self.typed)
        self.field.stepped.connect(self.slider.step)

    def set_theme(self, theme: Theme) -> None:
        super().set_theme(theme)
        self.slider.set_colors(colors(theme.name))

    def show_literal(self, literal: Literal, name: str, range_: Range) -> None:
        """What stands in the text now."""
        self.label.show_name(name, literal.line)
        self.slider.show_number(literal.value, range_)
        self.field.show_text(literal.text)
        self.slider.setAccessibleName(f"{name}, line {literal.line}")
        self.field.setAccessibleName(f"value of {name}, line {literal.line}")


class ArrayStrip(PaintedButton):
    """An array's shape and its numbers as a strip; a click opens them."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(colors(theme.name), QSize(120, 22), "Edit the numbers", parent)
        self._theme = theme
        self._values = np.zeros(0)
        self._words = ""
        self.setMinimumWidth(60)
        self.setMaximumWidth(16777215)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._theme = theme
        self.set_colors(colors(theme.name))

    def show_array(self, array: ArrayLiteral, name: str) -> None:
        """Other numbers."""
        self._values = array.values.reshape(-1)
        self._words = f"[{', '.join(map(str, array.shape))}]"
        low, high = float(self._values.min()), float(self._values.max())
        self.setToolTip(tip(f"{name} {self._words}, {number(low)} to {number(high)}. Click to edit its numbers."))
        self.setAccessibleName(f"Edit the numbers of {name}, {self._words}")
        self.update()

    def draw(self, painter: QPainter) -> None:
        c, t, p = self.colors, self._theme, painter
        rect = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        p.setPen(QPen(QColor(c.accent if self.isDown() else c.control), 1))
        p.setBrush(QColor(c.hover if self.underMouse() or self.isDown() else c.panel))
        p.drawRoundedRect(rect, 4, 4)
        p.setFont(mono(11))
        p.setPen(QColor(c.ink))
        wide = QFontMetricsF(p.font()).horizontalAdvance(self._words)
        p.drawText(QRectF(8, 0, wide + 2, self.height()), _LEFT, self._words)
        left, right = 8 + wide + 10, self.width() - 24
        p.drawPixmap(QPointF(self.width() - 17, 6), pixmap("chevron-down", c.ink2, 10, self.devicePixelRatioF()))
        if right - left < 24 or not self._values.size:
            return
        shades = _shades(self._values, t)
        step = (right - left) / len(shades)
        p.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        for k, shade in enumerate(shades):
            p.fillRect(QRectF(left + k * step, 5, step + 0.5, self.height() - 10), color(shade))
        p.setPen(QPen(color(t.control), 1))
        p.setBrush(Qt.BrushStyle.NoBrush)
        p.drawRect(QRectF(left, 5, right - left, self.height() - 10))


def _shades(values: np.ndarray, theme: Theme) -> list[int]:
    """Greys of at most _BINS means, from the smallest to the largest number."""
    bins = [float(part.mean()) for part in np.array_split(values, min(_BINS, values.size))]
    low, high = float(values.min()), float(values.max())
    low, high = (low, high) if high > low else (low - 1.0, high + 1.0)
    first, last = theme.thumbnail
    out = []
    for value in bins:
        part = (value - low) / (high - low)
        mixed = [round((first >> s & 255) + part * ((last >> s & 255) - (first >> s & 255))) for s in (16, 8, 0)]
        out.append(0xFF000000 | mixed[0] << 16 | mixed[1] << 8 | mixed[2])
    return out


class ArrayRow(InputRow):
    """Shape and strip of one array. Signal opened(): its numbers are to be edited."""

    opened = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        self.strip = ArrayStrip(theme)
        super().__init__(theme, (self.strip,), parent)
        self.strip.clicked.connect(self.opened)

    def set_theme(self, theme: Theme) -> None:
        super().set_theme(theme)
        self.strip.set_theme(theme)

    def show_array(self, array: ArrayLiteral, name: str) -> None:
        """What stands in the text now."""
        self.label.show_name(name, array.line)
        self.strip.show_array(array, name)


def name_of(written: Written) -> str:
    """What a row calls it: its variable, or the number itself."""
    if written.name:
        return written.name
    return written.text if isinstance(written, Literal) else "array"
