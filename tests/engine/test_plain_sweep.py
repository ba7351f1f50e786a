"""The sweep that passes floats and arrays in place: the cotangents of the general one, for every op it knows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import gradstudio as gs
from gradstudio.engine.primitive import TABLE, Primitive, restore
from gradstudio.engine.state import ACTIVE

ROWS = [
    row
    for row in TABLE.values()
    if row.flows and type(row.vjps) is tuple and row.arity in (1, 2) and not (row.composite or row.needs_params)
]
NUMBERS = [0.0, -0.0, 0.5, -0.75, 1.0, -1.0, 3.0, 700.0, 1e-300, 1e300, np.inf, -np.inf, np.nan]


def _inputs(row: Primitive) -> list[tuple[Any, ...]]:
    """Its samples, single precision, and numbers at the edges of what floats are."""
    found = [sample.inputs for sample in row.samples if not sample.params]
    found += [tuple(np.float32(v) if np.asarray(v).dtype == np.float64 else v for v in inputs) for inputs in found]
    if row.scalar is not None:
        found += [(v,) for v in NUMBERS] if row.arity == 1 else [(v, w) for v in NUMBERS for w in (*NUMBERS, 2, -1)]
        found += [(2, v) for v in NUMBERS] if row.arity == 2 else []
    return found


def _found(row: Primitive, inputs: tuple[Any, ...], watched: tuple[bool, ...]) -> list[Any]:
    """What arrives at the inputs that are watched; the others go in as they are."""
    values = [gs.constant(v) if w or isinstance(v, np.ndarray) else v for v, w in zip(inputs, watched, strict=True)]
    sources = [v for v, w in zip(values, watched, strict=True) if w and v.dtype.kind in "fc"]
    with gs.GradientTape() as tape, np.errstate(all="ignore"):
        tape.watch(sources)
        y = row(*values)
        again = row(*values)
    found = tape.gradient([y, again], sources)
    return [y, *[None if g is None else g.value if type(g) is gs.Tensor else g.dense().value for g in found]]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_it_finds_what_the_general_one_finds(row: Primitive, monkeypatch: pytest.MonkeyPatch) -> None:
    for inputs in _inputs(row):
        for watched in [(True,)] if row.arity == 1 else [(True, True), (True, False), (False, True)]:
            short = _found(row, inputs, watched)
            with monkeypatch.context() as patch:
                patch.setattr(ACTIVE, "short", False)
                general = _found(row, inputs, watched)
            for a, b in zip(short[1:], general[1:], strict=True):
                assert type(a) is type(b), (inputs, watched)
                if a is not None:
                    assert np.asarray(a).dtype == np.asarray(b).dtype
                    np.testing.assert_allclose(a, b, rtol=1e-6 if np.asarray(a).dtype.itemsize == 4 else 1e-13)


@pytest.mark.parametrize("row", [row for row in ROWS if row.scalar], ids=lambda row: row.name)
def test_a_function_on_floats_gives_a_float_or_leaves_it_to_numpy(row: Primitive) -> None:
    cases = [(v,) for v in NUMBERS] if row.arity == 1 else [(v, w) for v in NUMBERS for w in (*NUMBERS, 2, -1)]
    given = 0
    for case in cases:
        try:
            assert type(row.scalar(*case)) is float, case  # type: ignore[misc]
            given += 1
        except (ArithmeticError, ValueError):
            pass
    assert given


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_what_is_floating_stays_so(row: Primitive) -> None:
    for sample in row.samples:
        if not sample.params and all(np.asarray(v).dtype.kind in "fc" for v in sample.inputs):
            assert np.asarray(row(*[gs.constant(v) for v in sample.inputs]).value).dtype.kind in "fc"


@pytest.mark.parametrize("name", ["multiply", "add", "subtract", "sin"])
@pytest.mark.parametrize("value", [0.5, np.array([0.5, 2.0])])
def test_an_op_whose_rules_a_program_took_away_passes_nothing(name: str, value: Any) -> None:
    x = gs.constant(value)
    try:
        with gs.GradientTape() as tape:
            tape.watch(x)
            y = TABLE[name](*[x] * TABLE[name].arity)
            z = y * 1.0 if name != "multiply" else y + 0.0
        gs.no_gradient(name)
        assert tape.gradient(z, x) is None
    finally:
        restore()
    with gs.GradientTape() as tape:
        tape.watch(x)
        y = TABLE[name](*[x] * TABLE[name].arity)
    assert tape.gradient(y, x) is not None


def test_a_source_that_was_computed_keeps_what_arrived_and_the_others_nothing() -> None:
    x = gs.constant(0.5)
    with gs.GradientTape() as tape:
        tape.watch(x)
        y = x * 2.0
        z = y * y
        w = gs.sin(z) + y
    dz, dy, dx = tape.gradient(w, [z, y, x])
    slope = np.cos(1.0)
    assert (dz.item(), dy.item(), dx.item()) == pytest.approx((slope, 2 * slope + 1, 4 * slope + 2))
    assert [t.g for t in (x, y, z, w)] == [None] * 4


@pytest.mark.parametrize("left", [(10,), (1, 10), (3, 1), (3, 10), (0, 1), (1,)])
@pytest.mark.parametrize("right", [(10,), (1, 10), (3, 10), (3, 1)])
@pytest.mark.parametrize("name", ["multiply", "add", "subtract"])
def test_broadcasting_is_undone(name: str, left: tuple[int, ...], right: tuple[int, ...]) -> None:
    try:
        np.broadcast_shapes(left, right)
    except ValueError:
        return
    x, y = gs.constant(np.full(left, 2.0)), gs.constant(np.full(right, 3.0, np.float32))
    with gs.GradientTape() as tape:
        tape.watch([x, y])
        z = TABLE[name](x, y)
    gx, gy = tape.gradient(z, [x, y])
    assert (gx.shape, gx.dtype, gy.shape, gy.dtype) == (x.shape, x.dtype, y.shape, y.dtype)
