"""Every op over a second array library that refuses NumPy: values, gradients, second order, and errors of devices."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import strict_arrays
from strict_arrays import StrictArray
from test_every_op import CASES, arguments, first_and_second, slots

import gradstudio as gs
from gradstudio.engine import backends
from gradstudio.engine.primitive import Primitive, Sample


@pytest.fixture(autouse=True)
def strict() -> Iterator[None]:
    """The strict library is a backend during the test."""
    backends.register(strict_arrays.BACKEND)
    yield
    del backends.FOREIGN[StrictArray]


def moved(x: Any) -> Any:
    """An array in the strict library; numbers, masks for indexing and strings stay."""
    return StrictArray(np.array(x)) if isinstance(x, np.ndarray) and x.ndim else x


@pytest.mark.parametrize(("row", "sample"), CASES)
def test_an_op_and_its_rules_leak_no_numpy(row: Primitive, sample: Sample) -> None:
    inputs, where = arguments(row, sample), slots(row, sample)
    with np.errstate(all="ignore"):
        expected = first_and_second(row, sample, inputs, where)
        found = first_and_second(row, sample, [moved(x) for x in inputs], where)
    for got, want in zip(found, expected, strict=True):
        assert (got is None) == (want is None)
        if want is not None:
            np.testing.assert_allclose(got.numpy(), want.numpy(), rtol=1e-12, atol=1e-13)
            if row.name != "to_device" and want.ndim and any(isinstance(moved(x), StrictArray) for x in inputs):
                assert got.device == "strict"


def test_inputs_on_two_devices_are_refused_with_the_way_out() -> None:
    with pytest.raises(TypeError, match=r'add: one input is on the strict .* gs.to_device\(x, "strict"\)'):
        gs.constant([1.0, 2.0]) + gs.constant(StrictArray(np.ones(2)))
    assert (gs.constant(2.0) * gs.constant(StrictArray(np.ones(2)))).device == "strict"


def test_constants_and_variables_are_made_on_the_chosen_device() -> None:
    with gs.device("strict"):
        x, v = gs.constant([1.0, 2.0]), gs.Variable(np.ones((2, 2)))
        noise = gs.random.normal((3,), seed=1)
        with gs.GradientTape() as tape:
            tape.watch(x)
            y = gs.sum(gs.matmul(v, gs.expand_dims(x, 1)) ** 2)
    assert {x.device, v.read().device, noise.device, y.device} == {"strict"}
    gx, gv = tape.gradient(y, [x, v])
    assert gx.device == gv.device == "strict"
    np.testing.assert_allclose(gx.numpy(), [12.0, 12.0])
    assert gs.constant([1.0]).device == "cpu"


def test_values_move_between_devices_and_gradients_move_back() -> None:
    x = gs.constant([1.0, 2.0])
    with gs.GradientTape() as tape:
        tape.watch(x)
        there = gs.to_device(x, "strict")
        y = gs.sum(gs.to_device(there * there, "cpu"))
    assert there.device == "strict"
    got = tape.gradient(y, x)
    assert got.device == "cpu"
    np.testing.assert_array_equal(got, [2.0, 4.0])


def test_an_unknown_device_and_a_missing_gpu_say_what_to_do() -> None:
    with pytest.raises(ValueError, match='"cpu" or "gpu"'), gs.device("tpu"):
        pass
    with gs.device("/CPU:0"):
        assert gs.constant([1.0]).device == "cpu"
    try:
        import cupy  # noqa: F401
    except ImportError:
        with pytest.raises(RuntimeError, match=r"gradstudio\[gpu\]"), gs.device("/GPU:0"):
            pass


def test_jacobians_vmap_and_forward_mode_stay_on_the_device() -> None:
    x = gs.constant(StrictArray(np.array([0.3, -0.7])))
    f = lambda v: gs.tanh(v) * gs.sum(v * v)  # noqa: E731
    want = gs.jacrev(f)(np.array([0.3, -0.7]))
    for found in (gs.jacrev(f)(x), gs.jacfwd(f)(x)):
        assert found.device == "strict"
        np.testing.assert_allclose(found.numpy(), want.numpy(), rtol=1e-14)
    rows = gs.vmap(f)(gs.constant(StrictArray(np.array([[0.3, -0.7], [1.0, 2.0]]))))
    np.testing.assert_allclose(rows.numpy()[0], f(np.array([0.3, -0.7])).numpy(), rtol=1e-14)
