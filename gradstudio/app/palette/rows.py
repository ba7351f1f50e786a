"""Rows of a list that is searched: sections, and entries with icon, lit letters and a note at the right."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

from gradstudio.studio.palette.catalogue import category
from gradstudio.studio.palette.entry import Entry
from gradstudio.studio.palette.search import Hit

ROW = Qt.ItemDataRole.UserRole
_Index = QModelIndex | QPersistentModelIndex
Fits = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list. A section is a title above others and cannot be chosen."""

    id: str
    text: str
    icon: str = ""  # of resources/icons
    family: int = -1  # whose colour the icon has; -1: a plain one
    letters: tuple[int, ...] = ()  # places in text that a person typed
    note: str = ""  # quiet, after the text
    right: str = ""  # at the right end; "": what the list's `fits` says
    is_code: bool = True  # the text is a name in a program
    has_keys: bool = False  # what stands at the right is code or keys
    is_section: bool = False
    is_enabled: bool = True


def row_of(hit: Hit) -> Row:
    """A hit of a search as a row."""
    each = hit.entry
    is_op = each.kind == "op"
    return Row(
        each.id,
        each.title,
        each.icon,
        category(each.category).family,
        hit.letters,
        note=hit.via.rpartition(".")[2],
        right=each.writes,
        is_code=is_op,
        has_keys=not is_op,
    )


def rows_of(entries: Iterable[Entry]) -> list[Row]:
    """Entries as they are, none of their letters lit."""
    return [row_of(Hit(each, 0)) for each in entries]


def section(title: str) -> Row:
    """A title between rows."""
    return Row("", title, is_section=True)


class RowsModel(QAbstractListModel):
    """Rows, and for those without a note at the right what `fits` says of them, asked once and only when shown."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[Row] = []
        self._fits: Fits | None = None
        self._said: dict[str, str] = {}

    def set_rows(self, rows: list[Row]) -> None:
        """Other rows."""
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def set_fits(self, fits: Fits | None) -> None:
        """Who says how an entry fits; what was said before is forgotten."""
        self._fits = fits
        self._said.clear()

    def right(self, row: Row) -> str:
        """The note at the right of a row."""
        if row.right or self._fits is None or row.is_section:
            return row.right
        if row.id not in self._said:
            self._said[row.id] = self._fits(row.id)
        return self._said[row.id]

    def first(self) -> int:
        """The first row that can be chosen, -1 if there is none."""
        return self.step(-1, 1)

    def step(self, at: int, by: int) -> int:
        """The next row (by 1) or previous one (-1) that can be chosen; the ends meet. -1 if there is none."""
        count = len(self.rows)
        at = count if by < 0 and at < 0 else at
        for _ in range(count):
            at = (at + by) % count
            if self.can_choose(at):
                return at
        return -1

    def can_choose(self, at: int) -> bool:
        """Whether a row is there, is an entry and can be done now."""
        return 0 <= at < len(self.rows) and not self.rows[at].is_section and self.rows[at].is_enabled

    def rowCount(self, parent: _Index | None = None) -> int:
        return len(self.rows)

    def flags(self, index: _Index) -> Qt.ItemFlag:
        if not self.can_choose(index.row()):
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren

    def data(self, index: _Index, role: int = 0) -> object:
        if not 0 <= index.row() < len(self.rows):
            return None
        row = self.rows[index.row()]
        if role == ROW:
            return row
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return ", ".join(part for part in (row.text, row.note, self.right(row)) if part)
        return None
