"""vmap: a function of one item, applied to a whole batch at once."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from gradstudio.engine import shapes
from gradstudio.engine.creation import convert_to_tensor
from gradstudio.engine.primitive import op
from gradstudio.engine.state import ACTIVE
from gradstudio.engine.structure import flatten, rebuild
from gradstudio.engine.tensor import Tensor

Function = Callable[..., Any]


def vmap(f: Function, in_axes: Any = 0, out_axes: Any = 0, chunk_size: int | None = None) -> Function:
    """The function that applies f to every item of a batch, without a loop over the items.

    in_axes: which axis of each argument counts the items; None: the argument is the same for all. One number for
    all arguments, or a tuple with one entry (or a nesting like the argument) each; keyword arguments are mapped over
    axis 0. out_axes: where that axis stands in the results. chunk_size: at most so many items at a time, to bound
    memory. Inside f the tensors have the shape of one item; their values cannot be read, so f must use ops
    (gs.where) instead of Python conditions on them, which raise TypeError. It nests with itself, with tapes and with
    every function of this layer. Raises ValueError where the arguments do not agree on the number of items, or there
    are none.

    Example:
        >>> rows = np.array([[1.0, 2.0], [3.0, 4.0]])
        >>> gs.vmap(gs.sum)(rows).tolist(), gs.vmap(gs.sum, in_axes=1)(rows).tolist()
        ([3.0, 7.0], [4.0, 6.0])
        >>> gs.vmap(gs.grad(lambda x, scale: scale * x**2), in_axes=(0, None))(rows[0], 10.0).tolist()
        [20.0, 40.0]
    """

    @functools.wraps(f)
    def mapped(*args: Any, **kwargs: Any) -> Any:
        args = tuple(_array(x) for x in args)
        kwargs = {key: _array(x) for key, x in kwargs.items()}
        axes = in_axes if isinstance(in_axes, tuple | list) else (in_axes,) * len(args)
        if len(axes) != len(args):
            raise ValueError(f"vmap: in_axes has {len(axes)} entries for {len(args)} arguments: give one for each")
        places = [_places(x, axis) for x, axis in zip(args, axes, strict=True)]
        named = {key: _places(x, 0) for key, x in kwargs.items()}
        count = _count([*places, *named.values()])
        size = count if chunk_size is None else max(1, min(chunk_size, count))
        found = []
        for start in range(0, count, size):
            stop = min(count, start + size)
            found.append(_batch(f, args, places, kwargs, named, slice(start, stop), count, out_axes))
        return found[0] if len(found) == 1 else _joined(found, out_axes)

    return mapped


def _array(argument: Any) -> Any:
    """A list of numbers is an array; one that holds tensors or arrays is a nesting of them."""
    if isinstance(argument, list) and not any(hasattr(x, "shape") for x in flatten(argument)):
        return convert_to_tensor(argument)
    return argument


Places = list[tuple[Tensor, int] | None]
"""For each leaf of an argument: (tensor, axis that counts the items), None where it is the same for all."""


def _places(argument: Any, axis: Any) -> Places:
    leaves = flatten(argument)
    axes = [axis] * len(leaves) if axis is None or isinstance(axis, int) else flatten(axis)
    if len(axes) != len(leaves):
        raise ValueError("vmap: an entry of in_axes must be a number, None, or nested like its argument")
    found: Places = []
    for x, a in zip(leaves, axes, strict=True):
        if a is None:
            found.append(None)
            continue
        t = convert_to_tensor(x)
        if not -t.ndim <= a < t.ndim:
            raise ValueError(
                f"vmap: an argument of shape {shapes.text(t.shape)} has no axis {a} that could count the items: "
                "give it an axis, or None in in_axes if it is the same for all"
            )
        found.append((t, a % t.ndim))
    return found


def _count(places: list[Places]) -> int:
    """How many items there are."""
    counts = {t.shape[axis] for group in places for place in group if place is not None for t, axis in [place]}
    if len(counts) != 1:
        what = "no argument is mapped" if not counts else f"they have {sorted(counts)} items"
        raise ValueError(f"vmap: the arguments must agree on the number of items, but {what}")
    count = counts.pop()
    if not count:
        raise ValueError("vmap: there are no items, so there is no result to take the shape from")
    return count


def _batch(
    f: Function,
    args: Any,
    places: list[Places],
    kwargs: Any,
    named: dict[str, Places],
    part: slice,
    count: int,
    out: Any,
) -> Any:
    """One batch: the arguments go in, f runs once, its results come out."""
    size = part.stop - part.start

    def entered(argument: Any, group: Places, level: int) -> Any:
        leaves = iter(
            [
                x if place is None else _enter(*place, part if size < count else None, level)
                for x, place in zip(flatten(argument), group, strict=True)
            ]
        )
        return rebuild(argument, lambda: next(leaves))

    with ACTIVE.level() as level:
        inside = [entered(x, group, level) for x, group in zip(args, places, strict=True)]
        inside_named = {key: entered(x, named[key], level) for key, x in kwargs.items()}
        result = f(*inside, **inside_named)
    axes = iter(_out_axes(result, out))
    return rebuild(
        result, iter([_leave(convert_to_tensor(y), next(axes), level, size) for y in flatten(result)]).__next__
    )


def _enter(t: Tensor, axis: int, part: slice | None, level: int) -> Tensor:
    if part is not None:
        t = op.getitem(t, key=(*(slice(None),) * axis, part))
    moved = t if axis == 0 else op.moveaxis(t, source=axis, destination=0)
    entered: Tensor = op.batch(moved, level=level)
    return entered


def _leave(y: Tensor, axis: int | None, level: int, size: int) -> Tensor:
    if axis is None:
        return y
    out: Tensor = op.unbatch(y, level=level, size=size)
    return out if axis == 0 else op.moveaxis(out, source=0, destination=axis)


def _out_axes(result: Any, out: Any) -> list[Any]:
    leaves = flatten(result)
    if out is None or isinstance(out, int):
        return [out] * len(leaves)
    if isinstance(result, list | tuple) and len(out) == len(result):
        return [axis for y, o in zip(result, out, strict=True) for axis in _out_axes(y, o)]
    raise ValueError("vmap: out_axes must be a number, None, or a tuple with one entry for each result")


def _joined(found: list[Any], out: Any) -> Any:
    """The results of several chunks put together."""
    axes = _out_axes(found[0], out)
    columns = zip(*[flatten(result) for result in found], strict=True)
    joined = [
        column[0] if axis is None else op.concatenate(list(column), axis=axis)
        for column, axis in zip(columns, axes, strict=True)
    ]
    return rebuild(found[0], iter(joined).__next__)
