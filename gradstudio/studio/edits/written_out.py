"""Written out: statements that only write down a value: `h = 0.0`, `w = gs.Variable([1.0])`."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from gradstudio.language.traits import has_tape
from gradstudio.studio.edits.program import Program

_MAKERS = frozenset("constant convert_to_tensor load zeros ones eye linspace arange".split())


def is_written_out(statement: ast.stmt) -> bool:
    """Whether a statement gives a name to a Variable, or to something made of written numbers only."""
    if not isinstance(statement, ast.Assign | ast.AnnAssign) or statement.value is None:
        return False
    return _is_written(statement.value) or is_made_of_numbers(statement.value)


def is_input(program: Program, statement: ast.stmt) -> bool:
    """Whether a statement writes out what a gradient is taken of by itself: at the top of a text without a tape."""
    if not is_written_out(statement) or has_tape(program.nodes) or statement not in program.tree.body:
        return False
    return any(
        isinstance(n, ast.Call) or (isinstance(n, ast.Constant) and isinstance(n.value, float))
        for n in ast.walk(statement)
    )


def is_made_of_numbers(value: ast.expr) -> bool:
    """Whether an expression makes a leaf: any Variable, gs.constant([1.0, 2.0]), gs.load("points.npz")."""
    if not isinstance(value, ast.Call):
        return False
    name = value.func.attr if isinstance(value.func, ast.Attribute) else getattr(value.func, "id", "")
    given = (*value.args, *(k.value for k in value.keywords))
    return name == "Variable" or (name in _MAKERS and all(_is_written(part) for part in given))


def _is_written(value: ast.expr) -> bool:
    match value:
        case ast.Constant():
            return True
        case ast.UnaryOp():
            return _is_written(value.operand)
        case ast.List() | ast.Tuple():
            return all(_is_written(part) for part in value.elts)
    return False


def without_leading_values(statements: Sequence[ast.stmt]) -> list[ast.stmt]:
    """Statements without the values and imports before all others; as they are if nothing else is there."""
    ordered = sorted(statements, key=lambda s: (s.lineno, s.col_offset))
    first = next(
        (k for k, s in enumerate(ordered) if not is_written_out(s) and not isinstance(s, ast.Import | ast.ImportFrom)),
        0,
    )
    return ordered[first:]
