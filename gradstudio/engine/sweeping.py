"""One step of a backward pass.

`step` passes any cotangent through any op, and is told to record or to tell a log. The others do the same for what is
frequent; see also plain_sweep.py.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from gradstudio.engine.fitting import fit
from gradstudio.engine.primitive import Primitive
from gradstudio.engine.slices import Slices
from gradstudio.engine.state import Token
from gradstudio.engine.tensor import Details, Tensor, raw

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
    record = -1 if sweep is None else node.record
    if sweep is not None:
        sweep.node(record, g)
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
            sweep.edge(record, slot, x.record, product)
        add(x, product)


def step_logged(node: Tensor, g: Any, token: Token, add: Add, sweep: Any) -> None:
    """step() for a recorder's log where nobody follows the rules; what is made of floats is passed in place."""
    second = node.second
    row: Primitive = node.op  # type: ignore[assignment]
    rules = row.vjps
    if type(g) is not float or type(rules) is not tuple or type(second) is not Details or second.params:
        step(node, g, token, add, False, sweep)
        return
    inputs = node.first
    values = []
    for x in inputs:
        a = x.value if type(x) is Tensor else x
        if type(a) is not float and type(a) is not int:
            step(node, g, token, add, False, sweep)
            return
        values.append(a)
    flows = []
    slot = -1
    try:
        for x in inputs:
            slot += 1
            if type(x) is Tensor:
                held = x.token
                if held is token or (held is not None and token in held.covers):
                    product = rules[slot](g, node.value, *values)  # type: ignore[misc]
                    if type(product) is not float:
                        raise TypeError("not a float")
                    flows.append((x, slot, product))
    except (ArithmeticError, ValueError, TypeError):
        # E.g. a division by zero, which NumPy answers with an infinity; no rule: a wall.
        step(node, g, token, add, False, sweep)
        return
    record = second.record
    if record >= 0:
        sweep.cotangents[record] = g
    edges, products = sweep.edges, sweep.products
    for x, slot, product in flows:
        second = x.second
        edges.append((record, slot, second.record if type(second) is Details else -1))
        products.append(product)
        before = x.g
        x.g = product if before is None else before + product
