"""Commands: everything a person can do, found by its words: actions, operations to add, examples, recent files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from gradstudio.app.actions import ACTIONS, Action
from gradstudio.app.palette.rows import Row, row_of, section
from gradstudio.studio.examples import examples
from gradstudio.studio.palette.search import FUZZY, SYNONYM, match_title, search

if TYPE_CHECKING:
    from gradstudio.app.main_window import MainWindow

_MOST, _FEW = 200, 5
_ITSELF = "find-node"


class Commands:
    """What the search field of a window finds besides nodes, once its toolbar is there.

    `add(entry id)` puts an operation on the canvas; while it is None, operations are not offered.
    """

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        window.toolbar.finder.set_source(self.find)
        window.toolbar.finder.commanded.connect(self.run)
        self.add: Callable[[str], object] | None = None

    def find(self, text: str, is_only: bool = False) -> list[Row]:
        """Sections of rows that fit a text, the best of each first; no text gives all actions.

        `is_only`: there are no nodes above them, so more of each is shown.
        """
        wanted = " ".join(text.lower().split())
        most = _MOST if is_only else _FEW
        parts = (
            ("Commands", self._actions(wanted)[:most]),
            ("Operations", self._ops(wanted)[: 2 * _FEW if is_only else _FEW]),
            ("Examples", self._examples(wanted)[:_FEW]),
            ("Recent files", self._recent(wanted)[:_FEW]),
        )
        return [row for title, rows in parts if rows for row in (section(title), *rows)]

    def run(self, id: str) -> None:
        """Do what a row says. What cannot be done now is left alone."""
        kind, _, name = id.partition("/")
        window = self._window
        if kind == "action":
            entry = next(entry for entry in ACTIONS if entry.id == name)
            if entry.is_enabled(window):
                window.actions_by_id[name].setEnabled(True)
                window.actions_by_id[name].trigger()
        elif kind == "op" and self.add is not None:
            window.settings.use_op(name)
            self.add(name)
        elif kind == "example":
            window.files.open_example(Path(name))
        elif kind == "file":
            window.files.open_path(Path(name))

    # inside

    def _actions(self, wanted: str) -> list[Row]:
        found = []
        for place, entry in enumerate(ACTIONS):
            if entry.submenu or entry.id == _ITSELF:
                continue
            fits = _fits(entry.text.rstrip("…"), f"{entry.menu} {entry.text}", wanted)
            if fits is not None:
                is_enabled = entry.is_enabled(self._window)
                found.append(((not is_enabled, fits[0], place), self._row(entry, fits[1], is_enabled)))
        return _sorted(found)

    def _row(self, entry: Action, letters: tuple[int, ...], is_enabled: bool) -> Row:
        keys = entry.keys[0] if entry.keys else ""
        is_on = entry.is_checked is not None and entry.is_checked(self._window)
        return Row(
            f"action/{entry.id}",
            entry.text,
            icon="tick" if is_on else "",
            letters=letters,
            note=entry.menu,
            right=keys,
            is_code=False,
            has_keys=True,
            is_enabled=is_enabled,
        )

    def _ops(self, wanted: str) -> list[Row]:
        if self.add is None or not wanted:
            return []
        hits = search(wanted, recent=self._window.settings.recent_ops)
        rows = [row_of(hit) for hit in hits if hit.rank <= SYNONYM]
        return [replace(row, id=f"op/{row.id}") for row in rows]

    def _examples(self, wanted: str) -> list[Row]:
        return _named([(f"example/{example.path}", example.title, "") for example in examples()], wanted)

    def _recent(self, wanted: str) -> list[Row]:
        files = [Path(name) for name in self._window.settings.recent]
        return _named([(f"file/{path}", path.name, str(path.parent)) for path in files], wanted)


def _named(named: list[tuple[str, str, str]], wanted: str) -> list[Row]:
    """Rows of (id, text, note) that fit; none without a text."""
    found = []
    for place, (id, text, note) in enumerate(named):
        fits = _fits(text, text, wanted) if wanted else None
        if fits is not None and fits[0] < FUZZY:
            found.append(((False, fits[0], place), Row(id, text, letters=fits[1], note=note, is_code=False)))
    return _sorted(found)


def _sorted(found: list[tuple[tuple[bool, int, int], Row]]) -> list[Row]:
    """By how well they fit; what fits only by scattered letters counts where nothing else does."""
    if any(key[1] < FUZZY for key, _ in found):
        found = [(key, row) for key, row in found if key[1] < FUZZY]
    return [row for _, row in sorted(found, key=lambda pair: pair[0])]


def _fits(text: str, whole: str, wanted: str) -> tuple[int, tuple[int, ...]] | None:
    """How well the words typed fit a text, and which of its letters they are; `whole` may have words more."""
    if not wanted:
        return 0, ()
    found = match_title(text, wanted)
    if found is not None and found[0] < FUZZY:
        return found
    words = wanted.split()
    ways = [[match_title(title, word) for title in (text, whole)] for word in words]
    there = [min(fine) for way in ways if (fine := [hit for hit in way if hit is not None and hit[0] < FUZZY])]
    if len(there) == len(words):
        letters = {k for hit, _ in ways if hit is not None and hit[0] < FUZZY for k in hit[1]}
        return max(rank for rank, _ in there) + 1, tuple(sorted(letters))
    return found
