"""Which groups of a graph are closed and which stacks folded: what a person said, and else what keeps it readable."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable

import numpy as np

from gradstudio.engine.trace import Kind
from gradstudio.graph.fold_state import ALL, FoldState
from gradstudio.graph.model import Graph, kind_and_name
from gradstudio.graph.stacks import Stack, stacks_of
from gradstudio.graph.tree import Tree

MOST = 300
"""Boxes of a picture in which nothing closes by itself."""
_READABLE = 60
"""Boxes up to which a group opens by itself although what it shows are closed sections."""
_FOLDED = 8
"""Passes of a loop, or calls of one function in one place, from which on stacks are folded from the start."""
_GLANCE = 13
"""Boxes seen at a glance: if that is enough for it, a stack takes in the leaves that only its passes read."""


class Closing:
    """The decision for one graph and state.

    folded: of each stack, whether its passes lie on one another. closed: of each group, whether it is one box. opened:
    the groups that a person opened, and all around them.
    """

    def __init__(self, whole: Graph, state: FoldState) -> None:
        self.groups = whole.groups
        count = len(self.groups)
        self.tree = Tree(np.array([g.parent for g in self.groups], np.int64))
        self.stacks = stacks_of(self.groups)
        self._parent = self.tree.parent[:-1].tolist()
        self._direct: list[int] = np.bincount(
            np.where(whole.group < 0, count, whole.group), minlength=count + 1
        ).tolist()  # the last entry is the file's
        self._children: dict[int, list[int]] = defaultdict(list)
        for g, above in enumerate(self._parent):
            self._children[above].append(g)
        self._namesakes: dict[tuple[int, str, str], list[int]] = defaultdict(list)
        """Groups of the same kind and name in one group."""
        for g in range(count):
            self._namesakes[self._name(g)].append(g)
        self._stack_of = {g: number for number, stack in enumerate(self.stacks) for g in stack.groups}
        only = {s.parent: number for number, s in enumerate(self.stacks) if s.is_whole}
        with_op = set(whole.group[whole.kind == Kind.OP].tolist())
        self.shell = {g: number for g, number in only.items() if g not in with_op}
        """Loops that hold nothing but one stack and leaves, and that stack."""
        self._ids = {g.id: i for i, g in enumerate(self.groups)}
        self._stack_ids = {s.id: number for number, s in enumerate(self.stacks)}
        self.passes: dict[int, set[int]] = defaultdict(set)
        """Passes opened in place, by stack."""
        self.folded = [False] * len(self.stacks)
        self.closed = [False] * count
        self.opened: set[int] = set()
        self._decide(state)

    def lying(self, g: int) -> int:
        """The stack that a group lies on, -1 where it is laid out or in none."""
        stack = self._stack_of.get(g, -1)
        return stack if stack >= 0 and self.folded[stack] and g not in self.passes[stack] else -1

    def is_box(self, g: int) -> bool:
        """Whether a group whose surroundings are open is closed itself."""
        return self.closed[g] and not (g in self.shell and self.passes[self.shell[g]])

    def _name(self, g: int) -> tuple[int, str, str]:
        """What groups have in common that open and close together: where they are, kind and name."""
        return self._parent[g], *kind_and_name(self.groups[g])

    # what a person said

    def _decide(self, state: FoldState) -> None:
        for name, number in state.passes:
            stack = self._stack_ids.get(name, -1)
            if stack >= 0 and 0 <= number - self.stacks[stack].first < len(self.stacks[stack].groups):
                self.passes[stack].add(self.stacks[stack].groups[number - self.stacks[stack].first])
        closed = {self._ids[name] for name in state.closed if name in self._ids}
        named = {self._ids[name] for name in state.opened if name in self._ids}
        said: dict[int, bool] = {}  # stack -> folded
        for names, is_folded in ((state.opened, False), (state.closed, True)):
            for name in names:
                if name in self._stack_ids:
                    said[self._stack_ids[name]] = is_folded
                elif self._ids.get(name, -1) in self.shell and is_folded:
                    said.setdefault(self.shell[self._ids[name]], True)
        for stack in self.passes:
            said[stack] = True
        everything = True if ALL in state.closed else False if ALL in state.opened else None
        if everything is not None:
            for stack in range(len(self.stacks)):
                said.setdefault(stack, everything)
        for stack, is_folded in said.items():
            self.folded[stack] = is_folded
        by_itself = [number for number in range(len(self.stacks)) if number not in said]
        for number in by_itself:
            self.folded[number] = len(self._namesakes[self._name(self.stacks[number].groups[0])]) >= _FOLDED
        # A stack that was laid out keeps what is around it open; its passes may close.
        named |= {self.stacks[n].parent for n, is_folded in said.items() if not is_folded and everything is None} - {-1}
        self._keep_open(named, closed, {number for number in range(len(self.stacks)) if self.folded[number]})
        for g in range(len(self.groups)):
            self.closed[g] = g in closed or (everything is True and g not in self.opened)
        if everything is None:
            self._shrink(by_itself, named, closed)

    def _keep_open(self, named: set[int], closed: set[int], folded: set[int]) -> None:
        """What a person opened stays open, and so does all around it, up to a stack it lies on or a closed group."""
        self.opened = set()
        for g in (*named, *(g for found in self.passes.values() for g in found)):
            while g >= 0 and g not in closed and g not in self.opened:
                stack = self._stack_of.get(g, -1)
                if stack in folded and g not in self.passes[stack]:
                    break
                self.opened.add(g)
                g = self._parent[g]

    # what closes by itself

    def _shrink(self, by_itself: list[int], named: set[int], closed: set[int]) -> None:
        free = self._free(closed)
        self._close_odd(free, by_itself)
        if self._inside(-1) > MOST:
            for stack in by_itself:
                self.folded[stack] = True
            self._keep_open(named, closed, {number for number, is_folded in enumerate(self.folded) if is_folded})
            free = self._free(closed)
            self._close_odd(free, by_itself)
        if self._inside(-1) > MOST:
            odd = {g for g in free if self.closed[g]}
            for g in free:
                self.closed[g] = True
            self._unfold(free - odd)
        self._tuck(free)

    def _free(self, closed: set[int]) -> set[int]:
        return {g for g in range(len(self.groups)) if g not in closed and g not in self.opened}

    def _close_odd(self, free: set[int], by_itself: list[int]) -> None:
        """Passes and calls that differ from those that are folded are boxes like them."""
        for number in by_itself:
            if self.folded[number]:
                for g in self._namesakes[self._name(self.stacks[number].groups[0])]:
                    if g in free and g not in self._stack_of:
                        self.closed[g] = True

    def _unfold(self, free: set[int]) -> None:
        """From everything closed, open the smallest groups as long as there is room, equal siblings all or none.

        Sections open with all they hold; a group that shows closed sections only where the picture stays readable.
        """
        total = self._inside(-1)
        waiting: list[tuple[int, int, list[int]]] = []

        def offer(top: int) -> None:
            alike: dict[tuple[int, str, str], list[int]] = defaultdict(list)
            for g in self._boxes(top):
                if g in free:
                    alike[self._name(g)].append(g)
            for same in alike.values():
                heapq.heappush(waiting, (self._cost(same), same[0], same))

        offer(-1)
        while waiting and total + waiting[0][0] <= MOST:
            cost, _, same = heapq.heappop(waiting)
            sections = [g for g in self._sections(same) if g in free]
            for g in sections:
                self.closed[g] = False
            whole = self._cost(same)
            if total + whole <= MOST:
                total += whole
            else:
                for g in sections:
                    self.closed[g] = True
                if self.groups[same[0]].kind == "section" or total + cost > _READABLE:
                    continue
                total += cost
            for g in same:
                self.closed[g] = False
            for g in same:
                offer(g)

    def _cost(self, same: list[int]) -> int:
        """How many boxes more there are when some closed groups open."""
        return sum(self._inside(g) - 1 for g in same)

    def _sections(self, groups: list[int]) -> list[int]:
        """All sections in some groups, and in those sections."""
        out: list[int] = []
        waiting = list(groups)
        while waiting:
            inner = [g for g in self._children.get(waiting.pop(), ()) if self.groups[g].kind == "section"]
            out += inner
            waiting += inner
        return out

    def _tuck(self, free: set[int]) -> None:
        """Let stacks take in their leaves, where the picture is seen at a glance then."""
        total = self._inside(-1)
        shells = [g for g in self.visible() if g in self.shell and g in free and self._is_plain(g)]
        if total > _GLANCE >= total - sum(self._direct[g] for g in shells) > 1:
            for g in shells:
                self.closed[g] = True

    def _is_plain(self, g: int) -> bool:
        stack = self.shell[g]
        return self.folded[stack] and not self.passes[stack] and not self.closed[g]

    # counting

    def _below(self, top: int) -> Iterable[tuple[int, bool]]:
        """Groups in an open group: whether each is a box (the first pass of a stack stands for it)."""
        waiting = [top]
        while waiting:
            here = waiting.pop()
            before = -1
            for g in self._children.get(here, ()):
                stack = self.lying(g)
                if stack >= 0:
                    if stack != before:
                        yield g, True
                elif self.is_box(g):
                    yield g, True
                else:
                    yield g, False
                    waiting.append(g)
                before = stack

    def _inside(self, top: int) -> int:
        """Boxes in a group that is or would be open."""
        return self._direct[top] + sum(1 if is_box else self._direct[g] for g, is_box in self._below(top))

    def _boxes(self, top: int) -> list[int]:
        """Closed groups that are boxes in an open group; no stacks."""
        return [g for g, is_box in self._below(top) if is_box and self.lying(g) < 0]

    def visible(self) -> list[int]:
        """Open groups with nothing closed around them, outer ones first."""
        return sorted(g for g, is_box in self._below(-1) if not is_box)


def parts(stack: Stack, opened: set[int]) -> list[tuple[int, ...]]:
    """The passes that lie on one another, in pieces beside the open ones."""
    out: list[tuple[int, ...]] = []
    piece: list[int] = []
    for g in stack.groups:
        if g not in opened:
            piece.append(g)
        elif piece:
            out.append(tuple(piece))
            piece = []
    return [*out, tuple(piece)] if piece else out
