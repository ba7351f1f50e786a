"""W10: log-sum-exp and softmax along the rows of a 4096 x 4096 matrix: reductions that wait for memory."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.contenders import by
from benchmarks.workload import Builder, Data, Run, Workload


def logsumexp(m: Any, params: Any, constants: Any) -> Any:
    return m.sum(m.logsumexp(params[0]))


def squared_softmax(m: Any, params: Any, constants: Any) -> Any:
    p = m.softmax(params[0])
    return m.sum(p * p)


def logsumexp_floor(data: Data) -> Run:
    """NumPy, in one buffer."""
    (x,) = data.params
    out = np.empty_like(x)

    def run() -> list[Any]:
        np.subtract(x, x.max(1, keepdims=True), out=out)
        np.exp(out, out=out)
        np.divide(out, out.sum(1, keepdims=True), out=out)
        return [out]

    return run


def softmax_floor(data: Data) -> Run:
    """NumPy, in one buffer and one fresh array: 2 p (p - sum p^2)."""
    (x,) = data.params
    out = np.empty_like(x)
    two = x.dtype.type(2)

    def run() -> list[Any]:
        np.subtract(x, x.max(1, keepdims=True), out=out)
        np.exp(out, out=out)
        np.divide(out, out.sum(1, keepdims=True), out=out)
        g = out - np.einsum("ij,ij->i", out, out)[:, None]
        g *= out
        g *= two
        return [g]

    return run


def data(side: int) -> Data:
    return Data((np.random.default_rng(7).normal(size=(side, side)).astype(np.float32),))


def case(name: str, title: str, f: Any, floor: Builder) -> Workload:
    return Workload(
        name=name,
        title=title,
        data=lambda: data(4096),
        small=lambda: data(6),
        contenders={"floor": floor, **by("gradients", f)},
        is_large=True,
    )


CASES = (
    case("w10-lse", "log-sum-exp of the rows of 4096 x 4096, f32", logsumexp, logsumexp_floor),
    case("w10-softmax", "squared softmax of the rows of 4096 x 4096, f32", squared_softmax, softmax_floor),
)
