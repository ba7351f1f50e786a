"""Norms of vectors and matrices, and clipping by them."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradstudio.engine import shapes
from gradstudio.engine.creation import convert_to_tensor
from gradstudio.engine.declaring import Sample, category, composites, op
from gradstudio.engine.ops.reduction import CUBE, M, S, conjugate, dtype_of, extreme, rules
from gradstudio.engine.subgradients import chosen

primitive = category("reduction", batch="along axis")
composite = composites("reduction")
COMPLEX = M[:, :2] + 1j * M[:, 1:]
EUCLIDEAN = (None, "euclidean", "fro", 2)


def _direction(x: Any) -> Any:
    """The slope of |x|: its sign, or for complex x the conjugate of length 1; 0 at 0."""
    if dtype_of(x).kind != "c":
        return op.sign(x)
    size = op.abs(x)
    flat = op.equal(size, 0)
    return op.where(flat, 0.0, op.conj(x) / op.where(flat, 1.0, size))


def _weight(ans: Any, x: Any, axis: Any = None, keepdims: bool = False, ord: Any = 2) -> Any:
    if ord in EUCLIDEAN:
        flat = op.equal(ans, 0)
        return op.where(flat, chosen("norm"), conjugate(x) / op.where(flat, 1.0, ans))
    direction = _direction(x)
    if ord == 1:
        return direction
    if ord == 0:
        return direction * 0.0
    size = op.abs(x)
    if abs(ord) == np.inf:
        return extreme(ans, size, axis) * direction
    none = op.logical_or(op.equal(size, 0), op.equal(ans, 0))
    ratio = op.where(none, 1.0, size / op.where(none, 1.0, ans))
    return op.where(none, 0.0, op.power(ratio, ord - 1.0) * direction)


def _order_of(ord: Any) -> Any:
    """The order as a number. Raises ValueError for what is none."""
    if ord in EUCLIDEAN:
        return 2
    if isinstance(ord, int | float | np.integer | np.floating) and not np.isnan(ord):
        return ord
    raise ValueError(f"ord={ord!r} is no order of a vector norm: use 'euclidean' or a number, inf and -inf included")


@primitive(
    **rules(_weight),
    aliases=("reduce_euclidean_norm", "math.reduce_euclidean_norm", "linalg.vector_norm"),
    symbol="‖·‖",
    samples=(
        *S,
        Sample((M,), {"ord": 1}),
        Sample((M,), {"ord": np.inf, "axis": 1}),
        Sample((M,), {"ord": -np.inf, "axis": 0}),
        Sample((M,), {"ord": 3, "axis": 0, "keepdims": True}),
        Sample((CUBE,), {"ord": -1.5, "axis": (0, 2)}),
        Sample((M,), {"ord": 0}),
        Sample((COMPLEX,)),
        Sample((COMPLEX,), {"ord": 3, "axis": 1}),
        Sample((COMPLEX,), {"ord": 1, "axis": 0}),
        Sample((COMPLEX,), {"ord": np.inf}),
        Sample((np.zeros(3),), smooth=False),
    ),
)
def vector_norm(xp: Any, x: Any, *, axis: Any = None, keepdims: bool = False, ord: Any = 2) -> Any:
    """Length of the elements over axis, all axes together: the root of order `ord` of the sum of |x| ** ord.

    ord inf and -inf: the largest and smallest |x|; 0: how many are not 0. Where the norm is 0 its gradient is 0; an
    element that is 0 gets 0 as well, and of equally large ones (inf, -inf) each gets a share. Raises ValueError for
    an ord that is no number.
    """
    ord = _order_of(ord)
    x = xp.asarray(x)
    size = xp.abs(x if x.dtype.kind in "fc" else x.astype(np.float64))
    if ord == 2:
        return xp.sqrt(xp.sum(size * size, axis=axis, keepdims=keepdims))
    if ord == 1:
        return xp.sum(size, axis=axis, keepdims=keepdims)
    if ord == 0:
        return xp.sum(xp.not_equal(size, 0), axis=axis, keepdims=keepdims).astype(size.dtype)
    if abs(ord) == np.inf:
        return (xp.max if ord > 0 else xp.min)(size, axis=axis, keepdims=keepdims)
    with np.errstate(divide="ignore"):  # a negative power of 0 is infinite, and the norm 0
        return xp.sum(size ** float(ord), axis=axis, keepdims=keepdims) ** (1.0 / float(ord))


def _matrix_norm(x: Any, ord: Any, rows: int, columns: int, keepdims: bool) -> Any:
    if ord in ("nuc", 2, -2):
        rest = tuple(i for i in range(len(shapes.shape(x))) if i not in (rows, columns))
        values = op.svdvals(op.transpose(x, axes=(*rest, rows, columns)))
        found = op.sum(values, axis=-1) if ord == "nuc" else (op.max if ord == 2 else op.min)(values, axis=-1)
    elif ord in (1, -1, np.inf, -np.inf):
        inner, outer = (rows, columns) if abs(ord) == 1 else (columns, rows)
        lines = op.sum(op.abs(x), axis=inner, keepdims=True)
        found = op.sum((op.max if ord > 0 else op.min)(lines, axis=outer, keepdims=True), axis=(rows, columns))
    else:
        raise ValueError(f"ord={ord!r} is no matrix norm: use 'fro', 'nuc', 1, 2, inf or one of these negative")
    return op.reshape(found, shape=shapes.kept(x, (rows, columns))) if keepdims else found


def _matrix_spelling(
    x: Any, ord: Any = "fro", axis: Any = (-2, -1), keepdims: Any = False, name: str | None = None
) -> Any:
    """Norm of each matrix in the last two axes."""
    return norm(x, ord=ord, axis=axis, keepdims=keepdims)


@composite(
    aliases=("linalg.norm",),
    symbol="‖·‖",
    spellings={"matrix_norm": _matrix_spelling, "linalg.matrix_norm": _matrix_spelling},
    samples=(
        *S,
        Sample((M[0],), {"ord": 1}),
        Sample((M,), {"ord": np.inf, "axis": 1}),
        Sample((M,), {"ord": 2, "axis": 0, "keepdims": True}),
        Sample((M,), {"ord": 1, "axis": (0, 1)}),
        Sample((CUBE,), {"ord": np.inf, "axis": (2, 0), "keepdims": True}),
        Sample((CUBE,), {"ord": "fro", "axis": (1, 2)}),
        Sample((M,), {"ord": 2, "axis": (0, 1)}),
        Sample((M,), {"ord": -2, "axis": (0, 1)}),
        Sample((CUBE,), {"ord": "nuc", "axis": (-2, -1)}),
        Sample((COMPLEX,), {"ord": 1, "axis": (0, 1)}),
    ),
)
def norm(x: Any, *, ord: Any = "euclidean", axis: Any = None, keepdims: Any = False) -> Any:
    """Norm of a vector (one axis, or all of them taken as one) or of matrices (two axes); the gradient at 0 is 0.

    Vectors: 'euclidean' and any number, as in vector_norm. Matrices: 'euclidean' or 'fro', 'nuc' (sum of the singular
    values), 2 and -2 (largest and smallest of them), 1 and -1 (largest and smallest sum of a column's |x|), inf and
    -inf (of a row's). Without axis, x is one vector for every ord, as in TensorFlow; NumPy takes a matrix as a matrix.
    Raises ValueError for another ord, and for an ord other than 'euclidean' over more than two axes.
    """
    keepdims = bool(keepdims)
    if ord in EUCLIDEAN[:3]:
        return op.vector_norm(x, axis=axis, keepdims=keepdims)
    over = shapes.axes(x, axis)
    if axis is None or len(over) == 1:
        return op.vector_norm(x, axis=axis, keepdims=keepdims, ord=ord)
    if len(over) != 2:
        raise ValueError(f"norm: ord={ord!r} is not available over {len(over)} axes: name one axis, or two")
    return _matrix_norm(x, ord, *over, keepdims)


@composite(
    variadic=True,
    aliases=("linalg.global_norm",),
    renamed={"t_list": "values"},
    samples=(Sample(([M, CUBE, 1.5],)), Sample(([np.zeros(2)],), smooth=False)),
)
def global_norm(*values: Any) -> Any:
    """Euclidean length of all tensors of a list together; None among them counts for nothing.

    Its gradient at 0 is 0. Raises ValueError where there is no tensor.
    """
    given = [v for v in values if v is not None]
    if not given:
        raise ValueError("global_norm: the list holds no tensor")
    return op.vector_norm(op.stack([op.vector_norm(v) for v in given]))


@composite(
    renamed={"t": "x"},
    samples=(
        Sample((M, 1.5)),
        Sample((M, 100.0)),
        Sample((M, 2.0), {"axes": 0}),
        Sample((np.zeros(3), 1.0), smooth=False),
    ),
)
def clip_by_norm(x: Any, clip_norm: Any, *, axes: Any = None) -> Any:
    """x made shorter where its Euclidean length over axes (all of them) is above clip_norm, so that it is that long."""
    length = op.vector_norm(x, axis=axes, keepdims=True)
    return x * (op.divide(clip_norm, op.maximum(length, clip_norm)))


@composite(
    variadic=True,
    renamed={"t_list": "values"},
    samples=(Sample(([M, CUBE],), {"clip_norm": 1.5}), Sample(([M, 1.5],), {"clip_norm": 100.0})),
)
def clip_by_global_norm(*values: Any, clip_norm: Any, use_norm: Any = None) -> Any:
    """The tensors of a list, made shorter by one factor if their global norm is above clip_norm; and that norm.

    use_norm: the norm, if it is known. None in the list stays None. Where the norm is not finite, everything is NaN.
    """
    length = op.global_norm(values) if use_norm is None else convert_to_tensor(use_norm)
    scale = op.where(op.isfinite(length), op.divide(clip_norm, op.maximum(length, clip_norm)), np.nan)
    return [None if v is None else op.multiply(v, scale) for v in values], length
