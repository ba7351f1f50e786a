"""Passes: which pass of each loop, and which of many calls, is shown: in the boxes of the network and beside the lines
of the text the same one."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass

import numpy as np

from gradstudio.engine.trace import Trace
from gradstudio.graph.fold_state import FoldState
from gradstudio.graph.model import Graph
from gradstudio.graph.stacks import stacks_of


@dataclass(frozen=True, slots=True)
class Choice:
    """How one pass comes to be shown: by a box of a stack, in place of an open pass, or with another sweep."""

    number: int  # of the pass, from 1
    stack: str = ""  # the stack or loop whose chosen pass it becomes, "" where a sweep decides
    instead: int = 0  # the open pass that gives way to it, 0 for none
    sweep: int = -1


@dataclass(frozen=True, slots=True)
class Passage:
    """What ran several times, by its line: a loop, or a function that is called again and again in one place. The pass
    (or call) shown, and those that can be."""

    line: int
    title: str
    shown: int
    of: int
    numbers: tuple[int, ...]  # of the passes that can be shown, growing
    stacks: tuple[str, ...] = ()  # the stack or loop that each of them is in; () where sweeps decide
    sweeps: tuple[int, ...] = ()  # the sweep that each of them comes with, where sweeps decide
    is_open: bool = False  # whether the pass shown is open
    hidden: frozenset[int] = frozenset()  # scopes of the calls that are not shown; of a loop, the passes say it
    unit: str = "pass"

    def step(self, by: int) -> Choice | None:
        """The pass so many further on, or the last one there is; None if that is the one shown."""
        last = len(self.numbers) - 1
        here = min(bisect_left(self.numbers, self.shown), last)
        at = min(max(here + by, 0), last)
        number = self.numbers[at]
        if number == self.shown:
            return None
        if not self.stacks:
            return Choice(number, sweep=self.sweeps[at])
        gives_way = self.is_open and self.stacks[at] == self.stacks[here]
        return Choice(number, self.stacks[at], self.shown if gives_way else 0)


def passages(trace: Trace, sweep: int, whole: Graph, folds: FoldState) -> dict[int, Passage]:
    """Line of a loop or function -> its passage, where there is more than one pass to go to."""
    found = _of_sweeps(trace, sweep)
    groups = whole.groups
    stacks = stacks_of(groups)
    runs: dict[int, tuple[list[int], list[str]]] = {}  # the first pass of each run -> its passes, their stacks
    loops: dict[int, list[int]] = {}
    for g, group in enumerate(groups):
        if group.kind == "pass" and group.parent >= 0:
            loops.setdefault(group.parent, []).append(g)
    stack_of_pass = {g: stack.id for stack in stacks if stack.is_loop for g in stack.groups}
    for loop, own in loops.items():
        own.sort(key=lambda k: groups[k].number)
        runs[own[0]] = (own, [stack_of_pass.get(k, groups[loop].id) for k in own])
    calls = [stack for stack in stacks if not stack.is_loop and groups[stack.groups[0]].kind == "call"]
    runs.update({min(stack.groups): (list(stack.groups), [stack.id] * len(stack.groups)) for stack in calls})
    scope_of = _scopes_of_groups(trace, whole) if calls else {}
    is_shown = [True] * (len(groups) + 1)  # the last is the file's
    hidden: set[int] = set()  # groups
    for g, group in enumerate(groups):
        if g in runs and is_shown[group.parent]:
            own, names = runs[g]
            numbers = [groups[k].number for k in own]
            shown, is_open = _shown(dict(zip(numbers, names, strict=True)), folds)
            hidden |= {k for k, number in zip(own, numbers, strict=True) if number != shown}
            if len(own) > 1:
                is_loop = group.kind == "pass"
                out = frozenset() if is_loop else frozenset(scope_of[k] for k in own if k in hidden and k in scope_of)
                title = groups[group.parent].title if is_loop else group.title
                unit = "pass" if is_loop else "call"
                found[group.line] = Passage(
                    group.line, title, shown, numbers[-1], tuple(numbers), tuple(names), (), is_open, out, unit
                )
        is_shown[g] = is_shown[group.parent] and g not in hidden
    return found


def _scopes_of_groups(trace: Trace, whole: Graph) -> dict[int, int]:
    """The scope that each group was made of, sections and backward passes left out."""
    found: dict[int, int] = {}
    pairs = np.unique(np.stack([whole.group, trace.records.scope[whole.record]], axis=1), axis=0)
    for group, scope in pairs.tolist():
        above = []
        while group >= 0:
            if whole.groups[group].kind != "section":
                above.append(group)
            group = whole.groups[group].parent
        scopes = []
        while scope > 0:
            scopes.append(scope)
            scope = trace.scopes[scope].parent
        if len(above) == len(scopes):
            found.update(zip(above, scopes, strict=True))
    return found


def _shown(stacks: dict[int, str], folds: FoldState) -> tuple[int, bool]:
    """The pass shown of a loop (number of each pass -> its stack), and whether it is open: the pass opened last, else
    the one chosen last, else the last."""
    for name, number in reversed(folds.passes):
        if stacks.get(number) == name:
            return number, True
    for name, number in reversed(folds.chosen):
        if stacks.get(number) == name:
            return number, False
    return max(stacks), False


def _of_sweeps(trace: Trace, sweep: int) -> dict[int, Passage]:
    """Loops around the call that made the sweep shown: in each pass it made another one."""
    if not 0 <= sweep < len(trace.sweeps):
        return {}
    span = trace.sweeps[sweep].span
    keys = {k: _passes_around(trace, s.scope) for k, s in enumerate(trace.sweeps) if s.span == span}
    here = keys[sweep]
    found = {}
    for depth, (loop, index) in enumerate(here):
        nearest: dict[int, tuple[list[int], int]] = {}
        for k, key in keys.items():
            if len(key) != len(here) or key[:depth] != here[:depth] or key[depth][0] != loop:
                continue
            away = [abs(other[1] - own[1]) for other, own in zip(key[depth + 1 :], here[depth + 1 :], strict=True)]
            number = key[depth][1] + 1
            if number not in nearest or (away, k) < nearest[number]:
                nearest[number] = (away, k)
        if len(nearest) > 1:
            scope = trace.scopes[loop]
            numbers = tuple(sorted(nearest))
            sweeps = tuple([nearest[number][1] for number in numbers])
            found[scope.line] = Passage(scope.line, scope.name, index + 1, numbers[-1], numbers, sweeps=sweeps)
    return found


def _passes_around(trace: Trace, scope: int) -> list[tuple[int, int]]:
    """(loop, index of the pass) for each pass around a scope, the outermost first. A loop inside another one is a new
    scope in each of its passes, so the first of those stands for all."""
    found = []
    while scope > 0:
        here = trace.scopes[scope]
        if here.kind == "pass":
            found.append((_first_of_its_line(trace, here.parent), here.index))
        scope = here.parent
    return found[::-1]


def _first_of_its_line(trace: Trace, loop: int) -> int:
    line = trace.scopes[loop].line
    return next(k for k, s in enumerate(trace.scopes) if s.kind == "loop" and s.line == line)


def shown_scopes(trace: Trace, found: dict[int, Passage]) -> np.ndarray:
    """For each scope of a trace, whether no other pass than the ones shown lies around it (bool)."""
    is_shown = np.ones(len(trace.scopes), bool)
    if not found:
        return is_shown
    for passage in found.values():
        is_shown[list(passage.hidden)] = False
    for k, scope in enumerate(trace.scopes):
        if scope.parent < 0:
            continue
        is_shown[k] &= is_shown[scope.parent]
        if scope.kind == "pass":
            around = found.get(trace.scopes[scope.parent].line)
            if around is not None and around.shown != scope.index + 1:
                is_shown[k] = False
    return is_shown


def loop_around(text: str, line: int, found: dict[int, Passage]) -> int:
    """The line of the innermost of the loops found whose head or block a line belongs to; the only loop from anywhere
    else, 0 where there are several."""
    if line in found:
        return line
    lines = text.split("\n")
    depth = _depth(lines[line - 1]) if 0 < line <= len(lines) else 0
    for above in range(min(line, len(lines)) - 1, 0, -1):
        content = lines[above - 1]
        if not content.strip() or _depth(content) >= depth:
            continue
        depth = _depth(content)
        if above in found:
            return above
    return next(iter(found)) if len(found) == 1 else 0


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())
