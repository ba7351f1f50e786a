"""From a view to what the editor shows beside its lines, in words and colours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from gradstudio.app.editor.gutter import Mark
from gradstudio.picture.color import magnitude, scale_of, signed
from gradstudio.picture.numbers import gradient_text, value_text
from gradstudio.picture.tokens import Theme
from gradstudio.studio.line_notes import LineNote
from gradstudio.studio.outcome import View
from gradstudio.studio.passes import Passage


class MarksOf(Mapping[int, Mark]):
    """Line -> mark. A scalar's chip has the signed colour, an array's the colour of its size.

    A mark is made when somebody looks at its line: a text has thousands, a window shows forty.
    """

    def __init__(self, view: View, theme: Theme) -> None:
        self._view = view
        self._sweep = view.trace.sweeps[view.sweep] if view.sweep >= 0 else None
        self._fills = _fills(view, theme)
        self._made: dict[int, Mark] = {}

    def __getitem__(self, line: int) -> Mark:
        if line not in self._made:
            passage = self._view.passages.get(line)
            self._made[line] = self._note(self._view.notes[line]) if passage is None else _passage(passage)
        return self._made[line]

    def __iter__(self) -> Iterator[int]:
        return iter({**self._view.notes, **self._view.passages})

    def __len__(self) -> int:
        return len(self._view.notes.keys() | self._view.passages.keys())

    def __contains__(self, line: object) -> bool:
        return line in self._view.notes or line in self._view.passages

    def _note(self, note: LineNote) -> Mark:
        view, sweep = self._view, self._sweep
        value = value_text(view.trace.records.values, note.record)
        tip = f"{view.whole.title[note.node][:80]} = {value}"
        is_nan = False
        if sweep is not None and note.row >= 0:
            is_nan = bool(sweep.cotangents.nan[note.row])
            tip += f"\n∂ {gradient_text(sweep.cotangents, note.row)}"
            if len(note.history) > 1:
                tip += f", pass {note.shown + 1} of {len(note.history)}"
        return Mark(value, self._fills.get(note.row, ""), is_nan, note.history, note.shown, tip)


def _passage(passage: Passage) -> Mark:
    tip = f"{passage.title[:80]}: {passage.unit} {passage.shown} of {passage.of} is shown\n"
    tip += "Click an arrow, turn the wheel, or press Alt+PageUp and Alt+PageDown"
    return Mark(tip=tip, turn=passage.shown, turns=passage.of)


def _fills(view: View, theme: Theme) -> dict[int, str]:
    """Row of the sweep -> colour, for all lines at once."""
    if view.sweep < 0:
        return {}
    c = view.trace.sweeps[view.sweep].cotangents
    rows = np.array(sorted({note.row for note in view.notes.values() if note.row >= 0}), np.int64)
    rows = rows[c.nan[rows] == 0]
    is_scalar = np.array([not c.shapes[k] for k in c.shape[rows].tolist()], bool)
    scale = scale_of(view.trace, view.sweep)
    found: dict[int, str] = {}
    for part, colors in (
        (rows[is_scalar], signed(theme, scale, c.mean[rows[is_scalar]])),
        (rows[~is_scalar], magnitude(theme, c.rms[rows[~is_scalar]])),
    ):
        found.update(
            (row, f"#{color & 0xFFFFFF:06X}") for row, color in zip(part.tolist(), colors.tolist(), strict=True)
        )
    return found
