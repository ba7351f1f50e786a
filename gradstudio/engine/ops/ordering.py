"""The same elements in another order, or several times."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradstudio.engine import shapes
from gradstudio.engine.declaring import Sample, category, composites, op
from gradstudio.engine.ops.constants import beside
from gradstudio.engine.ops.keys import INDEX
from gradstudio.engine.ops.shape_batches import lined, tiled

primitive = category("shape", jvp="linear")
composite = composites("shape")
M = np.array([[0.5, -1.25, 2.0], [1.5, 0.25, -0.75]])
C = np.arange(12.0).reshape(2, 3, 2)


@primitive(
    (lambda g, _ans, _x, axis=None: op.flip(g, axis=axis),),
    aliases=("reverse",),
    samples=(Sample((M,)), Sample((M,), {"axis": 1}), Sample((C,), {"axis": (0, -1)})),
    batch="along axis",
    renamed={"m": "x"},
)
def flip(xp: Any, x: Any, *, axis: Any = None) -> Any:
    """Elements in reverse order along axis: a number, several, or all by default."""
    return xp.flip(x, axis)


@composite(
    samples=(Sample((M,)),),
    renamed={"m": "x"},
)
def fliplr(x: Any) -> Any:
    """Elements in reverse order along axis 1."""
    return op.flip(x, axis=1)


@composite(
    samples=(Sample((M,)),),
    renamed={"m": "x"},
)
def flipud(x: Any) -> Any:
    """Elements in reverse order along axis 0."""
    return op.flip(x, axis=0)


@composite(
    samples=(Sample((M,)), Sample((M,), {"k": 2}), Sample((C,), {"k": -1, "axes": (1, 2)})),
    renamed={"m": "x"},
)
def rot90(x: Any, *, k: int = 1, axes: tuple[int, int] = (0, 1)) -> Any:
    """Turned by k quarter turns, from the first of the two axes towards the second."""
    first, second = axes
    turns = k % 4
    if turns in (0, 2):
        return op.flip(x, axis=(first, second)) if turns else op.identity(x)
    if turns == 1:
        return op.swapaxes(op.flip(x, axis=second), axis1=first, axis2=second)
    return op.flip(op.swapaxes(x, axis1=first, axis2=second), axis=second)


def _opposite(shift: Any) -> Any:
    return -shift if isinstance(shift, int | np.integer) else tuple([-n for n in shift])


@primitive(
    (lambda g, _ans, _x, shift, axis=None: op.roll(g, shift=_opposite(shift), axis=axis),),
    samples=(
        Sample((M,), {"shift": 2}),
        Sample((M,), {"shift": 1, "axis": -1}),
        Sample((M,), {"shift": (1, -1), "axis": (0, 1)}),
    ),
    batch=lined,
)
def roll(xp: Any, x: Any, *, shift: Any, axis: Any = None) -> Any:
    """Elements moved on by shift along axis; those that fall off come back at the other end."""
    return xp.roll(x, shift, axis)


def _untile(g: Any, _ans: Any, _x: Any, reps: Any) -> Any:
    counts = (reps,) if isinstance(reps, int | np.integer) else tuple(reps)
    dims = shapes.shape(_x)
    rank = max(len(counts), len(dims))
    counts = (1,) * (rank - len(counts)) + counts
    dims = (1,) * (rank - len(dims)) + dims
    parted = tuple(int(n) for pair in zip(counts, dims, strict=True) for n in pair)
    return op.reshape(op.sum(op.reshape(g, shape=parted), axis=tuple(range(0, 2 * rank, 2))), shape=shapes.shape(_x))


@primitive(
    (_untile,),
    samples=(Sample((M,), {"reps": (2, 1)}), Sample((M,), {"reps": 2}), Sample((M[0],), {"reps": (2, 1, 2)})),
    renamed={"A": "x", "multiples": "reps"},
    batch=tiled,
)
def tile(xp: Any, x: Any, *, reps: Any) -> Any:
    """x repeated reps times along each axis, counted from the last; new axes stand in front."""
    return xp.tile(x, reps)


def _is_one(repeats: Any) -> bool:
    return isinstance(repeats, int | np.integer)


def _sources(x: Any, repeats: Any, axis: Any) -> np.ndarray:
    """Which position along axis each element of the result comes from."""
    count = shapes.count(x, axis)
    return np.repeat(np.arange(count), np.asarray(repeats))


def _unrepeat(g: Any, _ans: Any, x: Any, repeats: Any, axis: Any = None) -> Any:
    dims = shapes.shape(x)
    lined, place = ((shapes.count(x, None),), 0) if axis is None else (dims, axis % len(dims))
    if _is_one(repeats):
        parted = (*lined[: place + 1], int(repeats), *lined[place + 1 :])
        back = op.sum(op.reshape(g, shape=parted), axis=place + 1)
    else:
        sources = beside(_sources(x, repeats, axis), g)
        back = op.put_at(g, sources, key=(*(slice(None),) * place, INDEX), shape=lined)
    return op.reshape(back, shape=dims) if axis is None else back


@primitive(
    (_unrepeat,),
    samples=(
        Sample((M,), {"repeats": 2}),
        Sample((M,), {"repeats": 3, "axis": -1}),
        Sample((M,), {"repeats": (2, 0, 1), "axis": 1}),
        Sample((M,), {"repeats": (1, 2, 0, 1, 1, 3)}),
    ),
    batch=lined,
)
def repeat(xp: Any, x: Any, *, repeats: Any, axis: Any = None) -> Any:
    """Each element repeated in its place: as often as a whole number says, or one for each position along axis.

    Without axis it goes over all elements in C order, and the result has one axis.
    """
    if _is_one(repeats):
        return xp.repeat(x, int(repeats), axis)
    return xp.take(xp.asarray(x), beside(_sources(x, repeats, axis), x), axis=axis)
