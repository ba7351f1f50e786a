"""The whole of a backward pass over Python floats and NumPy arrays that nobody records or watches: the usual one.

What takes time there is not the arithmetic but looking things up and calling, so the frequent cases are passed in
place: sums, differences and products are written out, and the rules of other ops are those that raw_rules.py made for
values of one kind. Everything else goes through `step`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gradstudio.engine.fitting import fit
from gradstudio.engine.primitive import TABLE
from gradstudio.engine.state import Token
from gradstudio.engine.sweeping import Add, step
from gradstudio.engine.tensor import ALONE, Details, Tensor

_SMALL = 1 << 10
"""Up to how many elements a new array costs no more than adding in place, and than asking whether that is allowed."""


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
    ndarray, number, tensor, alone = np.ndarray, float, Tensor, ALONE  # what is local is found sooner
    written = [TABLE[name] for name in ("multiply", "add", "subtract")]
    product, total, difference = [row if row.flows else None for row in written]  # a program may take its rules away
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
        try:
            if type(g) is number:
                if y is alone:  # the tape follows x, or the node were not on it
                    a = x.value
                    if type(a) is number and (rule := row.rules_on_floats[0]) is not None:
                        p = rule(g, node.value, a)
                        if type(p) is number:
                            before = x.g
                            x.g = p if before is None else before + p
                            continue
                        if p is None:
                            continue
                elif (kind := type(y)) is tensor:
                    if node.token is released:
                        node.second = alone
                    b = y.value
                    if type(x) is tensor:
                        a = x.value
                        held = x.token
                        into_x = held is token or (held is not None and token in held.covers)
                    else:
                        a = x
                        into_x = False
                    held = y.token
                    into_y = held is token or (held is not None and token in held.covers)
                    if type(b) is number and (type(a) is number or type(x) is int):
                        if row is product:
                            if into_x:
                                before = x.g
                                x.g = g * b if before is None else before + g * b
                            if into_y:
                                before = y.g
                                y.g = g * a if before is None else before + g * a
                            continue
                        if row is total:
                            p = q = g
                        elif row is difference:
                            p = g
                            q = -g
                        else:
                            left, right = row.rules_on_floats
                            p = left(g, node.value, a, b) if into_x and left is not None else None
                            q = right(g, node.value, a, b) if into_y and right is not None else None
                        if (p is None or type(p) is number) and (q is None or type(q) is number):
                            if into_x and p is not None:
                                before = x.g
                                x.g = p if before is None else before + p
                            if into_y and q is not None:
                                before = y.g
                                y.g = q if before is None else before + q
                            continue
                elif kind is number or kind is int:
                    before = x.g
                    if row is product:
                        x.g = g * y if before is None else before + g * y
                        continue
                    if row is total or row is difference:
                        x.g = g if before is None else before + g
                        continue
                    a = x.value
                    if type(a) is number:
                        rule = row.rules_on_floats[0]
                        p = None if rule is None else rule(g, node.value, a, y)
                        if p is None:
                            continue
                        if type(p) is number:
                            x.g = p if before is None else before + p
                            continue
            elif type(g) is ndarray:
                kind = type(y)
                if y is alone:
                    a = x.value
                    if type(a) is ndarray and (rule := row.rules_on_arrays[0]) is not None:
                        p = rule(g, node.value, a)
                        if p is None:
                            continue
                        if type(p) is ndarray:
                            if p.dtype is not a.dtype or (row.batch != "elementwise" and p.shape != a.shape):
                                p = fit(p, x)
                            before = x.g
                            if before is None:
                                x.g = p
                            elif type(before) is ndarray and p.size < _SMALL:
                                x.g = before + p
                            else:
                                add(x, p)
                            continue
                elif (
                    (kind is number or kind is int)
                    and (row is product or row is total or row is difference)
                    and type(x.value) is ndarray
                ):
                    # A number changes neither shape nor dtype.
                    p = g * y if row is product else g
                    before = x.g
                    if before is None:
                        x.g = p
                    elif type(before) is ndarray and p.size < _SMALL:
                        x.g = before + p
                    else:
                        add(x, p)
                    continue
                elif kind is not Details:
                    if node.token is released:
                        node.second = alone
                    if kind is tensor:
                        b = y.value
                        held = y.token
                        into_y = held is token or (held is not None and token in held.covers)
                    else:
                        b = y
                        into_y = False
                    if type(x) is tensor:
                        a = x.value
                        held = x.token
                        into_x = held is token or (held is not None and token in held.covers)
                    else:
                        a = x
                        into_x = False
                    is_ready = (type(a) is ndarray or (not into_x and (type(a) is number or type(a) is int))) and (
                        type(b) is ndarray or (not into_y and (type(b) is number or type(b) is int))
                    )
                    if is_ready:
                        p = q = None
                        is_alike = False  # whether p and q are like x and y
                        if row is product or row is total or row is difference:
                            is_alike = type(a) is type(b) and a.dtype is b.dtype and a.shape == b.shape
                            if row is product:
                                if into_x:
                                    p = g * b
                                if into_y:
                                    q = g * a
                            else:
                                p = g
                                q = g if row is total else -g
                        else:
                            left, right = row.rules_on_arrays if type(a) is type(b) else row.vjps
                            if into_x and left is not None:
                                p = left(g, node.value, a, b)
                            if into_y and right is not None:
                                q = right(g, node.value, a, b)
                        if (p is None or type(p) is ndarray) and (q is None or type(q) is ndarray):
                            if into_x and p is not None:
                                if not is_alike and (p.dtype is not a.dtype or p.shape != a.shape):
                                    p = fit(p, x)
                                before = x.g
                                if before is None:
                                    x.g = p
                                elif type(before) is ndarray and p.size < _SMALL:
                                    x.g = before + p
                                else:
                                    add(x, p)
                            if into_y and q is not None:
                                if not is_alike and (q.dtype is not b.dtype or q.shape != b.shape):
                                    q = fit(q, y)
                                before = y.g
                                if before is None:
                                    y.g = q
                                elif type(before) is ndarray and q.size < _SMALL:
                                    y.g = before + q
                                else:
                                    add(y, q)
                            continue
        except (ArithmeticError, ValueError):
            pass  # e.g. a division by zero, which NumPy answers with an infinity
        node.first = x
        node.second = y
        step(node, g, token, add)
        if node.token is released:
            node.forget()
