"""Fitting: whether a value of the picture may go into an input, what would come of it, and what would make it fit."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from gradstudio.engine.primitive import TABLE
from gradstudio.engine.shapes import text as shape_text
from gradstudio.engine.written import OPEN
from gradstudio.language import candidates
from gradstudio.language.candidates import Given, Known, candidate, fits_for
from gradstudio.studio.edits import wiring
from gradstudio.studio.edits.draft import Draft
from gradstudio.studio.edits.edit import Edit, Refused
from gradstudio.studio.edits.left_out import is_left_out, write_left_out
from gradstudio.studio.edits.made import Made, Port
from gradstudio.studio.edits.program import Program
from gradstudio.studio.edits.spelling import INFIX, applied, infix
from gradstudio.studio.edits.subject import Subject

_LIBRARY = re.compile(r"\bgs\.(\w+)")


@dataclass(frozen=True, slots=True)
class Cure:
    """A way to make a value fit: what it does, and the op as it is written then."""

    words: str  # "transpose X"
    text: str  # "gs.transpose(X) @ w"
    way: candidates.Cure


@dataclass(frozen=True, slots=True)
class Fit:
    """Whether a value may go into an input."""

    ok: bool
    words: str  # what comes of it, or what does not fit: "[200,3] @ [3] gives [200]"
    cures: tuple[Cure, ...] = ()  # for connect(cure=)
    loops: str = ""  # "matmul would make a loop: z depends on it"
    why: str = ""  # why the text cannot say so at all


def fit(subject: Subject, source: int, node: int, slot: int) -> Fit:
    """Whether a value of `source` may go into an input of `node`."""
    try:
        wiring.wirable(subject, node, slot)
        if wiring.loops(subject, source, node):
            return Fit(False, "", loops=wiring.loop_words(subject, source, node))
        name = wiring.wire(subject, Draft(subject.program), source, node, slot)
        target = subject.made(node)
        ports = tuple(p for p in subject.ports(node) if p.slot <= slot or not is_left_out(p))
    except Refused as error:
        return Fit(False, "", why=str(error))
    given = [known(subject, subject.record(source)) if port.slot == slot else _given(subject, port) for port in ports]
    texts = [name if port.slot == slot else port.text for port in ports]
    params = _params(target)
    if target.op not in TABLE or params is None:
        return Fit(True, "")
    if any(port.slot != slot and _is_dark(port) for port in ports):
        return Fit(True, "")
    found = candidate(target.op, given, params, texts)
    cures = tuple(Cure(cure.words, _written(subject.program, target, cure, texts), cure) for cure in found.cures)
    if not found.ok:
        return Fit(False, found.words, cures)
    return Fit(True, _words(target, given, found), cures)


def connect(
    subject: Subject, source: int, node: int, slot: int, cure: Cure | None = None, old: tuple[int, int] | None = None
) -> Edit:
    """Let an input read a value; cure: with what makes it fit; old: the input (node, slot) whose wire that was.

    Raises Refused where the text cannot say so.
    """
    program, target = subject.program, subject.made(node)
    wiring.wirable(subject, node, slot)
    if wiring.loops(subject, source, node):
        raise Refused(wiring.loop_words(subject, source, node))
    draft = Draft(program)
    is_same = old is not None and subject.made(old[0]).expr is target.expr
    is_plain = cure is None and not is_same
    name = wiring.wire(subject, draft, source, node, slot, writes=is_plain)
    if not is_plain:
        ports = subject.ports(node)
        texts = [name if port.slot == slot else port.text for port in ports]
        if is_same and old is not None:
            texts[old[1]] = OPEN
        _write(draft, target, ports, texts if cure is None else _cured(program, cure.way, texts))
    if old is not None and not is_same:
        wiring.take(subject, draft, subject.made(old[0]), wiring.wirable(subject, *old))
    word = "Connect" if old is None else "Move"
    return draft.edit(f"{word} {name} to {target.op}", target.name, program.start(target.statement))


def _write(draft: Draft, target: Made, ports: tuple[Port, ...], texts: list[str]) -> None:
    """Write all inputs of an op, those that are others now."""
    program, expr = draft.program, target.expr
    for port in ports:
        if texts[port.slot] != port.text and port.why:
            raise Refused(port.why)
    if isinstance(expr, ast.BinOp | ast.UnaryOp | ast.Compare):
        draft.replace(expr, applied(program, target.op, texts, [text != OPEN for text in texts]))
        return
    for port in ports:
        if texts[port.slot] == port.text:
            continue
        if is_left_out(port):
            write_left_out(draft, target, port, texts[port.slot])
        elif port.expr is not None:
            draft.replace(port.expr, texts[port.slot])


def fits_after(subject: Subject, source: int) -> Callable[[str], str]:
    """For each op, what it would make of a value: "[200]", "needs labels"; "" for what is no op."""
    value = known(subject, subject.record(source))
    if value is None:
        return lambda entry: ""
    said: dict[str, str] = {}

    def words(entry: str) -> str:
        if entry not in TABLE:
            return ""
        if entry not in said:
            said.update(fits_for(value, [entry]))
        return said[entry]

    return words


def known(subject: Subject, record: int) -> Known | None:
    """What is known of a value: its shape and dtype; None for one that waits for an open input."""
    values = subject.trace.records.values
    dtype = values.dtypes[int(values.dtype[record])]
    return Known(values.shapes[int(values.shape[record])], dtype) if dtype else None


def _given(subject: Subject, port: Port) -> Given | None:
    """What an input reads now; None where that is open."""
    if port.record >= 0:
        return None if port.is_open else known(subject, port.record)
    return None if port.is_open else _number(port.text)


def _is_dark(port: Port) -> bool:
    """Whether an input reads something that the text does not tell."""
    return port.record < 0 and not port.is_open and _number(port.text) is None


def _number(text: str) -> complex | None:
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return None
    return value if isinstance(value, int | float | complex) and not isinstance(value, bool) else None


def _params(target: Made) -> dict[str, Any] | None:
    """The parameters that a call names; None where one is not written out."""
    row = TABLE.get(target.op)
    if not isinstance(target.expr, ast.Call) or row is None:
        return {} if not isinstance(target.expr, ast.Subscript) else None
    found = {}
    positional = list(zip(row.params, target.expr.args[1 if row.variadic else len(row.inputs) :], strict=False))
    for key, value in [*positional, *((k.arg or "", k.value) for k in target.expr.keywords)]:
        name = row.renamed.get(key, key)
        if name not in row.params:
            continue
        try:
            found[name] = ast.literal_eval(value)
        except (ValueError, SyntaxError):
            return None
    return found


def _words(target: Made, given: list[Given | None], found: candidates.Fit) -> str:
    """ "[200,3] @ [3] gives [200]", and what is worth knowing."""
    if found.shape is None:
        return found.words
    shapes = [
        (shape_text(x.shape) if x.shape else "[ ]") if isinstance(x, Known) else f"{x:g}"
        for x in given
        if x is not None
    ]
    sign = INFIX.get(target.op, "")
    inputs = f" {sign} ".join(shapes) if sign and len(shapes) == 2 else ""
    result = f"{inputs} gives {_size(found.shape)}".lstrip()
    return f"{result}, {found.words}" if found.words else result


def _size(shape: tuple[int, ...]) -> str:
    return shape_text(shape) if shape else "[ ]"


def _cured(program: Program, way: candidates.Cure, texts: list[str]) -> list[str]:
    """The arguments of an op once they fit."""
    template = _LIBRARY.sub(lambda found: program.called(found.group(1)), way.template)
    if way.slot < 0:
        return list(reversed(texts))
    return [template.format(text) if slot == way.slot else text for slot, text in enumerate(texts)]


def _written(program: Program, target: Made, way: candidates.Cure, texts: list[str]) -> str:
    """The op with its inputs made to fit, as it is written."""
    new = _cured(program, way, texts)
    if target.op in INFIX and len(new) == 2:
        return infix(INFIX[target.op], *new)
    return f"{program.called(target.op)}({', '.join(new)})"
