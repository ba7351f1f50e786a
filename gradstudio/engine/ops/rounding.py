"""Rounding to whole numbers, which passes no gradient on."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradstudio.engine.declaring import Sample, category

primitive = category("elementary", batch="elementwise")
S = (Sample((np.array([-1.5, 2.5, -0.4]),), smooth=False), Sample((1.75,), smooth=False))


@primitive((None,), aliases=("math.floor",), latex=r"\lfloor {x} \rfloor", samples=S)
def floor(xp: Any, x: Any) -> Any:
    """Largest whole number not above x; it has no gradient."""
    return xp.floor(x)


@primitive((None,), aliases=("math.ceil",), latex=r"\lceil {x} \rceil", samples=S)
def ceil(xp: Any, x: Any) -> Any:
    """Smallest whole number not below x; it has no gradient."""
    return xp.ceil(x)


@primitive((None,), aliases=("fix",), samples=S)
def trunc(xp: Any, x: Any) -> Any:
    """Nearest whole number towards 0; it has no gradient."""
    return xp.trunc(x)


@primitive(
    (None,),
    aliases=("around", "rint", "math.round", "math.rint"),
    samples=(*S, Sample((np.array([-1.44, 2.65]),), {"decimals": 1}, smooth=False)),
)
def round(xp: Any, x: Any, *, decimals: int = 0) -> Any:
    """x rounded to a number of decimals, halves to the even neighbour; it has no gradient."""
    return xp.round(x, decimals)
