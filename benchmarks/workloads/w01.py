"""W1: a chain of 10,000 operations on one number. Nothing but the cost of an op on the tape."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from benchmarks.contenders import SMALL, by, without
from benchmarks.workload import Data, Run, Workload


def chain(m: Any, params: Any, constants: Any) -> Any:
    (x,), (turns,) = params, constants
    sin = m.sin
    y = x
    for _ in range(turns):
        y = y * 0.99
        y = y + 0.1
        y = sin(y)
        y = y * x
    return y


def scanned(m: Any, params: Any, constants: Any) -> Any:
    (x,), (turns,) = params, constants
    return m.scan(lambda y, _: m.sin(y * 0.99 + 0.1) * x, x, length=turns)


def floor(data: Data) -> Run:
    """Python floats and the math module."""
    x, turns = float(data.params[0]), data.constants[0]

    def run() -> list[float]:
        sin, cos = math.sin, math.cos
        y = x
        kept = []
        for _ in range(turns):
            u = y * 0.99 + 0.1
            v = sin(u)
            kept.append((u, v))
            y = v * x
        g, gx = 1.0, 0.0
        for u, v in reversed(kept):
            gx += g * v
            g = g * x * cos(u) * 0.99
        return [gx + g]

    return run


def data(turns: int) -> Data:
    return Data((np.float64(0.7),), (turns,), fresh=True)


CASES = (
    Workload(
        name="w01",
        title="chain of 10,000 scalar ops",
        data=lambda: data(2500),
        small=lambda: data(20),
        contenders={
            "floor": floor,
            **by("gradients", chain, of=without("tf.function", "jax.jit", of=SMALL)),
            **by("gradients", scanned, of=["jax.jit"]),
        },
        ops=10_000,
    ),
)
