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
    scale = scale_of(view.trace, view.sweep)
    sweep = view.trace.sweeps[view.sweep] if view.sweep >= 0 else None
    marks = {}
    for line, note in view.notes.items():
        value = value_text(values, note.record)
        title = view.whole.title[note.node][:80]
        tip = f"{title} = {value}"
        fill, is_nan = "", False
        if sweep is not None and note.row >= 0:
            c, row = sweep.cotangents, note.row
            is_nan = bool(c.nan[row])
            if not is_nan:
                is_scalar = c.shapes[c.shape[row]] == ()
                number = np.array([c.mean[row] if is_scalar else c.rms[row]])
                color = signed(theme, scale, number) if is_scalar else magnitude(theme, number)
                fill = f"#{int(color[0]) & 0xFFFFFF:06X}"
            tip += f"\n∂ {gradient_text(c, row)}"
            if len(note.history) > 1:
                tip += f", pass {note.shown + 1} of {len(note.history)}"
        marks[line] = Mark(value, fill, is_nan, note.history, note.shown, tip)
    for line, passage in view.passages.items():
        tip = f"{passage.title[:80]}: {passage.unit} {passage.shown} of {passage.of} is shown\n"
        tip += "Click an arrow, turn the wheel, or press Alt+PageUp and Alt+PageDown"
        marks[line] = Mark(tip=tip, turn=passage.shown, turns=passage.of)
    return marks
