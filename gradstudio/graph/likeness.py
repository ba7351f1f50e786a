"""Which groups are equal: the same ops in the same order, nested groups included, with the same inputs from inside.

A group's form is a number, the same for equal groups. It is hashed level by level: at each depth every op adds what it
is, its place in the group, and for each input how far back in the group it was computed; what comes from outside (a
parameter, a constant, a carried value) is alike. Shapes and constants do not count.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gradstudio.graph.tree import NEVER, Tree

_FEWEST = 3
"""Equal groups in a row that make a run."""
_APART = 3
"""Into how many stretches of equals the passes of a loop may fall before all of them count as one run."""
_MANY = 8
"""Passes that make one run even if each is of another form."""


@dataclass(frozen=True, slots=True, eq=False)
class Ops:
    """The ops of a view in the order of the tape, and what they take."""

    code: np.ndarray  # int (p,): which op
    group: np.ndarray  # int (p,): the scope each ran in, -1 for the file
    is_view: np.ndarray  # bool (p,): only another look at a leaf, W[k]; such may stand between equals
    reader: np.ndarray  # int (e,): input slots by op, ascending
    slot: np.ndarray  # int (e,)
    source: np.ndarray  # int (e,): the op that made the input, -1 for a leaf or a constant


@dataclass(frozen=True, slots=True, eq=False)
class Runs:
    """Equal groups that follow one another."""

    run: np.ndarray  # int (g,): number of the run each group belongs to, -1 for none
    form: np.ndarray  # int (g,)
    first: np.ndarray  # int (g,): its first op, NEVER if it has none
    following: np.ndarray  # int (g,): the next one of its run, -1 for the last and for groups in no run
    before: np.ndarray  # int (g,): the one before it


def runs(tree: Tree, name: np.ndarray, is_pass: np.ndarray, ops: Ops) -> Runs:
    """Find the runs of three or more. name: number of each group's kind and name; is_pass: turns of a loop.

    The turns of a loop that differ again and again (a branch inside) are one run as well.
    """
    count = len(name)
    first, last = extent(tree, ops.group, np.arange(len(ops.group)))
    form = _forms(tree, name, ops, first[:-1], last[:-1])
    links = _links(tree, form, is_pass, ops, first, last)
    run, following, before = np.full(count, -1), np.full(count, -1), np.full(count, -1)
    for number, members in enumerate(links):
        run[members] = number
        following[members[:-1]] = members[1:]
        before[members[1:]] = members[:-1]
    return Runs(run, form, first[:-1], following, before)


def extent(tree: Tree, group: np.ndarray, place: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """First and last place of what lies in each group and in the file (g + 1,); NEVER and -1 where nothing does."""
    first = np.full(len(tree.parent), NEVER)
    last = np.full(len(tree.parent), -1)
    np.minimum.at(first, group, place)
    np.maximum.at(last, group, place)
    return tree.least(first), tree.most(last)


def _forms(tree: Tree, name: np.ndarray, ops: Ops, first: np.ndarray, last: np.ndarray) -> np.ndarray:
    """A number for each group; unique for one without ops or whose ops lie scattered."""
    groups = len(name)
    hashes = np.zeros(groups, np.uint64)
    size = tree.total(np.bincount(ops.group + 1, minlength=groups + 1)[np.r_[1 : groups + 1, 0]])[:-1]
    own, base = _mixed(name), _mixed(ops.code + 1)
    above_op, above_reader = ops.group.astype(np.int64), ops.group[ops.reader].astype(np.int64)
    above_group = np.arange(groups)
    for depth in range(tree.deepest, -1, -1):
        above_op, above_reader = tree.lifted(above_op, depth), tree.lifted(above_reader, depth)
        at = np.flatnonzero(tree.depth[above_op] == depth)
        rows = np.flatnonzero(tree.depth[above_reader] == depth)
        # How far back an input was computed, 0 for one from outside the group.
        inside = ops.source[rows] >= first[above_reader[rows]]
        back = np.where(inside, ops.reader[rows] - ops.source[rows], 0)
        told = base.copy()
        np.add.at(told, ops.reader[rows], _mixed(ops.slot[rows] * (1 << 32) + back))
        np.add.at(hashes, above_op[at], _mixed(told[at]) * _mixed(at - first[above_op[at]]))
        above_group = np.where(tree.depth[above_group] > depth, tree.parent[above_group], above_group)
        inner = np.flatnonzero((tree.depth[:-1] > depth) & (size > 0))
        outer = above_group[inner]
        place = (first[inner] - first[outer]) * (1 << 32) + size[inner]
        np.add.at(hashes, outer, _mixed(own[inner] + _mixed(place)) * _mixed(tree.depth[inner] - depth))
    hashes = _mixed(hashes + own)
    scattered = np.flatnonzero((size == 0) | (last - first + 1 != size))
    hashes[scattered] = scattered
    return np.unique(hashes, return_inverse=True)[1].reshape(groups)


def _mixed(x: np.ndarray) -> np.ndarray:
    """Well-mixed 64 bits of whole numbers (the finisher of splitmix64)."""
    z = x.astype(np.uint64) + np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed: np.ndarray = z ^ (z >> np.uint64(31))
    return mixed


def _links(
    tree: Tree, form: np.ndarray, is_pass: np.ndarray, ops: Ops, first: np.ndarray, last: np.ndarray
) -> list[np.ndarray]:
    """The members of each run, in order."""
    held = np.flatnonzero(first[:-1] != NEVER)
    order = held[np.lexsort((first[held], tree.parent[held]))]
    if len(order) < _FEWEST:
        return []
    a, b = order[:-1], order[1:]
    passed = np.append(0, np.cumsum(~ops.is_view))  # ops that stand for themselves, before each place
    beside = (tree.parent[a] == tree.parent[b]) & (passed[first[b]] <= passed[last[a] + 1])
    pieces = np.split(order, np.flatnonzero(~(beside & (form[a] == form[b]))) + 1)
    whole: dict[int, list[np.ndarray]] = {}
    out = []
    for piece in pieces:
        if is_pass[piece[0]]:
            whole.setdefault(int(tree.parent[piece[0]]), []).append(piece)
        elif len(piece) >= _FEWEST:
            out.append(piece)
    for found in whole.values():
        if len(found) > _APART:
            turns = np.concatenate(found)
            kinds = len(np.unique(form[turns]))
            if kinds <= len(turns) // 2 or len(turns) >= _MANY:
                out.append(turns)
                continue
        out.extend(piece for piece in found if len(piece) >= _FEWEST)
    return out
