"""Program: a text and its syntax tree, with the places that edits need: where things stand, and what may go there.

An edit replaces spans of the text and leaves everything else as it is, so comments, spacing and line ends stay to the
byte by construction. Offsets are characters from the beginning of the text; its lines end with a line feed.
"""

from __future__ import annotations

import ast
import keyword
from collections.abc import Iterator
from functools import cached_property, lru_cache

from gradstudio.engine.primitive import NAMES
from gradstudio.engine.trace import Span
from gradstudio.language.check import check, span_of
from gradstudio.language.parsing import LIVE_TOKENS
from gradstudio.language.tree import walk
from gradstudio.studio.edits.edit import Refused, Splice

Function = ast.FunctionDef | ast.Lambda
Bodied = ast.Module | ast.stmt | ast.ExceptHandler | ast.match_case
_BODIES = ("body", "orelse", "finalbody", "handlers", "cases")
_HEADER = "# /// script"


class Program:
    """A program that can be edited. Raises Refused, naming the line, for a text with an error."""

    def __init__(self, text: str) -> None:
        tree, problems = check(text, LIVE_TOKENS)
        if tree is None:
            first = problems[0]
            if first.kind == "limit":
                raise Refused(f"This text is too large to be changed in the network ({first.message}).")
            where = f"Line {first.span[0]}" if first.span[0] > 0 else "The text"
            raise Refused(f"{where} has an error ({first.message}); mend it first, then the network can be edited.")
        self.text = text
        self.tree = tree
        self.lines = text.split("\n")
        self._is_ascii = text.isascii()
        self._starts = [0]
        for line in self.lines:
            self._starts.append(self._starts[-1] + len(line) + 1)

    # places

    def span(self, node: ast.AST) -> Span:
        """Line, column, end line, end column of a node, as records have it."""
        if self._is_ascii and isinstance(node, ast.expr | ast.stmt):  # the parser counts bytes
            return node.lineno, node.col_offset, node.end_lineno or 0, node.end_col_offset or 0
        return span_of(node, self.lines)

    def offset(self, line: int, column: int) -> int:
        """Where a column (in characters) of a line stands in the text."""
        return self._starts[line - 1] + column

    def start(self, node: ast.AST) -> int:
        """Where a node begins."""
        return self.offset(*self.span(node)[:2])

    def end(self, node: ast.AST) -> int:
        """Where a node ends."""
        return self.offset(*self.span(node)[2:])

    def source(self, node: ast.AST) -> str:
        """The text of a node."""
        return self.text[self.start(node) : self.end(node)]

    def line_start(self, line: int) -> int:
        """Where a line begins."""
        return self._starts[line - 1]

    def line_end(self, line: int) -> int:
        """Where a line ends, its line feed included if it has one."""
        return min(self._starts[line], len(self.text))

    # the tree

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """Everything in the tree, outer nodes first."""
        return walk(self.tree)

    @cached_property
    def _parents(self) -> dict[ast.AST, ast.AST]:
        found: dict[ast.AST, ast.AST] = {}
        for node in self.nodes:
            for value in node.__dict__.values():
                if type(value) is list:
                    found.update((item, node) for item in value if isinstance(item, ast.AST))
                elif isinstance(value, ast.AST):
                    found[value] = node
        return found

    @cached_property
    def _by_span(self) -> dict[Span, ast.expr | ast.AugAssign]:
        found: dict[Span, ast.expr | ast.AugAssign] = {}
        for node in self.nodes:
            if isinstance(node, ast.expr | ast.AugAssign):
                found.setdefault(self.span(node), node)  # the outermost of those in one place
        return found

    def expression(self, span: Span) -> ast.expr | ast.AugAssign | None:
        """What stands at exactly this place: an expression, or `x += y`, which is an op as well."""
        return self._by_span.get(span)

    def parent(self, node: ast.AST) -> ast.AST | None:
        """What a node is a part of."""
        return self._parents.get(node)

    def ancestors(self, node: ast.AST) -> Iterator[ast.AST]:
        """What a node is a part of, from the inside."""
        above = self.parent(node)
        while above is not None:
            yield above
            above = self.parent(above)

    def statement(self, node: ast.AST) -> ast.stmt:
        """The innermost statement that a node is, or is a part of."""
        while not isinstance(node, ast.stmt):
            node = self._parents[node]
        return node

    def function(self, node: ast.AST) -> Function | None:
        """The function a node is in; None at the top."""
        return next((above for above in self.ancestors(node) if isinstance(above, Function)), None)

    def loop(self, node: ast.AST) -> ast.For | ast.While | None:
        """The innermost loop of its function that a node is in."""
        for above in self.ancestors(node):
            if isinstance(above, Function):
                return None
            if isinstance(above, ast.For | ast.While):
                return above
        return None

    def body(self, statement: ast.stmt) -> list[ast.stmt]:
        """The statements among which a statement stands."""
        above = self._parents[statement]
        for name in _BODIES:
            body = getattr(above, name, None)
            if isinstance(body, list) and any(entry is statement for entry in body):
                return body
        raise AssertionError("a statement stands in a body")

    # names

    @cached_property
    def names(self) -> frozenset[str]:
        """Every name that the text binds or reads."""
        found = set()
        for node in self.nodes:
            for field in ("id", "arg", "name", "asname"):
                value = getattr(node, field, None)
                if isinstance(value, str):
                    found.add(value)
            if isinstance(node, ast.Global | ast.Nonlocal):
                found.update(node.names)
        return frozenset(found)

    def fresh(self, base: str, taken: frozenset[str] = frozenset()) -> str:
        """A name that nothing in the text has yet: base, base2, base3 ..."""
        name, number = base, 1
        bare = not self.library
        while name in self.names or name in taken or keyword.iskeyword(name) or (bare and name in NAMES):
            number += 1
            name = f"{base}{number}"
        return name

    @cached_property
    def library(self) -> str:
        """How the text calls the library: "gs", "tf"; "" where ops stand without a name in front."""
        modules = self.modules
        used = [
            node.value.id
            for node in self.nodes
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in modules
        ]
        if used:
            return max(sorted(set(used)), key=used.count)
        imported = [name for name in modules if name in self._imported]
        if imported:
            return imported[0]
        is_begun = any(not isinstance(s, ast.Import | ast.ImportFrom | ast.Expr) for s in self.tree.body)
        return "" if is_begun else "gs"

    @cached_property
    def modules(self) -> tuple[str, ...]:
        """Names that are the library: those it is imported as, and gs and tf where nothing else has that name."""
        bound = {n.id for n in self.nodes if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load)}
        own = [name for name in self._imported if name not in bound]
        return (*own, *(name for name in ("gs", "tf") if name not in own and name not in bound))

    @cached_property
    def _imported(self) -> tuple[str, ...]:
        return tuple(
            alias.asname or alias.name
            for node in self.tree.body
            if isinstance(node, ast.Import)
            for alias in node.names
            if alias.name == "gradstudio"
        )

    @property
    def has_import(self) -> bool:
        """Whether the text imports the library as a module."""
        return bool(self._imported)

    def called(self, op: str) -> str:
        """How the text calls an op: "gs.sigmoid", "sigmoid"."""
        return f"{self.library}.{op}" if self.library else op

    # lines

    def indent(self, statement: ast.stmt) -> str:
        """The white space before a statement."""
        line = self.lines[statement.lineno - 1]
        return line[: len(line) - len(line.lstrip())]

    def owns_lines(self, statement: ast.stmt) -> bool:
        """Whether nothing else but a comment stands on the lines of a statement."""
        line, column, end, end_column = self.span(_first(statement))[:2] + self.span(statement)[2:]
        rest = self.lines[end - 1][end_column:].strip()
        return not self.lines[line - 1][:column].strip() and (not rest or rest.startswith("#"))

    def lines_of(self, statement: ast.stmt) -> tuple[int, int]:
        """Where the lines of a statement begin and end, its comment behind it and its line feed included.

        Raises Refused where something else stands on them.
        """
        if not self.owns_lines(statement):
            raise Refused(
                f"Line {statement.lineno} holds more than one statement; put each on a line of its own first."
            )
        return self.line_start(_first(statement).lineno), self.line_end(statement.end_lineno or statement.lineno)

    def after(self, statement: ast.stmt, lines: list[str]) -> Splice:
        """Lines (without indent) put after a statement, in its block. Raises Refused for a block on one line."""
        self._check_block(statement)
        at = self.line_end(statement.end_lineno or statement.lineno)
        indent = self.indent(statement)
        new = "".join(f"{indent}{line}\n" if line else "\n" for line in lines)
        if at == len(self.text) and not self.text.endswith("\n"):
            new = "\n" + new[:-1]
        return Splice(at, at, new)

    def before(self, statement: ast.stmt, lines: list[str]) -> Splice:
        """Lines (without indent) put before a statement, in its block. Raises Refused for a block on one line."""
        self._check_block(statement)
        at = self.line_start(_first(statement).lineno)
        indent = self.indent(statement)
        return Splice(at, at, "".join(f"{indent}{line}\n" if line else "\n" for line in lines))

    def _check_block(self, statement: ast.stmt) -> None:
        above = self._parents[statement]
        first = _first(statement)
        if not isinstance(above, ast.Module) and getattr(above, "lineno", 0) == first.lineno:
            raise Refused(f"Line {first.lineno} holds a whole block; put its statements on lines of their own first.")

    @property
    def code_end(self) -> int:
        """Where the code ends: after the last statement, or before everything in a text that has none."""
        if not self.tree.body:
            return self.text.find(_HEADER) if _HEADER in self.text else len(self.text)
        return self.line_end(self.tree.body[-1].end_lineno or 0)


def program_of(text: str) -> Program:
    """The program of a text; the last ones are kept, because several questions are asked of each. Raises Refused."""
    found = _program_or_why(text)
    if isinstance(found, str):
        raise Refused(found)
    return found


@lru_cache(2)
def _program_or_why(text: str) -> Program | str:
    try:
        return Program(text)
    except Refused as error:
        return str(error)


def _first(statement: ast.stmt) -> ast.stmt | ast.expr:
    """What a statement begins with: a function begins with its decorators."""
    decorators = getattr(statement, "decorator_list", [])
    return decorators[0] if decorators else statement


# precedence of operators, from what binds least; what is not here binds most
_LEVELS: tuple[tuple[type[ast.AST], ...], ...] = (
    (ast.NamedExpr,),
    (ast.Lambda,),
    (ast.IfExp,),
    (ast.Or,),
    (ast.And,),
    (ast.Not,),
    (ast.Compare,),
    (ast.BitOr,),
    (ast.BitXor,),
    (ast.BitAnd,),
    (ast.LShift, ast.RShift),
    (ast.Add, ast.Sub),
    (ast.Mult, ast.MatMult, ast.Div, ast.FloorDiv, ast.Mod),
    (ast.USub, ast.UAdd, ast.Invert),
    (ast.Pow,),
)
_MOST = len(_LEVELS)


def _level(node: ast.AST) -> int:
    kind = node.op if isinstance(node, ast.BinOp | ast.BoolOp | ast.UnaryOp) else node
    if isinstance(node, ast.Tuple):
        return -1
    return next((k for k, kinds in enumerate(_LEVELS) if isinstance(kind, kinds)), _MOST)


def in_place_of(program: Program, old: ast.expr, new: str) -> str:
    """The text of an expression as it can stand in the place of another: in brackets where it would fall apart."""
    try:
        level = _level(ast.parse(new, mode="eval").body)
    except SyntaxError:
        return new
    above = program.parent(old)
    needed = _needed(above, old)
    start, end = program.start(old), program.end(old)
    is_bracketed = program.text[:start].rstrip(" ").endswith("(") and program.text[end:].lstrip(" ").startswith(")")
    is_call = isinstance(above, ast.Call) and old is not above.func
    return new if level >= needed or (is_bracketed and not is_call) else f"({new})"


def _needed(above: ast.AST | None, old: ast.expr) -> int:
    """How tightly what stands in a place has to bind."""
    match above:
        case ast.BinOp(op=ast.Pow()):
            return _MOST if old is above.left else _level(above) - 1  # 2 ** -x
        case ast.BinOp():
            return _level(above) + (old is above.right)
        case ast.UnaryOp() | ast.BoolOp():
            return _level(above)
        case ast.Compare():
            return _level(above) + 1
        case ast.Attribute() | ast.Await():
            return _MOST
        case ast.Subscript():
            return _MOST if old is above.value else -1
        case ast.Call():
            return _MOST if old is above.func else 1
        case ast.Starred():
            return _level(ast.BitOr())
        case ast.List() | ast.Tuple() | ast.Set() | ast.Dict() | ast.keyword():
            return 1
        case ast.IfExp() | ast.comprehension() | ast.FormattedValue():
            return 3
        case _:
            return -1
