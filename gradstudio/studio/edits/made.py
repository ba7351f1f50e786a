"""Made: how the text makes a record: by which expression, in which statement, with which name, from which arguments."""

from __future__ import annotations

import ast
from dataclasses import dataclass

import numpy as np

from gradstudio.engine.ops.calling import PAIRED, STARRED
from gradstudio.engine.primitive import NAMES, TABLE, Primitive, Spelling
from gradstudio.engine.trace import Kind, Span, Trace
from gradstudio.studio.edits.edit import Refused
from gradstudio.studio.edits.program import Program

_OPEN = "..."


@dataclass(frozen=True, slots=True, eq=False)
class Made:
    """One line of the text behind a record, and behind every other record that the same place made."""

    record: int
    op: str  # canonical name, "" for a leaf
    expr: ast.expr | ast.AugAssign
    statement: ast.stmt
    name: str  # the variable it is the whole value of, "" for a part of an expression
    runs: int  # in how many passes and calls this place made one

    @property
    def where(self) -> str:
        """ "line 12, runs 60 times"."""
        times = "" if self.runs == 1 else ", runs twice" if self.runs == 2 else f", runs {self.runs:,} times"
        return f"line {self.expr.lineno}{times}"


@dataclass(frozen=True, slots=True, eq=False)
class Port:
    """One input of an op in the text."""

    slot: int
    name: str  # what the op calls it: "labels"
    record: int  # what made its value; -1 for a constant or an open input
    is_open: bool  # it is written as `...`
    text: str  # as it is written
    expr: ast.expr | None  # the argument; None where the text cannot tell
    why: str  # why it cannot be wired to something else; "" if it can


def made(program: Program, trace: Trace, record: int) -> Made:
    """How the text makes a record. Raises Refused for what no expression of the text makes."""
    r = trace.records
    kind, sweep = Kind(int(r.kind[record])), int(r.sweep[record])
    if sweep >= 0:
        raise Refused("This node belongs to a backward pass: no line of the text writes it.")
    span: Span = tuple(r.span[record].tolist())
    expr = program.expression(span)
    if expr is None:
        raise Refused("No expression of the text makes this node, so the text cannot be edited here.")
    statement = program.statement(expr)
    runs = int(
        np.count_nonzero((r.span == r.span[record]).all(1) & (r.op == r.op[record]) & (r.kind == r.kind[record]))
    )
    op = r.ops[int(r.op[record])] if kind == Kind.OP else ""
    written = r.strings[int(r.name[record])] if r.name[record] >= 0 else ""
    return Made(record, op, expr, statement, _bound_name(program, expr, statement, written), runs)


def _bound_name(program: Program, expr: ast.expr | ast.AugAssign, statement: ast.stmt, written: str) -> str:
    """The variable that an expression is the whole value of. written: the name that the record was given."""
    if isinstance(statement, ast.AugAssign):
        return statement.target.id if expr is statement and isinstance(statement.target, ast.Name) else ""
    if isinstance(statement, ast.AnnAssign | ast.Assign):
        if statement.value is not expr:
            return _element_name(statement, expr)
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        names = [n.id for t in targets for n in ast.walk(t) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
        if len(targets) == 1 and isinstance(targets[0], ast.Name):
            return names[0]
        return written if written in names else ""
    above = program.parent(expr)
    return above.target.id if isinstance(above, ast.NamedExpr) and above.value is expr else ""


def _element_name(statement: ast.Assign | ast.AnnAssign, expr: ast.expr | ast.AugAssign) -> str:
    """The variable of `a, b = f(x), g(x)` that an element goes to."""
    if not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
        return ""
    target, value = statement.targets[0], statement.value
    if not isinstance(target, ast.Tuple | ast.List) or not isinstance(value, ast.Tuple | ast.List):
        return ""
    if len(target.elts) != len(value.elts) or any(isinstance(e, ast.Starred) for e in (*target.elts, *value.elts)):
        return ""
    for name, element in zip(target.elts, value.elts, strict=True):
        if element is expr and isinstance(name, ast.Name):
            return name.id
    return ""


def ports(program: Program, trace: Trace, of: Made) -> tuple[Port, ...]:
    """The inputs of an op, with what stands for them in the text."""
    r = trace.records
    if not of.op:
        return ()
    row = TABLE.get(of.op)
    start, end = int(r.input_start[of.record]), int(r.input_start[of.record + 1])
    producers = r.input_record[start:end].tolist()
    texts = [r.strings[t] if t >= 0 else "" for t in r.input_text[start:end].tolist()]
    written = arguments(program, of, len(producers))
    found = []
    for slot, (producer, text) in enumerate(zip(producers, texts, strict=True)):
        expr = written[slot] if slot < len(written) else None
        if expr is None:
            expr = _by_value(program, trace, of, producer)
        why = "" if expr is not None else f"Line {of.expr.lineno} does not write this input as an argument of its own."
        if isinstance(of.expr, ast.AugAssign) and slot == 0:
            expr, why = None, f"Line {of.expr.lineno} changes the variable itself (`{program.source(of.expr)[:40]}`)."
        name = row.inputs[min(slot, len(row.inputs) - 1)] if row is not None and row.inputs else ""
        is_open = text == _OPEN or (isinstance(expr, ast.Constant) and expr.value is Ellipsis)
        shown = program.source(expr) if expr is not None else text
        found.append(Port(slot, name, producer, is_open, shown, expr, why))
    return tuple(found)


def arguments(program: Program, of: Made, count: int) -> list[ast.expr | None]:
    """The expressions that are an op's inputs, by input slot; None for those that the text does not tell apart."""
    expr = of.expr
    match expr:
        case ast.AugAssign():
            return [None, expr.value]
        case ast.BinOp():
            return [expr.left, expr.right]
        case ast.UnaryOp():
            return [expr.operand]
        case ast.Compare() if len(expr.comparators) == 1:
            return [expr.left, expr.comparators[0]]
        case ast.Subscript():
            return [expr.value]
        case ast.Call():
            return _call_arguments(program, expr, of.op, count)
    return [None] * count


def callee(program: Program, call: ast.Call) -> tuple[Primitive | Spelling | None, bool]:
    """The op that a call names, and whether it is called as a method of its first input."""
    parts: list[str] = []
    function: ast.expr = call.func
    while isinstance(function, ast.Attribute):
        parts.insert(0, function.attr)
        function = function.value
    if isinstance(function, ast.Name) and (function.id in program.modules or (parts and function.id in ("np", "math"))):
        return NAMES.get(".".join(parts)), False
    if not parts and isinstance(function, ast.Name):
        return NAMES.get(function.id), False
    return (NAMES.get(parts[-1]), True) if parts else (None, False)


def _call_arguments(program: Program, call: ast.Call, op: str, count: int) -> list[ast.expr | None]:
    found, is_method = callee(program, call)
    row = found.row if isinstance(found, Spelling) else found
    if row is None or row.name != op or isinstance(found, Spelling) or row.calling is PAIRED:
        return [None] * count
    args = list(call.args)
    if is_method and isinstance(call.func, ast.Attribute):
        args.insert(0, call.func.value)
    if any(isinstance(arg, ast.Starred) for arg in args) or any(k.arg is None for k in call.keywords):
        return [None] * count
    if row.variadic or row.calling is STARRED:
        if args and isinstance(args[0], ast.Constant) and isinstance(args[0].value, str):
            args = args[1:]  # einsum("ij,j->i", a, b)
        if len(args) == 1 and isinstance(args[0], ast.List | ast.Tuple):
            args = list(args[0].elts)
        return [args[k] if k < len(args) == count else None for k in range(count)]
    out: list[ast.expr | None] = [args[k] if k < len(args) else None for k in range(count)]
    for word in call.keywords:
        slot = row._slot(row.renamed.get(word.arg or "", word.arg or ""))
        if slot is not None and slot < count and word.arg not in row.params:
            out[slot] = word.value
    return out


def _by_value(program: Program, trace: Trace, of: Made, producer: int) -> ast.expr | None:
    """The one argument that is surely the value of a record: made in that place, or called by its name."""
    if producer < 0 or not isinstance(of.expr, ast.Call):
        return None
    r = trace.records
    span = tuple(r.span[producer].tolist())
    name = r.strings[int(r.name[producer])] if r.name[producer] >= 0 else ""
    found = [
        node
        for argument in (*of.expr.args, *(k.value for k in of.expr.keywords))
        for node in ([argument, *argument.elts] if isinstance(argument, ast.List | ast.Tuple) else [argument])
        if program.span(node) == span or (isinstance(node, ast.Name) and node.id == name)
    ]
    return found[0] if len(found) == 1 else None
