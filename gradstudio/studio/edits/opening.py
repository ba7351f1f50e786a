"""Opening: what an expression becomes when values that it reads are taken away: `...` stands for each of them.

An operator can hold `...` only beside a value of the network; where it stands alone, or beside a plain number, the op
is written as a call. Where nothing can hold it, as an index or a function of Python's own, the whole becomes `...`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence

import numpy as np

from gradstudio.engine.primitive import Primitive, Spelling
from gradstudio.engine.trace import Trace
from gradstudio.engine.written import OPEN
from gradstudio.studio.edits.draft import replaced
from gradstudio.studio.edits.edit import Splice, spliced
from gradstudio.studio.edits.made import callee
from gradstudio.studio.edits.program import Program
from gradstudio.studio.edits.spelling import INFIX, PREFIX, optional_inputs

_SIGNS: dict[type[ast.AST], str] = {
    type(ast.parse(f"a {sign} b", mode="eval").body.op): op  # type: ignore[attr-defined]
    for op, sign in INFIX.items()
    if isinstance(ast.parse(f"a {sign} b", mode="eval").body, ast.BinOp)
} | {
    type(ast.parse(f"a {sign} b", mode="eval").body.ops[0]): op  # type: ignore[attr-defined]
    for op, sign in INFIX.items()
    if isinstance(ast.parse(f"a {sign} b", mode="eval").body, ast.Compare)
}
_SIGNS |= {type(ast.parse(f"{sign}a", mode="eval").body.op): op for op, sign in PREFIX.items()}  # type: ignore[attr-defined]


class Opening:
    """Expressions of a program that are gone, and what is left of those around them."""

    def __init__(self, program: Program, trace: Trace, gone: Iterable[ast.AST] = ()) -> None:
        self._program = program
        self._trace = trace
        self.gone = set(gone)
        self._whole: dict[ast.AST, bool] = {}

    def add(self, node: ast.AST) -> None:
        """One more that is gone."""
        self.gone.add(node)
        self._whole = {}

    def is_whole(self, node: ast.AST) -> bool:
        """Whether an expression as a whole becomes `...`."""
        known = self._whole.get(node)
        if known is None:
            known = self._whole[node] = node in self.gone or self._cannot_hold(node)
        return known

    def is_touched(self, node: ast.AST) -> bool:
        """Whether anything in it is gone."""
        return any(inner in self.gone for inner in ast.walk(node))

    def splices(self, node: ast.AST) -> list[Splice]:
        """The changes in an expression or statement."""
        program = self._program
        if not self.is_touched(node):
            return []
        if isinstance(node, ast.expr):
            if self.is_whole(node):
                return [replaced(program, node, OPEN)]
            new = self._rewritten(node)
            if new is not None:
                return [replaced(program, node, new)]
        found = []
        left_out = self._left_out(node) if isinstance(node, ast.Call) else None
        for child in ast.iter_child_nodes(node):
            if left_out is not None and child is left_out[0]:
                found.append(left_out[1])
            elif isinstance(child, ast.keyword):
                found += self.splices(child.value)
            else:
                found += self.splices(child)
        return [s for s in found if program.text[s.start : s.end] != s.new]

    def text(self, node: ast.expr) -> str:
        """What is left of an expression, as text."""
        new = OPEN if self.is_whole(node) else self._rewritten(node)
        if new is not None:
            return new
        start, end = self._program.start(node), self._program.end(node)
        inside = [Splice(s.start - start, s.end - start, s.new) for s in self.splices(node)]
        return spliced(self._program.text[start:end], inside)

    def _cannot_hold(self, node: ast.AST) -> bool:
        match node:
            case ast.Subscript():
                return self.is_whole(node.value) or self.is_touched(node.slice)
            case ast.Attribute():
                return self.is_whole(node.value) and not self._is_method(node)
            case ast.Starred() | ast.NamedExpr() | ast.FormattedValue():
                return self.is_whole(node.value)
            case ast.Call():
                row, is_method = callee(self._program, node)
                if row is not None and not (is_method and self.is_whole(node.func)):
                    return False
                if self.is_whole(node.func):
                    return True
                return not self._is_own(node) and any(self.is_whole(a) for a in _given(node))
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                return self.is_whole(node.generators[0].iter)
            case ast.JoinedStr():
                return self.is_touched(node)  # where its parts stand is not sure
            case ast.BoolOp():
                return any(self.is_whole(v) for v in node.values)
            case ast.IfExp():
                return self.is_whole(node.test)
            case ast.UnaryOp():
                return self.is_whole(node.operand) and type(node.op) not in _SIGNS
            case ast.Compare():
                parts = [node.left, *node.comparators]
                is_odd = len(parts) > 2 or type(node.ops[0]) not in _SIGNS
                return is_odd and any(self.is_whole(p) for p in parts)
            case ast.BinOp():
                return type(node.op) not in _SIGNS and (self.is_whole(node.left) or self.is_whole(node.right))
        return False

    def _rewritten(self, node: ast.expr) -> str | None:
        """An operator, or a method of what is gone, as a call; None where it can stay as it is."""
        program = self._program
        match node:
            case ast.BinOp(op=sign) | ast.Compare(ops=[sign]):
                parts = _operands(node)
                if not any(self.is_whole(p) for p in parts) or self._is_known(node, parts):
                    return None
                return f"{program.called(_SIGNS[type(sign)])}({', '.join(self.text(p) for p in parts)})"
            case ast.UnaryOp() if self.is_whole(node.operand):
                return f"{program.called(_SIGNS[type(node.op)])}({OPEN})"
            case ast.Call(func=ast.Attribute(value=value)) if self.is_whole(value):
                row, is_method = callee(program, node)
                if row is None or not is_method:
                    return None
                name = row.row.name if isinstance(row, Spelling) else row.name
                rest = [self.text(a) for a in node.args]
                rest += [f"{k.arg}={self.text(k.value)}" for k in node.keywords if k.arg]
                return f"{program.called(name)}({', '.join([OPEN, *rest])})"
        return None

    def _is_method(self, node: ast.Attribute) -> bool:
        above = self._program.parent(node)
        if not isinstance(above, ast.Call) or above.func is not node:
            return False
        row, is_method = callee(self._program, above)
        return row is not None and is_method

    def _is_own(self, call: ast.Call) -> bool:
        """Whether a call may be given `...`: a function of the program, or one of the library."""
        match call.func:
            case ast.Name(id=name):
                bound = {n.name for n in self._program.nodes if isinstance(n, ast.FunctionDef)}
                return name in bound
            case ast.Attribute(value=ast.Name(id=name)):
                return name not in ("np", "math")
        return False

    def _is_known(self, node: ast.expr, parts: list[ast.expr]) -> bool:
        """Whether an operand that stays surely is a value of the network."""
        left = [k for k, part in enumerate(parts) if not self.is_whole(part)]
        if not left:
            return False
        r = self._trace.records
        rows = np.flatnonzero((r.span == np.array(self._program.span(node))).all(1))
        for row in rows.tolist():
            start, end = int(r.input_start[row]), int(r.input_start[row + 1])
            if end - start == len(parts):
                return any(r.input_record[start + k] >= 0 for k in left)
        return False

    def _left_out(self, call: ast.Call) -> tuple[ast.AST, Splice] | None:
        """The last argument of a call where it is gone and the op can do without it."""
        found, _ = callee(self._program, call)
        row = found if isinstance(found, Primitive) else None
        entries: list[ast.AST] = [*call.args, *call.keywords]
        last = entries[-1] if entries else None
        value = last.value if isinstance(last, ast.keyword) else last
        if row is None or row.variadic or len(entries) < 2 or last is None or value is None or not self.is_whole(value):
            return None
        slot = row._slot(last.arg or "") if isinstance(last, ast.keyword) else len(call.args) - 1
        if slot is None or slot < len(row.inputs) - optional_inputs(row) or slot >= len(row.inputs):
            return None
        program = self._program
        return last, Splice(program.end(entries[-2]), program.end(last), "")


def taken_out(program: Program, entries: Sequence[ast.AST], gone: Sequence[ast.AST]) -> list[Splice]:
    """Some of several entries in a row taken out, with the commas or semicolons that belong to them."""
    is_gone = [any(entry is g for g in gone) for entry in entries]
    kept = [k for k, lost in enumerate(is_gone) if not lost]
    last = kept[-1] if kept else -1
    found = [
        Splice(program.start(entries[k]), program.start(entries[k + 1]), "") for k in range(max(last, 0)) if is_gone[k]
    ]
    if last < len(entries) - 1:
        start = program.end(entries[last]) if kept else program.start(entries[0])
        found.append(Splice(start, program.end(entries[-1]), ""))
    return found


def _operands(node: ast.expr) -> list[ast.expr]:
    match node:
        case ast.BinOp():
            return [node.left, node.right]
        case ast.Compare():
            return [node.left, *node.comparators]
    return []


def _given(call: ast.Call) -> list[ast.expr]:
    return [*call.args, *(k.value for k in call.keywords)]
