"""Properties over shapes, axes, broadcasting, dtypes, empty arrays and values: reverse = forward = differences, twice.

What an op may be tried at is read from its own samples: their smooth ones name values that lie away from kinks.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_every_op import arguments, call, kind, slots

import gradstudio as gs
from gradstudio.engine.primitive import TABLE, Primitive, Sample

FEW = settings(max_examples=8, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
SMOOTH = [
    pytest.param(row, sample, id=f"{row.name}-{i}")
    for row in TABLE.values()
    for i, sample in enumerate(row.samples)
    if sample.smooth and slots(row, sample)
]
ELEMENTWISE = [
    row
    for row in TABLE.values()
    if row.batch == "elementwise" and row.flows and not row.variadic and any(s.smooth for s in row.samples)
    if row.name != "recurrence"  # batches of sequences: element by element only before the last axis
]
REDUCTIONS = [
    row
    for row in TABLE.values()
    if row.flows and row.batch == "along axis" and len(row.inputs) == 1 and {"axis", "keepdims"} <= row.params.keys()
]
SIDES = st.integers(0, 3)


def first_smooth(row: Primitive) -> Sample:
    return next(s for s in row.samples if s.smooth and all(kind(x) != "c" for x in arguments(row, s)))


def check(f: Any, inputs: list[Any], order: int = 2) -> None:
    gs.check_grads(f, tuple(inputs), order=order, atol=2e-6, rtol=2e-5)


@st.composite
def broadcast(draw: st.DrawFn, count: int) -> list[tuple[int, ...]]:
    """Shapes of `count` arrays that fit together."""
    whole = draw(st.lists(SIDES, max_size=3))
    found = []
    for _ in range(count):
        start = draw(st.integers(0, len(whole)))
        found.append(tuple(1 if draw(st.booleans()) else n for n in whole[start:]))
    return found


@pytest.mark.parametrize("row", ELEMENTWISE, ids=lambda row: row.name)
def test_elementwise_ops_over_shapes_and_broadcasting(row: Primitive) -> None:
    sample = first_smooth(row)
    where = slots(row, sample)
    pools = {i: np.ravel(arguments(row, sample)[i]) for i in where}  # where the op may be tried

    @FEW
    @given(broadcast(len(where)), st.integers(0, 2**32 - 1))
    def run(shapes: list[tuple[int, ...]], seed: int) -> None:
        rng = np.random.default_rng(seed)
        inputs = arguments(row, sample)
        others = [np.shape(x) for i, x in enumerate(inputs) if i not in where and x is not None]
        if any(others):
            return  # an input that is no number (a mask) has a shape of its own
        drawn = [
            np.asarray(rng.choice(pools[i], shape) * (1.0 + 0.01 * rng.random(shape)))[()]
            for i, shape in zip(where, shapes, strict=True)
        ]

        def f(*moved: Any) -> Any:
            now = list(inputs)
            for i, x in zip(where, moved, strict=True):
                now[i] = x
            return row(*now, **sample.params)

        y = f(*drawn)
        assert y.shape == np.broadcast_shapes(*shapes)
        if y.dtype.kind == "f":
            check(f, drawn)
            if "dtype" in sample.params:
                return
            single = f(*[np.asarray(x, np.float32)[()] for x in drawn])
            assert single.dtype == np.float32
            np.testing.assert_allclose(np.asarray(single), np.asarray(y), rtol=3e-4, atol=3e-5)

    run()


@pytest.mark.parametrize("row", REDUCTIONS, ids=lambda row: row.name)
def test_reductions_over_shapes_axes_and_keepdims(row: Primitive) -> None:
    is_positive = bool((np.ravel(arguments(row, first_smooth(row))[0]) > 0).all())

    @FEW
    @given(st.lists(st.integers(1, 3), max_size=3), st.data(), st.integers(0, 2**32 - 1))
    def run(shape: list[int], data: st.DataObject, seed: int) -> None:
        rank = len(shape)
        axes = st.lists(st.integers(-rank, rank - 1), min_size=1, max_size=rank, unique_by=lambda a: a % rank)
        axis = data.draw(st.none() | st.integers(-rank, rank - 1) | axes.map(tuple)) if rank else None
        keepdims = data.draw(st.booleans())
        rng = np.random.default_rng(seed)
        # Numbers that lie well apart, so that no step of a difference makes two of them change places.
        numbers = rng.permutation(int(np.prod(shape))) * 0.37 + rng.uniform(0.05, 0.3)
        x = (numbers if is_positive else numbers - 0.31 * numbers.size).reshape(shape)[()]
        counted = int(np.prod([shape[a] for a in (range(rank) if axis is None else np.atleast_1d(axis))]))
        if counted < 2 and row.name in ("std", "nanstd", "reduce_std"):
            return  # a spread of one number is 0, where its root has no derivative
        f = lambda v: row(v, axis=axis, keepdims=keepdims)  # noqa: E731
        assert f(x).shape == np.sum(x, axis=axis, keepdims=keepdims).shape
        check(f, [x])

    run()


@pytest.mark.parametrize("shape", [(0,), (0, 3), (2, 0)])
@pytest.mark.parametrize("name", ["sum", "mean", "prod", "logsumexp", "norm", "nansum"])
def test_reductions_of_nothing_have_a_gradient_of_the_right_shape(name: str, shape: tuple[int, ...]) -> None:
    x = gs.constant(np.zeros(shape))
    with np.errstate(all="ignore"), gs.GradientTape() as tape:
        tape.watch(x)
        y = getattr(gs, name)(x)
    assert tape.gradient(y, x).shape == shape


@pytest.mark.parametrize(("row", "sample"), SMOOTH)
def test_every_smooth_sample_also_a_little_way_off(row: Primitive, sample: Sample) -> None:
    """The same shapes with other numbers: no rule may rely on what is special about a sample."""
    inputs, where = arguments(row, sample), slots(row, sample)
    rng = np.random.default_rng(len(row.name))
    symmetric = row.name in ("cholesky", "eigh", "eigvalsh", "cholesky_solve", "triangular_solve")

    def moved_by(x: Any) -> Any:
        array = np.asarray(x)
        factor = 1.0 + 0.01 * rng.uniform(-1.0, 1.0, array.shape)
        return (array * factor if not symmetric else array * 1.01)[()]

    values = [moved_by(inputs[i]) for i in where]

    def f(*moved: Any) -> Any:
        now = list(inputs)
        for i, x in zip(where, moved, strict=True):
            now[i] = x
        return [y for y in call(row, now, sample) if y.dtype.kind in "fc"]

    check(f, values, order=1)
