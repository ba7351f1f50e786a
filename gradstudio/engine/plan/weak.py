"""Python floats among the arguments of a call: as tensors they would widen float32, which they do not by themselves."""

from __future__ import annotations

from gradstudio.engine.plan.program import NONE, Form, Program, Step

_NARROW = frozenset("efF")
"""Codes of the dtypes that a Python float does not widen, but a float64 tensor does."""


class WeakNumberError(BaseException):
    """A Python float among the arguments meets a narrow dtype: it cannot be an input of a plan."""


class WeakNumbers:
    """The values of a recording that may be Python floats without it: the caller's, and what is made of them alone."""

    def __init__(self, program: Program) -> None:
        self._values = program.values
        self.numbers: set[int] = set()  # which they are

    def add(self, number: int) -> None:
        """A float of the caller."""
        self.numbers.add(number)

    def told(self, step: Step) -> None:
        """A step has been recorded. Raises WeakNumberError where it would be another one without the recording."""
        if self.numbers.isdisjoint(step.inputs):
            return
        values = {n: self._values[n] for n in step.inputs if n != NONE}
        if any(value.dtype.char in _NARROW for value in values.values()):
            raise WeakNumberError
        if all(n in self.numbers or value.form is Form.NUMBER for n, value in values.items()):
            self.numbers.add(step.out)
