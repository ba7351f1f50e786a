"""Grids of coordinates and evenly spaced numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradstudio.engine import shapes
from gradstudio.engine.declaring import Sample, category, composites, op
from gradstudio.engine.ops.calling import STARRED
from gradstudio.engine.ops.constants import beside
from gradstudio.engine.ops.shaping import alike

primitive = category("shape", jvp="linear")
composite = composites("shape")
V = np.array([0.5, -1.25, 2.0])
W = np.array([1.5, 0.25])


@composite(
    variadic=True,
    calling=STARRED,
    samples=(Sample(([V, W],)), Sample(([V, W, V],), {"indexing": "ij"}), Sample(([V, W],), {"sparse": True})),
)
def meshgrid(*values: Any, indexing: str = "xy", sparse: bool = False) -> tuple[Any, ...]:
    """Coordinates of the points of a grid from those along each axis: one array for each, a tuple.

    indexing "xy": the first two axes are exchanged, as in a picture; "ij": they are not. sparse: each result keeps
    length 1 along the other axes.
    """
    if indexing not in ("xy", "ij"):
        raise ValueError(f'meshgrid: indexing is "xy" or "ij", not {indexing!r}')
    count = len(values)
    places = [1, 0, *range(2, count)] if indexing == "xy" and count > 1 else list(range(count))
    lines = [
        op.reshape(v, shape=(1,) * place + (-1,) + (1,) * (count - 1 - place))
        for v, place in zip(alike(values), places, strict=True)
    ]
    if sparse:
        return tuple(lines)
    together = np.broadcast_shapes(*[shapes.shape(line) for line in lines])
    return tuple([op.broadcast_to(line, shape=together) for line in lines])


def _weighted(g: Any, share: Any, axis: int) -> Any:
    """The sum along axis of g times the share that each place has."""
    after = (axis % len(shapes.shape(g))) - len(shapes.shape(g)) + 1
    dtype = g.dtype if g.dtype.kind == "f" else np.float64
    return op.sum(g * beside(share.astype(dtype).reshape((-1,) + (1,) * -after), g), axis=axis)


def _start(g: Any, _ans: Any, _start: Any, _stop: Any, num: int = 50, endpoint: bool = True, axis: int = 0) -> Any:
    return _weighted(g, 1.0 - np.linspace(0.0, 1.0, num, endpoint), axis)


def _stop(g: Any, _ans: Any, _start: Any, _stop: Any, num: int = 50, endpoint: bool = True, axis: int = 0) -> Any:
    return _weighted(g, np.linspace(0.0, 1.0, num, endpoint), axis)


@primitive(
    (_start, _stop),
    aliases=("lin_space",),
    samples=(
        Sample((0.5, 2.0), {"num": 4}),
        Sample((V, 2.0), {"num": 3, "endpoint": False}),
        Sample((V, V[::-1] + 1.0), {"num": 3, "axis": -1}),
        Sample((W[:, None], V), {"num": 1, "axis": 1}),
    ),
)
def linspace(xp: Any, start: Any, stop: Any, *, num: int = 50, endpoint: bool = True, axis: int = 0) -> Any:
    """num evenly spaced numbers from start to stop, along a new axis; endpoint=False leaves stop out.

    Gradients flow to start and stop, which may be arrays.
    """
    return xp.linspace(start, stop, num, endpoint=endpoint, axis=axis)
