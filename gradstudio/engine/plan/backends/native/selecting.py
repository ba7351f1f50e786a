"""From a program to instructions: which vectors are one expression, and which are only another look at memory."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gradstudio.engine.plan.backends.native.instructions import Code, Fold, Look, Move, OnNumbers, OnVectors, Product
from gradstudio.engine.plan.backends.native.kernels import Expression
from gradstudio.engine.plan.backends.native.knowing import is_number, row_of
from gradstudio.engine.plan.backends.native.lanes import bits
from gradstudio.engine.plan.backends.native.moving import FOLDS, folded, is_index, moves, sources, spread
from gradstudio.engine.plan.backends.native.rows import ROWS
from gradstudio.engine.plan.backends.straight import inputs_of
from gradstudio.engine.plan.passes.folding import number_in
from gradstudio.engine.plan.program import Constant, Guard, Program, Step, Value, reads

_MOST_ROWS = 4
_MOST_OPERANDS = 5
"""How much one expression holds: more would seldom occur twice, and each has to be compiled."""
_NEAR = 2
"""So many steps may lie between two rows of one expression: what adds up over the turns of a loop stays apart."""


class Selector:
    """One walk over a program."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._values = program.values
        self._code = Code([], {}, {}, {}, inputs_of(program), list(program.outputs))
        self._pending: dict[int, tuple[Expression, list[int]]] = {}  # vectors that one other is going to use
        self._steps = 0
        self._since: dict[int, int] = {}  # how many steps there were before each
        self._uses: dict[int, int] = dict.fromkeys(program.outputs, 2)
        self._last = len(program.values)  # numbers of values that are not the program's
        for item in program.body:
            for n in reads(item):
                self._uses[n] = self._uses.get(n, 0) + 1

    def code(self) -> Code:
        """The instructions."""
        code = self._code
        for n in code.inputs:
            code.sizes[n] = self._values[n].size
        for item in self._program.body:
            if type(item) is Guard:
                code.instructions.append(Look(item, [item.value]))
            elif type(item) is Step:
                self._steps += 1
                self._step(item)
        for n in code.outputs:
            self._stored(n)
        return code

    def _step(self, step: Step) -> None:
        values, name = self._values, step.row.name
        out = values[step.out]
        known = row_of(step)
        if known is not None:
            row, numbers = known
            if is_number(out):
                self._code.instructions.append(OnNumbers(step.out, row, list(numbers)))
            else:
                self._on_vectors(step.out, row, numbers)
        elif moves(step, values):
            inputs = [n for n in step.inputs if not is_index(values[n])]
            self._move(step.out, inputs, sources(step, values), out.size)
        elif name in FOLDS:
            self._fold(step)
        else:
            self._product(step)

    # operands

    def _stored(self, n: int) -> int:
        """A value that has to be in memory."""
        pending = self._pending.pop(n, None)
        if pending is not None:
            self._emit(n, *pending, self._values[n].size)
        value = self._values[n] if n < len(self._values) else None
        if value is not None and n not in self._code.views and n not in self._code.sizes:
            self._code.sizes[n] = value.size
            if type(value.origin) is Constant:
                held: np.ndarray = np.asarray(value.origin.value, np.float64)
                self._code.constants[n] = np.broadcast_to(held, value.shape).ravel()
        return n

    def _emit(self, out: int, expression: Expression, inputs: list[int], size: int, is_sum: bool = False) -> None:
        self._code.sizes[out] = 1 if is_sum else size
        found = ("sum", expression) if is_sum else expression
        self._code.instructions.append(OnVectors(out, found, inputs, size))

    # vectors

    def _on_vectors(self, number: int, name: str, numbers: Sequence[int]) -> None:
        out, row = self._values[number], ROWS[name]
        parts: list[Expression] = []
        inputs: list[int] = []
        rows = 1
        for n in numbers:
            inner = self._pending.get(n)
            is_near = self._since.get(n, 0) + _NEAR >= self._steps
            if inner is not None and row.is_light and is_near and self._values[n].size == out.size:
                count = _rows(inner[0])
                if rows + count <= _MOST_ROWS and len({*inputs, *inner[1]}) + len(numbers) <= _MOST_OPERANDS:
                    del self._pending[n]
                    rows += count
                    parts.append(_merged(*inner, inputs))
                    continue
            parts.append(self._operand(n, out, inputs))
        expression = (name, *parts)
        if row.is_light and self._uses.get(number) == 1:
            self._pending[number] = (expression, inputs)
            self._since[number] = self._steps
        else:
            self._emit(number, expression, inputs, out.size)

    def _operand(self, n: int, out: Value, inputs: list[int]) -> Expression:
        value = self._values[n]
        held = number_in(value)
        if held is not None:
            return ("n", bits(float(held)))
        n = self._stored(n)
        if value.size == 1 and out.size > 1:
            return ("s", _index(n, inputs))
        if value.size != out.size:
            n = self._spread(n, value.shape, out.shape)
        return ("x", _index(n, inputs))

    def _spread(self, n: int, shape: tuple[int, ...], wanted: tuple[int, ...]) -> int:
        """A vector repeated as broadcasting does."""
        number = self._last
        self._last += 1
        self._move(number, [n], spread(shape, wanted), int(np.prod(wanted)))
        return number

    def _move(self, out: int, inputs: list[int], found: np.ndarray, size: int) -> None:
        first = int(found[0])
        start = 1
        tables = []
        for n in inputs:
            length = self._values[n].size
            is_alone = start <= first and first + size <= start + length
            if is_alone and np.array_equal(found, np.arange(first, first + size)):
                self._code.views[out] = (self._stored(n), first - start)
                return
            places = np.flatnonzero((found >= start) & (found < start + length))
            tables.append(np.stack([places, found[places] - start], axis=1).astype(np.int64))
            start += length
        empty = np.flatnonzero(found == 0)
        zeros = np.stack([empty, np.zeros_like(empty)], axis=1).astype(np.int64) if empty.size else None
        self._code.sizes[out] = size
        self._code.instructions.append(Move(out, [self._stored(n) for n in inputs], tables, zeros))

    def _fold(self, step: Step) -> None:
        (n,) = step.inputs
        value, out = self._values[n], self._values[step.out]
        if out.size == 1 and step.row.name == "sum":
            expression, inputs = self._pending.pop(n, (("x", 0), []))
            self._emit(step.out, expression, inputs or [self._stored(n)], value.size, is_sum=True)
            return
        self._code.sizes[step.out] = out.size
        table = folded(step, value).astype(np.int64)
        self._code.instructions.append(Fold(step.out, step.row.name, [self._stored(n)], table))

    def _product(self, step: Step) -> None:
        x, y = [self._values[n].shape for n in step.inputs]
        self._code.sizes[step.out] = self._values[step.out].size
        inputs = [self._stored(n) for n in step.inputs]
        n = y[1] if len(y) == 2 else 1
        self._code.instructions.append(Product(step.out, inputs, x[0] if len(x) == 2 else 1, x[-1], n))


def _index(n: int, inputs: list[int]) -> int:
    if n not in inputs:
        inputs.append(n)
    return inputs.index(n)


def _rows(expression: Expression) -> int:
    return 0 if expression[0] in ("x", "s", "n") else 1 + sum(_rows(inner) for inner in expression[1:])


def _merged(expression: Expression, own: list[int], inputs: list[int]) -> Expression:
    """An expression whose operands are counted among those of another."""
    head = expression[0]
    if head in ("x", "s"):
        return (head, _index(own[expression[1]], inputs))
    return expression if head == "n" else (head, *[_merged(inner, own, inputs) for inner in expression[1:]])
