"""What a loop adds up, pass by pass, as one product: the gradients of weights that every pass uses.

x1^T g1 + x2^T g2 + ... is the product of all x, one below the other, with all g, and a sum of sums over rows is one
sum. Few large products take less time than many small ones.
"""

from __future__ import annotations

from typing import Any

from gradstudio.engine.plan.backends.faster import STACKED
from gradstudio.engine.plan.passes.own import own_row
from gradstudio.engine.plan.program import NONE, Form, Item, Program, Step, Value, reads
from gradstudio.engine.primitive import TABLE, Primitive

_FEWEST = 8
"""Fewer terms gain nothing."""
_MOST_BYTES = 1 << 26
"""Of the rows of all passes together."""


def join_passes(program: Program) -> None:
    """Replace sums of many products x^T g, and of many sums over rows, all of the same shapes."""
    _Joiner(program).run()


class _Joiner:
    """One walk over a program."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._values = program.values
        self._uses: dict[int, int] = dict.fromkeys(program.outputs, 2)
        self._in_sums: set[int] = set()  # what only an addition of the same kind uses
        self._stacks: dict[tuple[int, ...], int] = {}
        self._kept: list[Item] = []

    def run(self) -> None:
        """Rewrite the body."""
        body = self._program.body
        for item in body:
            for n in reads(item):
                self._uses[n] = self._uses.get(n, 0) + 1
        additions = [item for item in body if type(item) is Step and self._adds(item)]
        if len(additions) < _FEWEST:
            return
        for step in additions:
            self._in_sums.update([n for n in step.inputs if self._made_once(n, "add") is not None])
        for item in body:
            if type(item) is Step and item.out not in self._in_sums and self._adds(item):
                self._join(item)
            self._kept.append(item)
        self._program.body = self._kept

    def _adds(self, step: Step) -> bool:
        out = self._values[step.out]
        if step.row.name != "add" or out.form is not Form.ARRAY or out.dtype.char not in "fd":
            return False
        return all(n != NONE and self._values[n].shape == out.shape for n in step.inputs)

    def _made_once(self, number: int, name: str) -> Step | None:
        """The step of that row that made a value which is used once."""
        made = self._values[number].origin if number != NONE else None
        return made if type(made) is Step and made.row.name == name and self._uses.get(number) == 1 else None

    def _join(self, step: Step) -> None:
        terms, waiting = [], list(reversed(step.inputs))
        while waiting:
            number = waiting.pop()
            made = self._made_once(number, "add")
            if made is not None and self._adds(made):
                waiting += reversed(made.inputs)
            else:
                terms.append(number)
        if len(terms) < _FEWEST:
            return
        found = self._products(terms) or self._sums(terms)
        if found is None:
            return
        total, joined = found
        rest = [n for n in terms if n not in joined]
        for n in rest[:-1]:
            total = self._apply(TABLE["add"], (total, n), self._values[step.out].shape, {})
        if rest:
            step.inputs = (total, rest[-1])
        else:
            step.row, step.inputs, step.params = TABLE["reshape"], (total,), {"shape": self._values[step.out].shape}

    def _products(self, terms: list[int]) -> tuple[int, set[int]] | None:
        """One product for many terms, and which they are."""
        pairs = {n: pair for n in terms if (pair := self._product(n)) is not None}
        kinds = {n: tuple([self._values[v].shape for v in pair]) for n, pair in pairs.items()}
        joined = [n for n in pairs if kinds[n] == next(iter(kinds.values()))]
        if len(joined) < _FEWEST:
            return None
        x, g = self._stack([pairs[n][0] for n in joined]), self._stack([pairs[n][1] for n in joined])
        if x is None or g is None:
            return None
        turned = self._apply(TABLE["swapaxes"], (x,), self._values[x].shape[::-1], {"axis1": -1, "axis2": -2})
        return self._apply(TABLE["matmul"], (turned, g), self._values[joined[0]].shape, {}), set(joined)

    def _sums(self, terms: list[int]) -> tuple[int, set[int]] | None:
        """One sum for many terms, and which they are."""
        arrays = {n: rows for n in terms if (rows := self._summed(n)) is not None}
        joined = [n for n in arrays if self._values[arrays[n]].shape == self._values[next(iter(arrays.values()))].shape]
        rows = self._stack([arrays[n] for n in joined]) if len(joined) >= _FEWEST else None
        if rows is None:
            return None
        return self._apply(TABLE["sum"], (rows,), self._values[joined[0]].shape, {"axis": 0}), set(joined)

    def _product(self, number: int) -> tuple[int, int] | None:
        """x and g of a product x^T g."""
        made = self._made_once(number, "matmul")
        if made is None or any(made.params.values()):
            return None
        left, right = made.inputs
        turned = self._values[left].origin
        if (
            type(turned) is not Step
            or turned.row.name not in ("swapaxes", "transpose")
            or turned.params.get("conjugate")
        ):
            return None
        x = turned.inputs[0]
        is_turned = self._values[x].shape[::-1] == self._values[left].shape and turned.params.get("axes") in (
            None,
            (1, 0),
        )
        if not is_turned or len(self._values[x].shape) != 2 or len(self._values[right].shape) != 2:
            return None
        return x, right

    def _summed(self, number: int) -> int | None:
        """The rows that a sum adds up."""
        made = self._made_once(number, "sum")
        if made is None or made.params.get("dtype") or made.params.get("keepdims"):
            return None
        is_over_rows = made.params.get("axis") in (0, (0,), [0]) and len(self._values[made.inputs[0]].shape) == 2
        return made.inputs[0] if is_over_rows else None

    def _stack(self, numbers: list[int]) -> int | None:
        """Arrays one below the other, None where they do not fit or are too large."""
        key, first = tuple(numbers), self._values[numbers[0]]
        if key not in self._stacks:
            values = [self._values[n] for n in numbers]
            if any(v.form is not Form.ARRAY or (v.shape, v.dtype) != (first.shape, first.dtype) for v in values):
                return None
            if first.nbytes * len(numbers) > _MOST_BYTES:
                return None
            shape = (len(numbers) * first.shape[0], first.shape[1])
            self._stacks[key] = self._apply(own_row(STACKED), key, shape, {})
        return self._stacks[key]

    def _apply(self, row: Primitive, inputs: tuple[int, ...], shape: tuple[int, ...], params: dict[str, Any]) -> int:
        step = Step(row, inputs, params, -1)
        step.out = self._program.add(Value(step, Form.ARRAY, shape, self._values[inputs[0]].dtype))
        self._kept.append(step)
        return step.out
