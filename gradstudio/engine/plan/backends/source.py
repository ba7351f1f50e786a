"""Writing the source of a plan, and making it a function."""

from __future__ import annotations

import math
from collections.abc import Callable
from types import CodeType, FunctionType
from typing import Any

_FILE = "<plan>"


class Source:
    """Lines of one function, and the objects that it uses, which are its last parameters.

    As defaults of parameters they are found as fast as local variables, however many there are.
    """

    def __init__(self, name: str, parameters: list[str]) -> None:
        self._codes: dict[str, CodeType] = {}  # by its text: of each text one
        self.begin(name, parameters)

    def begin(self, name: str, parameters: list[str]) -> None:
        """The next function, of which nothing is written yet."""
        self.lines: list[str] = []
        self._name = name
        self.parameters = parameters
        self._bound: dict[str, Any] = {}
        self._names: dict[int, str] = {}
        self._counts: dict[str, int] = {}  # how many objects want a name

    def say(self, line: str) -> None:
        """One more line of the body."""
        self.lines.append(line)

    def bind(self, name: str, held: Any) -> str:
        """The name under which the function uses an object: name, or one that starts so. An object has one name."""
        known = self._names.get(id(held))
        if known is not None:
            return known
        free, count = name, self._counts.get(name, 1)
        while free in self._bound:
            count += 1
            free = f"{name}_{count}"
        self._counts[name] = count
        self._bound[free] = held
        self._names[id(held)] = free
        return free

    def literal(self, x: Any) -> str:
        """A Python number as source, in parentheses where it has a sign; what has no literal is bound."""
        if type(x) is float and not math.isfinite(x):
            return self.bind("nan" if x != x else "inf" if x > 0 else "minus_inf", x)
        if type(x) in (float, int):
            return f"({x!r})" if x < 0 or (x == 0 and math.copysign(1.0, x) < 0) else repr(x)
        return repr(x) if type(x) is bool or x is None else self.bind("k", x)

    def text(self) -> str:
        """The whole function."""
        head = ", ".join([*self.parameters, *[f"{name}={name}" for name in self._bound]])
        return "\n".join([f"def {self._name}({head}):", *[f"    {line}" for line in self.lines or ["pass"]]])

    def function(self) -> Callable[..., Any]:
        """The function. Its source is made code and nothing is executed, so no text of a program ever runs here."""
        text = self.text()
        code = self._codes.get(text)
        if code is None:
            module = compile(text, _FILE, "exec", dont_inherit=True)
            code = self._codes[text] = next(c for c in module.co_consts if isinstance(c, CodeType))
        return FunctionType(code, {"__builtins__": _BUILTINS}, self._name, tuple(self._bound.values()))


_BUILTINS = {"float": float, "bool": bool, "int": int}
