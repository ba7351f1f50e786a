"""Formulas as numbers: evaluates the LaTeX of formulas of one number, so that tests can hold it against the ops."""

from __future__ import annotations

import math
import re
from collections.abc import Callable

from scipy import special

_TOKENS = re.compile(r"\\[A-Za-z]+|\\[,;]|\d+(?:\.\d+)?|[A-Za-z]|[-+/=^_{}()\[\]|<>,']|\S")
_SKIPPED = {r"\,", r"\;", r"\left", r"\right"}
_FUNCTIONS: dict[str, Callable[[float], float]] = {
    r"\ln": math.log,
    r"\sin": math.sin,
    r"\cos": math.cos,
    r"\tan": math.tan,
    r"\arcsin": math.asin,
    r"\arccos": math.acos,
    r"\arctan": math.atan,
    r"\sinh": math.sinh,
    r"\cosh": math.cosh,
    r"\tanh": math.tanh,
    r"\sigma": special.expit,
    r"\Phi": special.ndtr,
    r"\Phi'": lambda x: math.exp(-x * x / 2) / math.sqrt(2 * math.pi),
    r"\Phi-1": special.ndtri,
    r"\Gamma": special.gamma,
    r"\psi": special.digamma,
    r"\psi'": lambda x: float(special.polygamma(1, x)),
    "sgn": lambda x: math.copysign(1.0, x),
    "arsinh": math.asinh,
    "arcosh": math.acosh,
    "artanh": math.atanh,
    "erf": math.erf,
    "erf-1": special.erfinv,
    r"\log2": math.log2,
    r"\log10": math.log10,
    "J0": special.j0,
    "J1": special.j1,
    "Y0": special.y0,
    "Y1": special.y1,
    "I0": special.i0,
    "I1": special.i1,
    "K0": special.k0,
    "K1": special.k1,
}
_ENDS = {")", "]", "}", "|", ",", "<", ">", "+", "-", r"\rfloor", r"\rceil"}


class Formula:
    """A recursive descent over the tokens of one formula."""

    def __init__(self, latex: str, **values: float) -> None:
        self._tokens = [t for t in _TOKENS.findall(latex) if t not in _SKIPPED]
        self._at = 0
        self._values = values

    def number(self) -> float:
        found = self._sum()
        assert self._at == len(self._tokens), f"stopped before {self._tokens[self._at :]}"
        return found

    def _next(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _take(self, wanted: str = "") -> str:
        token = self._next()
        assert not wanted or token == wanted, f"{wanted} expected, not {token}"
        self._at += 1
        return token

    def _takes(self, wanted: str) -> bool:
        if self._next() == wanted:
            self._at += 1
            return True
        return False

    def _sum(self) -> float:
        total = -self._product() if self._takes("-") else self._product()
        while self._next() in ("+", "-"):
            total += self._product() if self._take() == "+" else -self._product()
        return total

    def _product(self) -> float:
        product = self._power()
        while self._next() and self._next() not in _ENDS:
            if self._takes("/"):
                product /= self._power()
            else:
                product *= self._power()
        return product

    def _power(self) -> float:
        base = self._atom()
        if not self._takes("^"):
            return base
        return base ** self._group()

    def _group(self) -> float:
        """What stands in braces, or one atom."""
        if not self._takes("{"):
            return self._atom()
        found = self._sum()
        self._take("}")
        return found

    def _atom(self) -> float:
        token = self._take()
        if token[0].isdigit():
            return float(token)
        if token == "(":
            found = self._sum()
            self._take(")")
            return found
        if token == "|":
            found = abs(self._sum())
            self._take("|")
            return found
        if token == "[":
            return self._iverson()
        if token == r"\frac":
            above = self._group()
            return above / self._group()
        if token == r"\sqrt":
            root = 2.0
            if self._takes("["):
                root = self._sum()
                self._take("]")
            inside = self._group()
            return math.copysign(abs(inside) ** (1 / root), inside) if root == 3 else inside ** (1 / root)
        if token in (r"\lfloor", r"\lceil"):
            inside = self._sum()
            self._take()
            return float(math.floor(inside) if token == r"\lfloor" else math.ceil(inside))
        if token in (r"\min", r"\max"):
            return self._extreme(min if token == r"\min" else max)
        if token == r"\pi":
            return math.pi
        if token == "e":
            return math.e
        if token in self._values:
            return self._values[token]
        return self._applied(token)

    def _applied(self, name: str) -> float:
        if name in (r"\operatorname", r"\mathrm"):
            self._take("{")
            name = ""
            while not self._takes("}"):
                name += self._take()
        exponent = 1.0
        if self._takes("'"):
            name += "'"
        if self._takes("_"):
            name += f"{self._group():g}"
        if self._takes("^"):
            exponent = self._group()
            if exponent == -1:
                name, exponent = f"{name}-1", 1.0
        argument = self._power() if self._next() in ("(", "|") else self._product()
        return float(_FUNCTIONS[name](argument)) ** exponent

    def _extreme(self, which: Callable[..., float]) -> float:
        self._take("(")
        first = self._sum()
        self._take(",")
        second = self._sum()
        self._take(")")
        return which(first, second)

    def _iverson(self) -> float:
        parts, signs = [self._sum()], []
        while not self._takes("]"):
            signs.append(self._take())
            parts.append(self._sum())
        pairs = zip(parts, signs, parts[1:], strict=False)
        return float(all(a < b if sign == "<" else a > b for a, sign, b in pairs))


def number(latex: str, **values: float) -> float:
    """What a formula gives for the values of its letters."""
    return Formula(latex, **values).number()
