"""One step of a backward pass.

`step` passes any cotangent through any op, and is told to record or to tell a log. What is frequent is passed in
plain_sweep.py, recorded_walk.py and sweep_logged.py.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from gradstudio.engine.fitting import fit
from gradstudio.engine.primitive import Primitive
from gradstudio.engine.slices import Slices
from gradstudio.engine.state import Token
from gradstudio.engine.tensor import Tensor, raw

Add = Callable[[Tensor, Any], None]


class Arrivals:
    """Adds cotangents up, in place where the sum so far belongs to the walk alone."""

    __slots__ = ("_owned",)

    def __init__(self) -> None:
        self._owned: set[int] = set()

    def add(self, t: Tensor, g: Any) -> None:
        before = t.g
        if before is None:
            t.g = g
        elif type(before) is np.ndarray and type(g) is np.ndarray and id(t) in self._owned:
            np.add(before, g, out=before)
        else:
            t.g = g = before + g
            if type(g) is np.ndarray:
                self._owned.add(id(t))


def step(node: Tensor, g: Any, token: Token, add: Add, recorded: bool = False, sweep: Any = None) -> None:
    """Pass any cotangent through any op."""
    if sweep is not None:
        sweep.node(node, g)
    row: Primitive = node.op  # type: ignore[assignment]
    inputs, params, rules = node.inputs, node.params, row.vjps
    values = inputs if recorded else None
    answer: Any = node
    if type(g) is float:
        g = np.float64(g)
    elif type(g) is Slices:
        g = g.dense()
    for slot, x in enumerate(inputs):
        if type(x) is not Tensor:
            continue
        held = x.token
        if held is not token and (held is None or token not in held.covers):
            continue
        rule = rules[slot] if type(rules) is tuple else row.vjp(slot)
        if rule is None:
            if sweep is not None:
                sweep.stop(node)
            continue
        if values is None:
            values = tuple([raw(v) for v in inputs])
            answer = raw(node)
        product = rule(g, answer, *values, **params) if params else rule(g, answer, *values)
        if product is None:  # a custom gradient that passes nothing on
            continue
        product = fit(product, x)
        if sweep is not None:
            sweep.edge(slot, x, product)
        add(x, product)
