"""Convolutions and pools in blocks of images: the same numbers, in whatever blocks and on however many threads."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from agreement import agrees, scaled, some, with_gradients

import gradstudio as gs
from gradstudio.engine.plan.backends import convolutions, runner, stretches
from gradstudio.engine.plan.backends.threads import SWITCH


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stretches, "LONG", 16)
    monkeypatch.setattr(runner, "ENOUGH", 0)
    monkeypatch.setattr(runner, "SMALLEST", 1 << 10)
    monkeypatch.setattr(runner, "LARGEST", 1 << 12)
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "1")
    monkeypatch.setenv(SWITCH, "3")


FORMS: list[tuple[tuple[int, ...], tuple[int, ...], dict[str, Any]]] = [
    ((11, 9, 8, 1), (3, 2, 1, 5), {}),
    ((11, 9, 8, 5), (3, 3, 5, 4), {"padding": "SAME"}),
    ((11, 9, 8, 5), (3, 3, 5, 12), {"padding": "SAME"}),
    ((9, 9, 8, 4), (3, 3, 4, 4), {"padding": "SAME", "strides": 2}),
    ((9, 9, 8, 4), (2, 3, 4, 4), {"padding": "SAME", "dilations": 2}),
    ((9, 9, 8, 4), (2, 3, 4, 4), {"padding": ((0, 0), (1, 0), (2, 1), (0, 0))}),
    ((9, 9, 8, 4), (1, 1, 4, 6), {}),
    ((9, 5, 9, 8), (3, 2, 5, 5), {"data_format": "NCHW"}),
    ((9, 9, 8, 4), (2, 2, 2, 6), {}),
    ((9, 9, 8, 4), (2, 2, 1, 4), {}),
    ((5, 9, 8, 4), (2, 2, 4, 6), {}),
    ((1, 9, 8, 4), (2, 2, 4, 6), {}),
    ((3, 4, 9, 8, 4), (3, 2, 4, 5), {}),
]


@pytest.mark.parametrize(("images", "filters", "options"), FORMS)
def test_convolutions(images: tuple[int, ...], filters: tuple[int, ...], options: dict[str, Any]) -> None:
    def f(x: Any, w: Any) -> Any:
        y = gs.tanh(gs.nn.conv2d(x, w, **{"strides": 1, "padding": "VALID", **options}))
        return gs.nn.relu(y + 0.1) * 0.5

    agrees(with_gradients(f), *scaled(some(*images), some(*filters)), tolerance=1e-10)


@pytest.mark.parametrize("chunk", [1 << 6, 1 << 11, 1 << 20])
def test_matrices_of_some_images_or_some_rows_of_one(monkeypatch: pytest.MonkeyPatch, chunk: int) -> None:
    monkeypatch.setattr(convolutions, "_CHUNK", chunk)
    for images, filters, options in FORMS[:6]:
        test_convolutions(images, filters, options)


def test_lines_and_volumes() -> None:
    def line(x: Any, w: Any) -> Any:
        return gs.tanh(gs.nn.relu(gs.nn.conv1d(x, w, 1, "SAME")) * 0.5)

    def volume(x: Any, w: Any) -> Any:
        return gs.tanh(gs.nn.relu(gs.nn.conv3d(x, w, (1, 1, 1, 1, 1), "SAME")) * 0.5)

    agrees(with_gradients(line), *scaled(some(12, 30, 5), some(3, 5, 6)), tolerance=1e-10)
    agrees(with_gradients(volume), *scaled(some(9, 5, 4, 3, 4), some(2, 3, 2, 4, 5)), tolerance=1e-10)


@pytest.mark.parametrize("shape", [None, (11, 10, 8, 2), (10, 8)])
def test_transposed_convolutions(shape: Any) -> None:
    def f(y: Any, w: Any) -> Any:
        return gs.tanh(gs.nn.conv2d_transpose(gs.nn.relu(y + 0.2), w, output_shape=shape, strides=2, padding="SAME"))

    agrees(with_gradients(f), *scaled(some(11, 5, 4, 3), some(3, 3, 2, 3)), tolerance=1e-10)


@pytest.mark.parametrize("pool", [gs.nn.max_pool2d, gs.nn.avg_pool2d])
@pytest.mark.parametrize("padding", ["VALID", "SAME"])
def test_pools(pool: Any, padding: str) -> None:
    def f(x: Any, w: Any) -> Any:
        return pool(gs.nn.relu(gs.nn.conv2d(x, w, 1, "SAME")), 2, 2, padding) * 0.5

    compiled = agrees(with_gradients(f), *scaled(some(11, 9, 7, 4), some(3, 3, 4, 5)), tolerance=1e-10)
    assert "pool2d(np" in compiled.sources[0].partition("def plan")[0]


def network(x: Any, first: Any, second: Any, dense: Any) -> Any:
    with gs.GradientTape() as tape:
        tape.watch([x, first, second, dense])
        h = gs.nn.relu(gs.nn.conv2d(x, first, 1, "VALID"))
        h = gs.nn.relu(gs.nn.conv2d(h, second, 1, "SAME"))
        loss = gs.mean(gs.log_softmax(gs.reshape(h, (x.shape[0], -1)) @ dense) ** 2)
    return loss, tape.gradient(loss, [x, first, second, dense])


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_network_gives_the_same_bits_on_any_number_of_threads(monkeypatch: pytest.MonkeyPatch, dtype: Any) -> None:
    arrays = [some(*dims).astype(dtype) for dims in ((13, 8, 7, 2), (3, 3, 2, 4), (3, 3, 4, 6), (6 * 5 * 6, 3))]
    found = []
    for count in ("1", "2", "5"):
        monkeypatch.setenv(SWITCH, count)
        compiled = agrees(network, *scaled(*arrays), tolerance=1e-10)
        loss, gradients = compiled(*arrays)
        found.append([v.numpy().tobytes() for v in (loss, *gradients)])
    assert found[1:] == found[:1] * 2
    source = compiled.sources[0].partition("def plan")[0]
    assert "conv2d(" in source
    assert "conv_filters(" in source
    assert "reshape((-1, 180))" not in source  # outside it is a view


def test_results_of_one_call_outlive_the_next() -> None:
    compiled = gs.compile(network)
    first, second = scaled(some(9, 8, 7, 2), some(3, 3, 2, 4), some(3, 3, 4, 6), some(6 * 5 * 6, 3))
    compiled(*first)
    _, kept = compiled(*first)
    before = [g.numpy().copy() for g in kept]
    compiled(*second)
    assert all(np.array_equal(g.numpy(), b) for g, b in zip(kept, before, strict=True))


def test_images_that_do_not_lie_in_one_piece() -> None:
    def f(x: Any, w: Any) -> Any:
        return gs.nn.relu(gs.nn.conv2d(gs.transpose(x, (3, 1, 2, 0)), w, 1, "VALID") + 0.1) * 0.5

    agrees(with_gradients(f), *scaled(some(4, 9, 8, 11), some(3, 2, 4, 5)), tolerance=1e-10)
