"""Numbers as samples of a curve: differences, slopes, areas."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradstudio.engine import shapes
from gradstudio.engine.backends import namespace
from gradstudio.engine.declaring import Sample, composites, op
from gradstudio.engine.ops.reduction import beside

composite = composites("reduction")
M = np.array([[0.5, -1.25, 2.0, 0.75], [1.5, 0.25, -0.75, 1.0]])
V = np.array([0.5, -1.25, 2.0, 0.75, 1.5])
TIMES = np.array([0.0, 0.5, 1.75, 2.0])


def _cut(x: Any, axis: int, start: int | None, stop: int | None) -> Any:
    return op.getitem(x, key=(slice(None),) * shapes.axes(x, axis)[0] + (slice(start, stop),))


def _filled(value: Any, x: Any, dims: list[int]) -> Any:
    """A number as an array of the dtype of x, where x is."""
    return op.add(value, namespace(x).zeros(tuple(dims), x.dtype))


def _edge(x: Any, edge: Any, axis: int) -> Any:
    """What diff puts before or after x: a number counts as a slice of length 1."""
    dims = list(shapes.shape(x))
    dims[axis] = 1
    return beside(edge, x) if shapes.shape(edge) else _filled(edge, x, dims)


@composite(
    samples=(
        Sample((M,)),
        Sample((M,), {"axis": 0}),
        Sample((M,), {"n": 2}),
        Sample((V,), {"prepend": 0.5, "append": np.array([1.0, 2.0])}),
    )
)
def diff(x: Any, *, n: int = 1, axis: int = -1, prepend: Any = None, append: Any = None) -> Any:
    """Each element less the one before it along axis, n times over: n elements fewer.

    prepend, append: numbers or arrays that are put in front and at the end first. Raises ValueError for x without axes
    and for n below 0.
    """
    if not shapes.shape(x):
        raise ValueError("diff: x has no axis along which to take differences")
    if n < 0:
        raise ValueError(f"diff: n={n} is no number of times: use 0 or more")
    if prepend is not None or append is not None:
        edges = [None if edge is None else _edge(x, edge, axis) for edge in (prepend, append)]
        x = op.concatenate([part for part in (edges[0], x, edges[1]) if part is not None], axis=axis)
    for _ in range(n):
        x = _cut(x, axis, 1, None) - _cut(x, axis, None, -1)
    return x


@composite(
    optional=1,
    aliases=("trapz",),
    renamed={"y": "values", "x": "points"},
    samples=(
        Sample((V, None)),
        Sample((M, TIMES)),
        Sample((M, None), {"dx": 0.5, "axis": 0}),
        Sample((M, M + TIMES), {"axis": 1}),
    ),
)
def trapezoid(values: Any, points: Any = None, *, dx: Any = 1.0, axis: int = -1) -> Any:
    """Area under the curve through values along axis, by trapezoids.

    points: where the values stand, one axis or the shape of values; without them they are dx apart.
    """
    width = dx
    if points is not None:
        if len(shapes.shape(points)) == 1:
            dims = [1] * len(shapes.shape(values))
            dims[axis] = shapes.shape(points)[0]
            points = op.reshape(points, shape=tuple(dims))
        width = op.diff(points, axis=axis)
    pairs = op.add(_cut(values, axis, 1, None), _cut(values, axis, None, -1))
    return op.sum(op.multiply(0.5 * pairs, width), axis=axis)


def _distances(x: Any, axis: int, spacing: Any) -> Any:
    """The distances between neighbours along axis, broadcastable against x."""
    dims = [1] * len(shapes.shape(x))
    dims[axis] = shapes.shape(x)[axis]
    given = shapes.shape(spacing)
    if not given:
        dims[axis] -= 1
        return _filled(spacing, x, dims)
    if given != (dims[axis],):
        raise ValueError(f"coordinates of shape {shapes.text(given)} do not fit an axis of length {dims[axis]}")
    return op.diff(op.reshape(beside(spacing, x), shape=tuple(dims)), axis=axis)


def _end(near: Any, far: Any, near_width: Any, far_width: Any) -> Any:
    """The slope of the parabola through three points at the first of them."""
    return near - (far - near) * (near_width / (near_width + far_width))


def _slopes(x: Any, axis: int, spacing: Any, edge_order: int) -> Any:
    n = shapes.shape(x)[axis]
    if n < edge_order + 1:
        raise ValueError(f"an axis of length {n} is too short: it needs at least {edge_order + 1} elements")
    h = _distances(x, axis, spacing)
    rise = op.diff(x, axis=axis) / h
    left, right = _cut(h, axis, None, -1), _cut(h, axis, 1, None)
    share = right / (left + right)
    inside = _cut(rise, axis, None, -1) * share + _cut(rise, axis, 1, None) * (1.0 - share)
    first, last = _cut(rise, axis, 0, 1), _cut(rise, axis, n - 2, n - 1)
    if edge_order == 2:
        first = _end(first, _cut(rise, axis, 1, 2), _cut(h, axis, 0, 1), _cut(h, axis, 1, 2))
        last = _end(last, _cut(rise, axis, n - 3, n - 2), _cut(h, axis, n - 2, n - 1), _cut(h, axis, n - 3, n - 2))
    return op.concatenate([first, inside, last], axis=axis)


def _gradient(f: Any, *varargs: Any, axis: Any = None, edge_order: int = 1) -> Any:
    """Slopes of f by central differences along axis.

    Its elements are 1 apart, or varargs apart: one number or array of coordinates for all axes, or one for each.
    """
    over = shapes.axes(f, axis)
    spacings = [np.asarray(v) if isinstance(v, list | tuple) else v for v in varargs]
    if len(spacings) not in (0, 1, len(over)):
        raise TypeError(f"gradient: {len(spacings)} spacings do not fit {len(over)} axes: give one, or one for each")
    each = tuple(spacings) if len(spacings) > 1 else tuple(spacings or [1.0]) * len(over)
    return slopes(f, spacing=each, axis=axis, edge_order=edge_order)


@composite(
    spellings={"gradient": _gradient},
    samples=(
        Sample((V,)),
        Sample((M,)),
        Sample((M,), {"axis": 1, "spacing": (TIMES,), "edge_order": 2}),
        Sample((M,), {"axis": (1, 0), "spacing": (0.5, 2.0)}),
    ),
)
def slopes(x: Any, *, spacing: Any = 1.0, axis: Any = None, edge_order: int = 1) -> Any:
    """Slopes of a curve or surface by differences, along each axis; np.gradient is another name of it.

    Inside they are central, right for polynomials up to degree 2; at both ends one-sided, right up to degree
    edge_order (1 or 2). spacing: the distance of neighbours, or a tuple with a number or an array of coordinates for
    each axis. One axis gives a tensor, several give a tuple. Raises ValueError for an axis that is too short.
    """
    over = shapes.axes(x, axis)
    if edge_order not in (1, 2):
        raise ValueError(f"edge_order={edge_order!r}: use 1 or 2")
    each = spacing if isinstance(spacing, tuple) else (spacing,) * len(over)
    found = tuple(_slopes(x, a, h, edge_order) for a, h in zip(over, each, strict=True))
    return found[0] if len(found) == 1 else found
