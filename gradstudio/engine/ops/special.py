"""Special functions; SciPy computes them and is loaded at their first use."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradstudio.engine.primitive import Sample, category, op

primitive = category("elementary")
R = (Sample((np.array([-1.5, 0.3, 2.5]),)), Sample((-0.75,)))


@primitive(
    (lambda g, ans, x: g * (2.0 / np.sqrt(np.pi)) * op.exp(op.negative(x * x)),),
    aliases=("math.erf",),
    latex=r"\mathrm{{erf}}\,{x}",
    samples=R,
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
