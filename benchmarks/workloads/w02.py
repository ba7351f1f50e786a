"""W2: 2,000 operations on vectors of ten, wired at random: the tape beside the smallest of NumPy's calls."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.contenders import SMALL, by, without
from benchmarks.workload import Data, Run, Workload

Wiring = tuple[tuple[int, int, int], ...]
"""For each operation: which one (0 tanh, 1 product, 2 sum, 3 difference with a half), and its two inputs."""


def wiring(count: int) -> Wiring:
    random = np.random.default_rng(0)
    kinds, back = [], []
    for i in range(count):
        kinds.append(int(random.integers(0, 4)) if i % 4 != 3 else 0)
        back.append(max(0, i - int(random.integers(0, 8))))
    return tuple((kind, i, b) for i, (kind, b) in enumerate(zip(kinds, back, strict=True)))


def forward(x: Any, tanh: Any, wires: Wiring) -> list[Any]:
    values = [x]
    for kind, a, b in wires:
        p = values[a]
        if kind == 0:
            q = tanh(p)
        elif kind == 1:
            q = p * values[b]
        elif kind == 2:
            q = p + values[b]
        else:
            q = p - values[b] * 0.5
        values.append(q)
    return values


def graph(m: Any, params: Any, constants: Any) -> Any:
    return m.sum(forward(params[0], m.tanh, constants[0])[-1])


def floor(data: Data) -> Run:
    """NumPy with a list of values and a list of cotangents."""
    (x,), (wires,) = data.params, data.constants

    def run() -> list[Any]:
        values = forward(x, np.tanh, wires)
        cotangents: list[Any] = [None] * len(values)
        cotangents[-1] = np.ones(x.shape)

        def add(i: int, g: Any) -> None:
            before = cotangents[i]
            cotangents[i] = g if before is None else before + g

        for i in range(len(wires) - 1, -1, -1):
            kind, a, b = wires[i]
            g = cotangents[i + 1]
            if kind == 0:
                y = values[i + 1]
                add(a, g * (1 - y * y))
            elif kind == 1:
                add(a, g * values[b])
                add(b, g * values[a])
            elif kind == 2:
                add(a, g)
                add(b, g)
            else:
                add(a, g)
                add(b, g * -0.5)
        return [cotangents[0]]

    return run


def data(count: int) -> Data:
    return Data((np.linspace(0.1, 1, 10),), (wiring(count),), fresh=True)


CASES = (
    Workload(
        name="w02",
        title="2,000 ops on vectors of 10, wired at random",
        data=lambda: data(2000),
        small=lambda: data(24),
        contenders={"floor": floor, **by("gradients", graph, of=without("tf.function", of=SMALL))},
    ),
)
