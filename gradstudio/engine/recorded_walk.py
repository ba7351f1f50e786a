"""Backward passes whose rules run on tensors, so that outer tapes record them: derivatives of derivatives.

Sums and products of floats are written out here and make the same nodes as the ops, because nearly all of what a rule
records of numbers is one of the two, and calling them costs more than computing them.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gradstudio.engine.fitting import fit
from gradstudio.engine.primitive import TABLE, Primitive
from gradstudio.engine.state import ACTIVE, MANY, Joint, Token
from gradstudio.engine.sweeping import Add, step
from gradstudio.engine.tensor import ALONE, Details, Tensor, blank, leaf, raw


def sweep_recorded(
    nodes: list[Tensor],
    token: Token,
    add: Add,
    keep: set[int],
    kept: list[Tensor],
    release: bool,
    rest: list[Tensor] | None,
) -> None:
    """Pass every node that has a cotangent, from the end; the words are those of walk() in backward.py."""
    multiply, plus = [TABLE[name] if TABLE[name].flows else None for name in ("multiply", "add")]  # see no_gradient()
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
        p: Any = None
        q: Any = None
        if type(g) is Tensor and g.token is None and _pass_unfollowed(node, g):
            pass
        elif type(g) is not Tensor or type(y) is Details:
            step(node, g, token, add, True)
        else:
            single = ACTIVE.single
            if y is ALONE:  # the tape follows x, or the node were not on it
                into_x, into_y = True, False
            else:
                into_x = into_y = False
                if type(x) is Tensor:
                    held = x.token
                    into_x = held is token or (held is not None and token in held.covers)
                if type(y) is Tensor:
                    held = y.token
                    into_y = held is token or (held is not None and token in held.covers)
            if row is plus:
                if into_x:
                    p = g
                if into_y:
                    q = g
            elif row is multiply and g.token is single and type(g.value) is float and type(node.value) is float:
                if into_x:
                    b = y.value if type(y) is Tensor else y
                    if type(b) is float and type(x.value) is float:
                        product = _node(row, g.value * b, g, y, single)
                        before = x.g
                        x.g = product if before is None else _sum(before, product, plus, single)
                    else:
                        p = g * y
                if into_y:
                    a = x.value if type(x) is Tensor else x
                    if type(a) is float and type(y.value) is float:
                        product = _node(row, g.value * a, g, x, single)
                        before = y.g
                        y.g = product if before is None else _sum(before, product, plus, single)
                    else:
                        q = g * x
            elif y is ALONE:
                rule = row.vjps[0]  # type: ignore[index]
                if rule is not None:
                    p = rule(g, node, x)
            else:
                left, right = row.vjps  # type: ignore[misc]
                if into_x and left is not None:
                    p = left(g, node, x, y)
                if into_y and right is not None:
                    q = right(g, node, x, y)
            if p is not None:
                if x.g is None and type(p) is Tensor and type(p.value) is float and type(x.value) is float:
                    x.g = p
                else:
                    _arrive(p, x)
            if q is not None:
                if y.g is None and type(q) is Tensor and type(q.value) is float and type(y.value) is float:
                    y.g = q
                else:
                    _arrive(q, y)
        if release and node.token is token:
            node.forget()


def _pass_unfollowed(node: Tensor, g: Tensor) -> bool:
    """Pass a cotangent that nobody follows through an op whose rule reads nothing else: there is nothing to record."""
    row: Primitive = node.op  # type: ignore[assignment]
    if (
        ACTIVE.single is MANY
        or ACTIVE.recorder is not None
        or type(row.vjps) is not tuple
        or row.needs.answer
        or any(row.needs.inputs)
        or len(node.inputs) != 1
    ):
        return False
    (x,) = node.inputs
    (rule,) = row.vjps
    if rule is None:
        return True
    p = rule(raw(g), raw(node), raw(x), **node.params)
    if type(p) is not np.ndarray or type(x.value) is not np.ndarray:
        return False
    _arrive(leaf(fit(p, x)), x)
    return True


def _arrive(p: Any, x: Tensor) -> None:
    """Add what a rule gave to what has arrived at an input."""
    if type(p) is not Tensor or type(p.value) is not float or type(x.value) is not float:
        p = fit(p, x)
    before = x.g
    if before is None:
        x.g = p
        return
    single = ACTIVE.single
    if p.token is single and type(p.value) is float:
        x.g = _sum(before, p, TABLE["add"], single)
    else:
        x.g = before + p


def _sum(before: Any, p: Tensor, plus: Primitive | None, single: Token | Joint) -> Any:
    """What has arrived and a number that holds `single`, added up."""
    if type(before) is not Tensor or type(before.value) is not float or single.is_heard or plus is None:
        return before + p
    return _node(plus, before.value + p.value, before, p, single)


def _node(row: Primitive, value: float, first: Any, second: Any, single: Token | Joint) -> Tensor:
    t = blank()
    t.value = value
    t.op = row
    t.first = first
    t.second = second
    t.token = single
    t.g = None
    single.note(t)
    return t
