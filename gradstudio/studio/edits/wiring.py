"""Wiring: giving an input of an op another value, or none."""

from __future__ import annotations

import ast

from gradstudio.engine.primitive import TABLE
from gradstudio.studio.edits.draft import Draft
from gradstudio.studio.edits.edit import Edit, Refused
from gradstudio.studio.edits.left_out import is_left_out, write_left_out
from gradstudio.studio.edits.made import Made, Port, callee
from gradstudio.studio.edits.opening import Opening, taken_out
from gradstudio.studio.edits.ordering import move_behind
from gradstudio.studio.edits.program import Program
from gradstudio.studio.edits.reach import Spot, Value, check_visible, value_of, why_hidden
from gradstudio.studio.edits.spelling import INFIX, infix
from gradstudio.studio.edits.subject import Subject


def wire(subject: Subject, draft: Draft, source: int, node: int, slot: int, writes: bool = True) -> str:
    """Write a connection into a draft, and give the name by which the value is read.

    writes: whether the argument itself is written. Raises Refused where the text cannot say so.
    """
    program, target, port = subject.program, subject.made(node), wirable(subject, node, slot)
    made = subject.made(source)
    if port.expr is made.expr:
        raise Refused("This input reads it already.")
    value = value_of(program, subject.trace, draft, made, program.function(target.expr))
    if value.since is not target.statement or not value.is_new:
        _reach(program, draft, value, target)
    if port.text == value.name and not value.is_new and writes:
        raise Refused(f"This input reads {value.name} already.")
    if writes:
        give(program, draft, target, port, value.name)
    return value.name


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
    if is_left_out(port):
        write_left_out(draft, target, port, text)
        return
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
    if isinstance(expr, ast.Call) and row is not None and row.variadic and _leave_out(program, draft, expr, port):
        return
    opening = Opening(program, subject.trace, [port.expr])
    if opening.is_whole(expr):
        raise Refused(f"{target.op} needs something to work on here; connect something else, or delete it.")
    splices = opening.splices(expr)
    for splice in splices:
        if "#" in program.text[splice.start : splice.end]:
            raise Refused(f"Line {expr.lineno} has a comment inside the expression; change it in the text.")
        draft.put(splice)


def _leave_out(program: Program, draft: Draft, call: ast.Call, port: Port) -> bool:
    """Take one of a list of more than two out."""
    lists = [a.elts for a in call.args if isinstance(a, ast.List | ast.Tuple) and port.expr in a.elts]
    if not lists or port.expr is None or len(lists[0]) < 3:
        return False
    for splice in taken_out(program, lists[0], [port.expr]):
        draft.put(splice)
    return True
