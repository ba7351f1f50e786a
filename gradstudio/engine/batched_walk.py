"""Backward passes with many cotangents at once over NumPy's arrays and floats: what a Jacobian is made of."""

from __future__ import annotations

from typing import Any

from gradstudio.engine.batching import Batched
from gradstudio.engine.fitting import fit
from gradstudio.engine.primitive import Primitive
from gradstudio.engine.state import Token
from gradstudio.engine.sweeping import Add, step
from gradstudio.engine.tensor import ALONE, Details, Tensor, raw


def sweep_batched(
    nodes: list[Tensor],
    token: Token,
    add: Add,
    keep: set[int],
    kept: list[Tensor],
    release: bool,
    rest: list[Tensor] | None,
) -> None:
    """Pass every node that has a cotangent, from the end; the words are those of walk() in backward.py."""
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
        x = node.first
        y = node.second
        row: Primitive = node.op  # type: ignore[assignment]
        if type(g) is not Batched or type(y) is Details:
            step(node, g, token, add)
        elif y is ALONE:  # the tape follows x, or the node were not on it
            rule = row.vjps[0]  # type: ignore[index]
            if rule is not None:
                _arrive(rule(g, raw(node), raw(x)), x, add)
        else:
            left, right = row.vjps  # type: ignore[misc]
            answer, a, b = raw(node), raw(x), raw(y)
            if left is not None and type(x) is Tensor:
                held = x.token
                if held is token or (held is not None and token in held.covers):
                    _arrive(left(g, answer, a, b), x, add)
            if right is not None and type(y) is Tensor:
                held = y.token
                if held is token or (held is not None and token in held.covers):
                    _arrive(right(g, answer, a, b), y, add)
        if release and node.token is token:
            node.forget()


def _arrive(p: Any, x: Tensor, add: Add) -> None:
    """Add what a rule gave to what has arrived at an input."""
    if p is not None:  # a custom gradient may pass nothing on
        add(x, fit(p, x))
