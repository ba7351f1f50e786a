"""W7: the third derivative of 100 operations on one number: tapes that record tapes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from benchmarks.contenders import SMALL, by
from benchmarks.workload import Data, Run, Workload

Series = tuple[float, float, float, float]


def chain(m: Any, params: Any, constants: Any) -> Any:
    (x,), (turns,) = params, constants
    y = x
    for _ in range(turns):
        y = m.sin(y) * 1.1
        y = y * x
        y = y + 0.2
    return y


def product(a: Series, b: Series) -> Series:
    return (
        a[0] * b[0],
        a[0] * b[1] + a[1] * b[0],
        a[0] * b[2] + a[1] * b[1] + a[2] * b[0],
        a[0] * b[3] + a[1] * b[2] + a[2] * b[1] + a[3] * b[0],
    )


def floor(data: Data) -> Run:
    """Taylor series of order three, forward, on Python floats."""
    x: Series = (float(data.params[0]), 1.0, 0.0, 0.0)
    turns = data.constants[0]

    def run() -> list[float]:
        y = x
        for _ in range(turns):
            s, c = math.sin(y[0]), math.cos(y[0])
            _, a, b, d = y
            up = (
                1.1 * s,
                1.1 * c * a,
                1.1 * (c * b - s * a * a / 2),
                1.1 * (c * d - s * a * b - c * a**3 / 6),
            )
            y = product(up, x)
            y = (y[0] + 0.2, *y[1:])
        return [6 * y[3]]

    return run


def data(turns: int) -> Data:
    return Data((np.float64(0.6),), (turns,), fresh=True)


CASES = (
    Workload(
        name="w07",
        title="third derivative of 100 scalar ops",
        data=lambda: data(25),
        small=lambda: data(3),
        contenders={"floor": floor, **by("third", chain, of=SMALL)},
    ),
)
