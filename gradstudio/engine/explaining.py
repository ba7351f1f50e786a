"""explain: why the gradient of a target with respect to a source is None, as data and as one sentence."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import Any

from gradstudio.engine.opening import check_there
from gradstudio.engine.slices import IndexedSlices
from gradstudio.engine.state import ACTIVE, follows
from gradstudio.engine.tape import GradientTape
from gradstudio.engine.targets import seeds_of
from gradstudio.engine.tensor import Tensor
from gradstudio.engine.variable import Variable
from gradstudio.engine.why import NOWHERE, Cut, Place, origin, program_frame

KINDS = (
    "connected",  # there is a gradient
    "not_watched",
    "reassigned",  # the source is a newer value than the one that was used
    "before",  # computed before the tape recorded or the source was watched
    "after",  # computed outside the tape's block, or the source was made after the target
    "stopped",  # inside stop_recording()
    "numpy",  # left through NumPy, float() and the like
    "assign",  # left into a Variable
    "integer",  # no floating number
    "stop_gradient",
    "op",  # an op that has no gradient
    "unconnected",  # the target does not depend on it
    "spent",  # the tape was used up before
)
"""What can be the cause."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a gradient is None: what explain() gives.

    kind: a word for the cause, "connected" where there is a gradient; message and hint: what happened and what to do,
    as str() shows them; op, file and line: where the way is cut, "" and 0 if unknown.

    Example:
        >>> found = gs.Explanation("unconnected", "y does not depend on x", "use x in it")
        >>> print(found)
        y does not depend on x; use x in it
    """

    kind: str
    message: str
    hint: str = ""
    op: str = ""
    file: str = ""
    line: int = 0

    def __str__(self) -> str:
        return f"{self.message}; {self.hint}" if self.hint else self.message


def explain(tape: GradientTape, target: Any, source: Any) -> Explanation:
    """Why tape.gradient(target, source) is None, or that it is not.

    It may be asked before or after gradient() was called. Everything it needs is kept anyway, at no cost to the ops
    that a tape records. Raises TypeError where tape is no GradientTape or source no tensor or Variable.

    Example:
        >>> x = gs.Variable(3.0)
        >>> with gs.GradientTape() as tape:
        ...     y = gs.stop_gradient(x) * 2.0
        >>> print(tape.gradient(y, x))
        None
        >>> why = gs.explain(tape, y, x)
        >>> why.kind, why.op, why.hint
        ('stop_gradient', 'stop_gradient', 'leave stop_gradient out if this is not wanted')
    """
    if not isinstance(tape, GradientTape):
        raise TypeError(f"explain() takes a GradientTape first, not {type(tape).__name__}")
    if not isinstance(source, Tensor | Variable):
        check_there(source)
        raise TypeError(f"explain() takes a tensor or Variable as source, not {type(source).__name__}")
    return _Question(tape, target, source).answer()


class _Question:
    """One question: who takes part, what they are called, and what the tape still knows."""

    def __init__(self, tape: GradientTape, target: Any, source: Any) -> None:
        self.tape = tape
        self.target = target.dense() if isinstance(target, IndexedSlices) else target
        self.source = source
        self.x, self.y = _names(source, "the source"), _names(target, "the target")
        self.starts = tape._values_of(source)
        self.goal = tape._values_of(target)[-1] if isinstance(target, Variable) else target
        self.nodes = [*reversed(tape._rest), *tape._nodes]

    def answer(self) -> Explanation:
        tape, x = self.tape, self.x
        if not isinstance(self.goal, Tensor):
            return self._numpy_target()
        if self.source.dtype.kind not in "fc":
            return self._say(
                "integer",
                f"{x} is {self.source.dtype}, and only floating numbers have a gradient",
                "write 3.0 instead of 3, or use gs.cast(x, gs.float64) before it is watched",
                _place(self.starts[-1]),
            )
        known = self._answered()
        if known is not None:
            return known
        if self.goal.dtype.kind not in "fc":
            return self._integer_target()
        if not any(follows(t.token, tape._token) for t in self.starts):
            return self._source_not_followed()
        if follows(self.goal.token, tape._token):
            return self._both_followed()
        cut = self.goal.token
        if type(cut) is Cut and any(token is tape._token for token, _ in cut.states):
            return self._from_cut(cut)
        return self._target_not_followed()

    def _answered(self) -> Explanation | None:
        """What the tape's only gradient() call has told, or that the tape is used up."""
        spent = self.tape._spent
        if spent is NOWHERE:
            return None
        asked = self.tape._asked
        if id(self.goal) in asked.targets and id(self.source) in asked.sources:
            if asked.sources[id(self.source)]:
                return self._say("connected", f"{self.y} has a gradient with respect to {self.x}", "", NOWHERE)
            return None
        return self._say(
            "spent",
            f"the tape was used up by gradient(){_on(spent)} and keeps nothing for a second call",
            "create it with GradientTape(persistent=True), or ask for everything in one call",
            spent,
        )

    def _numpy_target(self) -> Explanation:
        reached = self._reached()
        cut = next((c for c in self.tape._crumbs.exits.values() if set(c.lost) & reached), None)
        place = NOWHERE if cut is None else cut.place
        how = "float(), numpy() or the like" if cut is None else cut.op
        return self._say(
            "numpy",
            f"{self.y} is a {type(self.target).__name__}, no tensor: it left the tape through {how}{_on(place)}",
            "keep it a tensor until after gradient()",
            place,
        )

    def _integer_target(self) -> Explanation:
        cut = self.goal.token
        if type(cut) is Cut and cut.kind in ("op", "integer"):
            return self._from_cut(cut)
        return self._say(
            "integer",
            f"{self.y} is {self.goal.dtype}, and only floating numbers have a gradient",
            "ask for a floating target",
            _place(self.goal),
        )

    def _source_not_followed(self) -> Explanation:
        tape, x, source = self.tape, self.x, self.source
        if isinstance(source, Variable):
            if not source.trainable:
                why = "is not trainable, and no watch() asked for it"
            elif not tape._automatic:
                why = "was not watched, and the tape has watch_accessed_variables=False"
            else:
                why = f"was never read while the tape of line {tape._opened.line} recorded"
            return self._say("not_watched", f"{x} {why}", f"call tape.watch({x}) before it is used", tape._opened)
        token, place = source.token, _place(source)
        if source.op is not None and type(token) is Cut and token.kind == "unrecorded":
            return self._say(
                "reassigned",
                f"{x} is a new value, made by {source.op.name}{_on(place)} outside the tape, "
                f"not the tensor or Variable that {self.y} was computed from",
                "change a Variable with assign(...) or assign_sub(...) instead of giving its name to a new tensor",
                place,
                source.op.name,
            )
        made = f", made by {source.op.name}{_on(place)}" if source.op is not None else f" (made{_on(place)})"
        other = token is not None and type(token) is not Cut
        return self._say(
            "not_watched",
            f"{x}{made if place.line else ''} is not watched by this tape" + (", only by another one" if other else ""),
            f"call tape.watch({x}) in the block of line {tape._opened.line}, before it is used, "
            "or make it a gs.Variable",
            place if place.line else tape._opened,
            "" if source.op is None else source.op.name,
        )

    def _target_not_followed(self) -> Explanation:
        """Nothing that the tape follows went into the target."""
        tape, goal = self.tape, self.goal
        reached = self._reached()
        cut = next((c for c in tape._crumbs.exits.values() if set(c.lost) & reached), None)
        place = _place(goal)
        if cut is not None:
            return self._from_cut(cut)
        what = f"{self.y} was made by {goal.op.name}{_on(place)}" if goal.op else f"{self.y} was made{_on(place)}"
        watched = min(
            (tape._crumbs.watched[id(t)] for t in self.starts if id(t) in tape._crumbs.watched),
            default=NOWHERE,
            key=_line,
        )
        if goal.op is not None and place.line and place.file == tape._opened.file and place.line < tape._opened.line:
            return self._say(
                "before",
                f"{what}, before the tape began to record on line {tape._opened.line}",
                "compute it inside the tape's `with` block, after the source is watched",
                place,
                goal.op.name,
            )
        if goal.op is not None and place.line and watched.line and place.line < watched.line:
            return self._say(
                "before",
                f"{what}, before {self.x} was watched on line {watched.line}",
                f"call tape.watch({self.x}) first",
                place,
                goal.op.name,
            )
        return self._say(
            "unconnected",
            f"{what} and does not depend on {self.x}",
            f"if it should, look for a new gs.constant(...) between {self.x} and {self.y}",
            place,
            goal.op.name if goal.op else "",
        )

    def _both_followed(self) -> Explanation:
        reached = self._reached()
        if self.tape._spent is NOWHERE and self._has_gradient():
            return self._say("connected", f"{self.y} has a gradient with respect to {self.x}", "", NOWHERE)
        if self._is_after_goal():
            return self._say(
                "after",
                f"{self.x} was computed after {self.y}, so {self.y} does not depend on it",
                "ask for the gradient by the tensor that the target was computed from",
                _place(self.starts[-1]),
            )
        tape = self.tape
        before = self._before_goal(reached)
        for cut in [*before, *tape._crumbs.walls.values(), *tape._token.cuts, *tape._crumbs.exits.values()]:
            if set(cut.lost) & reached:
                return self._from_cut(cut)
        if id(self.goal) in reached:
            return self._say(
                "op",
                f"a gradient function on the way from {self.x} to {self.y} passes nothing on (it gives None)",
                "look at the custom_gradient functions on the way, and at ops that have no gradient for this input",
                tape._opened,
            )
        return self._say(
            "unconnected",
            f"{self.y} does not depend on {self.x}: no recorded op leads from one to the other",
            f"use {self.x} in what leads to {self.y}, or pass unconnected_gradients='zero' where zero is meant",
            tape._opened,
        )

    def _has_gradient(self) -> bool:
        """Whether a backward pass, which leaves the tape as it is, arrives at the source."""
        paused = self.tape in ACTIVE.tapes
        position = ACTIVE.remove(self.tape) if paused else 0
        recorder = ACTIVE.inspect(None)
        try:
            (found,) = self.tape._sweep(seeds_of([self.goal], None), [self.source], False)
        finally:
            ACTIVE.inspect(recorder)
            if paused:
                ACTIVE.insert(position, self.tape)
        return found is not None

    def _reached(self) -> set[int]:
        """Ids of what a gradient could come from to reach the source."""
        reached = {id(t) for t in self.starts}
        for node in self.nodes:
            if id(node) not in self.tape._crumbs.walls and any(id(x) in reached for x in node.inputs):
                reached.add(id(node))
        return reached

    def _is_after_goal(self) -> bool:
        """Whether the source was computed from the target."""
        needed = {id(t) for t in self.starts}
        for node in reversed(self.nodes):
            if id(node) in needed:
                needed.update(id(x) for x in node.inputs)
        return id(self.goal) in needed

    def _before_goal(self, reached: set[int]) -> list[Cut]:
        """Cuts among what the target was computed from, as far as the tape still knows it."""
        needed, found = {id(self.goal)}, []
        for node in reversed(self.nodes):
            if id(node) in needed:
                for x in node.inputs:
                    if type(x) is Tensor:
                        needed.add(id(x))
                        if type(x.token) is Cut:
                            found.append(x.token)
        return [cut for cut in found if set(cut.lost) & reached]

    def _from_cut(self, cut: Cut) -> Explanation:
        where, op, place = _on(cut.place), cut.op, cut.place
        if cut.kind == "stop_gradient":
            return self._say(
                "stop_gradient",
                f"stop_gradient{where} holds the gradient of {self.x} back",
                "leave stop_gradient out if this is not wanted",
                place,
                op,
            )
        if cut.kind == "op":
            return self._say(
                "op", f"{op}{where} has no gradient", "use a smooth op instead, e.g. softmax for argmax", place, op
            )
        if cut.kind == "integer":
            return self._say(
                "integer",
                f"{op}{where} gives whole numbers, which carry no gradient",
                "keep the numbers floating",
                place,
                op,
            )
        if cut.kind == "numpy":
            return self._say(
                "numpy",
                f"a value on the way left the tape through {op}{where}",
                "use ops of gradstudio (or NumPy's functions on the tensor itself) instead",
                place,
            )
        if cut.kind == "assign":
            return self._say(
                "assign",
                f"the value went into a Variable through {op}{where}, and no gradient flows through an assignment",
                "use the tensor itself in what leads to the target",
                place,
            )
        state = next((s for token, s in cut.states if token is self.tape._token), "closed")
        if state == "stopped":
            return self._say(
                "stopped",
                f"{op}{where} ran inside stop_recording(), so the tape did not record it",
                "move it out of the stop_recording() block",
                place,
                op,
            )
        return self._say(
            "after",
            f"{op}{where} ran after the tape's block was left, so the tape did not record it",
            "compute the target inside the tape's `with` block",
            place,
            op,
        )

    def _say(self, kind: str, message: str, hint: str, place: Place, op: str = "") -> Explanation:
        tail = "" if kind in ("connected", "spent") else f"{self.x} gets no gradient: "
        return Explanation(kind, tail + message, hint, op, place.file, place.line)


def _place(t: Tensor) -> Place:
    """Where a tensor was made: an inspecting run knows it of every one, else it is kept where no tape records."""
    recorder = ACTIVE.recorder
    return recorder.place(t) if recorder is not None else origin(t)


def _on(place: Place) -> str:
    return f" on line {place.line}" if place.line else ""


def _line(place: Place) -> int:
    return place.line


def _names(value: Any, otherwise: str) -> str:
    """What the program that asks calls a value."""
    frame = program_frame(3)
    if frame is None:
        return otherwise
    local = frame.f_locals
    found = [name for scope in (local, frame.f_globals) for name, held in scope.items() if held is value]
    if frame.f_code.co_flags & inspect.CO_OPTIMIZED and isinstance(local, dict):
        local.clear()  # before Python 3.13 this is a copy that lives as long as the function, with all it refers to
    return next((name for name in found if not name.startswith("_")), otherwise)
