"""Formula: what a text without a tape needs when it gets one: there, plain numbers and lists stay what they are."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable, Iterable, Sequence

from gradstudio.engine.primitive import NAMES
from gradstudio.language.traits import changed_in_place, has_tape, imports_anything
from gradstudio.studio.edits.edit import Splice
from gradstudio.studio.edits.made import Made
from gradstudio.studio.edits.names import Names, Place
from gradstudio.studio.edits.program import Program

_PLAIN_CALLS = frozenset("abs float int len max min pow range round sum".split())


def as_tensor(program: Program, names: Names, made: Made) -> list[Splice]:
    """A plain number or list that a tape is to follow becomes gs.constant(...), its whole numbers floats."""
    value = _value(made)
    if value is None or not _is_plain(program, names, value):
        return []
    return _constant(program, value)


def _value(made: Made) -> ast.expr | None:
    """The expression that a source gets its value from."""
    statement = made.statement
    if not isinstance(statement, ast.Assign | ast.AnnAssign) or statement.value is None:
        return None
    is_inside = any(made.expr is node for node in ast.walk(statement.value))
    return made.expr if is_inside and isinstance(made.expr, ast.expr) else statement.value


def _constant(program: Program, value: ast.expr) -> list[Splice]:
    start, end = program.start(value), program.end(value)
    brackets = ("(", ")") if isinstance(value, ast.Tuple) and program.text[start] != "(" else ("", "")
    whole = [n for n in _numbers(value) if type(n.value) is int and program.source(n).replace("_", "").isdecimal()]
    floats = [Splice(program.end(n), program.end(n), ".0") for n in whole]
    return [
        Splice(start, start, f"{program.called('constant')}({brackets[0]}"),
        *floats,
        Splice(end, end, f"{brackets[1]})"),
    ]


def _numbers(value: ast.expr) -> Iterable[ast.Constant]:
    """The written numbers of a number or of nested lists."""
    match value:
        case ast.Constant():
            yield value
        case ast.UnaryOp():
            yield from _numbers(value.operand)
        case ast.List() | ast.Tuple():
            for part in value.elts:
                yield from _numbers(part)


def _is_plain(program: Program, names: Names, value: ast.expr, depth: int = 0) -> bool:
    """Whether an expression is surely no tensor where there is a tape: numbers, lists, what NumPy makes of them."""
    parts: list[ast.expr] = []
    match value:
        case ast.Constant():
            return isinstance(value.value, int | float | complex)
        case ast.List() | ast.Tuple():
            parts = list(value.elts)
        case ast.UnaryOp():
            parts = [value.operand]
        case ast.BinOp():
            parts = [value.left, value.right]
        case ast.Attribute():
            return isinstance(value.value, ast.Name) and value.value.id in ("np", "math")
        case ast.Call():
            function = value.func
            root = function
            while isinstance(root, ast.Attribute):
                root = root.value
            name = root.id if isinstance(root, ast.Name) else ""
            is_plain = name in ("np", "math") if isinstance(function, ast.Attribute) else name in _PLAIN_CALLS
            if not is_plain:
                return False
            parts = [*value.args, *(k.value for k in value.keywords)]
        case ast.Name():
            home = names.home_of(value.id, value, program)
            bindings = [p for p in names.places(home, value.id) if p.binds]
            statement = program.statement(bindings[0].node) if len(bindings) == 1 else None
            if depth > 20 or not isinstance(statement, ast.Assign) or statement.targets[0] is not bindings[0].node:
                return False
            return _is_plain(program, names, statement.value, depth + 1)
        case _:
            return False
    return all(_is_plain(program, names, part, depth) for part in parts)


def taped(
    program: Program, names: Names, sources: Sequence[Made], lines: Sequence[ast.stmt], hangs: Callable[[Place], bool]
) -> list[Splice]:
    """What else a text without a tape needs to mean the same with one around `lines`: lists of numbers that were
    vectors are written as such, and functions of math that a tape cannot follow give way to ops.

    hangs: whether a place in the lines reads what is computed from the sources.
    """
    if has_tape(program.nodes):
        return []
    out: list[Splice] = []
    done = {id(_value(made)) for made in sources}
    kept = changed_in_place(program.nodes)
    for statement in program.tree.body if not imports_anything(program.nodes) else []:
        if not isinstance(statement, ast.Assign) or len(statement.targets) != 1 or id(statement.value) in done:
            continue
        target, value = statement.targets[0], statement.value
        is_vector = isinstance(value, ast.List) and any(type(n.value) is float for n in _numbers(value))
        if is_vector and isinstance(target, ast.Name) and target.id not in kept and _is_plain(program, names, value):
            out += _constant(program, value)
    functions = [s for s in program.tree.body if isinstance(s, ast.FunctionDef) and s not in lines]
    for top in (*lines, *functions):
        for node in ast.walk(top):
            out += _followed_by_tape(program, names, node, hangs, top in functions)
    return out


def _followed_by_tape(
    program: Program, names: Names, node: ast.AST, hangs: Callable[[Place], bool], in_function: bool
) -> list[Splice]:
    """`math.sin(x)` as `gs.sin(x)`."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return []
    if not isinstance(node.func.value, ast.Name) or node.func.value.id != "math":
        return []
    row = NAMES.get(f"math.{node.func.attr}") or NAMES.get(node.func.attr)
    reads = any(hangs(p) for p in names.within(node.args) if p.reads)
    is_open = in_function and not all(_is_plain(program, names, arg) for arg in node.args)
    if row is None or not (reads or is_open):
        return []
    return [Splice(program.start(node.func), program.end(node.func), program.called(node.func.attr))]


def library_import(program: Program) -> list[Splice]:
    """`import gradstudio as gs` where a text names the library without importing it; not where it calls functions by
    names that Python has as well, which would mean Python's then."""
    if program.has_import or not program.library:
        return []
    if any(isinstance(n, ast.ImportFrom) and n.module == "gradstudio" for n in program.tree.body):
        return []
    if any(name in NAMES and hasattr(builtins, name) for name in program.names):
        return []
    line = f"import gradstudio as {program.library}\n"
    imports = [n for n in program.tree.body if isinstance(n, ast.Import | ast.ImportFrom)]
    if imports:
        at = program.line_end(imports[-1].end_lineno or 0)
        return [Splice(at, at, f"\n{line}" if program.source(imports[-1]).startswith("import math") else line)]
    first = program.tree.body[0]
    is_text = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    at = program.line_end(first.end_lineno or 0) if is_text else program.line_start(first.lineno)
    return [Splice(at, at, f"\n{line}" if is_text else f"{line}\n")]
