"""Comparing a compiled function with the function itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import gradstudio as gs
from gradstudio.engine.plan import Compiled, making
from gradstudio.engine.plan.arguments import read
from gradstudio.engine.plan.program import Program, Step
from gradstudio.engine.structure import flatten


def same(got: Any, want: Any, tolerance: float = 1e-12) -> None:
    """Equal nesting, kinds, shapes and dtypes, and values to rounding."""
    assert _skeleton(got) == _skeleton(want)
    for x, y in zip(flatten(got), flatten(want), strict=True):
        if isinstance(y, gs.Tensor | np.ndarray | np.generic | float):
            a, b = np.asarray(x), np.asarray(y)
            assert (a.dtype, a.shape) == (b.dtype, b.shape)
            rough = {"f": 1e-5, "F": 1e-5, "e": 1e-2}.get(b.dtype.char, tolerance)
            size = np.abs(b[np.isfinite(b)]).max(initial=0.0) if b.size else 0.0
            np.testing.assert_allclose(a, b, rtol=rough, atol=rough * (float(size) + 1e-3))
        else:
            assert x == y


def _skeleton(tree: Any) -> Any:
    if isinstance(tree, dict):
        return {key: _skeleton(value) for key, value in tree.items()}
    if isinstance(tree, list | tuple):
        return (type(tree), [_skeleton(value) for value in tree])
    return None


def agrees(
    f: Callable[..., Any],
    *calls: tuple[Any, ...],
    plans: int | None = 1,
    tolerance: float = 1e-12,
    jit: bool = True,
) -> Compiled:
    """Check that the compiled function gives what f gives in every call, the first of which is made once more.

    plans: how many plans that takes; None: any number. jit: whether they may be machine code.
    """
    compiled = gs.compile(f, jit=jit)
    for args in (*calls, calls[0]):
        before = [np.array(x, copy=True) if isinstance(x, np.ndarray) else None for x in flatten(args)]
        same(compiled(*args), f(*args), tolerance)
        for x, was in zip(flatten(args), before, strict=True):
            assert was is None or np.array_equal(x, was, equal_nan=was.dtype.kind in "fc")
    if plans is not None:
        assert compiled.reasons == []
        assert len(compiled.sources) == plans
        assert compiled.replays == len(calls) + 1 - plans
    return compiled


def recorded(f: Callable[..., Any], *args: Any) -> Program:
    """What a run does, not yet improved."""
    return making.recorded(f, args, {}, read(args, {}, True))[2].program


def rows(program: Program) -> list[str]:
    """The names of the rows of its steps, in order."""
    return [item.row.name for item in program.body if isinstance(item, Step)]


def t(*numbers: Any, dtype: Any = None) -> gs.Tensor:
    """A tensor of one axis, or a scalar."""
    return gs.constant(list(numbers) if len(numbers) != 1 else numbers[0], dtype=dtype)


def some(*dims: int) -> np.ndarray:
    """Numbers in -1 to 1, no two alike, the same each time."""
    n = np.arange(float(np.prod(dims)))
    return np.cos(1.3 * n + 0.31 * n * n).reshape(dims)


def with_gradients(f: Any) -> Any:
    """The result, and the gradient of the sum of its squares."""

    def run(*xs: Any) -> Any:
        with gs.GradientTape() as tape:
            tape.watch(xs)
            y = f(*xs)
            loss = gs.sum(y * y)
        return y, tape.gradient(loss, xs)

    return run


def scaled(*arrays: np.ndarray) -> list[tuple[Any, ...]]:
    """Arguments of two calls: the arrays, and as many times -0.5."""
    return [tuple(gs.constant(k * x) for x in arrays) for k in (1.0, -0.5)]
