"""Sums and extremes over axes: the text of the calls. Sums are products with ones, several times as fast as NumPy's.

A sum over the last axis is made so up to some thousand elements in a row: beyond, adding in pairs is more exact. Over
axes in front NumPy adds row by row too. Where all elements are -0.0 a product gives 0.0.
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any, NamedTuple

import numpy as np

from gradstudio.engine import blas
from gradstudio.engine.plan.backends.source import Source
from gradstudio.engine.plan.program import Step, Value
from gradstudio.engine.sums import ones

_MANY = 1 << 12
"""A product pays from so many elements on."""
_LONGEST = 1 << 12
"""The most elements in a row that are added up one after the other."""

_SHORT = 32
"""Up to so many elements in a row, extremes are found faster among columns that are copied into rows."""

REDUCTIONS: dict[str, Callable[..., Any]] = {
    "sum": np.add.reduce,
    "max": np.maximum.reduce,
    "min": np.minimum.reduce,
}
"""Name of a row -> the method of a ufunc that it is."""


class _Run(NamedTuple):
    """Axes side by side that are added up, as one: how many elements it has, and each of those before and behind."""

    before: int
    length: int
    behind: int
    is_first: bool


class Sums:
    """Writes calls of reductions for a source."""

    def __init__(self, source: Source, is_part: bool, is_flat: bool) -> None:
        self._source = source
        self._is_part = is_part  # of what the values describe, cut along the first axis
        self._is_flat = is_flat  # all axes in one line

    def text(self, step: Step, x: Value, text: str, shape: tuple[int, ...], out: str) -> str:
        """Puts the reduction of x, an array with that text, into `out`; "None": into a new array of that shape."""
        axis = None if self._is_flat else _plain(step.params.get("axis"))
        reduce = self._source.bind(f"{step.row.name}_over", REDUCTIONS[step.row.name])
        run = _run(axis, x.shape) if x.dtype.char in "fd" and x.size >= _MANY else None
        if run is not None and step.row.name == "sum" and (run.behind > 1 or run.length <= _LONGEST):
            return self._put(*self._product(run, x.dtype.char, text), run, shape, out)
        if run is not None and step.row.name != "sum" and run.behind == 1 and run.length <= _SHORT:
            return self._put(f"{reduce}({text}.reshape(-1, {run.length}).T.copy(), 0, None", "-1", run, shape, out)
        keep = bool(step.params.get("keepdims", False))
        return f"{reduce}({text}, {self._source.literal(axis)}, None, {out}, {keep})"

    def _put(self, call: str, line: str, run: _Run, shape: tuple[int, ...], out: str) -> str:
        """A call that only lacks the array for its result, which has the axes `line`, and its end."""
        if out != "None" and out.isidentifier():  # an array in one piece, so that its elements in a line are a view
            return f"{call}, {out}.reshape({line}))"
        known = (-1, *shape[1:]) if self._is_part and not run.is_first else shape
        return f"{call}).reshape({known!r})"

    def _product(self, run: _Run, code: str, text: str) -> tuple[str, str]:
        """The beginning of a product, and the axes of its result."""
        matmul = self._source.bind("matmul", blas.matmul)
        count = str(run.length)
        if run.is_first and self._is_part:  # the block that the others leave over is shorter
            count = f"{text}.size // {run.behind}"
            filled = f"{self._source.bind('ones_of', ones)}({count}, {code!r})"
        else:
            filled = self._source.bind("ones", ones(run.length, code))
        if run.behind == 1:
            return f"{matmul}({text}.reshape(-1, {count}), {filled}", "-1"
        if run.before == 1:
            return f"{matmul}({filled}, {text}.reshape({count}, {run.behind})", f"{run.behind}"
        return f"{matmul}({filled}, {text}.reshape(-1, {count}, {run.behind})", f"-1, {run.behind}"


def _run(axis: Any, shape: tuple[int, ...]) -> _Run | None:
    """The axes as one, None where they do not lie side by side, or are all."""
    rank = len(shape)
    axes = sorted({a % rank for a in (axis if type(axis) is tuple else (axis,))}) if axis is not None else []
    if not axes or len(axes) == rank or axes[-1] - axes[0] != len(axes) - 1:
        return None
    first, last = axes[0], axes[-1] + 1
    run = _Run(prod(shape[:first]), prod(shape[first:last]), prod(shape[last:]), first == 0)
    return run if run.length and run.before * run.behind > 1 else None


def _plain(axis: Any) -> Any:
    return tuple(int(a) for a in axis) if isinstance(axis, tuple | list) else axis if axis is None else int(axis)
