"""Operations: the panel of all operations by category, with those used last and the favourites at hand."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from gradstudio.app.controls import IconButton
from gradstudio.app.fonts import words
from gradstudio.app.palette.card_view import CardView
from gradstudio.app.palette.dragging import drag_op
from gradstudio.app.palette.list_view import ListView
from gradstudio.app.palette.popup import SearchLine
from gradstudio.app.palette.rows import Row, row_of
from gradstudio.app.palette.tiles import CategoryTile, Chips, OpChip
from gradstudio.app.plain import label
from gradstudio.app.theme import colors
from gradstudio.picture.tokens import Theme
from gradstudio.studio.palette.catalogue import (
    CATEGORIES,
    LEAF_CATEGORY,
    Category,
    category,
    entries,
    in_category,
    known,
)
from gradstudio.studio.palette.entry import Entry
from gradstudio.studio.palette.search import search
from gradstudio.studio.session import Session

_STEPS = (
    ("Drop a wire on empty canvas", "a new line with that name as input"),
    ("Drop a wire on an input", "replaces the argument there"),
    ("Rename a node", "renames the variable everywhere"),
    ("Delete a node", "its line goes, its inputs turn to ..."),
)
_MARGIN = 16
_CARD_FROM = 300  # height of the panel from which there is room for a card below the list


class Operations(QWidget):
    """All operations; to be the content of a dock.

    Signal picked(entry id) on a double click, Enter or a click on a chip; dragging one carries the format
    `palette.dragging.MIME`, which `dragged_op` reads. `refresh()` shows what others have used meanwhile, `subtitle`
    is for the dock's header.
    """

    id = "operations"
    title = "Operations"
    picked = Signal(str)

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = session.settings
        self._theme = theme
        self._colors = colors(theme.name)
        self._category: Category | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(self.title)
        self.subtitle = f"{len(entries()) - len(in_category(LEAF_CATEGORY.id))}, drag one onto the network"
        self._pages = QStackedWidget(self)
        self._home = self._make_home()
        self._area = QScrollArea(self)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setWidget(self._home)
        self._pages.addWidget(self._area)
        self._pages.addWidget(self._make_list())
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self._pages)
        self.set_theme(theme)

    # building

    def _make_home(self) -> QWidget:
        home = QWidget()
        home.setObjectName("home")
        home.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        box = QVBoxLayout(home)
        box.setContentsMargins(_MARGIN, 8, _MARGIN, 8)
        box.setSpacing(6)
        grid = QGridLayout()
        grid.setSpacing(7)
        self.tiles = [CategoryTile(each, self._colors, self._theme, home) for each in (*CATEGORIES, LEAF_CATEGORY)]
        for place, tile in enumerate(self.tiles):
            tile.clicked.connect(partial(self.show_category, tile.category.id))
            grid.addWidget(tile, place // 2, place % 2, 1, 2 if tile.category is LEAF_CATEGORY else 1)
        box.addLayout(grid)
        self._titles: list[QLabel] = []
        self.recent, self.favourites = Chips(2, home), Chips(2, home)
        for title, chips in (("Recent", self.recent), ("Favourites", self.favourites)):
            head = label(title, home)
            head.setFont(words(11))
            self._titles.append(head)
            box.addSpacing(4)
            box.addWidget(head)
            box.addWidget(chips)
        box.addStretch(1)
        self._help = self._make_help(home)
        box.addWidget(self._help)
        return home

    def _make_help(self, parent: QWidget) -> QWidget:
        """What each step on the network does to the text."""
        block = QFrame(parent)
        block.setObjectName("steps")
        grid = QGridLayout(block)
        grid.setContentsMargins(0, 9, 0, 0)
        grid.setVerticalSpacing(5)
        grid.setHorizontalSpacing(12)
        head = label("Every step on the network is one edit of the text", block)
        head.setFont(words(12, 500))
        grid.addWidget(head, 0, 0, 1, 2)
        self._quiet: list[QLabel] = []
        for row, (what, does) in enumerate(_STEPS, 1):
            left, right = label(what, block), label(does, block)
            left.setFont(words(11))
            right.setFont(words(11))
            self._quiet.append(right)
            grid.addWidget(left, row, 0)
            grid.addWidget(right, row, 1)
        grid.setColumnStretch(1, 1)
        return block

    def _make_list(self) -> QWidget:
        page = QWidget()
        self.back = IconButton(self._colors, "chevron-left", "All categories (Esc)", 26, 14, page)
        self.back.clicked.connect(self.show_home)
        self.field = SearchLine(self._colors, "Find an operation", page)
        self.field.setFixedHeight(28)
        self.field.textChanged.connect(self._search)
        self.field.installEventFilter(self)
        self.list = ListView(self._colors, self._theme, page)
        self.list.has_stars = True
        self.list.takes_on_double_click = True
        self.list.setAccessibleName("Operations of the category")
        self.list.setToolTip("Enter or a double click adds it, Ctrl+D makes it a favourite")
        self.card = CardView(self._colors, page)
        self.card.setFixedHeight(138)
        self.list.chosen.connect(self.card.show_entry)
        self.list.taken.connect(self._take)
        self.list.starred.connect(self._star)
        self.list.dragged.connect(self._drag)
        top = QHBoxLayout()
        top.setContentsMargins(8, 8, 8, 6)
        top.setSpacing(6)
        top.addWidget(self.back)
        top.addWidget(self.field)
        box = QVBoxLayout(page)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(top)
        box.addWidget(self.list, 1)
        self._line = QFrame(page)
        self._line.setFixedHeight(1)
        box.addWidget(self._line)
        box.addWidget(self.card)
        return page

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._theme = theme
        c = self._colors = colors(theme.name)
        for tile in self.tiles:
            tile.theme = theme
            tile.set_colors(c)
        self.back.set_colors(c)
        self.field.colors = c
        self.list.set_colors(c, theme, c.panel)
        self.card.set_colors(c)
        self._line.setStyleSheet(f"background: {c.hairline};")
        self._help.setStyleSheet(f"#steps {{ border-top: 1px solid {c.hairline}; }}")
        for text in (*self._titles, *self._quiet):
            text.setStyleSheet(f"color: {c.muted};")
        self.setStyleSheet(f"Operations, #home {{ background: {c.panel}; }} QScrollArea {{ background: {c.panel}; }}")
        self.refresh()

    # showing

    def refresh(self) -> None:
        """Show the operations used last and the favourites as they are now."""
        recent, starred = known(self._settings.recent_ops), known(self._settings.favourite_ops)
        self.recent.set_chips([self._chip(each) for each in recent])
        self.favourites.set_chips([self._chip(each) for each in starred])
        for head, found in zip(self._titles, (recent, starred), strict=True):
            head.setVisible(bool(found))
        self.list.stars = frozenset(self._settings.favourite_ops)
        self.list.viewport().update()
        self._make_room()

    def show_home(self) -> None:
        """The categories."""
        at = self._category
        self._category = None
        self.refresh()
        self._pages.setCurrentIndex(0)
        tile = next((tile for tile in self.tiles if tile.category is at), self.tiles[0])
        tile.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_category(self, id: str, text: str = "") -> None:
        """The operations of a category, or of all with "", those that fit a text."""
        self._category = category(id) if id else None
        self.field.set_hint(self._category.title if self._category is not None else "all categories")
        self.field.setText(text)
        self._search(text)
        self._pages.setCurrentIndex(1)
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _search(self, text: str) -> None:
        pool = in_category(self._category.id) if self._category is not None else entries()
        rows = [row_of(hit) for hit in search(text, pool)]
        if not rows:
            where = f" in {self._category.title}" if self._category is not None else ""
            rows = [Row("", f"No operation fits{where}. Esc goes back.", is_code=False, is_enabled=False)]
        self.list.show_rows(rows)

    def _chip(self, shown: Entry) -> OpChip:
        chip = OpChip(shown, self._colors, self._theme)
        chip.clicked.connect(partial(self._take, shown.id))
        chip.dragged.connect(self._drag)
        return chip

    # doing

    def _take(self, id: str, _checked: bool = False) -> None:
        self._settings.use_op(id)
        self.refresh()
        self.picked.emit(id)

    def _star(self, id: str) -> None:
        self._settings.star_op(id)
        self.refresh()

    def _drag(self, id: str) -> None:
        if drag_op(self, id, self._colors, self._theme):
            self._settings.use_op(id)
            self.refresh()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Typing in front of the categories searches all of them."""
        if self._pages.currentIndex() == 0 and event.text().strip() and event.text().isprintable():
            self.show_category("", event.text())
            return
        super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field and isinstance(event, QKeyEvent):
            is_star = event.key() == Qt.Key.Key_D and event.modifiers() == Qt.KeyboardModifier.ControlModifier
            if event.type() == QEvent.Type.ShortcutOverride and (is_star or event.key() == Qt.Key.Key_Escape):
                event.accept()
                return True
            if event.type() == QEvent.Type.KeyPress:
                return self._on_key(event, is_star)
        return super().eventFilter(watched, event)

    def _on_key(self, event: QKeyEvent, is_star: bool) -> bool:
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.list.step(1 if key == Qt.Key.Key_Down else -1)
        elif key in (Qt.Key.Key_PageDown, Qt.Key.Key_PageUp):
            self.list.page(1 if key == Qt.Key.Key_PageDown else -1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.list.current is not None:
                self._take(self.list.current.id)
        elif is_star:
            if self.list.current is not None:
                self._star(self.list.current.id)
        elif key == Qt.Key.Key_Escape:
            if self.field.text():
                self.field.clear()
            else:
                self.show_home()
        else:
            return False
        return True

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def _make_room(self) -> None:
        """Shows what there is room for."""
        box = self._home.layout()
        self._help.hide()
        box.activate()
        self._help.setVisible(box.minimumSize().height() + self._help.sizeHint().height() + 6 <= self.height())
        self.card.setVisible(self.height() >= _CARD_FROM)
        self._line.setVisible(self.height() >= _CARD_FROM)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()
