"""Every op of the table, from its own samples: finite, right by differences, differentiable twice, kind to float32."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from differences import central_difference

import gradstudio as gs
from gradstudio.engine.primitive import NAMES, TABLE, Primitive, Sample
from gradstudio.graph.model import FAMILIES

CASES = [
    pytest.param(row, sample, id=f"{row.name}-{i}") for row in TABLE.values() for i, sample in enumerate(row.samples)
]


def arguments(row: Primitive, sample: Sample) -> list[Any]:
    """The sample's inputs as a flat list, also for ops that take one list of arrays."""
    return list(sample.inputs[0]) if row.variadic else list(sample.inputs)


def call(row: Primitive, inputs: list[Any], sample: Sample) -> Any:
    return row(inputs, **sample.params) if row.variadic else row(*inputs, **sample.params)


def slots(row: Primitive, sample: Sample) -> list[int]:
    """The inputs that a gradient can reach: floating ones that have a rule."""
    if not row.differentiable:
        return []
    inputs = arguments(row, sample)
    return [i for i, x in enumerate(inputs) if np.asarray(x).dtype.kind == "f" and row.vjp(i) is not None]


def cotangent_for(shape: tuple[int, ...]) -> np.ndarray:
    """Numbers without symmetry, so that a transposed or reordered cotangent is noticed."""
    return np.cos(1.7 * np.arange(int(np.prod(shape))) + 0.3).reshape(shape) + 0.2


def gradients(row: Primitive, sample: Sample, inputs: list[Any], g: Any, where: list[int]) -> list[Any]:
    sources = {i: gs.constant(inputs[i]) for i in where}
    with gs.GradientTape() as tape:
        tape.watch(list(sources.values()))
        y = call(row, [sources.get(i, x) for i, x in enumerate(inputs)], sample)
    return tape.gradient(y, [sources[i] for i in where], output_gradients=g)


def test_every_op_has_a_sample_a_doc_and_a_family_the_graph_knows() -> None:
    for row in TABLE.values():
        assert row.samples, row.name
        assert row.doc.endswith("."), row.name
        assert row.family in FAMILIES, row.name


def test_every_differentiable_op_is_checked_at_a_smooth_sample_or_has_no_gradient_at_all() -> None:
    for row in TABLE.values():
        if row.differentiable and any(slots(row, s) for s in row.samples):
            assert any(s.smooth and slots(row, s) for s in row.samples), row.name


@pytest.mark.parametrize(("row", "sample"), CASES)
def test_forward_gives_numbers_and_leaves_its_inputs_alone(row: Primitive, sample: Sample) -> None:
    inputs = arguments(row, sample)
    before = [np.array(x, copy=True) for x in inputs]
    y = call(row, inputs, sample)
    assert isinstance(y, gs.Tensor)
    if sample.smooth:
        assert np.all(np.isfinite(np.asarray(y)))
    for x, old in zip(inputs, before, strict=True):
        np.testing.assert_array_equal(x, old)


@pytest.mark.parametrize(("row", "sample"), CASES)
def test_gradient_agrees_with_central_differences(row: Primitive, sample: Sample) -> None:
    where = slots(row, sample)
    if not where or not sample.smooth:
        return
    inputs = arguments(row, sample)
    g = cotangent_for(call(row, inputs, sample).shape)
    found = gradients(row, sample, inputs, gs.constant(g), where)
    for i, got in zip(where, found, strict=True):
        expected = central_difference(lambda moved: np.asarray(call(row, moved, sample)), inputs, i, g)
        assert got.shape == np.shape(inputs[i])
        np.testing.assert_allclose(np.asarray(got), expected, rtol=2e-6, atol=2e-8, err_msg=f"{row.name}, input {i}")


@pytest.mark.parametrize(("row", "sample"), CASES)
def test_second_derivative_agrees_with_differences_of_the_first(row: Primitive, sample: Sample) -> None:
    where = slots(row, sample)
    if not where or not sample.smooth:
        return
    inputs = arguments(row, sample)
    shape = call(row, inputs, sample).shape
    g = cotangent_for(shape)

    def first(values: list[Any]) -> list[Any]:
        return [np.asarray(d) for d in gradients(row, sample, values, gs.constant(g), where)]

    for row_number, i in enumerate(where):
        u = cotangent_for(np.shape(inputs[i]))[()]
        sources = {j: gs.constant(inputs[j]) for j in where}
        with gs.GradientTape() as outer:
            outer.watch(list(sources.values()))
            with gs.GradientTape() as inner:
                inner.watch(list(sources.values()))
                y = call(row, [sources.get(j, x) for j, x in enumerate(inputs)], sample)
            dy = inner.gradient(y, sources[i], output_gradients=gs.constant(g))
        found = outer.gradient(
            dy, list(sources.values()), output_gradients=gs.constant(u), unconnected_gradients="zero"
        )
        for j, got in zip(where, found, strict=True):
            expected = central_difference(lambda moved, n=row_number: first(moved)[n], inputs, j, np.asarray(u))
            np.testing.assert_allclose(
                np.asarray(got), expected, rtol=2e-5, atol=2e-7, err_msg=f"{row.name}, inputs {i} and {j}"
            )


@pytest.mark.parametrize(("row", "sample"), CASES)
def test_forward_mode_is_the_transpose_of_reverse_mode(row: Primitive, sample: Sample) -> None:
    where = slots(row, sample)
    if not where or not sample.smooth:
        return
    inputs = arguments(row, sample)
    u = cotangent_for(call(row, inputs, sample).shape)
    sources = {i: gs.constant(inputs[i]) for i in where}
    directions = [np.sin(2.3 * np.arange(x.size) + 0.7).reshape(x.shape)[()] for x in sources.values()]
    with gs.autodiff.ForwardAccumulator(list(sources.values()), directions) as accumulator:
        y = call(row, [sources.get(i, x) for i, x in enumerate(inputs)], sample)
    pushed = accumulator.jvp(y)
    pulled = gradients(row, sample, inputs, gs.constant(u), where)
    forward = float(np.sum(u * np.asarray(pushed)))
    reverse = float(sum(np.sum(np.asarray(g) * v) for g, v in zip(pulled, directions, strict=True)))
    assert pushed.shape == y.shape
    assert forward == pytest.approx(reverse, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize(("row", "sample"), CASES)
def test_the_jacobian_with_many_cotangents_at_once_is_the_one_made_row_by_row(row: Primitive, sample: Sample) -> None:
    where = slots(row, sample)
    if not where:
        return
    inputs = arguments(row, sample)
    sources = {i: gs.constant(inputs[i]) for i in where}
    with np.errstate(all="ignore"), gs.GradientTape(persistent=True) as tape:
        tape.watch(list(sources.values()))
        y = call(row, [sources.get(i, x) for i, x in enumerate(inputs)], sample)
    found = tape.jacobian(y, list(sources.values()))
    for x, got in zip(sources.values(), found, strict=True):
        rows = []
        for i in range(y.size):
            g = np.zeros(y.shape)
            g.flat[i] = 1.0
            rows.append(np.asarray(tape.gradient(y, x, output_gradients=g[()])))
        want = np.stack(rows).reshape(y.shape + x.shape)
        np.testing.assert_allclose(np.asarray(got), want, rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize(("row", "sample"), CASES)
def test_float32_stays_float32_forward_and_backward(row: Primitive, sample: Sample) -> None:
    inputs = [np.asarray(x, np.float32)[()] if np.asarray(x).dtype.kind == "f" else x for x in arguments(row, sample)]
    if not any(np.asarray(x).dtype == np.float32 for x in inputs) or "dtype" in sample.params:
        return
    y = call(row, inputs, sample)
    if y.dtype.kind != "f":
        return
    assert y.dtype == np.float32
    where = slots(row, sample)
    for got in gradients(row, sample, inputs, None, where):
        assert got.dtype == np.float32


@pytest.mark.parametrize(("row", "sample"), CASES)
def test_inputs_of_size_zero_do_not_crash_the_gradient(row: Primitive, sample: Sample) -> None:
    """Element-by-element ops of one input: an empty array goes in and an empty gradient comes back."""
    inputs = arguments(row, sample)
    if len(inputs) != 1 or sample.params or not slots(row, sample) or row.family not in ("elementary", "network"):
        return
    if row.name in ("softmax", "log_softmax"):
        return  # the largest of no elements does not exist
    (got,) = gradients(row, sample, [np.zeros((0, 3))], None, [0])
    assert got.shape == (0, 3)


@pytest.mark.parametrize("name", sorted(NAMES))
def test_every_name_and_alias_resolves_from_the_package(name: str) -> None:
    found: Any = gs
    for part in name.split("."):
        found = getattr(found, part)
    if name in ("range", "shape", "size", "rank"):
        return
    assert found is NAMES[name]
