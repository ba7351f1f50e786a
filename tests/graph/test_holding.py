"""Large pictures take no more memory than they need: nothing outlives them, and equal texts are there once."""

from __future__ import annotations

import gc
from dataclasses import replace

import numpy as np

from gradstudio.graph.kept import kept
from gradstudio.graph.sharing import sharing
from gradstudio.picture.specimens import Cell, specimens


class Thing:
    """What answers are kept of."""


def test_an_answer_is_kept_as_long_as_what_it_is_about() -> None:
    asked: list[tuple[object, ...]] = []

    @kept(2)
    def answer(thing: Thing, *more: object) -> np.ndarray:
        asked.append(more)
        return held if not more else np.zeros(1)

    held, thing = np.ones(3), Thing()
    assert answer(thing) is answer(thing)
    assert asked == [()]
    for more in ((1,), (2,), (1,), (2,)):
        answer(thing, *more)
    assert asked == [(), (1,), (2,)]
    answer(thing)  # only the last two other arguments are remembered
    assert asked == [(), (1,), (2,), ()]

    class Watched(np.ndarray):
        """An array that says when it goes."""

    gone: list[bool] = []
    Watched.__del__ = lambda _self: gone.append(True)  # type: ignore[attr-defined]

    @kept()
    def large(_thing: Thing) -> np.ndarray:
        return np.zeros(4).view(Watched)

    large(thing)
    assert not gone
    del thing
    gc.collect()
    assert gone


def test_equal_texts_and_groups_are_held_once() -> None:
    cell = Cell("y", "add", "arithmetic", 1.0, 1.0)
    graph = specimens((cell, cell), frame=("pass 1", "loop")).graph
    copied = replace(
        graph,
        label=tuple("".join(list(text)) for text in graph.label),
        ids=tuple("".join(list(text)) for text in graph.ids),
        groups=tuple(replace(group) for group in graph.groups),
    )
    assert copied.label[0] is not copied.label[1]

    shared = sharing(copied)
    assert shared.label == graph.label
    assert shared.label[0] is shared.label[1]
    both = sharing(copied, graph)
    assert all(one is other for one, other in zip(both.ids, graph.ids, strict=True))
    assert both.groups is graph.groups
    other = replace(copied, groups=tuple(replace(group, line=group.line + 1) for group in graph.groups))
    assert sharing(other, graph).groups is other.groups
