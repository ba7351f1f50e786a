"""What would come of an op on given inputs: shape and dtype, what is worth knowing, or why they do not fit.

For ports that say what fits while a wire is in the hand, and for what the palette says beside each op.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np

from gradstudio.engine.primitive import Primitive
from gradstudio.engine.shapes import text
from gradstudio.engine.written import ordinal
from gradstudio.language.cures import Cure, cures_of_fit, cures_of_misfit
from gradstudio.language.op_facts import (
    dims_of,
    first_slot,
    is_broadcasting,
    is_flat,
    joined_shape,
    needed,
    row_of,
    takes_floats,
)
from gradstudio.language.results import Given, Known, MisfitError, Shape, results

_NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Fit:
    """Whether an op takes its inputs, and what it gives.

    shape: of the result, None where shapes and dtypes do not tell, or an input is open. words: why it does not fit,
    with the shapes; or what is worth knowing ("slope 0"), "" where that is nothing.
    """

    ok: bool
    shape: Shape | None = None
    dtype: str = ""
    words: str = ""
    cures: tuple[Cure, ...] = field(default=())
    count: int = 1  # how many values the op gives; shape and dtype are those of the first


def candidate(
    op: str, inputs: Sequence[Given | None], params: Mapping[str, Any] = _NOTHING, names: Sequence[str] = ()
) -> Fit:
    """What op(*inputs, **params) would give. An input is what is Known of it, a written number, or None if it is open.

    names: what the inputs are called, for the words. Raises KeyError for an op that there is not.
    """
    row = row_of(op)
    given = _without_left_out(row, inputs)
    lacking = needed(row, len(given), params)
    if lacking or any(x is None for x in given):
        return Fit(True, words=lacking or f"the {ordinal(given.index(None))} input is open")
    ready = tuple([x for x in given if x is not None])
    try:
        found = results(row, ready, params)
    except MisfitError as error:
        return Fit(False, None, "", _why_not(row, ready, str(error)), cures_of_misfit(row, ready, params, names))
    if not found:
        return Fit(True, words=_notes(row, ready, None))
    first = found[0]
    cures = cures_of_fit(row, ready, params, names)
    return Fit(True, first.shape, first.dtype, _notes(row, ready, first), cures, len(found))


def fits_for(known: Known, ops: Iterable[str]) -> dict[str, str]:
    """What the palette says at the right of each op that would get `known`: "[200]", "needs labels", "slope 0"."""
    found = {}
    for op in ops:
        row = row_of(op)
        words = needed(row, 1, _NOTHING)
        if not words:
            try:
                given = results(row, (known,), _NOTHING)
            except MisfitError:
                words = "does not fit"
            else:
                words = "slope 0" if is_flat(row) else _sizes(given) if given else "fits"
        found[op] = words
    return found


def _sizes(given: tuple[Known, ...]) -> str:
    shown = ", ".join([text(y.shape) if y.shape else "[ ]" for y in given[:2]])
    return f"{shown} ..." if len(given) > 2 else shown


def wanted(op: str, inputs: Sequence[Given | None], slot: int, params: Mapping[str, Any] = _NOTHING) -> Known | None:
    """A value that the open input `slot` would take, judged by the others; None where they do not tell."""
    row = row_of(op)
    others = [x for i, x in enumerate(inputs) if i != slot and isinstance(x, Known)]
    if not others or any(x is None for i, x in enumerate(inputs) if i != slot):
        return None
    guesses = [Known(x.shape, x.dtype) for x in others]
    for x in others:
        guesses += [Known(dims, x.dtype) for dims in (x.shape[-1:], x.shape[:1])]
        guesses += [Known(dims, "int64") for dims in (x.shape, x.shape[:-1])]
    for guess in dict.fromkeys(guesses):
        filled = [guess if i == slot else x for i, x in enumerate(inputs)]
        try:
            if results(row, tuple([x for x in filled if x is not None]), params) is not None:
                return guess
        except MisfitError:
            continue
    return None


def _without_left_out(row: Primitive, inputs: Sequence[Given | None]) -> list[Given | None]:
    """Optional inputs that are not known at the end count as left out."""
    given = list(inputs)
    required = len(row.inputs) - row.optional
    while not row.variadic and len(given) > required and given[-1] is None:
        given.pop()
    return given


# words


def _why_not(row: Primitive, inputs: tuple[Given, ...], said: str) -> str:
    """Why the inputs do not fit, in one line with their shapes."""
    shapes = [dims_of(x) for x in inputs]
    given = " and ".join(text(s) if s else "[ ]" for s in shapes)
    if row.name == "matmul" and not all(shapes):
        return f"{given}: matmul takes no scalar, multiply does"
    if len(inputs) == 2 and row.name in ("matmul", "dot") and all(shapes):
        inner, outer = shapes[0][-1], shapes[1][-2 if len(shapes[1]) > 1 else 0]
        if inner != outer:
            return f"{given}: {inner} and {outer} do not match"
    if is_broadcasting(row, inputs):
        for ends in zip(*[reversed(s) for s in shapes], strict=False):
            unlike = [n for n in dict.fromkeys(ends) if n != 1]
            if len(unlike) > 1:
                return f"{given}: {' and '.join(map(str, unlike))} do not match"
    said = said.removeprefix(f"{row.name}: ")
    return f"{given}: {said[:160]}" if said else f"{row.name} does not take {given}"


def _notes(row: Primitive, inputs: tuple[Given, ...], result: Known | None) -> str:
    """What is worth knowing of a fit."""
    notes = []
    if is_flat(row):
        notes.append("slope 0")
    else:
        kinds = {np.dtype(x.dtype).kind for i, x in enumerate(inputs) if isinstance(x, Known) and takes_floats(row, i)}
        if kinds & set("iu"):
            notes.append("integers get no gradient")
        elif "b" in kinds:
            notes.append("booleans get no gradient")
    if result is not None and is_broadcasting(row, inputs):
        whole = joined_shape([dims_of(x) for x in inputs])
        for x in inputs:
            if whole is not None and dims_of(x) and dims_of(x) != whole and math.prod(whole) > 1:
                notes.append(f"{text(dims_of(x))} to {text(whole)}")
    return ", ".join(notes)


__all__ = ["Cure", "Fit", "Given", "Known", "candidate", "first_slot", "fits_for", "wanted"]
