"""Borders around arrays."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradstudio.engine import shapes
from gradstudio.engine.declaring import Sample, category, op
from gradstudio.engine.ops.constants import beside
from gradstudio.engine.ops.keys import INDEX
from gradstudio.engine.primitive import Primitive, raw_call
from gradstudio.engine.tensor import raw

primitive = category("shape")
M = np.array([[0.5, -1.25, 2.0], [1.5, 0.25, -0.75]])
MODES = ("constant", "reflect", "symmetric", "edge", "wrap")


def _widths(rank: int, pad_width: Any) -> tuple[tuple[int, int], ...]:
    """(before, after) of each axis, from what NumPy takes: one number, a pair, or a pair for each axis."""
    if isinstance(pad_width, dict):
        named = {axis % rank: width for axis, width in pad_width.items()}
        pad_width = [named.get(i, 0) for i in range(rank)]
        pad_width = [(w, w) if isinstance(w, int) else w for w in pad_width]
    if not rank:
        return ()
    try:
        plain = np.broadcast_to(np.asarray(pad_width), (rank, 2))
    except ValueError:
        raise ValueError(f"pad_width must be (before, after) for each of the {rank} axes") from None
    if plain.dtype.kind not in "iu" or (plain.size and plain.min() < 0):
        raise ValueError("pad_width must be whole numbers, not below 0")
    return tuple([(int(a), int(b)) for a, b in plain])


def _mode(mode: str) -> str:
    if mode.lower() not in MODES:
        raise ValueError(f"mode is one of {', '.join(MODES)}, not {mode!r}")
    return mode.lower()


def _unpad(g: Any, _ans: Any, _x: Any, pad_width: Any, mode: str = "constant", constant_values: Any = 0.0) -> Any:
    dims = shapes.shape(_x)
    widths = _widths(len(dims), pad_width)
    if _mode(mode) == "constant":
        inside = [slice(before, before + n) for (before, _), n in zip(widths, dims, strict=True)]
        return op.getitem(g, key=tuple(inside))
    # A border of elements that are also inside: axis by axis, each place gives back to where it was taken from.
    for axis, (width, n) in enumerate(zip(widths, dims, strict=True)):
        if width != (0, 0):
            sources = beside(np.pad(np.arange(n), width, mode=_mode(mode)), g)  # type: ignore[call-overload]
            shape = (*dims[: axis + 1], *shapes.shape(g)[axis + 1 :])
            g = op.put_at(g, sources, key=(*(slice(None),) * axis, INDEX), shape=shape)
    return g


def _pushed(
    slot: int, v: Any, ans: Any, x: Any, pad_width: Any, mode: str = "constant", constant_values: Any = 0
) -> Any:
    return op.pad(v, pad_width=pad_width, mode=mode)


def _batched(row: Primitive, values: list[Any], mapped: list[bool], params: dict[str, Any]) -> Any:
    """No border along the batch axis."""
    if isinstance(params.get("constant_values", 0), tuple):
        return None
    widths = _widths(shapes.rank(values[0]) - 1, params["pad_width"])
    return raw_call(row, (values[0],), {**params, "pad_width": ((0, 0), *widths)})


@primitive(
    (_unpad,),
    renamed={"paddings": "pad_width"},
    samples=(
        Sample((M,), {"pad_width": 1}),
        Sample((M,), {"pad_width": ((0, 2), (1, 0)), "constant_values": 3.0}),
        Sample((M,), {"pad_width": ((1, 0), (2, 1)), "mode": "REFLECT"}),
        Sample((M,), {"pad_width": ((2, 1), (0, 3)), "mode": "symmetric"}),
        Sample((M,), {"pad_width": ((1, 2), (0, 1)), "mode": "edge"}),
        Sample((M,), {"pad_width": (4, 1), "mode": "wrap"}),
    ),
    batch=_batched,
    jvp=_pushed,
)
def pad(xp: Any, x: Any, *, pad_width: Any, mode: str = "constant", constant_values: Any = 0.0) -> Any:
    """x with a border: pad_width says how wide, (before, after) for each axis (or one number or pair for all).

    mode, in capitals or not: "constant", "reflect" (without repeating the edge), "symmetric" (with it), "edge", "wrap".
    Raises ValueError for another mode or negative widths.
    """
    if not shapes.rank(x):
        return x  # no axes, no borders
    more = {"constant_values": raw(constant_values)} if _mode(mode) == "constant" else {}
    return xp.pad(xp.asarray(x), _widths(shapes.rank(x), pad_width), mode=_mode(mode), **more)
