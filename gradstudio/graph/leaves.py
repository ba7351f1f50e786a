"""Where leaves belong: beside what uses them, in the innermost group that holds all of it."""

from __future__ import annotations

import numpy as np

from gradstudio.graph.likeness import Ops, Runs
from gradstudio.graph.nodes import Nodes
from gradstudio.graph.tree import Tree

_CHAIN = 4
"""Looks at looks that are followed: W[0][1].T"""
_SLOTS = 1 << 20
"""More than an op has inputs."""
_FAR = 8
"""How far away another pass of the same form is looked for."""


def views(nodes: Nodes) -> np.ndarray:
    """Which nodes are only another look at leaves: W[k], W.T (bool, n)."""
    real = nodes.source >= 0
    source, target = nodes.source[real], nodes.reader[real]
    has_input = np.zeros(len(nodes.ids), bool)
    has_input[target] = True
    found = np.zeros(len(nodes.ids), bool)
    for _ in range(_CHAIN):
        from_elsewhere = np.zeros(len(found), bool)
        from_elsewhere[target[nodes.is_op[source] & ~found[source]]] = True
        now = nodes.is_shaping & has_input & ~from_elsewhere
        if (now == found).all():
            break
        found = now
    return found


def beside_readers(tree: Tree, nodes: Nodes, is_view: np.ndarray, group: np.ndarray) -> np.ndarray:
    """The group of each node, where leaves and looks at leaves have moved to those who use them.

    A look moves inwards only. What nothing uses stays. group: the scope each was made in.
    """
    real = nodes.source >= 0
    source, target = nodes.source[real], nodes.reader[real]
    out = group.copy()
    used = np.zeros(len(group), bool)
    used[source] = True
    looks = np.flatnonzero(is_view & used)
    rows = is_view[source]
    for _ in range(_CHAIN if len(looks) else 0):
        shared = tree.common(source[rows], out[target[rows]], len(group))[looks]
        out[looks] = np.where(_is_below(tree, shared, group[looks]), shared, group[looks])
    moving = ~nodes.is_op & used
    rows = moving[source]
    out[moving] = tree.common(source[rows], out[target[rows]], len(group))[moving]
    return out


def _is_below(tree: Tree, groups: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Whether each group lies in the other one, which may be the file."""
    above = groups
    for depth in range(tree.deepest - 1, -2, -1):
        above = np.where(tree.depth[others] <= depth, tree.lifted(above, depth), above)
    is_below: np.ndarray = (above == others) & (groups != others)
    return is_below


def handed_over(tree: Tree, found: Runs, ops: Ops, is_pass: np.ndarray, nodes: Nodes, group: np.ndarray) -> None:
    """Move a leaf out of a run where the other members take a value from before them instead: the first state of a
    recurrent network, the data that enter the first of equal layers. Changes `group`, the group of each node.
    """
    if not (found.run >= 0).any():
        return
    in_run = np.append(found.run >= 0, False)
    below = in_run.copy()  # lies in a run, itself or with something around it
    for g in np.argsort(tree.depth[:-1], kind="stable").tolist():
        below[g] |= below[tree.parent[g]]
    keys = ops.reader.astype(np.int64) * _SLOTS + ops.slot
    inputs = dict(zip(keys.tolist(), ops.source.tolist(), strict=True))
    is_leaf, rank = ~nodes.is_op, nodes.rank
    own = tree.total(np.bincount(np.where(group < 0, len(below) - 1, group)[is_leaf], minlength=len(below)))
    rows = np.flatnonzero((nodes.source >= 0) & is_leaf[nodes.source] & below[group[nodes.source]])
    leaves, readers, slots = nodes.source[rows], rank[nodes.reader[rows]], nodes.slot[rows]
    for leaf, reader, at in zip(leaves.tolist(), readers.tolist(), slots.tolist(), strict=True):
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
