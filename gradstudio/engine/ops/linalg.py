"""Linear algebra; matrices in the last two axes, batches before them."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradstudio.engine import shapes
from gradstudio.engine.primitive import Sample, category, op

primitive = category("linalg")
A = np.array([[2.0, -1.0, 0.5], [0.25, 3.0, 1.0]])
Q = np.array([[2.0, 0.5], [-0.25, 1.5]])
V = np.array([1.0, -2.0, 0.5])


def _rank(x: Any) -> int:
    return len(shapes.shape(x))


def _swap(x: Any) -> Any:
    return op.swapaxes(x, axis1=-1, axis2=-2)


def _left(g: Any, ans: Any, x: Any, y: Any, transpose_a: bool = False, transpose_b: bool = False) -> Any:
    if transpose_b:
        y = _swap(y)
    if _rank(x) == 1 and _rank(y) == 1:
        return g * y
    if _rank(y) == 1:
        out = op.expand_dims(g, axis=-1) * y
    elif _rank(x) == 1:
        out = op.matmul(y, op.expand_dims(g, axis=-1))
        return op.squeeze(out, axis=-1)
    else:
        out = op.matmul(g, _swap(y))
    return _swap(out) if transpose_a else out


def _right(g: Any, ans: Any, x: Any, y: Any, transpose_a: bool = False, transpose_b: bool = False) -> Any:
    if transpose_a:
        x = _swap(x)
    if _rank(x) == 1 and _rank(y) == 1:
        return g * x
    if _rank(y) == 1:
        return op.squeeze(op.matmul(_swap(x), op.expand_dims(g, axis=-1)), axis=-1)
    out = op.expand_dims(x, axis=-1) * op.expand_dims(g, axis=-2) if _rank(x) == 1 else op.matmul(_swap(x), g)
    return _swap(out) if transpose_b else out


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
        Sample((A, A), {"transpose_b": True}),
    ),
    batch="matrix product",
)
def matmul(xp: Any, x: Any, y: Any, *, transpose_a: bool = False, transpose_b: bool = False) -> Any:
    """Matrix product; vectors count as one row on the left and one column on the right."""
    if transpose_a:
        x = xp.swapaxes(x, -1, -2)
    if transpose_b:
        y = xp.swapaxes(y, -1, -2)
    return xp.matmul(x, y)


@primitive(
    (
        lambda g, ans, x, y: _left(g, ans, x, y) if _rank(x) and _rank(y) else g * y,
        lambda g, ans, x, y: _right(g, ans, x, y) if _rank(x) and _rank(y) else g * x,
    ),
    symbol="·",
    samples=(Sample((A, V)), Sample((V, V)), Sample((A, A.T)), Sample((2.0, V))),
)
def dot(xp: Any, x: Any, y: Any) -> Any:
    """Dot product of vectors and matrices (up to two axes each), or the product with a number."""
    if np.ndim(x) > 2 or np.ndim(y) > 2:
        raise ValueError("dot takes numbers, vectors and matrices: use matmul for batches")
    return xp.dot(x, y)


@primitive(
    (
        lambda g, ans, x, y: op.reshape(op.matmul(g, op.reshape(y, shape=-1)), shape=shapes.shape(x)),
        lambda g, ans, x, y: op.reshape(op.matmul(op.reshape(x, shape=-1), g), shape=shapes.shape(y)),
    ),
    samples=(Sample((V, V[:2])),),
)
def outer(xp: Any, x: Any, y: Any) -> Any:
    """Every product of an element of x with an element of y: shape [x.size, y.size]."""
    return xp.outer(x, y)


@primitive(
    (
        lambda g, ans, x: (
            op.expand_dims(op.expand_dims(g, axis=-1), axis=-1) * np.eye(shapes.shape(x)[-2], shapes.shape(x)[-1])
        ),
    ),
    aliases=("linalg.trace",),
    samples=(Sample((Q,)), Sample((A,)), Sample((np.stack([Q, Q]),))),
    batch="last axes",
)
def trace(xp: Any, x: Any) -> Any:
    """Sum of the main diagonal of each matrix."""
    return xp.trace(x, axis1=-2, axis2=-1)


@primitive(
    (lambda g, ans, x: op.negative(op.matmul(op.matmul(_swap(ans), g), _swap(ans))),),
    aliases=("linalg.inv",),
    samples=(Sample((Q,)), Sample((np.stack([Q, 2 * Q]),))),
    batch="last axes",
)
def inv(xp: Any, x: Any) -> Any:
    """Inverse of each square matrix. Source of the rule: Giles (2008), section 2.2.3."""
    return xp.linalg.inv(x)


@primitive(
    (lambda g, ans, x: op.expand_dims(op.expand_dims(g * ans, axis=-1), axis=-1) * _swap(op.inv(x)),),
    aliases=("linalg.det",),
    samples=(Sample((Q,)),),
    batch="last axes",
)
def det(xp: Any, x: Any) -> Any:
    """Determinant of each square matrix. Source of the rule: Giles (2008), section 2.2.4."""
    return xp.linalg.det(x)


def _solved(g: Any, ans: Any, x: Any, y: Any) -> Any:
    back = op.solve(_swap(x), g)
    if _rank(y) == 1:
        return op.negative(op.expand_dims(back, axis=-1) * ans)
    return op.negative(op.matmul(back, _swap(ans)))


@primitive(
    (_solved, lambda g, ans, x, y: op.solve(_swap(x), g)),
    aliases=("linalg.solve",),
    samples=(Sample((Q, np.array([1.0, 2.0]))), Sample((Q, np.array([[1.0], [2.0]])))),
    batch="matrix product",
)
def solve(xp: Any, x: Any, y: Any) -> Any:
    """The z with x @ z = y; y is a vector or a matrix of columns."""
    return xp.linalg.solve(x, y)


@primitive((lambda g, ans, x: op.diag(g),), samples=(Sample((V,)), Sample((Q,))))
def diag(xp: Any, x: Any) -> Any:
    """A matrix with x on its diagonal, or the diagonal of a square matrix."""
    return xp.diag(x)


def _contracted(x: Any, y: Any, axes: Any) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The axes of x and of y that tensordot sums over, as non-negative numbers."""
    if isinstance(axes, int | np.integer):
        n = int(axes)
        return tuple(range(_rank(x) - n, _rank(x))), tuple(range(n))
    return shapes.axes(x, axes[0]), shapes.axes(y, axes[1])


def _tensordot(slot: int, g: Any, x: Any, y: Any, axes: Any) -> Any:
    over_x, over_y = _contracted(x, y, axes)
    free_x = tuple(i for i in range(_rank(x)) if i not in over_x)
    free_y = tuple(i for i in range(_rank(y)) if i not in over_y)
    if slot == 0:
        out = op.tensordot(g, y, axes=(tuple(range(len(free_x), _rank(g))), free_y))
        order = free_x + tuple(over_x[i] for i in np.argsort(over_y))
    else:
        out = op.tensordot(x, g, axes=(free_x, tuple(range(len(free_x)))))
        order = tuple(over_y[i] for i in np.argsort(over_x)) + free_y
    return op.transpose(out, axes=tuple(int(i) for i in np.argsort(order)))


C = np.arange(12.0).reshape(2, 3, 2) / 7.0 - 0.6


@primitive(
    (
        lambda g, ans, x, y, axes=2: _tensordot(0, g, x, y, axes),
        lambda g, ans, x, y, axes=2: _tensordot(1, g, x, y, axes),
    ),
    symbol="·",
    samples=(
        Sample((A, A.T), {"axes": 1}),
        Sample((A, C)),
        Sample((C, C), {"axes": ((2, 1), (0, 1))}),
        Sample((C, A), {"axes": ((0, 1), (0, 1))}),
        Sample((V, V), {"axes": 0}),
    ),
)
def tensordot(xp: Any, x: Any, y: Any, *, axes: Any = 2) -> Any:
    """Sum of products over the last axes of x and the first of y, or over a pair of lists of axes."""
    return xp.tensordot(x, y, axes=axes)


def _lower(x: Any) -> Any:
    """Lower triangle with half the diagonal."""
    n = shapes.shape(x)[-1]
    return x * (np.tril(np.ones((n, n))) - 0.5 * np.eye(n))


def _cholesky(g: Any, ans: Any, x: Any) -> Any:
    inverse = op.inv(ans)
    inner = _lower(op.matmul(_swap(ans), g))
    out = op.matmul(_swap(inverse), op.matmul(inner, inverse))
    return 0.5 * (out + _swap(out))


@primitive(
    (_cholesky,),
    aliases=("linalg.cholesky",),
    samples=(Sample((Q @ Q.T,)), Sample((np.stack([Q @ Q.T, np.eye(2)]),))),
    batch="last axes",
)
def cholesky(xp: Any, x: Any) -> Any:
    """Lower triangular z with z @ z.T = (x + x.T) / 2, which must be positive definite; the gradient is symmetric."""
    return xp.linalg.cholesky((x + xp.swapaxes(x, -1, -2)) / 2)


@primitive(
    (lambda g, ans, x: op.diag_part(g),),
    aliases=("linalg.diag",),
    samples=(Sample((V,)), Sample((A,))),
    batch="last axes",
)
def matrix_diag(xp: Any, x: Any) -> Any:
    """Square matrices with the last axis of x on their diagonals."""
    return xp.expand_dims(x, -1) * xp.eye(x.shape[-1], dtype=x.dtype)


@primitive(
    (lambda g, ans, x: _on_diagonal(g, x),),
    aliases=("linalg.diag_part", "diagonal"),
    samples=(Sample((Q,)), Sample((A,)), Sample((np.stack([A.T, 2 * A.T]),))),
    batch="last axes",
)
def diag_part(xp: Any, x: Any) -> Any:
    """The main diagonal of each matrix."""
    return xp.diagonal(x, axis1=-2, axis2=-1)


def _on_diagonal(g: Any, x: Any) -> Any:
    rows, columns = shapes.shape(x)[-2:]
    square = op.matrix_diag(g)
    n = shapes.shape(square)[-1]
    border = [(0, 0)] * (_rank(x) - 2) + [(0, rows - n), (0, columns - n)]
    return op.pad(square, pad_width=border)


def _kron(slot: int, g: Any, x: Any, y: Any) -> Any:
    (a, b), (c, d) = shapes.shape(x), shapes.shape(y)
    blocks = op.reshape(g, shape=(a, c, b, d))
    return (
        op.einsum([blocks, y], equation="acbd,cd->ab") if slot == 0 else op.einsum([blocks, x], equation="acbd,ab->cd")
    )


@primitive(
    (lambda g, ans, x, y: _kron(0, g, x, y), lambda g, ans, x, y: _kron(1, g, x, y)),
    samples=(Sample((A, Q)), Sample((Q, A.T))),
)
def kron(xp: Any, x: Any, y: Any) -> Any:
    """Every element of matrix x times the whole matrix y, as blocks of one large matrix."""
    if np.ndim(x) != 2 or np.ndim(y) != 2:
        raise ValueError("kron takes two matrices")
    return xp.kron(x, y)


@primitive(
    (lambda g, ans, x, y: op.cross(y, g), lambda g, ans, x, y: op.cross(g, x)),
    aliases=("linalg.cross",),
    samples=(Sample((V, V[::-1] + 1.0)), Sample((A, V))),
)
def cross(xp: Any, x: Any, y: Any) -> Any:
    """Cross product of vectors of length 3 in the last axis."""
    if np.shape(x)[-1:] != (3,) or np.shape(y)[-1:] != (3,):
        raise ValueError("cross takes vectors of length 3 in the last axis")
    return xp.cross(x, y)


@primitive(
    (lambda g, ans, x: op.expand_dims(op.expand_dims(g, axis=-1), axis=-1) * _swap(op.inv(x)),),
    aliases=("linalg.logdet",),
    samples=(Sample((Q,)), Sample((np.stack([Q, 2 * Q]),))),
    batch="last axes",
)
def logdet(xp: Any, x: Any) -> Any:
    """Logarithm of the absolute value of the determinant of each square matrix."""
    return xp.linalg.slogdet(x)[1]
