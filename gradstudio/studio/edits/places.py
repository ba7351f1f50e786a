"""Where a new line goes: after what it reads, at the end of a tape, at the end of the leaves."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from gradstudio.engine.trace import Trace
from gradstudio.studio.edits.edit import Splice
from gradstudio.studio.edits.program import Program
from gradstudio.studio.edits.reach import Spot

IMPORT = "import gradstudio as gs"


def is_leaf(program: Program, statement: ast.stmt) -> bool:
    """Whether a statement names a value without reading another variable: `w = gs.Variable(0.5)`."""
    if not isinstance(statement, ast.Assign | ast.AnnAssign) or statement.value is None:
        return False
    read = {n.id for n in ast.walk(statement.value) if isinstance(n, ast.Name)}
    is_op = isinstance(statement.value, ast.Call) and isinstance(statement.value.func, ast.Name)
    own = {statement.value.func.id} if is_op else set()  # type: ignore[attr-defined]
    return not read - own - {*program.modules, "np", "math"}


def tape_of(program: Program, trace: Trace, sweep: int) -> ast.With | None:
    """The block of the tape that the sweep shown was asked of; else the last tape of the text."""
    tapes = [n for n in program.nodes if isinstance(n, ast.With) and tape_name(n) is not None]
    if 0 <= sweep < len(trace.sweeps) and not trace.sweeps[sweep].automatic:
        call = program.expression(trace.sweeps[sweep].span)
        if (
            isinstance(call, ast.Call)
            and isinstance(call.func, ast.Attribute)
            and isinstance(call.func.value, ast.Name)
        ):
            name = call.func.value.id
            asked = [t for t in tapes if tape_name(t) == name and t.lineno < call.lineno]
            if asked:
                return asked[-1]
    top = [t for t in tapes if program.function(t) is None]
    return max(top, key=lambda t: t.lineno, default=None)


def tape_name(block: ast.With) -> str | None:
    """The name of the tape that a block opens; "" where it has none, None where it opens none."""
    for item in block.items:
        call = item.context_expr
        function = call.func if isinstance(call, ast.Call) else None
        name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
        if name == "GradientTape":
            return item.optional_vars.id if isinstance(item.optional_vars, ast.Name) else ""
    return None


def free_spot(program: Program, trace: Trace, sweep: int) -> Spot:
    """Where a line goes that reads nothing, or leaves only: at the end of the tape, else at the end of the code."""
    tape = tape_of(program, trace, sweep)
    if tape is not None and program.function(tape) is None:
        return Spot(tape.body[-1], True)
    body = program.tree.body
    return Spot(body[-1], True) if body else Spot(None, True)


@dataclass(frozen=True, slots=True)
class LeafPlace:
    """Where leaves stand, and the blank lines around a new one."""

    at: int
    before: str
    after: str

    def put(self, lines: list[str]) -> Splice:
        """Lines put there."""
        return Splice(self.at, self.at, "".join([self.before, *(f"{line}\n" for line in lines), self.after]))


def leaf_place(program: Program) -> LeafPlace:
    """The end of the leading block of leaves, before the first statement that computes."""
    imports, leaf, last, following = None, None, None, None
    for k, statement in enumerate(program.tree.body):
        is_text = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
        if is_leaf(program, statement):
            leaf = statement
        elif isinstance(statement, ast.Import | ast.ImportFrom) or (is_text and k == 0):
            imports = statement
        elif not isinstance(statement, ast.FunctionDef):
            following = statement
            break
        last = statement
    if following is not None and leaf is None and isinstance(last, ast.FunctionDef):
        at = program.line_start(_first_line(program, following))
        return LeafPlace(at, "", "\n")
    anchor = leaf or last or imports
    if anchor is None:
        if following is None:
            return _empty(program)
        at = program.line_start(_first_line(program, following))
        return LeafPlace(at, "", "" if is_plain(program) else "\n")
    at = program.line_end(anchor.end_lineno or 0)
    lead = "\n" if at == len(program.text) and not program.text.endswith("\n") else ""
    blank = "" if anchor is leaf else "\n"
    next_line = program.text[at:].split("\n", 1)[0]
    close = "\n" if anchor is not leaf and next_line.strip() else ""
    return LeafPlace(at, f"{lead}{blank}", close)


def is_plain(program: Program) -> bool:
    """Whether the text is a formula: no module in front of its ops."""
    return not program.library


def _empty(program: Program) -> LeafPlace:
    """A text without statements: what is written comes before its settings and after its comments."""
    at = program.code_end
    before = program.text[:at]
    lead = "" if not before or before.endswith("\n\n") else "\n" if before.endswith("\n") else "\n\n"
    return LeafPlace(at, lead, "\n" if program.text[at:].strip() else "")


def _first_line(program: Program, statement: ast.stmt) -> int:
    decorators = getattr(statement, "decorator_list", [])
    line = decorators[0].lineno if decorators else statement.lineno
    while line > 1 and program.lines[line - 2].lstrip().startswith("#"):
        line -= 1  # the comment above it belongs to it
    return line
