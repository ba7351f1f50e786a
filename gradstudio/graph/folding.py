"""Folding: which groups of a whole graph are closed, and the graph that is drawn then."""

from __future__ import annotations

from dataclasses import dataclass, replace

from gradstudio.graph.model import Graph


@dataclass(frozen=True, slots=True)
class FoldState:
    """What a person folded and unfolded; all else folds by itself where the picture would become too large.

    closed, opened: ids of groups and stacks. passes: stack and number (from 1) of a pass opened in place. chosen: stack
    and number of the pass its box shows.
    """

    closed: tuple[str, ...] = ()
    opened: tuple[str, ...] = ()
    passes: tuple[tuple[str, int], ...] = ()
    chosen: tuple[tuple[str, int], ...] = ()


def fold(whole: Graph, state: FoldState) -> Graph:
    """The graph to draw: `whole` with closed groups as single boxes and equal passes as stacks."""
    return whole


def choose(state: FoldState, stack: str, number: int) -> FoldState:
    """The box of a stack shows another of its passes (from 1)."""
    kept = tuple((name, n) for name, n in state.chosen if name != stack)
    return replace(state, chosen=(*kept, (stack, number)))


def reveal(whole: Graph, state: FoldState, record: int) -> FoldState:
    """The smallest opening that shows a record."""
    return state


def open_all(whole: Graph, state: FoldState) -> FoldState:
    """Nothing folded."""
    return state
