"""W4: Black-Scholes, the price and its five derivatives for a million options: long element-by-element arithmetic."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from benchmarks.contenders import by
from benchmarks.workload import Data, Run, Workload


def price(m: Any, params: Any, constants: Any) -> Any:
    s, k, t, r, v = params
    spread = v * m.sqrt(t)
    d1 = (m.log(s / k) + (r + 0.5 * v * v) * t) / spread
    d2 = d1 - spread
    return m.sum(s * m.ndtr(d1) - k * m.exp(-r * t) * m.ndtr(d2))


def floor(data: Data) -> Run:
    """The derivatives in closed form, in twelve buffers."""
    from scipy.special import ndtr

    s, k, t, r, v = data.params
    one = s.dtype.type
    half, density = one(0.5), one(1 / math.sqrt(2 * math.pi))
    root, spread, d1, d2, n1, n2, discount, pdf, work, rho, theta, vega = (np.empty_like(s) for _ in range(12))

    def run() -> list[Any]:
        np.sqrt(t, out=root)
        np.multiply(v, root, out=spread)
        np.divide(s, k, out=d1)
        np.log(d1, out=d1)
        np.multiply(v, v, out=work)
        np.multiply(work, half, out=work)
        np.add(work, r, out=work)
        np.multiply(work, t, out=work)
        np.add(d1, work, out=d1)
        np.divide(d1, spread, out=d1)
        np.subtract(d1, spread, out=d2)
        ndtr(d1, out=n1)
        ndtr(d2, out=n2)
        np.multiply(r, t, out=discount)
        np.negative(discount, out=discount)
        np.exp(discount, out=discount)
        np.multiply(d1, d1, out=pdf)
        np.multiply(pdf, -half, out=pdf)
        np.exp(pdf, out=pdf)
        np.multiply(pdf, density, out=pdf)
        np.multiply(s, n1, out=work)
        np.multiply(k, discount, out=rho)
        np.multiply(rho, n2, out=rho)
        np.subtract(work, rho, out=work)  # the price
        np.multiply(s, pdf, out=theta)
        np.multiply(theta, root, out=vega)
        np.multiply(theta, v, out=theta)
        np.multiply(theta, half, out=theta)
        np.divide(theta, root, out=theta)
        np.multiply(r, rho, out=pdf)
        np.add(theta, pdf, out=theta)
        np.multiply(rho, t, out=rho)
        np.multiply(discount, n2, out=n2)
        np.negative(n2, out=n2)
        return [n1, n2, theta, rho, vega]

    return run


def data(count: int, dtype: DTypeLike) -> Data:
    random = np.random.default_rng(1)
    ranges = ((50, 150), (50, 150), (0.1, 2), (0, 0.05), (0.1, 0.5))
    return Data(tuple(random.uniform(low, high, count).astype(dtype) for low, high in ranges))


def case(name: str, title: str, count: int, dtype: DTypeLike) -> Workload:
    return Workload(
        name=name,
        title=title,
        data=lambda: data(count, dtype),
        small=lambda: data(50, dtype),
        contenders={"floor": floor, **by("gradients", price)},
        is_large=True,
    )


CASES = (
    case("w04-f64", "Black-Scholes and 5 gradients, 1e6, f64", 1_000_000, np.float64),
    case("w04-f32", "Black-Scholes and 5 gradients, 1e6, f32", 1_000_000, np.float32),
    case("w04-1e7", "Black-Scholes and 5 gradients, 1e7, f32", 10_000_000, np.float32),
)
