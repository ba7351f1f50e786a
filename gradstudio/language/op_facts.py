"""What the table says of an op before it is applied: what it needs, whether its slope is 0, how it joins inputs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from inspect import Parameter
from typing import Any

import numpy as np

from gradstudio.engine.primitive import NAMES, Primitive
from gradstudio.engine.written import ordinal
from gradstudio.language.results import Given, Known, Shape

_ASKED_FIRST = frozenset(["labels", "targets", "true"])
"""Inputs that stand first in an op's signature, although the value that is at hand is hardly meant for them."""


def row_of(op: str) -> Primitive:
    """The row of an op under any of its names. Raises KeyError."""
    found = NAMES[op]
    return found if isinstance(found, Primitive) else found.row


def first_slot(op: str) -> int:
    """The input that a value at hand is meant for: the first, but the logits of (labels, logits)."""
    row = row_of(op)
    return 1 if len(row.inputs) > 1 and row.inputs[0] in _ASKED_FIRST else 0


def needed(row: Primitive, count: int, params: Mapping[str, Any]) -> str:
    """What an op needs besides its first `count` inputs and these parameters: "needs labels"; "" for nothing."""
    required = len(row.inputs) - row.optional
    if row.variadic:
        required = 1
    if count < required:
        name = row.inputs[0] if count == 1 and row.inputs[0] in _ASKED_FIRST else row.inputs[count]
        if row.family == "loss" and (len(name) < 3 or name == "true"):
            name = "labels"
        return f"needs {name.replace('_', ' ')}" if len(name) > 2 else f"needs a {ordinal(count)} input"
    for name, default in row.params.items():
        if default is Parameter.empty and name not in params:
            return f"needs {name}"
    return ""


@cache
def is_flat(row: Primitive) -> bool:
    """Whether the gradient through an op is none or exactly zero: argmax, sign."""
    if not row.differentiable or not row.flows:
        return True
    if row.composite or row.variadic or len(row.inputs) != 1 or not row.samples or row.calling:
        return False
    rule = row.vjp(0)
    if rule is None:
        return True
    sample = row.samples[0]
    with np.errstate(all="ignore"):
        x = np.asarray(sample.inputs[0])
        out = row.forward(np, x, **sample.params)
        g = np.arange(1.0, np.size(out) + 1.0).reshape(np.shape(out))
        product = rule(g, out, x, **sample.params)
    return not np.any(np.asarray(product))


def is_broadcasting(row: Primitive, inputs: Sequence[Given]) -> bool:
    """Whether the op joins two or more inputs element by element."""
    paired = row.family == "loss" and row.inputs[:1] != ("labels",) and len(row.inputs) == 2
    return len(inputs) > 1 and (row.batch == "elementwise" or paired)


def joined_shape(shapes: Iterable[Shape]) -> Shape | None:
    """The shape to which these are broadcast; None if they cannot be."""
    try:
        return np.broadcast_shapes(*shapes)
    except ValueError:
        return None


def dims_of(x: Given) -> Shape:
    """The shape of an input."""
    return x.shape if isinstance(x, Known) else ()


@cache
def takes_floats(row: Primitive, slot: int) -> bool:
    """Whether an input is meant to be floating, so that integers there are a loss; indices and masks are not."""
    kinds = [np.asarray(x).dtype.kind for x in (_at(sample.inputs, slot) for sample in row.samples) if x is not None]
    return not kinds or any(kind in "fc" for kind in kinds)


def _at(inputs: tuple[Any, ...], slot: int) -> Any:
    found = inputs[slot] if slot < len(inputs) else None
    return None if isinstance(found, list | tuple) else found
