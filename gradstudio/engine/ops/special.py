"""Error functions, the normal distribution, and integrals that have names.

SciPy computes them and is loaded at their first use. Each can be differentiated to any order.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy import ndarray

from gradstudio.engine.backends import special
from gradstudio.engine.declaring import Sample, category, composites, op
from gradstudio.engine.ops.large_arrays import FEW, are_large
from gradstudio.engine.ops.normal import distribution, serves

primitive = category("elementary", batch="elementwise")
R = (Sample((np.array([-1.5, 0.3, 2.5]),)), Sample((-0.75,)))
UNIT = (Sample((np.array([0.1, 0.5, 0.85]),)), Sample((0.3,)))
TWO_OVER_ROOT_PI = 2.0 / math.sqrt(math.pi)
ROOT_TWO_PI = math.sqrt(2.0 * math.pi)


@primitive(
    (lambda g, _ans, x: g * (TWO_OVER_ROOT_PI * op.exp(op.negative(x * x))),),
    aliases=("math.erf",),
    latex=r"\mathrm{{erf}}\,{x}",
    samples=R,
    scalar=math.erf,
)
def erf(xp: Any, x: Any) -> Any:
    """Error function: 2 / sqrt(pi) times the integral of exp(-t²) from 0 to x."""
    return special(xp).erf(x)


@primitive(
    (lambda g, _ans, x: g * (-TWO_OVER_ROOT_PI * op.exp(op.negative(x * x))),),
    aliases=("math.erfc",),
    samples=R,
    scalar=math.erfc,
)
def erfc(xp: Any, x: Any) -> Any:
    """1 less the error function, accurate for large x."""
    return special(xp).erfc(x)


@primitive(
    (lambda g, ans, _x: g * (op.exp(ans * ans) / TWO_OVER_ROOT_PI),),
    aliases=("math.erfinv",),
    samples=(Sample((np.array([-0.6, 0.1, 0.85]),)), Sample((0.3,))),
)
def erfinv(xp: Any, x: Any) -> Any:
    """The y with erf(y) = x; NaN outside -1..1."""
    return special(xp).erfinv(x)


@primitive(
    (lambda g, ans, _x: g * (op.exp(ans * ans) / -TWO_OVER_ROOT_PI),),
    aliases=("math.erfcinv",),
    samples=(Sample((np.array([0.2, 1.1, 1.7]),)), Sample((0.3,))),
)
def erfcinv(xp: Any, x: Any) -> Any:
    """The y with erfc(y) = x; NaN outside 0..2."""
    return special(xp).erfcinv(x)


def _density(g: Any, _ans: Any, x: Any) -> Any:
    if type(g) is ndarray and g.size > FEW and are_large(g, x):
        found = x * x
        found *= -0.5
        np.exp(found, out=found)
        found *= 1.0 / ROOT_TWO_PI
        found *= g
        return found
    return g * (op.exp(-0.5 * (x * x)) / ROOT_TWO_PI)


@primitive((_density,), samples=R)
def ndtr(xp: Any, x: Any) -> Any:
    """Distribution function of the standard normal distribution: the probability of a value up to x."""
    return distribution(x) if serves(x) else special(xp).ndtr(x)


@primitive((lambda g, _ans, x: g * op.normal_ratio(x),), samples=(*R, Sample((np.array([-40.0, -6.0, 5.0]),))))
def log_ndtr(xp: Any, x: Any) -> Any:
    """Logarithm of ndtr, accurate where ndtr is next to 0.

    So is its first derivative; those from the third on lose digits far below 0.
    """
    return special(xp).log_ndtr(x)


@primitive((lambda g, ans, x: op.negative(g * ans * (x + ans)),), listed=False)
def normal_ratio(xp: Any, x: Any) -> Any:
    """Density over distribution function of the standard normal distribution."""
    return math.sqrt(2.0 / math.pi) / special(xp).erfcx(x * -math.sqrt(0.5))


@primitive((lambda g, ans, _x: g * (ROOT_TWO_PI * op.exp(0.5 * (ans * ans))),), aliases=("math.ndtri",), samples=UNIT)
def ndtri(xp: Any, x: Any) -> Any:
    """The y with ndtr(y) = x: quantiles of the standard normal distribution; NaN outside 0..1."""
    return special(xp).ndtri(x)


@primitive(
    (lambda g, _ans, x: g * (op.exp(x) / x),),
    aliases=("math.special.expint", "expi"),
    samples=(Sample((np.array([-1.5, 0.3, 2.5]),)), Sample((0.75,))),
)
def expint(xp: Any, x: Any) -> Any:
    """Exponential integral Ei: the integral of exp(t) / t from minus infinity to x (its principal value for x > 0)."""
    return special(xp).expi(x)


@primitive((lambda g, ans, x: g * (1.0 - 2.0 * (x * ans)),), aliases=("math.special.dawsn",), samples=R)
def dawsn(xp: Any, x: Any) -> Any:
    """Dawson's integral: exp(-x²) times the integral of exp(t²) from 0 to x."""
    return special(xp).dawsn(x)


@primitive(
    (lambda g, _ans, x: g * op.sin((0.5 * math.pi) * (x * x)),),
    aliases=("math.special.fresnel_sin",),
    samples=R,
)
def fresnel_sin(xp: Any, x: Any) -> Any:
    """Fresnel's integral of sin(pi t² / 2) from 0 to x."""
    return special(xp).fresnel(x)[0]


@primitive(
    (lambda g, _ans, x: g * op.cos((0.5 * math.pi) * (x * x)),),
    aliases=("math.special.fresnel_cos",),
    samples=R,
)
def fresnel_cos(xp: Any, x: Any) -> Any:
    """Fresnel's integral of cos(pi t² / 2) from 0 to x."""
    return special(xp).fresnel(x)[1]


@primitive(
    (lambda g, _ans, x: g * op.spence_slope(x, order=0),),
    aliases=("math.special.spence",),
    samples=(Sample((np.array([0.3, 1.0, 2.5]),)), Sample((0.75,))),
)
def spence(xp: Any, x: Any) -> Any:
    """Spence's function: the integral of log(t) / (1 - t) from 1 to x; NaN below 0."""
    return special(xp).spence(x)


_TERMS = 40
"""Terms of the series around 1, where |x - 1| is at most 0.4: 0.4 ** 40 is beyond float64."""


@primitive((lambda g, _ans, x, order: g * op.spence_slope(x, order=order + 1),), listed=False)
def spence_slope(xp: Any, x: Any, *, order: int) -> Any:
    """The derivative number `order` of log(x) / (1 - x), which is smooth at 1.

    Near 1 it is the power series; elsewhere (1 - x) f = log(x), differentiated, gives one from the one before.
    """
    x = xp.asarray(x)
    w = x - 1.0
    near = xp.abs(w) < 0.4
    small = xp.where(near, w, xp.zeros_like(w))
    series = xp.zeros_like(w)
    for m in range(order + _TERMS, order - 1, -1):
        series = series * small - (-1.0) ** m * math.perm(m, order) / (m + 1.0)
    far = xp.where(near, xp.full_like(x, 2.0), x)
    found = xp.log(far) / (1.0 - far)
    for k in range(1, order + 1):
        found = ((-1.0) ** (k - 1) * math.factorial(k - 1) * far ** float(-k) + k * found) / (1.0 - far)
    return xp.where(near, series, found)


def _betainc(g: Any, _ans: Any, a: Any, b: Any, x: Any) -> Any:
    beta = op.lgamma(a) + op.lgamma(b) - op.lgamma(op.add(a, b))
    return g * op.exp(op.xlogy(a - 1.0, x) + op.xlogy(b - 1.0, 1.0 - x) - beta)


@primitive(
    (None, None, _betainc),
    aliases=("math.betainc",),
    samples=(
        Sample((np.array([0.5, 2.0, 5.5]), np.array([1.5, 0.75, 3.0]), np.array([0.2, 0.6, 0.45]))),
        Sample((2.0, 3.0, 0.4)),
    ),
)
def betainc(xp: Any, a: Any, b: Any, x: Any) -> Any:
    """Regularised incomplete beta function of x in 0..1, for positive a and b.

    The gradient goes to x only, as in TensorFlow: a and b get none.
    """
    return special(xp).betainc(a, b, x)


@composites("elementary")(
    aliases=("math.lbeta",), samples=(Sample((np.array([[0.5, 1.5, 2.0], [3.0, 0.25, 1.0]]),)), Sample(([2.0, 3.0],)))
)
def lbeta(x: Any) -> Any:
    """Logarithm of the absolute value of the beta function of the numbers along the last axis, which goes away."""
    return op.sum(op.lgamma(x), axis=-1) - op.lgamma(op.sum(x, axis=-1))
