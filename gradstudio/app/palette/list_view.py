"""The list that the popup, the panel of operations and the command palette share."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QMouseEvent, QPainter
from PySide6.QtWidgets import QFrame, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from gradstudio.app.fonts import mono, words
from gradstudio.app.icons import pixmap
from gradstudio.app.palette.rows import ROW, Row, RowsModel
from gradstudio.app.theme import Colors
from gradstudio.picture.tokens import Theme

HEIGHT, SECTION = 26, 24
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_ICON, _TEXT, _EDGE, _STAR, _BAR = 12, 34, 10, 26, 8
_Index = QModelIndex | QPersistentModelIndex


def family_color(theme: Theme, family: int) -> str:
    """The colour of a family's icon as "#RRGGBB"."""
    return f"#{theme.family_icon[family] & 0xFFFFFF:06X}"


class RowPainter(QStyledItemDelegate):
    """Paints rows: icon, text with lit letters, note, and what stands at the right."""

    def __init__(self, colors: Colors, theme: Theme, view: ListView) -> None:
        super().__init__(view)
        self.colors, self.theme = colors, theme
        self._view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        row = index.data(ROW)
        return QSize(100, SECTION if isinstance(row, Row) and row.is_section else HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        row = index.data(ROW)
        if not isinstance(row, Row):
            return
        painter.save()
        try:
            if row.is_section:
                self._section(painter, QRectF(option.rect), row)
            else:
                self._row(painter, option, row)
        finally:
            painter.restore()

    def _section(self, painter: QPainter, rect: QRectF, row: Row) -> None:
        painter.setFont(words(11, 500))
        painter.setPen(QColor(self.colors.muted))
        painter.drawText(rect.adjusted(_ICON, 2, -_EDGE, 0), _LEFT, row.text)

    def _row(self, painter: QPainter, option: QStyleOptionViewItem, row: Row) -> None:
        c, rect = self.colors, QRectF(option.rect)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        is_current = bool(option.state & QStyle.StateFlag.State_Selected)
        is_hovered = bool(option.state & QStyle.StateFlag.State_MouseOver) and row.is_enabled
        if is_current or is_hovered:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(c.selected if is_current else c.hover))
            painter.drawRoundedRect(rect.adjusted(4, 0, -4, 0), 4, 4)
        ratio = painter.device().devicePixelRatioF()
        tint = family_color(self.theme, row.family) if row.family >= 0 else c.muted
        if row.icon:
            place = QPointF(rect.left() + _ICON, rect.center().y() - 7)
            painter.setOpacity(1.0 if row.is_enabled else 0.5)
            painter.drawPixmap(place, pixmap(row.icon, tint, 14, ratio))
            painter.setOpacity(1.0)
        # The same place with and without a scroll bar, so that nothing shifts while one types.
        right = float(self._view.width() - _BAR - _EDGE)
        if self._view.has_stars:
            is_star = row.id in self._view.stars
            if is_star or is_current or is_hovered:
                name = "star-filled" if is_star else "star"
                tone = c.accent if is_star else c.muted
                painter.drawPixmap(QPointF(right - 10, rect.center().y() - 7), pixmap(name, tone, 14, ratio))
            right -= _STAR
        right = self._right(painter, rect, right, row)
        self._text(painter, QRectF(rect.left() + _TEXT, rect.top(), right - rect.left() - _TEXT, rect.height()), row)

    def _right(self, painter: QPainter, rect: QRectF, right: float, row: Row) -> float:
        """Paints the note at the right; gives where the text has to end."""
        text = self._view.rows.right(row)
        if not text:
            return right
        font = mono(11) if text.startswith("[") or row.has_keys else words(11)
        room = (right - rect.left() - _TEXT) * 0.6
        shown = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, room)
        painter.setFont(font)
        painter.setPen(QColor(self.colors.muted))
        painter.drawText(QRectF(rect.left(), rect.top(), right - rect.left(), rect.height()), _RIGHT, shown)
        return right - QFontMetricsF(font).horizontalAdvance(shown) - 12

    def _text(self, painter: QPainter, rect: QRectF, row: Row) -> None:
        c = self.colors
        plain, lit = _font(row, False), _font(row, True)
        shown = QFontMetricsF(lit).elidedText(row.text, Qt.TextElideMode.ElideRight, rect.width())
        x = rect.left()
        for start, end, is_lit in runs(len(shown), row.letters):
            part = shown[start:end]
            font = lit if is_lit else plain
            ink = c.ink if row.is_enabled else c.muted
            painter.setFont(font)
            painter.setPen(QColor(c.accent if is_lit and row.is_enabled else ink))
            painter.drawText(QRectF(x, rect.top(), rect.right() - x + 2, rect.height()), _LEFT, part)
            x += QFontMetricsF(font).horizontalAdvance(part)
        room = rect.right() - x - 8
        if row.note and room > 24:
            painter.setFont(words(11))
            painter.setPen(QColor(c.muted))
            note = QFontMetricsF(words(11)).elidedText(row.note, Qt.TextElideMode.ElideRight, room)
            painter.drawText(QRectF(x + 8, rect.top(), room, rect.height()), _LEFT, note)


def _font(row: Row, is_lit: bool) -> QFont:
    """The font of a row's text, bold for letters that were typed."""
    return mono(12, 700 if is_lit else 500) if row.is_code else words(12, 700 if is_lit else 400)


def runs(length: int, letters: tuple[int, ...]) -> list[tuple[int, int, bool]]:
    """A text as stretches (start, end, lit) that are painted in one go."""
    found: list[tuple[int, int, bool]] = []
    lit = set(letters)
    for at in range(length):
        is_lit = at in lit
        if found and found[-1][2] == is_lit:
            found[-1] = (found[-1][0], at + 1, is_lit)
        else:
            found.append((at, at + 1, is_lit))
    return found


class ListView(QListView):
    """Rows that somebody else's keys walk through; it never takes the focus itself.

    Signals: chosen(id) when the marked row is another; taken(id) on a click; starred(id) on a click on the star.
    """

    chosen = Signal(str)
    taken = Signal(str)
    starred = Signal(str)
    dragged = Signal(str)

    def __init__(self, colors: Colors, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = RowsModel()
        self.has_stars = False
        self.takes_on_double_click = False
        self.stars: frozenset[str] = frozenset()
        self._pressed: QPoint | None = None
        self._painter = RowPainter(colors, theme, self)
        self.setItemDelegate(self._painter)
        self.setModel(self.rows)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.selectionModel().currentChanged.connect(self._on_current)
        self.set_colors(colors, theme)

    def set_colors(self, colors: Colors, theme: Theme, ground: str = "") -> None:
        """Change the theme; `ground` is the colour behind the rows."""
        self._painter.colors, self._painter.theme = colors, theme
        self.setStyleSheet(f"QListView {{ background: {ground or colors.raised}; border: none; outline: none; }}")
        self.viewport().update()

    def show_rows(self, rows: list[Row], mark_first: bool = True) -> None:
        """Other rows, the first that can be chosen marked."""
        self.rows.set_rows(rows)
        self.mark(self.rows.first() if mark_first else -1)
        if not mark_first or self.rows.first() < 0:
            self.chosen.emit("")
        self.scrollToTop()

    @property
    def current(self) -> Row | None:
        """The marked row."""
        at = self.currentIndex().row()
        return self.rows.rows[at] if self.rows.can_choose(at) else None

    def mark(self, at: int) -> None:
        """Mark a row, -1 for none."""
        index = self.rows.index(at) if at >= 0 else QModelIndex()
        self.setCurrentIndex(index)
        if at >= 0:
            # The section above the first row is shown with it.
            self.scrollTo(self.rows.index(0) if at == 1 else index)

    def step(self, by: int) -> None:
        """Mark the next or previous row that can be chosen."""
        self.mark(self.rows.step(self.currentIndex().row(), by))

    def page(self, by: int) -> None:
        """Mark a row about one screen away; the ends hold."""
        at = self.currentIndex().row()
        wanted = at + by * max(1, self.viewport().height() // HEIGHT - 1)
        wanted = min(max(wanted, 0), len(self.rows.rows) - 1)
        if self.rows.can_choose(wanted):
            self.mark(wanted)
        elif 0 < wanted < len(self.rows.rows):
            self.mark(self.rows.step(wanted, by))
        else:
            self.mark(self.rows.first() if by < 0 else self.rows.step(len(self.rows.rows), -1))

    def _on_current(self, current: QModelIndex, _before: QModelIndex) -> None:
        row = current.data(ROW)
        if isinstance(row, Row):
            self.chosen.emit(row.id)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = None
        at = self.indexAt(event.position().toPoint()).row()
        if event.button() != Qt.MouseButton.LeftButton or not self.rows.can_choose(at):
            return
        self._pressed = event.position().toPoint()
        self.mark(at)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        far = 10
        if self._pressed is None or self.current is None or not event.buttons() & Qt.MouseButton.LeftButton:
            return
        if (event.position().toPoint() - self._pressed).manhattanLength() >= far:
            self._pressed = None
            self.dragged.emit(self.current.id)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None:
            return
        pressed, self._pressed = self._pressed, None
        place = event.position().toPoint()
        at = self.indexAt(place).row()
        if not self.rows.can_choose(at) or at != self.indexAt(pressed).row():
            return
        row = self.rows.rows[at]
        if self.has_stars and self._star_rect(at).contains(place):
            self.starred.emit(row.id)
        elif not self.takes_on_double_click:
            self.taken.emit(row.id)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        at = self.indexAt(event.position().toPoint()).row()
        is_star = self.has_stars and self._star_rect(at).contains(event.position().toPoint())
        if self.takes_on_double_click and self.rows.can_choose(at) and not is_star:
            self.taken.emit(self.rows.rows[at].id)

    def _star_rect(self, at: int) -> QRect:
        rect = self.visualRect(self.rows.index(at))
        return QRect(self.width() - _BAR - _EDGE - _STAR + 8, rect.top(), _STAR, rect.height())

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self.viewport().update()
        return super().viewportEvent(event)
