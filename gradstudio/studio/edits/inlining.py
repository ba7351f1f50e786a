"""Inlining: a variable put into the lines that use it; its own line goes."""

from __future__ import annotations

import ast

from gradstudio.language.traits import changed_in_place, has_tape
from gradstudio.studio.edits.edit import Edit, Refused, Splice, spliced
from gradstudio.studio.edits.effects import Effects
from gradstudio.studio.edits.expanding import inline_call
from gradstudio.studio.edits.made import Made
from gradstudio.studio.edits.moving import is_in_text, put
from gradstudio.studio.edits.names import Names, Place
from gradstudio.studio.edits.places import tape_name
from gradstudio.studio.edits.program import Program
from gradstudio.studio.edits.written_out import is_made_of_numbers

_BY_NAME = frozenset(
    "gradient jacobian batch_jacobian watch jvp vjp apply_gradients minimize explain check_grads".split()
)
"""What is called with a tensor or Variable itself, not with its value."""
_LOOPS = ast.For | ast.While | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


def inline(program: Program, made: Made) -> Edit:
    """Put a variable into all its uses; what a function of the text gives back: the lines of the function in the place
    of its only call. Raises Refused."""
    statement = made.statement
    value = None
    if isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value is not None:
        value = statement.value
        if made.name and any(made.expr is node for node in ast.walk(value)):
            return _Variable(program, made.name, statement).edit()
    names = Names(program)
    effects = Effects(program, names)
    if value is not None and isinstance(value, ast.Call) and effects.function(value) is not None:
        return inline_call(program, value)
    function = program.function(statement)
    if isinstance(statement, ast.Return) and isinstance(function, ast.FunctionDef):
        calls = [n for n in program.nodes if isinstance(n, ast.Call) and effects.function(n) is function]
        if len(calls) == 1:
            return inline_call(program, calls[0])
        where = ", ".join(str(call.lineno) for call in calls) or "none"
        raise Refused(f"{function.name}() is called in several lines ({where}); inline each call in the text.")
    raise Refused(f"Line {made.expr.lineno} has no name and is no call of a function of the text: nothing to inline.")


class _Variable:
    """A variable that is to be put into its uses."""

    def __init__(self, program: Program, name: str, statement: ast.Assign | ast.AnnAssign) -> None:
        self.program, self.name, self.statement = program, name, statement
        self.names = Names(program)
        self.effects = Effects(program, self.names)
        self.home = self.names.home_of(name, statement, program)
        places = self.names.places(self.home, name)
        self.uses = [p for p in places if p.reads]
        self.line = statement.lineno
        self._check_binding([p for p in places if p.binds])
        assert statement.value is not None
        self.value: ast.expr = statement.value
        self.reads = [p for p in self.names.within([self.value]) if p.reads and p.home not in set(ast.walk(self.value))]
        self.variables = [p for p in self.reads if self.names.is_variable(p.home, p.name)]
        self.is_literal = not self.variables and not any(isinstance(n, ast.Call) for n in ast.walk(self.value))

    def edit(self) -> Edit:
        """The text with its value in all its uses."""
        self._check_value()
        for use in self.uses:
            self._check_use(use)
        program = self.program
        start, end = program.lines_of(self.statement)
        out = [Splice(program.start(u.node), program.end(u.node), self._text(u)) for u in self.uses]
        comment = program.text[program.end(self.statement) : end].strip().removeprefix(";").strip()
        kept = ""
        if comment:
            first = program.statement(self.uses[0].node)
            at = program.end(first)
            is_simple = first.lineno == first.end_lineno and not hasattr(first, "body")
            rest = program.text[at : program.line_end(first.end_lineno or 0)].strip()
            if is_simple and not rest:
                out.append(Splice(at, at, f"  {comment}"))
            else:
                kept = f"{program.indent(self.statement)}{comment}\n"
        out.append(Splice(start, end, kept))
        text = spliced(program.text, out)
        lost = program.text[start:end].count("\n") - kept.count("\n")
        return Edit(f"Inline {self.name}{self._cost()}", text, program.statement(self.uses[0].node).lineno - lost)

    def _text(self, use: Place) -> str:
        assert isinstance(use.node, ast.expr)
        return put(self.program, use.node, self.value)

    def _cost(self) -> str:
        """What is computed more often than before."""
        if self.is_literal or isinstance(self.value, ast.Name | ast.Constant):
            return ""
        if any(self._loop(use) is not None for use in self.uses):
            return " (computed in each pass)"
        return f" (computed {len(self.uses)} times)" if len(self.uses) > 1 else ""

    def _loop(self, use: Place) -> ast.AST | None:
        """The outermost loop around a use that does not hold the variable's own line."""
        found = None
        for above in self.program.ancestors(use.node):
            if above in set(self.program.ancestors(self.statement)):
                break
            if isinstance(above, _LOOPS):
                found = above
        return found

    # whether it may

    def _check_binding(self, bindings: list[Place]) -> None:
        name, statement = self.name, self.statement
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        if len(targets) != 1 or not isinstance(targets[0], ast.Name):
            raise Refused(f"Line {self.line} gives values to several names at once; put `{name}` on a line of its own.")
        other = next((p for p in bindings if p.node is not targets[0]), None)
        if other is not None:
            raise Refused(
                f"`{name}` gets another value in line {getattr(other.node, 'lineno', 0)}; rename one of them first."
            )
        if not self.uses:
            raise Refused(f"`{name}` is used nowhere; delete line {self.line} instead.")

    def _check_value(self) -> None:
        program, value = self.program, self.value
        line, name = self.line, self.name
        is_top = self.statement in program.tree.body
        is_text = isinstance(value, ast.Constant) and not isinstance(value.value, float)
        is_formula = is_top and not has_tape(program.nodes) and not is_text
        if (is_formula and not self.variables) or (is_made_of_numbers(value) and not is_text):
            raise Refused(f"`{name}` in line {line} is a leaf of the network, which is known by its name; it stays.")
        if any(isinstance(node, ast.NamedExpr) for node in ast.walk(value)):
            raise Refused(f"Line {line} binds another name inside (`:=`); give it a line of its own first.")
        if name in changed_in_place(program.nodes):
            raise Refused(f"What `{name}` holds is changed in place further down; it has to stay one thing.")
        if self.effects.changes(value):
            raise Refused(f"Line {line} changes something else when it runs, so it has to run where it stands.")
        text = program.source(self.statement)
        inside = program.source(value)
        if text.count("#") > inside.count("#"):
            raise Refused(f"Line {line} has a comment before its value, which would be lost; move it above the line.")
        if "\n" in inside and len(self.uses) > 1:
            raise Refused(f"`{name}` goes over several lines and is used {len(self.uses)} times; it stays readable so.")
        if self.effects.draws(value):
            self._check_draw()

    def _check_draw(self) -> None:
        use = self.uses[0]
        until = self.program.start(use.node)
        between = [
            node
            for node in self.program.nodes
            if isinstance(node, ast.Call)
            and self.program.end(self.statement) <= self.program.start(node) < until
            and self.effects.draws(node)
        ]
        if len(self.uses) > 1 or self._loop(use) is not None or between:
            raise Refused(f"Line {self.line} draws random numbers, which would be others further down; it stays.")

    def _check_use(self, use: Place) -> None:
        program, name, node = self.program, self.name, use.node
        line = getattr(node, "lineno", 0)
        if is_in_text(program, node):
            raise Refused(f"Line {line} uses `{name}` inside a text in quotes; write that without it first.")
        if program.start(node) < program.end(self.statement):
            raise Refused(f"Line {line} uses `{name}` before line {self.line} makes it.")
        chain = [node, *program.ancestors(node)]
        if not any(above in program.body(self.statement) for above in chain if isinstance(above, ast.stmt)):
            raise Refused(f"Line {line} uses `{name}` outside of the block in which line {self.line} makes it.")
        self._check_by_name(node, line)
        if self.is_literal:
            return
        if program.function(node) is not program.function(self.statement):
            raise Refused(f"Line {line} uses `{name}` in another function, which may run at another time.")
        if not isinstance(self.value, ast.Name) and self._tapes(node) != self._tapes(self.statement):
            raise Refused(
                f"Line {line} uses `{name}` in another tape than line {self.line}, which would follow it there."
            )
        self._check_same(use, line)

    def _check_by_name(self, node: ast.AST, line: int) -> None:
        above = self.program.parent(node)
        while isinstance(above, ast.List | ast.Tuple | ast.keyword | ast.Starred):
            above = self.program.parent(above)
        if isinstance(above, ast.Call) and not (isinstance(above.func, ast.Attribute) and above.func.value is node):
            called = above.func.attr if isinstance(above.func, ast.Attribute) else getattr(above.func, "id", "")
            if called in _BY_NAME and not self.is_literal:
                raise Refused(f"Line {line} calls {called}() with `{self.name}`, which needs its name for that.")

    def _tapes(self, node: ast.AST) -> list[ast.AST]:
        return [a for a in self.program.ancestors(node) if isinstance(a, ast.With) and tape_name(a) is not None]

    def _check_same(self, use: Place, line: int) -> None:
        """Whether everything that the value reads is at the use what it was."""
        program, node = self.program, use.node
        loop = self._loop(use)
        start, until = program.end(self.statement), program.start(node) if loop is None else program.end(loop)
        around = {node, *program.ancestors(node)}
        here = program.statement(node)
        for read in self.reads:
            if self.names.home_of(read.name, node, program) is not read.home:
                raise Refused(f"`{read.name}` in line {line} is something else than in line {self.line}.")
            for place in self.names.places(read.home, read.name):
                is_here = loop is None and program.statement(place.node) is here and place.node is not node
                is_between = start <= program.start(place.node) < until and not is_here
                if place.binds and (is_between or not self.names.is_at_once(place)):
                    raise Refused(
                        f"Line {getattr(place.node, 'lineno', 0)} gives `{read.name}` another value before line {line} "
                        f"uses `{self.name}`."
                    )
        for call in program.nodes if self.variables else ():
            if isinstance(call, ast.Call) and start <= program.start(call) < until and self.effects.changes(call):
                if loop is None and call in around:
                    continue  # it runs when its arguments are there
                raise Refused(f"Line {call.lineno} may change what line {self.line} reads before line {line} uses it.")
