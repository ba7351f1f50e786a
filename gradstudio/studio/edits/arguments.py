"""Arguments: a number, a name or an expression that is typed for an input, or for the value of a leaf."""

from __future__ import annotations

import ast
import re

from gradstudio.engine.primitive import NAMES, TABLE
from gradstudio.engine.written import OPEN
from gradstudio.language.check import check
from gradstudio.language.parsing import parsed
from gradstudio.language.pure import builtin_names
from gradstudio.language.tree import walk
from gradstudio.studio.edits.draft import Draft
from gradstudio.studio.edits.edit import Edit, Refused
from gradstudio.studio.edits.made import Made, Port, ports
from gradstudio.studio.edits.names import Names, names_of
from gradstudio.studio.edits.program import Program
from gradstudio.studio.edits.spelling import called
from gradstudio.studio.edits.subject import Subject
from gradstudio.studio.edits.wiring import disconnect, give, wirable

_BREAK = re.compile(r"\s*\n\s*")
_WIDE = 120
"""Characters of a line."""
_MAKERS = ("Variable", "constant", "convert_to_tensor")


def set_argument(subject: Subject, node: int, slot: int, text: str) -> Edit:
    """Write an expression as an argument; nothing leaves the input open.

    Raises Refused for what cannot stand there.
    """
    program, target, port = subject.program, subject.made(node), wirable(subject, node, slot)
    text = text.strip()
    if text in ("", OPEN) and not port.is_open:
        return disconnect(subject, node, slot)
    draft = Draft(program)
    if text not in ("", OPEN, port.text):
        check_expression(program, text, target)
        _write(subject, draft, target, port, text)
    name = f"Set {port.name or 'input'} of {target.op} to {_short(text)}"
    return draft.edit(name, target.name, program.start(target.statement))


def _write(subject: Subject, draft: Draft, target: Made, port: Port, text: str) -> None:
    """Write an argument. Where no value of the network is left in an op, it is a call, which is one in any case."""
    program, expr = subject.program, target.expr
    all_ports = ports(program, subject.trace, target)
    is_number = not any(isinstance(n, ast.Name) for n in walk(parsed(text)))
    is_bare = is_number and all(p.record < 0 for p in all_ports if p.slot != port.slot)
    if is_bare and isinstance(expr, ast.BinOp | ast.UnaryOp | ast.Compare):
        texts = [text if p.slot == port.slot else p.text for p in all_ports]
        draft.replace(expr, called(program, TABLE[target.op], texts))
    elif is_bare and port.expr is not None:
        draft.replace(port.expr, text)
    else:
        give(program, draft, target, port, text)


def set_value(subject: Subject, node: int, text: str) -> Edit:
    """Write another value into a leaf: `gs.Variable(0.5)`, `x = 0.5`.

    Raises Refused for an op, and for a leaf whose value is not written out.
    """
    program, target = subject.program, subject.made(node)
    text = text.strip()
    value = value_of_leaf(program, target)
    if value is None:
        what = target.op or "This leaf"
        raise Refused(f"{what} has no value of its own in the text (line {target.expr.lineno}).")
    if not text:
        raise Refused("Type a number, or a list of numbers.")
    check_expression(program, text, target)
    draft = Draft(program)
    draft.replace(value, _in_rows(program, value, text))
    shown = target.name or "value"
    return draft.edit(f"Set {shown} to {_short(text)}", target.name, program.start(target.statement))


def value_text(subject: Subject, node: int) -> str:
    """The value of a leaf as it is written, rows of an array side by side; "" where it is not."""
    value = value_of_leaf(subject.program, subject.made(node))
    if value is None:
        return ""
    text = subject.program.source(value)
    if "\n" not in text or "#" in text:
        return text
    return _BREAK.sub(" ", text).replace("[ ", "[").replace(", ]", "]").replace(" ]", "]")


def _in_rows(program: Program, old: ast.expr, text: str) -> str:
    """An array with a line for each row, where the one before has that or one line would be too long for it."""
    rows = getattr(ast.parse(text, mode="eval").body, "elts", [])
    line = program.text[: program.start(old)].rpartition("\n")[2]
    is_long = "\n" in program.source(old) or len(line) + len(text) >= _WIDE
    if not is_long or not rows or not all(isinstance(row, ast.List | ast.Tuple) for row in rows):
        return text
    lead = line[: len(line) - len(line.lstrip())]
    return "[\n" + "".join(f"{lead}    {ast.get_source_segment(text, row)},\n" for row in rows) + f"{lead}]"


def value_of_leaf(program: Program, target: Made) -> ast.expr | None:
    """The expression that a leaf's value is written as; None where there is none."""
    if target.op or not isinstance(target.expr, ast.expr):
        return None
    expr = target.expr
    if isinstance(expr, ast.Call):
        function = expr.func
        maker = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
        is_plain = maker in _MAKERS and expr.args and not isinstance(expr.args[0], ast.Starred)
        return expr.args[0] if is_plain else None
    is_written = isinstance(expr, ast.Constant | ast.List | ast.Tuple | ast.UnaryOp)
    return expr if is_written and expr is getattr(target.statement, "value", None) else None


def check_expression(program: Program, text: str, target: Made) -> None:
    """Raise Refused for what is no expression, or reads what the text does not know there."""
    if "\n" in text or "#" in text:
        raise Refused("An argument stands on one line, without comments.")
    tree, problems = check(text)
    if tree is None:
        raise Refused(f"`{_short(text)}` is no expression: {problems[0].message}.")
    entry = tree.body[0] if len(tree.body) == 1 else None
    if not isinstance(entry, ast.Expr) or isinstance(entry.value, ast.NamedExpr | ast.Starred):
        raise Refused(f"`{_short(text)}` is no expression.")
    names, own = names_of(program), {n.arg for n in ast.walk(tree) if isinstance(n, ast.arg)}
    own |= {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Name) or node.id in own:
            continue
        why = why_unknown(program, names, node.id, target.statement)
        if why:
            raise Refused(why)


def why_unknown(program: Program, names: Names, name: str, statement: ast.stmt) -> str:
    """Why a name means nothing where a statement stands; "" if it does."""
    if name in program.modules or name in ("np", "math"):
        return ""
    home = names.home_of(name, statement, program)
    bound = [p.node for p in names.places(home, name) if p.binds]
    if not bound:
        is_given = (name in NAMES and not program.has_import) or name in builtin_names()
        return "" if is_given else f"There is no `{name}` in the text."
    if home is not names.home_of("", statement, program) and not isinstance(home, ast.Module):
        return ""
    starts = [program.start(node) if not isinstance(node, ast.FunctionDef | ast.alias) else 0 for node in bound]
    is_here = program.function(statement) is None or home is not program.tree
    if is_here and min(starts) >= program.start(statement):
        return f"`{name}` is made later, in line {getattr(bound[0], 'lineno', 0)}."
    return ""


def _short(text: str) -> str:
    return text if len(text) <= 30 else f"{text[:29]}…"
