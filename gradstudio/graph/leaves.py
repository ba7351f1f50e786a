"""Where leaves belong: beside what uses them, in the innermost group that holds all of it."""

from __future__ import annotations

import numpy as np

from gradstudio.graph.likeness import Ops, Runs
from gradstudio.graph.tree import Tree

_CHAIN = 4
"""Looks at looks that are followed: W[0][1].T"""
_SLOTS = 1 << 20
"""More than an op has inputs."""
_FAR = 8
"""How far away another pass of the same form is looked for."""


def views(is_op: np.ndarray, is_shaping: np.ndarray, source: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Which nodes are only another look at leaves: W[k], W.T. source, target: the edges between nodes."""
    found = np.zeros(len(is_op), bool)
    for _ in range(_CHAIN):
        from_elsewhere = np.zeros(len(is_op), bool)
        from_elsewhere[target[is_op[source] & ~found[source]]] = True
        has_input = np.zeros(len(is_op), bool)
        has_input[target] = True
        now = is_shaping & has_input & ~from_elsewhere
        if (now == found).all():
            break
        found = now
    return found


def beside_readers(
    tree: Tree, group: np.ndarray, is_leaf: np.ndarray, is_view: np.ndarray, source: np.ndarray, target: np.ndarray
) -> np.ndarray:
    """The group of each node, where leaves and looks at leaves have moved to those who use them.

    A look moves inwards only. What nothing uses stays.
    """
    out = group.astype(np.int64)
    used = np.zeros(len(group), bool)
    used[source] = True
    looks = np.flatnonzero(is_view & used)
    for _ in range(_CHAIN if len(looks) else 0):
        rows = is_view[source]
        shared = tree.common(source[rows], out[target[rows]], len(group))[looks]
        depth = tree.depth[group[looks]]
        goes = tree.depth[shared] > depth
        out[looks[goes]] = shared[goes]
    # Inwards means below where it was made.
    for node in looks[out[looks] != group[looks]].tolist():
        above = int(out[node])
        while tree.depth[above] > tree.depth[group[node]]:
            above = int(tree.parent[above])
        if above != group[node]:
            out[node] = group[node]
    rows = is_leaf[source]
    shared = tree.common(source[rows], out[target[rows]], len(group))
    moving = is_leaf & used
    out[moving] = shared[moving]
    return out


def handed_over(
    tree: Tree,
    found: Runs,
    ops: Ops,
    is_pass: np.ndarray,
    group: np.ndarray,
    rank: np.ndarray,
    source: np.ndarray,
    target: np.ndarray,
    slot: np.ndarray,
    is_leaf: np.ndarray,
) -> None:
    """Move a leaf out of a run where the other members take a value from before them instead: the first state of a
    recurrent network, the data that enter the first of equal layers. Changes `group`.

    rank: the op that each node is, -1 for leaves. source, target, slot: the edges between nodes.
    """
    if not (found.run >= 0).any():
        return
    in_run = np.append(found.run >= 0, False)
    below = in_run.copy()  # lies in a run, itself or with something around it
    for g in np.argsort(tree.depth[:-1], kind="stable").tolist():
        below[g] |= below[tree.parent[g]]
    keys = ops.reader.astype(np.int64) * _SLOTS + ops.slot
    inputs = dict(zip(keys.tolist(), ops.source.tolist(), strict=True))
    own = tree.total(np.bincount(np.where(group < 0, len(below) - 1, group)[is_leaf], minlength=len(below)))
    rows = np.flatnonzero(is_leaf[source] & below[group[source]])
    for leaf, reader, at in zip(source[rows].tolist(), rank[target[rows]].tolist(), slot[rows].tolist(), strict=True):
        g = int(group[leaf])
        while g >= 0:
            if in_run[g]:
                other = _alike(found, g)
                if other >= 0:
                    place = reader - int(found.first[g])
                    taken = inputs.get((int(found.first[other]) + place) * _SLOTS + at, -1) if place >= 0 else -1
                    is_handed = 0 <= taken < found.first[other] and not ops.is_view[taken]
                else:
                    is_handed = not own[max(found.following[g], found.before[g])]
                if is_handed:
                    above = int(tree.parent[g])
                    group[leaf] = int(tree.parent[above]) if is_pass[g] and above >= 0 else above
            g = int(tree.parent[g])


def _alike(found: Runs, g: int) -> int:
    """The nearest member of the same run with the same form, -1 if there is none close by."""
    for way in (found.following, found.before):
        other = int(way[g])
        for _ in range(_FAR):
            if other < 0:
                break
            if found.form[other] == found.form[g]:
                return other
            other = int(way[other])
    return -1
