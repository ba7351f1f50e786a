"""What all of linear algebra is made with: transposes, traces, checks, and how matrices treat many values at once.

Matrices are the last two axes of an array; the axes before them count a batch.
"""

from __future__ import annotations

from math import isfinite
from typing import Any

import numpy as np

from gradstudio.engine import shapes
from gradstudio.engine.backends import namespace
from gradstudio.engine.batching import OF_UNITS, Batched, matrix_product
from gradstudio.engine.declaring import Sample, category, composites, op
from gradstudio.engine.ops.reduction import conjugate
from gradstudio.engine.primitive import Primitive, raw_call
from gradstudio.engine.unit_vectors import Units

primitive = category("linalg")
composite = composites("linalg")
A = np.array([[2.0, -1.0, 0.5], [0.25, 3.0, 1.0]])
Q = np.array([[2.0, 0.5], [-0.25, 1.5]])
V = np.array([1.0, -2.0, 0.5])
Z = Q + 1j * np.array([[0.5, -1.0], [0.75, 0.25]])
C = np.arange(12.0).reshape(2, 3, 2) / 7.0 - 0.6


def swap(x: Any) -> Any:
    """The transpose of each matrix."""
    return op.swapaxes(x, axis1=-1, axis2=-2)


def product(first: Any, *more: Any) -> Any:
    """Matrices multiplied from the left to the right."""
    for x in more:
        first = op.matmul(first, x)
    return first


def as_columns(x: Any) -> Any:
    """Numbers as columns of length 1, vectors as columns: one axis more at the end."""
    return op.expand_dims(x, axis=-1)


def square(x: Any, name: str = "") -> int:
    """The side of square matrices. Raises ValueError where they are not square; a composite gives its name."""
    dims = shapes.shape(x)
    if len(dims) < 2 or dims[-1] != dims[-2]:
        what = f"{dims[-2]} by {dims[-1]} ones" if len(dims) > 1 else f"shape {shapes.text(dims)}"
        raise ValueError(f"{_start(name)}it needs square matrices in the last two axes, not {what}")
    return dims[-1]


def matrix(x: Any, name: str = "") -> tuple[int, int]:
    """Rows and columns of matrices. Raises ValueError where x has fewer than two axes; a composite gives its name."""
    dims = shapes.shape(x)
    if len(dims) < 2:
        raise ValueError(f"{_start(name)}it needs matrices in the last two axes, not shape {shapes.text(dims)}")
    return dims[-2], dims[-1]


def real_matrix(x: Any, name: str = "") -> tuple[int, int]:
    """Rows and columns of real matrices. Raises TypeError for complex ones, ValueError for fewer than two axes."""
    dims = matrix(x, name)
    if x.dtype.kind == "c":
        raise TypeError(f"{_start(name)}it takes real matrices: the phases of complex factors have no unique gradient")
    return dims


def _start(name: str) -> str:
    return f"{name}: " if name else ""


def vectors_too(row: Primitive, values: list[Any], mapped: list[bool], params: dict[str, Any]) -> Any:
    """matmul and solve, where a vector counts as one row on the left and as one column on the right."""
    if row.name == "matmul" and not params and mapped == [True, False]:
        x, y = values
        if type(x) is np.ndarray is type(y) and x.ndim == y.ndim == 2:  # many vectors times one matrix
            return x @ y
    ranks = [shapes.rank(x) - m for x, m in zip(values, mapped, strict=True)]
    if min(ranks) > 1 or min(ranks) < 1:
        return matrix_product(row, values, mapped, params)
    if row.name == "matmul" and not any(params.values()):  # many vectors times one matrix: one product of matrices
        if ranks == [1, 2] and mapped == [True, False]:
            return op.matmul(*values)
        if ranks == [2, 1] and mapped == [False, True]:
            return op.matmul(values[1], swap(values[0]))
    places = [axis for axis, rank in zip((-2, -1), ranks, strict=True) if rank == 1]
    wide = [
        op.expand_dims(x, axis=axis) if rank == 1 else x for x, rank, axis in zip(values, ranks, (-2, -1), strict=True)
    ]
    return op.squeeze(matrix_product(row, wide, mapped, params), axis=tuple(places))


def _rows_of_a_matrix(row: Primitive, inputs: tuple[Any, ...], level: int) -> Batched | None:
    """matmul of unit vectors and a matrix: its rows, or its columns, each times what its vector is scaled by."""
    x, y = inputs
    units, matrix = (x, y) if type(x) is Batched else (y, x)
    if row.name != "matmul" or type(matrix) is not np.ndarray or matrix.ndim != 2 or type(units.base) is not Units:
        return None
    weights = units.weights
    if len(units.base.shape) != 2 or matrix.dtype != units.base.dtype or not _is_finite(matrix):
        return None
    rows = matrix[:] if units is x else matrix.T
    if weights is None:
        return Batched(rows, level)
    return Batched(rows * weights[:, None], level) if _is_finite(weights) else None


def _is_finite(x: np.ndarray) -> bool:
    """Whether an array surely holds no NaN and no infinity, which spread where they meet the zeros of unit vectors."""
    flat = x.ravel()
    return isfinite(flat.dot(flat)) if x.dtype.kind == "f" else bool(np.isfinite(np.vdot(x, x)))


OF_UNITS[vectors_too] = _rows_of_a_matrix


def _traced(row: Primitive, values: list[Any], mapped: list[bool], params: dict[str, Any]) -> Any:
    """trace: two of its parameters name axes."""
    later = {key: n + 1 if key.startswith("axis") and n >= 0 else n for key, n in params.items()}
    return raw_call(row, (values[0],), later)


def _on_diagonal(g: Any, _ans: Any, _x: Any, offset: int = 0, axis1: int = -2, axis2: int = -1) -> Any:
    dims = shapes.shape(_x)
    ones = namespace(g).eye(dims[axis1], dims[axis2], offset, dtype=g.dtype)
    spread = as_columns(as_columns(g)) * ones
    return op.moveaxis(spread, source=(-2, -1), destination=(axis1, axis2))


@primitive(
    (_on_diagonal,),
    aliases=("linalg.trace",),
    samples=(
        Sample((Q,)),
        Sample((A,)),
        Sample((np.stack([Q, Q]),)),
        Sample((Z,)),
        Sample((A,), {"offset": 1}),
        Sample((C,), {"offset": -1, "axis1": 1, "axis2": 0}),
    ),
    batch=_traced,
    jvp="linear",
)
def trace(xp: Any, x: Any, *, offset: int = 0, axis1: int = -2, axis2: int = -1) -> Any:
    """Sum of a diagonal of each matrix: the main one, or the one `offset` places above it.

    The matrices lie in the last two axes, as for TensorFlow and np.linalg.trace (np.trace takes the first two), or in
    axis1 and axis2.
    """
    matrix(x)
    return xp.trace(x, offset, axis1, axis2)


@composite(
    aliases=("linalg.matrix_transpose",),
    samples=(Sample((A,)), Sample((C,)), Sample((Z,), {"conjugate": True})),
)
def matrix_transpose(a: Any, *, conjugate: bool = False) -> Any:
    """Each matrix with rows and columns exchanged; conjugate: complex numbers conjugated too."""
    matrix(a, "matrix_transpose")
    return op.adjoint(a) if conjugate else swap(a)


@composite(aliases=("linalg.adjoint",), samples=(Sample((A,)), Sample((Z,)), Sample((C,))))
def adjoint(x: Any) -> Any:
    """Each matrix transposed and conjugated."""
    matrix(x, "adjoint")
    return conjugate(swap(x))
