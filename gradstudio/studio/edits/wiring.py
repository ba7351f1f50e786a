"""Wiring: giving an input of an op another value, or none."""

from __future__ import annotations

import ast

from gradstudio.engine.primitive import TABLE, Primitive
from gradstudio.studio.edits.draft import Draft
from gradstudio.studio.edits.edit import Edit, Refused, Splice
from gradstudio.studio.edits.made import Made, Port, callee, ports
from gradstudio.studio.edits.ordering import move_behind
from gradstudio.studio.edits.program import Program
from gradstudio.studio.edits.reach import Spot, Value, check_visible, value_of, why_hidden
from gradstudio.studio.edits.spelling import INFIX, OPEN, infix
from gradstudio.studio.edits.subject import Subject


def connect(subject: Subject, source: int, node: int, slot: int) -> Edit:
    """Let an input of a node read the value of another one, in the place of what it reads now.

    Raises Refused where the text cannot say so.
    """
    program, target, port = subject.program, subject.made(node), wirable(subject, node, slot)
    if loops(subject, source, node):
        raise Refused(loop_words(subject, source, node))
    draft = Draft(program)
    made = subject.made(source)
    value = value_of(program, subject.trace, draft, made, program.function(target.expr))
    if value.since is not target.statement or not value.is_new:
        _reach(program, draft, value, target)
    if port.text == value.name and not value.is_new:
        raise Refused(f"This input reads {value.name} already.")
    give(program, draft, target, port, value.name)
    name = f"Connect {value.name} to {target.op}"
    return draft.edit(name, target.name, program.start(target.statement))


def disconnect(subject: Subject, node: int, slot: int) -> Edit:
    """Leave an input open."""
    program, target, port = subject.program, subject.made(node), wirable(subject, node, slot)
    if port.is_open:
        raise Refused("This input is open already.")
    draft = Draft(program)
    take(subject, draft, target, port)
    return draft.edit(f"Disconnect {target.op}", target.name, program.start(target.statement))


def wirable(subject: Subject, node: int, slot: int) -> Port:
    """An input that can read something else. Raises Refused, with the reason, for any other."""
    port = subject.port(node, slot)
    if port.why:
        raise Refused(port.why)
    return port


def loops(subject: Subject, source: int, node: int) -> bool:
    """Whether a value of `source` depends on `node` in the same pass, so that it cannot go into it."""
    made, target = subject.made(source), subject.made(node)
    if made.expr is target.expr:
        return True
    if subject.program.end(made.statement) <= subject.program.start(target.statement):
        return False  # it stands before: what it depends on is another pass
    if made.statement is target.statement:
        return any(above is made.expr for above in subject.program.ancestors(target.expr))
    return _depends(subject, made.record, target.record)


def loop_words(subject: Subject, source: int, node: int) -> str:
    """Why a wire would make a loop."""
    if source == node:
        return f"{subject.made(node).op} would make a loop: it cannot read its own result."
    return f"{subject.made(node).op} would make a loop: {subject.called(source)} depends on it."


def _depends(subject: Subject, record: int, on: int) -> bool:
    """Whether a record was computed from another one."""
    r = subject.trace.records
    seen, waiting = set(), [record]
    while waiting:
        at = waiting.pop()
        if at == on:
            return True
        if at < on or at in seen:
            continue
        seen.add(at)
        waiting += [p for p in r.input_record[r.input_start[at] : r.input_start[at + 1]].tolist() if p >= on]
    return False


def _reach(program: Program, draft: Draft, value: Value, target: Made) -> None:
    """See that a value can be read where a node is made; what stands before it moves behind it if that is all."""
    spot = Spot(target.statement, False)
    if not why_hidden(program, value, spot):
        return
    is_later = value.spot.offset(program) > spot.offset(program)
    if is_later and program.function(value.since) is program.function(target.statement):
        move_behind(program, draft, target.statement, value)
        return
    check_visible(program, value, spot)


def give(program: Program, draft: Draft, target: Made, port: Port, text: str) -> None:
    """Write an argument in the place of what an input reads. A call whose last open input it fills becomes `a @ b`."""
    if port.expr is None:
        raise Refused(port.why or "The text does not write this input.")
    call = target.expr
    if isinstance(call, ast.Call) and port.is_open and _becomes_infix(program, call, target):
        left, right = (text if arg is port.expr else program.source(arg) for arg in call.args)
        draft.replace(call, infix(INFIX[target.op], left, right))
        return
    draft.replace(port.expr, text)


def _becomes_infix(program: Program, call: ast.Call, target: Made) -> bool:
    _, is_method = callee(program, call)
    is_plain = not is_method and not call.keywords and len(call.args) == 2 and target.op in INFIX
    return is_plain and sum(_is_open(arg) for arg in call.args) == 1 and "#" not in program.source(call)


def _is_open(expr: ast.expr) -> bool:
    return isinstance(expr, ast.Constant) and expr.value is Ellipsis


def take(subject: Subject, draft: Draft, target: Made, port: Port) -> None:
    """Leave an input open: `...`, or no argument where the op can do without. Raises Refused where it cannot be."""
    program, expr = subject.program, target.expr
    if port.expr is None:
        raise Refused(port.why or "The text does not write this input.")
    row = TABLE.get(target.op)
    if isinstance(expr, ast.Call):
        if row is not None and _leave_out(program, draft, expr, row, port):
            return
        _, is_method = callee(program, expr)
        if is_method and isinstance(expr.func, ast.Attribute) and port.expr is expr.func.value:
            _as_call(program, draft, target, expr)
            return
    elif isinstance(expr, ast.Subscript):
        raise Refused("An index needs something to take an element from; delete it, or connect something else.")
    elif isinstance(expr, ast.expr) and not _other_is_known(subject, target, port):
        words = [OPEN if arg is port.expr else program.source(arg) for arg in _operands(expr)]
        start, end = program.start(expr), program.end(expr)
        if "\n" in program.text[start:end] and "#" in program.text[start:end]:
            raise Refused(f"Line {expr.lineno} has comments inside the expression; change it in the text.")
        draft.replace(expr, f"{program.called(target.op)}({', '.join(words)})")
        return
    draft.replace(port.expr, OPEN)


def _operands(expr: ast.AST) -> list[ast.expr]:
    match expr:
        case ast.BinOp():
            return [expr.left, expr.right]
        case ast.UnaryOp():
            return [expr.operand]
        case ast.Compare():
            return [expr.left, *expr.comparators]
    return []


def _other_is_known(subject: Subject, target: Made, port: Port) -> bool:
    """Whether an operator can stand with this input open: the other one has to be a value of the network."""
    others = [p for p in ports(subject.program, subject.trace, target) if p.slot != port.slot]
    return any(p.record >= 0 and not p.is_open for p in others)


def _leave_out(program: Program, draft: Draft, call: ast.Call, row: Primitive, port: Port) -> bool:
    """Take an argument out that the op can do without: an optional input, one of a list of more than one."""
    if row.variadic:
        lists = [a.elts for a in call.args if isinstance(a, ast.List | ast.Tuple) and port.expr in a.elts]
        elements = lists[0] if lists else call.args
        if port.expr not in elements or len(elements) < 3 or not lists:
            return False
        _cut(program, draft, elements, port.expr)
        return True
    if port.slot < len(row.inputs) - row.optional:
        return False
    entries: list[ast.AST] = [*call.args, *call.keywords]
    own = next((e for e in entries if e is port.expr or getattr(e, "value", None) is port.expr), None)
    if own is None:
        return False
    if not isinstance(own, ast.keyword) and own is not call.args[-1]:
        return False  # what follows would move into its place
    _cut(program, draft, entries, own)
    return True


def _cut(program: Program, draft: Draft, entries: list, own: ast.AST) -> None:  # type: ignore[type-arg]
    """Take one of several entries out, with the comma that belongs to it."""
    at = next(k for k, e in enumerate(entries) if e is own)
    if at:
        draft.put(Splice(program.end(entries[at - 1]), program.end(own), ""))
    elif len(entries) > 1:
        draft.put(Splice(program.start(own), program.start(entries[1]), ""))
    else:
        draft.put(Splice(program.start(own), program.end(own), ""))


def _as_call(program: Program, draft: Draft, target: Made, call: ast.Call) -> None:
    """`x.sum(axis=0)` with x taken away: `gs.sum(..., axis=0)`."""
    rest = program.text[program.end(call.func) : program.end(call)]
    inside = rest[rest.index("(") + 1 :]
    comma = ", " if call.args or call.keywords else ""
    draft.put(Splice(program.start(call), program.end(call), f"{program.called(target.op)}({OPEN}{comma}{inside}"))
