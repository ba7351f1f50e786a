"""Which group each node is drawn in: the scopes of the run, with leaves beside their readers, runs and sections."""

from __future__ import annotations

import numpy as np

from gradstudio.graph.leaves import beside_readers, handed_over, views
from gradstudio.graph.likeness import Ops, Runs, extent, runs
from gradstudio.graph.model import Group, kind_and_name, moved
from gradstudio.graph.nodes import Nodes
from gradstudio.graph.sections import SMALL, sectioned
from gradstudio.graph.tree import Tree


def arranged(
    scopes: list[Group], inner: np.ndarray, nodes: Nodes, lines: list[str]
) -> tuple[tuple[Group, ...], np.ndarray]:
    """All groups with at least one node, parents first, and the innermost of each node (int32; -1: none)."""
    tree = Tree(np.array([g.parent for g in scopes], np.int64))
    is_view = views(nodes)
    groups, group = scopes, inner.astype(np.int64)
    if scopes:
        ops = _ops(nodes, group, is_view)
        is_pass = np.array([g.kind == "pass" for g in scopes])
        found = runs(tree, _names(scopes), is_pass, ops)
        group = beside_readers(tree, nodes, is_view, group)
        handed_over(tree, found, ops, is_pass, nodes, group)
        groups = _numbered(scopes, found, is_pass)
    if len(nodes.ids) > SMALL:
        groups, group = sectioned(groups, tree, group, nodes, ~nodes.is_op | is_view, lines)
    return _in_order(groups, group, nodes.is_op)


def _ops(nodes: Nodes, group: np.ndarray, is_view: np.ndarray) -> Ops:
    """The ops among the nodes, and what they take."""
    at, rank = np.flatnonzero(nodes.is_op), nodes.rank
    rows = np.flatnonzero(nodes.is_op[nodes.reader])
    taken = np.where(nodes.source[rows] >= 0, rank[nodes.source[rows]], -1)
    return Ops(nodes.code[at], group[at], is_view[at], rank[nodes.reader[rows]], nodes.slot[rows], taken)


def _names(groups: list[Group]) -> np.ndarray:
    """A number for each kind and name."""
    numbers: dict[tuple[str, str], int] = {}
    return np.array([numbers.setdefault(kind_and_name(g), len(numbers)) for g in groups], np.int64)


def _numbered(groups: list[Group], found: Runs, is_pass: np.ndarray) -> list[Group]:
    """The groups with their runs, and the members of each run with their numbers."""
    number, run = [g.number for g in groups], found.run.tolist()
    turns: dict[int, list[int]] = {}
    for i in np.flatnonzero(is_pass).tolist():
        turns.setdefault(groups[i].parent, []).append(i)
    for members in turns.values():
        first = number[members[0]]
        if number[members[-1]] != first + len(members) - 1:  # turns without an op are not there
            for k, i in enumerate(members):
                number[i] = k + 1
    following = found.following.tolist()
    for i in np.flatnonzero((found.run >= 0) & (found.before < 0) & ~is_pass).tolist():
        k = 0
        while i >= 0:
            k += 1
            number[i] = k
            i = following[i]
    return [
        g if run[i] < 0 and number[i] == g.number else Group(g.id, g.parent, g.kind, g.title, g.line, number[i], run[i])
        for i, g in enumerate(groups)
    ]


def _in_order(groups: list[Group], group: np.ndarray, is_op: np.ndarray) -> tuple[tuple[Group, ...], np.ndarray]:
    """Groups without empty ones, in the order of their first ops, parents first; and the innermost of each node."""
    tree = Tree(np.array([g.parent for g in groups], np.int64))
    size = tree.total(np.bincount(np.where(group < 0, len(groups), group), minlength=len(groups) + 1))[:-1]
    at = np.flatnonzero(is_op)
    first = extent(tree, group[at], at)[0][:-1]
    order = np.lexsort((tree.depth[:-1], first))
    order = order[size[order] > 0]
    number = np.full(len(groups) + 1, -1, np.int32)  # the last entry serves the file
    number[order] = np.arange(len(order))
    parent = number[tree.parent].tolist()
    kept = [(groups[i], parent[i]) for i in order.tolist()]
    return tuple([g if g.parent == above else moved(g, above) for g, above in kept]), number[group]
