"""What would make an op take its inputs: each cure was tried before it is named."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradstudio.engine.primitive import Primitive
from gradstudio.engine.shapes import text
from gradstudio.engine.written import ordinal
from gradstudio.language.op_facts import dims_of, is_broadcasting, is_flat, joined_shape, takes_floats
from gradstudio.language.results import Given, Known, MisfitError, Shape, results

_MOST = 6


@dataclass(frozen=True, slots=True)
class Cure:
    """How to rewrite an input so that the op takes it: template.format(expression) in the place of input `slot`.

    slot -1: the template takes all inputs, as {0} and {1}, and stands for the list of arguments.
    """

    words: str
    template: str
    slot: int
    gives: Shape = ()  # the shape of the op's result afterwards


def cures_of_misfit(
    row: Primitive, inputs: tuple[Given, ...], params: Mapping[str, Any], names: Sequence[str]
) -> tuple[Cure, ...]:
    """The usual ways to make inputs fit, nearest first, those that do."""
    most = max([math.prod(dims_of(x)) for x in inputs], default=1)
    found: list[Cure] = []
    seen: set[tuple[int, str]] = set()
    for words, template, slot, changed in _changes(inputs, names, is_broadcasting(row, inputs)):
        done = words.partition(" ")[0]
        if done == "expand" and found and not is_broadcasting(row, inputs):
            continue
        result = _result(row, changed, params)
        if result is None or (slot, done) in seen:
            continue
        if is_broadcasting(row, changed) and math.prod(_whole(changed)) > most:
            continue  # it fits, but as a table of everything against everything, which is hardly meant
        seen.add((slot, done))
        found.append(Cure(words, template, slot, result.shape))
    return tuple(found[:_MOST])


def cures_of_fit(
    row: Primitive, inputs: tuple[Given, ...], params: Mapping[str, Any], names: Sequence[str]
) -> tuple[Cure, ...]:
    """What to do about a fit that may not be meant: integers, which get no gradient; broadcasting of both inputs."""
    found: list[Cure] = []
    is_crossing = is_broadcasting(row, inputs) and all(dims_of(x) not in ((), _whole(inputs)) for x in inputs)
    for words, template, slot, changed in _changes(inputs, names, True):
        done = words.partition(" ")[0]
        is_loss = done == "cast" and takes_floats(row, slot) and not is_flat(row)
        if is_loss or (is_crossing and done == "reshape"):
            result = _result(row, changed, params)
            if result is not None:
                found.append(Cure(words, template, slot, result.shape))
    return tuple(found[:_MOST])


def _changes(
    inputs: tuple[Given, ...], names: Sequence[str], is_broadcasting: bool
) -> Iterator[tuple[str, str, int, tuple[Given, ...]]]:
    """(words, template, slot, the inputs after it) of all that may be tried; the first word says what is done."""
    first = (_reshapes, _expansions, _squeezes) if is_broadcasting else (_transposes, _reshapes)
    ways = (*first, _transposes if is_broadcasting else _expansions)
    for way in ways:
        for slot, x in enumerate(inputs):
            if isinstance(x, Known):
                others = [dims_of(y) for i, y in enumerate(inputs) if i != slot]
                for words, template, dims in way(called(slot, names), x.shape, others):
                    yield words, template, slot, (*inputs[:slot], Known(dims, x.dtype), *inputs[slot + 1 :])
    for slot, x in enumerate(inputs):
        if isinstance(x, Known) and np.dtype(x.dtype).kind in "biu":
            words = f"cast {called(slot, names)} to float64: a gradient needs floats"
            yield words, "gs.cast({}, 'float64')", slot, _as_float(inputs, slot)
    if len(inputs) == 2:
        yield f"swap {called(0, names)} and {called(1, names)}", "{1}, {0}", -1, inputs[::-1]


def _transposes(name: str, shape: Shape, others: list[Shape]) -> Iterator[tuple[str, str, Shape]]:
    if len(shape) > 1:
        yield f"transpose {name}", "gs.transpose({})", shape[::-1]


def _reshapes(name: str, shape: Shape, others: list[Shape]) -> Iterator[tuple[str, str, Shape]]:
    for dims in dict.fromkeys(others):
        if dims != shape and math.prod(dims) == math.prod(shape):
            yield f"reshape {name} to {text(dims)}", f"gs.reshape({{}}, {dims})", dims


def _expansions(name: str, shape: Shape, others: list[Shape]) -> Iterator[tuple[str, str, Shape]]:
    for axis in range(len(shape), -1, -1):
        dims = (*shape[:axis], 1, *shape[axis:])
        yield f"expand {name} to {text(dims)}", f"gs.expand_dims({{}}, axis={axis})", dims


def _squeezes(name: str, shape: Shape, others: list[Shape]) -> Iterator[tuple[str, str, Shape]]:
    if 1 in shape:
        yield f"squeeze {name}", "gs.squeeze({})", tuple([n for n in shape if n != 1])


def called(slot: int, names: Sequence[str]) -> str:
    """An input in words: its name, or "the first input"."""
    return names[slot] if slot < len(names) and names[slot] else f"the {ordinal(slot)} input"


def _as_float(inputs: tuple[Given, ...], slot: int) -> tuple[Given, ...]:
    return (*inputs[:slot], Known(dims_of(inputs[slot]), "float64"), *inputs[slot + 1 :])


def _whole(inputs: tuple[Given, ...]) -> Shape:
    return joined_shape([dims_of(x) for x in inputs]) or ()


def _result(row: Primitive, inputs: tuple[Given, ...], params: Mapping[str, Any]) -> Known | None:
    try:
        found = results(row, inputs, params)
    except MisfitError:
        return None
    return found[0] if found else None
