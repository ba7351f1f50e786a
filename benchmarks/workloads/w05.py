"""W5: a recurrent network over 500 steps: many small matrix products in a row."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.contenders import by, without
from benchmarks.workload import Data, Run, Workload


def loss(m: Any, params: Any, constants: Any) -> Any:
    wx, wh, b = params
    rows, h = constants
    for t in range(rows.shape[0]):
        h = m.tanh(rows[t] @ wx + h @ wh + b)
    return m.mean(h * h)


def scanned(m: Any, params: Any, constants: Any) -> Any:
    wx, wh, b = params
    rows, start = constants
    h = m.scan(lambda h, row: m.tanh(row @ wx + h @ wh + b), start, rows)
    return m.mean(h * h)


def floor(data: Data) -> Run:
    """NumPy with buffers; the products with all inputs, and those of the weights' gradients, in one call each."""
    wx, wh, b = data.params
    rows, start = data.constants
    steps, (batch, width) = len(rows), start.shape
    states, backs = np.zeros((steps + 1, batch, width), wx.dtype), np.empty((steps, batch, width), wx.dtype)
    into = np.empty((batch, width), wx.dtype)
    flat = rows.reshape(-1, rows.shape[-1])
    scale = wx.dtype.type(2 / start.size)

    def run() -> list[Any]:
        projected = np.matmul(flat, wx).reshape(steps, batch, width)
        projected += b
        for t in range(steps):
            h = np.matmul(states[t], wh, out=states[t + 1])
            h += projected[t]
            np.tanh(h, out=h)
        g = states[-1] * scale
        turned = np.ascontiguousarray(wh.T)
        for t in range(steps - 1, -1, -1):
            y = states[t + 1]
            z = np.multiply(y, y, out=backs[t])
            np.subtract(1, z, out=z)
            z *= g
            g = np.matmul(z, turned, out=into)
        every = backs.reshape(-1, width)
        return [flat.T @ every, states[:-1].reshape(-1, width).T @ every, every.sum(0)]

    return run


def data(steps: int, batch: int, width: int, inputs: int) -> Data:
    random = np.random.default_rng(2)
    rows = random.normal(size=(steps, batch, inputs)).astype(np.float32)
    wx = (random.normal(size=(inputs, width)) * 0.1).astype(np.float32)
    wh = (random.normal(size=(width, width)) * 0.1).astype(np.float32)
    return Data((wx, wh, np.zeros(width, np.float32)), (rows, np.zeros((batch, width), np.float32)))


CASES = (
    Workload(
        name="w05",
        title="recurrent net, 500 steps, batch 32, width 64, f32",
        data=lambda: data(500, 32, 64, 16),
        small=lambda: data(6, 3, 4, 2),
        contenders={
            "floor": floor,
            **by("gradients", loss, of=without("tf.function", "jax.jit")),
            **by("gradients", scanned, of=["jax.jit"]),
        },
    ),
)
