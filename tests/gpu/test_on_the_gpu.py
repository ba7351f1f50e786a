"""Every op over CuPy: values, gradients and second order are NumPy's; devices meet as the documents say."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from test_every_op import CASES, arguments, first_and_second, slots

import gradstudio as gs
from gradstudio.engine.backends import Backend
from gradstudio.engine.primitive import Primitive, Sample


@pytest.mark.filterwarnings("ignore:CuPy has no")
@pytest.mark.parametrize(("row", "sample"), CASES)
def test_an_op_gives_on_the_gpu_what_it_gives_on_the_cpu(row: Primitive, sample: Sample, gpu: Backend) -> None:
    inputs, where = arguments(row, sample), slots(row, sample)

    def there(x: Any) -> Any:
        return gpu.from_host(x) if isinstance(x, np.ndarray) and x.ndim else x

    with np.errstate(all="ignore"):
        expected = first_and_second(row, sample, inputs, where)
        found = first_and_second(row, sample, [there(x) for x in inputs], where)
    for got, want in zip(found, expected, strict=True):
        assert (got is None) == (want is None)
        if want is not None:
            np.testing.assert_allclose(got.numpy(), want.numpy(), rtol=1e-8, atol=1e-9)


def test_constants_move_and_gradients_come_back(gpu: Backend) -> None:
    with gs.device("/GPU:0"):
        x, w = gs.constant([[1.0, 2.0]]), gs.Variable(np.ones((2, 3)))
        with gs.GradientTape() as tape:
            y = gs.sum(gs.tanh(x @ w))
    g = tape.gradient(y, w)
    assert (w.read().device, y.device, g.device) == ("gpu", "gpu", "gpu")
    np.testing.assert_allclose(g.numpy(), (1.0 - np.tanh(3.0) ** 2) * np.array([[1.0] * 3, [2.0] * 3]), rtol=1e-12)
    back = gs.to_device(g, "cpu")
    assert back.device == "cpu"
    with pytest.raises(TypeError, match=r'gs.to_device\(x, "gpu"\)'):
        g + np.ones((2, 3))


def test_an_array_of_cupy_is_taken_as_it_is(gpu: Backend) -> None:
    x = gs.constant(gpu.xp.arange(3.0))
    assert x.device == "gpu"
    np.testing.assert_array_equal(gs.grad(lambda v: gs.sum(v**3))(x).numpy(), [0.0, 3.0, 12.0])
