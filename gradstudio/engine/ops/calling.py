"""Ops that are called in a way of their own: with a key, with arrays one by one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from gradstudio.engine import shapes
from gradstudio.engine.backends import FOREIGN, backend_of
from gradstudio.engine.ops.keys import split
from gradstudio.engine.primitive import Calling, Primitive, raw_call

Bound = tuple[tuple[Any, ...], dict[str, Any]]


def _with_key(row: Primitive, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Bound:
    """(x, key), or x and index arrays for a key that has their places already."""
    if len(args) == 1 and len(kwargs) == 1 and "key" in kwargs:
        x, params = args[0], {**kwargs}
    else:
        named = {**kwargs}
        if "key" not in named and len(args) > 1:
            args, named["key"] = args[:1] + args[2:], args[1]
        (x,), params = row.bind_plainly(args[:1], named)
    try:
        params["key"], arrays = split(params["key"])
    except IndexError as error:
        raise IndexError(f"{row.name}: {error}") from None
    if FOREIGN and arrays:
        home = backend_of(x)
        arrays = tuple([home.from_host(a) if type(a) is np.ndarray else a for a in arrays])
    return (x, *args[1:], *arrays), params


def _key_in_rules(row: Primitive) -> Callable[..., Any]:
    def in_rules(x: Any, *arrays: Any, key: Any, **params: Any) -> Any:
        pattern, found = split(key)
        return raw_call(row, (x, *arrays, *found), {"key": pattern, **params})

    return in_rules


KEYED = Calling(_with_key, lambda row: row.plain_signature, _key_in_rules)
"""An op that takes any key and makes inputs of the index arrays in it: getitem(x, key)."""


def _one_by_one(row: Primitive, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Bound:
    is_list = len(args) == 1 and isinstance(args[0], list | tuple)
    if is_list and any(shapes.shape(v) for v in args[0] if hasattr(v, "shape")):
        return row.bind_plainly(args, kwargs)
    return row.bind_plainly((list(args),), kwargs)


STARRED = Calling(_one_by_one, lambda row: row.plain_signature.replace("(", "(*", 1))
"""An op that takes its arrays one by one: meshgrid(x, y). A list of arrays counts as all of them."""


def _pairs(row: Primitive, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Bound:
    """All index arrays, then all data."""
    named = {name: value for name, value in kwargs.items() if name != "name"}
    if len(args) == 1 and not named:
        return row.bind_plainly(args, {})
    given = dict(zip(("indices", "data"), args, strict=False), **named)
    if set(given) != {"indices", "data"} or len(args) > 2:
        raise TypeError(f"{row.name}() needs two lists: {row.signature}")
    if len(given["indices"]) != len(given["data"]):
        raise ValueError(
            f"{row.name}: {len(given['indices'])} index arrays need as many data, not {len(given['data'])}"
        )
    return (*given["indices"], *given["data"]), {}


PAIRED = Calling(_pairs, lambda row: f"{row.name}(indices, data)")
"""An op of two lists: dynamic_stitch(indices, data)."""


def _over_shape(row: Primitive, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Bound:
    """PyTorch's layer_norm(x, normalized_shape, weight, bias) names the last axes by their lengths."""
    named = {**kwargs}
    if len(args) > 1 and isinstance(args[1], tuple | list) and args[1] and all(type(n) is int for n in args[1]):
        args, named["normalized_shape"] = (args[0], *args[2:]), args[1]
    lengths = named.pop("normalized_shape", None)
    if lengths is not None:
        lengths = (lengths,) if isinstance(lengths, int) else tuple(lengths)
        dims = shapes.shape(args[0] if args else named.get("x"))
        if dims[len(dims) - len(lengths) :] != lengths:
            raise ValueError(f"{row.name}: x of shape {shapes.text(dims)} does not end in {shapes.text(lengths)}")
        named["axis"] = tuple(range(-len(lengths), 0))
    return row.bind_plainly(args, named)


OVER_SHAPE = Calling(_over_shape, lambda row: row.plain_signature)
"""A normalisation that also understands PyTorch's way to say over which axes."""


def _in_groups(row: Primitive, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Bound:
    """PyTorch's group_norm(x, num_groups, weight, bias) has the channels in axis 1."""
    if len(args) > 1 and type(args[1]) is int:
        return row.bind_plainly((args[0], *args[2:]), {"groups": args[1], "axis": 1, **kwargs})
    return row.bind_plainly(args, kwargs)


IN_GROUPS = Calling(_in_groups, lambda row: row.plain_signature)
"""group_norm, in our own way and in PyTorch's."""
