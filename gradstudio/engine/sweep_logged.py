"""The whole of a backward pass that a recorder listens to: as sweep_plainly(), and a log gets every number.

It serves tapes of which every node and leaf is a record. A log then knows which product went where without being told:
for a node that is passed here each input that is a tensor gets one, the first input first, unless `odd` says otherwise.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gradstudio.engine.fitting import fit
from gradstudio.engine.primitive import TABLE
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
    ndarray, number, tensor, alone = np.ndarray, float, Tensor, ALONE  # what is local is found sooner
    written = [TABLE[name] for name in ("multiply", "add", "subtract")]
    product, total, difference = [row if row.flows else None for row in written]  # a program may take its rules away
    reached, cotangents, products, odd, small = log.reached, log.cotangents, log.products, log.odd, log.small
    reach, gather, flow = reached.append, cotangents.append, products.append
    is_kept = bool(keep)
    released = token if release else None
    stack = nodes if release else nodes.copy()
    pop = stack.pop
    a: Any
    b: Any
    p: Any
    q: Any
    while stack:
        node = pop()
        g = node.g
        if g is None:
            if rest is not None:
                rest.append(node)
            continue
        if is_kept and id(node) in keep:
            kept.append(node)
        else:
            node.g = None
        row: Any = node.op
        x = node.first
        y = node.second
        if node.token is released:  # what follows has its inputs in hand
            node.first = None
            node.second = alone
        kind = type(y)
        try:
            if type(g) is number:
                if y is alone or kind is number or kind is int:  # the tape follows x, or the node were not on it
                    a = x.value
                    if type(a) is number:
                        if row is product:
                            p = g * y
                        elif row is total or row is difference:
                            p = g
                        else:
                            rule = row.rules_on_floats[0]
                            p = rule and (rule(g, node.value, a) if y is alone else rule(g, node.value, a, y))
                        if type(p) is number:
                            reach(node)
                            gather(g)
                            flow(p)
                            before = x.g
                            x.g = p if before is None else before + p
                            continue
                elif kind is tensor:
                    b = y.value
                    held = y.token
                    into_y = held is token or (held is not None and token in held.covers)
                    if type(x) is tensor:
                        a = x.value
                        held = x.token
                        into_x = held is token or (held is not None and token in held.covers)
                        has_both = into_x and into_y  # whether each input that is a tensor gets a product
                    else:
                        a = x
                        into_x = False
                        has_both = into_y
                    if type(b) is number and (type(a) is number or type(x) is int):
                        if row is product:
                            p = g * b
                            q = g * a
                        elif row is total:
                            p = q = g
                        elif row is difference:
                            p = g
                            q = -g
                        else:
                            left, right = row.rules_on_floats
                            p = left(g, node.value, a, b) if into_x and left is not None else None
                            q = right(g, node.value, a, b) if into_y and right is not None else None
                        if (not into_x or type(p) is number) and (not into_y or type(q) is number):
                            if not has_both:
                                odd[len(reached)] = [(0, x)] if into_x else [(1, y)]
                            reach(node)
                            gather(g)
                            if into_x:
                                flow(p)
                                before = x.g
                                x.g = p if before is None else before + p
                            if into_y:
                                flow(q)
                                before = y.g
                                y.g = q if before is None else before + q
                            continue
            elif type(g) is ndarray and kind is not Details:
                if y is alone:
                    a = x.value
                    if type(a) is ndarray and (rule := row.rules_on_arrays[0]) is not None:
                        p = rule(g, node.value, a)
                        if type(p) is ndarray:
                            if p.dtype is not a.dtype or p.shape != a.shape:
                                p = fit(p, x)
                            reach(node)
                            gather(g)
                            flow(p if p.size <= small else told(p))
                            if x.g is None:
                                x.g = p
                            else:
                                add(x, p)
                            continue
                else:
                    b = y
                    into_x = into_y = False
                    has_both = True
                    if kind is tensor:
                        b = y.value
                        held = y.token
                        has_both = into_y = held is token or (held is not None and token in held.covers)
                    a = x
                    if type(x) is tensor:
                        a = x.value
                        held = x.token
                        into_x = held is token or (held is not None and token in held.covers)
                        has_both = has_both and into_x
                    is_ready = (type(a) is ndarray or (not into_x and (type(a) is number or type(a) is int))) and (
                        type(b) is ndarray or (not into_y and (type(b) is number or type(b) is int))
                    )
                    if is_ready:
                        p = q = None
                        if row is product:
                            if into_x:
                                p = g * b
                            if into_y:
                                q = g * a
                        elif row is total or row is difference:
                            p = g
                            q = g if row is total else -g
                        else:
                            left, right = row.rules_on_arrays if type(a) is type(b) else row.vjps
                            if into_x and left is not None:
                                p = left(g, node.value, a, b)
                            if into_y and right is not None:
                                q = right(g, node.value, a, b)
                        if (not into_x or type(p) is ndarray) and (not into_y or type(q) is ndarray):
                            if not has_both:
                                odd[len(reached)] = [(0, x)] if into_x else [(1, y)]
                            reach(node)
                            gather(g)
                            if into_x:
                                if p.dtype is not a.dtype or p.shape != a.shape:
                                    p = fit(p, x)
                                flow(p if p.size <= small else told(p))
                                if x.g is None:
                                    x.g = p
                                else:
                                    add(x, p)
                            if into_y:
                                if q.dtype is not b.dtype or q.shape != b.shape:
                                    q = fit(q, y)
                                is_told = into_x and q is p  # as that of a sum is
                                flow(q if q.size <= small else products[-1] if is_told else told(q))
                                if y.g is None:
                                    y.g = q
                                else:
                                    add(y, q)
                            continue
        except (ArithmeticError, ValueError):
            pass  # e.g. a division by zero, which NumPy answers with an infinity
        node.first = x
        node.second = y
        step(node, g, token, add, False, log)
        if node.token is released:
            node.forget()
