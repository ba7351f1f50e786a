"""Pseudo-inverses, and systems of equations that have no solution or many."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from gradstudio.engine import shapes
from gradstudio.engine.backends import namespace
from gradstudio.engine.declaring import Sample, category, composites, op
from gradstudio.engine.ops.linalg import A, C, Q, V, Z, matrix, matrix_transpose, product, swap
from gradstudio.engine.ops.products import matmul
from gradstudio.engine.ops.reduction import conjugate
from gradstudio.engine.ops.solving import solve

primitive = category("linalg")
composite = composites("linalg")


def _pinv(g: Any, ans: Any, x: Any, rcond: Any = None) -> Any:
    pinv_h, turned = op.adjoint(ans), swap(g)
    within = op.negative(product(swap(ans), g, swap(ans)))
    right = product(turned, ans, pinv_h)  # the part off the columns of x
    left = product(pinv_h, ans, turned)  # the part off the rows of x
    off_columns = right - product(x, ans, right)
    off_rows = left - product(left, ans, x)
    return within + conjugate(off_columns + off_rows)


@primitive(
    (_pinv,),
    latex="{x}^+",
    aliases=("linalg.pinv",),
    samples=(Sample((A,)), Sample((A.T,)), Sample((C,)), Sample((Q,)), Sample((Z[:, :1],))),
    batch="last axes",
)
def pinv(xp: Any, x: Any, *, rcond: Any = None) -> Any:
    """Pseudo-inverse of each matrix (Moore and Penrose), of any shape.

    rcond: singular values below rcond times the largest count as 0; None: 10 max(rows, columns) times the precision,
    as TensorFlow. The gradient holds where the rank does not change. Source: Golub & Pereyra, The differentiation of
    pseudo-inverses and nonlinear least squares problems (1973), formula 4.12.
    """
    rows, columns = matrix(x)
    if not rows or not columns:
        return xp.zeros((*x.shape[:-2], columns, rows), x.dtype)
    return xp.linalg.pinv(x, _threshold(x, rcond))


def _threshold(x: Any, rcond: Any) -> float:
    if rcond is not None and float(rcond) >= 0:
        return float(rcond)
    return 10.0 * max(shapes.shape(x)[-2:]) * float(np.finfo(x.dtype if x.dtype.kind in "fc" else np.float64).eps)


class LstsqResult(NamedTuple):
    """What lstsq gives."""

    solution: Any
    residuals: Any
    rank: Any
    singular_values: Any


def _regularized(matrix: Any, rhs: Any, l2_regularizer: float = 0.0, fast: bool = True, name: Any = None) -> Any:
    """TensorFlow's lstsq: for each matrix the z that makes the squared norm of matrix @ z - rhs smallest.

    l2_regularizer times the squared norm of z is added to it, if fast. Without it, and where there are many such z,
    the shortest.
    """
    adjoint = matrix_transpose(matrix, conjugate=True)
    columns, rows = adjoint.shape[-2:]
    if not l2_regularizer or not fast:
        return matmul(pinv(matrix), rhs)
    ridge = float(l2_regularizer) * namespace(adjoint).eye(min(rows, columns), dtype=adjoint.dtype)
    if rows >= columns:
        return solve(matmul(adjoint, matrix) + ridge, matmul(adjoint, rhs))
    return matmul(adjoint, solve(matmul(matrix, adjoint) + ridge, rhs))


@composite(
    spellings={"linalg.lstsq": _regularized},
    samples=(Sample((A.T, V)), Sample((A.T, A.T + 1.0)), Sample((A, V[:2])), Sample((Q, A))),
)
def lstsq(a: Any, b: Any, *, rcond: Any = None) -> LstsqResult:
    """Least squares as NumPy gives them: (solution, residuals, rank, singular values) for one matrix a.

    solution: the x that makes the squared norm of a @ x - b smallest, the shortest if there are many; b is a vector or
    a matrix of columns. residuals: that smallest value for each column, none unless a has more rows than columns.
    rank: how many singular values are above rcond times the largest; None: max(rows, columns) times the precision.
    rank has no gradient. TensorFlow's lstsq is linalg.lstsq. Raises ValueError where shapes do not fit.
    """
    if shapes.rank(a) != 2 or shapes.rank(b) not in (1, 2) or shapes.shape(a)[0] != shapes.shape(b)[0]:
        given = f"{shapes.text(shapes.shape(a))} and {shapes.text(shapes.shape(b))}"
        raise ValueError(
            f"lstsq: shapes {given} do not fit: a matrix and a vector or matrix of as many rows are needed"
        )
    rows, columns = shapes.shape(a)
    least = _threshold(a, rcond) if rcond is not None else _threshold(a, None) / 10.0
    solution = op.matmul(op.pinv(a, rcond=least), b)
    off = b - op.matmul(a, solution)
    squares = op.real(off * conjugate(off))
    residuals = op.sum(op.reshape(squares, shape=(rows, -1)), axis=0)
    s = op.svdvals(a)
    rank = op.sum(op.cast(op.greater(s, least * op.max(s, axis=0, keepdims=True)), dtype=np.int64))
    return LstsqResult(solution, residuals if rows > columns else op.getitem(residuals, key=slice(0, 0)), rank, s)
