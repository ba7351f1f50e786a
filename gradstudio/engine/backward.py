"""The backward walk: one pass over the tape from its end, without recursion.

Rules return a cotangent in whatever shape broadcasting gave it; here, once, it is summed back to the input's shape,
brought to the input's dtype and added to what has arrived before.

Inside the walk the cotangent of a complex value is the transpose's (dL = Re(sum g dx)), so that one rule serves real
and complex numbers; gradient() gives and takes its conjugate, which is dL/dRe + i dL/dIm.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gradstudio.engine import shapes
from gradstudio.engine.backends import host
from gradstudio.engine.batching import Batched
from gradstudio.engine.dispatch import follows
from gradstudio.engine.primitive import Primitive, op
from gradstudio.engine.slices import IndexedSlices, Slices
from gradstudio.engine.state import ACTIVE
from gradstudio.engine.tensor import ALONE, NO_PARAMS, SEVERAL, Tensor, clean, leaf, raw


def walk(
    nodes: list[Tensor],
    token: object,
    seeds: list[tuple[Tensor, Any]],
    wanted: list[Tensor],
    release: bool,
    recorded: bool,
    sweep: Any = None,
    rest: list[Tensor] | None = None,
) -> list[Any]:
    """Cotangents of `wanted` (None where nothing arrives) for the given (target, cotangent) seeds.

    release: free each node once it is passed (a tape that can be used only once). recorded: run the rules on tensors,
    so that outer tapes record them. sweep: a recorder's log that is told every node and every product. rest: receives
    the nodes that were not reached, for questions about them.
    """
    resumed = _set_aside(nodes, wanted) if ACTIVE.depth else []
    ACTIVE.depth += 1
    arrivals = _Arrivals()
    add = arrivals.add
    plain = not recorded and sweep is None
    # A source that an op made is passed on the way; its cotangent must outlive that.
    keep = {id(t) for t in wanted if t.first is not None}
    kept: list[Tensor] = []
    position = len(nodes)
    try:
        for target, g in seeds:
            add(target, g)
        while position:
            position -= 1
            node = nodes.pop() if release else nodes[position]
            g = node.g
            if g is not None:
                if keep and id(node) in keep:
                    kept.append(node)
                else:
                    node.g = None
                if not (plain and type(g) is float and _scalar_step(node, g, token, add)):
                    _step(node, g, token, add, recorded, sweep)
                if release and node.token is token:
                    node.first = None
                    node.second = ALONE
            elif rest is not None:
                rest.append(node)
        if sweep is not None:
            for t in arrivals.leaves:
                if t.g is not None:
                    sweep.node(t, t.g)
        return [t.g for t in wanted]
    except BaseException:
        for t in nodes:
            t.g = None
        raise
    finally:
        ACTIVE.depth -= 1
        for t in arrivals.leaves:
            t.g = None
        for t in kept:
            t.g = None
        for target, _ in seeds:
            target.g = None
        for t, g in resumed:
            t.g = g


class _Arrivals:
    """Adds cotangents up, in place where the sum so far belongs to the walk alone."""

    __slots__ = ("_owned", "leaves")

    def __init__(self) -> None:
        self.leaves: list[Tensor] = []  # reached, but not passed by this walk
        self._owned: set[int] = set()

    def add(self, t: Tensor, g: Any) -> None:
        before = t.g
        if before is None:
            t.g = g
            if t.first is None or type(t.token) is tuple:
                self.leaves.append(t)
        elif type(before) is float and type(g) is float:
            t.g = before + g
        elif type(before) is np.ndarray and type(g) is np.ndarray and id(t) in self._owned:
            np.add(before, g, out=before)
        else:
            t.g = before + g
            if type(t.g) is np.ndarray:
                self._owned.add(id(t))


def _scalar_step(node: Tensor, g: float, token: object, add: Any) -> bool:
    """Pass a float cotangent through an op of one or two floats; False where the long way is needed."""
    row: Primitive = node.op  # type: ignore[assignment]
    rules = row.vjps
    x, y = node.first, node.second
    if node.params is not NO_PARAMS or y is SEVERAL or type(rules) is not tuple:
        return False
    through_x = through_y = False
    if type(x) is Tensor:
        through_x = x.token is token
        if not through_x and type(x.token) is tuple:
            return False
        a = x.value
    else:
        a = x
    if type(a) is not float and type(x) is not int:
        return False
    try:
        if y is ALONE:
            rule = rules[0]
            if through_x and rule is not None:
                product = rule(g, node.value, a)
                if type(product) is not float:
                    return False
                add(x, product)
            return True
        if type(y) is Tensor:
            through_y = y.token is token
            if not through_y and type(y.token) is tuple:
                return False
            b = y.value
        else:
            b = y
        if type(b) is not float and type(y) is not int:
            return False
        into_x = into_y = None
        if through_x:
            rule = rules[0]
            if rule is not None:
                into_x = rule(g, node.value, a, b)
                if type(into_x) is not float:
                    return False
        if through_y:
            rule = rules[1]
            if rule is not None:
                into_y = rule(g, node.value, a, b)
                if type(into_y) is not float:
                    return False
    except (ArithmeticError, ValueError):
        return False  # e.g. a division by zero, which NumPy answers with an infinity
    if into_x is not None:
        add(x, into_x)
    if into_y is not None:
        add(y, into_y)
    return True


def _step(node: Tensor, g: Any, token: object, add: Any, recorded: bool, sweep: Any) -> None:
    """Pass any cotangent through any op."""
    if sweep is not None:
        sweep.node(node, g)
    row = node.op
    assert row is not None
    inputs = node.inputs
    values = inputs if recorded else None
    if type(g) is float:
        g = np.float64(g)
    elif type(g) is Slices:
        g = g.dense()
    for slot, x in enumerate(inputs):
        if type(x) is not Tensor or not (x.token is token or (type(x.token) is tuple and follows(x.token, token))):
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
        product = rule(g, node if recorded else raw(node), *values, **node.params)
        if product is None:  # a custom gradient that passes nothing on
            continue
        product = _fit(product, x)
        if sweep is not None:
            sweep.edge(node, slot, product)
        add(x, product)


def _fit(g: Any, x: Tensor) -> Any:
    """Undo broadcasting and promotion: shape and dtype of the cotangent become those of x."""
    value = x.value
    if type(g) is np.ndarray is type(value) and g.dtype == value.dtype and g.shape == value.shape:
        return g
    if type(g) is Slices:
        if type(value) is not Batched and type(g.values) is not Batched:
            return g.cast(value.dtype)
        g = g.dense()
    if type(g) is Batched or type(value) is Batched or (type(g) is Tensor and type(g.value) is Batched):
        g = _out_of_closed_batches(g, value)
    if type(value) is float:
        if type(g) is float:
            return g
        if isinstance(g, Tensor | Batched):
            if g.dtype.kind == "c":
                g = op.real(g)
            if g.shape:
                g = op.sum(g)
            return g if g.dtype == np.float64 else op.cast(g, dtype=np.float64)
        total = np.real(host(g))
        return float(total if np.ndim(total) == 0 else np.sum(total))
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
        if dtype.kind == "f" and getattr(g, "dtype", dtype).kind == "c":
            g = op.real(g)  # a real number moves along the real axis only
        g = op.cast(g, dtype=dtype)
    return g


def _out_of_closed_batches(g: Any, value: Any) -> Any:
    """Sum a cotangent over batches (of a vmap that is over) which the value that it belongs to was no part of."""
    own = set(_levels(value))
    for level in _levels(raw(g)):
        if level not in own and level not in ACTIVE.levels:
            size = _batch_size(raw(g), level)
            g = op.sum(op.unbatch(g, level=level, size=size), axis=0)
    return g


def _levels(value: Any) -> list[int]:
    found = []
    while type(value) is Batched:
        found.append(value.level)
        value = value.value
    return found


def _batch_size(value: Any, level: int) -> int:
    depth = 0
    while value.level != level:
        value, depth = value.value, depth + 1
    size: int = value.value.shape[depth]
    return size


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
    if type(g) is Slices:
        return IndexedSlices(g.values, g.indices, g.shape)
    if type(g) is np.float64:
        g = float(g)
    elif type(g) is np.ndarray and g.ndim == 0:
        g = clean(g)
    elif type(g) is np.ndarray and not g.flags.owndata:
        g = g.copy()  # a view would show later changes of what it looks at
    return leaf(g)
