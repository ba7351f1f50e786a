"""Functions in machine code that compute one expression on all places of short vectors, or one row on numbers.

An expression is a nesting of tuples: ("x", k) is operand k, a vector; ("s", k) operand k, one number for all places;
("n", bits) a number of the program's own; (row, *expressions) a row of rows.py; ("sum", expression) around all of it
the sum over the places. ("product", m, k) stands for a product of matrices. Equal expressions on vectors of one length
share a function while a plan uses it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from weakref import WeakValueDictionary

from gradstudio.engine.plan.backends.native.lanes import Lanes, of_bits
from gradstudio.engine.plan.backends.native.llvm import Machine
from gradstudio.engine.plan.backends.native.products import product
from gradstudio.engine.plan.backends.native.rows import ROWS, converted

Expression = tuple[Any, ...]

WIDTH = 8
"""Numbers in the widest vectors of processors."""
_EFFORT = 2


class Kernel:
    """A function at an address; the machine code lasts as long as this object."""

    __slots__ = ("__weakref__", "_machine", "address")

    def __init__(self, machine: Machine, name: str) -> None:
        self._machine = machine
        self.address = machine.address(name)


Key = tuple[Expression, int]
"""An expression, and the length of its vectors or rows; 0: its operands and its result are numbers."""

_known: WeakValueDictionary[Key, Kernel] = WeakValueDictionary()


def kernels(keys: Iterable[Key]) -> dict[Key, Kernel]:
    """A function for each: void (result, operands...), all pointers; for numbers double (operands...)."""
    found = {key: _known.get(key) for key in keys}
    missing = [key for key, kernel in found.items() if kernel is None]
    if missing:
        needs: set[str] = set()
        texts = [_text(f"k{i}", key, needs) for i, key in enumerate(missing)]
        machine = Machine("\n".join([*sorted(needs), *texts]), _EFFORT)
        for i, key in enumerate(missing):
            found[key] = _known[key] = Kernel(machine, f"k{i}")
    return {key: kernel for key, kernel in found.items() if kernel is not None}


def _text(name: str, key: Key, needs: set[str]) -> str:
    expression, size = key
    if expression[0] == "product":
        return product(name, expression[1], expression[2], size, WIDTH)
    return _Loop(name, expression, size, needs).text if size else _on_numbers(name, expression, needs)


def operands(expression: Expression) -> dict[int, str]:
    """Number of each operand -> "x" or "s"."""
    if expression[0] in ("x", "s"):
        return {expression[1]: expression[0]}
    found: dict[int, str] = {}
    for inner in expression[1:]:
        if type(inner) is tuple:
            found.update(operands(inner))
    return found


def written(f: Lanes, expression: Expression, names: dict[int, str]) -> tuple[str, str]:
    """The name of an expression's value, and its kind as in rows.py; names: those of the operands."""
    head = expression[0]
    if head in ("x", "s"):
        return names[expression[1]], "f"
    if head == "n":
        return f.number(of_bits(expression[1])), "f"
    row = ROWS[head]
    given = [written(f, inner, names) for inner in expression[1:]]
    return row.write(f, *[converted(f, *x, kind) for x, kind in zip(given, row.takes, strict=True)]), row.gives


def _on_numbers(name: str, expression: Expression, needs: set[str]) -> str:
    lines: list[str] = []
    f = Lanes(1, lines, needs)
    count = len(operands(expression))
    value, kind = written(f, expression, {k: f"%a{k}" for k in range(count)})
    result = converted(f, value, kind, "f")
    given = ", ".join([f"double %a{k}" for k in range(count)])
    return "\n".join([f"define double @{name}({given}) {{", *lines, f"ret double {result}\n}}"])


class _Loop:
    """Writes a function over vectors: a loop over whole widths, then shorter and shorter pieces of the rest."""

    def __init__(self, name: str, expression: Expression, size: int, needs: set[str]) -> None:
        self._lines: list[str] = []
        self._needs = needs
        self._is_sum = expression[0] == "sum"
        self._expression = expression[1] if self._is_sum else expression
        self._operands = dict(sorted(operands(expression).items()))
        self._totals: list[str] = []
        for k, kind in self._operands.items():
            if kind == "s":
                self._lines.append(f"%s{k} = load double, ptr %a{k}, align 8")
        self._write(size)
        given = "".join([f", ptr %a{k}" for k in self._operands])
        self.text = "\n".join([f"define void @{name}(ptr %out{given}) {{\nentry:", *self._lines, "ret void\n}"])

    def _write(self, size: int) -> None:
        whole = size // WIDTH
        start = whole * WIDTH
        if whole > 1:
            self._repeated(start)
        elif whole:
            self._piece(WIDTH, "0")
        width = WIDTH // 2
        while start < size:
            if size - start >= width:
                self._piece(width, str(start))
                start += width
            width //= 2
        if self._is_sum:
            f = self._lanes(1)
            total = self._totals[0]
            for more in self._totals[1:]:
                total = f.add(total, more)
            self._lines.append(f"store double {total}, ptr %out, align 8")

    def _lanes(self, width: int) -> Lanes:
        return Lanes(width, self._lines, self._needs)

    def _piece(self, width: int, start: str) -> None:
        f = self._lanes(width)
        value = self._value(f, start)
        if self._is_sum:
            self._totals.append(self._reduced(f, value))
        else:
            place = f.say(f"getelementptr double, ptr %out, i64 {start}")
            self._lines.append(f"store {f.float} {value}, ptr {place}, align 8")

    def _value(self, f: Lanes, start: str) -> str:
        names: dict[int, str] = {}
        for k, kind in self._operands.items():
            if kind == "x":
                place = f.say(f"getelementptr double, ptr %a{k}, i64 {start}")
                names[k] = f.say(f"load {f.float}, ptr {place}, align 8")
            else:
                names[k] = f.everywhere(f"%s{k}")
        return converted(f, *written(f, self._expression, names), "f")

    def _reduced(self, f: Lanes, value: str) -> str:
        if f.count == 1:
            return value
        name = f"@llvm.vector.reduce.fadd.v{f.count}f64"
        self._needs.add(f"declare double {name}(double, {f.float})")
        return f.say(f"call reassoc double {name}(double -0.0, {f.float} {value})")

    def _repeated(self, end: int) -> None:
        f = self._lanes(WIDTH)
        lines = self._lines
        lines += ["br label %before\nbefore:\nbr label %head\nhead:"]
        lines.append("%i = phi i64 [ 0, %before ], [ %j, %next ]")
        if self._is_sum:
            lines.append(f"%total = phi {f.float} [ {f.number(-0.0)}, %before ], [ %more, %next ]")
        value = self._value(f, "%i")
        if not self._is_sum:
            place = f.say("getelementptr double, ptr %out, i64 %i")
            lines.append(f"store {f.float} {value}, ptr {place}, align 8")
        lines.append("br label %next\nnext:")
        if self._is_sum:
            lines.append(f"%more = fadd {f.float} %total, {value}")
        lines += [f"%j = add i64 %i, {WIDTH}", f"%c = icmp ult i64 %j, {end}"]
        lines.append("br i1 %c, label %head, label %after\nafter:")
        if self._is_sum:
            self._totals.append(self._reduced(f, "%more"))
