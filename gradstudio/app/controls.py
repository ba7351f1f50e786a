"""Small painted controls of the toolbar and the dock headers; all of them work with the keyboard too."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from gradstudio.app.fonts import words
from gradstudio.app.icons import pixmap
from gradstudio.app.theme import Colors

_CENTER = Qt.AlignmentFlag.AlignCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def focus_pen(ink: QColor) -> QPen:
    """The dots of keyboard focus: 1.5 px wide, 2 px long and 2 px apart. Qt's own square ends would close the gaps."""
    pen = QPen(ink, 1.5)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    pen.setDashPattern([2 / 1.5, 2 / 1.5])
    return pen


def focus_ring(painter: QPainter, rect: QRectF, color: str, radius: float = 4) -> None:
    """The dotted ring of keyboard focus."""
    painter.setPen(focus_pen(QColor(color)))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(rect, radius, radius)


def ground(painter: QPainter, rect: QRect, fill: str, border: str, radius: float) -> None:
    """The rounded ground of a small window or field, with its border on the outermost pixels."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(border), 1))
    painter.setBrush(QColor(fill))
    painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)


class PaintedButton(QAbstractButton):
    """A button of fixed size that paints itself."""

    def __init__(self, colors: Colors, size: QSize, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.colors = colors
        self.setFixedSize(size)
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def set_colors(self, colors: Colors) -> None:
        self.colors = colors
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self.draw(painter)
            if self.hasFocus():
                focus_ring(painter, QRectF(self.rect()).adjusted(1, 1, -1, -1), self.colors.ink)
        finally:
            painter.end()

    def draw(self, painter: QPainter) -> None:
        raise TypeError("PaintedButton is a base: a subclass draws")


class RunButton(PaintedButton):
    """The only filled button: icon, word and key."""

    def __init__(self, colors: Colors, parent: QWidget | None = None) -> None:
        super().__init__(colors, QSize(84, 28), "Run (F5)", parent)

    def draw(self, painter: QPainter) -> None:
        c = self.colors
        fill = QColor(c.accent)
        if self.isDown():
            fill = fill.darker(115)
        elif self.underMouse():
            fill = fill.lighter(108)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(fill)
        painter.drawRoundedRect(QRectF(self.rect()), 4, 4)
        painter.drawPixmap(QPointF(9, 8), pixmap("run", c.on_accent, 12, self.devicePixelRatioF()))
        painter.setPen(QColor(c.on_accent))
        painter.setFont(words(12, 600))
        painter.drawText(QRectF(26, 0, 40, 28), _LEFT, "Run")
        painter.setFont(words(10, 500))
        painter.drawText(QRectF(44, 0, 32, 28), _RIGHT, "F5")


class IconButton(PaintedButton):
    """A flat icon."""

    def __init__(
        self, colors: Colors, icon: str, name: str, size: int = 28, glyph: int = 16, parent: QWidget | None = None
    ) -> None:
        super().__init__(colors, QSize(size, size), name, parent)
        self.icon_name = icon
        self.glyph = glyph

    def set_icon(self, icon: str, name: str) -> None:
        self.icon_name = icon
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.update()

    def draw(self, painter: QPainter) -> None:
        c = self.colors
        if self.isEnabled() and (self.underMouse() or self.isDown()):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(c.hover))
            painter.drawRoundedRect(QRectF(self.rect()), 4, 4)
        color = c.ink2 if self.isEnabled() else c.faint
        corner = (self.width() - self.glyph) / 2
        painter.drawPixmap(QPointF(corner, corner), pixmap(self.icon_name, color, self.glyph, self.devicePixelRatioF()))


class TextButton(PaintedButton):
    """A small button with a word and a border."""

    def __init__(self, colors: Colors, text: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(
            colors, QSize(round(QFontMetricsF(words(11, 500)).horizontalAdvance(text)) + 18, 22), name, parent
        )
        self.setText(text)

    def draw(self, painter: QPainter) -> None:
        c = self.colors
        painter.setPen(QPen(QColor(c.control), 1.0))
        painter.setBrush(QColor(c.hover if self.underMouse() or self.isDown() else c.panel))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        painter.setPen(QColor(c.ink))
        painter.setFont(words(11, 500))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())


class Switch(PaintedButton):
    """An on/off switch with its word."""

    def __init__(self, colors: Colors, text: str, name: str, parent: QWidget | None = None) -> None:
        width = 34 + round(QFontMetricsF(words(12)).horizontalAdvance(text)) + 4
        super().__init__(colors, QSize(width, 28), name, parent)
        self.setCheckable(True)
        self.setText(text)

    def draw(self, painter: QPainter) -> None:
        c = self.colors
        is_on = self.isChecked() and self.isEnabled()  # what cannot be on now does not look so
        painter.setPen(Qt.PenStyle.NoPen if is_on else QPen(QColor(c.control), 1))
        painter.setBrush(QColor(c.accent if is_on else c.sunken))
        painter.drawRoundedRect(QRectF(0.5, 6.5, 27, 15), 7.5, 7.5)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(c.on_accent if is_on else c.faint))
        painter.drawEllipse(QPointF(20 if is_on else 8, 14), 5.5, 5.5)
        painter.setPen(QColor(c.ink if self.isEnabled() else c.faint))
        painter.setFont(words(12))
        painter.drawText(QRectF(34, 0, self.width() - 34, 28), _LEFT, self.text())


class Segments(QWidget):
    """A choice of one, side by side, each with its key."""

    chosen = Signal(int)

    def __init__(self, colors: Colors, parts: tuple[tuple[str, str], ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.colors = colors
        self.parts = parts
        self.current = 0
        self._hovered = -1
        word, key = QFontMetricsF(words(12, 500)), QFontMetricsF(words(10))
        self._widths = [round(8 + word.horizontalAdvance(t) + 8 + key.horizontalAdvance(k) + 8) for t, k in parts]
        self.setFixedSize(sum(self._widths), 28)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMouseTracking(True)
        self.setAccessibleName("Layer")

    def set_colors(self, colors: Colors) -> None:
        self.colors = colors
        self.update()

    def set_current(self, index: int) -> None:
        """Show another choice, without telling anyone."""
        self.current = index
        self.update()

    def _rect(self, index: int) -> QRect:
        return QRect(sum(self._widths[:index]), 0, self._widths[index], 28)

    def _at(self, x: float) -> int:
        return next((i for i in range(len(self.parts)) if x <= self._rect(i).right()), len(self.parts) - 1)

    def paintEvent(self, event: QPaintEvent) -> None:
        c = self.colors
        painter = QPainter(self)
        try:
            ground(painter, self.rect(), c.panel, c.control, 4)
            for index, (text, key) in enumerate(self.parts):
                rect = QRectF(self._rect(index))
                is_current = index == self.current
                if is_current or index == self._hovered:
                    painter.setPen(QPen(QColor(c.accent), 1) if is_current else Qt.PenStyle.NoPen)
                    painter.setBrush(QColor(c.accent_soft if is_current else c.hover))
                    painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
                elif index + 1 < len(self.parts) and index + 1 not in (self.current, self._hovered):
                    painter.setPen(QPen(QColor(c.hairline), 1))
                    painter.drawLine(QPointF(rect.right() + 0.5, 7), QPointF(rect.right() + 0.5, 21))
                painter.setPen(QColor(c.accent if is_current else c.ink))
                painter.setFont(words(12, 500))
                painter.drawText(rect.adjusted(8, 0, 0, 0), _LEFT, text)
                painter.setPen(QColor(c.accent if is_current else c.muted))
                painter.setFont(words(10))
                painter.drawText(rect.adjusted(0, 0, -8, 0), _RIGHT, key)
            if self.hasFocus():
                focus_ring(painter, QRectF(self.rect()).adjusted(1, 1, -1, -1), c.ink)
        finally:
            painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._choose(self._at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hovered = self._at(event.position().x())
        self.update()

    def leaveEvent(self, event: object) -> None:
        self._hovered = -1
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        if step:
            self._choose(min(max(self.current + step, 0), len(self.parts) - 1))
        else:
            super().keyPressEvent(event)

    def _choose(self, index: int) -> None:
        if index != self.current:
            self.current = index
            self.update()
            self.chosen.emit(index)


class Divider(QWidget):
    """A thin upright line between groups of the toolbar."""

    def __init__(self, colors: Colors, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.colors = colors
        self.setFixedSize(1, 20)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_colors(self, colors: Colors) -> None:
        self.colors = colors
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self.colors.control))
        painter.end()
