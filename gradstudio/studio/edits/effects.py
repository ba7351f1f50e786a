"""Effects: which calls do more than compute: they draw random numbers, or change what other lines read."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from gradstudio.studio.edits.names import Names
from gradstudio.studio.edits.program import Program

_CHANGING = frozenset(
    "append extend insert pop remove reverse sort clear fill update setdefault apply_gradients minimize seed set_seed "
    "watch reset".split()
)
_DRAWS = frozenset(
    "normal uniform random standard_normal integers permutation permuted choice shuffle rand randn randint "
    "random_sample dropout truncated_normal categorical".split()
)


class Effects:
    """What the calls of a program do besides computing."""

    def __init__(self, program: Program, names: Names) -> None:
        self._program = program
        self._names = names

    def draws(self, node: ast.AST) -> bool:
        """Whether random numbers are drawn in something, in functions that it calls as well."""
        return any(_draws(call) for call in self._calls(node))

    def changes(self, node: ast.AST) -> bool:
        """Whether something changes what others read: it assigns to a Variable, appends to a list, prints."""
        return any(_changes(inner) for inner in self._reached(node))

    def _calls(self, node: ast.AST) -> Iterator[ast.Call]:
        for inner in self._reached(node):
            if isinstance(inner, ast.Call):
                yield inner

    def _reached(self, node: ast.AST) -> Iterator[ast.AST]:
        """Everything in a node, and in the functions of the text that are called from there."""
        waiting, seen = [node], set()
        while waiting:
            for inner in ast.walk(waiting.pop()):
                yield inner
                function = self.function(inner) if isinstance(inner, ast.Call) else None
                if function is not None and function not in seen:
                    seen.add(function)
                    waiting += function.body
        return

    def function(self, call: ast.Call) -> ast.FunctionDef | None:
        """The function of the text that a call calls, None for any other."""
        place = self._names.place(call.func)
        if place is None:
            return None
        bindings = [p.node for p in self._names.places(place.home, place.name) if p.binds]
        return bindings[0] if len(bindings) == 1 and isinstance(bindings[0], ast.FunctionDef) else None


def _draws(call: ast.Call) -> bool:
    parts = []
    function = call.func
    while isinstance(function, ast.Attribute):
        parts.append(function.attr)
        function = function.value
    last = parts[0] if parts else getattr(function, "id", "")
    return "random" in parts or last == "dropout" or (len(parts) == 1 and last in _DRAWS)


def _changes(node: ast.AST) -> bool:
    if isinstance(node, ast.Global | ast.Nonlocal):
        return True
    if isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load):
        return True
    if not isinstance(node, ast.Call):
        return False
    if isinstance(node.func, ast.Attribute):
        name = node.func.attr
        return name in _CHANGING or name.startswith(("assign", "scatter_"))
    return getattr(node.func, "id", "") == "print"
