"""Which name a value has at another place of the text, and why it may have none there."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from gradstudio.engine.trace import Trace
from gradstudio.studio.edits.draft import Draft
from gradstudio.studio.edits.edit import Refused
from gradstudio.studio.edits.made import Made, callee
from gradstudio.studio.edits.names import names_of
from gradstudio.studio.edits.program import Function, Program
from gradstudio.studio.edits.spelling import result_names

_MAKERS = frozenset(["Variable", "constant", "load", "zeros", "ones", "convert_to_tensor", "linspace", "eye"])
_BRANCHES = ast.If | ast.Try | ast.Match
_VALUES = ast.Call | ast.BinOp | ast.UnaryOp | ast.Compare | ast.Subscript | ast.Attribute | ast.List | ast.Constant


@dataclass(frozen=True, slots=True, eq=False)
class Spot:
    """A place between statements: before or after one of them; the end of the code where there is none."""

    statement: ast.stmt | None
    is_after: bool

    def offset(self, program: Program) -> int:
        """Where it lies in the text."""
        if self.statement is None:
            return program.code_end
        return _row_end(program, self.statement) if self.is_after else program.start(self.statement)

    def function(self, program: Program) -> Function | None:
        """The function that it lies in."""
        return program.function(self.statement) if self.statement is not None else None


@dataclass(frozen=True, slots=True, eq=False)
class Value:
    """A value that has, or gets, a name."""

    made: Made
    name: str
    since: ast.stmt  # the statement that gives it the name, or before which its own line is put
    is_new: bool  # it gets its name with this edit

    @property
    def spot(self) -> Spot:
        """From where on it can be used."""
        return Spot(self.since, not self.is_new)


def value_of(program: Program, trace: Trace, draft: Draft, made: Made, at: Function | None) -> Value:
    """A value under its name; one without a name gets a line of its own. at: the function that is to read it.

    Raises Refused where it can have none.
    """
    if made.name:
        return Value(made, made.name, made.statement, False)
    handed = handed_on(program, trace, made, at)
    if handed is not None:
        return Value(made, handed[0], handed[1], False)
    statement = made.statement
    if not isinstance(made.expr, _VALUES):
        raise Refused(f"Line {statement.lineno} makes this value without writing it out, so it cannot have a name.")
    why = why_not_alone(program, made.expr)
    if why:
        raise Refused(why)
    name = draft.fresh(*result_names(made.op, []))
    draft.hoist(made.expr, name, statement)
    return Value(made, name, statement, True)


def handed_on(program: Program, trace: Trace, made: Made, at: Function | None) -> tuple[str, ast.stmt, ast.stmt] | None:
    """The variable that a value went to from elsewhere: `a = layer(x)`, `for row in rows`; from which statement on it
    has the name, and which one binds it."""
    r = trace.records
    name = r.strings[int(r.name[made.record])] if r.name[made.record] >= 0 else ""
    here = program.function(made.statement)
    if not name:
        return None
    if isinstance(made.statement, ast.For) and made.expr in ast.walk(made.statement.iter):
        first = made.statement.body[0]
        return (name, first, made.statement) if _binds(made.statement.target, name) else None
    if here is at or not isinstance(here, ast.FunctionDef):
        return None
    for node in program.nodes:
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and _binds(node.targets[0], name):
            call = node.value
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == here.name:
                return name, node, node
    return None


def _binds(target: ast.expr, name: str) -> bool:
    return any(isinstance(n, ast.Name) and n.id == name for n in ast.walk(target))


def why_not_alone(program: Program, expr: ast.AST) -> str:
    """Why an expression cannot have a line of its own before its statement; "" if it can."""
    statement = program.statement(expr)
    below: ast.AST = expr
    line = getattr(expr, "lineno", 0)
    for above in program.ancestors(expr):
        where = _inside(above, below)
        if where:
            return f"Line {line} computes this inside {where}, so it cannot stand on a line of its own."
        if above is statement:
            break
        below = above
    if isinstance(statement, ast.While):
        return f"Line {line} computes this in the condition of a loop, so it cannot stand on a line of its own."
    if isinstance(statement, ast.FunctionDef):
        return f"Line {line} computes this where a function is defined, so it cannot stand on a line of its own."
    if isinstance(statement, ast.If) and program.lines[statement.lineno - 1].lstrip().startswith("elif"):
        return f"Line {line} computes this in the condition of an elif, so it cannot stand on a line of its own."
    if isinstance(statement, ast.With) and not any(expr is n for n in ast.walk(statement.items[0])):
        return f"Line {line} computes this inside a `with`, so it cannot stand on a line of its own."
    if program.text[program.line_start(statement.lineno) : program.start(statement)].strip():
        return f"Line {line} holds more than one statement; put each on a line of its own first."
    start = program.start(expr)
    for node in ast.walk(statement) if not isinstance(statement, ast.For | ast.With | ast.If) else ():
        is_before = isinstance(node, ast.Call) and program.start(node) < start and program.end(node) <= start
        if is_before and not is_plain_op(program, node):
            return f"Line {line} calls something else before it computes this, so it cannot go to a line before."
    return ""


def _inside(above: ast.AST, below: ast.AST) -> str:
    match above:
        case ast.Lambda():
            return "a lambda"
        case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp() | ast.comprehension():
            return "a comprehension"
        case ast.IfExp() if below is not above.test:
            return "a choice (`... if ... else ...`)"
        case ast.BoolOp() if below is not above.values[0]:
            return "an `and` or `or`"
        case ast.Compare() if len(above.ops) > 1:
            return "a chain of comparisons"
    return ""


def is_plain_op(program: Program, call: ast.AST) -> bool:
    """Whether a call is an op of the library, or makes a leaf, which changes nothing but its result."""
    if not isinstance(call, ast.Call):
        return False
    match call.func:
        case ast.Attribute(value=ast.Name(id=module), attr=maker) if module in program.modules and maker in _MAKERS:
            return True
    return callee(program, call)[0] is not None


def check_visible(program: Program, value: Value, spot: Spot) -> None:
    """Raise Refused where a value's name does not stand for it at a spot."""
    why = why_hidden(program, value, spot)
    if why:
        raise Refused(why)


def why_hidden(program: Program, value: Value, spot: Spot) -> str:
    """Why a value cannot be read by its name at a spot; "" if it can."""
    name, source = value.name, value.since
    own, there = program.function(source), spot.function(program)
    around = _functions(program, spot)
    line = source.lineno
    if own not in around:
        called = getattr(own, "name", "")
        where = f"the function {called}()" if called else "a lambda"
        return f"`{name}` is made in {where} (line {line}); outside of it only what it returns can be used."
    why = _in_other_block(program, name, source, spot)
    if why:
        return why
    places: list[ast.AST] = []
    if not value.is_new:
        names = names_of(program)
        home = names.home_of(name, source, program)
        block = program.parent(spot.statement) if spot.statement is not None else None
        if names.home_of(name, block or program.tree, program) is not home:
            return f"`{name}` means something else there; rename one of them first."
        places = [p.node for p in names.places(home, name) if p.binds and not _is_by(program, p.node, source)]
    if own is not there:
        return _at_call_time(program, value, spot, places)
    if spot.offset(program) < value.spot.offset(program):
        return f"`{name}` is made later, in line {line}."
    for node in places:
        if value.spot.offset(program) <= program.start(node) < spot.offset(program):
            return f"`{name}` is something else by then: line {_line(node)} changes it. Rename one of them first."
    loops = [a for a in _above(program, spot) if isinstance(a, ast.For | ast.While)]
    for loop in loops:
        if source in _descendants(loop):
            continue
        changed = next((n for n in places if n in _descendants(loop)), None)
        if changed is not None:
            return f"`{name}` changes in the loop: line {_line(changed)} gives it another value. Rename one first."
    return ""


def _at_call_time(program: Program, value: Value, spot: Spot, places: list[ast.AST]) -> str:
    """Why a function cannot read a value from outside of it when it is called."""
    start = value.spot.offset(program)
    later = next((n for n in places if program.start(n) >= start), None)
    if later is not None:
        return f"`{value.name}` changes in line {_line(later)}; a function would read what it is when it is called."
    outermost = [f for f in _functions(program, spot) if f is not None]
    own = program.function(value.since)
    inner = next((f for f in reversed(outermost) if program.function(f) is own), outermost[-1])
    if isinstance(inner, ast.FunctionDef):
        used = [n for n in program.nodes if isinstance(n, ast.Name) and n.id == inner.name]
        first = min((program.start(n) for n in used if n not in _descendants(inner)), default=len(program.text))
    else:
        first = program.start(inner)
    if first < start:
        return f"`{value.name}` is made in line {value.since.lineno}, after the function is used."
    return ""


def _in_other_block(program: Program, name: str, source: ast.stmt, spot: Spot) -> str:
    """Why what is made in a block cannot be read outside of it."""
    above_spot = _above(program, spot)
    below: ast.AST = source
    for above in program.ancestors(source):
        if isinstance(above, ast.FunctionDef | ast.Lambda):
            break
        if isinstance(above, ast.For | ast.While) and above not in above_spot:
            return f"`{name}` is made in the loop of line {above.lineno}, anew in each pass; outside it has no value."
        if isinstance(above, _BRANCHES) and not _same_branch(above, below, above_spot, spot.statement):
            return f"`{name}` is made only in some cases (line {above.lineno}), so it cannot be relied on there."
        below = above
    return ""


def _same_branch(above: ast.stmt, below: ast.AST, above_spot: list[ast.AST], statement: ast.stmt | None) -> bool:
    if above not in above_spot:
        return False
    for body in ("body", "orelse", "finalbody", "handlers", "cases"):
        entries = getattr(above, body, [])
        if below in entries:
            return any(e in above_spot or e is statement for e in entries)
    return False


def _above(program: Program, spot: Spot) -> list[ast.AST]:
    return list(program.ancestors(spot.statement)) if spot.statement is not None else [program.tree]


def _functions(program: Program, spot: Spot) -> list[Function | None]:
    """The functions a spot lies in, from the inside; None is the program."""
    return [*(a for a in _above(program, spot) if isinstance(a, Function)), None]


def _line(node: ast.AST) -> int:
    return int(getattr(node, "lineno", 0))


def _descendants(node: ast.AST) -> set[ast.AST]:
    return set(ast.walk(node))


def _row_end(program: Program, statement: ast.stmt) -> int:
    """Where the last statement ends that begins in the line in which this one ends: there new lines go."""
    line = statement.end_lineno
    return max([program.end(s) for s in program.body(statement) if s.lineno == line] + [program.end(statement)])


def _is_by(program: Program, node: ast.AST, statement: ast.stmt) -> bool:
    """Whether a binding is done by a statement itself, not by one in its body."""
    return node is statement or (not isinstance(node, ast.stmt) and _statement_of(program, node) is statement)


def _statement_of(program: Program, node: ast.AST) -> ast.AST | None:
    return next((a for a in program.ancestors(node) if isinstance(a, ast.stmt)), None)
