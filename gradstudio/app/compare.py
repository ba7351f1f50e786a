"""Compare: two texts beside each other, line by line, with what differs marked, and a question about them."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from gradstudio.app.controls import IconButton
from gradstudio.app.fonts import code, mono, words
from gradstudio.app.plain import label
from gradstudio.app.theme import Colors
from gradstudio.picture.fonts import plain
from gradstudio.picture.visible import visible, visible_ranges
from gradstudio.studio.differences import Range, Row, differences

_LINE = 20  # height of a row
_NUMBERS = 56  # width of a side's line numbers, with its sign
_MAP = 10  # width of the strip that shows where the differences are
_HEAD = 32
_CENTER = Qt.AlignmentFlag.AlignCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True)
class Side:
    """One of the texts and what it is called."""

    title: str
    text: str


class Comparison(QDialog):
    """Left and right text, and the caller's buttons: words and key of each. `answer` is the key of the one pressed,
    "" if there was none. F8 or N goes to the next difference, Shift+F8 or P to the one before."""

    def __init__(
        self,
        colors: Colors,
        title: str,
        left: Side,
        right: Side,
        buttons: tuple[tuple[str, str], ...] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.answer = ""
        self.setWindowTitle("Compare")
        self.rows = Differences(colors, left, right, self)
        head = label(plain(title, 120), self)
        head.setFont(words(13, 600))
        self._count = label("", self)
        self._count.setStyleSheet(f"color: {colors.muted};")
        self._back = IconButton(colors, "chevron-left", "Previous difference (Shift+F8 or P)", 28, 12, self)
        self._on = IconButton(colors, "chevron-right", "Next difference (F8 or N)", 28, 12, self)
        self._back.clicked.connect(lambda: self.rows.step(-1))
        self._on.clicked.connect(lambda: self.rows.step(1))
        self.rows.moved.connect(self._say)
        top = QHBoxLayout()
        top.setContentsMargins(16, 8, 12, 8)
        top.addWidget(head)
        top.addStretch(1)
        for part in (self._count, self._back, self._on):
            top.addWidget(part)
        bottom = QHBoxLayout()
        bottom.setContentsMargins(16, 12, 16, 12)
        bottom.setSpacing(8)
        bottom.addStretch(1)
        for text, key in (*buttons, ("Close", "")):
            bottom.addWidget(self._button(text, key))
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(top)
        box.addWidget(self.rows, 1)
        box.addLayout(bottom)
        self.resize(self.sizeHint())
        self.rows.setFocus()
        self.rows.step(1)
        self._say()

    def sizeHint(self) -> QSize:
        return QSize(1120, 640)

    def choose(self, text: str) -> None:
        """Press the button with these words."""
        next(b for b in self.findChildren(QPushButton) if b.text() == text).click()

    def _button(self, text: str, key: str) -> QPushButton:
        made = QPushButton(text, self)
        made.setAutoDefault(False)  # Enter in the texts must not throw one of them away
        made.clicked.connect(lambda: self._end(key))
        return made

    def _end(self, key: str) -> None:
        self.answer = key
        self.accept()

    def _say(self) -> None:
        total, at = len(self.rows.places), self.rows.at
        said = "Both are the same" if not total else f"Difference {at + 1} of {total:,}" if at >= 0 else f"{total:,}"
        self._count.setText(said)
        self._back.setEnabled(total > 0)
        self._on.setEnabled(total > 0)


class Differences(QAbstractScrollArea):
    """The rows. Both sides are painted by one widget, so they cannot scroll apart; only what is in view is painted.

    Signal: moved() when another difference was gone to.
    """

    moved = Signal()

    def __init__(self, colors: Colors, left: Side, right: Side, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.colors = colors
        self.rows = differences(left.text, right.text)
        self.places = _places(self.rows)
        self.at = -1
        self._titles = plain(left.title, 120), plain(right.title, 120)
        self._font = code(12)
        self._step = QFontMetricsF(self._font).horizontalAdvance("0")
        self._longest = max((_columns(t) for r in self.rows for t in (r.before, r.after)), default=0)
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setViewportMargins(0, _HEAD, 0, 0)
        self.setAccessibleName(f"{self._titles[0]} beside {self._titles[1]}")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._titles_bar = _Titles(self)

    def step(self, by: int) -> None:
        """Go to the next (1) or the previous (-1) difference; the ends meet."""
        if not self.places:
            return
        self.at = (self.at + by) % len(self.places) if self.at >= 0 else (0 if by > 0 else len(self.places) - 1)
        first, last = self.places[self.at]
        bar = self.verticalScrollBar()
        self._set_bars()
        shown = self.viewport().height() // _LINE
        if not bar.value() <= first <= last < bar.value() + shown:
            bar.setValue(max(first - max((shown - (last - first)) // 2, 2), 0))
        self.setAccessibleDescription(_told(self.rows[first]))
        self.viewport().update()
        self.moved.emit()

    # Qt

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._titles_bar.setGeometry(0, 0, self.width(), _HEAD)
        self._set_bars()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        back = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        vertical = self.verticalScrollBar()
        match event.key():
            case Qt.Key.Key_F8:
                self.step(-1 if back else 1)
            case Qt.Key.Key_N:
                self.step(1)
            case Qt.Key.Key_P:
                self.step(-1)
            case Qt.Key.Key_Home:
                vertical.setValue(0)
            case Qt.Key.Key_End:
                vertical.setValue(vertical.maximum())
            case _:
                super().keyPressEvent(event)

    def focusInEvent(self, event: QEvent) -> None:  # type: ignore[override]
        self.viewport().update()

    def _set_bars(self) -> None:
        size = self.viewport().size()
        shown = max(size.height() // _LINE, 1)
        self.verticalScrollBar().setRange(0, max(len(self.rows) - shown, 0))
        self.verticalScrollBar().setPageStep(shown)
        columns = max(int((self.half() - _NUMBERS - 8) / self._step), 1)
        self.horizontalScrollBar().setRange(0, max(self._longest - columns, 0))
        self.horizontalScrollBar().setPageStep(columns)

    def half(self) -> float:
        """Width of one side."""
        return (self.viewport().width() - _MAP) / 2

    def paintEvent(self, event: QPaintEvent) -> None:
        c = self.colors
        p = QPainter(self.viewport())
        try:
            area = self.viewport().rect()
            p.fillRect(area, QColor(c.panel))
            first = self.verticalScrollBar().value()
            y = 0.0
            for row in self.rows[first : first + area.height() // _LINE + 2]:
                self._paint_row(p, row, y)
                y += _LINE
            half = self.half()
            p.fillRect(QRectF(half, 0, 1, area.height()), QColor(c.hairline))
            p.fillRect(QRectF(0, area.height() - 1, area.width(), 1), QColor(c.hairline))
            self._paint_current(p, first)
            self._paint_map(p, first)
        finally:
            p.end()

    def _paint_row(self, p: QPainter, row: Row, y: float) -> None:
        half = self.half()
        if row.kind == "skipped":
            p.fillRect(QRectF(0, y, 2 * half, _LINE), QColor(self.colors.band))
            p.setFont(words(11))
            p.setPen(QColor(self.colors.muted))
            said = f"{row.count:,} equal lines" if row.count else "There are more lines, which are not compared here."
            p.drawText(QRectF(0, y, 2 * half, _LINE), _CENTER, said)
            return
        self._paint_side(p, 0, y, row.before, row.before_line, row.before_ranges, row.kind)
        self._paint_side(p, half + 1, y, row.after, row.after_line, row.after_ranges, row.kind)

    def _paint_side(
        self, p: QPainter, x: float, y: float, text: str, line: int, ranges: tuple[Range, ...], kind: str
    ) -> None:
        c, is_right = self.colors, x > 0
        wide = self.half() - (1 if is_right else 0)
        if not line:
            p.fillRect(QRectF(x, y, wide, _LINE), QColor(c.sunken))
            p.fillRect(QRectF(x, y, wide, _LINE), QBrush(QColor(c.hairline), Qt.BrushStyle.BDiagPattern))
            return
        if kind != "equal":
            p.fillRect(QRectF(x, y, wide, _LINE), QColor(c.accent_soft if is_right else c.hover))
        p.setFont(mono(11))
        p.setPen(QColor(c.muted))
        p.drawText(QRectF(x, y, _NUMBERS - 20, _LINE), _RIGHT, str(line))
        if kind != "equal":
            p.setPen(QColor(c.accent if is_right else c.ink2))
            p.setFont(mono(12, 700))
            p.drawText(QRectF(x + _NUMBERS - 16, y, 12, _LINE), _CENTER, "+" if is_right else "\u2212")
        self._paint_text(p, QRectF(x + _NUMBERS, y, wide - _NUMBERS, _LINE), text, ranges, is_right)

    def _paint_text(self, p: QPainter, room: QRectF, text: str, ranges: tuple[Range, ...], is_right: bool) -> None:
        """The part of a line that is in view."""
        skipped = self.horizontalScrollBar().value()
        end_of_view = skipped + int(room.width() / self._step) + 2
        text = text[:end_of_view]  # every character has a column at least
        ranges = tuple((start, min(end, len(text))) for start, end in ranges if start < len(text))
        p.save()
        p.setClipRect(room)
        mark = QColor(self.colors.selected if is_right else self.colors.control)
        for start, end in visible_ranges(text, ranges):
            left = room.left() + (start - skipped) * self._step
            p.fillRect(QRectF(left, room.top() + 1, (end - start) * self._step, room.height() - 2), mark)
        p.setFont(self._font)
        p.setPen(QColor(self.colors.ink))
        shown = visible(text)[skipped:end_of_view]
        p.drawText(room, int(_LEFT) | int(Qt.TextFlag.TextSingleLine), shown)
        p.restore()

    def _paint_current(self, p: QPainter, top: int) -> None:
        """The difference that was gone to: a bar at its left, as at the current line of the editor."""
        if self.at < 0:
            return
        first, last = self.places[self.at]
        rect = QRectF(0, (first - top) * _LINE, 3, (last - first + 1) * _LINE)
        p.fillRect(rect, QColor(self.colors.accent))

    def _paint_map(self, p: QPainter, top: int) -> None:
        """Where in the whole the differences are."""
        area = self.viewport().rect()
        left = area.width() - _MAP
        p.fillRect(QRectF(left, 0, _MAP, area.height()), QColor(self.colors.sunken))
        total = max(len(self.rows), area.height() // _LINE)
        scale = area.height() / total
        last_drawn = -1.0
        for number, (first, last) in enumerate(self.places):
            y = first * scale
            if y - last_drawn < 1 and number != self.at:
                continue
            last_drawn = y
            color = self.colors.accent if number == self.at else self.colors.control
            p.fillRect(QRectF(left + 2, y, _MAP - 4, max((last - first + 1) * scale, 2)), QColor(color))


class _Titles(QWidget):
    """What the two sides are called."""

    def __init__(self, area: Differences) -> None:
        super().__init__(area)
        self._area = area

    def paintEvent(self, event: QPaintEvent) -> None:
        c = self._area.colors
        p = QPainter(self)
        try:
            p.fillRect(self.rect(), QColor(c.sunken))
            p.fillRect(QRectF(0, 0, self.width(), 1), QColor(c.hairline))
            p.fillRect(QRectF(0, self.height() - 1, self.width(), 1), QColor(c.hairline))
            half = self._area.half()
            p.fillRect(QRectF(half, 0, 1, self.height()), QColor(c.hairline))
            p.setFont(words(12, 600))
            p.setPen(QColor(c.ink))
            for x, title in zip((0.0, half + 1), self._area._titles, strict=True):
                room = QRectF(x + 16, 0, half - 32, self.height())
                cut = QFontMetricsF(p.font()).elidedText(title, Qt.TextElideMode.ElideMiddle, room.width())
                p.drawText(room, _LEFT, cut)
        finally:
            p.end()


def _columns(line: str) -> int:
    """How far a line reaches; of a very long one about."""
    return len(visible(line)) if len(line) < 1000 else len(line)


def _places(rows: tuple[Row, ...]) -> tuple[Range, ...]:
    """First and last row of each difference."""
    found: list[Range] = []
    for k, row in enumerate(rows):
        if row.kind in ("equal", "skipped"):
            continue
        if found and found[-1][1] == k - 1:
            found[-1] = (found[-1][0], k)
        else:
            found.append((k, k))
    return tuple(found)


def _told(row: Row) -> str:
    """A difference for somebody who hears it."""
    if not row.before_line:
        return f"Line {row.after_line} only on the right: {plain(row.after)}"
    if not row.after_line:
        return f"Line {row.before_line} only on the left: {plain(row.before)}"
    return f"Line {row.before_line} was {plain(row.before)}, line {row.after_line} is {plain(row.after)}"
