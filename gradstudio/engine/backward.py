"""The backward walk: one pass over the tape from its end, without recursion.

Rules return a cotangent in whatever shape broadcasting gave it; here, once, it is summed back to the input's shape,
brought to the input's dtype and added to what has arrived before.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gradstudio.engine import shapes
from gradstudio.engine.dispatch import follows
from gradstudio.engine.primitive import op
from gradstudio.engine.state import ACTIVE
from gradstudio.engine.tensor import Tensor, leaf, raw


def walk(
    nodes: list[Tensor],
    token: object,
    seeds: list[tuple[Tensor, Any]],
    wanted: list[Tensor],
    release: bool,
    recorded: bool,
    sweep: Any = None,
) -> list[Any]:
    """Cotangents of `wanted` (None where nothing arrives) for the given (target, cotangent) seeds.

    release: free each node once it is passed (a tape that can be used only once). recorded: run the rules on tensors,
    so that outer tapes record them. sweep: a recorder's log that is told every node and every product.
    """
    resumed = _set_aside(nodes, wanted) if ACTIVE.depth else []
    ACTIVE.depth += 1
    touched: list[Tensor] = []
    owned: set[int] = set()
    keep = {id(t) for t in wanted}
    kept: list[Tensor] = []
    try:
        for target, g in seeds:
            _arrive(target, g, touched, owned)
        position = len(nodes)
        while position:
            position -= 1
            node = nodes[position]
            if release:
                nodes.pop()
            g = node.g
            if g is not None:
                if sweep is not None:
                    sweep.node(node, g)
                row = node.op
                assert row is not None
                inputs = node.inputs
                values = inputs if recorded else None
                for slot, x in enumerate(inputs):
                    if type(x) is not Tensor or x.token is None or not follows(x.token, token):
                        continue
                    if type(x.value) is not float and x.value.dtype.kind not in "fc":
                        continue
                    rule = row.vjp(slot)
                    if rule is None:
                        if sweep is not None:
                            sweep.stop(node)
                        continue
                    if values is None:
                        values = tuple([raw(v) for v in inputs])
                    product = _fit(rule(g, node if recorded else raw(node), *values, **node.params), x)
                    if sweep is not None:
                        sweep.edge(node, slot, product)
                    _arrive(x, product, touched, owned)
                if id(node) in keep:
                    kept.append(node)
                else:
                    node.g = None
            if release and node.token is token:
                node.inputs = ()
        if sweep is not None:
            for t in touched:
                if t.op is None:
                    sweep.node(t, t.g)
        return [t.g for t in wanted]
    finally:
        ACTIVE.depth -= 1
        for t in touched:
            t.g = None
        for t in kept:
            t.g = None
        for target, _ in seeds:
            target.g = None
        for t in nodes if ACTIVE.depth else ():
            t.g = None
        for t, g in resumed:
            t.g = g


def _arrive(t: Tensor, g: Any, touched: list[Tensor], owned: set[int]) -> None:
    """Add one more cotangent to a node; in place where the sum so far is ours alone."""
    before = t.g
    if before is None:
        t.g = g
        if t.op is None:
            touched.append(t)
    elif type(before) is np.ndarray and type(g) is np.ndarray and id(t) in owned:
        np.add(before, g, out=before)
    else:
        t.g = before + g
        if type(t.g) is np.ndarray:
            owned.add(id(t))


def _fit(g: Any, x: Tensor) -> Any:
    """Undo broadcasting and promotion: shape and dtype of the cotangent become those of x."""
    if type(x.value) is float:
        if type(g) is float:
            return g
        if isinstance(g, Tensor):
            if g.shape:
                g = op.sum(g)
            return g if g.dtype == np.float64 else op.cast(g, dtype=np.float64)
        return float(g if np.ndim(g) == 0 else np.sum(g))
    want, have = x.value.shape, shapes.shape(g)
    if have != want:
        extra = len(have) - len(want)
        if extra > 0:
            g = op.sum(g, axis=tuple(range(extra)))
        thin = tuple(i for i, n in enumerate(want) if n == 1 and shapes.shape(g)[i] != 1) if extra >= 0 else ()
        if thin:
            g = op.sum(g, axis=thin, keepdims=True)
        if shapes.shape(g) != want:
            g = op.broadcast_to(g, shape=want)
    dtype = x.value.dtype
    if getattr(g, "dtype", None) != dtype:
        if dtype.kind == "f" and np.dtype(getattr(g, "dtype", float)).kind == "c":
            g = op.real(g)
        g = op.cast(g, dtype=dtype)
    return g


def _set_aside(nodes: list[Tensor], wanted: list[Tensor]) -> list[tuple[Tensor, Any]]:
    """A sweep inside another one's rule: the outer's cotangents wait."""
    held: list[tuple[Tensor, Any]] = []
    seen: set[int] = set()
    for t in [*nodes, *wanted, *[x for node in nodes for x in node.inputs if type(x) is Tensor]]:
        if t.g is not None and id(t) not in seen:
            seen.add(id(t))
            held.append((t, t.g))
            t.g = None
    return held


def as_tensor(g: Any) -> Tensor:
    """A finished cotangent as the tensor the caller receives."""
    if isinstance(g, Tensor):
        return g
    if type(g) is np.float64 or (type(g) is np.ndarray and g.ndim == 0):
        g = float(g) if g.dtype == np.float64 else g[()]
    elif type(g) is np.ndarray and not g.flags.owndata:
        g = g.copy()
    return leaf(g)
