"""Systems of linear equations and inverses."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from gradstudio.engine import shapes
from gradstudio.engine.declaring import Sample, category, composites, op
from gradstudio.engine.ops.linalg import A, Q, V, Z, as_columns, product, square, swap, vectors_too
from gradstudio.engine.ops.reduction import conjugate

primitive = category("linalg")
composite = composites("linalg")
L = np.array([[2.0, 0.5, -1.0], [0.25, 1.5, 0.75], [-0.5, 1.0, 3.0]])
B = np.stack([Q, 2.0 * Q.T])


def _inverse(g: Any, ans: Any, _x: Any, adjoint: bool = False) -> Any:
    back = op.negative(product(swap(ans), g, swap(ans)))
    return op.adjoint(back) if adjoint else back


@primitive(
    (_inverse,),
    latex="{x}^{{-1}}",
    aliases=("linalg.inv",),
    samples=(Sample((Q,)), Sample((B,)), Sample((Z,)), Sample((Z,), {"adjoint": True})),
    batch="last axes",
    jvp=lambda slot, v, ans, x, adjoint=False: op.negative(product(ans, op.adjoint(v) if adjoint else v, ans)),
)
def inv(xp: Any, x: Any, *, adjoint: bool = False) -> Any:
    """Inverse of each square matrix; adjoint: of each conjugated and transposed matrix.

    Raises LinAlgError (a ValueError) for a singular matrix, ValueError where matrices are not square. Source of the
    rule: Giles, An extended collection of matrix derivative results (2008), section 2.2.3.
    """
    square(x)
    return _regular(xp.linalg.inv, xp.conj(xp.swapaxes(x, -1, -2)) if adjoint else x)


def _regular(compute: Any, *values: Any) -> Any:
    try:
        return compute(*values)
    except np.linalg.LinAlgError:
        raise np.linalg.LinAlgError(
            "Singular matrix: its rows are linearly dependent, so there is no inverse and no unique solution; "
            "pinv and lstsq take such matrices"
        ) from None


def _turned(x: Any, adjoint: bool) -> Any:
    return op.adjoint(x) if adjoint else x


def _column_rule(g: Any, _ans: Any, x: Any, _y: Any, adjoint: bool = False) -> Any:
    x = conjugate(x) if adjoint else swap(x)
    if shapes.rank(_y) == 1:
        return op.squeeze(op.solve(x, as_columns(g)), axis=-1)
    return op.solve(x, g)


def _matrix_rule(g: Any, ans: Any, x: Any, y: Any, adjoint: bool = False) -> Any:
    back = _column_rule(g, ans, x, y, adjoint)
    if shapes.rank(y) == 1:
        back, ans = as_columns(back), as_columns(ans)
    return _turned(op.negative(op.matmul(back, swap(ans))), adjoint)


def _solution_moves(slot: int, v: Any, ans: Any, x: Any, y: Any, adjoint: bool = False) -> Any:
    if slot == 1:
        return op.solve(x, v, adjoint=adjoint)
    v = _turned(op.negative(v), adjoint)
    if shapes.rank(y) == 1:
        return op.squeeze(op.solve(x, op.matmul(v, as_columns(ans)), adjoint=adjoint), axis=-1)
    return op.solve(x, op.matmul(v, ans), adjoint=adjoint)


@primitive(
    (_matrix_rule, _column_rule),
    aliases=("linalg.solve",),
    samples=(
        Sample((Q, np.array([1.0, 2.0]))),
        Sample((Q, np.array([[1.0], [2.0]]))),
        Sample((B, A)),
        Sample((B, V[:2])),
        Sample((Q, np.stack([A, A + 1.0]))),
        Sample((Q, A), {"adjoint": True}),
        Sample((Z, Q), {"adjoint": True}),
        Sample((Z, V[:2])),
    ),
    batch=vectors_too,
    jvp=_solution_moves,
)
def solve(xp: Any, x: Any, y: Any, *, adjoint: bool = False) -> Any:
    """The z with x @ z = y for each square matrix x, with broadcasting of the axes before.

    y with one axis is a vector; with more, its last two axes are matrices of columns, as in NumPy 2. adjoint: x is
    conjugated and transposed first. Raises LinAlgError (a ValueError) for a singular matrix, ValueError where shapes do
    not fit.
    """
    n, dims = square(x), shapes.shape(y)
    rows = dims[-1 if len(dims) == 1 else -2] if dims else 0
    if rows != n:
        raise ValueError(
            f"a right side of shape {shapes.text(dims)} does not fit matrices of {n} rows: it needs as many rows"
            + (f", so a stack of vectors needs shape {shapes.text((*dims, 1))}" if dims[-1:] == (n,) else "")
        )
    if adjoint:
        x = xp.conj(xp.swapaxes(x, -1, -2))
    if len(dims) == 1:
        return _regular(xp.linalg.solve, *_together(xp, x, y[:, None]))[..., 0]
    if x.ndim > 2 or len(dims) == 2:
        return _regular(xp.linalg.solve, *_together(xp, x, y))
    # One matrix for all: its factors are computed once.
    columns = xp.reshape(xp.moveaxis(y, -2, 0), (n, math.prod(dims[:-2]) * dims[-1]))
    found = _regular(xp.linalg.solve, x, columns)
    return xp.moveaxis(xp.reshape(found, (n, *dims[:-2], dims[-1])), 0, -2)


def _together(xp: Any, x: Any, y: Any) -> tuple[Any, Any]:
    """Both with the same axes in front, which not every array library sees to."""
    if x.shape[:-2] == y.shape[:-2]:
        return x, y
    batch = np.broadcast_shapes(x.shape[:-2], y.shape[:-2])
    return xp.broadcast_to(x, batch + x.shape[-2:]), xp.broadcast_to(y, batch + y.shape[-2:])


@composite(
    aliases=("linalg.triangular_solve",),
    samples=(
        Sample((L, A.T)),
        Sample((L, V), {"lower": False}),
        Sample((Z, Q), {"adjoint": True}),
        Sample((B, A), {"lower": False, "adjoint": True}),
    ),
)
def triangular_solve(matrix: Any, rhs: Any, *, lower: bool = True, adjoint: bool = False) -> Any:
    """The z with t @ z = rhs, where t is the lower (or upper) triangle of each matrix; the rest is not read.

    adjoint: t is conjugated and transposed first. rhs as in solve, which raises the errors.
    """
    return op.solve(op.tril(matrix) if lower else op.triu(matrix), rhs, adjoint=adjoint)


@composite(aliases=("linalg.cholesky_solve",), samples=(Sample((L, A.T)), Sample((L, V)), Sample((Z, Q))))
def cholesky_solve(chol: Any, rhs: Any) -> Any:
    """The z with x @ z = rhs, where chol is the lower triangular factor of x that cholesky(x) gives."""
    return op.triangular_solve(chol, op.triangular_solve(chol, rhs), adjoint=True)
