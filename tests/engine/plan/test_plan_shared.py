"""Products of matrices and convolutions that several threads compute part by part."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from agreement import agrees, scaled, some, with_gradients

import gradstudio as gs
from gradstudio.engine.plan.backends import shared
from gradstudio.engine.plan.backends.threads import SWITCH


@pytest.fixture(autouse=True)
def three_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared, "ENOUGH", 1000)
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "1")
    monkeypatch.setenv(SWITCH, "3")


@pytest.mark.parametrize("dims", [(17, 30, 9), (7, 20, 40), (100, 3, 5)])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_products(dims: tuple[int, int, int], dtype: Any) -> None:
    rows, inner, columns = dims
    calls = scaled(some(rows, inner).astype(dtype), some(inner, columns).astype(dtype))
    agrees(with_gradients(lambda x, y: x @ y), *calls, tolerance=1e-10)
    agrees(with_gradients(lambda x, y: gs.tanh(x @ y) @ gs.transpose(y)), *calls, tolerance=1e-10)


@pytest.mark.parametrize(
    ("images", "filters", "options"),
    [
        ((7, 9, 8, 3), (3, 2, 3, 5), {}),
        ((7, 9, 8, 3), (3, 3, 3, 4), {"padding": "SAME"}),
        ((4, 9, 8, 3), (3, 3, 3, 4), {"padding": "SAME", "strides": 2}),
        ((5, 3, 9, 8), (3, 2, 3, 5), {"data_format": "NCHW"}),
        ((6, 9, 8, 4), (2, 2, 2, 6), {}),
        ((6, 9, 8, 4), (2, 2, 1, 4), {}),
        ((3, 2, 9, 8, 3), (3, 2, 3, 5), {}),
    ],
)
def test_convolutions(images: tuple[int, ...], filters: tuple[int, ...], options: dict[str, Any]) -> None:
    f = with_gradients(lambda x, w: gs.nn.conv2d(x, w, **{"strides": 1, "padding": "VALID", **options}))
    agrees(f, *scaled(some(*images), some(*filters)), tolerance=1e-10)


def test_transposed_convolutions_with_and_without_the_shape_of_the_result() -> None:
    calls = scaled(some(7, 5, 4, 3), some(3, 3, 2, 3))
    for shape in (None, (7, 10, 8, 2), (10, 8)):

        def f(y: Any, w: Any, shape: Any = shape) -> Any:
            return gs.nn.conv2d_transpose(y, w, output_shape=shape, strides=2, padding="SAME")

        agrees(with_gradients(f), *calls, tolerance=1e-10)


def test_what_is_shared(monkeypatch: pytest.MonkeyPatch) -> None:
    def is_shared(*dims: int) -> bool:
        x, y = gs.constant(some(*dims[:2])), gs.constant(some(*dims[1:]))
        compiled = gs.compile(lambda x, y: x @ y)
        compiled(x, y)
        return "new" in compiled.sources[0]  # an array for the parts to be put into

    assert is_shared(17, 30, 9)
    assert not is_shared(17, 3, 5)
    assert is_shared(5, 300, 9)  # by columns
    assert not is_shared(5, 300, 5)
    monkeypatch.delenv("OPENBLAS_NUM_THREADS")
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        monkeypatch.delenv(name, raising=False)
    assert not is_shared(17, 30, 9)
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    assert is_shared(17, 30, 9)
    monkeypatch.setenv(SWITCH, "1")
    assert not is_shared(17, 30, 9)
