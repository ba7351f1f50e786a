"""Sweeping: of what a gradient is taken, and on what: a gradient() call is changed in place, or one is added."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace

from gradstudio.engine.trace import NO_SPAN, Span
from gradstudio.language.parsing import parsed
from gradstudio.language.tree import walk
from gradstudio.studio.edits.dependence import check_lasting
from gradstudio.studio.edits.edit import Edit, Refused, Splice, spliced
from gradstudio.studio.edits.effects import Effects
from gradstudio.studio.edits.made import Made
from gradstudio.studio.edits.names import Names
from gradstudio.studio.edits.places import tape_name
from gradstudio.studio.edits.program import Program
from gradstudio.studio.edits.taping import Tape, add_to_tape, result_names, tape_around, watches, with_new_tape


def gradient(program: Program, target: Made, sources: Sequence[Made], shown: Span | None) -> Edit:
    """Take the gradient of one variable on others. shown: where the gradient() call stands whose sweep is shown; it is
    changed. Without one a call is added, and a tape around the lines that compute the target where there is none.

    Raises Refused.
    """
    names = Names(program)
    is_inside = all(program.function(made.statement) is program.function(target.statement) for made in sources)
    target = target if is_inside and target.name else _handed_on(program, names, target)
    sources = list({made.name or id(made): made for made in sources}.values())
    if not sources:
        raise Refused("Choose one or more sources that the gradient is to be taken on.")
    for made in (target, *sources):
        if not made.name:
            raise Refused(
                f"A part of line {made.expr.lineno} has no name; give it one first, then its gradient can be taken."
            )
    if any(made.name == target.name and made.statement is target.statement for made in sources):
        raise Refused(f"`{target.name}` is the target itself; choose what it is computed from as sources.")
    title = f"Gradient of {target.name} on {', '.join(made.name for made in sources)}"
    call = program.expression(shown) if shown is not None and shown != NO_SPAN else None
    tape = tape_around(program, target.statement)
    change = _Change(program, names, call) if call is not None else None
    if change is not None and (tape is None or change.records(target)):
        splices, result = change.splices(target, sources)
    elif tape is not None:
        splices, result = add_to_tape(program, names, tape, target, sources)
    else:
        splices, result = with_new_tape(program, names, target, sources)
    text = spliced(program.text, splices)
    return Edit(title if len(title) <= 60 else f"Gradient of {target.name}", text, _line_of(text, result), result)


def _handed_on(program: Program, names: Names, made: Made) -> Made:
    """What a function gives back, as the variable that its only call gives it to."""
    function = program.function(made.statement)
    last = function.body[-1] if isinstance(function, ast.FunctionDef) else None
    value = last.value if isinstance(last, ast.Return) else None
    is_result = value is made.expr or (isinstance(value, ast.Name) and value.id == made.name)
    if value is None or not is_result:
        return made
    effects = Effects(program, names)
    calls = [n for n in program.nodes if isinstance(n, ast.Call) and effects.function(n) is function]
    statement = program.statement(calls[0]) if len(calls) == 1 else None
    if not isinstance(statement, ast.Assign) or statement.value is not calls[0] or len(statement.targets) != 1:
        return made
    into = statement.targets[0]
    return replace(made, name=into.id, statement=statement) if isinstance(into, ast.Name) else made


def _line_of(text: str, variable: str) -> int:
    """The last line that gives a variable its value."""
    lines = [
        node.lineno
        for node in walk(parsed(text))
        if isinstance(node, ast.Name) and node.id == variable and isinstance(node.ctx, ast.Store)
    ]
    return max(lines, default=0)


class _Change:
    """A gradient() call that gets another target or other sources."""

    def __init__(self, program: Program, names: Names, call: ast.expr | ast.AugAssign) -> None:
        self._program, self._names = program, names
        line = call.lineno
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute) or call.func.attr != "gradient":
            raise Refused(f"Line {line} takes this gradient without tape.gradient(); change it in the text.")
        if not isinstance(call.func.value, ast.Name):
            raise Refused(f"Line {line} takes the gradient of a tape without a name; give the tape a name first.")
        self._call, self._line, self._tape_name = call, line, call.func.value.id
        given: dict[str, ast.expr] = dict(zip(("target", "sources"), call.args, strict=False))
        given |= {k.arg: k.value for k in call.keywords if k.arg in ("target", "sources")}
        if len(given) < 2 or any(isinstance(a, ast.Starred) for a in call.args):
            raise Refused(f"Line {line} does not write target and sources out; change it in the text.")
        self._target, self._sources = given["target"], given["sources"]
        self._target_name = self._target.id if isinstance(self._target, ast.Name) else program.source(self._target)
        self._statement = program.statement(call)

    def records(self, target: Made) -> bool:
        """Whether the tape of the call records a target."""
        return target.statement in set(ast.walk(self._block().block))

    def splices(self, target: Made, sources: Sequence[Made]) -> tuple[list[Splice], str]:
        """What changes, and the variable of the first gradient."""
        program = self._program
        old, is_list = self._written(self._sources)
        wanted = [made.name for made in sources]
        tape = self._block()
        out: list[Splice] = []
        if self._target_name != target.name:
            self._check_made_inside(target, tape)
            self._check(target)
            out.append(Splice(program.start(self._target), program.end(self._target), target.name))
        new = [made for made in sources if old is None or made.name not in old]
        for made in new:
            self._check(made)
        if new:
            out += watches(program, self._names, tape, new)
        results, is_unpacked = self._results()
        if old is None and not (len(results) == 1 and not is_unpacked and len(wanted) == 1):
            raise Refused(
                f"Line {self._line} takes its sources from `{program.source(self._sources)[:40]}`; write them out as a "
                "list first."
            )
        if old != wanted:
            out += self._change_sources(target, old or [], wanted, is_list, results, is_unpacked)
            results = self._after
        elif self._target_name != target.name:
            out += self._rename(target, wanted, results, is_unpacked)
            results = self._after
        return out, results[0] if results else ""

    # what the call says now

    def _written(self, expr: ast.expr) -> tuple[list[str] | None, bool]:
        """The names of the sources, None if they are not written out; and whether they are a list."""
        if isinstance(expr, ast.List | ast.Tuple):
            if all(isinstance(part, ast.Name) for part in expr.elts):
                return [part.id for part in expr.elts if isinstance(part, ast.Name)], True
            return None, True
        if isinstance(expr, ast.Name):
            home = self._names.home_of(expr.id, expr, self._program)
            bindings = [p for p in self._names.places(home, expr.id) if p.binds]
            if len(bindings) == 1:
                statement = self._program.statement(bindings[0].node)
                value = statement.value if isinstance(statement, ast.Assign) else None
                if isinstance(value, ast.List | ast.Tuple):
                    return self._written(value)
            return [expr.id], False
        return None, False

    def _results(self) -> tuple[list[str], bool]:
        """The variables that the gradients go to, and whether the call is taken apart into them."""
        statement = self._statement
        if not isinstance(statement, ast.Assign) or statement.value is not self._call or len(statement.targets) != 1:
            return [], False
        target = statement.targets[0]
        if isinstance(target, ast.Name):
            return [target.id], False
        if isinstance(target, ast.Tuple | ast.List) and all(isinstance(part, ast.Name) for part in target.elts):
            return [part.id for part in target.elts if isinstance(part, ast.Name)], True
        return [], False

    def _block(self) -> Tape:
        home = self._program.function(self._call) or self._program.tree
        blocks = [
            node
            for node in ast.walk(home)
            if isinstance(node, ast.With)
            and tape_name(node) == self._tape_name
            and (self._program.function(node) or self._program.tree) is home
            and node.lineno <= self._line
        ]
        if not blocks:
            raise Refused(
                f"The tape `{self._tape_name}` of line {self._line} comes from elsewhere; change it in the text."
            )
        return Tape(max(blocks, key=lambda node: node.lineno), self._tape_name)

    # whether the new ones can be named there

    def _check_made_inside(self, target: Made, tape: Tape) -> None:
        if not self.records(target):
            raise Refused(
                f"`{target.name}` is made in line {target.statement.lineno}, outside of the tape of line "
                f"{tape.block.lineno}; move its line into that block first."
            )

    def _check(self, made: Made) -> None:
        program, names = self._program, self._names
        home = names.home_of(made.name, made.statement, program)
        if names.home_of(made.name, self._call, program) is not home:
            raise Refused(
                f"`{made.name}` of line {made.statement.lineno} belongs to another function than the gradient in line "
                f"{self._line}."
            )
        if made.statement.lineno > self._line:
            raise Refused(f"`{made.name}` is made in line {made.statement.lineno}, after the gradient is taken.")
        check_lasting(program, names, home, made.name, made.statement, program.start(self._call))

    # the changes

    def _change_sources(
        self, target: Made, old: list[str], wanted: list[str], is_list: bool, results: list[str], is_unpacked: bool
    ) -> list[Splice]:
        program, line = self._program, self._line
        start, end = program.start(self._sources), program.end(self._sources)
        if "#" in program.text[start:end]:
            raise Refused(f"Line {line} has comments between its sources; change them in the text.")
        if not results or (is_unpacked and len(results) != len(old)):
            raise Refused(f"Line {line} uses the gradient at once; give it a name first (`g = ...`).")
        stays_list = is_list and not is_unpacked
        if stays_list:
            lines = self._readers(results[0])
            if lines and wanted[: len(old)] != old:
                raise Refused(f"{_in_lines(lines)} `{results[0]}` with the sources as they are; change that first.")
            self._after = results
            return [Splice(start, end, f"[{', '.join(wanted)}]")]
        known = dict(zip(old, results, strict=True))
        for source, result in known.items():
            lines = self._readers(result)
            if source not in wanted and lines:
                raise Refused(
                    f"{_in_lines(lines)} `{result}`, the gradient of {source}; keep {source} as a source, or change "
                    "that first."
                )
        style = _style(self._target_name, known)
        fresh = result_names(program, target.name, [s for s in wanted if s not in known], style)
        self._after = [known.get(source) or fresh[source] for source in wanted]
        sources = wanted[0] if len(wanted) == 1 and not (is_list and not is_unpacked) else f"[{', '.join(wanted)}]"
        assert isinstance(self._statement, ast.Assign)
        into = self._statement.targets[0]
        return [
            Splice(program.start(into), program.end(into), ", ".join(self._after)),
            Splice(start, end, sources),
        ]

    def _rename(self, target: Made, wanted: list[str], results: list[str], is_unpacked: bool) -> list[Splice]:
        """Gradients called after the old target (`dz_dx`) are called after the new one, where nobody reads them."""
        program = self._program
        self._after = results
        if len(results) != len(wanted) or not isinstance(self._statement, ast.Assign):
            return []
        was = self._target_name
        into = self._statement.targets[0]
        parts = into.elts if isinstance(into, ast.Tuple | ast.List) else [into]
        out, after = [], []
        for part, source, result in zip(parts, wanted, results, strict=True):
            name = f"d{target.name}_d{source}"
            if result == f"d{was}_d{source}" and name not in program.names and not self._readers(result):
                out.append(Splice(program.start(part), program.end(part), name))
                result = name
            after.append(result)
        self._after = after
        return out

    def _readers(self, name: str) -> list[int]:
        home = self._names.home_of(name, self._call, self._program)
        return sorted({getattr(p.node, "lineno", 0) for p in self._names.places(home, name) if p.reads})


def _style(target: str, known: dict[str, str]) -> str:
    """How the gradients are called: "d{source}", or after both: "d{target}_d{source}"."""
    is_both = any(result == f"d{target}_d{source}" for source, result in known.items())
    return "d{target}_d{source}" if is_both else "d{source}"


def _in_lines(lines: list[int]) -> str:
    if len(lines) == 1:
        return f"Line {lines[0]} reads"
    return f"Lines {', '.join(map(str, lines[:-1]))} and {lines[-1]} read"
