"""Special functions; SciPy computes them and is loaded at their first use."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from gradstudio.engine.primitive import Sample, category, op

primitive = category("elementary", batch="elementwise")
R = (Sample((np.array([-1.5, 0.3, 2.5]),)), Sample((-0.75,)))


@primitive(
    (lambda g, ans, x: g * (2.0 / np.sqrt(np.pi)) * op.exp(op.negative(x * x)),),
    aliases=("math.erf",),
    latex=r"\mathrm{{erf}}\,{x}",
    samples=R,
    scalar=math.erf,
)
def erf(xp: Any, x: Any) -> Any:
    """Error function."""
    from scipy import special

    return special.erf(x)


def _gelu(g: Any, ans: Any, x: Any) -> Any:
    density = op.exp(-0.5 * (x * x)) * float(1.0 / np.sqrt(2.0 * np.pi))
    return g * (0.5 * (1.0 + op.erf(x * float(np.sqrt(0.5)))) + x * density)


@primitive((_gelu,), aliases=("nn.gelu",), samples=R)
def gelu(xp: Any, x: Any) -> Any:
    """x times the normal distribution function of x."""
    from scipy import special

    return 0.5 * x * (1.0 + special.erf(x * float(np.sqrt(0.5))))


@primitive(
    (lambda g, ans, x: g * (-2.0 / math.sqrt(math.pi)) * op.exp(op.negative(x * x)),),
    aliases=("math.erfc",),
    samples=R,
    scalar=math.erfc,
)
def erfc(xp: Any, x: Any) -> Any:
    """1 less the error function, accurate for large x."""
    from scipy import special

    return special.erfc(x)


@primitive(
    (lambda g, ans, x: g * op.digamma(x),),
    aliases=("math.lgamma",),
    samples=(Sample((np.array([0.4, 1.7, 5.5]),)),),
)
def lgamma(xp: Any, x: Any) -> Any:
    """Logarithm of the absolute value of the gamma function."""
    from scipy import special

    return special.gammaln(x)


@primitive(
    (lambda g, ans, x: g * op.polygamma(x, order=1),),
    aliases=("math.digamma",),
    samples=(Sample((np.array([0.4, 1.7, 5.5]),)),),
)
def digamma(xp: Any, x: Any) -> Any:
    """Derivative of lgamma."""
    from scipy import special

    return special.digamma(x)


@primitive(
    (lambda g, ans, x, order: g * op.polygamma(x, order=order + 1),),
    samples=(Sample((np.array([0.4, 1.7, 5.5]),), {"order": 1}), Sample((1.5,), {"order": 2})),
)
def polygamma(xp: Any, x: Any, *, order: int) -> Any:
    """Derivative of digamma, `order` times (order at least 1)."""
    from scipy import special

    return xp.asarray(special.polygamma(order, x)).astype(np.asarray(x).dtype)[()]
