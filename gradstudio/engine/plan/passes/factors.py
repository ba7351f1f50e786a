"""Factors of large arrays go to small ones: what a product of matrices is made of, the scale and offset of rows."""

from __future__ import annotations

from typing import Any

from gradstudio.engine.plan.passes.folding import number_in
from gradstudio.engine.plan.program import NONE, Form, Item, Program, Step, Value, reads
from gradstudio.engine.primitive import TABLE

_MANY = 1 << 12
"""Elements of an array from which on it pays."""
_FAR = 2.0**16
"""Factors up to it, or its reciprocal: elsewhere digits could get lost that the product keeps."""
_TURNS = ("transpose", "swapaxes")
_SMALLER = 2
"""So many times smaller is what gets the factor."""


def move_factors(program: Program) -> None:
    """Write (x y) * 0.5 as (x * 0.5) y and (p * 0.5) y as p (y * 0.5), and a sum s x + o with itself as 2s x + 2o."""
    _Mover(program).run()


class _Mover:
    """One walk over a program."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._values = program.values
        self._users: dict[int, list[Item | None]] = {n: [None] for n in program.outputs}
        self._kept: list[Item] = []
        self._known: dict[tuple[int, int], int] = {}  # array, number -> their product
        self._left_out: dict[int, tuple[int, int]] = {}  # what is multiplied by a number later -> array, number

    def run(self) -> None:
        """Rewrite the body; what is left unused has to be dropped."""
        for item in self._program.body:
            for n in reads(item):
                self._users.setdefault(n, []).append(item)
        for item in self._program.body:
            if type(item) is Step and item.row.name == "matmul":
                self.multiplied(item)
            elif type(item) is Step and item.row.name in _RULES and self._is_large(item.out):
                _RULES[item.row.name](self, item)
            self._kept.append(item)
        self._program.body = self._kept

    def _is_large(self, number: int) -> bool:
        value = self._values[number]
        return value.form is Form.ARRAY and value.dtype.char in "fd" and value.size >= _MANY

    def _made(self, number: int, name: str, uses: int) -> Step | None:
        """The step of that row that made a large value which is used so often."""
        made = self._values[number].origin if number != NONE else None
        if type(made) is not Step or made.row.name != name or len(self._users.get(number, ())) != uses:
            return None
        return made if self._is_large(number) else None

    def _apply(self, name: str, *inputs: int, like: int, **params: Any) -> int:
        """The number of the result of one more step, in the shape of a value."""
        value = self._values[like]
        step = Step(TABLE[name], inputs, params, -1)
        step.out = self._program.add(Value(step, value.form, value.shape, value.dtype))
        self._kept.append(step)
        return step.out

    def _scaled(self, x: int, number: int) -> int:
        """A small array times a number. Of one with exchanged axes, what it looks at is scaled: that lies in a line."""
        turns: list[Step] = []
        made = self._values[x].origin
        while type(made) is Step and made.row.name in _TURNS:
            turns.append(made)
            x = made.inputs[0]
            made = self._values[x].origin
        if (x, number) not in self._known:
            self._known[x, number] = self._apply("multiply", x, number, like=x)
        found = self._known[x, number]
        for turn in reversed(turns):
            found = self._apply(turn.row.name, found, like=turn.out, **turn.params)
        return found

    def _factor(self, step: Step) -> tuple[int, int] | None:
        """An array and the number that it is multiplied by."""
        for x, number in (step.inputs, step.inputs[::-1]):
            a, b = self._values[x], self._values[number]
            held: Any = number_in(b) if b.form is Form.NUMBER else None
            is_plain = type(held) in (int, float) and 1 / _FAR <= abs(held) <= _FAR
            if is_plain and a.form is Form.ARRAY and a.dtype == self._values[step.out].dtype:
                return x, number
        return None

    def product(self, step: Step) -> None:
        """A factor of a product of matrices, or of what goes into nothing but such products."""
        found = self._factor(step)
        if found is None:
            return
        x, number = found
        made = self._made(x, "matmul", 1)
        if made is not None and not any(made.params.values()):
            small = min(made.inputs, key=lambda n: self._values[n].size)
            if self._is_smaller(small, x):
                scaled = self._scaled(small, number)
                step.row, step.params = TABLE["matmul"], {}
                step.inputs = tuple([scaled if n == small else n for n in made.inputs])
            return
        if all([self._is_by_smaller(user, step.out) for user in self._users.get(step.out, [None])]):
            self._left_out[step.out] = (x, number)

    def _is_by_smaller(self, user: Item | None, number: int) -> bool:
        """Whether a value is used for a product of matrices with a smaller one."""
        if type(user) is not Step or user.row.name != "matmul" or any(user.params.values()):
            return False
        return user.inputs.count(number) == 1 and all([n == number or self._is_smaller(n, number) for n in user.inputs])

    def multiplied(self, step: Step) -> None:
        """A product of matrices that gets the factor of one of them, which was left out."""
        for slot in (0, 1):
            found = self._left_out.get(step.inputs[slot])
            if found is not None:
                x, number = found
                scaled = self._scaled(step.inputs[1 - slot], number)
                step.inputs = (scaled, x) if slot else (x, scaled)
                return

    def _is_smaller(self, small: int, large: int) -> bool:
        value = self._values[small]
        return value.form is Form.ARRAY and _SMALLER * value.size <= self._values[large].size

    def doubled(self, step: Step) -> None:
        """s x + o twice, where s and o are small."""
        y, other = step.inputs
        total = self._made(y, "add", 2) if y == other else None
        if total is None:
            return
        for product, offset in (total.inputs, total.inputs[::-1]):
            made = self._made(product, "multiply", 1)
            if made is None or not self._is_smaller(offset, y) or product == offset:
                continue
            for x, scale in (made.inputs, made.inputs[::-1]):
                if x != scale and self._is_smaller(scale, y) and self._values[x].shape == self._values[y].shape:
                    scales = self._apply("add", scale, scale, like=scale)
                    offsets = self._apply("add", offset, offset, like=offset)
                    step.inputs = (self._apply("multiply", x, scales, like=y), offsets)
                    return


_RULES = {"multiply": _Mover.product, "add": _Mover.doubled}
