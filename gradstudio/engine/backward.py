"""The backward walk: one pass over the tape from its end, without recursion.

Rules return a cotangent in whatever shape broadcasting gave it; here, once, it is summed back to the input's shape,
brought to the input's dtype and added to what has arrived before.

Inside the walk the cotangent of a complex value is the transpose's (dL = Re(sum g dx)), so that one rule serves real
and complex numbers; gradient() gives and takes its conjugate, which is dL/dRe + i dL/dIm.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gradstudio.engine.batched_walk import sweep_batched
from gradstudio.engine.batching import Batched
from gradstudio.engine.plain_sweep import sweep_plainly
from gradstudio.engine.primitive import op
from gradstudio.engine.recorded_walk import sweep_recorded
from gradstudio.engine.shedding import shed_before
from gradstudio.engine.slices import IndexedSlices, Slices
from gradstudio.engine.state import ACTIVE, Token
from gradstudio.engine.sweep_logged import sweep_logged
from gradstudio.engine.sweeping import Arrivals, step
from gradstudio.engine.tensor import Tensor, clean, leaf


def walk(
    nodes: list[Tensor],
    marked: list[Tensor],
    token: Token,
    seeds: list[tuple[Tensor, Any]],
    wanted: list[Tensor],
    release: bool,
    recorded: bool,
    sweep: Any = None,
    rest: list[Tensor] | None = None,
) -> list[Any]:
    """Cotangents of `wanted` (None where nothing arrives) for the given (target, cotangent) seeds.

    nodes, marked: what the tape has recorded, and what it follows besides. release: free each node once it is passed
    (a tape that can be used only once). recorded: run the rules on tensors, so that outer tapes record them. sweep: a
    recorder's log that is told every node and every product. rest: receives the nodes that were not reached, for
    questions about them.
    """
    resumed = _set_aside(nodes, wanted) if ACTIVE.depth else []
    ACTIVE.depth += 1
    add = Arrivals().add
    # A source that an op made is passed on the way; its cotangent must outlive that.
    keep = {id(t) for t in wanted if t.first is not None}
    kept: list[Tensor] = []
    position = len(nodes)
    try:
        for target, g in seeds:
            add(target, g)
            shed_before(target)
        short = ACTIVE.short and sweep is None
        if short:
            is_batched = any([type(g) is Batched for _, g in seeds])
            whole = sweep_recorded if recorded else sweep_batched if is_batched else sweep_plainly
            whole(nodes, token, add, keep, kept, release, rest)
            position = 0
        elif ACTIVE.short and sweep is not None and token in sweep.whole and not recorded:
            sweep_logged(nodes, token, add, keep, kept, release, rest, sweep)
            position = 0
        while position:
            position -= 1
            node = nodes.pop() if release else nodes[position]
            g = node.g
            if g is not None:
                if keep and id(node) in keep:
                    kept.append(node)
                else:
                    node.g = None
                step(node, g, token, add, recorded, sweep)
                if release and node.token is token:
                    node.forget()
            elif rest is not None:
                rest.append(node)
        if sweep is not None:
            for t in marked:
                if t.g is not None:
                    sweep.node(t, t.g)
        return [t.g for t in wanted]
    except BaseException:
        for t in nodes:
            t.g = None
        raise
    finally:
        ACTIVE.depth -= 1
        for t in marked:
            t.g = None
        for t in kept:
            t.g = None
        for target, _ in seeds:
            target.g = None
        for t, g in resumed:
            t.g = g


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


def gradients_of(sources: list[Any], leaves: list[list[Tensor]], found: list[Any]) -> list[Tensor | None]:
    """The gradient of each source: the sum of what was found for its leaves, None where there is nothing to sum."""
    results: list[Tensor | None] = []
    ready = iter(found)
    for x, group in zip(sources, leaves, strict=True):
        total: Any = None
        for _ in group:
            part = next(ready)
            total = part if total is None else total if part is None else total + part
        if total is None or x.dtype.kind not in "fc":
            results.append(None)
        else:
            results.append(as_tensor(op.conj(total) if x.dtype.kind == "c" else total))
    return results


def as_tensor(g: Any) -> Tensor:
    """A finished cotangent as the tensor the caller receives."""
    if type(g) is np.ndarray:
        if g.ndim == 0:
            g = clean(g)
        elif not g.flags.owndata:
            g = g.copy()  # a view would show later changes of what it looks at
    elif isinstance(g, Tensor):
        return g
    elif type(g) is Slices:
        return IndexedSlices(g.values, g.indices, g.shape)
    elif type(g) is Batched:
        g.value  # noqa: B018  (made here, where NumPy's warnings are off)
    elif type(g) is np.float64:
        g = float(g)
    return leaf(g)
