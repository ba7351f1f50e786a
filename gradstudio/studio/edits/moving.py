"""Moving: the text of an expression put elsewhere, so that it means the same there."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from gradstudio.language.parsing import parsed
from gradstudio.studio.edits.edit import Splice, spliced
from gradstudio.studio.edits.program import Program, in_place_of


def grouped(program: Program, expr: ast.expr) -> tuple[int, int]:
    """Where an expression stands with the brackets that are there for its sake only."""
    start, end = program.start(expr), program.end(expr)
    before, after = program.text[:start].rstrip(), program.text[end:]
    rest = after.lstrip()
    if not before.endswith("(") or not rest.startswith(")") or "\\" in program.text[len(before) : start]:
        return start, end
    opened = len(before) - 1
    above = program.parent(expr)
    if isinstance(above, ast.Call) and expr is not above.func:
        is_call = not program.text[program.end(above.func) : opened].strip(" \t\n)")
        if is_call or isinstance(expr, ast.GeneratorExp):
            return start, end
    return opened, end + len(after) - len(rest) + 1


def put(program: Program, old: ast.expr, new: ast.expr, changes: Iterable[Splice] = ()) -> str:
    """The text of one expression of the program as it can stand in the place of another."""
    start, end = program.start(new), program.end(new)
    text = spliced(program.text[start:end], [Splice(s.start - start, s.end - start, s.new) for s in changes])
    if not stands_alone(text) and not _is_inside_brackets(program, old):
        return f"({text})"
    return in_place_of(program, old, text)


def stands_alone(text: str) -> bool:
    """Whether an expression may stand without brackets: none of its line ends is outside of brackets."""
    try:
        parsed(f"x = {text}\n")
    except SyntaxError:
        return False
    return True


def _is_inside_brackets(program: Program, expr: ast.expr) -> bool:
    """Whether brackets stand around an expression, so that it may go over several lines."""
    above = program.parent(expr)
    child: ast.AST = expr
    while isinstance(above, ast.expr | ast.keyword | ast.comprehension):
        if isinstance(above, ast.Call) and child is not above.func:
            return True
        if isinstance(above, ast.List | ast.Set | ast.Dict | ast.ListComp | ast.SetComp | ast.DictComp):
            return True
        if isinstance(above, ast.Subscript) and child is above.slice:
            return True
        child, above = above, program.parent(above)
    return False


def is_in_text(program: Program, node: ast.AST) -> bool:
    """Whether something stands inside an f-string, where its place in the text is not known."""
    return any(isinstance(above, ast.JoinedStr) for above in program.ancestors(node))
