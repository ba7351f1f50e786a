"""What a box hands on: of each closed group or pass, the node that stands for it."""

from __future__ import annotations

import numpy as np

from gradstudio.engine.trace import Kind
from gradstudio.graph.model import Graph


def handed_on(whole: Graph, holder: np.ndarray, stacks: list[np.ndarray]) -> np.ndarray:
    """For each group the node that it hands on, -1 for groups that hold nothing by themselves.

    holder: of each node the closed group or folded pass it lies in, -1 where it is drawn itself. stacks: the passes of
    each stack. A group hands on the target, else the last value used outside to which a gradient comes back, else the
    last one used outside, else its last op, else its last node. The passes of a stack hand on the same value each: of
    those that most of them hand on the largest, of equally large ones the last; so it is the state of a recurrent
    network rather than the sum that runs along.
    """
    used = np.zeros(len(whole.record), np.int64)  # 1: outside, 2: and a gradient comes back
    is_out = holder[whole.edge_source] != holder[whole.edge_target]
    used[whole.edge_source[is_out]] = 1
    used[whole.edge_source[is_out & (whole.edge_backward >= 0)]] = 2
    is_op = whole.kind == Kind.OP
    rank = is_op * (1 + used) + whole.is_target * 4
    inside = np.flatnonzero(holder >= 0)
    order = inside[np.lexsort((inside, rank[inside], holder[inside]))]
    out = np.full(len(whole.groups), -1, np.int64)
    out[holder[order]] = order  # the last one of each holder stays

    size = np.zeros(len(holder), np.int64)
    size[whole.edge_source] = whole.edge_elements
    ops = inside[is_op[inside]]
    ops = ops[np.argsort(holder[ops], kind="stable")]
    start = np.searchsorted(holder[ops], np.arange(len(whole.groups) + 1))
    for passes in stacks:
        counts = start[passes + 1] - start[passes]
        if not counts.all():
            continue
        if counts.min() == counts.max():
            places = ops[start[passes][:, None] + np.arange(counts[0])]
            usual = sum((2 * (used[places] >= least).sum(axis=0) >= len(passes)) * 1 for least in (1, 2))
            if usual.any():
                at = np.lexsort((np.arange(counts[0]), size[places].max(axis=0), usual))[-1]
                out[passes] = places[:, at]
        else:
            for g in passes.tolist():
                mine = ops[start[g] : start[g + 1]]
                out[g] = mine[np.lexsort((mine, size[mine], used[mine]))[-1]]
    return out
