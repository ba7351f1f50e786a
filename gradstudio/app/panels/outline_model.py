"""The outline as a Qt model over columns: a tree of groups and nodes, or the nodes alone. No object per row."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QFont

from gradstudio.app.canvas.painter import color
from gradstudio.app.fonts import mono, words
from gradstudio.app.icons import icon
from gradstudio.app.panels.outline_branches import PAGE, Branches, with_branches
from gradstudio.app.panels.outline_columns import (
    BYTES,
    GRADIENT,
    HEADS,
    LINE,
    MAGNITUDE,
    NAME,
    OP,
    PROBLEM,
    SHAPE,
    TIME,
    VALUE,
    Columns,
)
from gradstudio.app.plain import tip
from gradstudio.app.theme import colors
from gradstudio.graph.model import Group
from gradstudio.picture.color import magnitude, signed, text_on
from gradstudio.picture.fonts import plain
from gradstudio.picture.states import State
from gradstudio.picture.tokens import Theme

_Index = QModelIndex | QPersistentModelIndex
_ROLE = Qt.ItemDataRole
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_NUMBERS = (LINE, VALUE, GRADIENT, MAGNITUDE, BYTES, TIME)


class OutlineModel(QAbstractItemModel):
    """Rows of Columns that a mask lets through, in the order of the tape or of one column.

    An index carries the number of its item. is_tree: groups are branches; else there are nodes only.
    """

    def __init__(self, theme: Theme, is_tree: bool) -> None:
        super().__init__()
        self._theme = theme
        self._is_tree = is_tree
        self.columns: Columns | None = None
        self._shown: np.ndarray | None = None  # bool (nodes,); None: all
        self._column, self._falls = -1, False
        self._numbers_font, self._group_font = mono(11.5), words(12, 600)
        self._arrange()

    # what is shown

    def set_columns(self, columns: Columns | None, shown: np.ndarray | None = None) -> None:
        """Show another graph; shown: bool (nodes,), which nodes (None: all)."""
        self.beginResetModel()
        self.columns, self._shown = columns, shown
        self._arrange()
        self.endResetModel()

    def renew(self, columns: Columns) -> None:
        """The same nodes with other numbers."""
        self.columns = columns
        if self._column >= 0:
            self.sort(self._column, Qt.SortOrder.DescendingOrder if self._falls else Qt.SortOrder.AscendingOrder)
        if count := self.rowCount():
            self.dataChanged.emit(self.index(0, 0), self.index(count - 1, len(HEADS) - 1))

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._theme = theme

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Order the rows of each branch by a column; -1: as computed. Empty cells come last."""
        self.layoutAboutToBeChanged.emit()
        kept = self.persistentIndexList()
        self._column, self._falls = column, order == Qt.SortOrder.DescendingOrder
        self._arrange()
        self.changePersistentIndexList(kept, [self.index_of(i.internalId(), i.column()) for i in kept])
        self.layoutChanged.emit()
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(HEADS) - 1)

    def _arrange(self) -> None:
        c = self.columns
        if c is None:
            none = np.zeros(0, np.int64)
            self._branches = Branches(none, none.astype(bool), (none.astype(np.float64),), 0)
            return
        kept = np.zeros(c.nodes + c.groups, bool)
        kept[: c.nodes] = True if self._shown is None else self._shown
        if self._is_tree:
            kept = with_branches(kept, c.parent, c.nodes)
        keys = (c.tape(),)
        if self._column >= 0:
            numbers = c.numbers(self._column)
            is_empty = np.isnan(numbers)
            keys = (*keys, np.where(is_empty, 0.0, -numbers if self._falls else numbers), is_empty)
        parent = c.parent if self._is_tree else np.full(len(kept), -1)
        self._branches = Branches(parent, kept, keys, PAGE if self._is_tree else 0)

    # items

    def item(self, index: _Index) -> int:
        """The item of an index, -1 for none."""
        return index.internalId() if index.isValid() else -1

    def index_of(self, item: int, column: int = 0) -> QModelIndex:
        """The index of an item; invalid if it is not shown."""
        place = self._branches.place(item)
        return self.createIndex(place, column, item) if place >= 0 else QModelIndex()

    def shown_nodes(self) -> np.ndarray:
        """The nodes in the order of the rows, as if every branch were open and groups were no rows."""
        if self.columns is None:
            return np.zeros(0, np.int64)
        return self._branches.leaves(self.columns.nodes) if self._is_tree else self._branches.children(-1)

    def group(self, item: int) -> Group | None:
        """The group that a branch is; None for nodes and pages."""
        c = self.columns
        return c.graph.groups[item - c.nodes] if c is not None and c.nodes <= item < self._branches.count else None

    # what Qt asks

    def index(self, row: int, column: int, parent: _Index | None = None) -> QModelIndex:
        item = self._branches.row(parent.internalId() if parent is not None and parent.isValid() else -1, row)
        return self.createIndex(row, column, item) if item >= 0 and column >= 0 else QModelIndex()

    def parent(self, index: _Index | None = None) -> QModelIndex:  # type: ignore[override]
        if index is None or not index.isValid():
            return QModelIndex()
        return self.index_of(self._branches.parent(index.internalId()))

    def rowCount(self, parent: _Index | None = None) -> int:
        if parent is None or not parent.isValid():
            return self._branches.rows(-1)
        return self._branches.rows(parent.internalId()) if parent.column() == 0 else 0

    def hasChildren(self, parent: _Index | None = None) -> bool:
        return self.rowCount(parent) > 0

    def columnCount(self, parent: _Index | None = None) -> int:
        return len(HEADS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> object:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == _ROLE.DisplayRole:
            return self._head(section)
        if role == _ROLE.AccessibleTextRole:
            order = ("rising", "falling")[self._falls]
            return HEADS[section] + (f", sorted, {order}" if section == self._column else "")
        if role == _ROLE.TextAlignmentRole:
            return _RIGHT if section in _NUMBERS else _LEFT
        return None

    def _head(self, section: int) -> str:
        """The word of a column, with an arrow where the rows are sorted by it."""
        if section != self._column:
            return HEADS[section]
        arrow = "↑↓"[self._falls]
        return f"{arrow} {HEADS[section]}" if section in _NUMBERS else f"{HEADS[section]} {arrow}"

    def data(self, index: _Index, role: int = 0) -> object:
        c = self.columns
        if c is None:
            return None
        item, column = index.internalId(), index.column()
        if item >= self._branches.count:
            return self._page_data(item, column, role)
        if role == _ROLE.DisplayRole:
            return c.text(item, column)
        if role == _ROLE.TextAlignmentRole:
            return _RIGHT if column in _NUMBERS else _LEFT
        if role == _ROLE.FontRole:
            return self._font(item, column)
        if role == _ROLE.ForegroundRole:
            return self._ink(item, column)
        if role == _ROLE.DecorationRole and column == PROBLEM and (severity := c.severity(item)):
            t = colors(self._theme.name)
            return icon(severity, {"error": t.error, "warn": t.warn}.get(severity, t.info), 14)
        if role == _ROLE.ToolTipRole:
            return self._tip(item, column)
        if role == _ROLE.AccessibleTextRole:
            return c.spoken(item) if column == NAME else f"{HEADS[column]} {c.text(item, column) or 'none'}"
        return None

    def _page_data(self, page: int, column: int, role: int) -> object:
        """A page of a long branch says from where to where it goes."""
        c, rows = self.columns, self._branches.children(page)
        if c is None or column != NAME or role not in (_ROLE.DisplayRole, _ROLE.AccessibleTextRole):
            return self._group_font if role == _ROLE.FontRole else None
        first, last = c.text(rows.item(0), NAME), c.text(rows.item(-1), NAME)
        begin = self._branches.place(page) * PAGE + 1
        names = f"{first} to {last}" if first != last else first
        return f"{begin:,} to {begin + len(rows) - 1:,}: {names}"

    def _font(self, item: int, column: int) -> QFont | None:
        assert self.columns is not None
        if column in _NUMBERS or column == SHAPE:
            return self._numbers_font
        return self._group_font if column == NAME and item >= self.columns.nodes else None

    def _ink(self, item: int, column: int) -> QColor | None:
        assert self.columns is not None
        if column in (OP, LINE, SHAPE, BYTES, TIME):
            return color(self._theme.ink["muted"])
        if column in (GRADIENT, MAGNITUDE) and item < self.columns.nodes:
            if column == GRADIENT and (chip := self.chip(item)) is not None:
                is_nan = self.columns.state(item) == State.NAN
                return color(self._theme.nan_text if is_nan else text_on(np.array([chip]))[0])
            if self.columns.row(item) < 0:
                return color(self._theme.ink["muted"])
        return None

    def chip(self, item: int) -> int | None:
        """The colour of a node's gradient, None where it has none."""
        c = self.columns
        if c is None or not 0 <= item < c.nodes or (row := c.row(item)) < 0:
            return None
        if c.state(item) == State.NAN:
            return self._theme.nan_soft
        s = c.trace.sweeps[c.graph.sweep].cotangents
        if s.size.item(row) == 1:
            return int(signed(self._theme, c.scale, s.mean[row : row + 1])[0])
        return int(magnitude(self._theme, s.rms[row : row + 1])[0])

    def _tip(self, item: int, column: int) -> str | None:
        c = self.columns
        assert c is not None
        if column == PROBLEM and (p := c.problem(item)) is not None:
            return tip(plain(p.message, 300) + (f"\n{plain(p.hint, 300)}" if p.hint else ""))
        if column == MAGNITUDE and item >= c.nodes and c.text(item, column):
            return "the largest inside"
        return tip(c.text(item, column)) if column in (NAME, OP) else None
