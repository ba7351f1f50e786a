"""Wanted: the part of a whole graph that a person wants to see: what is isolated, without what is hidden.

What was asked for is kept by the ids of nodes, groups and stacks, and ways are walked in the whole graph, so that it
means the same however the picture is folded and after an edit elsewhere.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from gradstudio.graph.fold_state import FoldState, Way, stack_of
from gradstudio.graph.model import Graph, Group
from gradstudio.graph.neighbours import Neighbours
from gradstudio.graph.stacks import stacks_of
from gradstudio.graph.tree import Tree

_LEAST = 3  # equal groups that can lie on one another


def wanted(whole: Graph, state: FoldState) -> np.ndarray | None:
    """Which nodes are wanted (bool (n,)); None: all. Names that are nowhere any more count for nothing, and where
    nothing would be left everything is wanted."""
    if not state.only and not state.hidden:
        return None
    named = _Named(whole)
    kept = np.ones(len(whole.record), bool)
    if state.only:
        near = Neighbours(whole)
        kept = np.asarray(np.logical_or.reduce([_along(way, named, near) for way in state.only]))
        if not kept.any():
            kept = ~kept
    rest = kept.copy()
    for name in state.hidden:
        rest &= ~named.members(name)
    kept = rest if rest.any() else kept
    return None if kept.all() else kept


def part(whole: Graph, state: FoldState) -> Graph:
    """The graph of what is wanted. It says of each node how many edges led to what is left out."""
    kept = wanted(whole, state)
    if kept is None:
        return whole
    at = np.flatnonzero(kept)
    row = np.where(kept, np.cumsum(kept) - 1, -1).astype(np.int32)
    source, target = kept[whole.edge_source], kept[whole.edge_target]
    stays, has_chip = source & target, kept[whole.chip_node]
    lost = np.concatenate([whole.edge_source[source & ~target], whole.edge_target[target & ~source]])
    groups, number = _groups(whole, at)
    rows = at.tolist()

    def texts(column: tuple[str, ...]) -> tuple[str, ...]:
        return tuple([column[i] for i in rows])

    return replace(
        whole,
        ids=texts(whole.ids),
        record=whole.record[at],
        kind=whole.kind[at],
        family=whole.family[at],
        title=texts(whole.title),
        label=texts(whole.label),
        symbol=texts(whole.symbol),
        shape=texts(whole.shape),
        line=whole.line[at],
        group=number[whole.group[at]],
        is_target=whole.is_target[at],
        is_source=whole.is_source[at],
        edge_source=row[whole.edge_source[stays]],
        edge_target=row[whole.edge_target[stays]],
        edge_slot=whole.edge_slot[stays],
        edge_elements=whole.edge_elements[stays],
        edge_backward=whole.edge_backward[stays],
        chip_node=row[whole.chip_node[has_chip]],
        chip_slot=whole.chip_slot[has_chip],
        chip_text=tuple([whole.chip_text[i] for i in np.flatnonzero(has_chip).tolist()]),
        groups=groups,
        edge_count=whole.edge_count[stays],
        fold=whole.fold[at],
        cut_off=np.bincount(row[lost], minlength=len(at)).astype(np.int32),
    )


def with_node(whole: Graph, state: FoldState, node: int) -> FoldState:
    """The state in which a node is wanted as well; the same one where it is."""
    named = _Named(whole)
    state = replace(state, hidden=tuple(name for name in state.hidden if not named.members(name)[node]))
    kept = wanted(whole, state)
    if kept is None or kept[node]:
        return state
    return replace(state, only=(*state.only, ("node", whole.ids[node], "")))


class _Named:
    """The nodes of a whole graph by what a name stands for: a node, a group or a stack."""

    def __init__(self, whole: Graph) -> None:
        self._whole = whole
        self._nodes = {name: i for i, name in enumerate(whole.ids)}
        self._groups = {group.id: {g} for g, group in enumerate(whole.groups)}
        with_node = set(whole.group.tolist())
        for stack in stacks_of(whole.groups):
            # The box of a loop that is nothing but this stack takes in the leaves beside it.
            alone = stack.is_whole and stack.parent not in with_node
            self._groups[stack.id] = {stack.parent} if alone else set(stack.groups)

    def members(self, name: str) -> np.ndarray:
        """bool (n,)."""
        out = np.zeros(len(self._whole.record), bool)
        if name in self._nodes:
            out[self._nodes[name]] = True
            return out
        tops = self._groups.get(stack_of(name), set())
        if not tops:
            return out
        inside = [False] * (len(self._whole.groups) + 1)  # the last is the file's
        for g, group in enumerate(self._whole.groups):  # parents come before children
            inside[g] = g in tops or inside[group.parent]
        return np.asarray(np.array(inside)[self._whole.group])


def _along(way: Way, named: _Named, near: Neighbours) -> np.ndarray:
    """The nodes that a way leads to, its beginning included (bool (n,))."""
    kind, name, other = way
    start = named.members(name)
    nodes = np.flatnonzero(start).tolist()
    if not nodes:
        return start
    if kind == "upstream":
        return near.upstream(*nodes)
    if kind == "downstream":
        return near.downstream(*nodes)
    if kind == "between":
        ends = named.members(other)
        return np.asarray(start | ends | _between(nodes, np.flatnonzero(ends).tolist(), near))
    if kind == "near":
        for node in nodes:
            start[near.inputs(node)] = True
            start[near.consumers(node)] = True
    return start


def _between(one: list[int], other: list[int], near: Neighbours) -> np.ndarray:
    """What lies on a way from one to the other, in whichever direction there is one."""
    ahead = near.downstream(*one) & near.upstream(*other)
    return np.asarray(ahead if ahead.any() else near.downstream(*other) & near.upstream(*one))


def _groups(whole: Graph, at: np.ndarray) -> tuple[tuple[Group, ...], np.ndarray]:
    """The groups that still hold something, and the new number of each (int32 (g + 1,), -1 for the file)."""
    groups = whole.groups
    tree = Tree(np.array([g.parent for g in groups], np.int64))
    inner = np.where(whole.group[at] < 0, len(groups), whole.group[at])
    size = tree.total(np.bincount(inner, minlength=len(groups) + 1))
    stays = np.flatnonzero(size[:-1] > 0).tolist()
    number = np.full(len(groups) + 1, -1, np.int32)
    number[stays] = np.arange(len(stays))
    runs: dict[int, list[int]] = {}
    for g in stays:
        if groups[g].run >= 0:
            runs.setdefault(groups[g].run, []).append(g)
    run = {g: piece[0] for members in runs.values() for piece in _pieces(members, groups) for g in piece}
    kept = [(g, groups[g]) for g in stays]
    new = [
        Group(g.id, int(number[g.parent]), g.kind, g.title, g.line, g.number, int(number[run[i]]) if i in run else -1)
        for i, g in kept
    ]
    return tuple(new), number


def _pieces(members: list[int], groups: tuple[Group, ...]) -> list[list[int]]:
    """What is left of a run of equal groups, in stretches without a gap that can be stacks."""
    members = sorted(members, key=lambda g: groups[g].number)
    numbers = np.array([groups[g].number for g in members])
    cuts = np.flatnonzero(np.diff(numbers) != 1) + 1
    return [piece for piece in (list(p) for p in np.split(np.array(members), cuts)) if len(piece) >= _LEAST]
