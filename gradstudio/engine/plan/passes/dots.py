"""Sums of products over rows as products of rows with columns, which need no array for what they add up."""

from __future__ import annotations

from gradstudio.engine.plan.backends import stretches
from gradstudio.engine.plan.passes.quotients import is_by_rows
from gradstudio.engine.plan.program import Form, Item, Program, Step, Value, reads
from gradstudio.engine.primitive import TABLE

_SHORTEST, _LONGEST = 64, 1 << 12
"""Elements of a row: below, a call for each costs more than it saves; beyond, NumPy's sum is more exact."""


def split_dots(program: Program) -> None:
    """Replace sum(x * y) over the last axis of long float arrays of one shape, where nothing else uses the product."""
    values = program.values
    uses: dict[int, int] = dict.fromkeys(program.outputs, 1)
    for item in program.body:
        for n in reads(item):
            uses[n] = uses.get(n, 0) + 1
    kept: list[Item] = []
    for item in program.body:
        if type(item) is Step and item.row.name == "sum" and uses.get(item.inputs[0]) == 1:
            product = values[item.inputs[0]].origin
            if type(product) is Step and _is_dot(item, product, values):
                divisors = _taken_out(product, uses, values)
                kept += _as_product(program, item, product, divisors)
                continue
        kept.append(item)
    program.body = kept  # the product is dropped with all that is not used


def _is_dot(step: Step, product: Step, values: list[Value]) -> bool:
    x = values[product.out]
    rank = len(x.shape)
    if x.form is not Form.ARRAY or rank < 2 or x.dtype.char not in "fd" or x.size < stretches.LONG:
        return False
    if x.shape[0] < stretches.SHORTEST or not _SHORTEST <= x.shape[-1] <= _LONGEST or step.params.get("dtype"):
        return False
    if step.params.get("axis") not in (-1, rank - 1, (-1,), (rank - 1,)) or product.row.name not in (
        "multiply",
        "square",
    ):
        return False
    return all(values[n].shape == x.shape and values[n].dtype == x.dtype for n in product.inputs)


def _taken_out(product: Step, uses: dict[int, int], values: list[Value]) -> list[int]:
    """The divisors of rows that a factor is divided by just for this: the sum is divided in its place."""
    found: list[int] = []
    for slot, n in enumerate(product.inputs):
        made = values[n].origin
        is_only_here = uses.get(n) == 1 and product.inputs.count(n) == 1
        if is_only_here and type(made) is Step and made.row.name == "divide" and is_by_rows(values, *made.inputs):
            product.inputs = (*product.inputs[:slot], made.inputs[0], *product.inputs[slot + 1 :])
            found.append(made.inputs[1])
    return found


def _as_product(program: Program, step: Step, product: Step, divisors: list[int]) -> list[Step]:
    """(..., 1, n) times (..., n, 1), which is (..., 1, 1), and divided by what is kept with an axis of length 1."""
    x, values = product.inputs[0], program.values
    y = product.inputs[-1]
    *front, count = values[x].shape
    made: list[Step] = []

    def apply(name: str, inputs: tuple[int, ...], shape: tuple[int, ...], params: dict[str, object]) -> int:
        more = Step(TABLE[name], inputs, params, -1)
        more.out = program.add(Value(more, Form.ARRAY, shape, values[x].dtype))
        made.append(more)
        return more.out

    row, column, one = (*front, 1, count), (*front, count, 1), (*front, 1, 1)
    pair = (apply("reshape", (x,), row, {"shape": row}), apply("reshape", (y,), column, {"shape": column}))
    total = apply("matmul", pair, one, {})
    for divisor in divisors:
        kept = (*front, 1)
        total = apply("divide", (apply("reshape", (total,), kept, {"shape": kept}), divisor), kept, {})
    step.inputs = (total,)
    step.row, step.params = TABLE["reshape"], {"shape": values[step.out].shape}
    return [*made, step]
