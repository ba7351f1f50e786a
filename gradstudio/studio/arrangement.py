"""Arrangement: how a person folded, moved and turned the picture. It is kept in the program's header, as the table
[tool.gradstudio.view], so that it travels with the file and the editor's undo takes it back."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from gradstudio.graph.fold_state import WAYS, FoldState
from gradstudio.language.header import read_header
from gradstudio.layout.model import Options
from gradstudio.studio.header_table import with_entries

DIRECTIONS = ("right", "down")
_NOT_RUN = ("view", "inputs")  # tables that say nothing to a run
_MOST = 2000  # entries of one list; what is beyond is not read
_LONGEST = 1000  # characters of one id


@dataclass(frozen=True, slots=True)
class Arrangement:
    """What a person did to a picture. moved: node id, columns to the right, rows down."""

    folds: FoldState = field(default_factory=FoldState)
    direction: str = "right"
    moved: tuple[tuple[str, int, int], ...] = ()

    @property
    def options(self) -> Options:
        """The same, as the layout takes it."""
        return Options(direction=self.direction, moved=self.moved)

    def with_moved(self, node: str, columns: int, rows: int) -> Arrangement:
        """A node moved on by so many columns and rows; one that is back in its place is not kept."""
        before = {name: (c, r) for name, c, r in self.moved}
        c, r = before.pop(node, (0, 0))
        before[node] = (c + columns, r + rows)
        return replace(self, moved=tuple((name, c, r) for name, (c, r) in before.items() if c or r))


def read_arrangement(text: str, chosen: tuple[tuple[str, int], ...] = ()) -> Arrangement:
    """The arrangement in a program's header; what is not of the right form is passed over.

    chosen: stack and number of the passes that boxes show, which no text keeps.
    """
    view = read_header(text)[0].table.get("view")
    if not isinstance(view, dict):
        view = {}
    direction = view.get("direction", "right")
    return Arrangement(
        FoldState(
            closed=tuple(i for i in _rows(view, "closed") if _is_id(i)),
            opened=tuple(i for i in _rows(view, "opened") if _is_id(i)),
            passes=tuple((r[0], r[1]) for r in _rows(view, "passes") if _is_row(r, 1)),
            chosen=chosen,
            only=tuple((r[0], r[1], r[2]) for r in _rows(view, "only") if _is_way(r)),
            hidden=tuple(i for i in _rows(view, "hidden") if _is_id(i)),
        ),
        direction if direction in DIRECTIONS else "right",
        tuple((r[0], r[1], r[2]) for r in _rows(view, "moved") if _is_row(r, 2)),
    )


def _rows(view: dict[str, Any], key: str) -> list[Any]:
    rows = view.get(key, [])
    return rows[:_MOST] if isinstance(rows, list) else []


def _is_id(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= _LONGEST


def _is_way(value: object) -> bool:
    """A way to what is isolated."""
    if not isinstance(value, list) or len(value) != 3 or value[0] not in WAYS or not _is_id(value[1]):
        return False
    return value[2] == "" or _is_id(value[2])


def _is_row(value: object, numbers: int) -> bool:
    """An id and so many whole numbers of a sensible size."""
    if not isinstance(value, list) or len(value) != numbers + 1 or not _is_id(value[0]):
        return False
    return all(type(n) is int and abs(n) < 1_000_000 for n in value[1:])


def written(text: str, arrangement: Arrangement) -> str:
    """The text with the arrangement in its header; everything else stays as it is, to the byte.

    Raises ValueError, in one line, for a header that cannot be read: it must not be overwritten.
    """
    return with_entries(text, ("view",), _entries(arrangement), "how the picture is arranged")


def _entries(arrangement: Arrangement) -> dict[str, Any]:
    """What is to stand in the file; the usual is not written."""
    f = arrangement.folds
    entries = {
        "direction": arrangement.direction if arrangement.direction != "right" else None,
        "closed": list(f.closed),
        "opened": list(f.opened),
        "passes": [list(p) for p in f.passes],
        "only": [list(way) for way in f.only],
        "hidden": list(f.hidden),
        "moved": [list(m) for m in arrangement.moved],
    }
    return {key: value or None for key, value in entries.items()}


def is_same_program(before: str, after: str) -> bool:
    """Whether two texts differ in the arrangement and the ranges of inputs only, and no line of the program stands
    elsewhere."""
    a, b = read_header(before)[0], read_header(after)[0]
    kept_a, kept_b = ({k: v for k, v in h.table.items() if k not in _NOT_RUN} for h in (a, b))
    if kept_a != kept_b:
        return False
    return _code(before, a.first_line, a.last_line) == _code(after, b.first_line, b.last_line)


def _code(text: str, first: int, last: int) -> tuple[str, int, str]:
    """What stands before a header, the first line after it, and what stands there; nothing after it, nowhere."""
    if not first:
        return text.rstrip(), 0, ""
    lines = text.split("\n")
    before, after = "\n".join(lines[: first - 1]).rstrip(), "\n".join(lines[last:]).rstrip()
    return before, last if after else 0, after
