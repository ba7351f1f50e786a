"""W3: one training step of a network of three layers, batch 128, float32, with the update of the weights."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from benchmarks.contenders import by
from benchmarks.workload import Data, Run, Workload

RATE = 0.01


def loss(m: Any, params: Any, constants: Any) -> Any:
    w1, b1, w2, b2, w3, b3 = params
    x, labels = constants
    h = m.relu(x @ w1 + b1)
    h = m.relu(h @ w2 + b2)
    return m.cross_entropy(h @ w3 + b3, labels)


def floor(data: Data) -> Run:
    """NumPy with all results in buffers that are made once."""
    x, labels = data.constants
    params = [p.copy() for p in data.params]
    found, moves = [np.empty_like(p) for p in params], [np.empty_like(p) for p in params]
    batch = len(x)
    widths = [p.shape[0] for p in params[1::2]]
    layers = [np.empty((batch, n), x.dtype) for n in widths]
    backs = [np.empty((batch, n), x.dtype) for n in widths]
    hot = np.eye(widths[-1], dtype=x.dtype)[labels]

    def run() -> list[Any]:
        h, inputs = x, [x]
        for i, z in enumerate(layers):
            np.matmul(h, params[2 * i], out=z)
            z += params[2 * i + 1]
            if i < 2:
                np.maximum(z, 0, out=z)
            h = z
            inputs.append(h)
        g = backs[-1]
        np.subtract(h, h.max(1, keepdims=True), out=g)
        np.exp(g, out=g)
        g /= g.sum(1, keepdims=True)
        g -= hot
        g *= 1 / batch
        for i in (2, 1, 0):
            np.matmul(inputs[i].T, g, out=found[2 * i])
            np.add.reduce(g, 0, out=found[2 * i + 1])
            if i:
                into = np.matmul(g, params[2 * i].T, out=backs[i - 1])
                into *= inputs[i] > 0
                g = into
        for p, q, move in zip(params, found, moves, strict=True):
            np.multiply(q, RATE, out=move)
            p -= move
        return found

    return run


def data(widths: tuple[int, ...], batch: int) -> Data:
    random = np.random.default_rng(0)
    params: list[Any] = []
    for a, b in pairwise(widths):
        params += [(random.normal(size=(a, b)) / a**0.5).astype(np.float32), np.zeros(b, np.float32)]
    x = random.normal(size=(batch, widths[0])).astype(np.float32)
    return Data(tuple(params), (x, random.integers(0, widths[-1], batch)))


CASES = (
    Workload(
        name="w03",
        title="training step 784-256-128-10, batch 128, f32",
        data=lambda: data((784, 256, 128, 10), 128),
        small=lambda: data((12, 8, 6, 4), 5),
        contenders={"floor": floor, **by("step", loss, rate=RATE)},
    ),
)
