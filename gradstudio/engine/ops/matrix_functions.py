"""Functions of a matrix as a whole: its exponential and its powers."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from gradstudio.engine import shapes
from gradstudio.engine.declaring import Sample, category, op
from gradstudio.engine.ops.linalg import Q, Z, square, swap

primitive = category("linalg", batch="last axes")


def _derivative(function: Any, x: Any, e: Any) -> Any:
    """How a function of matrices moves at x in the direction e.

    It is the upper right block of the function of [[x, e], [0, x]]. Source: Higham, Functions of Matrices (2008),
    theorem 3.6 and section 10.6.
    """
    n, front = shapes.shape(x)[-1], [(0, 0)] * (shapes.rank(x) - 2)
    top = op.pad(op.concatenate([x, e], axis=-1), pad_width=[*front, (0, n), (0, 0)])
    block = top + op.pad(x, pad_width=[*front, (n, 0), (n, 0)])
    return op.getitem(function(block), key=(..., slice(None, n), slice(n, None)))


def _exponential_moves(slot: int, v: Any, ans: Any, x: Any) -> Any:
    if not v.size:
        return v
    # Linear in v: at the size of 1 it asks for no more squarings than x itself.
    size = op.stop_gradient(op.max(op.abs(v), axis=(-2, -1), keepdims=True))
    size = op.where(op.equal(size, 0), 1.0, size)
    return _derivative(op.expm, x, v / size) * size


@primitive(
    (lambda g, ans, x: _exponential_moves(0, g, ans, swap(x)),),
    latex="e^{{{x}}}",
    aliases=("linalg.expm",),
    samples=(Sample((Q,)), Sample((np.stack([Q, -8.0 * Q.T]),)), Sample((0.5 * Z,)), Sample((np.zeros((2, 2)),))),
    jvp=_exponential_moves,
)
def expm(xp: Any, x: Any) -> Any:
    """Exponential of each square matrix, by a Pade approximant of degree 13 with scaling and squaring.

    Raises ValueError where matrices are not square. Source: Higham, The scaling and squaring method for the matrix
    exponential revisited (2005), table 2.3 and algorithm 2.3.
    """
    n = square(x)
    if x.dtype.kind not in "fc":
        x = x.astype(np.float64)
    if not x.size:
        return xp.zeros(x.shape, x.dtype)
    norm = xp.max(xp.sum(xp.abs(x), -2), -1)
    norm = xp.where(xp.isfinite(norm), norm, xp.zeros_like(norm))
    halvings = xp.ceil(xp.log2(xp.maximum(norm / _REACH, 1.0)))[..., None, None]
    x = x / xp.exp2(halvings).astype(norm.dtype)
    b = _PADE
    x2 = xp.matmul(x, x)
    x4 = xp.matmul(x2, x2)
    x6 = xp.matmul(x4, x2)
    one = xp.eye(n, dtype=x.dtype)
    odd = xp.matmul(x6, b[13] * x6 + b[11] * x4 + b[9] * x2) + b[7] * x6 + b[5] * x4 + b[3] * x2 + b[1] * one
    odd = xp.matmul(x, odd)
    even = xp.matmul(x6, b[12] * x6 + b[10] * x4 + b[8] * x2) + b[6] * x6 + b[4] * x4 + b[2] * x2 + b[0] * one
    found = xp.linalg.solve(even - odd, even + odd)
    for done in range(int(xp.max(halvings))):
        found = xp.where(halvings > done, xp.matmul(found, found), found)
    return found


_REACH = 5.371920351148152  # the norm up to which the approximant is exact to double precision
_PADE = [
    math.factorial(26 - k) * math.factorial(13) / (math.factorial(26) * math.factorial(k) * math.factorial(13 - k))
    for k in range(14)
]


def _power_moves(slot: int, v: Any, ans: Any, x: Any, n: int) -> Any:
    return _derivative(lambda block: op.matrix_power(block, n=n), x, v)


@primitive(
    (lambda g, ans, x, n: _power_moves(0, g, ans, swap(x), n),),
    aliases=("linalg.matrix_power",),
    samples=(
        Sample((Q,), {"n": 3}),
        Sample((np.stack([Q, Q.T]),), {"n": -2}),
        Sample((Q,), {"n": 0}),
        Sample((Q,), {"n": 1}),
        Sample((Z,), {"n": 2}),
    ),
    jvp=_power_moves,
)
def matrix_power(xp: Any, x: Any, *, n: int) -> Any:
    """Each square matrix multiplied by itself n times; 0 gives the identity, a negative n the power of the inverse.

    Raises TypeError where n is no whole number, LinAlgError (a ValueError) for a negative n and a singular matrix,
    ValueError where matrices are not square.
    """
    square(x)
    if not isinstance(n, int | np.integer):
        raise TypeError(f"n must be a whole number, not {n!r}; for other powers of the elements use **")
    try:
        return xp.linalg.matrix_power(x, int(n))
    except np.linalg.LinAlgError:
        raise np.linalg.LinAlgError(f"Singular matrix: it has no inverse, so no power {n}") from None
