"""The whole of a backward pass that a recorder listens to: as sweep_plainly(), and a log gets every number.

It serves tapes of which every node and leaf is a record. A log then knows which product went where without being told:
for a node that is passed here each input that is a tensor gets one, the first input first, unless `odd` says otherwise.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gradstudio.engine.fitting import fit
from gradstudio.engine.primitive import TABLE, Primitive
from gradstudio.engine.state import Token
from gradstudio.engine.sweeping import Add, step
from gradstudio.engine.sweeplog import SweepLog, told
from gradstudio.engine.tensor import ALONE, Details, Tensor


def sweep_logged(
    nodes: list[Tensor],
    token: Token,
    add: Add,
    keep: set[int],
    kept: list[Tensor],
    release: bool,
    rest: list[Tensor] | None,
    log: SweepLog,
) -> None:
    """Pass every node that has a cotangent, from the end; the words are those of walk() in backward.py."""
    ndarray = np.ndarray
    multiply, plus = TABLE["multiply"], TABLE["add"]
    stack = nodes if release else nodes.copy()
    reached, cotangents, products, odd = log.reached, log.cotangents, log.products, log.odd
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
        try:
            if kind is not float and kind is not ndarray:
                pass
            elif y is ALONE or type(y) is float:  # the tape follows x, or the node were not on it
                a = x.value
                rule = row.vjps[0]  # type: ignore[index]
                if type(a) is kind and rule is not None:
                    if row is multiply:  # written out, because most programs multiply and add
                        p = g * y
                    elif row is plus:
                        p = g
                    elif y is ALONE:
                        p = rule(g, node.value, a)
                    else:
                        p = rule(g, node.value, a, y)
                    if type(p) is not kind:
                        p = None
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
                left, right = row.vjps  # type: ignore[misc]
                if (type(a) is kind or (not into_x and (type(a) is float or type(a) is int))) and (
                    type(b) is kind or (not into_y and (type(b) is float or type(b) is int))
                ):
                    if into_x and left is not None:
                        p = g * b if row is multiply else g if row is plus else left(g, node.value, a, b)
                    if into_y and right is not None:
                        q = g * a if row is multiply else g if row is plus else right(g, node.value, a, b)
                    if (into_x and type(p) is not kind) or (into_y and type(q) is not kind):
                        p = q = None
        except (ArithmeticError, ValueError):
            p = q = None  # e.g. a division by zero, which NumPy answers with an infinity
        if p is None and q is None:
            step(node, g, token, add, False, log)
        else:
            if y is not ALONE and type(x) is Tensor and type(y) is Tensor and (p is None or q is None):
                odd[len(reached)] = [(1, y) if p is None else (0, x)]
            reached.append(node)
            cotangents.append(g)
            if p is not None:
                if kind is float:
                    products.append(p)
                    before = x.g
                    x.g = p if before is None else before + p
                else:
                    if p.dtype is not a.dtype or p.shape != a.shape:
                        p = fit(p, x)
                    products.append(told(p))
                    if x.g is None:
                        x.g = p
                    else:
                        add(x, p)
            if q is not None:
                if kind is float:
                    products.append(q)
                    before = y.g
                    y.g = q if before is None else before + q
                else:
                    if q.dtype is not b.dtype or q.shape != b.shape:
                        q = fit(q, y)
                    products.append(told(q))
                    if y.g is None:
                        y.g = q
                    else:
                        add(y, q)
        if release and node.token is token:
            node.first = None
            node.second = ALONE
