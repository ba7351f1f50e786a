"""Long rows that are divided or multiplied by one number each: products with reciprocals, and doubled before."""

from __future__ import annotations

from gradstudio.engine.plan.backends import stretches
from gradstudio.engine.plan.passes.own import own_row
from gradstudio.engine.plan.program import NONE, Form, Item, Program, Step, Value, reads
from gradstudio.engine.primitive import TABLE

_WIDE = 512
"""Elements of a row from which on it pays to look at the numbers."""
_DIVIDED = own_row("divided", "elementwise")


def split_quotients(program: Program) -> None:
    """Multiply long rows by reciprocals, and write (a + r x) + r x as a + (r + r) x."""
    values = program.values
    uses: dict[int, int] = dict.fromkeys(program.outputs, 2)
    for item in program.body:
        for n in reads(item):
            uses[n] = uses.get(n, 0) + 1
    kept: list[Item] = []
    doubled: dict[int, Step] = {}  # by the number of the product: what doubles its factor
    for item in program.body:
        if type(item) is Step and item.row.name == "divide" and is_by_rows(values, *item.inputs):
            item.row = _DIVIDED
        if type(item) is Step and item.row.name == "add":
            _add_once(program, item, uses, doubled)
        kept.append(item)
    program.body = []
    for item in kept:
        if type(item) is Step and item.out in doubled:
            program.body.append(doubled[item.out])
        program.body.append(item)


def is_by_rows(values: list[Value], x: int, y: int) -> bool:
    """Whether x are many long rows and y is one number for each."""
    if NONE in (x, y):
        return False
    a, b = values[x], values[y]
    if a.form is not Form.ARRAY or b.form is not Form.ARRAY or a.dtype != b.dtype or a.dtype.char not in "fd":
        return False
    return len(a.shape) > 1 and b.shape == (*a.shape[:-1], 1) and a.shape[-1] >= _WIDE and a.size >= stretches.LONG


def _add_once(program: Program, step: Step, uses: dict[int, int], doubled: dict[int, Step]) -> None:
    """Change (a + r x) + r x, where nothing else uses what it is made of."""
    values = program.values
    for inner, product in (step.inputs, step.inputs[::-1]):
        before, made = values[inner].origin, values[product].origin
        if type(before) is not Step or type(made) is not Step or inner == product or product in doubled:
            continue
        if before.row.name != "add" or made.row.name != "multiply" or before.inputs.count(product) != 1:
            continue
        if uses.get(inner) != 1 or uses.get(product) != 2:
            continue
        rows = [slot for slot in (0, 1) if is_by_rows(values, made.inputs[1 - slot], made.inputs[slot])]
        if rows:
            slot = rows[0]
            factor = made.inputs[slot]
            like = values[factor]
            twice = Step(TABLE["add"], (factor, factor), {}, -1)
            twice.out = program.add(Value(twice, like.form, like.shape, like.dtype))
            doubled[product] = twice
            made.inputs = (twice.out, made.inputs[1 - slot])
            rest = before.inputs[1 - before.inputs.index(product)]
            step.inputs = (rest, product)
            return
