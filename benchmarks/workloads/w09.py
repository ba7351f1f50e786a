"""W9: attention of one head, 256 places, float32: matrix products and a softmax."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.contenders import by
from benchmarks.workload import Data, Run, Workload


def attention(m: Any, params: Any, constants: Any) -> Any:
    q, k, v = params
    out = m.softmax(q @ m.transpose(k) * 0.125) @ v
    return m.sum(out * out)


def floor(data: Data) -> Run:
    """NumPy with buffers."""
    q, k, v = data.params
    scale, two = q.dtype.type(0.125), q.dtype.type(2)
    p, d = np.empty((len(q), len(k)), q.dtype), np.empty((len(q), len(k)), q.dtype)
    out = np.empty((len(q), v.shape[1]), q.dtype)

    def run() -> list[Any]:
        np.matmul(q, k.T, out=p)
        np.multiply(p, scale, out=p)
        np.subtract(p, p.max(1, keepdims=True), out=p)
        np.exp(p, out=p)
        np.divide(p, p.sum(1, keepdims=True), out=p)
        np.matmul(p, v, out=out)
        g = out * two
        to_v = p.T @ g
        np.matmul(g, v.T, out=d)
        np.subtract(d, (g * out).sum(1, keepdims=True), out=d)
        np.multiply(d, p, out=d)
        np.multiply(d, scale, out=d)
        return [d @ k, d.T @ q, to_v]

    return run


def data(places: int, width: int) -> Data:
    random = np.random.default_rng(6)
    q, k, v = (random.normal(size=(places, width)).astype(np.float32) for _ in range(3))
    return Data((q, k, v))


CASES = (
    Workload(
        name="w09",
        title="attention, 256 places of 64, f32",
        data=lambda: data(256, 64),
        small=lambda: data(6, 4),
        contenders={"floor": floor, **by("gradients", attention)},
    ),
)
