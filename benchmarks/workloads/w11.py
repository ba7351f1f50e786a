"""W11: broadcasting: distances of 1000 x 1000 points, and layer normalisation written out."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.contenders import by
from benchmarks.workload import Builder, Data, Run, Workload


def kernel(m: Any, params: Any, constants: Any) -> Any:
    a, b = params
    d = a - b
    return m.sum(m.exp(m.sum(d * d, axis=2) * -0.1))


def kernel_floor(data: Data) -> Run:
    """The same numbers by matrix products: (a - b)^2 = a^2 - 2 a b + b^2."""
    a, b = data.params[0][:, 0], data.params[1][0]
    one = a.dtype.type

    def run() -> list[Any]:
        d = a @ b.T
        d *= one(-2)
        d += (a * a).sum(1)[:, None]
        d += (b * b).sum(1)
        d *= one(-0.1)
        np.exp(d, out=d)
        d *= one(-0.2)
        to_a = a * d.sum(1)[:, None] - d @ b
        to_b = b * d.sum(0)[:, None] - d.T @ a
        return [to_a[:, None], to_b[None]]

    return run


def normalised(m: Any, params: Any, constants: Any) -> Any:
    x, gain, bias = params
    c = x - m.mean(x, axis=1, keepdims=True)
    variance = m.mean(c * c, axis=1, keepdims=True)
    y = c / m.sqrt(variance + 1e-5) * gain + bias
    return m.sum(y * y)


def normalised_floor(data: Data) -> Run:
    """NumPy in two buffers."""
    x, gain, bias = data.params
    one = x.dtype.type
    count = one(x.shape[1])
    c, y = np.empty_like(x), np.empty_like(x)

    def run() -> list[Any]:
        np.subtract(x, x.mean(1, keepdims=True), out=c)
        scale = 1 / np.sqrt(np.einsum("ij,ij->i", c, c)[:, None] / count + one(1e-5))
        np.multiply(c, scale, out=c)
        np.multiply(c, gain, out=y)
        np.add(y, bias, out=y)
        np.multiply(y, one(2), out=y)
        to_bias = y.sum(0)
        to_gain = np.einsum("ij,ij->j", y, c)
        np.multiply(y, gain, out=y)
        first = y.mean(1, keepdims=True)
        second = np.einsum("ij,ij->i", y, c)[:, None] / count
        np.multiply(c, -second, out=c)
        np.subtract(y, first, out=y)
        np.add(y, c, out=y)
        np.multiply(y, scale, out=y)
        return [y, to_gain, to_bias]

    return run


def points(count: int, width: int) -> Data:
    random = np.random.default_rng(8)
    a = random.normal(size=(count, 1, width)).astype(np.float32)
    return Data((a, random.normal(size=(1, count, width)).astype(np.float32)))


def rows(count: int, width: int) -> Data:
    random = np.random.default_rng(9)
    shapes = ((count, width), (width,), (width,))
    return Data(tuple(random.normal(size=shape).astype(np.float32) for shape in shapes))


def case(name: str, title: str, f: Any, floor: Builder, full: Any, small: Any) -> Workload:
    return Workload(
        name=name,
        title=title,
        data=full,
        small=small,
        contenders={"floor": floor, **by("gradients", f)},
        is_large=True,
    )


CASES = (
    case(
        "w11-pairwise",
        "kernel of 1000 x 1000 distances in 16 dimensions, f32",
        kernel,
        kernel_floor,
        lambda: points(1000, 16),
        lambda: points(5, 3),
    ),
    case(
        "w11-layernorm",
        "layer normalisation written out, 4096 x 1024, f32",
        normalised,
        normalised_floor,
        lambda: rows(4096, 1024),
        lambda: rows(5, 8),
    ),
)
