"""Which scalar steps become part of the expression that uses them."""

from __future__ import annotations

from gradstudio.engine.plan.program import NONE, Form, Program, Step, Value, reads
from gradstudio.engine.plan.ufuncs import EXPRESSIONS

_DEEPEST = 5
_EXACT = 1 << 53
"""Whole numbers below it are floats without loss."""


def scalars(program: Program) -> set[int]:
    """The numbers of the values that Python's arithmetic on floats and bools gives."""
    values = program.values
    kinds = [_kind(value) for value in values]
    found: set[int] = set()
    for item in program.body:
        if type(item) is not Step or values[item.out].form not in _SCALAR or item.params or NONE in item.inputs:
            continue
        name = item.row.name
        if (item.row.scalar is not None or name in EXPRESSIONS) and kinds[item.out]:
            given = [kinds[n] for n in item.inputs]
            if name.startswith("logical_"):
                given = ["float" if kind == "bool" else "" for kind in given]
            elif name == "where" and given[0] == "bool":
                given[0] = "float"
            if given.count("float") + given.count("number") == len(given) and "float" in given:
                found.add(item.out)
    return found


_SCALAR = (Form.FLOAT, Form.SCALAR)


def is_bool(value: Value) -> bool:
    """Whether a value is one truth, which a plan may hold as a Python bool."""
    return value.form is Form.SCALAR and value.dtype.kind == "b"


def _kind(value: Value) -> str:
    """What Python's arithmetic may take a value for: "float", "number" (of the program), "bool", or "" for nothing."""
    if value.form is Form.FLOAT:
        return "float"
    if value.form is Form.NUMBER:
        held = getattr(value.origin, "value", None)
        return "number" if type(held) is float or (type(held) is int and abs(held) < _EXACT) else ""
    return "bool" if is_bool(value) else ""


def hosts(program: Program, scalar: set[int], length: int) -> list[int]:
    """For each item of the body the position of the item in whose expression it stands; mostly its own.

    scalar: what scalars() gives; length: so many items are one function, which an expression does not leave.
    """
    body = program.body
    uses: dict[int, int] = {}
    user: dict[int, int] = {}
    for position, item in enumerate(body):
        for n in reads(item):
            uses[n] = uses.get(n, 0) + 1
            user[n] = position
    for n in program.outputs:
        uses[n] = 2
    found = list(range(len(body)))
    depth = [0] * len(body)
    for position in range(len(body) - 1, -1, -1):
        item = body[position]
        if type(item) is not Step or item.out not in scalar or uses.get(item.out) != 1:
            continue
        at = user[item.out]
        other = body[at]
        if at // length != position // length:
            continue
        if depth[at] < _DEEPEST and type(other) is Step and other.out in scalar and _takes_once(other, item.out):
            found[position] = found[at]
            depth[position] = depth[at] + 1
    return found


def _takes_once(step: Step, number: int) -> bool:
    """Whether an expression evaluates an input exactly once, whatever the values are."""
    text = EXPRESSIONS.get(step.row.name)
    slot = step.inputs.index(number)
    return text is None or (text.count(f"{{{slot}}}") == 1 and (step.row.name != "where" or slot == 0))
