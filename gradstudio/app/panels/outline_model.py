"""The outline as a Qt model over columns: a tree of groups and nodes, or the nodes alone. No object per row."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QFont

from gradstudio.app.canvas.painter import color
from gradstudio.app.fonts import mono, words
from gradstudio.app.icons import icon
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
        """Children of each item in order, and where each item stands among its siblings."""
        c = self.columns
        count = 0 if c is None else c.nodes + c.groups
        self._place = np.full(count, -1, np.int64)
        self._start = np.zeros(count + 2, np.int64)  # of the children of item i at [i + 1]; of the top at [0]
        self._items = np.zeros(0, np.int64)
        self._parent = np.full(count, -1, np.int64)
        if c is None:
            return
        is_kept = np.zeros(count, bool)
        is_kept[: c.nodes] = True if self._shown is None else self._shown
        if self._is_tree:
            self._parent = c.parent
            self._keep_branches(is_kept)
        items = np.flatnonzero(is_kept)
        keys = [c.tape()[items]]
        if self._column >= 0:
            numbers = c.numbers(self._column)[items]
            is_empty = np.isnan(numbers)
            keys += [np.where(is_empty, 0.0, -numbers if self._falls else numbers), is_empty]
        parent = self._parent[items]
        order = np.lexsort((*keys, parent)) if self._is_tree else np.lexsort(keys)
        self._items = items[order]
        self._start[1:] = np.cumsum(np.bincount(parent + 1, minlength=count + 1))
        self._place[self._items] = np.arange(len(items)) - self._start[parent[order] + 1]

    def _keep_branches(self, is_kept: np.ndarray) -> None:
        """Groups are there where a node in them is."""
        assert self.columns is not None
        nodes, above = self.columns.nodes, self._parent
        inside = above[:nodes][is_kept[:nodes]]
        is_kept[inside[inside >= 0]] = True
        for item in range(len(is_kept) - 1, nodes - 1, -1):  # parents come before children
            if is_kept[item] and above[item] >= 0:
                is_kept[above[item]] = True

    # items

    def item(self, index: _Index) -> int:
        """The item of an index, -1 for none."""
        return index.internalId() if index.isValid() else -1

    def index_of(self, item: int, column: int = 0) -> QModelIndex:
        """The index of an item; invalid if it is not shown."""
        if not 0 <= item < len(self._place) or self._place.item(item) < 0:
            return QModelIndex()
        return self.createIndex(self._place.item(item), column, item)

    def shown_nodes(self) -> np.ndarray:
        """The nodes in the order of the rows, as if every branch were open and groups were no rows."""
        assert self.columns is not None
        if not self._is_tree:
            return self._items
        found, stack = [], [-1]
        while stack:
            item = stack.pop()
            if 0 <= item < self.columns.nodes:
                found.append(item)
            else:
                stack += self._children(item)[::-1].tolist()
        return np.array(found, np.int64)

    def _children(self, item: int) -> np.ndarray:
        return self._items[self._start.item(item + 1) : self._start.item(item + 2)]

    # what Qt asks

    def index(self, row: int, column: int, parent: _Index | None = None) -> QModelIndex:
        above = parent.internalId() if parent is not None and parent.isValid() else -1
        at = self._start.item(above + 1) + row
        if row < 0 or column < 0 or at >= self._start.item(above + 2):
            return QModelIndex()
        return self.createIndex(row, column, self._items.item(at))

    def parent(self, index: _Index | None = None) -> QModelIndex:  # type: ignore[override]
        if index is None or not index.isValid():
            return QModelIndex()
        return self.index_of(self._parent.item(index.internalId()))

    def rowCount(self, parent: _Index | None = None) -> int:
        if parent is None or not parent.isValid():
            return self._start.item(1)
        item = parent.internalId()
        return self._start.item(item + 2) - self._start.item(item + 1) if parent.column() == 0 else 0

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
        if c is None or item >= c.nodes or (row := c.row(item)) < 0:
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
