"""W6: a Jacobian of 64 x 64 and a Hessian of 50 x 50: many cotangents through one recorded pass."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.contenders import by
from benchmarks.workload import Data, Run, Workload


def layers(m: Any, params: Any, constants: Any) -> Any:
    (x,), (w1, w2) = params, constants
    return m.tanh(m.matvec(w2, m.tanh(m.matvec(w1, x))))


def jacobian_floor(data: Data) -> Run:
    """The chain rule as two products of matrices."""
    (x,), (w1, w2) = data.params, data.constants

    def run() -> list[Any]:
        a = np.tanh(w1 @ x)
        b = np.tanh(w2 @ a)
        return [((1 - b * b)[:, None] * w2 * (1 - a * a)) @ w1]

    return run


def logistic(m: Any, params: Any, constants: Any) -> Any:
    (w,), (rows,) = params, constants
    return m.mean(m.log1p(m.exp(-m.matvec(rows, w))))


def hessian_floor(data: Data) -> Run:
    """The Hessian of logistic regression in closed form."""
    (w,), (rows,) = data.params, data.constants

    def run() -> list[Any]:
        p = 1 / (1 + np.exp(rows @ w))
        return [(rows.T * (p * (1 - p) / len(rows))) @ rows]

    return run


def jacobian_data(n: int) -> Data:
    random = np.random.default_rng(3)
    w1, w2 = random.normal(size=(n, n)) / n**0.5, random.normal(size=(n, n)) / n**0.5
    return Data((random.normal(size=n),), (w1, w2))


def hessian_data(n: int) -> Data:
    random = np.random.default_rng(4)
    rows = random.normal(size=(4 * n, n)) * (random.integers(0, 2, 4 * n) * 2.0 - 1)[:, None]
    return Data((random.normal(size=n) * 0.1,), (rows,))


CASES = (
    Workload(
        name="w06-jacobian",
        title="Jacobian 64 x 64 of two layers",
        data=lambda: jacobian_data(64),
        small=lambda: jacobian_data(5),
        contenders={"floor": jacobian_floor, **by("jacobian", layers)},
    ),
    Workload(
        name="w06-hessian",
        title="Hessian 50 x 50 of logistic regression",
        data=lambda: hessian_data(50),
        small=lambda: hessian_data(4),
        contenders={"floor": hessian_floor, **by("hessian", logistic)},
    ),
)
