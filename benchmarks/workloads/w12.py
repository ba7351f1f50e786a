"""W12: 20 operations on ten million numbers, float32: peak memory, and time."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.contenders import by
from benchmarks.workload import Data, Run, Workload


def chain(m: Any, params: Any, constants: Any) -> Any:
    (x,) = params
    y = x
    for _ in range(5):
        y = m.sin(y * 1.01)
        y = m.tanh(y + x)
    return m.sum(y)


def floor(data: Data) -> Run:
    """NumPy; what the way back needs (y * 1.01, and the result of tanh) stays in buffers."""
    (x,) = data.params
    one = x.dtype.type
    inner, outer = [np.empty_like(x) for _ in range(5)], [np.empty_like(x) for _ in range(5)]
    g, total, work = np.empty_like(x), np.empty_like(x), np.empty_like(x)

    def run() -> list[Any]:
        y = x
        for u, v in zip(inner, outer, strict=True):
            np.multiply(y, one(1.01), out=u)
            np.sin(u, out=v)
            np.add(v, x, out=v)
            np.tanh(v, out=v)
            y = v
        g.fill(1)
        total.fill(0)
        for u, v in zip(reversed(inner), reversed(outer), strict=True):
            np.multiply(v, v, out=work)
            np.subtract(one(1), work, out=work)
            np.multiply(g, work, out=g)
            np.add(total, g, out=total)
            np.cos(u, out=work)
            np.multiply(g, work, out=g)
            np.multiply(g, one(1.01), out=g)
        np.add(total, g, out=total)
        return [total]

    return run


def data(count: int) -> Data:
    return Data((np.linspace(0.1, 1, count, dtype=np.float32),))


CASES = (
    Workload(
        name="w12",
        title="20 ops on 1e7 numbers, f32",
        data=lambda: data(10_000_000),
        small=lambda: data(20),
        contenders={"floor": floor, **by("gradients", chain)},
        is_large=True,
    ),
)
