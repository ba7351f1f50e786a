"""Bindings: where a program's names are bound and used, by Python's rules of scopes. Static: nothing runs."""

from __future__ import annotations

import ast
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from gradstudio.engine.trace import Span
from gradstudio.language.parsing import LIVE_TOKENS, parsed

BINDING = frozenset(["variable", "parameter", "function", "import"])
"""Kinds of sites that give a name to something. Beside them: "augmented" (x += 1) and "deleted", which bind without
giving; "declared" (global x); "keyword" (f(x=1), of the parameter x); and "use"."""

_MAKES_LOCAL = BINDING | {"augmented", "deleted"}
_UNKNOWN = (ast.ClassDef, ast.AsyncFunctionDef, ast.MatchMapping)
_PLAIN = (ast.Attribute, ast.BinOp, ast.Expr, ast.List, ast.Tuple, ast.Subscript, ast.keyword)
_GAP = re.compile(r"(?:\s|\\\n)+")
_TO_NAME = re.compile(r"(?:[\s)\\]|#[^\n]*)*as(?:\s|\\\n)+")  # from the type of an exception to its name
_COMPREHENSION = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


@dataclass(frozen=True, slots=True)
class Site:
    """One place where a name stands, or in the case of an import what binds it. Columns in characters."""

    name: str
    span: Span
    kind: str
    node: ast.AST


@dataclass(slots=True, eq=False)
class Scope:
    """The program, a function, a lambda or a comprehension."""

    kind: str  # "program", "function", "lambda" or "comprehension"
    node: ast.AST
    parent: Scope | None = None
    sites: list[Site] = field(default_factory=list)
    own: set[str] = field(default_factory=set)  # names that are local here
    declared: dict[str, str] = field(default_factory=dict)  # name -> "global" or "nonlocal"

    def up_to(self, outer: Scope | None) -> Iterator[Scope]:
        """This scope and those around it, up to but without `outer`."""
        scope: Scope | None = self
        while scope is not None and scope is not outer:
            yield scope
            scope = scope.parent


@dataclass(frozen=True, slots=True)
class Symbol:
    """A name of a scope with all its sites in the order of the text; `scope` is None for what the program is given."""

    name: str
    scope: Scope | None
    sites: tuple[tuple[Scope, Site], ...]


class Bindings:
    """The scopes of a program and the symbols in them."""

    def __init__(self, text: str, tree: ast.Module) -> None:
        self.text = text
        self._lines = text.split("\n")
        self._starts = [0]
        for line in self._lines:
            self._starts.append(self._starts[-1] + len(line) + 1)
        self.program = Scope("program", tree)
        self.scopes = [self.program]
        self._calls: list[tuple[Scope, ast.Call]] = []
        self._functions: dict[ast.AST, Scope] = {}
        self._given: dict[ast.AST, ast.Lambda] = {}  # the target of an assignment -> its lambda
        self._collect(tree)
        for scope in self.scopes:
            local = {site.name for site in scope.sites if site.kind in _MAKES_LOCAL}
            scope.own = local - scope.declared.keys()
            self.program.own |= {name for name in local if scope.declared.get(name) == "global"}
        self._symbols: dict[tuple[Scope | None, str], list[tuple[Scope, Site]]] = {}
        self._by_line: dict[int, list[tuple[Scope, Site]]] = {}
        for scope in self.scopes:
            for site in scope.sites:
                self._add(self.resolve(scope, site.name), scope, site)
        self._add_keywords()

    # questions

    def resolve(self, scope: Scope, name: str) -> Scope | None:
        """The scope whose `name` is meant by it in `scope`; None where the program does not bind it."""
        for around in scope.up_to(None):
            if name in around.own:
                return around
            if around.declared.get(name) == "global":
                break
        return self.program if name in self.program.own else None

    def symbol(self, scope: Scope | None, name: str) -> Symbol:
        """A name of a scope (None: of what the program is given), with all its sites."""
        sites = self._symbols.get((scope, name), [])
        return Symbol(name, scope, tuple(sorted(sites, key=lambda site: site[1].span)))

    def symbol_at(self, line: int, column: int) -> Symbol | None:
        """The name at a place, or ending there."""
        found = None
        for scope, site in self._by_line.get(line, []):
            if site.span[1] <= column <= site.span[3]:
                owner = scope if site.kind == "keyword" else self.resolve(scope, site.name)
                found = self.symbol(owner, site.name)
                if column < site.span[3]:
                    break
        return found

    def symbols_of(self, scope: Scope) -> Iterator[Symbol]:
        """The names that are local in a scope."""
        for name in scope.own:
            yield self.symbol(scope, name)

    def function(self, scope: Scope, callee: ast.expr) -> Scope | None:
        """The function that a call surely calls: a name bound once, by def or to a lambda; or a lambda on the spot."""
        if isinstance(callee, ast.Lambda):
            return self._functions.get(callee)
        if not isinstance(callee, ast.Name):
            return None
        sites = self._symbols.get((self.resolve(scope, callee.id), callee.id), [])
        bound = [site for _, site in sites if site.kind in _MAKES_LOCAL]
        return self._made(bound[0].node) if len(bound) == 1 else None

    def _made(self, node: ast.AST) -> Scope | None:
        return self._functions.get(self._given.get(node, node))

    def calls(self) -> Iterable[tuple[Scope, ast.Call]]:
        """Every call and the scope it stands in."""
        return self._calls

    def scope_at(self, line: int) -> Scope:
        """The innermost function whose body holds a line."""
        inner = self.program
        for scope in self.scopes:
            node = scope.node
            if isinstance(node, ast.FunctionDef) and node.body[0].lineno <= line <= (node.end_lineno or 0):
                inner = scope
        return inner

    # places

    def offset(self, line: int, column: int) -> int:
        """Where a place lies in the text."""
        return self._starts[line - 1] + column

    def _place(self, line: int, byte: int) -> int:
        content = self._lines[line - 1]
        return self._starts[line - 1] + (byte if content.isascii() else len(content.encode()[:byte].decode()))

    def _span(self, start: int, end: int, line: int) -> Span:
        while self._starts[line] <= start:
            line += 1
        return (line, start - self._starts[line - 1], line, end - self._starts[line - 1])

    def _word(self, start: int, line: int) -> Span:
        """The span of the identifier that begins at an offset in a line or below it."""
        end = start
        while end < len(self.text) and (self.text[end].isalnum() or ("a" + self.text[end]).isidentifier()):
            end += 1
        return self._span(start, end, line)

    def _word_before(self, end: int, line: int) -> Span:
        start = end
        while start > 0 and ("a" + self.text[start - 1]).isidentifier():
            start -= 1
        return self._span(start, end, line)

    # collecting

    def _bind(self, scope: Scope, name: str, span: Span, kind: str, node: ast.AST) -> None:
        scope.sites.append(Site(name, span, kind, node))

    def _add(self, owner: Scope | None, scope: Scope, site: Site) -> None:
        self._symbols.setdefault((owner, site.name), []).append((scope, site))
        self._by_line.setdefault(site.span[0], []).append((scope, site))

    def _collect(self, tree: ast.Module) -> None:
        """Walk without recursion: a long sum nests a thousand deep."""
        stack: list[tuple[ast.AST, Scope]] = [(tree, self.program)]
        kinds: dict[type, str] = {ast.Load: "use", ast.Del: "deleted"}
        while stack:
            node, scope = stack.pop()
            if isinstance(node, ast.Name):
                self._name(scope, node, kinds.get(type(node.ctx), "variable"))
            elif isinstance(node, ast.FunctionDef | ast.Lambda):
                stack.extend(self._function(node, scope))
            elif isinstance(node, _COMPREHENSION):
                inner = self._open("comprehension", node, scope)
                first = node.generators[0]
                stack.append((first.iter, scope))
                parts: list[ast.AST] = [first.target, *first.ifs, *node.generators[1:]]
                parts += [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
                stack.extend((part, inner) for part in parts)
            elif isinstance(node, ast.NamedExpr):
                around = next(s for s in scope.up_to(None) if s.kind != "comprehension")
                self._name(around, node.target, "variable", node)
                stack.append((node.value, scope))
            elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
                self._name(scope, node.target, "augmented")
                stack.append((node.value, scope))
            else:
                if not isinstance(node, _PLAIN):
                    self._statement(node, scope)
                for name in node._fields:
                    value = getattr(node, name)
                    for child in value if type(value) is list else (value,):
                        if getattr(child, "_fields", ()) and type(child) is not ast.Constant:  # no Load, Add, None
                            stack.append((child, scope))

    def _name(self, scope: Scope, node: ast.Name, kind: str, of: ast.AST | None = None) -> None:
        start = self._place(node.lineno, node.col_offset)
        end = self._place(node.end_lineno or node.lineno, node.end_col_offset or 0)
        if unicodedata.normalize("NFKC", self.text[start:end]) != node.id:
            raise _MisplacedError(node.lineno)  # before Python 3.12 the parser loses its place in some f-strings
        self._bind(scope, node.id, self._span(start, end, node.lineno), kind, of or node)

    def _open(self, kind: str, node: ast.AST, scope: Scope) -> Scope:
        inner = Scope(kind, node, scope)
        self.scopes.append(inner)
        self._functions[node] = inner
        return inner

    def _function(self, node: ast.FunctionDef | ast.Lambda, scope: Scope) -> Iterator[tuple[ast.AST, Scope]]:
        """Bind a function and its parameters; defaults, annotations and decorators belong to the scope around it."""
        arguments = node.args
        inner = self._open("lambda" if isinstance(node, ast.Lambda) else "function", node, scope)
        outside: list[ast.AST | None] = [*arguments.defaults, *arguments.kw_defaults]
        for argument in parameters(arguments):
            span = self._word(self._place(argument.lineno, argument.col_offset), argument.lineno)
            self._bind(inner, argument.arg, span, "parameter", argument)
            outside.append(argument.annotation)
        if isinstance(node, ast.FunctionDef):
            start = self._place(node.lineno, node.col_offset) + len("def")
            gap = _GAP.match(self.text, start)
            span = self._word(gap.end() if gap else start, node.lineno)
            self._bind(scope, node.name, span, "function", node)
            outside += [*node.decorator_list, node.returns]
            yield from ((statement, inner) for statement in node.body)
        else:
            yield node.body, inner
        yield from ((part, scope) for part in outside if part is not None)

    def _statement(self, node: ast.AST, scope: Scope) -> None:
        """What binds a name that is no node of its own."""
        if isinstance(node, _UNKNOWN):
            raise _MisplacedError(node.lineno if hasattr(node, "lineno") else 1)
        if isinstance(node, ast.Call):
            self._calls.append((scope, node))
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            if isinstance(node.value, ast.Lambda) and isinstance(target, ast.Name):
                self._given[target] = node.value
        elif isinstance(node, ast.Import | ast.ImportFrom):
            for alias in node.names:
                self._imported(alias, scope)
        elif isinstance(node, ast.ExceptHandler) and node.name and node.type is not None:
            end = self._place(node.type.end_lineno or 1, node.type.end_col_offset or 0)
            to = _TO_NAME.match(self.text, end)
            if to:
                self._bind(scope, node.name, self._word(to.end(), node.lineno), "variable", node)
        elif isinstance(node, ast.MatchAs | ast.MatchStar) and node.name:
            end = self._place(node.end_lineno, node.end_col_offset)
            self._bind(scope, node.name, self._word_before(end, node.lineno), "variable", node)
        elif isinstance(node, ast.Global | ast.Nonlocal):
            at = self._place(node.lineno, node.col_offset)
            at += len("global" if isinstance(node, ast.Global) else "nonlocal")
            for name in node.names:
                while not ("a" + self.text[at]).isidentifier():
                    at += 1
                span = self._word(at, node.lineno)
                at = self.offset(span[2], span[3])
                if scope is not self.program:
                    scope.declared[name] = "global" if isinstance(node, ast.Global) else "nonlocal"
                self._bind(scope, name, span, "declared", node)

    def _imported(self, alias: ast.alias, scope: Scope) -> None:
        if alias.name == "*":
            return
        if alias.asname:
            span = self._word_before(self._place(alias.end_lineno or 1, alias.end_col_offset or 0), alias.lineno)
        else:
            span = self._word(self._place(alias.lineno, alias.col_offset), alias.lineno)
        self._bind(scope, alias.asname or alias.name.split(".")[0], span, "import", alias)

    def _add_keywords(self) -> None:
        """f(x=1) stands for the parameter x of a function f that is the program's own."""
        for scope, call in self._calls:
            function = self.function(scope, call.func) if call.keywords else None
            if function is None:
                continue
            for keyword in call.keywords:
                if keyword.arg in named_parameters(function.node):
                    span = self._word(self._place(keyword.lineno, keyword.col_offset), keyword.lineno)
                    site = Site(str(keyword.arg), span, "keyword", keyword)
                    self._add(function, function, site)


def parameters(arguments: ast.arguments) -> list[ast.arg]:
    """All parameters in the order in which they stand."""
    found = [*arguments.posonlyargs, *arguments.args, arguments.vararg, *arguments.kwonlyargs, arguments.kwarg]
    return [argument for argument in found if argument is not None]


def named_parameters(function: ast.AST) -> set[str]:
    """Parameters of a function that a call may give by name."""
    if not isinstance(function, ast.FunctionDef | ast.Lambda):
        return set()
    return {argument.arg for argument in [*function.args.args, *function.args.kwonlyargs]}


class _MisplacedError(Exception):
    """A name whose place cannot be told."""


@lru_cache(4)
def bindings_of(text: str) -> Bindings | None:
    """The bindings of a program; None where it is no Python, too long for a moment, or holds a class."""
    try:
        return Bindings(text, parsed(text, LIVE_TOKENS))
    except (SyntaxError, RecursionError, _MisplacedError):
        return None
