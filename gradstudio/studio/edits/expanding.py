"""Expanding: the call of a function of the text gives way to the lines of the function."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from gradstudio.language.traits import has_tape
from gradstudio.studio.edits.edit import Edit, Refused, Splice, spliced
from gradstudio.studio.edits.effects import Effects
from gradstudio.studio.edits.moving import is_in_text, stands_alone
from gradstudio.studio.edits.names import Names
from gradstudio.studio.edits.program import Program, in_place_of
from gradstudio.studio.edits.reach import why_not_alone
from gradstudio.studio.edits.stretch import first_line, moved
from gradstudio.studio.edits.written_out import is_written_out

_SIMPLE = ast.Assign | ast.AnnAssign | ast.AugAssign | ast.Expr | ast.Return


def inline_call(program: Program, call: ast.Call) -> Edit:
    """Put the lines of a function in the place of a call of it. The function goes where nothing else uses it.

    Raises Refused.
    """
    return _Call(program, call).edit()


class _Call:
    """One call of a function of the text."""

    def __init__(self, program: Program, call: ast.Call) -> None:
        self.program, self.call = program, call
        self.names = Names(program)
        self.effects = Effects(program, self.names)
        self.line = call.lineno
        function = self.effects.function(call)
        if function is None:
            raise Refused(f"Line {self.line} calls no function that the text writes.")
        self.function = function
        self.title = function.name
        self.statement = program.statement(call)
        first = function.body[0]
        self.is_explained = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
        self.body = function.body[1:] if self.is_explained else function.body
        last = self.body[-1] if self.body else None
        self.result = last.value if isinstance(last, ast.Return) else None
        self.given = self._arguments()
        self._check()

    def edit(self) -> Edit:
        """The text with the lines in place."""
        out = self._put_lines() if self._needs_lines() else [self._put_value()]
        start = out[0].start
        removed = self._removed()
        text = spliced(self.program.text, [*out, *removed])
        line = self.program.text.count("\n", 0, start) + 1
        line -= sum(self.program.text.count("\n", s.start, s.end) for s in removed if s.start < start)
        return Edit(f"Inline {self.title}()", text, line)

    # what it is called with

    def _arguments(self) -> dict[str, ast.expr]:
        args, call = self.function.args, self.call
        if args.vararg or args.kwarg or any(isinstance(a, ast.Starred) for a in call.args):
            raise Refused(f"Line {self.line} hands on a list of arguments (`*`); write them out first.")
        if any(k.arg is None for k in call.keywords):
            raise Refused(f"Line {self.line} hands on a dictionary of arguments (`**`); write them out first.")
        positional = [arg.arg for arg in (*args.posonlyargs, *args.args)]
        given = dict(zip(positional, call.args, strict=False))
        given |= {k.arg: k.value for k in call.keywords if k.arg}
        defaults = dict(zip(positional[::-1], args.defaults[::-1], strict=False))
        for arg, value in zip(args.kwonlyargs, args.kw_defaults, strict=True):
            if value is not None:
                defaults[arg.arg] = value
        names = [*positional, *(arg.arg for arg in args.kwonlyargs)]
        for name in names:
            if name not in given and name in defaults:
                if not isinstance(defaults[name], ast.Constant):
                    raise Refused(f"Line {self.line} leaves `{name}` to its default; give it in the call first.")
                given[name] = defaults[name]
        if set(given) != set(names):
            raise Refused(f"Line {self.line} does not call {self.title}() with the arguments it takes.")
        return {name: given[name] for name in names}

    def _check(self) -> None:
        program, title, function = self.program, self.title, self.function
        if function.decorator_list:
            raise Refused(f"{title}() in line {function.lineno} has a decorator, which gives the call a meaning.")
        if is_in_text(program, self.call):
            raise Refused(f"Line {self.line} calls {title}() inside a text in quotes; give it a line of its own first.")
        own = list(_own(function))
        returns = sorted((node for node in own if isinstance(node, ast.Return)), key=lambda node: node.lineno)
        if len(returns) > 1 or (returns and (not self.body or returns[0] is not self.body[-1])):
            raise Refused(f"{title}() returns in line {returns[0].lineno} already; only a return at its end can go.")
        if any(isinstance(node, ast.Global | ast.Nonlocal) for node in own):
            raise Refused(f"{title}() changes variables from outside of it, so it stays a function.")
        if self.call in set(ast.walk(function)) or any(
            isinstance(n, ast.Call) and self.effects.function(n) is function for n in own
        ):
            raise Refused(f"{title}() calls itself, so it stays a function.")
        inside = set(ast.walk(function))
        for inner in function.body:
            if isinstance(inner, ast.FunctionDef) or any(isinstance(n, ast.JoinedStr) for n in ast.walk(inner)):
                raise Refused(f"Line {inner.lineno} of {title}() has a function or a text with {{}} in it; it stays.")
        for place in self.names.within(function.body):
            if place.home is function and place.binds and not isinstance(place.node, ast.Name):
                line = getattr(place.node, "lineno", function.lineno)
                raise Refused(f"Line {line} of {title}() names something in a way that cannot move; it stays.")
            is_free = place.home not in inside
            if is_free and self.names.home_of(place.name, self.call, program) is not place.home:
                raise Refused(
                    f"`{place.name}` is something else in line {self.line} than in {title}(); rename one first."
                )
        handed = {p.name for p in self.names.within(self.given.values())}
        for place in self.names.within(function.body):
            if place.home in inside and place.home is not function and place.name in handed:
                raise Refused(f"`{place.name}` has two meanings in {title}() then; rename one of them first.")

    # as a value

    def _needs_lines(self) -> bool:
        if len(self.body) != 1 or self.result is None:
            return True
        for name, value in self.given.items():
            uses = [p for p in self.names.places(self.function, name) if p.reads]
            is_bound = any(p.binds and p.node not in self._parameters() for p in self.names.places(self.function, name))
            if is_bound or (not _is_plain(value) and len(uses) != 1):
                return True
        many = sum(self.effects.draws(value) or self.effects.changes(value) for value in self.given.values())
        return many > 1

    def _put_value(self) -> Splice:
        assert self.result is not None
        text = self._with_arguments(self.result)
        start, end = self.program.start(self.call), self.program.end(self.call)
        return Splice(start, end, self._in_place(text))

    def _in_place(self, text: str) -> str:
        if not stands_alone(text):
            return f"({text})"
        return in_place_of(self.program, self.call, text)

    def _with_arguments(self, expr: ast.expr) -> str:
        start, end = self.program.start(expr), self.program.end(expr)
        changes = [s for s in self._substitutions({}) if start <= s.start and s.end <= end]
        return spliced(self.program.text[start:end], [Splice(s.start - start, s.end - start, s.new) for s in changes])

    def _parameters(self) -> set[ast.AST]:
        args = self.function.args
        return {*args.posonlyargs, *args.args, *args.kwonlyargs}

    def _substitutions(self, renamed: dict[str, str]) -> list[Splice]:
        """Every name of the function that is another one here: parameters and variables of its own."""
        out = []
        for place in self.names.within(self.function.body):
            node = place.node
            if place.home is not self.function or not isinstance(node, ast.Name):
                continue
            if place.name in renamed:
                new = renamed[place.name]
            elif place.name in self.given:
                new = in_place_of(self.program, node, self.program.source(self.given[place.name]))
            else:
                continue
            out.append(Splice(self.program.start(node), self.program.end(node), new))
        return out

    # as lines

    def _put_lines(self) -> list[Splice]:
        program, statement = self.program, self.statement
        self._check_lines()
        renamed, heads = self._renamed()
        indent = program.indent(statement)
        begin, end = self._region()
        inner = program.indent(self.body[0])
        changes = self._substitutions(renamed)
        block = moved(program, begin, end, inner, indent, changes) if end > begin else ""
        start, stop = program.lines_of(statement)
        lead = "".join(f"{indent}{line}\n" for line in heads)
        last = self._last_line(renamed, start, stop, indent)
        if not last and block and not program.text[:stop].endswith("\n"):
            block = block.removesuffix("\n")
        return [Splice(start, stop, lead + block + last)]

    def _check_lines(self) -> None:
        program, line, title = self.program, self.line, self.title
        if not isinstance(self.statement, _SIMPLE):
            raise Refused(f"Line {line} calls {title}() where no lines can stand before it; give it a line of its own.")
        why = why_not_alone(program, self.call)
        if why and getattr(self.statement, "value", None) is not self.call:
            raise Refused(why)
        if not self.body or self.body[0].lineno == self.function.lineno:
            raise Refused(f"Line {self.function.lineno} writes {title}() on one line; give its body lines of its own.")
        is_alone = isinstance(self.statement, ast.Expr) and self.statement.value is self.call
        if self.result is None and not is_alone:
            raise Refused(f"{title}() gives nothing back, but line {line} uses what it gives.")
        for inner in self.function.body:
            is_leaf = is_written_out(inner) and not has_tape(program.nodes)
            if is_leaf and self.statement in program.tree.body:
                raise Refused(f"Line {inner.lineno} of {title}() writes a number down, which would be an input here.")

    def _region(self) -> tuple[int, int]:
        """The lines of the function without its head, its explanation and its return."""
        program = self.program
        line = first_line(self.body[0])
        while program.lines[line - 2].lstrip().startswith("#") or not program.lines[line - 2].strip():
            line -= 1
        last = self.body[-1]
        if isinstance(last, ast.Return):
            program.lines_of(last)
            return program.line_start(line), program.line_start(last.lineno)
        return program.line_start(line), program.line_end(last.end_lineno or 0)

    def _renamed(self) -> tuple[dict[str, str], list[str]]:
        """New names for the function's own variables, and lines for arguments that need one."""
        program, names, function = self.program, self.names, self.function
        elsewhere = {p.name for p in names.within([program.tree]) if p.home is not function}
        handed = {p.name for p in names.within(self.given.values())}
        handed |= {p.name for p in names.within(function.body) if p.home is not function}  # read from outside of it
        results = self._result_names()
        own = dict.fromkeys(p.name for p in names.within(function.body) if p.home is function)
        given = {name: value.id for name, value in self.given.items() if isinstance(value, ast.Name)}
        replaced = {target for name, target in results.items() if given.get(name) == target}
        renamed: dict[str, str] = {}
        heads = []
        for name in own:
            places = names.places(function, name)
            is_bound = any(p.binds and p.node not in self._parameters() for p in places)
            value = self.given.get(name)
            is_replaced = isinstance(value, ast.Name) and value.id in replaced
            if not is_bound and value is not None and _is_plain(value) and not is_replaced:
                continue  # the argument itself is written there
            taken = frozenset({*renamed.values(), *elsewhere})
            target = results.get(name, "")
            if target and (given.get(name) == target or target not in handed):
                new = target
            else:
                new = name if name not in taken else program.fresh(name, taken)
            renamed[name] = new
            if value is not None and program.source(value) != new:
                self._check_head(name, value)
                heads.append(f"{new} = {program.source(value)}")
        for name, value in self.given.items():
            if name not in own and (self.effects.changes(value) or self.effects.draws(value)):
                heads.append(program.source(value))
        return renamed, heads

    def _check_head(self, name: str, value: ast.expr) -> None:
        is_top = self.statement in self.program.tree.body and not has_tape(self.program.nodes)
        if is_top and not any(self.names.is_variable(p.home, p.name) for p in self.names.within([value])):
            raise Refused(
                f"`{name}` of {self.title}() would be an input here; give its value in line {self.line} a name."
            )

    def _targets(self) -> list[str]:
        statement = self.statement
        if not isinstance(statement, ast.Assign) or statement.value is not self.call or len(statement.targets) != 1:
            return []
        target = statement.targets[0]
        parts = target.elts if isinstance(target, ast.Tuple | ast.List) else [target]
        found = [part.id for part in parts if isinstance(part, ast.Name)]
        return found if len(found) == len(parts) else []

    def _result_names(self) -> dict[str, str]:
        """The function's variables that are what the caller's variables get, by name."""
        parts = self.result.elts if isinstance(self.result, ast.Tuple) else [self.result]
        targets = self._targets()
        names = [part.id for part in parts if isinstance(part, ast.Name)]
        if len(names) != len(parts) or len(names) != len(targets) or len(set(names)) != len(names):
            return {}
        own = {p.name for p in self.names.within(self.function.body) if p.home is self.function and p.binds}
        return dict(zip(names, targets, strict=True)) if set(names) <= own else {}

    def _last_line(self, renamed: dict[str, str], start: int, stop: int, indent: str) -> str:
        """The statement with the call, which now reads the result; nothing where its variables have it already."""
        program = self.program
        last = self.body[-1]
        comment = ""
        if isinstance(last, ast.Return):
            comment = program.text[program.end(last) : program.line_end(last.end_lineno or 0)].strip()
        behind = program.text[program.end(self.statement) : stop].strip()
        results = self._result_names()
        is_done = bool(results) and all(renamed.get(name) == target for name, target in results.items())
        is_alone = isinstance(self.statement, ast.Expr) and self.statement.value is self.call
        is_name = isinstance(self.result, ast.Name | ast.Constant)
        if is_done or self.result is None or (is_alone and is_name):
            comments = [c for c in (comment, behind) if c]
            return "".join(f"{indent}{c}\n" for c in comments)
        begin, end = program.start(self.result), program.end(self.result)
        changes = [s for s in self._substitutions(renamed) if begin <= s.start and s.end <= end]
        text = spliced(program.text[begin:end], [Splice(s.start - begin, s.end - begin, s.new) for s in changes])
        at, until = program.start(self.call), program.end(self.call)
        line = program.text[start:at] + self._in_place(text) + program.text[until:stop]
        if not comment:
            return line
        if behind or "\n" in line.rstrip("\n"):
            return f"{indent}{comment}\n{line}"
        return f"{line.rstrip()}  {comment}\n" if line.endswith("\n") else f"{line}  {comment}"

    # the function itself

    def _removed(self) -> list[Splice]:
        """The function's lines, where this was all that used it; blank lines behind it go along."""
        place = self.names.place(self.function)
        assert place is not None
        uses = [p for p in self.names.places(place.home, self.title) if p.reads and p.node is not self.call.func]
        program = self.program
        if uses or self.is_explained or not program.owns_lines(self.function):
            return []
        if len(program.body(self.function)) == 1:
            return []
        start, end = program.lines_of(self.function)
        if "#" in program.text[start : self._region()[0] if self._needs_lines() else end]:
            return []  # its comments would be lost
        last = self.function.end_lineno or 0
        while last < len(program.lines) and not program.lines[last].strip():
            last += 1
        first = self.function.lineno
        body = program.body(self.function)
        at = body.index(self.function)
        is_among = any(isinstance(s, ast.FunctionDef) for s in (*body[max(at - 1, 0) : at], *body[at + 1 : at + 2]))
        if not is_among and first > 2 and not program.lines[first - 2].strip() and not program.lines[first - 3].strip():
            first -= 1  # two blank lines were there for the function only
        return [Splice(program.line_start(first), min(program.line_start(last + 1), len(program.text)), "")]


def _is_plain(value: ast.expr) -> bool:
    """Whether an argument may be written as often as it is used."""
    if isinstance(value, ast.UnaryOp):
        return isinstance(value.operand, ast.Constant)
    return isinstance(value, ast.Name | ast.Constant)


def _own(function: ast.FunctionDef) -> Iterator[ast.AST]:
    """What is in a function, inner functions apart."""
    waiting: list[ast.AST] = list(function.body)
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, ast.FunctionDef | ast.Lambda):
            waiting += ast.iter_child_nodes(node)
