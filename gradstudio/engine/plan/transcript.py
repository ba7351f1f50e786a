"""From the nodes that a run left to the numbered values and steps of a Program, many at a time.

A tensor knows its number: as its record, below zero, and far from those that other recordings or recorders gave.
"""

from __future__ import annotations

import itertools
from typing import Any

from gradstudio.engine.plan.constants import Constants
from gradstudio.engine.plan.program import Form, Guard, Program, Step, Value, value_of
from gradstudio.engine.plan.weak import WeakNumbers
from gradstudio.engine.state import Joint, Token
from gradstudio.engine.tensor import ALONE, FLOAT64, NO_PARAMS, Details, Tensor

MOST_STEPS = 5_000_000
"""Longer runs are not planned: while it is made, a plan takes some 600 bytes and 13 microseconds for each."""

Entry = Tensor | tuple[Tensor, Step | Guard | Tensor]
"""What has happened: the node of an op without parameters, or a tensor and the step that made it, the guard that looks
at it, or another tensor with the same value. The inputs of such a step are tensors, or numbers of values."""

_starts = itertools.count(1 << 40, 1 << 24)
_new = object.__new__


class TooLongError(Exception):
    """More has happened than a plan may hold."""


class Transcript:
    """A program that is being written down, and the numbers of tensors in it."""

    def __init__(self) -> None:
        self.program = Program()
        self.constants = Constants(self.program)
        self.weak = WeakNumbers(self.program)
        self._first = -next(_starts)  # the record of number 0
        self.waits = self._first + 1  # the record of what will have a number, and is followed by no tape

    def number(self, x: Any) -> int | None:
        """The number of a tensor that depends on an input; None for anything else."""
        number = self._first - x.record if type(x) is Tensor else -1
        return number if 0 <= number < len(self.program.values) else None

    def name(self, t: Tensor, origin: Any) -> int:
        """The number of a tensor that no step makes, from now on."""
        number = self.program.add(value_of(t.value, origin))
        t.record = self._first - number
        return number

    def write(self, entries: list[Entry], over: Token | Joint) -> None:
        """Write down what has happened, in its order, and let it go: the list is empty afterwards.

        over: what holds this token forgets its inputs. Raises TooLongError.
        """
        values, body, weak, first = self.program.values, self.program.body, self.weak, self._first
        number = self._number
        if len(body) + len(entries) > MOST_STEPS:
            raise TooLongError(f"it runs more than {MOST_STEPS:,} ops")
        entries.reverse()
        while entries:
            entry = entries.pop()
            step = _new(Step)
            if type(entry) is Tensor:
                t = entry
                x, y = t.first, t.second
                step.row, step.params = t.op, NO_PARAMS  # type: ignore[assignment]
                if y is ALONE:
                    step.inputs = (number(x),)
                elif type(y) is Details:
                    step.inputs = tuple([number(v) for v in x])
                else:
                    step.inputs = (number(x), number(y))
            else:
                t, what = entry
                if type(what) is not Step:
                    self._note(t, what)
                    continue
                step = what
                step.inputs = tuple([v if type(v) is int else number(v) for v in step.inputs])
            step.out = out = len(values)
            if type(t.value) is float:
                value = _new(Value)
                value.origin, value.form, value.shape, value.dtype = step, Form.FLOAT, (), FLOAT64
            else:
                value = value_of(t.value, step)
            values.append(value)
            body.append(step)
            if weak.numbers:
                weak.told(step)
            held = t.token
            if held is over or (type(held) is Joint and held.is_gone):  # nobody asks for its inputs any more
                over = held
                t.first, t.second = None, Details(NO_PARAMS, first - out)
            else:
                t.record = first - out

    def _number(self, x: Any) -> int:
        if type(x) is Tensor:
            second = x.second
            if type(second) is Details:
                number = self._first - second.record
                if number >= 0:
                    return number
        return self.constants.any(x)

    def _note(self, t: Tensor, what: Any) -> None:
        if type(what) is Guard:
            what.value = self._number(t)
            self.program.body.append(what)
        else:
            t.record = what.record
