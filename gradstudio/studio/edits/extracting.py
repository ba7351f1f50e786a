"""Extracting: lines or an expression become a function of their own, and a call of it stands in their place."""

from __future__ import annotations

import ast
import keyword
import unicodedata
from collections.abc import Sequence

from gradstudio.engine.primitive import NAMES
from gradstudio.language.check import check
from gradstudio.studio.edits.edit import Edit, Refused, Splice, spliced
from gradstudio.studio.edits.moving import is_in_text, stands_alone
from gradstudio.studio.edits.names import Names
from gradstudio.studio.edits.passing import Passing, outside
from gradstudio.studio.edits.program import Program
from gradstudio.studio.edits.stretch import Stretch, first_line, moved, stretch, unit
from gradstudio.studio.edits.written_out import is_input, without_leading_values


def extract(program: Program, what: Sequence[ast.stmt] | ast.expr, name: str) -> Edit:
    """Make a function of statements or of one expression. Leaves before the statements stay outside. Raises Refused."""
    check_name(program, name, "function")
    names = Names(program)
    if isinstance(what, ast.expr):
        return _extract_expression(program, names, what, name)
    lines = stretch(program, without_leading_values(what))
    _check(program, names, lines)
    passing = Passing(program, names, lines)
    results, parameters = passing.results, passing.parameters
    body = _body(program, lines, results)
    call = f"{name}({', '.join(parameters)})"
    if results:
        call = f"{', '.join(results)} = {call}"
    end = "\n" if program.text[: lines.end].endswith("\n") else ""
    into = Splice(lines.start, lines.end, f"{lines.indent}{call}{end}")
    function = _defined(program, lines.statements[0], f"def {name}({', '.join(parameters)}):\n{body}")
    line = lines.line + function.new.count("\n")
    return Edit(f"Extract {name}()", spliced(program.text, [function, into]), line, results[-1] if results else "")


def check_name(program: Program, name: str, kind: str) -> None:
    """Raises Refused for what cannot be the name of something new."""
    if not name.isidentifier() or keyword.iskeyword(name) or check(f"{name} = 1\n")[1]:
        raise Refused(
            f"`{name[:40]}` cannot be the name of a {kind}: use letters, digits and _, and no word of Python."
        )
    plain = unicodedata.normalize("NFKC", name)
    if plain in program.names or plain in program.modules or (not program.library and plain in NAMES):
        raise Refused(f"`{name}` is something else in the text already; choose another name for the {kind}.")


# what cannot move


def _check(program: Program, names: Names, lines: Stretch) -> None:
    inside = {node for statement in lines.statements for node in ast.walk(statement)}
    inner: set[ast.AST] = {node for node in inside if isinstance(node, ast.FunctionDef | ast.Lambda)}
    home = program.function(lines.statements[0]) or program.tree
    for statement in lines.statements:
        _check_statement(program, statement, inner)
    bound = set()
    for place in names.within(lines.statements):
        if place.binds and place.home is home:
            bound.add(place.name)
        elif place.binds and place.home not in inside:
            raise Refused(f"The lines change `{place.name}`, which belongs to another function; leave that line out.")
    for name in sorted(bound) if any(_calls_own(names, node) for node in inside) else ():
        for place in names.places(home, name):
            if place.node not in inside and place.reads and not names.is_at_once(place):
                raise Refused(
                    f"A function reads `{name}` by itself in line {getattr(place.node, 'lineno', 0)} and would not see "
                    "it any more; give it as an argument first."
                )


def _calls_own(names: Names, node: ast.AST) -> bool:
    """Whether this is a call of a function that the text writes."""
    if not isinstance(node, ast.Call):
        return False
    place = names.place(node.func)
    if place is None:
        return False
    return any(p.binds and not isinstance(p.node, ast.alias) for p in names.places(place.home, place.name))


def _check_statement(program: Program, statement: ast.stmt, inner: set[ast.AST]) -> None:
    if isinstance(statement, ast.Import | ast.ImportFrom):
        raise Refused(f"Line {statement.lineno} is an import, which stays at the top; leave it out.")
    if is_input(program, statement):
        raise Refused(
            f"Line {statement.lineno} makes an input, which would be none in a function; move it above the others."
        )
    for node in ast.walk(statement):
        in_function = any(above in inner for above in program.ancestors(node))
        word = ""
        if isinstance(node, ast.Return) and not in_function:
            word = "returns"
        elif isinstance(node, ast.Break | ast.Continue) and _leaves(program, node, statement):
            word = f"has a `{'break' if isinstance(node, ast.Break) else 'continue'}` of a loop outside"
        elif isinstance(node, ast.Global | ast.Nonlocal):
            word = f"has a `{type(node).__name__.lower()}`"
        elif isinstance(node, ast.Delete) and any(isinstance(target, ast.Name) for target in node.targets):
            word = "deletes a variable"
        if word:
            line = getattr(node, "lineno", statement.lineno)
            raise Refused(f"Line {line} {word}, so it cannot move into a function; leave it out.")


def _leaves(program: Program, jump: ast.AST, statement: ast.stmt) -> bool:
    """Whether a break or continue belongs to a loop outside of a statement."""
    child = jump
    for above in program.ancestors(jump):
        if isinstance(above, ast.For | ast.While) and not any(child is s for s in above.orelse):
            return False
        if above is statement:
            return True
        child = above
    return True


# the function


def _body(program: Program, lines: Stretch, results: list[str]) -> str:
    """The lines of the function below its head."""
    step, last, changes = unit(program), lines.statements[-1], []
    is_value = (
        isinstance(last, ast.Assign)
        and len(last.targets) == 1
        and isinstance(last.targets[0], ast.Name)
        and results == [last.targets[0].id]
        and not isinstance(last.value, ast.NamedExpr)
    )
    if is_value:
        assert isinstance(last, ast.Assign)
        at, end = program.start(last), program.end(last.targets[0])
        sign = program.text.index("=", end) + 1
        after = sign + len(program.text[sign:]) - len(program.text[sign:].lstrip(" \t"))
        changes.append(Splice(at, after, "return "))
    body = moved(program, lines.start, lines.end, lines.indent, step, changes)
    if not body.endswith("\n"):
        body += "\n"
    return body if is_value or not results else f"{body}{step}return {', '.join(results)}\n"


def _defined(program: Program, user: ast.AST, function: str) -> Splice:
    """The function put where it can be called from the statement that a node is in, two empty lines around it."""
    body = program.tree.body
    chain = [user, *program.ancestors(user)]
    top = next(k for k, statement in enumerate(body) if any(statement is node for node in chain))
    before = body[:top]
    functions = [s for s in before if isinstance(s, ast.FunctionDef)]
    imports = [s for s in before if isinstance(s, ast.Import | ast.ImportFrom)]
    if isinstance(body[top], ast.FunctionDef):
        at = _with_comments(program, body[top])
    elif functions or imports:
        last = (functions or imports)[-1]
        at = program.line_end(last.end_lineno or last.lineno)
    else:
        first = body[0]
        is_text = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
        at = program.line_end(first.end_lineno or 0) if is_text and top else program.line_start(first_line(first))
    head, rest = program.text[:at], program.text[at:]
    lead = "" if not head.strip() else "\n" * max(0, 2 - _empty_lines(head.split("\n")[-2::-1]))
    tail = "\n" * max(0, 2 - _empty_lines(rest.split("\n")))
    return Splice(at, at, lead + function + tail)


def _with_comments(program: Program, statement: ast.stmt) -> int:
    """Where a statement begins with the comments directly above it."""
    line = first_line(statement)
    while line > 1 and program.lines[line - 2].startswith("#"):
        line -= 1
    return program.line_start(line)


def _empty_lines(lines: list[str]) -> int:
    return next((k for k, line in enumerate(lines) if line.strip()), len(lines))


def _extract_expression(program: Program, names: Names, expr: ast.expr, name: str) -> Edit:
    line = expr.lineno
    if is_in_text(program, expr):
        raise Refused(f"Line {line} computes this inside a text in quotes; give it a line of its own first.")
    if not isinstance(getattr(expr, "ctx", ast.Load()), ast.Load) or isinstance(expr, ast.Starred):
        raise Refused(f"Line {line} has nothing there that a function could give back.")
    if any(isinstance(node, ast.NamedExpr) for node in ast.walk(expr)):
        raise Refused(f"Line {line} binds a name inside the expression (`:=`); give it a line of its own first.")
    parameters = outside(names, [expr])
    inner = program.source(expr)
    if not stands_alone(inner):
        inner = f"({inner})"
    call = f"{name}({', '.join(parameters)})"
    function = _defined(program, expr, f"def {name}({', '.join(parameters)}):\n{unit(program)}return {inner}\n")
    into = Splice(program.start(expr), program.end(expr), call)
    text = spliced(program.text, [function, into])
    return Edit(f"Extract {name}()", text, line + function.new.count("\n"))
