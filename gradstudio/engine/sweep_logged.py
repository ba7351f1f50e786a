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
    reached, cotangents, products, odd, small = log.reached, log.cotangents, log.products, log.odd, log.small
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
        has_both = True  # whether each input that is a tensor gets a product
        try:
            if kind is not float and kind is not ndarray:
                pass
            elif y is ALONE:  # the tape follows x, or the node were not on it
                a = x.value
                if type(a) is kind:
                    rule = row.vjps[0]  # type: ignore[index]
                    if rule is not None:
                        p = rule(g, node.value, a)
            elif type(y) is float:
                a = x.value
                if type(a) is kind:
                    rule = row.vjps[0]  # type: ignore[index]
                    if rule is not None:
                        p = g * y if row is multiply else g if row is plus else rule(g, node.value, a, y)
            elif type(y) is not Details:
                into_x = into_y = False
                a, b = x, y
                if type(y) is Tensor:
                    b = y.value
                    held = y.token
                    into_y = held is token or (held is not None and token in held.covers)
                    has_both = into_y
                if type(x) is Tensor:
                    a = x.value
                    held = x.token
                    into_x = held is token or (held is not None and token in held.covers)
                    has_both = has_both and into_x
                if (type(a) is kind or (not into_x and (type(a) is float or type(a) is int))) and (
                    type(b) is kind or (not into_y and (type(b) is float or type(b) is int))
                ):
                    left, right = row.vjps  # type: ignore[misc]
                    if into_x and left is not None:
                        p = g * b if row is multiply else g if row is plus else left(g, node.value, a, b)
                    if into_y and right is not None:
                        q = g * a if row is multiply else g if row is plus else right(g, node.value, a, b)
                    if (into_x and type(p) is not kind) or (into_y and type(q) is not kind):
                        p = q = None
        except (ArithmeticError, ValueError):
            p = q = None  # e.g. a division by zero, which NumPy answers with an infinity
        if (p is None and q is None) or (p is not None and type(p) is not kind):
            step(node, g, token, add, False, log)
        else:
            if not has_both:
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
                    products.append(p if p.size <= small else told(p))
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
                    products.append(q if q.size <= small else told(q))
                    if y.g is None:
                        y.g = q
                    else:
                        add(y, q)
        if release and node.token is token:
            node.first = None
            node.second = ALONE
