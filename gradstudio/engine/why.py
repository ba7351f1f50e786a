"""Breadcrumbs for the question why a gradient is None, left where a way that a tape follows is cut.

An op that a tape records costs nothing more. Only where the result of an op on followed tensors is not recorded does
it get a `Cut` instead of a token: the op, its place in the program and what was lost. A cut is handed on from result
to result, and holds no tensor, so it keeps nothing alive.
"""

from __future__ import annotations

import sys
from itertools import islice
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple

from gradstudio.engine.state import Joint

_MOST_CUTS = 1000
"""How many cuts a tape keeps in mind."""
_PACKAGE = str(Path(__file__).resolve().parent.parent)


class Place(NamedTuple):
    """Where in a program something happened; line 0 where it is not known."""

    file: str = ""
    line: int = 0


NOWHERE = Place()


class Cut:
    """Where followed tensors went into something that no tape records.

    kind: "op", "integer", "stop_gradient", "unrecorded", "numpy", "assign". states: what each following tape did then.
    lost: ids of the followed tensors.
    """

    __slots__ = ("kind", "lost", "op", "place", "states")

    covers: frozenset[Any] = frozenset()  # it stands where a token could: no tape follows what holds it

    def __init__(
        self, kind: str, op: str, place: Place, states: tuple[tuple[Any, str], ...], lost: tuple[int, ...]
    ) -> None:
        self.kind = kind
        self.op = op
        self.place = place
        self.states = states
        self.lost = lost


class Crumbs:
    """What one tape keeps for questions: where it was watched, where recorded ways end, where tensors left it."""

    __slots__ = ("exits", "walls", "watched")

    def __init__(self) -> None:
        self.walls: dict[int, Cut] = {}  # nodes that pass no gradient on, by id
        self.exits: dict[tuple[str, str, Place], Cut] = {}  # where followed tensors left for NumPy or a Variable
        self.watched: dict[int, Place] = {}  # id of a watched tensor -> where watch() was called

    def wall(self, t: Any, inputs: tuple[Any, ...]) -> None:
        """A recorded op passes no gradient on."""
        kind = "stop_gradient" if t.op.name == "stop_gradient" else "op"
        self.walls[id(t)] = Cut(kind, t.op.name, place(), (), tuple(id(x) for x in inputs))

    def exit(self, t: Any, kind: str, how: str) -> None:
        """A followed value leaves for NumPy or a Variable."""
        at = (kind, how, place(3))
        before = self.exits.get(at)
        if before is None or len(before.lost) < _MOST_CUTS:
            self.exits[at] = Cut(kind, how, at[2], (), ((*before.lost, id(t)) if before else (id(t),)))


_ours: dict[str, bool] = {}  # name of a source file -> whether it is the library's


def program_frame(depth: int = 1) -> FrameType | None:
    """The innermost frame that is not the library's."""
    frame: FrameType | None = sys._getframe(depth + 1)
    while frame is not None:
        name = frame.f_code.co_filename
        ours = _ours.get(name)
        if ours is None:
            ours = _ours[name] = name.startswith(_PACKAGE)
        if not ours:
            return frame
        frame = frame.f_back
    return None


def place(depth: int = 1) -> Place:
    """Where the program is now."""
    frame = program_frame(depth + 1)
    return NOWHERE if frame is None else Place(frame.f_code.co_filename, frame.f_lineno or 0)


def note_origin(t: Any) -> None:
    """Keep where a leaf, or a tensor that no tape records, was made: the code and the instruction.

    The line is worked out when somebody asks. Called by what a function of the library calls, at least.
    """
    frame = program_frame(2)
    if frame is not None and t.first is None:
        if type(t.second) is tuple or not hasattr(t.second, "origin"):
            t.second = (frame.f_code, frame.f_lasti)
        else:
            t.second.origin = (frame.f_code, frame.f_lasti)


def origin(t: Any) -> Place:
    """Where a tensor was made; unknown for what a tape recorded."""
    kept = t.second if t.first is None and type(t.second) is tuple else getattr(t.second, "origin", None)
    if kept is None:
        return NOWHERE
    code, instruction = kept
    return Place(code.co_filename, next(islice(code.co_positions(), instruction // 2, None))[0] or 0)


def cut_of(row: Any, inputs: tuple[Any, ...], tensor: Any, is_number: bool) -> Cut | None:
    """What to hand on with the unrecorded result of an op: a cut made here, or one that an input brought.

    is_number: whether the result is floating, so that it could have been recorded.
    """
    before: Cut | None = None
    followed = []
    for x in inputs:
        if type(x) is tensor and x.token is not None:
            held = x.token
            if type(held) is Cut:
                before = before or held
            else:
                followed.append((x, held))
    if not followed:
        return before
    states: list[tuple[Any, str]] = []
    for _, held in followed:
        for token in held.tokens if type(held) is Joint else (held,):
            if all(token is not known for known, _ in states):
                states.append((token, token.state))
    name = row.name
    if not row.flows:
        kind = "stop_gradient" if name == "stop_gradient" else "op"
    elif not is_number:
        kind = "integer"
    else:
        kind = "unrecorded"
    cut = Cut(kind, name, place(2), tuple(states), tuple(id(x) for x, _ in followed))
    for token, _ in states:
        if len(token.cuts) < _MOST_CUTS:
            token.cuts.append(cut)
    return cut
