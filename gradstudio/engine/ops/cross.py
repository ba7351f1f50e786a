"""The cross product of vectors in space."""

from __future__ import annotations

from typing import Any

from gradstudio.engine import shapes
from gradstudio.engine.batching import elementwise
from gradstudio.engine.declaring import Sample, category, op
from gradstudio.engine.ops.linalg import A, V
from gradstudio.engine.primitive import Primitive

primitive = category("linalg")
Axes = tuple[int, int, int]


def _from_the_end(
    rank_x: int, rank_y: int, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: int | None = None
) -> Axes:
    """Where the vectors of both inputs and of the result lie, counted from the right, so that batches may differ."""
    if axis is not None:
        axisa = axisb = axisc = axis
    rank = max(rank_x, rank_y)
    return axisa - rank_x * (axisa >= 0), axisb - rank_y * (axisb >= 0), axisc - rank * (axisc >= 0)


def _cross_left(g: Any, _ans: Any, _x: Any, y: Any, **axes: Any) -> Any:
    a, b, c = _from_the_end(shapes.rank(_x), shapes.rank(y), **axes)
    return op.cross(y, g, axisa=b, axisb=c, axisc=a)


def _cross_right(g: Any, _ans: Any, x: Any, _y: Any, **axes: Any) -> Any:
    a, b, c = _from_the_end(shapes.rank(x), shapes.rank(_y), **axes)
    return op.cross(g, x, axisa=c, axisb=a, axisc=b)


def _crossed(row: Primitive, values: list[Any], mapped: list[bool], params: dict[str, Any]) -> Any:
    """cross: element by element, but for the axes that hold the vectors."""
    a, b, c = _from_the_end(*[shapes.rank(x) - m for x, m in zip(values, mapped, strict=True)], **params)
    return elementwise(row, values, mapped, {"axisa": a, "axisb": b, "axisc": c})


@primitive(
    (_cross_left, _cross_right),
    aliases=("linalg.cross",),
    symbol="×",
    samples=(
        Sample((V, V[::-1] + 1.0)),
        Sample((A, V)),
        Sample((A.T, V), {"axisa": 0}),
        Sample((A.T, A.T + 1.0), {"axis": 0}),
        Sample((A, A[::-1]), {"axisc": 0}),
    ),
    batch=_crossed,
    jvp="multilinear",
)
def cross(
    xp: Any, x: Any, y: Any, *, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: int | None = None
) -> Any:
    """Cross product of vectors of length 3, with broadcasting between them.

    axisa, axisb, axisc: which axis of x, of y and of the result holds the vectors; axis: all three. Raises ValueError
    for vectors of another length: those of length 2 need a third component of 0.
    """
    a, b, c = _from_the_end(shapes.rank(x), shapes.rank(y), axisa, axisb, axisc, axis)
    lengths = [shapes.shape(v)[axis] if shapes.rank(v) >= -axis else 0 for v, axis in ((x, a), (y, b))]
    if lengths != [3, 3]:
        raise ValueError(
            f"it takes vectors of length 3, not {lengths[0]} and {lengths[1]}"
            + (": give vectors in the plane a third component of 0" if 2 in lengths else "")
        )
    return xp.cross(x, y, axisa=a, axisb=b, axisc=c)
