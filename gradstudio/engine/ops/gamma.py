"""The gamma function's family: its logarithm, the derivatives of that, and the incomplete gamma functions."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy as np

from gradstudio.engine.backends import special
from gradstudio.engine.declaring import Sample, category, op

primitive = category("elementary", batch="elementwise")
POSITIVE = (Sample((np.array([0.4, 1.7, 5.5]),)), Sample((2.5,)))
BELOW = Sample((np.array([-0.5, -1.3]),))


@primitive(
    (lambda g, _ans, x: g * op.digamma(x),),
    aliases=("math.lgamma", "gammaln"),
    samples=(*POSITIVE, BELOW),
)
def lgamma(xp: Any, x: Any) -> Any:
    """Logarithm of the absolute value of the gamma function; infinite at 0, -1, -2 ..."""
    return special(xp).gammaln(x)


@primitive(
    (lambda g, _ans, x: g * op.polygamma(1.0, x),),
    aliases=("math.digamma", "psi"),
    samples=(*POSITIVE, BELOW),
)
def digamma(xp: Any, x: Any) -> Any:
    """Derivative of lgamma."""
    return special(xp).psi(x)


@primitive(
    (None, lambda g, _ans, a, x: g * op.polygamma(a + 1.0, x)),
    aliases=("math.polygamma",),
    renamed={"n": "a"},
    samples=(
        Sample((1, np.array([0.4, 1.7, 5.5]))),
        Sample((np.array([0.0, 1.0, 2.0]), 1.5)),
        Sample((np.array([1.0, 2.0]), np.array([-0.5, -1.3]))),
    ),
)
def polygamma(xp: Any, a: Any, x: Any) -> Any:
    """Derivative number a of digamma at x, for whole a from 0 on; NaN for other a.

    The gradient goes to x only, as in TensorFlow: the order a gets none.
    """
    a, x = _floats(xp, a, x)
    functions = special(xp)
    whole = xp.logical_and(xp.equal(a, xp.floor(a)), a >= 0)
    order = xp.where(whole, a, xp.zeros_like(a))
    sign = 2.0 * xp.mod(order, 2.0) - 1.0
    found = sign * functions.gamma(order + 1.0) * functions.zeta(order + 1.0, x)
    found = xp.where(xp.equal(order, 0), functions.psi(x), found)
    return xp.where(whole, found, xp.full_like(found, np.nan))


def _floats(xp: Any, *values: Any) -> list[Any]:
    """The values as floating arrays of one dtype; plain numbers take that of the others."""
    dtype = xp.result_type(*[v if hasattr(v, "dtype") else float(v) for v in values])
    return [xp.asarray(v, dtype=dtype if dtype.kind == "f" else np.float64) for v in values]


@primitive(
    (None, lambda g, _ans, x, q: g * (op.negative(x) * op.zeta(op.add(x, 1.0), q))),
    optional=1,
    aliases=("math.zeta",),
    samples=(
        Sample((np.array([1.5, 2.0, 4.5]), np.array([0.4, 1.7, 5.5]))),
        Sample((2.0, 1.5)),
        Sample((np.array([2.0, 3.0]), None)),
    ),
)
def zeta(xp: Any, x: Any, q: Any = None) -> Any:
    """Hurwitz zeta function: the sum of (k + q) ** -x over k = 0, 1, 2 ...; Riemann's without q (q = 1).

    The gradient goes to q only, as in TensorFlow: x gets none.
    """
    return special(xp).zeta(*_floats(xp, x, 1.0 if q is None else q))


def _density(a: Any, x: Any, order: int = 0) -> Any:
    """The derivative number `order` with respect to a of x ** (a - 1) exp(-x) / Gamma(a).

    That is (a / x) f with f = x ** a exp(-x) / Gamma(a + 1); the derivatives of f are f times complete Bell
    polynomials of the derivatives of log f.
    """
    plain = op.exp(op.xlogy(a - 1.0, x) - x - op.lgamma(op.add(a, 1.0)))
    bell = _bell([op.log(x) - op.digamma(a + 1.0)], a, order) if order else []
    return plain * a if not order else plain * (a * bell[order] + float(order) * bell[order - 1])


def _bell(slopes: list[Any], a: Any, order: int) -> list[Any]:
    """Complete Bell polynomials up to an order. slopes: the first derivative of log f; the others are polygammas."""
    slopes = slopes + [op.negative(op.polygamma(float(m), a + 1.0)) for m in range(1, order)]
    found: list[Any] = [1.0]
    for n in range(order):
        terms = [float(math.comb(n, i)) * found[n - i] * slopes[i] for i in range(n + 1)]
        found.append(sum(terms[1:], terms[0]))
    return found


G = (
    Sample((np.array([0.5, 2.0, 5.5]), np.array([0.2, 2.5, 4.0]))),
    Sample((np.array([0.05, 30.0, 30.0, 1.0]), np.array([1.5, 20.0, 45.0, 1.0]))),
    Sample((2.0, 1.5)),
)


@primitive(
    (lambda g, _ans, a, x: g * op.igamma_slope(a, x, order=1), lambda g, _ans, a, x: g * _density(a, x)),
    aliases=("math.igamma", "gammainc"),
    samples=G,
)
def igamma(xp: Any, a: Any, x: Any) -> Any:
    """Regularised lower incomplete gamma function P(a, x), for positive a and x from 0 on; NaN elsewhere.

    Its derivatives with respect to a, of any order, come from a series (x up to 1) or from quadrature (above).
    """
    return special(xp).gammainc(*_floats(xp, a, x))


@primitive(
    (
        lambda g, _ans, a, x: op.negative(g * op.igamma_slope(a, x, order=1)),
        lambda g, _ans, a, x: op.negative(g * _density(a, x)),
    ),
    aliases=("math.igammac", "gammaincc"),
    samples=G,
)
def igammac(xp: Any, a: Any, x: Any) -> Any:
    """Regularised upper incomplete gamma function Q(a, x) = 1 - P(a, x), accurate where it is small."""
    return special(xp).gammaincc(*_floats(xp, a, x))


@primitive(
    (
        lambda g, _ans, a, x, order: g * op.igamma_slope(a, x, order=order + 1),
        lambda g, _ans, a, x, order: g * _density(a, x, order),
    ),
    listed=False,
)
def igamma_slope(xp: Any, a: Any, x: Any, *, order: int) -> Any:
    """The derivative number `order`, from 1 on, of P(a, x) with respect to a; 0 where x is 0."""
    a, x = _floats(xp, a, x)
    dtype = xp.result_type(a, x)
    a, x = (v.astype(np.float64) + xp.zeros(np.broadcast_shapes(a.shape, x.shape)) for v in (a, x))
    inside = xp.logical_and(a > 0, x > 0)
    a, t = (xp.where(inside, v, xp.ones_like(v)) for v in (a, x))
    found = xp.where(t <= 1.0, _by_series(xp, a, t, order), _by_quadrature(xp, a, t, order))
    outside = xp.where(xp.logical_and(a > 0, xp.equal(x, 0)), xp.zeros_like(x), xp.full_like(x, np.nan))
    return xp.where(inside, found, outside).astype(dtype)


def _by_series(xp: Any, a: Any, x: Any, order: int) -> Any:
    """For x up to 1: P = f h with f = x ** a / Gamma(a + 1) and h the sum of (-x) ** n / n! a / (a + n)."""
    x = xp.where(x <= 1.0, x, xp.ones_like(x))
    f = xp.exp(a * xp.log(x) - special(xp).gammaln(a + 1.0))
    bell = _bell([xp.log(x) - special(xp).psi(a + 1.0)], a, order)
    h = [xp.ones_like(a)] + [xp.zeros_like(a) for _ in range(order)]
    power = xp.ones_like(a)
    for n in range(1, 24):
        power = power * (-x / n)
        h[0] = h[0] + power * a / (a + n)
        for j in range(1, order + 1):
            h[j] = h[j] - power * ((-1.0) ** j * math.factorial(j) * n) / (a + n) ** (j + 1)
    return f * sum(float(math.comb(order, j)) * bell[order - j] * h[j] for j in range(order + 1))


_DEPTH = 45.0
"""The integrand is followed down to exp(-45) of its height."""


@cache
def _nodes() -> list[tuple[float, float]]:
    """Nodes and weights of a Gauss-Legendre rule on 0..1."""
    nodes, weights = np.polynomial.legendre.leggauss(80)
    return [(float(0.5 * (n + 1.0)), float(0.5 * w)) for n, w in zip(nodes, weights, strict=True)]


def _by_quadrature(xp: Any, a: Any, x: Any, order: int) -> Any:
    """For x from 1 on: the integral of the density's derivative, on the side of x where there is less of it.

    With t = x exp(s) above, x exp(-s) below, the density is x's times exp(h(s)), where h falls from 0 and is concave.
    """
    x = xp.where(x > 1.0, x, xp.full_like(x, 2.0))
    above = x >= a
    side = xp.where(above, xp.ones_like(a), -xp.ones_like(a))
    # Where h is -_DEPTH, from the outside: e ** s - 1 - s >= s² / 2, and >= (e ** s - 1) / 2 from s = 1.26 on;
    # e ** -s - 1 + s >= s² / (2 + s).
    steep = xp.abs(x - a)
    up = 2.0 * _DEPTH / (steep + xp.sqrt(steep * steep + 2.0 * _DEPTH * x))
    up = xp.minimum(up, xp.maximum(xp.log1p(2.0 * _DEPTH / x), xp.full_like(x, 1.26)))
    b = 2.0 * steep - _DEPTH
    root = xp.sqrt(b * b + 8.0 * _DEPTH * a)
    down = xp.where(b > 0, 4.0 * _DEPTH / xp.where(b > 0, b + root, xp.ones_like(b)), (root - b) / (2.0 * a))
    end = xp.where(above, up, down)
    functions = special(xp)
    slope = xp.log(x) - functions.psi(a + 1.0)
    total = xp.zeros_like(a)
    for node, weight in _nodes():
        s = end * (side * node)
        bell = _bell([slope + s], a, order)
        height = xp.exp(a * s - x * xp.expm1(s))
        total = total + weight * height * (a * bell[order] + float(order) * bell[order - 1])
    f = xp.exp(a * xp.log(x) - x - functions.gammaln(a + 1.0))
    return -side * f * end * total
