"""What a person folded and unfolded, and the steps from one such state to the next."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

ALL = "*"
"""Stands in `opened` or `closed` for every group and stack that is not named itself."""

WAYS = ("node", "near", "upstream", "downstream", "between")
"""What is isolated of a node, group or stack: itself, it with its neighbours, a cone, what lies between two of them."""

Way = tuple[str, str, str]
"""One of WAYS, an id, and the id of the other end ("" where there is none)."""

_PART = re.compile(r"@\d+$")


@dataclass(frozen=True, slots=True)
class FoldState:
    """What a person folded and unfolded; all else folds by itself where the picture would become too large.

    closed, opened: ids of groups and stacks, or ALL. passes: stack and number of a pass opened in place. chosen: stack
    and number of the pass its box shows. only: the ways that lead to what is isolated; hidden: ids of nodes, groups and
    stacks that are left out.
    """

    closed: tuple[str, ...] = ()
    opened: tuple[str, ...] = ()
    passes: tuple[tuple[str, int], ...] = ()
    chosen: tuple[tuple[str, int], ...] = ()
    only: tuple[Way, ...] = ()
    hidden: tuple[str, ...] = ()


def stack_of(box: str) -> str:
    """The stack a box is a part of: what is left of it beside an open pass has a number behind its id."""
    return _PART.sub("", box)


def close(state: FoldState, box: str) -> FoldState:
    """Close a group, or let all passes of a stack lie on one another again."""
    box = stack_of(box)
    passes = tuple(p for p in state.passes if p[0] != box)
    return replace(state, closed=(*_without(state.closed, box), box), opened=_without(state.opened, box), passes=passes)


def open_(state: FoldState, box: str) -> FoldState:
    """Open a group, or lay out all passes of a stack."""
    box = stack_of(box)
    passes = tuple(p for p in state.passes if p[0] != box)
    return replace(state, closed=_without(state.closed, box), opened=(*_without(state.opened, box), box), passes=passes)


def open_pass(state: FoldState, stack: str, number: int) -> FoldState:
    """Open one pass in place; the others stay on their stack."""
    stack = stack_of(stack)
    passes = tuple(p for p in state.passes if p != (stack, number))
    return replace(state, opened=_without(state.opened, stack), passes=(*passes, (stack, number)))


def close_pass(state: FoldState, stack: str, number: int) -> FoldState:
    """Put one open pass back; where the whole stack was laid out, all of it."""
    stack = stack_of(stack)
    if (stack, number) not in state.passes:
        return close(state, stack)
    return replace(state, passes=tuple(p for p in state.passes if p != (stack, number)))


def move_pass(state: FoldState, stack: str, before: int, number: int) -> FoldState:
    """One open pass gives way to another."""
    return open_pass(close_pass(state, stack, before), stack, number)


def choose(state: FoldState, stack: str, number: int) -> FoldState:
    """Let the box that holds pass `number` show that pass."""
    stack = stack_of(stack)
    opened = [n for name, n in state.passes if name == stack]
    above = min((n for n in opened if n > number), default=None)
    below = max((n for n in opened if n < number), default=None)

    def is_beside(name: str, n: int) -> bool:
        return name == stack and (below is None or n > below) and (above is None or n < above)

    return replace(state, chosen=(*(c for c in state.chosen if not is_beside(*c)), (stack, number)))


def isolate(state: FoldState, ways: tuple[Way, ...]) -> FoldState:
    """Only what these ways lead to, none: everything again; what is hidden stays hidden."""
    return replace(state, only=ways)


def hide(state: FoldState, names: tuple[str, ...]) -> FoldState:
    """Without these boxes or nodes as well."""
    return replace(state, hidden=tuple(dict.fromkeys((*state.hidden, *map(stack_of, names)))))


def show_all(state: FoldState) -> FoldState:
    """Nothing isolated and nothing hidden."""
    return replace(state, only=(), hidden=())


def open_all() -> FoldState:
    """Everything laid out."""
    return FoldState(opened=(ALL,))


def close_all() -> FoldState:
    """Only the outermost boxes."""
    return FoldState(closed=(ALL,))


def _without(names: tuple[str, ...], name: str) -> tuple[str, ...]:
    return tuple(n for n in names if n != name)
