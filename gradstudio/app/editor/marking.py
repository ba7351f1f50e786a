"""From a view to what the editor shows beside its lines, in words and colours."""

from __future__ import annotations

import numpy as np

from gradstudio.app.editor.gutter import Mark
from gradstudio.picture.color import magnitude, scale_of, signed
from gradstudio.picture.numbers import gradient_text, value_text
from gradstudio.picture.tokens import Theme
from gradstudio.studio.outcome import View


def marks_of(view: View, theme: Theme) -> dict[int, Mark]:
    """Line -> mark. A scalar's chip has the signed colour, an array's the colour of its size."""
    values = view.trace.records.values
    sweep = view.trace.sweeps[view.sweep] if view.sweep >= 0 else None
    fills = _fills(view, theme)
    marks = {}
    for line, note in view.notes.items():
        value = value_text(values, note.record)
        title = view.whole.title[note.node][:80]
        tip = f"{title} = {value}"
        is_nan = False
        if sweep is not None and note.row >= 0:
            is_nan = bool(sweep.cotangents.nan[note.row])
            tip += f"\n∂ {gradient_text(sweep.cotangents, note.row)}"
            if len(note.history) > 1:
                tip += f", pass {note.shown + 1} of {len(note.history)}"
        marks[line] = Mark(value, fills.get(note.row, ""), is_nan, note.history, note.shown, tip)
    for line, passage in view.passages.items():
        tip = f"{passage.title[:80]}: {passage.unit} {passage.shown} of {passage.of} is shown\n"
        tip += "Click an arrow, turn the wheel, or press Alt+PageUp and Alt+PageDown"
        marks[line] = Mark(tip=tip, turn=passage.shown, turns=passage.of)
    return marks


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
