"""A long array added to itself: where it is a scaled and moved one, its scale and offset are doubled instead.

The loss of a normalised layer is often a sum of squares, whose way back doubles all of it.
"""

from __future__ import annotations

from gradstudio.engine.plan.program import Form, Item, Program, Step, Value, reads
from gradstudio.engine.primitive import TABLE

_MANY = 1 << 12
"""Elements of an array from which on it pays."""
_SMALLER = 2
"""So many times smaller are scale and offset."""


def double_small(program: Program) -> None:
    """Write y + y, of y = x s + o that nothing else uses, as x (s + s) + (o + o), which are the same numbers."""
    values = program.values
    steps = [item for item in program.body if type(item) is Step and _is_double(item, values)]
    if not steps:
        return
    uses: dict[int, int] = dict.fromkeys(program.outputs, 2)
    for item in program.body:
        for n in reads(item):
            uses[n] = uses.get(n, 0) + 1
    doubles = {step.out for step in steps}
    kept: list[Item] = []
    for item in program.body:
        if type(item) is Step and item.out in doubles:
            _double(program, item, uses, kept)
        kept.append(item)
    program.body = kept


def _is_double(step: Step, values: list[Value]) -> bool:
    out = values[step.out]
    is_long = out.form is Form.ARRAY and out.dtype.char in "fd" and out.size >= _MANY
    return is_long and step.row.name == "add" and step.inputs[0] == step.inputs[1]


def _double(program: Program, step: Step, uses: dict[int, int], kept: list[Item]) -> None:
    """Change the step; what it needs besides is appended to kept."""
    values, y = program.values, step.inputs[0]
    total = _made(values, y, "add", uses, 2)
    if total is None:
        return

    def apply(name: str, a: int, b: int, like: int) -> int:
        value = values[like]
        more = Step(TABLE[name], (a, b), {}, -1)
        more.out = program.add(Value(more, value.form, value.shape, value.dtype))
        kept.append(more)
        return more.out

    for product, offset in (total.inputs, total.inputs[::-1]):
        made = _made(values, product, "multiply", uses, 1)
        if made is None or not _is_small(values, offset, y):
            continue
        for x, scale in (made.inputs, made.inputs[::-1]):
            if _is_small(values, scale, y) and values[x].shape == values[y].shape:
                scales, offsets = apply("add", scale, scale, scale), apply("add", offset, offset, offset)
                step.inputs = (apply("multiply", x, scales, y), offsets)
                return


def _made(values: list[Value], number: int, name: str, uses: dict[int, int], count: int) -> Step | None:
    """The step of that row that made a value which is used so often."""
    made = values[number].origin
    return made if type(made) is Step and made.row.name == name and uses.get(number) == count else None


def _is_small(values: list[Value], number: int, beside: int) -> bool:
    value, large = values[number], values[beside]
    return value.form is Form.ARRAY and value.dtype == large.dtype and _SMALLER * value.size <= large.size
