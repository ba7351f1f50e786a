"""Every op of the table, from its own samples: finite, right by differences, differentiable twice, in every mode."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from differences import central_difference, inner

import gradstudio as gs
from gradstudio.engine.primitive import NAMES, TABLE, Primitive, Sample
from gradstudio.engine.structure import flatten
from gradstudio.graph.model import FAMILIES

CASES = [
    pytest.param(row, sample, id=f"{row.name}-{i}") for row in TABLE.values() for i, sample in enumerate(row.samples)
]


def arguments(row: Primitive, sample: Sample) -> list[Any]:
    """The sample's inputs as a flat list, also for ops that take one list of arrays."""
    return list(sample.inputs[0]) if row.variadic else list(sample.inputs)


def call(row: Primitive, inputs: list[Any], sample: Sample) -> list[gs.Tensor]:
    """All results of the op."""
    found = row(inputs, **sample.params) if row.variadic else row(*inputs, **sample.params)
    return flatten(list(found) if isinstance(found, list | tuple) else [found])


def smooth_results(row: Primitive, inputs: list[Any], sample: Sample) -> list[gs.Tensor]:
    """Those that can have a gradient."""
    return [y for y in call(row, inputs, sample) if y.dtype.kind in "fc"]


def kind(x: Any) -> str:
    return "" if x is None else np.asarray(x.numpy() if isinstance(x, gs.Tensor) else x).dtype.kind


def slots(row: Primitive, sample: Sample) -> list[int]:
    """The inputs that a gradient can reach: floating ones that have a rule."""
    if not row.differentiable:
        return []
    inputs = arguments(row, sample)
    return [i for i, x in enumerate(inputs) if kind(x) in ("f", "c") and (row.composite or row.vjp(i) is not None)]


def numbers(shape: tuple[int, ...], dtype: Any, start: float = 0.3) -> np.ndarray:
    """Numbers without symmetry, so that a transposed or reordered cotangent is noticed."""
    n = np.arange(int(np.prod(shape)))
    found = np.cos(1.7 * n + start) + 0.2
    if np.dtype(dtype).kind == "c":
        found = found + 1j * (np.sin(2.1 * n + start) - 0.1)
    return found.reshape(shape).astype(dtype)


def cotangents(results: list[gs.Tensor]) -> list[np.ndarray]:
    return [numbers(y.shape, y.dtype, 0.3 + i) for i, y in enumerate(results)]


def gradients(row: Primitive, sample: Sample, inputs: list[Any], g: list[Any], where: list[int]) -> list[Any]:
    sources = {i: gs.constant(inputs[i]) for i in where}
    with gs.GradientTape() as tape:
        tape.watch(list(sources.values()))
        y = smooth_results(row, [sources.get(i, x) for i, x in enumerate(inputs)], sample)
    return tape.gradient(y, [sources[i] for i in where], output_gradients=g)


def first_and_second(row: Primitive, sample: Sample, inputs: list[Any], where: list[int]) -> list[Any]:
    """Results, gradients, and gradients of the gradients, of one sample."""
    sources = {i: gs.constant(inputs[i]) for i in where}
    with gs.GradientTape() as outer:
        outer.watch(list(sources.values()))
        with gs.GradientTape() as inner_tape:
            inner_tape.watch(list(sources.values()))
            every = call(row, [sources.get(i, x) for i, x in enumerate(inputs)], sample)
            y = [t for t in every if t.dtype.kind in "fc"]
        first = inner_tape.gradient(
            y, list(sources.values()), output_gradients=[_there(g, y[0]) for g in cotangents(y)]
        )
        reached = [g for g in first if g is not None]
    if not reached:
        return [*every, *first]
    u = [_there(numbers(g.shape, g.dtype, 0.9 + i), g) for i, g in enumerate(reached)]
    return [*every, *first, *outer.gradient(reached, list(sources.values()), output_gradients=u)]


def _there(value: Any, like: gs.Tensor) -> Any:
    """A cotangent on the device of a tensor."""
    t = gs.constant(value)
    return t if like.device == "cpu" else gs.to_device(t, like.device)


def test_every_op_has_a_sample_a_doc_and_a_family_the_graph_knows() -> None:
    for row in TABLE.values():
        assert row.samples, row.name
        assert row.doc.split("\n")[0].endswith("."), row.name
        assert row.family in FAMILIES, row.name


def test_every_differentiable_op_is_checked_at_a_smooth_sample_or_has_no_gradient_at_all() -> None:
    for row in TABLE.values():
        if row.differentiable and any(slots(row, s) for s in row.samples):
            assert any(s.smooth and slots(row, s) for s in row.samples), row.name


@pytest.mark.parametrize(("row", "sample"), CASES)
def test_forward_gives_numbers_and_leaves_its_inputs_alone(row: Primitive, sample: Sample) -> None:
    inputs = arguments(row, sample)
    before = [np.array(x, copy=True) for x in inputs if x is not None]
    with np.errstate(all="raise" if sample.smooth else "ignore", under="ignore"):
        results = call(row, inputs, sample)
    for y in results:
        assert isinstance(y, gs.Tensor)
        if sample.smooth:
            assert np.all(np.isfinite(np.asarray(y)))
    for x, old in zip([x for x in inputs if x is not None], before, strict=True):
        np.testing.assert_array_equal(x, old)


@pytest.mark.parametrize(("row", "sample"), CASES)
def test_gradient_agrees_with_central_differences(row: Primitive, sample: Sample) -> None:
    where = slots(row, sample)
    if not where or not sample.smooth:
        return
    inputs = arguments(row, sample)
    g = cotangents(smooth_results(row, inputs, sample))
    found = gradients(row, sample, inputs, [gs.constant(u) for u in g], where)

    def values(moved: list[Any]) -> list[np.ndarray]:
        return [np.asarray(y) for y in smooth_results(row, moved, sample)]

    for i, got in zip(where, found, strict=True):
        expected = central_difference(values, inputs, i, g)
        if got is None:
            np.testing.assert_allclose(expected, 0.0, atol=1e-9, err_msg=f"{row.name}, input {i} gets no gradient")
            continue
        assert got.shape == np.shape(inputs[i])
        np.testing.assert_allclose(np.asarray(got), expected, rtol=2e-6, atol=2e-8, err_msg=f"{row.name}, input {i}")


@pytest.mark.parametrize(("row", "sample"), CASES)
def test_second_derivative_agrees_with_differences_of_the_first(row: Primitive, sample: Sample) -> None:
    where = slots(row, sample)
    if not where or not sample.smooth:
        return
    inputs = arguments(row, sample)
    g = [gs.constant(u) for u in cotangents(smooth_results(row, inputs, sample))]
    reached = [d is not None for d in gradients(row, sample, inputs, g, where)]

    def first(moved: list[Any]) -> list[np.ndarray]:
        return [np.asarray(d) for d in gradients(row, sample, moved, g, where) if d is not None]

    count = len([y for y in smooth_results(row, inputs, sample)])
    second = first_and_second(row, sample, inputs, where)[-len(where) :]
    if not any(reached):
        return
    assert count
    u = [numbers(d.shape, d.dtype, 0.9 + i) for i, d in enumerate(first(inputs))]
    for j, got in zip(where, second, strict=True):
        expected = central_difference(first, inputs, j, u)
        have = np.zeros_like(expected) if got is None else np.asarray(got)
        np.testing.assert_allclose(have, expected, rtol=2e-5, atol=2e-7, err_msg=f"{row.name}, input {j}")


@pytest.mark.parametrize(("row", "sample"), CASES)
def test_forward_mode_is_the_transpose_of_reverse_mode(row: Primitive, sample: Sample) -> None:
    where = slots(row, sample)
    if not where or not sample.smooth:
        return
    inputs = arguments(row, sample)
    u = cotangents(smooth_results(row, inputs, sample))
    sources = {i: gs.constant(inputs[i]) for i in where}
    directions = [numbers(x.shape, x.dtype, 0.7) for x in sources.values()]
    with gs.autodiff.ForwardAccumulator(list(sources.values()), directions) as accumulator:
        y = smooth_results(row, [sources.get(i, x) for i, x in enumerate(inputs)], sample)
    pushed = accumulator.jvp(y, unconnected_gradients="zero")
    pulled = gradients(row, sample, inputs, [gs.constant(v) for v in u], where)
    forward = sum(inner(c, np.asarray(v)) for c, v in zip(u, pushed, strict=True))
    reverse = sum(inner(np.asarray(g), v) for g, v in zip(pulled, directions, strict=True) if g is not None)
    assert [v.shape for v in pushed] == [t.shape for t in y]
    assert forward == pytest.approx(reverse, rel=1e-8, abs=1e-11)


@pytest.mark.parametrize(("row", "sample"), CASES)
def test_the_jacobian_with_many_cotangents_at_once_is_the_one_made_row_by_row(row: Primitive, sample: Sample) -> None:
    where = slots(row, sample)
    if not where:
        return
    inputs = arguments(row, sample)
    sources = {i: gs.constant(inputs[i]) for i in where}
    with np.errstate(all="ignore"), gs.GradientTape(persistent=True) as tape:
        tape.watch(list(sources.values()))
        results = smooth_results(row, [sources.get(i, x) for i, x in enumerate(inputs)], sample)
    y = results[0]
    found = tape.jacobian(y, list(sources.values()))
    for x, got in zip(sources.values(), found, strict=True):
        rows = []
        for i in range(y.size):
            g = np.zeros(y.shape, y.dtype)
            g.flat[i] = 1.0
            rows.append(tape.gradient(y, x, output_gradients=g[()]))
        if got is None:
            assert rows == [None] * y.size
            continue
        want = np.stack([np.asarray(r) for r in rows]).reshape(y.shape + x.shape)
        np.testing.assert_allclose(np.asarray(got), want, rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize(("row", "sample"), CASES)
def test_vmap_gives_what_a_loop_gives(row: Primitive, sample: Sample) -> None:
    inputs = arguments(row, sample)
    mapped = [i for i, x in enumerate(inputs) if kind(x) in ("f", "c")]
    if not mapped:
        return
    stretched = [
        np.stack(
            [
                np.asarray(inputs[i]),
                1.0 * np.asarray(inputs[i])[..., ::-1]
                if np.ndim(inputs[i]) == 1 and row.batch == "elementwise"
                else np.asarray(inputs[i]),
            ]
        )
        for i in mapped
    ]

    def one(*items: Any) -> Any:
        values = list(inputs)
        for i, item in zip(mapped, items, strict=True):
            values[i] = item
        return call(row, values, sample)

    with np.errstate(all="ignore"):
        together = gs.vmap(one)(*stretched)
        apart = [one(*[gs.constant(x[k]) for x in stretched]) for k in range(2)]
    for number, got in enumerate(together):
        want = np.stack([np.asarray(results[number]) for results in apart])
        np.testing.assert_allclose(np.asarray(got), want, rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize(("row", "sample"), CASES)
def test_float32_stays_float32_forward_and_backward(row: Primitive, sample: Sample) -> None:
    inputs = [np.asarray(x, np.float32)[()] if kind(x) == "f" else x for x in arguments(row, sample)]
    if not any(kind(x) == "f" for x in inputs) or any(kind(x) == "c" for x in inputs) or "dtype" in sample.params:
        return
    with np.errstate(all="ignore"):
        results = [y for y in call(row, inputs, sample) if y.dtype.kind == "f"]
        assert {y.dtype for y in results} <= {np.dtype(np.float32)}
        if not results:
            return
        g = [np.asarray(numbers(y.shape, y.dtype), np.float32)[()] for y in smooth_results(row, inputs, sample)]
        for got in gradients(
            row, sample, inputs, g if all(u.dtype == np.float32 for u in g) else None, slots(row, sample)
        ):
            assert got is None or got.dtype == np.float32


@pytest.mark.parametrize("name", sorted(NAMES))
def test_every_name_and_alias_resolves_from_the_package(name: str) -> None:
    found: Any = gs
    for part in name.split("."):
        found = getattr(found, part)
    row = NAMES[name]
    assert found is row or found is row.short
