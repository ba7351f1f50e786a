"""Leaving out steps that change nothing, and replacing some by cheaper ones with the same result."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gradstudio.engine.plan.passes.folding import number_in
from gradstudio.engine.plan.program import Constant, Form, Item, Program, Step, Value
from gradstudio.engine.primitive import TABLE

_SAME_IF_ALIKE = frozenset(
    ["identity", "stop_gradient", "conj", "real", "cast", "reshape", "broadcast_to", "squeeze", "expand_dims"]
)
"""Rows that give the value as it is wherever the result has its form, shape and dtype."""
_SAME_OF_ONE = frozenset(["sum", "mean", "prod", "max", "min"])
"""Reductions: of one element they give that."""
_SAME = _SAME_IF_ALIKE | _SAME_OF_ONE


def simplify(program: Program) -> None:
    """One walk from the first step to the last; every step sees its inputs already simplified."""
    Simplifier(program).run()


class Simplifier:
    """The walk, and what it has found so far."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._values = program.values
        self._same: dict[int, int] = {}
        self._cut: dict[int, int] = {}  # the input of a relu -> its result
        self._kept: list[Item] = []

    def run(self) -> None:
        """Simplify in place."""
        program, same, kept = self._program, self._same, self._kept
        for item in program.body:
            if type(item) is not Step:
                item.value = same.get(item.value, item.value)  # type: ignore[union-attr]
                kept.append(item)
                continue
            for n in item.inputs:
                if n in same:
                    item.inputs = tuple([same.get(n, n) for n in item.inputs])
                    break
            name = item.row.name
            number = self._unchanged(item) if name in _SAME else None
            if number is None and name in _RULES:
                number = _RULES[name](self, item)
            if number is None:
                kept.append(item)
            else:
                same[item.out] = number
        program.body = kept
        program.outputs = [same.get(n, n) for n in program.outputs]

    def _alike(self, a: int, b: int) -> bool:
        """Whether two values have the same form, shape and dtype."""
        x, y = self._values[a], self._values[b]
        return x.form is y.form and x.shape == y.shape and x.dtype == y.dtype and x.form is not Form.BATCH

    def _unchanged(self, step: Step) -> int | None:
        """The input that a step gives back as it is."""
        name = step.row.name
        if name == "conj" and self._values[step.out].dtype.kind == "c":
            return None
        if name in _SAME_IF_ALIKE and self._alike(step.inputs[0], step.out):
            return step.inputs[0]
        if name in _SAME_OF_ONE and self._alike(step.inputs[0], step.out) and 0 not in self._values[step.out].shape:
            return step.inputs[0]
        return None

    def _made_by(self, number: int, name: str) -> Step | None:
        origin = self._values[number].origin
        return origin if type(origin) is Step and origin.row.name == name else None

    def _number(self, number: int) -> Any:
        return number_in(self._values[number])

    # rules of single rows: the number that a step is the same as, or None (it may have been changed in place)

    def product(self, step: Step) -> int | None:
        """x * 1 is x, x * -1 is -x."""
        for n, other in (step.inputs, step.inputs[::-1]):
            if type(self._values[other].origin) is not Constant:
                continue
            number = self._number(other) if self._alike(n, step.out) else None
            if number is not None and number == 1:
                return n
            if number is not None and number == -1:
                step.row, step.inputs = TABLE["negative"], (n,)
                return self.opposite(step)
        return self._signs(step)

    def _signs(self, step: Step) -> int | None:
        """(-x) * y is -(x * y), and so are quotients: a sum that comes next may take the sign."""
        out = self._values[step.out]
        if out.form is not Form.ARRAY or out.dtype.char not in "fd":
            return None
        made = [self._negated(n) if self._alike(n, step.out) else None for n in step.inputs]
        inputs = tuple([n if m is None else m.inputs[0] for n, m in zip(step.inputs, made, strict=True)])
        if None not in made:
            step.inputs = inputs
        elif inputs != step.inputs:
            inner = Step(step.row, inputs, step.params, -1)
            inner.out = self._program.add(Value(inner, out.form, out.shape, out.dtype))
            self._kept.append(inner)
            step.row, step.inputs, step.params = TABLE["negative"], (inner.out,), {}
        return None

    def quotient(self, step: Step) -> int | None:
        """x / 1 is x."""
        n, other = step.inputs
        number = self._number(other) if self._alike(n, step.out) else None
        return n if number is not None and number == 1 else self._signs(step)

    def opposite(self, step: Step) -> int | None:
        """-(-x) is x."""
        made = self._made_by(step.inputs[0], "negative")
        return made.inputs[0] if made is not None and self._alike(made.inputs[0], step.out) else None

    def total(self, step: Step) -> int | None:
        """x + (-y) is x - y."""
        x, y = step.inputs
        for n, other in ((x, y), (y, x)):
            made = self._negated(other)
            if made is not None and n != other:
                step.row, step.inputs = TABLE["subtract"], (n, made.inputs[0])
                return None
        return None

    def difference(self, step: Step) -> int | None:
        """x - (-y) is x + y."""
        made = self._negated(step.inputs[1])
        if made is not None:
            step.row, step.inputs = TABLE["add"], (step.inputs[0], made.inputs[0])
        return None

    def _negated(self, number: int) -> Step | None:
        """The step that changed the sign of a floating value: whole numbers may wrap around."""
        made = self._made_by(number, "negative")
        return made if made is not None and self._values[number].dtype.kind in "fc" else None

    def sum(self, step: Step) -> int | None:
        """The sum of -x is the opposite of that of x: the sign of one number instead of all."""
        made = self._negated(step.inputs[0])
        out = self._values[step.out]
        if made is None or out.form is not Form.ARRAY or step.params.get("dtype"):
            return None
        total = Step(step.row, made.inputs, step.params, -1)
        total.out = self._program.add(Value(total, out.form, out.shape, out.dtype))
        self._kept.append(total)
        step.row, step.inputs, step.params = TABLE["negative"], (total.out,), {}
        return None

    def powered(self, step: Step) -> int | None:
        """x ** 2 is x * x, x ** 1 is x, x ** -1 is 1 / x."""
        x, y = step.inputs
        exponent = self._number(y)
        if not self._alike(x, step.out) or self._values[x].dtype.char not in "fd" or exponent is None:
            return None
        if exponent == 1:
            return x
        if exponent in (2, -1):
            step.row, step.inputs = TABLE["square" if exponent == 2 else "reciprocal"], (x,)
        return None

    def repeated(self, step: Step) -> int | None:
        """A repetition of a repetition is one."""
        made = self._made_by(step.inputs[0], "broadcast_to")
        if made is not None:
            step.inputs = made.inputs
        return None

    def cut(self, step: Step) -> None:
        """A relu, of which masks may know."""
        self._cut[step.inputs[0]] = step.out

    def mask(self, step: Step) -> None:
        """x > 0 where relu(x) > 0, so that x itself is over sooner."""
        x, other = step.inputs
        found = self._cut.get(x)
        if found is not None and self._values[other].form is Form.NUMBER and self._number(other) == 0:
            step.inputs = (found, other)

    def swapped(self, step: Step) -> int | None:
        """Two axes exchanged twice."""
        made = self._made_by(step.inputs[0], "swapaxes")
        if made is None:
            return None
        rank = len(self._values[step.out].shape)
        axes = [{p["axis1"] % rank, p["axis2"] % rank} for p in (made.params, step.params)]
        return made.inputs[0] if axes[0] == axes[1] and self._alike(made.inputs[0], step.out) else None


_RULES: dict[str, Callable[[Simplifier, Step], int | None]] = {
    "multiply": Simplifier.product,
    "divide": Simplifier.quotient,
    "negative": Simplifier.opposite,
    "add": Simplifier.total,
    "subtract": Simplifier.difference,
    "power": Simplifier.powered,
    "sum": Simplifier.sum,
    "swapaxes": Simplifier.swapped,
    "broadcast_to": Simplifier.repeated,
    "relu": Simplifier.cut,
    "greater": Simplifier.mask,
}
