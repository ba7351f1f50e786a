"""One step of a backward pass, and the whole of one over Python floats and NumPy arrays, which is the usual one.

`step` passes any cotangent through any op, and is told to record or to tell a log. `sweep_plainly` does the same for
a whole tape without either; ops whose values and cotangents are all floats or all arrays are passed in place, because
looking things up and calling costs more than computing there.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from gradstudio.engine.fitting import fit
from gradstudio.engine.primitive import TABLE, Primitive
from gradstudio.engine.slices import Slices
from gradstudio.engine.state import Token
from gradstudio.engine.tensor import ALONE, Details, Tensor, raw

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


def sweep_plainly(
    nodes: list[Tensor],
    token: Token,
    add: Add,
    keep: set[int],
    kept: list[Tensor],
    release: bool,
    rest: list[Tensor] | None,
) -> None:
    """Pass every node that has a cotangent, from the end; the words are those of walk() in backward.py."""
    ndarray = np.ndarray
    multiply, plus = TABLE["multiply"], TABLE["add"]
    stack = nodes if release else nodes.copy()
    while stack:
        node = stack.pop()
        g = node.g
        if g is None:
            if rest is not None:
                rest.append(node)
            continue
        if keep and id(node) in keep:
            kept.append(node)
        else:
            node.g = None
        row: Primitive = node.op  # type: ignore[assignment]
        x = node.first
        y = node.second
        kind = type(g)
        p: Any = None
        q: Any = None
        a: Any = None
        b: Any = None
        fits = False  # whether p and q, of the kind of g or None, are what goes into x and y
        try:
            if kind is not float and kind is not ndarray:
                pass
            elif y is ALONE:  # the tape follows x, or the node were not on it
                a = x.value
                if type(a) is kind:
                    rule = row.vjps[0]  # type: ignore[index]
                    if rule is not None:
                        p = rule(g, node.value, a)
                    fits = p is None or type(p) is kind
            elif type(y) is float:
                a = x.value
                if type(a) is kind:
                    if row is multiply:  # written out, because most programs multiply and add
                        p = g * y
                    elif row is plus:
                        p = g
                    else:
                        rule = row.vjps[0]  # type: ignore[index]
                        if rule is not None:
                            p = rule(g, node.value, a, y)
                    fits = p is None or type(p) is kind
            elif type(y) is not Details:
                if type(y) is Tensor:
                    b = y.value
                    held = y.token
                    into_y = held is token or (held is not None and token in held.covers)
                else:
                    b = y
                    into_y = False
                if type(x) is Tensor:
                    a = x.value
                    held = x.token
                    into_x = held is token or (held is not None and token in held.covers)
                else:
                    a = x
                    into_x = False
                if (type(a) is kind or (not into_x and (type(a) is float or type(a) is int))) and (
                    type(b) is kind or (not into_y and (type(b) is float or type(b) is int))
                ):
                    if row is multiply:
                        if into_x:
                            p = g * b
                        if into_y:
                            q = g * a
                    elif row is plus:
                        if into_x:
                            p = g
                        if into_y:
                            q = g
                    else:
                        left, right = row.vjps  # type: ignore[misc]
                        if into_x and left is not None:
                            p = left(g, node.value, a, b)
                        if into_y and right is not None:
                            q = right(g, node.value, a, b)
                    fits = (p is None or type(p) is kind) and (q is None or type(q) is kind)
        except (ArithmeticError, ValueError):
            fits = False  # e.g. a division by zero, which NumPy answers with an infinity
        if not fits:
            step(node, g, token, add)
        else:
            if p is not None:
                if kind is float:
                    before = x.g
                    x.g = p if before is None else before + p
                else:
                    if p.dtype is not a.dtype or p.shape != a.shape:
                        p = fit(p, x)
                    if x.g is None:
                        x.g = p
                    else:
                        add(x, p)
            if q is not None:
                if kind is float:
                    before = y.g
                    y.g = q if before is None else before + q
                else:
                    if q.dtype is not b.dtype or q.shape != b.shape:
                        q = fit(q, y)
                    if y.g is None:
                        y.g = q
                    else:
                        add(y, q)
        if release and node.token is token:
            node.first = None
            node.second = ALONE
