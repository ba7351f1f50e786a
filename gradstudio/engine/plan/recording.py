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
from gradstudio.engine.ops.batches import batch, unbatch
from gradstudio.engine.plan.bystander import Bystander
from gradstudio.engine.plan.constants import Constants, copied
from gradstudio.engine.plan.effects import Effects
from gradstudio.engine.plan.listener import heard
from gradstudio.engine.plan.lowering import plain_result
from gradstudio.engine.plan.program import NONE, Argument, Guard, Held, Program, Step, value_of
from gradstudio.engine.plan.weak import WeakNumbers
from gradstudio.engine.primitive import TABLE, Primitive, op
from gradstudio.engine.random import Random
from gradstudio.engine.shedding import LARGE, shed
from gradstudio.engine.state import ACTIVE, Token
from gradstudio.engine.structure import flatten
from gradstudio.engine.tensor import Tensor
from gradstudio.engine.variable import Variable

MOST_STEPS = 5_000_000
"""Longer runs are not planned: while it is made, a plan takes half a kilobyte and some 30 microseconds for each."""

_PLAIN = frozenset([int, float, bool, str, type(None), slice, type(...), type])


class Recording(Bystander):
    """What a run does with its inputs. Only one may be open at a time.

    reason: why no plan can repeat the run, "" if one can.
    """

    _starts = itertools.count(1 << 40, 1 << 24)

    def __init__(self) -> None:
        super().__init__()
        self.thread = get_ident()
        self.program = Program()
        self.reason = ""
        self.effects = Effects()
        self.plain: dict[int, Tensor] = {}  # number of a batch -> all its values in one array
        self._constants = Constants(self.program)
        self._guards = 0
        self._opened = ACTIVE.opened  # batches; the run has one if another is opened
        self._weak = WeakNumbers(self.program)
        self._defined: list[int | None] = []  # the result of the next call of a function with its own gradient
        # A tensor knows its number: below zero, and far from those that other recordings or recorders gave.
        self._start = next(self._starts)

    # inputs and results

    def argument(self, t: Tensor, place: int, given: Any) -> None:
        """Leaf number `place` of the arguments, given as a tensor, array or number, comes in as this tensor."""
        if self.known(t) is not None:
            return  # the same tensor in another place
        number = self._name(t, Argument(place, isinstance(given, Tensor)))
        if type(given) is float:
            self._weak.add(number)

    def number(self, x: Any) -> int:
        """The number of a tensor's value, or of what else an op takes; a constant if it depends on no input."""
        known = self.known(x)
        return self._constants.any(x) if known is None else known

    def give_up(self, why: str) -> None:
        """No plan can repeat this run."""
        self.reason = self.reason or why

    def _name(self, t: Tensor, origin: Any) -> int:
        number = self.program.add(value_of(t.value, origin))
        t.record = -(self._start + number)
        return number

    def known(self, t: Any) -> int | None:
        """The number of a tensor that depends on an input."""
        if type(t) is not Tensor:
            return None
        number = -t.record - self._start
        if 0 <= number < len(self.program.values):
            return number
        if t.op is None or t.first is None or not any(type(x) is Tensor and x.record <= -self._start for x in t.inputs):
            return None
        # Forward mode uses a result before its op has been told.
        self.op(t)
        number = -t.record - self._start
        return number if number >= 0 else None

    # what the engine reports

    def op(self, t: Tensor, nanoseconds: int = 0) -> None:
        """An op has run: t is its result, with inputs still attached."""
        if get_ident() != self.thread or self.reason or t.record <= -self._start:
            return
        inputs, params = t.inputs, t.params
        known = [self.known(x) for x in inputs]
        row = t.op
        assert row is not None
        if params and any(type(v) not in _PLAIN and self.depends(v) for v in params.values()):
            self.give_up(f"a parameter of {row.name} depends on the arguments")
        if row.name == "custom_call" and self._defined:
            number = self._defined.pop()
            if number is not None:
                t.record = -(self._start + number)
            return
        if all(number is None for number in known):
            return
        if len(self.program.body) >= MOST_STEPS:
            self.give_up(f"it runs more than {MOST_STEPS:,} ops")
            self.program.body.clear()
            self.program.values.clear()
            return
        if type(t.value) in FOREIGN:
            self.give_up("its values live on another device")
        if ACTIVE.tapes[:1] != [self] and any(not tape.records for tape in ACTIVE.tapes):
            self.give_up("it pushes tangents inside a function with a gradient of its own")
        plain = plain_result(self, t) if ACTIVE.opened > self._opened else None
        if plain is not None and row is unbatch:
            t.record = plain.record
            return
        if plain is not None:
            row, inputs, params, known = batch, (plain,), {"level": t.value.level}, [self.known(plain)]
        numbers = [
            number if number is not None else NONE if x is None else self._constants.any(x)
            for x, number in zip(inputs, known, strict=True)
        ]
        number = self.made(t, row, tuple(numbers), params)
        if plain is not None:
            self.plain[number] = plain
        if type(t.value) is np.ndarray and t.value.size >= LARGE and type(t.token) is Token:
            shed(t)

    def made(self, t: Tensor, row: Primitive, inputs: tuple[int, ...], params: dict[str, Any]) -> int:
        """The number of a tensor whose value one more step makes."""
        step = Step(row, inputs, params, -1)
        step.out = self._name(t, step)
        self._weak.told(step)
        self.program.body.append(step)
        return step.out

    @heard
    def looked(self, x: Any, kind: str) -> None:
        """Python saw a value."""
        t = x.read() if isinstance(x, Variable) else x
        number = self.known(t)
        if number is None or self.reason:
            return
        see: dict[str, Any] = {"bool": bool, "int": int, "value": copied}
        self.program.body.append(Guard(number, kind, see[kind](t.value), self._guards))
        self._guards += 1

    @heard
    def fetched(self, variable: Variable, current: Tensor) -> None:
        """Something used the value of a variable."""
        if self.known(current) is None and not self.effects.knows(variable):
            self._name(current, Held(variable))

    @heard
    def replaced(self, variable: Variable, before: Tensor | None) -> None:
        """A variable has got another value; before is None where it was just made."""
        self.effects.replaced(variable, before)

    @heard
    def source(self, value: Any) -> Tensor | None:
        """The tensor that holds the numbers of a value which depends on an input; lists are stacked."""
        if not self.depends(value):
            return None
        t = value.read() if isinstance(value, Variable) else value
        if not isinstance(t, Tensor):
            t = TABLE["stack"](value)
        return t if self.known(t) is not None else None

    @heard
    def change(self, variable: Variable, combine: Any, delta: Any) -> Variable | None:
        """A variable is about to be added to: the sum is an op like any other."""
        return variable.assign(TABLE["add" if combine is op.add else "subtract"](variable, delta))

    @heard
    def same(self, t: Tensor, source: Tensor | None) -> None:
        """A new tensor holds the value of another one, perhaps in another dtype."""
        number = self.known(source)
        if number is None or source is None or self.reason:
            return
        if t.dtype == source.dtype:
            t.record = source.record
        else:
            self.made(t, TABLE["cast"], (number,), {"dtype": t.dtype})

    def depends(self, x: Any) -> bool:
        """Whether a value, or one in a nesting, depends on an input."""
        return any(self.known(v) is not None or isinstance(v, Variable) for v in flatten(x))

    @heard
    def drew(self, stream: Random) -> None:
        """Random numbers are about to come from a stream."""
        self.effects.drew(stream)
        self.give_up("it draws random numbers without a seed")

    @heard
    def defined(self, outputs: list[Any]) -> None:
        """A function with its own gradient has computed its outputs: the vector that they make is the op's result."""
        number = None
        if self.depends(outputs):
            reshape, concatenate = TABLE["reshape"], TABLE["concatenate"]
            number = self.known(concatenate([reshape(y, shape=-1) for y in outputs], axis=0))
        self._defined.append(number)

    @heard
    def escaped(self, why: str, values: Any) -> None:
        """The library reads values in a way that no plan can repeat."""
        if values is None or self.depends(values):
            self.give_up(why)

    def begin(self, targets: list[Tensor], sources: list[list[Tensor]], seeds: list[tuple[Tensor, Any]]) -> None:
        """A backward pass starts; its rules must run on tensors."""
        if get_ident() == self.thread and not any(tape is self for tape in ACTIVE.tapes):
            self.give_up("it differentiates inside a function with a gradient of its own")
