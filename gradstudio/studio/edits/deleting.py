"""Deleting: taking values out of a program, with all that makes no sense without them."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from gradstudio.engine.written import ordinal
from gradstudio.studio.edits.draft import Draft
from gradstudio.studio.edits.edit import Edit, Refused, Splice
from gradstudio.studio.edits.made import Made, callee
from gradstudio.studio.edits.names import names_of
from gradstudio.studio.edits.opening import Opening, taken_out
from gradstudio.studio.edits.places import tape_name
from gradstudio.studio.edits.program import Program
from gradstudio.studio.edits.readers import readers
from gradstudio.studio.edits.subject import Subject

_GRADIENT = ("gradient", "jacobian")


def delete(subject: Subject, nodes: Iterable[int]) -> Edit:
    """Take nodes out: their lines go, and what read them gets `...` in their place.

    Raises Refused where what is left could not run.
    """
    removal = Removal(subject, nodes)
    return removal.edit()


def consequences(subject: Subject, nodes: Iterable[int]) -> tuple[str, ...]:
    """What delete() would do beside taking the nodes out, one line each, in the order of the text."""
    return Removal(subject, nodes).words()


class Removal:
    """What goes, worked out from one thing to the next before anything is written."""

    def __init__(self, subject: Subject, nodes: Iterable[int]) -> None:
        self._subject = subject
        self._program = subject.program
        self._names = names_of(subject.program)
        self._opening = Opening(subject.program, subject.trace)
        self._gone: dict[ast.stmt, str] = {}  # statements that go -> why, "" for those that were chosen
        self._targets: set[ast.AST] = set()  # names on the left that get nothing any more
        self._cuts: list[tuple[list[ast.expr], ast.expr]] = []  # elements of lists that go
        self._said: dict[int, str] = {}
        self._open: list[ast.AST] = []  # readers that were opened and have to be looked at
        self._made = [subject.made(node) for node in dict.fromkeys(nodes)]
        if not self._made:
            raise Refused("Choose a node first.")
        self._chosen = {m.statement for m in self._made}
        for made in self._made:
            self._take(made)
        while self._open:
            self._follow(self._open.pop(0))
        self._blocks()

    # the answers

    def edit(self) -> Edit:
        """The Edit."""
        draft = Draft(self._program)
        statements: set[ast.stmt] = set()
        for node in self._opening.gone:
            statements.add(self._program.statement(node))
        for statement in self._gone:
            self._remove(draft, statement)
        for statement in sorted(statements - set(self._gone), key=lambda s: s.lineno):
            if any(above in self._gone for above in self._program.ancestors(statement)):
                continue
            for part in head(statement):
                for splice in self._opening.splices(part):
                    draft.put(splice)
        self._write_cuts(draft)
        first = min((m.statement for m in self._made), key=lambda s: s.lineno)
        names = [m.name or m.op or "value" for m in self._made]
        what = names[0] if len(names) == 1 else f"{len(names)} nodes"
        return draft.edit(f"Delete {what}", "", self._program.line_start(first.lineno))

    def words(self) -> tuple[str, ...]:
        """What happens to lines that nobody chose."""
        found = dict(self._said)
        for statement, why in self._gone.items():
            found.pop(statement.lineno, None)
            if why:
                found[statement.lineno] = f"line {statement.lineno} goes: {why}"
        return tuple(found[line] for line in sorted(found))

    # from what was chosen

    def _take(self, made: Made) -> None:
        statement, expr = made.statement, made.expr
        if statement in self._gone:
            return
        if isinstance(statement, ast.AugAssign) and expr is statement:
            self._gone[statement] = ""
            return
        if isinstance(expr, ast.AugAssign):
            raise Refused(f"Line {statement.lineno} cannot be taken out here; delete it in the text.")
        if isinstance(statement, ast.Expr) and statement.value is expr:
            self._gone[statement] = ""
            return
        if isinstance(statement, ast.For) and any(expr is n for n in ast.walk(statement.iter)):
            raise Refused(f"The loop in line {statement.lineno} goes over this; delete the loop's lines first.")
        if isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value is expr:
            self._assigned(statement, made)
            return
        above = self._program.parent(expr)
        if isinstance(above, ast.NamedExpr):
            self._lose(above.target)
        if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Tuple) and made.name:
            name = next((n for n in ast.walk(statement.targets[0]) if getattr(n, "id", "") == made.name), None)
            if isinstance(name, ast.Name):
                self._lose(name)
        self._open_up(expr)

    def _assigned(self, statement: ast.Assign | ast.AnnAssign, made: Made) -> None:
        """A statement that assigns what was chosen; of several names only those that were."""
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        if len(targets) == 1 and isinstance(targets[0], ast.Tuple | ast.List) and made.name:
            wanted = {m.name for m in self._made if m.statement is statement}
            names = [n for n in targets[0].elts if isinstance(n, ast.Name)]
            left = [n for n in names if n.id not in wanted and n.id != "_"]
            if left or len(names) < len(targets[0].elts):
                for name in names:
                    if name.id in wanted and name not in self._targets:
                        self._targets.add(name)
                        self._lose(name)
                return
        self._drop(statement, "")

    def _drop(self, statement: ast.stmt, why: str) -> None:
        """A statement goes, and the names that it gave to something."""
        if statement in self._gone:
            return
        self._gone[statement] = "" if statement in self._chosen else why
        for place in list(self._names.within([statement])):
            if place.binds and isinstance(place.node, ast.Name) and not isinstance(statement, ast.AugAssign):
                self._lose(place.node)

    def _lose(self, name: ast.Name) -> None:
        """What reads a name from here on reads nothing."""
        for reader in readers(self._program, self._names, name):
            self._open_up(reader)

    def _open_up(self, expr: ast.AST) -> None:
        if expr not in self._opening.gone:
            self._opening.add(expr)
            self._open.append(expr)

    # what follows

    def _follow(self, reader: ast.AST) -> None:
        """What becomes of the statement in which something was opened."""
        program = self._program
        statement = program.statement(reader)
        line = statement.lineno
        if statement in self._gone:
            return
        call = next((a for a in program.ancestors(reader) if isinstance(a, ast.Call) and _is_gradient(a)), None)
        if call is not None and self._gradient(call, reader, statement):
            return
        if any(isinstance(a, ast.Lambda) for a in program.ancestors(reader)):
            self._say(statement, reader)
            return
        match statement:
            case ast.Expr() if self._opening.is_whole(statement.value) or not _is_op(program, statement.value):
                self._drop(statement, f"it uses {program.source(reader)[:40]}")
            case ast.Assert() | ast.Delete():
                self._drop(statement, f"it uses {program.source(reader)[:40]}")
            case ast.If() | ast.While() | ast.Match():
                raise Refused(f"Line {line} decides by this what is done; change or delete that line first.")
            case ast.For():
                raise Refused(f"The loop in line {line} goes over this; change or delete that line first.")
            case ast.AugAssign() if self._opening.is_touched(statement.target):
                self._drop(statement, f"it changes {program.source(statement.target)}")
            case ast.Assign() | ast.AnnAssign() if self._is_lost(statement):
                self._drop(statement, f"nothing is left of {program.source(statement)[:40]}")
            case _:
                self._say(statement, reader)

    def _is_lost(self, statement: ast.Assign | ast.AnnAssign) -> bool:
        """Whether nothing of a value is left, unless it was chosen to be open."""
        value = statement.value
        return value is not None and self._opening.is_whole(value)

    def _say(self, statement: ast.stmt, reader: ast.AST) -> None:
        """Which input is open now."""
        program = self._program
        if isinstance(reader, ast.expr):
            reader = _outermost(self._opening, reader, program)
        above = program.parent(reader)
        if isinstance(above, ast.keyword):
            above = program.parent(above)
        what, slot = "", -1
        if isinstance(above, ast.Call):
            row, is_method = callee(program, above)
            what = row.name if row is not None else program.source(above.func)[:30]
            if reader in above.args:
                slot = above.args.index(reader) + is_method
        elif isinstance(above, ast.BinOp | ast.UnaryOp | ast.Compare):
            what = program.source(above)[:40]
            slot = int(reader is not getattr(above, "left", reader))
        which = f"the {ordinal(slot)} input" if slot >= 0 else "an input"
        words = f"{which} of {what} is open then" if what else "it is open then"
        self._said.setdefault(statement.lineno, f"line {statement.lineno}: {words}")

    def _gradient(self, call: ast.Call, reader: ast.AST, statement: ast.stmt) -> bool:
        """What becomes of a gradient that asks about what is gone; False if that is nothing special."""
        given = [*call.args, *(k.value for k in call.keywords)]
        named = {k.arg: k.value for k in call.keywords}
        target = call.args[0] if call.args else named.get("target")
        sources = call.args[1] if len(call.args) > 1 else named.get("sources")
        if reader not in {n for g in given for n in ast.walk(g)}:
            return False
        if target is not None and self._opening.is_whole(target):
            self._drop(statement, "what it differentiates is gone")
            return True
        if sources is None or not self._opening.is_touched(sources):
            return False
        if not isinstance(sources, ast.List | ast.Tuple):
            self._drop(statement, f"{self._program.source(sources)[:40]} is gone")
            return True
        left = [e for e in sources.elts if not self._opening.is_touched(e)]
        if not left:
            self._drop(statement, "what it differentiates by is gone")
            return True
        self._take_source(sources, statement)
        return True

    def _take_source(self, sources: ast.List | ast.Tuple, statement: ast.stmt) -> None:
        target = statement.targets[0] if isinstance(statement, ast.Assign) and len(statement.targets) == 1 else None
        results = target.elts if isinstance(target, ast.Tuple | ast.List) else []
        for k, element in enumerate(sources.elts):
            if not self._opening.is_touched(element) or any(own is element for _, own in self._cuts):
                continue
            self._cuts.append((sources.elts, element))
            word = self._program.source(element)
            self._said[statement.lineno] = f"line {statement.lineno}: no gradient of {word} any more"
            if len(results) == len(sources.elts):
                self._cuts.append((results, results[k]))
                if isinstance(results[k], ast.Name):
                    self._lose(results[k])  # type: ignore[arg-type]

    def _blocks(self) -> None:
        """A block in which nothing is left goes, if nothing reads what it made."""
        changed = True
        while changed:
            changed = False
            for node in self._program.nodes:
                if not isinstance(node, ast.With | ast.For) or getattr(node, "orelse", []) or node in self._gone:
                    continue
                if all(s in self._gone for s in node.body) and self._is_idle(node):
                    self._gone[node] = "nothing is left in it"
                    changed = True

    def _is_idle(self, block: ast.With | ast.For) -> bool:
        """Whether nothing that stays reads a name that a block's head gives, and no comment stands in it."""
        program = self._program
        rows = program.lines[block.lineno - 1 : block.end_lineno]
        if any(row.lstrip().startswith("#") for row in rows):
            return False
        if isinstance(block, ast.With) and tape_name(block) is None:
            return False
        heads: list[ast.expr] = [block.target] if isinstance(block, ast.For) else []
        heads += [i.optional_vars for i in getattr(block, "items", []) if i.optional_vars is not None]
        inside = set(ast.walk(block))
        for head in heads:
            for name in ast.walk(head):
                place = self._names.place(name)
                if place is None:
                    continue
                for other in self._names.places(place.home, place.name):
                    is_gone = any(s in self._gone for s in self._around(other.node))
                    if other.reads and other.node not in inside and not is_gone:
                        return False
        return True

    def _around(self, node: ast.AST) -> list[ast.AST]:
        return [node, *self._program.ancestors(node)]

    # writing

    def _remove(self, draft: Draft, statement: ast.stmt) -> None:
        """Take a statement out; the last of its block leaves `pass`."""
        program = self._program
        if any(above in self._gone for above in program.ancestors(statement)):
            return
        above, body = program.parent(statement), program.body(statement)
        if not isinstance(above, ast.Module) and all(s in self._gone for s in body) and statement is body[-1]:
            start, end = program.start(statement), program.end(statement)
            if program.owns_lines(statement):
                end = program.line_end(statement.end_lineno or 0)
                end -= program.text[end - 1] == "\n"
            draft.put(Splice(start, end, "pass"))
        elif program.owns_lines(statement):
            draft.remove(statement)
        else:
            self._remove_from_row(draft, statement, body)

    def _remove_from_row(self, draft: Draft, statement: ast.stmt, body: list[ast.stmt]) -> None:
        """Take a statement out of a line that holds several."""
        program = self._program
        at = next(k for k, s in enumerate(body) if s is statement)
        first = last = at
        while first > 0 and body[first - 1].end_lineno == body[first].lineno:
            first -= 1
        while last + 1 < len(body) and body[last + 1].lineno == body[last].end_lineno:
            last += 1
        row = body[first : last + 1]
        if all(s in self._gone for s in row):
            at = program.line_start(row[0].lineno)
            if statement is row[0] and not program.text[at : program.start(row[0])].strip():
                draft.put(Splice(at, program.line_end(row[-1].end_lineno or 0), ""))
                return
            if statement is not row[0]:
                return
            line = statement.lineno
            raise Refused(f"Line {line} holds a whole block; put its statements on lines of their own first.")
        if statement is next(s for s in row if s in self._gone):
            for splice in taken_out(program, row, [s for s in row if s in self._gone]):
                draft.put(splice)

    def _write_cuts(self, draft: Draft) -> None:
        program = self._program
        lists: dict[int, tuple[list[ast.expr], list[ast.expr]]] = {}
        for elements, own in self._cuts:
            if program.statement(own) not in self._gone:
                lists.setdefault(id(elements), (elements, []))[1].append(own)
        for elements, gone in lists.values():
            left = [e for e in elements if not any(e is g for g in gone)]
            around = program.parent(elements[0])
            if len(left) == 1 and isinstance(around, ast.expr) and self._is_paired(around):
                draft.put(Splice(program.start(around), program.end(around), program.source(left[0])))
                continue
            for splice in taken_out(program, elements, gone):
                draft.put(splice)
        for target in self._targets:
            if isinstance(target, ast.Name) and program.statement(target) not in self._gone:
                draft.put(Splice(program.start(target), program.end(target), "_"))

    def _is_paired(self, around: ast.expr) -> bool:
        """Whether names on the left belong to a list of sources on the right one by one."""
        statement = self._program.statement(around)
        if not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
            return False
        target = statement.targets[0]
        cut_lists = {id(elements) for elements, _ in self._cuts}
        return isinstance(target, ast.Tuple | ast.List) and id(target.elts) in cut_lists


def head(statement: ast.stmt) -> list[ast.AST]:
    """What belongs to a statement itself: all of it, or what stands before its block."""
    match statement:
        case ast.With():
            return [*statement.items]
        case ast.For():
            return [statement.target, statement.iter]
        case ast.If() | ast.While():
            return [statement.test]
        case ast.Match():
            return [statement.subject]
        case ast.FunctionDef():
            return [*statement.decorator_list, statement.args]
        case ast.Try():
            return []
    return [statement]


def _is_gradient(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and call.func.attr in _GRADIENT


def _is_op(program: Program, expr: ast.expr) -> bool:
    """Whether an expression is an op: a call of one, or an operator."""
    if isinstance(expr, ast.Call):
        return callee(program, expr)[0] is not None
    return isinstance(expr, ast.BinOp | ast.UnaryOp | ast.Compare)


def _outermost(opening: Opening, expr: ast.expr, program: Program) -> ast.AST:
    """What becomes `...` together with an expression."""
    node: ast.AST = expr
    for above in program.ancestors(expr):
        if not isinstance(above, ast.expr) or not opening.is_whole(above):
            break
        node = above
    return node
