"""The card of an entry: formulas, signature, shapes, a call that runs, and the curve. Takes a moment: not for the
window's thread."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from gradstudio.engine.describing import Example, example, gradients
from gradstudio.engine.primitive import TABLE, Primitive
from gradstudio.engine.structure import flatten
from gradstudio.engine.subgradients import of_op
from gradstudio.studio.palette.catalogue import entry
from gradstudio.studio.palette.curve import HIGH, LOW, Curve, curve
from gradstudio.studio.palette.entry import Entry
from gradstudio.studio.palette.formulas import formulas
from gradstudio.studio.palette.source import Source
from gradstudio.studio.palette.typeset import Formula, typeset


@dataclass(frozen=True, slots=True, eq=False)
class Card:
    """Everything to be said of one entry."""

    entry: Entry
    signature: str
    formulas: tuple[Formula, ...]  # the value, then the gradients that have a short form
    shapes: str  # how shapes go through: "[2, 3], [3] → [2, 3]"
    gradient: str  # which inputs a gradient reaches, and what is taken at a corner
    example: Example | None
    curve: Curve | None


@lru_cache(maxsize=1024)
def card(id: str, source: Source | None = None) -> Card | None:
    """The card of an entry, for a value that it is to take; None where there is no such entry. Kept from then on."""
    found = entry(id)
    if found is None:
        return None
    row = TABLE.get(id)
    if row is None:
        return Card(found, found.writes, (), "", "", None, None)
    said = formulas(row, source.name if source is not None else "")
    lines = tuple(line for latex in (said.value, *said.gradients) if (line := typeset(latex)) is not None)
    return Card(found, row.signature, lines, _shapes(row), _gradient(row), example(row), _curve(id, source))


def _curve(id: str, source: Source | None) -> Curve | None:
    """Over the usual range, wider where the value reaches further."""
    if source is None or not source.has_range:
        return curve(id)
    return curve(id, min(LOW, source.low), max(HIGH, source.high))


def _gradient(row: Primitive) -> str:
    reached = gradients(row)
    text = "no gradient passes" if reached == "none" else f"gradient {reached.removesuffix(', of any order')}"
    choice = of_op(row.name)
    return text if choice is None else f"{text}; at {choice.point}: {choice.means}, {choice.value:g}"


def _shapes(row: Primitive) -> str:
    """The shapes of a sample that tells something, and what becomes of them."""
    for sample in sorted(row.samples, key=lambda s: -max((np.ndim(x) for x in flatten([*s.inputs])), default=0)):
        if row.calling is not None or sample.params:
            continue
        try:
            with np.errstate(all="ignore"):
                found = row(*sample.inputs)
        except (TypeError, ValueError):
            continue
        inputs = [x for x in flatten([*sample.inputs]) if x is not None]
        answers = flatten([*found]) if isinstance(found, list | tuple) else [found]
        if any(np.ndim(x) for x in inputs):
            return f"{', '.join(map(_shape, inputs))} → {', '.join(map(_shape, answers))}"
    return ""


def _shape(x: Any) -> str:
    return f"[{', '.join(map(str, np.shape(x)))}]"
