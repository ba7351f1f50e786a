"""Recording: one run of a function, written down as a Program while it goes on.

A Recording stands among the active tapes, so that backward passes run their rules on tensors, and where the inspecting
recorder would, so that it is told of every op, recorded by a tape or not. What depends on no input is not written down:
it is the same in every call.
"""

from __future__ import annotations

import itertools
from threading import get_ident
from typing import Any

import numpy as np

from gradstudio.engine.backends import FOREIGN
from gradstudio.engine.plan.constants import Constants, same_value
from gradstudio.engine.plan.program import NONE, Argument, Constant, Form, Guard, Held, Program, Step, Value, value_of
from gradstudio.engine.primitive import TABLE
from gradstudio.engine.random import Random
from gradstudio.engine.state import ACTIVE, Token
from gradstudio.engine.structure import flatten
from gradstudio.engine.tensor import Tensor
from gradstudio.engine.variable import Variable
from gradstudio.engine.why import NOWHERE, Place

MOST_STEPS = 100_000
"""Longer runs are not planned: compiling them would take longer than many runs."""

_NARROW = frozenset("efF")
"""dtypes that a Python float does not widen, but a float64 tensor does."""
_PLAIN = frozenset([int, float, bool, str, type(None), slice, type(...), type, np.dtype])


class WeakNumberError(BaseException):
    """A Python float among the arguments meets a narrow dtype: as an input of a plan it would widen the result."""


class Recording:
    """What a run does with its inputs. Only one may be open at a time.

    reason: why no plan can repeat the run, "" if one can.
    """

    records = False  # among the active tapes: listens, but keeps no node
    _starts = itertools.count(1 << 40, 1 << 24)

    def __init__(self) -> None:
        self.thread = get_ident()
        self.program = Program()
        self.reason = ""
        self.created: list[Variable] = []
        self.changed: dict[int, tuple[Variable, Tensor]] = {}  # variable and the value it had before
        self._token = Token()
        self._constants = Constants(self.program)
        self._streams: list[tuple[Random, Any]] = []
        self._guards = 0
        self._defined: int | None = None
        # A tensor knows its number: below zero, and far from those that other recordings or recorders gave.
        self._start = next(self._starts)

    # inputs and results

    def argument(self, t: Tensor, place: int, is_tensor: bool) -> None:
        """Leaf number `place` of the arguments comes in as this tensor."""
        self._name(t, Argument(place, is_tensor))

    def number(self, t: Any) -> int:
        """The number of a tensor's value, which becomes a constant if it depends on no input."""
        known = self._known(t)
        return self._constants.tensor(t) if known is None else known

    def undo(self) -> None:
        """Variables and random streams are again what they were before the run."""
        for variable, before in self.changed.values():
            variable._current = before
        for stream, state in reversed(self._streams):
            stream._generator.bit_generator.state = state

    def assignments(self) -> list[tuple[Variable, int]]:
        """The variables that have new values, and the numbers of those; without the ones made in the run."""
        local = {id(v) for v in self.created}
        kept = [variable for variable, _ in self.changed.values() if id(variable) not in local]
        return [(variable, self.number(variable._current)) for variable in kept]

    def give_up(self, why: str) -> None:
        """No plan can repeat this run."""
        self.reason = self.reason or why

    def _name(self, t: Tensor, origin: Any) -> int:
        number = self.program.add(value_of(t.value, origin))
        t.record = -(self._start + number)
        return number

    def _known(self, t: Any) -> int | None:
        """The number of a tensor that depends on an input."""
        if type(t) is not Tensor:
            return None
        number = -t.record - self._start
        return number if 0 <= number < len(self.program.values) else None

    # what the engine reports

    def op(self, t: Tensor) -> None:
        """An op has run: t is its result, with inputs still attached."""
        if get_ident() != self.thread or self.reason:
            return
        inputs = t.inputs
        known = [self._known(x) for x in inputs]
        row = t.op
        assert row is not None
        if t.params and any(type(v) not in _PLAIN and self.depends(v) for v in t.params.values()):
            self.give_up(f"a parameter of {row.name} depends on the arguments")
        if row.name == "custom_call" and self._defined is not None:
            t.record = -(self._start + self._defined)
            self._defined = None
            return
        if all(number is None for number in known):
            return
        if row.name == "custom_call":
            self.give_up("it calls a function with a gradient of its own")
        if len(self.program.body) >= MOST_STEPS or type(t.value) in FOREIGN:
            self.give_up(f"it runs more than {MOST_STEPS:,} ops" if not FOREIGN else "its values live on a device")
        numbers = tuple(
            [
                number if number is not None else NONE if x is None else self._constants.any(x)
                for x, number in zip(inputs, known, strict=True)
            ]
        )
        step = Step(row, numbers, t.params, -1)
        step.out = self._name(t, step)
        self._check_weak(numbers, self.program.values[step.out])
        self.program.body.append(step)

    def _check_weak(self, numbers: tuple[int, ...], out: Value) -> None:
        values = [self.program.values[n] for n in numbers if n != NONE]
        if any(type(v.origin) is Argument and v.origin.is_number for v in values) and any(
            v.dtype.char in _NARROW for v in values
        ):
            raise WeakNumberError

    def looked(self, t: Any, kind: str) -> None:
        """Python saw a value."""
        number = self._known(t)
        if number is None or self.reason:
            return
        held = t.value
        if kind == "bool":
            seen: Any = bool(held)
        elif kind == "int":
            seen = int(held)
        else:
            seen = held.copy() if isinstance(held, np.ndarray) else held
        self.program.body.append(Guard(number, kind, seen, self._guards))
        self._guards += 1

    def fetched(self, variable: Variable, current: Tensor) -> None:
        """Something used the value of a variable."""
        if self._known(current) is None and id(variable) not in self.changed and variable not in _Same(self.created):
            self._name(current, Held(variable))

    def replaced(self, variable: Variable, before: Tensor | None) -> None:
        """A variable has got another value; before is None where it was just made."""
        if before is None:
            self.created.append(variable)
        else:
            self.changed.setdefault(id(variable), (variable, before))

    def same(self, t: Tensor, value: Tensor) -> None:
        """A new tensor holds the value of another one, perhaps in another dtype."""
        number = self._known(value)
        if number is None or self.reason:
            return
        if t.dtype == value.dtype:
            t.record = value.record
        else:
            step = Step(TABLE["cast"], (number,), {"dtype": t.dtype}, -1)
            step.out = self._name(t, step)
            self.program.body.append(step)

    def depends(self, x: Any) -> bool:
        """Whether a value, or one in a nesting, depends on an input."""
        return any(self._known(v) is not None or isinstance(v, Variable) for v in flatten(x))

    def drew(self, stream: Random) -> None:
        """Random numbers are about to come from a stream."""
        self._streams.append((stream, stream._generator.bit_generator.state))
        self.give_up("it draws random numbers without a seed")

    def defined(self, outputs: list[Any]) -> None:
        """A function with its own gradient has computed its outputs: the vector that they make is the op's result."""
        if self.depends(outputs):
            reshape, concatenate = TABLE["reshape"], TABLE["concatenate"]
            self._defined = self.number(concatenate([reshape(y, shape=-1) for y in outputs], axis=0))

    def escaped(self, why: str, values: Any) -> None:
        """The library reads values in a way that no plan can repeat."""
        if values is None or self.depends(values):
            self.give_up(why)

    # as a tape: what is told to all that are active

    def note(self, t: Tensor) -> None:
        """Nothing is followed by the token of a recording."""

    def wall(self, t: Tensor, inputs: tuple[Any, ...]) -> None:
        """Explanations are the tape's affair."""

    def lost(self, t: Tensor, kind: str, how: str) -> None:
        """Explanations are the tape's affair; reading is heard of in looked()."""

    def _accessed(self, variable: Variable, current: Tensor) -> None:
        """Variables are heard of in fetched()."""

    # as a recorder: what an inspecting run would write down

    def begin(self, targets: list[Tensor], sources: list[Tensor]) -> None:
        """A backward pass starts; its rules must run on tensors."""
        if get_ident() == self.thread and not any(tape is self for tape in ACTIVE.tapes):
            self.give_up("it differentiates inside a function with a gradient of its own")

    def end(self, log: Any, results: list[Any]) -> None:
        """The ops of the pass were told one by one."""

    def leaf(self, t: Tensor) -> None:
        """What is made from numbers is a constant."""

    def variable(self, variable: Variable, t: Tensor) -> None:
        """Heard of in replaced()."""

    def watched(self, t: Tensor) -> None:
        """Tapes are their own affair."""

    def derived(self, t: Tensor) -> None:
        """Heard of op by op."""

    def enter(self, kind: str, name: str, line: int, index: int = 0) -> int:
        """Scopes are the picture's affair."""
        return 0

    def leave(self, depth: int | None = None) -> None:
        """Scopes are the picture's affair."""

    def place(self, t: Tensor) -> Place:
        """Places are the picture's affair."""
        return NOWHERE
