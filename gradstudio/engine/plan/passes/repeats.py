"""Computing once what a program computes several times."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from gradstudio.engine.batching import Batched
from gradstudio.engine.plan.program import NONE, Constant, Form, Guard, Item, Program, Step, Value

_SMALL = 1 << 12
"""Bytes of the largest constant array that is compared with others."""
_COMMUTE = frozenset(["add", "multiply", "equal", "not_equal", "logical_and", "logical_or", "logical_xor"])


def share_repeats(program: Program) -> None:
    """A step with the row, inputs and parameters of an earlier one is dropped, and so is a guard seen before."""
    values = program.values
    same: dict[int, int] = {}
    known: dict[Any, int] = {}
    seen: set[tuple[int, str]] = set()
    kept: list[Item] = []
    _share_constants(program, same, known)
    for item in program.body:
        if type(item) is Guard:
            item.value = same.get(item.value, item.value)
            if (item.value, item.kind) in seen:
                continue
            seen.add((item.value, item.kind))
        elif type(item) is Step:
            for n in item.inputs:
                if n in same:
                    item.inputs = tuple([same.get(n, n) for n in item.inputs])
                    break
            key = _key(item, values)
            first = item.out if key is None else known.setdefault(key, item.out)
            if first != item.out:
                same[item.out] = first
                continue
        kept.append(item)
    program.body = kept
    program.outputs = [same.get(n, n) for n in program.outputs]


def _share_constants(program: Program, same: dict[int, int], known: dict[Any, int]) -> None:
    """Equal constants get one number: equal in every bit, so that -0.0 is not 0.0 and a NaN keeps its payload."""
    for number, value in enumerate(program.values):
        origin = value.origin
        if type(origin) is not Constant or type(origin.value) is Batched or value.nbytes > _SMALL:
            continue
        key: Any
        if type(origin.value) is float:
            key = (value.form, value.dtype, origin.value.hex() if origin.value == origin.value else number)
        else:
            held = np.asarray(origin.value)
            key = (value.form, type(origin.value), held.dtype, held.shape, held.tobytes())
        first = known.setdefault(key, number)
        if first != number:
            same[number] = first


def _key(step: Step, values: list[Value]) -> Any:
    """Equal for steps with the same result; None for one that cannot be compared."""
    row, inputs = step.row, step.inputs
    if len(inputs) == 2 and row.name in _COMMUTE:
        a, b = inputs
        if b < a and NONE not in inputs and Form.NUMBER not in (values[a].form, values[b].form):
            inputs = (b, a)
    if not step.params:
        return (row, *inputs)
    try:
        frozen = _frozen(step.params)
        hash(frozen)
    except TypeError:
        return None
    return (row, *inputs, frozen)


def _frozen(x: Any) -> Any:
    """Parameters as something that can be a key; kinds are kept apart, because 1, True and 1.0 are equal."""
    if isinstance(x, Mapping):
        return tuple([(name, _frozen(x[name])) for name in sorted(x)])
    if type(x) in (list, tuple):
        return (type(x), *[_frozen(v) for v in x])
    if type(x) is slice:
        return (slice, _frozen(x.start), _frozen(x.stop), _frozen(x.step))
    if type(x) is float:
        return (float, x.hex())
    return (type(x), x)
