"""The checked tree with guards: loops and calls count and open scopes, assignments name, attributes are asked for.

Every new node carries the place of the one it replaces, so that an op's frame still points at the exact source span.
Names that begin with `_gs` are added; programs cannot use them.
"""

from __future__ import annotations

import ast

from gradstudio.language.grammar import FUTURE, MODULES
from gradstudio.language.iterators import UNCHAINED
from gradstudio.language.tree import bound_names, placed, walk

_GUARDED: dict[type[ast.operator], str] = {
    ast.Mult: "mul",
    ast.Pow: "pow",
    ast.LShift: "shift",
    ast.Mod: "mod",
    ast.MatMult: "matmul",
}


def rewrite(tree: ast.Module, text: str, formula: bool, kept: frozenset[str]) -> ast.Module:
    """The guarded program. formula: plain numbers assigned at the top become inputs, unless they are `kept`."""
    own = bound_names(tree) if any(f"{name}(" in text for name in UNCHAINED) else set()
    return Rewriter(text.split("\n"), formula, kept, own).visit(tree)  # type: ignore[no-any-return]


def _is_float(node: ast.expr) -> bool:
    """Whether this is a written float: a product with one is never a huge integer or sequence."""
    return isinstance(node, ast.Constant) and type(node.value) is float


def _is_range(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "range"


_KEYWORDS = {"str": "", "sum": "start", "int": "base"}


def _arguments(node: ast.Call, name: str) -> list[ast.expr]:
    """The arguments of str, sum or int in their order; [] for any other call, and where only the call knows them."""
    if name not in _KEYWORDS or any(part.arg != _KEYWORDS[name] for part in node.keywords):
        return []
    if any(isinstance(part, ast.Starred) for part in node.args):
        return []
    return [*node.args, *[part.value for part in node.keywords]]


class Rewriter(ast.NodeTransformer):
    """Puts all guards in. language/full_rewrite.py leaves out those that only keep a program safe."""

    def __init__(self, lines: list[str], formula: bool, kept: frozenset[str], own: set[str]) -> None:
        self._lines = lines
        self._formula = formula
        self._kept = kept
        self._depth = 0  # inside functions and loops
        self._serial = 0
        self._own = own  # names that the program itself gives to something
        self._heads: set[int] = set()  # calls of range in the heads of loops

    # pieces

    def _call(self, at: ast.AST, name: str, *args: ast.expr) -> ast.Call:
        return placed(ast.Call(self._guard(at, name), list(args), []), at)

    def _guard(self, at: ast.AST, name: str) -> ast.Name:
        return placed(ast.Name(f"_gs_{name}", ast.Load()), at)

    def _constant(self, at: ast.AST, value: object) -> ast.Constant:
        return placed(ast.Constant(value), at)  # type: ignore[arg-type]

    def _head(self, node: ast.stmt) -> str:
        first = node.lineno - 1
        line = self._lines[first] if first < len(self._lines) else ""
        return line.strip().rstrip(":")[:80]

    def _scoped(self, node: ast.stmt, kind: str, name: str, make: object) -> list[ast.stmt]:
        """token = _gs.open(...); try: <statement> finally: _gs.close(token)"""
        self._serial += 1
        token = f"_gs{self._serial}"
        opened = self._call(
            node, "open", self._constant(node, kind), self._constant(node, name), self._constant(node, node.lineno)
        )
        bind = placed(ast.Assign([placed(ast.Name(token, ast.Store()), node)], opened), node)
        body = make(placed(ast.Name(token, ast.Load()), node))  # type: ignore[operator]
        close = placed(ast.Expr(self._call(node, "close", placed(ast.Name(token, ast.Load()), node))), node)
        return [bind, placed(ast.Try(body, [], [], [close]), node)]

    # loops and functions

    def visit_For(self, node: ast.For) -> list[ast.stmt]:
        names = self._naming(node, node.target)
        self._unchain(node.iter)
        node.iter = self.visit(node.iter)
        node.target = self.visit(node.target)
        self._depth += 1
        node.body = [*names, *self._block(node.body)]
        self._depth -= 1
        node.orelse = self._block(node.orelse)

        def body(token: ast.expr) -> list[ast.stmt]:
            node.iter = self._call(node.iter, "each", token, node.iter, self._constant(node, node.lineno))
            return [node]

        return self._scoped(node, "loop", self._head(node), body)

    def visit_While(self, node: ast.While) -> list[ast.stmt]:
        node.test = self.visit(node.test)
        self._depth += 1
        node.body = self._block(node.body)
        self._depth -= 1
        node.orelse = self._block(node.orelse)

        def body(token: ast.expr) -> list[ast.stmt]:
            name = f"_gs{self._serial}_turn"
            turns = self._call(node.test, "turns", token, self._constant(node, node.lineno))
            bind = placed(ast.Assign([placed(ast.Name(name, ast.Store()), node)], turns), node)
            turn = placed(ast.Call(placed(ast.Name(name, ast.Load()), node.test), [], []), node.test)
            node.test = placed(ast.BoolOp(ast.And(), [turn, node.test]), node.test)
            return [bind, node]

        return self._scoped(node, "loop", self._head(node), body)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.stmt:
        node.returns = None
        node.decorator_list = [self.visit(d) for d in node.decorator_list]
        for arg in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs, node.args.vararg, node.args.kwarg):
            if arg is not None:
                arg.annotation = None
        self._defaults(node.args)
        self._depth += 1
        inner = self._block(node.body)
        self._depth -= 1
        node.body = self._scoped(node, "call", node.name, lambda token: inner)
        return node

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> ast.ExceptHandler:
        self.generic_visit(node)
        node.body = [placed(ast.Expr(self._call(node, "caught")), node), *node.body]
        return node

    def _defaults(self, arguments: ast.arguments) -> None:
        arguments.defaults = [self._unless_blank(d) for d in arguments.defaults]
        arguments.kw_defaults = [self._unless_blank(d) if d is not None else None for d in arguments.kw_defaults]

    def visit_Lambda(self, node: ast.Lambda) -> ast.expr:
        self._defaults(node.args)
        self._depth += 1
        node.body = self.visit(node.body)
        self._depth -= 1
        return node

    def visit_comprehension(self, node: ast.comprehension) -> ast.comprehension:
        self._unchain(node.iter)
        self.generic_visit(node)
        node.iter = self._call(node.iter, "count", node.iter, self._constant(node.iter, node.iter.lineno))
        return node

    def _unchain(self, items: ast.expr) -> None:
        """`for a in zip(x, y)`: nothing else can hold this iterator; it need not be counted, nor range(n) checked."""
        while isinstance(items, ast.Call) and isinstance(items.func, ast.Name):
            is_lazy = items.func.id in UNCHAINED or items.func.id == "reversed"
            self._heads.update([id(part) for part in (items, *(items.args if is_lazy else ())) if _is_range(part)])
            if items.func.id not in UNCHAINED or items.func.id in self._own or not items.args:
                return
            items.func.id = f"_gs_{items.func.id}"
            items = items.args[0]

    def _block(self, body: list[ast.stmt]) -> list[ast.stmt]:
        out: list[ast.stmt] = []
        for statement in body:
            new = self.visit(statement)
            out.extend(new if isinstance(new, list) else [new])
        return out

    # names

    def _naming(self, at: ast.AST, *targets: ast.expr) -> list[ast.stmt]:
        """Statements that tell the recorder what each plain name now holds."""
        found: list[ast.stmt] = []
        for target in targets:
            for part in walk(target):
                if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
                    found.append(self._named(at, part.id))
        return found

    def _named(self, at: ast.AST, name: str) -> ast.stmt:
        """if type(name) in kinds: name("name", name); most values of most loops are of no interest to the picture."""

        def load() -> ast.expr:
            return placed(ast.Name(name, ast.Load()), at)

        kind = self._call(at, "type", load())
        test = placed(ast.Compare(kind, [ast.In()], [self._guard(at, "kinds")]), at)
        tell = placed(ast.Expr(self._call(at, "name", self._constant(at, name), load())), at)
        return placed(ast.If(test, [tell], []), at)

    def visit_Assign(self, node: ast.Assign) -> ast.stmt | list[ast.stmt]:
        value = self.visit(node.value)
        single = len(node.targets) == 1 and isinstance(node.targets[0], ast.Name)
        if single:
            target = node.targets[0]
            assert isinstance(target, ast.Name)
            if self._formula and not self._depth and target.id not in self._kept:
                node.value = self._call(node.value, "input", self._constant(node, target.id), value)
                return node
            named = self._named(value, target.id)
            node.value = value
            return [node, named]
        node.value = value
        names = self._naming(node, *node.targets)
        node.targets = [self.visit(target) for target in node.targets]
        return [node, *names]

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.stmt | list[ast.stmt]:
        if node.value is None:
            return placed(ast.Pass(), node)
        return self.visit_Assign(placed(ast.Assign([node.target], node.value), node))

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.stmt | list[ast.stmt]:
        is_plain = type(node.op) is ast.Mult and _is_float(node.value) and not (self._formula and not self._depth)
        if isinstance(node.target, ast.Name) and (is_plain or type(node.op) not in _GUARDED):
            names = self._naming(node, node.target)
            node.value = self.visit(node.value)
            return [node, *names]
        if isinstance(node.target, ast.Name):
            load = placed(ast.Name(node.target.id, ast.Load()), node.target)
            return self.visit_Assign(placed(ast.Assign([node.target], self._in_place(node, load)), node))
        if isinstance(node.target, ast.Subscript) and type(node.op) in _GUARDED:
            return self._item_in_place(node, node.target)
        node.target = self.visit(node.target)
        node.value = self.visit(node.value)
        return node

    def _in_place(self, node: ast.AugAssign, load: ast.expr) -> ast.expr:
        """a *= b as a value: the guard changes an array or a list itself, and gives it."""
        if type(node.op) is ast.Mult:
            return self._call(node, "imul", load, node.value)
        return self._call(node, "change", self._constant(node, _GUARDED[type(node.op)]), load, node.value)

    def _item_in_place(self, node: ast.AugAssign, target: ast.Subscript) -> list[ast.stmt]:
        """a[i] *= b, with a and i evaluated once."""
        self._serial += 1
        found: list[ast.stmt] = []

        def once(part: str, value: ast.expr) -> str:
            name = f"_gs{self._serial}_{part}"
            found.append(placed(ast.Assign([placed(ast.Name(name, ast.Store()), value)], value), value))
            return name

        owner, key = once("owner", self.visit(target.value)), once("key", self._as_value(self._key(target.slice)))

        def item(use: ast.expr_context) -> ast.Subscript:
            parts = [placed(ast.Name(name, ast.Load()), target) for name in (owner, key)]
            return placed(ast.Subscript(parts[0], parts[1], use), target)

        node.value = self.visit(node.value)
        return [*found, placed(ast.Assign([item(ast.Store())], self._in_place(node, item(ast.Load()))), node)]

    def _as_value(self, key: ast.expr) -> ast.expr:
        """What stands between brackets, as a value: 1:3 is slice(1, 3, None)."""
        if isinstance(key, ast.Slice):
            ends = [end if end is not None else self._constant(key, None) for end in (key.lower, key.upper, key.step)]
            return self._call(key, "slice", *ends)
        if isinstance(key, ast.Tuple):
            key.elts = [self._as_value(part) for part in key.elts]
        return key

    def visit_NamedExpr(self, node: ast.NamedExpr) -> ast.expr:
        node.value = self._call(node.value, "name", self._constant(node, node.target.id), self.visit(node.value))
        return node

    # imports become bindings of facades

    def visit_Import(self, node: ast.Import) -> list[ast.stmt]:
        return [self._bind(node, alias.asname or alias.name, MODULES[alias.name], None) for alias in node.names]

    def visit_ImportFrom(self, node: ast.ImportFrom) -> list[ast.stmt]:
        if node.module == FUTURE:
            return [placed(ast.Pass(), node)]
        facade = MODULES[node.module or ""]
        return [self._bind(node, alias.asname or alias.name, facade, alias.name) for alias in node.names]

    def _bind(self, at: ast.stmt, name: str, facade: str, member: str | None) -> ast.stmt:
        value: ast.expr = self._call(at, "module", self._constant(at, facade))
        if member is not None:
            value = self._call(at, "attr", value, self._constant(at, member))
        return placed(ast.Assign([placed(ast.Name(name, ast.Store()), at)], value), at)

    # expressions

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        if node.value is not Ellipsis:
            return node
        place = (node.lineno, node.col_offset, node.end_lineno, node.end_col_offset)
        return self._call(node, "blank", *[self._constant(node, number) for number in place])

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        node.value = self.visit(node.value)
        node.slice = self._key(node.slice)
        return node

    def visit_keyword(self, node: ast.keyword) -> ast.keyword:
        node.value = self._key(node.value) if node.arg == "key" else self.visit(node.value)
        return node

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        if any(isinstance(kind, ast.Is | ast.IsNot) for kind in node.ops):  # the usual way to ask for a default
            node.left, *node.comparators = [self._unless_blank(part) for part in (node.left, *node.comparators)]
            return node
        if len(node.ops) == 1 and isinstance(node.ops[0], ast.In | ast.NotIn) and _is_range(node.comparators[0]):
            self._heads.add(id(node.comparators[0]))
            found = self._call(node, "within", self.visit(node.left), self.visit(node.comparators[0]))
            return found if isinstance(node.ops[0], ast.In) else placed(ast.UnaryOp(ast.Not(), found), node)
        return self.generic_visit(node)  # type: ignore[return-value]

    def visit_Expr(self, node: ast.Expr) -> ast.stmt:
        node.value = self._unless_blank(node.value)
        return node

    def _key(self, node: ast.expr) -> ast.expr:
        """What stands between brackets: there `...` means all axes that are not named."""
        if isinstance(node, ast.Tuple):
            node.elts = [self._unless_blank(part) for part in node.elts]
            return node
        return self._unless_blank(node)

    def _unless_blank(self, node: ast.expr) -> ast.expr:
        """The guarded expression, but `...` as it is."""
        if isinstance(node, ast.Constant) and node.value is Ellipsis:
            return node
        return self.visit(node)  # type: ignore[no-any-return]

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        return self._call(node, "attr", self.visit(node.value), self._constant(node, node.attr))

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self._constant(node, "__main__") if node.id == "__name__" else node

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        left, right = self.visit(node.left), self.visit(node.right)
        guard = _GUARDED.get(type(node.op))
        if guard is not None and not (guard == "mul" and (_is_float(left) or _is_float(right))):
            return self._call(node, guard, left, right)
        node.left, node.right = left, right
        return node

    def visit_Call(self, node: ast.Call) -> ast.expr:
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        self.generic_visit(node)
        if name == "range" and id(node) not in self._heads:
            return self._call(node, "range_value", node)
        given = _arguments(node, name)
        if name == "str" and len(given) == 1:
            return self._call(node, "string", node.func, *given)
        if name != "str" and len(given) == 2:
            return self._call(node, "total" if name == "sum" else "whole", node.func, *given)
        return node

    def visit_FormattedValue(self, node: ast.FormattedValue) -> ast.expr:
        conversion = node.conversion
        node.value = self._call(node.value, "text", self.visit(node.value), self._constant(node, conversion))
        node.conversion = -1 if conversion in (97, 114, 115) else conversion
        return node
