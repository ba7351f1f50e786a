"""Taping: the block of a tape: what it follows, a gradient() call behind it, and a new one around lines."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass

from gradstudio.studio.edits.dependence import Dependence, check_lasting
from gradstudio.studio.edits.edit import Refused, Splice
from gradstudio.studio.edits.formula import as_tensor, library_import, taped
from gradstudio.studio.edits.made import Made
from gradstudio.studio.edits.names import Names, Place
from gradstudio.studio.edits.places import tape_name
from gradstudio.studio.edits.program import Program
from gradstudio.studio.edits.stretch import Stretch, moved, stretch, unit

_ASKING = ("gradient", "jacobian", "batch_jacobian")


@dataclass(frozen=True, slots=True, eq=False)
class Tape:
    """A block that records."""

    block: ast.With
    name: str  # "" for a tape without one


def tape_around(program: Program, statement: ast.stmt) -> Tape | None:
    """The innermost tape of its function that a statement stands in."""
    for above in program.ancestors(statement):
        if isinstance(above, ast.FunctionDef):
            return None
        if isinstance(above, ast.With) and (name := tape_name(above)) is not None:
            return Tape(above, name)
    return None


def result_names(program: Program, target: str, sources: Sequence[str], style: str = "d{source}") -> dict[str, str]:
    """What the gradients on sources are called: dw, db."""
    found: dict[str, str] = {}
    for source in sources:
        base = style.format(target=target, source=source)
        found[source] = program.fresh(base, frozenset(found.values()))
    return found


def add_to_tape(
    program: Program, names: Names, tape: Tape, target: Made, sources: Sequence[Made], more: Stretch | None = None
) -> tuple[list[Splice], str]:
    """A gradient() call behind a tape; gives the changes and the first gradient's variable. more: lines behind the
    block, up to the one that makes the target, that go into it.
    """
    block = tape.block
    until = program.end(block) if more is None else more.end
    out: list[Splice] = []
    name = tape.name
    if not name:
        name = program.fresh("tape")
        item = next(item for item in block.items if _opens(item))
        at = program.end(item.context_expr)
        out.append(Splice(at, at, f" as {name}"))
    elif _calls(program, names, tape) and not _is_persistent(block):
        item = next(item for item in block.items if _opens(item))
        at = program.end(item.context_expr) - 1
        assert isinstance(item.context_expr, ast.Call)
        is_first = not item.context_expr.args and not item.context_expr.keywords
        out.append(Splice(at, at, "persistent=True" if is_first else ", persistent=True"))
    for node in (node for statement in (block, *(more.statements if more else ())) for node in ast.walk(statement)):
        if isinstance(node, ast.Return) and program.function(node) is program.function(block):
            raise Refused(f"Line {node.lineno} returns from inside the tape; move it behind the block first.")
    home = names.home_of(target.name, target.statement, program)
    check_lasting(program, names, home, target.name, target.statement, until)
    for made in sources:
        _check_source(program, names, made, target, until)
    out += watches(program, names, Tape(block, name), sources)
    call, first = _call(program, name, target, sources)
    if more is None:
        return [*out, program.after(block, [call])], first
    start, indent = program.line_end(block.end_lineno or 0), program.indent(block)
    lines = moved(program, start, more.end, indent, program.indent(block.body[0]))
    end = "\n" if lines.endswith("\n") else ""
    return [*out, Splice(start, more.end, f"{lines.removesuffix(end)}\n{indent}{call}{end}")], first


def watches(program: Program, names: Names, tape: Tape, sources: Sequence[Made]) -> list[Splice]:
    """What lets a tape follow sources: the lines that say so, and tensors in the place of plain numbers."""
    block = tape.block
    inside = set(ast.walk(block))
    at_first, out = [], []
    followed = Dependence(program, names, _followed(program, names, tape))
    for statement in block.body:
        followed.add(statement)
    for made in sources:
        home = names.home_of(made.name, made.statement, program)
        is_watched = any(p.name == made.name and p.home is home for p in _watched(program, names, tape))
        if is_watched or (_is_variable(made) and not _is_deaf(block)):
            continue
        if made.statement not in inside:
            if made.statement.lineno > block.lineno:
                raise Refused(
                    f"`{made.name}` is made in line {made.statement.lineno}, after the tape of line {block.lineno}."
                )
            out += as_tensor(program, names, made)
            at_first.append(f"{tape.name}.watch({made.name})")
        elif not followed.holds(home, made.name):
            out += as_tensor(program, names, made)
            out.append(program.after(made.statement, [f"{tape.name}.watch({made.name})"]))
    if at_first:
        out.append(program.before(block.body[0], at_first))
    return out


def _followed(program: Program, names: Names, tape: Tape) -> set[tuple[ast.AST, str]]:
    """The variables that a tape follows by itself or was told to."""
    found = {(p.home, p.name) for p in _watched(program, names, tape)}
    for node in program.nodes:
        if isinstance(node, ast.Assign) and not _is_deaf(tape.block):
            made = [node.value, *getattr(node.value, "elts", [])]
            if any(_makes_variable(value) for value in made):
                found |= {(p.home, p.name) for p in names.within(node.targets) if p.binds}
    return found


def _watched(program: Program, names: Names, tape: Tape) -> list[Place]:
    """The places of variables in calls of watch()."""
    return [
        place
        for node in ast.walk(tape.block)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "watch"
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == tape.name
        for place in names.within(node.args)
    ]


def _is_variable(made: Made) -> bool:
    value = made.statement.value if isinstance(made.statement, ast.Assign | ast.AnnAssign) else None
    return _makes_variable(made.expr) or (value is not None and _makes_variable(value))


def _makes_variable(value: ast.AST) -> bool:
    if not isinstance(value, ast.Call):
        return False
    return (value.func.attr if isinstance(value.func, ast.Attribute) else getattr(value.func, "id", "")) == "Variable"


def _opens(item: ast.withitem) -> bool:
    return isinstance(item.context_expr, ast.Call) and tape_name(ast.With([item], [])) is not None


def _words(block: ast.With) -> dict[str, object]:
    call = next(item.context_expr for item in block.items if _opens(item))
    assert isinstance(call, ast.Call)
    given = dict(zip(("persistent", "watch_accessed_variables"), call.args, strict=False))
    given |= {k.arg: k.value for k in call.keywords if k.arg}
    return {word: value.value if isinstance(value, ast.Constant) else None for word, value in given.items()}


def _is_persistent(block: ast.With) -> bool:
    return _words(block).get("persistent", False) is not False


def _is_deaf(block: ast.With) -> bool:
    """Whether a tape follows no variable by itself."""
    return _words(block).get("watch_accessed_variables", True) is not True


def _calls(program: Program, names: Names, tape: Tape) -> bool:
    """Whether a tape is asked for a gradient already."""
    home = names.home_of(tape.name, tape.block, program)
    return any(
        isinstance(above := program.parent(p.node), ast.Attribute) and above.attr in _ASKING
        for p in names.places(home, tape.name)
        if p.reads
    )


def _check_source(program: Program, names: Names, made: Made, target: Made, until: int) -> None:
    home = names.home_of(made.name, made.statement, program)
    if names.home_of(made.name, target.statement, program) is not home:
        raise Refused(
            f"`{made.name}` of line {made.statement.lineno} belongs to another function than `{target.name}`; choose "
            "sources that can be read there."
        )
    if program.start(made.statement) > program.start(target.statement):
        raise Refused(
            f"`{made.name}` is made in line {made.statement.lineno}, after `{target.name}`, which cannot depend on it."
        )
    check_lasting(program, names, home, made.name, made.statement, until)


def _call(program: Program, tape: str, target: Made, sources: Sequence[Made]) -> tuple[str, str]:
    results = result_names(program, target.name, [made.name for made in sources])
    listed = ", ".join(made.name for made in sources)
    given = listed if len(sources) == 1 else f"[{listed}]"
    return f"{', '.join(results.values())} = {tape}.gradient({target.name}, {given})", next(iter(results.values()))


# a new tape


def with_new_tape(program: Program, names: Names, target: Made, sources: Sequence[Made]) -> tuple[list[Splice], str]:
    """A tape around the lines that compute the target from the sources, and a gradient() call behind it."""
    function = program.function(target.statement)
    if isinstance(function, ast.Lambda):
        raise Refused(f"Line {target.statement.lineno} computes `{target.name}` in a lambda, which can hold no tape.")
    path = _Path(program, names, (function or program.tree).body, target, sources)
    if path.tape is not None:
        return add_to_tape(program, names, path.tape, target, sources, _behind(program, names, path.tape, target))
    lines = stretch(program, path.statements)
    home = names.home_of(target.name, target.statement, program)
    check_lasting(program, names, home, target.name, target.statement, lines.end)
    for made in sources:
        _check_source(program, names, made, target, lines.end)
    name, step = program.fresh("tape"), unit(program)
    inner = lines.indent + step
    changes, at_first = library_import(program), []
    for made in sources:
        if _is_variable(made):
            continue
        watch = f"{name}.watch({made.name})"
        if not path.holds(made):
            at_first.append(f"{inner}{watch}\n")
        elif made.name not in path.hanging:
            after = program.after(made.statement, [watch])
            changes.append(Splice(after.start, after.end, after.new.replace(watch, step + watch)))
        changes += as_tensor(program, names, made) if made.name not in path.hanging else []
    changes += taped(program, names, sources, lines.statements, path.hangs)
    inside = [s for s in changes if lines.start <= s.start and s.end <= lines.end and s.end > lines.start]
    block = moved(program, lines.start, lines.end, lines.indent, inner, inside)
    changes = [s for s in changes if s not in inside]
    if not block.endswith("\n"):
        block += "\n"
    call, result = _call(program, name, target, sources)
    head = f"{lines.indent}with {program.called('GradientTape')}() as {name}:\n{''.join(at_first)}"
    end = "\n" if program.text[: lines.end].endswith("\n") else ""
    changes.append(Splice(lines.start, lines.end, f"{head}{block}{lines.indent}{call}{end}"))
    return changes, result


class _Path:
    """The statements of a body from the first that computes with a source to the one that makes the target."""

    def __init__(
        self, program: Program, names: Names, body: list[ast.stmt], target: Made, sources: Sequence[Made]
    ) -> None:
        chain = {target.statement, *program.ancestors(target.statement)}
        last = next(k for k, statement in enumerate(body) if statement in chain)
        homes = {made.name: names.home_of(made.name, made.statement, program) for made in sources}
        inside = {node for statement in body for node in ast.walk(statement)}
        dependence = Dependence(program, names, [(homes[m.name], m.name) for m in sources if m.statement not in inside])
        self.hanging: set[str] = set()  # sources that are computed from other ones
        found = []
        for statement in body[: last + 1]:
            is_found = dependence.add(statement)
            for made in sources:
                if made.statement in set(ast.walk(statement)):
                    if dependence.holds(homes[made.name], made.name):
                        self.hanging.add(made.name)
                    dependence.start(homes[made.name], made.name)
                    is_found = is_found or (made.statement is not statement and dependence.add(statement))
            if is_found and not isinstance(statement, ast.FunctionDef):
                found.append(statement)
        if not found or found[-1] is not body[last]:
            listed = " or ".join(made.name for made in sources)
            raise Refused(f"`{target.name}` in line {target.statement.lineno} is not computed from {listed}.")
        first = body.index(found[0])
        while first and body[first - 1].end_lineno == body[first].lineno:
            first -= 1  # what stands on the same line goes along
        while last + 1 < len(body) and body[last + 1].lineno == body[last].end_lineno:
            last += 1
        self.statements = body[first : last + 1]
        self._dependence = dependence
        self._within = {node for statement in self.statements for node in ast.walk(statement)}
        blocks = [n for n in self._within if isinstance(n, ast.With) and tape_name(n) is not None]
        last_block = max(blocks, key=lambda block: block.lineno, default=None)
        self.tape = Tape(last_block, tape_name(last_block) or "") if last_block is not None else None

    def holds(self, made: Made) -> bool:
        """Whether a source is made in these lines."""
        return made.statement in self._within

    def hangs(self, place: Place) -> bool:
        """Whether a place reads what is computed from the sources."""
        return self._dependence.holds(place.home, place.name)


def _behind(program: Program, names: Names, tape: Tape, target: Made) -> Stretch:
    """The lines behind a tape up to the target. Raises Refused where they cannot go into it."""
    block = tape.block
    body = program.body(block)
    chain = {target.statement, *program.ancestors(target.statement)}
    last = next((k for k, statement in enumerate(body) if statement in chain), -1)
    is_asked = bool(tape.name) and _calls(program, names, tape)
    if last < 0 or is_asked or block.body[0].lineno == block.lineno or not program.owns_lines(block):
        raise Refused(
            f"`{target.name}` in line {target.statement.lineno} is made outside of the tape of line {block.lineno}; "
            "move its line into that block first."
        )
    return stretch(program, body[body.index(block) + 1 : last + 1])
