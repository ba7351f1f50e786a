"""A mean is a sum and a quotient: sums are written into buffers and can be added up block by block."""

from __future__ import annotations

from gradstudio.engine.plan.program import Constant, Form, Item, Program, Step, Value
from gradstudio.engine.primitive import TABLE


def split_means(program: Program) -> None:
    """Replace every mean of float32 or float64 arrays by what NumPy computes it with."""
    values = program.values
    kept: list[Item] = []
    for item in program.body:
        if type(item) is Step and item.row.name == "mean" and not item.params.get("dtype"):
            x, out = values[item.inputs[0]], values[item.out]
            if x.form is Form.ARRAY and x.dtype.char in "fd" and x.dtype == out.dtype and x.size and out.size:
                total = Step(TABLE["sum"], item.inputs, item.params, -1)
                total.out = program.add(Value(total, out.form, out.shape, out.dtype))
                count = float(x.size // out.size)
                number = program.add(Value(Constant(count), Form.NUMBER, (), out.dtype))
                item.row, item.inputs, item.params = TABLE["divide"], (total.out, number), {}
                kept.append(total)
        kept.append(item)
    program.body = kept
