"""Diagonals of matrices, which lie in the last two axes."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from gradstudio.engine import shapes
from gradstudio.engine.declaring import Sample, category, composites, op
from gradstudio.engine.ops.constants import beside
from gradstudio.engine.tensor import raw

primitive = category("shape")
composite = composites("shape")
M = np.array([[0.5, -1.25, 2.0], [1.5, 0.25, -0.75]])
Q = np.arange(12.0).reshape(3, 4) / 4.0 - 1.1
V = np.array([1.0, -2.0, 0.5])
T = np.arange(16.0).reshape(2, 2, 2, 2)
ALIGNMENTS = ("RIGHT_LEFT", "LEFT_RIGHT", "LEFT_LEFT", "RIGHT_RIGHT")


def _band(k: Any) -> tuple[int, int]:
    """The lowest and highest diagonal that k names: one number, or a pair."""
    low, high = (k, k) if isinstance(k, int | np.integer) else (k[0], k[-1])
    if low > high:
        raise ValueError(f"k names the lowest diagonal first, not {tuple(k)}")
    return int(low), int(high)


@lru_cache(maxsize=64)
def _places(rows: int, columns: int, low: int, high: int, align: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(row, column, whether there is one) of each element of the diagonals from high to low, one below the other.

    The shorter ones are filled up on the side that align says: first word above the main diagonal, second below.
    """
    if align not in ALIGNMENTS:
        raise ValueError(f"align is one of {', '.join(ALIGNMENTS)}, not {align!r}")
    if low != high and not (-rows < low and high < columns):
        raise ValueError(f"diagonals {low} to {high} are not all in matrices of {rows} x {columns}")
    longest = max(0, min(rows + min(high, 0), columns - max(low, 0)))
    above, below = align.split("_")
    numbers = np.arange(high, low - 1, -1)[:, None]
    lengths = np.clip(np.minimum(rows + np.minimum(numbers, 0), columns - np.maximum(numbers, 0)), 0, None)
    is_right = np.where(numbers >= 0, above == "RIGHT", below == "RIGHT")
    step = np.arange(longest) - np.where(is_right, longest - lengths, 0)
    is_there = (step >= 0) & (step < lengths)
    step = np.where(is_there, step, 0)
    found = step + np.maximum(-numbers, 0), step + np.maximum(numbers, 0), is_there
    row, column, there = [a[0] for a in found] if low == high else found
    return row, column, there


def _matrix(diagonal: Any, k: Any, num_rows: int, num_cols: int) -> tuple[int, int, int, int]:
    """(rows, columns, low, high) of the matrix that holds these diagonals."""
    low, high = _band(k)
    dims = shapes.shape(diagonal)
    if len(dims) < 1 + (low != high) or (low != high and dims[-2] != high - low + 1):
        raise ValueError(
            f"{high - low + 1} diagonals lie one below the other in axis -2, but the shape is {shapes.text(dims)}"
        )
    rows, columns = dims[-1] - min(high, 0), dims[-1] + max(low, 0)
    if num_rows == num_cols == -1:
        return max(rows, columns), max(rows, columns), low, high
    given = (rows if num_rows == -1 else num_rows, columns if num_cols == -1 else num_cols)
    if given[0] < rows or given[1] < columns or (given[0] > rows and given[1] > columns):
        raise ValueError(f"diagonals of length {dims[-1]} do not fit a matrix of {given[0]} x {given[1]}")
    return *given, low, high


def _to_diagonal(g: Any, _ans: Any, _x: Any, k: Any = 0, align: str = "RIGHT_LEFT", **_: Any) -> Any:
    return op.diag_part(g, k=k, align=align)


def _push_diagonal(slot: int, v: Any, ans: Any, x: Any, **params: Any) -> Any:
    return op.matrix_diag(v, **{**params, "padding_value": 0})


def _tf_diag(
    diagonal: Any,
    name: Any = None,
    k: Any = 0,
    num_rows: int = -1,
    num_cols: int = -1,
    padding_value: Any = 0,
    align: str = "RIGHT_LEFT",
) -> Any:
    """tf.linalg.diag: matrices with these diagonals."""
    return matrix_diag(diagonal, k=k, num_rows=num_rows, num_cols=num_cols, padding_value=padding_value, align=align)


@primitive(
    (_to_diagonal,),
    spellings={"linalg.diag": _tf_diag},
    samples=(
        Sample((V,)),
        Sample((M,)),
        Sample((V,), {"k": -1}),
        Sample((M,), {"k": (0, 1), "padding_value": 7.0}),
        Sample((M,), {"k": (-1, 0), "num_rows": 4, "num_cols": 3, "align": "RIGHT_RIGHT"}),
    ),
    batch="last axes",
    jvp=_push_diagonal,
    renamed={"diagonal": "x"},
)
def matrix_diag(
    xp: Any,
    x: Any,
    *,
    k: Any = 0,
    num_rows: int = -1,
    num_cols: int = -1,
    padding_value: Any = 0,
    align: str = "RIGHT_LEFT",
) -> Any:
    """Matrices with the last axis of x on diagonal k (0: the main one, above it positive), padding_value elsewhere.

    k may be a pair (lowest, highest): the last two axes of x are then those diagonals, the highest first, of which
    the shorter ones are aligned as `align` says. Raises ValueError where they do not fit num_rows x num_cols.
    """
    x = xp.asarray(x)
    rows, columns, low, high = _matrix(x, k, num_rows, num_cols)
    row, column, there = _places(rows, columns, low, high, align)
    out = xp.full((*x.shape[: x.ndim - row.ndim], rows, columns), raw(padding_value), dtype=x.dtype)
    if row.shape != x.shape[x.ndim - row.ndim :]:
        raise ValueError(f"diagonals of length {x.shape[-1]} do not fit a matrix of {rows} x {columns}")
    out[..., beside(row[there], x), beside(column[there], x)] = x[..., beside(there, x)]
    return out


def _to_matrix(g: Any, _ans: Any, _x: Any, k: Any = 0, padding_value: Any = 0, align: str = "RIGHT_LEFT") -> Any:
    rows, columns = shapes.shape(_x)[-2:]
    low, high = _band(k)
    if low == high and not -rows < low < columns:  # a diagonal outside the matrix has no elements
        return op.broadcast_to(op.sum(g), shape=shapes.shape(_x))
    return op.matrix_diag(g, k=k, num_rows=rows, num_cols=columns, align=align)


def _push_part(slot: int, v: Any, ans: Any, x: Any, **params: Any) -> Any:
    return op.diag_part(v, **{**params, "padding_value": 0})


def _tf_diag_part(input: Any, name: Any = None, k: Any = 0, padding_value: Any = 0, align: str = "RIGHT_LEFT") -> Any:
    """tf.linalg.diag_part: diagonals of matrices."""
    return diag_part(input, k=k, padding_value=padding_value, align=align)


@primitive(
    (_to_matrix,),
    aliases=("matrix_diag_part",),
    spellings={"linalg.diag_part": _tf_diag_part},
    samples=(
        Sample((Q,)),
        Sample((np.stack([Q.T, 2 * Q.T]),)),
        Sample((Q,), {"k": 2}),
        Sample((Q,), {"k": (-1, 2), "padding_value": 9.0}),
        Sample((Q,), {"k": (-2, 1), "align": "LEFT_RIGHT"}),
    ),
    batch="last axes",
    jvp=_push_part,
)
def diag_part(xp: Any, x: Any, *, k: Any = 0, padding_value: Any = 0, align: str = "RIGHT_LEFT") -> Any:
    """Diagonal k (0: the main one, above it positive) of each matrix along a new last axis.

    k may be a pair (lowest, highest): those diagonals one below the other, the highest first, the shorter ones filled
    up with padding_value on the side that `align` says. Raises ValueError for fewer than two axes.
    """
    x = xp.asarray(x)
    if x.ndim < 2:
        raise ValueError("it takes matrices, in the last two axes")
    row, column, there = _places(*x.shape[-2:], *_band(k), align)
    out = x[..., beside(row, x), beside(column, x)]
    return out if there.all() else xp.where(beside(there, x), out, xp.asarray(raw(padding_value), dtype=x.dtype))


@composite(
    samples=(Sample((V,)), Sample((V,), {"k": 1}), Sample((Q,)), Sample((Q,), {"k": -1})),
    renamed={"v": "x"},
)
def diag(x: Any, *, k: int = 0) -> Any:
    """A square matrix with the vector x on diagonal k, or diagonal k of the matrix x."""
    rank = len(shapes.shape(x))
    if rank not in (1, 2):
        raise ValueError(f"diag takes a vector or a matrix, not {rank} axes: use diag_part or matrix_diag for batches")
    return op.matrix_diag(x, k=k) if rank == 1 else op.diag_part(x, k=k)


@composite(
    samples=(Sample((M,)), Sample((V,), {"k": -1})),
    renamed={"v": "x"},
)
def diagflat(x: Any, *, k: int = 0) -> Any:
    """A square matrix with all elements of x on diagonal k."""
    return op.matrix_diag(op.reshape(x, shape=-1), k=k)


@composite(samples=(Sample((Q,)), Sample((T,), {"offset": -1, "axis1": 1, "axis2": 3})))
def diagonal(x: Any, *, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    """The diagonal of the matrices that two axes make (the first two, as in NumPy), along a new last axis."""
    return op.diag_part(op.moveaxis(x, source=(axis1, axis2), destination=(-2, -1)), k=offset)


def _tf_set_diag(input: Any, diagonal: Any, name: Any = None, k: Any = 0, align: str = "RIGHT_LEFT") -> Any:
    """tf.linalg.set_diag: matrices with other diagonals."""
    return set_diag(input, diagonal, k=k, align=align)


@composite(
    aliases=("matrix_set_diag",),
    spellings={"linalg.set_diag": _tf_set_diag},
    samples=(Sample((Q, V)), Sample((Q, V[:2]), {"k": 2}), Sample((Q, Q[:, :3]), {"k": (-1, 1)})),
)
def set_diag(x: Any, diagonal: Any, *, k: Any = 0, align: str = "RIGHT_LEFT") -> Any:
    """The matrices x with other diagonals: k and align as in matrix_diag."""
    rows, columns = shapes.shape(x)[-2:]
    low, high = _band(k)
    above = np.arange(columns) - np.arange(rows)[:, None]
    is_new = beside((above >= low) & (above <= high), x)
    return op.where(is_new, op.matrix_diag(diagonal, k=k, num_rows=rows, num_cols=columns, align=align), x)


@composite(
    aliases=("linalg.tensor_diag",),
    samples=(Sample((V,)), Sample((M,))),
    renamed={"diagonal": "x"},
)
def tensor_diag(x: Any) -> Any:
    """The elements of x where both halves of the index agree, zeros elsewhere: shape x.shape + x.shape."""
    dims = shapes.shape(x)
    return op.reshape(op.matrix_diag(op.reshape(x, shape=-1)), shape=dims + dims)


@composite(aliases=("linalg.tensor_diag_part",), samples=(Sample((Q[:, :3],)), Sample((T,))))
def tensor_diag_part(x: Any) -> Any:
    """The elements where both halves of the index agree. Raises ValueError where the halves of the shape differ."""
    dims = shapes.shape(x)
    half = dims[: len(dims) // 2]
    if half * 2 != dims:
        raise ValueError(f"tensor_diag_part: both halves of the shape must agree, but it is {shapes.text(dims)}")
    count = int(np.prod(half))
    return op.reshape(op.diag_part(op.reshape(x, shape=(count, count))), shape=half)
