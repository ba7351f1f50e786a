"""Products of matrices and vectors: matmul and its relatives."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradstudio.engine import shapes
from gradstudio.engine.blas import product, times, turned
from gradstudio.engine.declaring import Sample, category, composites, op
from gradstudio.engine.ops.linalg import A, C, Q, V, Z, as_columns, swap, vectors_too
from gradstudio.engine.ops.reduction import conjugate

primitive = category("linalg")
composite = composites("linalg")


def _turned(x: Any, transpose: bool, adjoint: bool) -> Any:
    """A factor as it takes part in the product; its cotangent goes back the same way."""
    return op.adjoint(x) if adjoint else swap(x) if transpose else x


def _as_matrix(g: Any, x: Any, y: Any) -> Any:
    """The cotangent of a product with the axes that vectors lack."""
    if shapes.rank(y) == 1:
        g = as_columns(g)
    return op.expand_dims(g, axis=-2) if shapes.rank(x) == 1 else g


def _left(
    g: Any,
    _ans: Any,
    _x: Any,
    y: Any,
    transpose_a: bool = False,
    transpose_b: bool = False,
    adjoint_a: bool = False,
    adjoint_b: bool = False,
) -> Any:
    is_plain = not (transpose_a or transpose_b or adjoint_a or adjoint_b)
    if is_plain and type(g) is np.ndarray is type(y) and g.ndim == y.ndim == 2:
        return product(g, turned(y))
    if shapes.rank(_x) == shapes.rank(y) == 1:
        return g * y
    if shapes.rank(y) == 1 and shapes.rank(_x) == 2 and not (transpose_a or adjoint_a):
        return op.expand_dims(g, axis=-1) * y
    if shapes.rank(_x) == 1 and shapes.rank(y) == 2 and not (transpose_b or adjoint_b):
        return op.matmul(y, g)
    y_wide = as_columns(y) if shapes.rank(y) == 1 else _turned(y, transpose_b, adjoint_b)
    out = op.matmul(_as_matrix(g, _x, y), swap(y_wide))
    return op.squeeze(out, axis=-2) if shapes.rank(_x) == 1 else _turned(out, transpose_a, adjoint_a)


def _right(
    g: Any,
    _ans: Any,
    x: Any,
    _y: Any,
    transpose_a: bool = False,
    transpose_b: bool = False,
    adjoint_a: bool = False,
    adjoint_b: bool = False,
) -> Any:
    is_plain = not (transpose_a or transpose_b or adjoint_a or adjoint_b)
    if is_plain and type(g) is np.ndarray is type(x) and g.ndim == x.ndim == 2:
        return product(x.T, g)
    if shapes.rank(_y) == 1:
        if shapes.rank(x) == 2 and not (transpose_a or adjoint_a):
            return op.matmul(g, x)  # many cotangents at once are then one product of matrices
        if shapes.rank(x) == 1:
            return g * x
    x_wide = op.expand_dims(x, axis=-2) if shapes.rank(x) == 1 else _turned(x, transpose_a, adjoint_a)
    out = op.matmul(swap(x_wide), _as_matrix(g, x, _y))
    return op.squeeze(out, axis=-1) if shapes.rank(_y) == 1 else _turned(out, transpose_b, adjoint_b)


@primitive(
    (_left, _right),
    symbol="@",
    latex="{x} {y}",
    aliases=("linalg.matmul",),
    samples=(
        Sample((A, A.T)),
        Sample((A, V)),
        Sample((V, A.T)),
        Sample((V, V)),
        Sample((np.stack([A, 2 * A]), A.T)),
        Sample((C, V[:2])),
        Sample((V, C)),
        Sample((A, A), {"transpose_b": True}),
        Sample((A, A), {"transpose_a": True}),
        Sample((Z, Z[::-1]), {"adjoint_a": True}),
        Sample((Z, Q), {"transpose_a": True, "adjoint_b": True}),
        Sample((Z, Q[0])),
    ),
    batch=vectors_too,
    jvp="multilinear",
    arrays=product,
)
def matmul(
    xp: Any,
    x: Any,
    y: Any,
    *,
    transpose_a: bool = False,
    transpose_b: bool = False,
    adjoint_a: bool = False,
    adjoint_b: bool = False,
) -> Any:
    """Matrix product of the last two axes, with broadcasting before them.

    A vector counts as one row on the left and as one column on the right. transpose_a, transpose_b: that input is
    transposed first; adjoint_a, adjoint_b: transposed and conjugated. Raises ValueError where shapes do not fit, where
    a vector is to be transposed, or where one input is to be transposed in both ways.
    """
    if not (transpose_a or transpose_b or adjoint_a or adjoint_b):
        return times(xp, x, y) if type(x) is np.ndarray is type(y) else xp.matmul(x, y)
    return times(xp, _read(xp, x, transpose_a, adjoint_a, "a"), _read(xp, y, transpose_b, adjoint_b, "b"))


def _read(xp: Any, x: Any, transpose: bool, adjoint: bool, which: str) -> Any:
    if not transpose and not adjoint:
        return x
    if transpose and adjoint:
        raise ValueError(f"transpose_{which} and adjoint_{which} exclude each other: the adjoint is transposed already")
    if shapes.rank(x) < 2:
        raise ValueError(
            f"transpose_{which} and adjoint_{which} need a matrix, not shape {shapes.text(shapes.shape(x))}"
        )
    x = xp.swapaxes(x, -1, -2)
    return xp.conj(x) if adjoint else x


def _needs(name: str, x: Any, rank: int) -> None:
    if shapes.rank(x) < rank:
        what = "matrices in its last two axes" if rank == 2 else "vectors in its last axis"
        raise ValueError(f"{name}: an input of shape {shapes.text(shapes.shape(x))} must hold {what}")


@composite(
    aliases=("linalg.matvec",),
    samples=(
        Sample((A, V)),
        Sample((A, V[:2]), {"transpose_a": True}),
        Sample((Z, Z[0]), {"adjoint_a": True}),
        Sample((C, A[:, None, :2])),
    ),
)
def matvec(a: Any, b: Any, *, transpose_a: bool = False, adjoint_a: bool = False) -> Any:
    """Matrices times vectors: the last two axes of a times the last axis of b, with broadcasting before them."""
    if shapes.rank(b) == 1 and shapes.rank(a) == 2 and not (transpose_a or adjoint_a):
        return op.matmul(a, b)
    _needs("matvec", a, 2)
    _needs("matvec", b, 1)
    return op.squeeze(op.matmul(a, as_columns(b), transpose_a=transpose_a, adjoint_a=adjoint_a), axis=-1)


@composite(samples=(Sample((V, A.T)), Sample((V, C)), Sample((Z[0], Z))))
def vecmat(a: Any, b: Any) -> Any:
    """Vectors times matrices: the last axis of a, conjugated, times the last two axes of b (np.vecmat)."""
    _needs("vecmat", a, 1)
    _needs("vecmat", b, 2)
    return op.squeeze(op.matmul(op.expand_dims(conjugate(a), axis=-2), b), axis=-2)


@composite(
    aliases=("linalg.vecdot",),
    samples=(Sample((V, A)), Sample((A, A[::-1]), {"axis": 0}), Sample((Z, Z[0]))),
)
def vecdot(a: Any, b: Any, *, axis: int = -1) -> Any:
    """Dot products of vectors along axis, with broadcasting between them; complex a is conjugated (np.vecdot)."""
    return op.sum(op.multiply(conjugate(a), b), axis=axis)


@composite(samples=(Sample((V, V[::-1] + 1.0)), Sample((A, A + 1.0)), Sample((Z, Q)), Sample((Q, Z))))
def vdot(a: Any, b: Any) -> Any:
    """Sum of the products of all elements of a, conjugated if complex, with those of b (np.vdot)."""
    if np.prod(shapes.shape(a)) != np.prod(shapes.shape(b)):
        given = f"{shapes.text(shapes.shape(a))} and {shapes.text(shapes.shape(b))}"
        raise ValueError(f"vdot: shapes {given} do not fit: both need as many elements")
    return op.matmul(op.reshape(conjugate(a), shape=-1), op.reshape(b, shape=-1))
