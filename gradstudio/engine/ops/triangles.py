"""Triangles and bands of matrices, which lie in the last two axes."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradstudio.engine import shapes
from gradstudio.engine.batching import last_axes
from gradstudio.engine.declaring import Sample, category, composites, op
from gradstudio.engine.primitive import Primitive

primitive = category("shape", jvp="linear")
composite = composites("shape")
M = np.array([[0.5, -1.25, 2.0], [1.5, 0.25, -0.75]])
Q = np.arange(12.0).reshape(3, 4) / 4.0 - 1.1
V = np.array([1.0, -2.0, 0.5])


def _matrices(row: Primitive, values: list[Any], mapped: list[bool], params: dict[str, Any]) -> Any:
    """tril and triu: a vector becomes a matrix, so it goes one by one."""
    return last_axes(row, values, mapped, params) if shapes.rank(values[0]) > 2 else None


def _triangle(name: str) -> Any:
    return lambda g, _ans, _x, k=0: getattr(op, name)(g, k=k)


@primitive(
    (_triangle("tril"),),
    samples=(Sample((M,)), Sample((M,), {"k": 1}), Sample((V,))),
    batch=_matrices,
    renamed={"m": "x"},
)
def tril(xp: Any, x: Any, *, k: int = 0) -> Any:
    """The lower triangle: zeros above diagonal number k. A vector counts as every row of a square matrix."""
    return xp.tril(x, k)


@primitive(
    (_triangle("triu"),),
    samples=(Sample((M,)), Sample((M,), {"k": 1}), Sample((V,))),
    batch=_matrices,
    renamed={"m": "x"},
)
def triu(xp: Any, x: Any, *, k: int = 0) -> Any:
    """The upper triangle: zeros below diagonal number k. A vector counts as every row of a square matrix."""
    return xp.triu(x, k)


@composite(
    aliases=("linalg.band_part", "matrix_band_part"),
    samples=(Sample((Q,), {"num_lower": 1, "num_upper": 0}), Sample((Q,), {"num_lower": -1, "num_upper": 1})),
)
def band_part(x: Any, *, num_lower: int, num_upper: int) -> Any:
    """The diagonals from num_lower below the main one to num_upper above it, zeros elsewhere; below 0: all of them."""
    out = op.identity(x)
    if num_lower >= 0:
        out = op.triu(out, k=-num_lower)
    return op.tril(out, k=num_upper) if num_upper >= 0 else out
