"""Backward passes whose rules run on tensors, so that outer tapes record them: derivatives of derivatives."""

from __future__ import annotations

from typing import Any

from gradstudio.engine.fitting import fit
from gradstudio.engine.state import Token
from gradstudio.engine.sweeping import Add, step
from gradstudio.engine.tensor import ALONE, Details, Tensor


def step_recorded(node: Tensor, g: Any, token: Token, add: Add) -> None:
    """step() on tensors, for outer tapes that record the rules."""
    x = node.first
    y = node.second
    rules = node.op.vjps  # type: ignore[union-attr]
    if type(y) is Details or type(g) is not Tensor:
        step(node, g, token, add, True)
    elif y is ALONE:
        if (rule := rules[0]) is not None:  # type: ignore[index]
            _arrive(rule(g, node, x), x)
    else:
        left, right = rules  # type: ignore[misc]
        if left is not None and type(x) is Tensor:
            held = x.token
            if held is token or (held is not None and token in held.covers):
                _arrive(left(g, node, x, y), x)
        if right is not None and type(y) is Tensor:
            held = y.token
            if held is token or (held is not None and token in held.covers):
                _arrive(right(g, node, x, y), y)


def _arrive(p: Any, x: Tensor) -> None:
    """Add what a rule gave to what has arrived at an input."""
    if type(p) is not Tensor or type(p.value) is not float or type(x.value) is not float:
        if p is None:  # a custom gradient that passes nothing on
            return
        p = fit(p, x)
    before = x.g
    x.g = p if before is None else before + p
