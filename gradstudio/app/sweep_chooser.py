"""The chooser of sweeps: which gradient call is shown, arrows through all of them, and a list of them."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, QStringListModel, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QVBoxLayout, QWidget

from gradstudio.app.controls import focus_ring, ground
from gradstudio.app.fonts import mono, words
from gradstudio.app.icons import pixmap
from gradstudio.app.plain import tip
from gradstudio.app.theme import Colors
from gradstudio.studio.sweeps import SweepLabel

WIDTH, HEIGHT = 340, 28
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_STEP = 16
_ICONS = ("chevron-left", "chevron-right", "chevron-down")
_NAMES = ("Previous sweep", "Next sweep", "All sweeps")


class SweepChooser(QWidget):
    """Never hides; while there is no sweep it says so."""

    chosen = Signal(int)

    def __init__(self, colors: Colors, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.colors = colors
        self.labels: tuple[SweepLabel, ...] = ()
        self.current = -1
        self._hovered = -1
        self._list: _SweepList | None = None
        self.setFixedSize(WIDTH, HEIGHT)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMouseTracking(True)
        self.setAccessibleName("Sweep")

    def set_colors(self, colors: Colors) -> None:
        self.colors = colors
        self.update()

    def set_sweeps(self, labels: tuple[SweepLabel, ...], current: int) -> None:
        """Show other sweeps, without telling anyone."""
        self.labels, self.current = labels, current
        label = labels[current] if 0 <= current < len(labels) else None
        self.setToolTip(tip(" ".join((label.title, label.place, label.passage)).strip() if label else ""))
        self.setAccessibleDescription(self.toolTip())
        self.update()

    def step(self, by: int) -> None:
        """The next or the previous sweep, if there is one."""
        wanted = self.current + by
        if 0 <= wanted < len(self.labels):
            self.chosen.emit(wanted)

    def open_list(self) -> None:
        """All sweeps in a list below."""
        if not self.labels:
            return
        self._list = _SweepList(self.labels, self.current, self.colors, self)
        self._list.picked.connect(self.chosen)
        self._list.open_at(self.mapToGlobal(QPoint(0, HEIGHT + 2)))

    def _button(self, index: int) -> QRect:
        return QRect(WIDTH - 4 - _STEP * (3 - index), 3, _STEP, 22)

    def _can(self, index: int) -> bool:
        if index == 0:
            return self.current > 0
        if index == 1:
            return self.current + 1 < len(self.labels)
        return bool(self.labels)

    def paintEvent(self, event: QPaintEvent) -> None:
        c = self.colors
        painter = QPainter(self)
        try:
            ground(painter, self.rect(), c.panel, c.control, 4)
            self._text(painter)
            x = self._button(0).left() - 2.5
            painter.setPen(QPen(QColor(c.hairline), 1))
            painter.drawLine(QPointF(x, 5), QPointF(x, HEIGHT - 5))
            for index, name in enumerate(_ICONS):
                rect = self._button(index)
                if index == self._hovered and self._can(index):
                    painter.setPen(Qt.PenStyle.NoPen)
                    painter.setBrush(QColor(c.hover))
                    painter.drawRoundedRect(QRectF(rect), 3, 3)
                color = c.ink2 if self._can(index) else c.faint
                painter.drawPixmap(
                    QPointF(rect.left() + 2, rect.top() + 5), pixmap(name, color, 12, self.devicePixelRatioF())
                )
            if self.hasFocus():
                focus_ring(painter, QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5), c.ink)
        finally:
            painter.end()

    def _text(self, painter: QPainter) -> None:
        c = self.colors
        label = self.labels[self.current] if 0 <= self.current < len(self.labels) else None
        x, room = 10.0, self._button(0).left() - 6.0
        parts: list[tuple[str, object, str]] = [("Sweep", words(12), c.muted)]
        if label is None:
            parts.append(("none: nothing to differentiate", words(12), c.muted))
        else:
            tail = [(label.place, words(12), c.muted), (label.passage, words(12, 500), c.ink)]
            used = sum(QFontMetricsF(f).horizontalAdvance(t) + 10 for t, f, _ in tail if t)
            first = QFontMetricsF(words(12)).horizontalAdvance("Sweep") + 9
            title = QFontMetricsF(mono(12, 500)).elidedText(
                label.title, Qt.TextElideMode.ElideRight, room - x - first - used
            )
            parts += [(title, mono(12, 500), c.ink), *tail]
        for text, font, color in parts:
            if text:
                painter.setFont(font)  # type: ignore[arg-type]
                painter.setPen(QColor(color))
                painter.drawText(QRectF(x, 0, max(room - x, 0), HEIGHT), _LEFT, text)
                x += QFontMetricsF(font).horizontalAdvance(text) + (9 if text == "Sweep" else 10)  # type: ignore[arg-type]

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hovered = next((k for k in range(3) if self._button(k).contains(event.position().toPoint())), -1)
        self.update()

    def leaveEvent(self, event: object) -> None:
        self._hovered = -1
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        hit = next((k for k in range(3) if self._button(k).contains(event.position().toPoint())), 2)
        if hit == 2:
            self.open_list()
        else:
            self.step(1 if hit else -1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Up):
            self.step(-1)
        elif key in (Qt.Key.Key_Right, Qt.Key.Key_Down):
            self.step(1)
        elif key in (Qt.Key.Key_Space, Qt.Key.Key_Return):
            self.open_list()
        else:
            super().keyPressEvent(event)


class _SweepList(QFrame):
    """The open list; it closes itself."""

    picked = Signal(int)

    def __init__(self, labels: tuple[SweepLabel, ...], current: int, colors: Colors, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setStyleSheet(
            f"QFrame {{ background: {colors.raised}; border: 1px solid {colors.control}; }}"
            f"QListView {{ background: {colors.raised}; color: {colors.ink}; border: none; outline: none; }}"
            f"QListView::item {{ height: 24px; padding-left: 6px; border-radius: 4px; }}"
            f"QListView::item:hover {{ background: {colors.hover}; }}"
            f"QListView::item:selected {{ background: {colors.selected}; color: {colors.ink}; }}"
        )
        self._view = QListView(self)
        self._view.setUniformItemSizes(True)
        self._view.setFont(mono(12))
        self._view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        rows = ["   ".join(filter(None, (label.title, label.place, label.passage))) for label in labels]
        self._model = QStringListModel(rows, self)
        self._view.setModel(self._model)
        self._view.setCurrentIndex(self._model.index(max(current, 0)))
        self._view.clicked.connect(self._on_picked)
        self._view.activated.connect(self._on_picked)
        box = QVBoxLayout(self)
        box.setContentsMargins(4, 4, 4, 4)
        box.addWidget(self._view)
        self.resize(QSize(WIDTH, min(len(rows), 12) * 24 + 12))

    def open_at(self, corner: QPoint) -> None:
        self.move(corner)
        self.show()
        self._view.setFocus()
        self._view.scrollTo(self._view.currentIndex(), QAbstractItemView.ScrollHint.PositionAtCenter)

    def _on_picked(self, index: object) -> None:
        row = index.row()  # type: ignore[attr-defined]
        if self.isVisible():
            self.hide()
            self.picked.emit(row)
            self.close()
