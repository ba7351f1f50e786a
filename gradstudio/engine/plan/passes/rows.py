"""Softmax, its logarithm and log-sum-exp as the steps that they consist of, so that rows stay in the cache between
them and the exponentials are computed once, for the way forward and for the way back.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from gradstudio.engine.plan.backends import stretches
from gradstudio.engine.plan.passes.folding import number_in
from gradstudio.engine.plan.passes.own import own_row
from gradstudio.engine.plan.program import Form, Item, Program, Step, Value
from gradstudio.engine.primitive import TABLE, Primitive

_MANY = 1 << 20
"""From so many elements on it pays to ask whether rows need a level."""
_LEVELS, _RAISED = own_row("levels", "elementwise"), own_row("raised", "elementwise")


def split_rows(program: Program) -> None:
    """Replace softmax, log_softmax and logsumexp of the last axis of long float arrays."""
    _Splitter(program).run()


class _Splitter:
    """One walk over a program."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._values = program.values
        self._kept: list[Item] = []
        self._shares: dict[int, tuple[int, int]] = {}  # a log_softmax -> exponentials, what divides them
        self._sums: dict[int, tuple[int, int, int]] = {}  # a logsumexp -> its input, and the same

    def run(self) -> None:
        """Rewrite the body."""
        for item in self._program.body:
            if type(item) is Step:
                rule = _RULES.get(item.row.name)
                if rule is not None:
                    rule(self, item)
            self._kept.append(item)
        self._program.body = self._kept

    def _rows(self, step: Step) -> int | None:
        """The array whose rows a step takes, if they are worth it."""
        x = self._values[step.inputs[0]]
        rank, axis = len(x.shape), step.params.get("axis", step.row.params.get("axis"))
        is_last = type(axis) is int and axis in (-1, rank - 1)
        if not is_last or x.form is not Form.ARRAY or rank < 2 or x.dtype.char not in "fd":
            return None
        return step.inputs[0] if x.size >= stretches.LONG and x.shape[0] >= stretches.SHORTEST else None

    def _apply(self, row: str | Primitive, *inputs: int, shape: tuple[int, ...] | None = None, **params: Any) -> int:
        """The number of the result of one more step; like its first input unless a shape is given."""
        like = self._values[inputs[0]]
        step = Step(TABLE[row] if isinstance(row, str) else row, inputs, params, -1)
        step.out = self._program.add(Value(step, Form.ARRAY, like.shape if shape is None else shape, like.dtype))
        self._kept.append(step)
        return step.out

    def _over(self, name: str, x: int) -> int:
        """A reduction of rows, kept as an axis of length 1."""
        return self._apply(name, x, shape=(*self._values[x].shape[:-1], 1), axis=-1, keepdims=True)

    def _softmax(self, step: Step) -> None:
        x = self._rows(step)
        if x is not None:
            top = self._over("max", x)
            if self._values[x].size >= _MANY:
                e = self._apply(_RAISED, x, self._apply(_LEVELS, top))
            else:
                e = self._apply("exp", self._apply("subtract", x, top))
            _become(step, "divide", e, self._over("sum", e))

    def _log_softmax(self, step: Step) -> None:
        x = self._rows(step)
        if x is not None:
            shifted = self._apply("subtract", x, self._over("max", x))
            e = self._apply("exp", shifted)
            total = self._over("sum", e)
            self._shares[step.out] = (e, total)
            _become(step, "subtract", shifted, self._apply("log", total))

    def _logsumexp(self, step: Step) -> None:
        x = self._rows(step)
        if x is None:
            return
        # Infinite tops give way to the largest numbers: the exponential of what remains is then 0, 1 or infinite.
        most = float(np.finfo(self._values[x].dtype).max)
        top = self._apply("maximum", self._over("max", x), self._program.constant(-most))
        top = self._apply("minimum", top, self._program.constant(most))
        e = self._apply("exp", self._apply("subtract", x, top))
        total = self._over("sum", e)
        # At least 1, the share of the top, unless all are -inf: then all shares are 0.
        self._sums[step.out] = (x, e, self._apply("maximum", total, self._program.constant(1.0)))
        logarithm = self._apply("log", total)
        if step.params.get("keepdims"):
            _become(step, "add", logarithm, top)
        else:
            _become(step, "reshape", self._apply("add", logarithm, top), shape=self._values[step.out].shape)

    def _exp(self, step: Step) -> None:
        """exp of a log_softmax, or of x - logsumexp(x) as the way back has it: quotients of what is there."""
        found = self._shares.get(step.inputs[0]) or self._shares_of_rest(step.inputs[0])
        if found is not None:
            _become(step, "divide", *found)

    def _shares_of_rest(self, number: int) -> tuple[int, int] | None:
        """For x - logsumexp(x), with 0 in place of a sum that is -inf: the exponentials and what divides them."""
        rest = self._made(number, "subtract")
        chosen = self._made(rest.inputs[1], "where") if rest is not None else None
        test = self._made(chosen.inputs[0], "equal") if chosen is not None else None
        if rest is None or chosen is None or test is None:
            return None
        x, total = rest.inputs[0], chosen.inputs[2]
        numbers = [number_in(self._values[n]) for n in (test.inputs[1], chosen.inputs[1])]
        if test.inputs[0] != total or numbers != [-np.inf, 0.0]:
            return None
        if self._values[total].shape != (*self._values[x].shape[:-1], 1):
            return None
        kept = self._made(total, "reshape") if total not in self._sums else None
        given, *found = self._sums.get(total if kept is None else kept.inputs[0], (None,))
        return (found[0], found[1]) if given == x else None

    def _made(self, number: int, name: str) -> Step | None:
        origin = self._values[number].origin
        return origin if type(origin) is Step and origin.row.name == name else None


def _become(step: Step, name: str, *inputs: int, **params: Any) -> None:
    step.row, step.inputs, step.params = TABLE[name], inputs, params


_RULES: dict[str, Callable[[_Splitter, Step], None]] = {
    "softmax": _Splitter._softmax,
    "log_softmax": _Splitter._log_softmax,
    "logsumexp": _Splitter._logsumexp,
    "exp": _Splitter._exp,
}
