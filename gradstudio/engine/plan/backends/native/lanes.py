"""Arithmetic on some numbers side by side, written as LLVM's text.

A value is the name of a vector of float64, of truths, or of whole numbers; with one lane, of a number.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence

from gradstudio.engine.plan.backends.native.llvm import find


def bits(x: float) -> int:
    """The 64 bits of a float64."""
    return int(struct.unpack("<Q", struct.pack("<d", x))[0])


def of_bits(n: int) -> float:
    """The float64 with these 64 bits."""
    return float(struct.unpack("<d", struct.pack("<Q", n))[0])


class Lanes:
    """Writes for vectors of `count` numbers into `lines`."""

    def __init__(self, count: int, lines: list[str], needs: set[str], prefix: str = "t") -> None:
        """needs: gets the declarations of other functions; prefix: of the names of results."""
        self.count = count
        self.lines = lines
        self._needs = needs
        self._prefix = prefix
        self.float = self._type("double")
        self.whole = self._type("i64")
        self.truth = self._type("i1")

    def _type(self, one: str) -> str:
        return one if self.count == 1 else f"<{self.count} x {one}>"

    def _all(self, one: str) -> str:
        return one.split()[1] if self.count == 1 else f"<{', '.join([one] * self.count)}>"

    def say(self, text: str) -> str:
        """One instruction; the name of its result."""
        name = f"%{self._prefix}{len(self.lines)}"
        self.lines.append(f"{name} = {text}")
        return name

    def number(self, x: float) -> str:
        """The same number in every lane."""
        return self._all(f"double 0x{bits(x):016X}")

    def integer(self, n: int) -> str:
        """The same whole number in every lane."""
        return self._all(f"i64 {n}")

    def everywhere(self, x: str) -> str:
        """One number in every lane."""
        if self.count == 1:
            return x
        first = self.say(f"insertelement {self.float} poison, double {x}, i64 0")
        return self.say(
            f"shufflevector {self.float} {first}, {self.float} poison, <{self.count} x i32> zeroinitializer"
        )

    # on floats

    def add(self, x: str, y: str) -> str:
        return self.say(f"fadd {self.float} {x}, {y}")

    def subtract(self, x: str, y: str) -> str:
        return self.say(f"fsub {self.float} {x}, {y}")

    def multiply(self, x: str, y: str) -> str:
        return self.say(f"fmul {self.float} {x}, {y}")

    def divide(self, x: str, y: str) -> str:
        return self.say(f"fdiv {self.float} {x}, {y}")

    def negative(self, x: str) -> str:
        return self.say(f"fneg {self.float} {x}")

    def compare(self, how: str, x: str, y: str) -> str:
        """how: LLVM's word, "olt" (less, false if unordered) and the like."""
        return self.say(f"fcmp {how} {self.float} {x}, {y}")

    def choose(self, truth: str, x: str, y: str) -> str:
        """x where it is true, else y."""
        return self.say(f"select {self.truth} {truth}, {self.float} {x}, {self.float} {y}")

    def at_most(self, x: str, limit: float) -> str:
        """x, or the limit where x is above it; NaN stays."""
        return self.choose(self.compare("ogt", x, self.number(limit)), self.number(limit), x)

    def intrinsic(self, name: str, *inputs: str) -> str:
        """A function that LLVM knows: fabs, sqrt, copysign, fmuladd, floor, ceil, trunc."""
        suffix = "f64" if self.count == 1 else f"v{self.count}f64"
        types = ", ".join([self.float] * len(inputs))
        self._needs.add(f"declare {self.float} @llvm.{name}.{suffix}({types})")
        given = ", ".join([f"{self.float} {x}" for x in inputs])
        return self.say(f"call {self.float} @llvm.{name}.{suffix}({given})")

    def plus_product(self, total: str, x: str, y: str) -> str:
        """total + x y, rounded once where the processor can; only for what is an approximation anyway."""
        return self.intrinsic("fmuladd", x, y, total)

    def polynomial(self, x: str, coefficients: Sequence[float]) -> str:
        """c0 + c1 x + c2 x² + ..., in pairs: few steps wait for each other."""
        terms = [self.number(c) for c in coefficients]
        power = x
        while len(terms) > 1:
            pairs = [self.plus_product(terms[i], terms[i + 1], power) for i in range(0, len(terms) - 1, 2)]
            terms = [*pairs, *terms[2 * len(pairs) :]]
            if len(terms) > 1:
                power = self.multiply(power, power)
        return terms[0]

    def call(self, name: str, *inputs: str) -> str:
        """A function of C's library, lane by lane."""
        types = ", ".join(["double"] * len(inputs))
        self._needs.add(f"declare double @{find(name)}({types})")
        if self.count == 1:
            return self.say(f"call double @{name}({', '.join([f'double {x}' for x in inputs])})")
        result = "poison"
        for lane in range(self.count):
            ones = [self.say(f"extractelement {self.float} {x}, i64 {lane}") for x in inputs]
            one = self.say(f"call double @{name}({', '.join([f'double {x}' for x in ones])})")
            result = self.say(f"insertelement {self.float} {result}, double {one}, i64 {lane}")
        return result

    def unless(self, far: str, quick: Callable[[], str], slow: Callable[[], str]) -> str:
        """What quick() gives, or slow() where any lane of the truth `far` holds."""
        label = f"l{len(self.lines)}"
        if self.count > 1:
            self._needs.add(f"declare i1 @llvm.vector.reduce.or.v{self.count}i1({self.truth})")
            far = self.say(f"call i1 @llvm.vector.reduce.or.v{self.count}i1({self.truth} {far})")
        self.lines += [f"br i1 {far}, label %{label}slow, label %{label}quick", f"{label}quick:"]
        first = quick()
        self.lines += [f"br label %{label}near", f"{label}near:", f"br label %{label}end", f"{label}slow:"]
        second = slow()
        self.lines += [f"br label %{label}far", f"{label}far:", f"br label %{label}end", f"{label}end:"]
        return self.say(f"phi {self.float} [ {first}, %{label}near ], [ {second}, %{label}far ]")

    # on bits

    def raw(self, x: str) -> str:
        """The bits of a float as a whole number."""
        return self.say(f"bitcast {self.float} {x} to {self.whole}")

    def cooked(self, n: str) -> str:
        """The float with these bits."""
        return self.say(f"bitcast {self.whole} {n} to {self.float}")

    def integers(self, what: str, x: str, y: str) -> str:
        """An operation on whole numbers by LLVM's word: add, sub, shl, ashr, and, xor."""
        return self.say(f"{what} {self.whole} {x}, {y}")

    # on truths

    def logic(self, what: str, x: str, y: str) -> str:
        """and, or, xor."""
        return self.say(f"{what} {self.truth} {x}, {y}")

    def inverse(self, x: str) -> str:
        return self.say(f"xor {self.truth} {x}, {self._all('i1 true')}")

    def is_true(self, x: str) -> str:
        """Whether a float is anything but zero."""
        return self.compare("une", x, self.number(0.0))

    def as_number(self, truth: str) -> str:
        """1.0 for what is true, 0.0 for what is not."""
        return self.choose(truth, self.number(1.0), self.number(0.0))
