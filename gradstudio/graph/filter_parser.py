"""Text -> filter expression: a tokenizer and a parser by precedence. Nothing in it is ever executed as code."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gradstudio.graph.filter_words import STATES, UNITS

LONGEST = 500
"""Characters of a filter."""
DEEPEST = 40
"""Parentheses and negations inside each other."""


class FilterError(ValueError):
    """What is wrong with a filter, in one line: what, where, what to do. position: the character, from 0."""

    def __init__(self, what: str, position: int) -> None:
        super().__init__(f"{' '.join(what.split())} (at character {position + 1})")
        self.position = position


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the text. kind: "number" | "text" | "word" | "sign" | "end"."""

    kind: str
    text: str
    position: int
    value: float = 0.0
    unit: str = ""  # of a number that was written with one


@dataclass(frozen=True, slots=True)
class Operand:
    """One side of a comparison. kind: "number" | "text" | "word" | "magnitude" (a word between bars) | "shape"."""

    kind: str
    text: str
    position: int
    value: float = 0.0
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Compared:
    """A chain of comparisons: 10 <= line <= 20."""

    operands: tuple[Operand, ...]
    signs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Among:
    """Whether something is one of several, or (is_range) between the two."""

    operand: Operand
    values: tuple[Operand, ...]
    is_range: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """nan(g), inf(v), none(g)."""

    state: str
    of: Operand


@dataclass(frozen=True, slots=True)
class Joined:
    """Several expressions. how: "and" | "or" | "not" (one of them)."""

    how: str
    parts: tuple[Expression, ...]


Expression = Compared | Among | Asked | Joined

COMPARISONS = ("==", "!=", "<=", ">=", "<", ">", "~")
_SAME = {"=": "==", "≤": "<=", "≥": ">=", "≠": "!=", "<>": "!=", "&&": "and", "&": "and", "!": "not"}
_TOKEN = re.compile(
    r"""\s*(?:
    (?P<number>(?:\d+(?:\.(?!\.)\d*)?|\.\d+)(?:[eE][+\-−]?\d+)?)(?:\s*(?P<unit>%|[A-Za-zµμ]+)(?![\w.]))?
    |(?P<text>"[^"]*"|'[^']*')
    |(?P<word>[^\W\d]\w*(?:\.[^\W\d]\w*)*)
    |(?P<sign>\.\.|==|!=|<=|>=|<>|&&|[<>=~≤≥≠!&|()\[\],\-−])
    )""",
    re.VERBOSE,
)


def parse(text: str) -> Expression:
    """The expression a text says. Raises FilterError."""
    if len(text) > LONGEST:
        raise FilterError(f"a filter has at most {LONGEST} characters, not {len(text):,}: shorten it", LONGEST)
    return _Parser(_tokens(text)).whole()


def _tokens(text: str) -> list[Token]:
    found: list[Token] = []
    at = 0
    while text[at:].strip():
        match = _TOKEN.match(text, at)
        start = at + len(text[at:]) - len(text[at:].lstrip())
        if match is None:
            raise FilterError(_unreadable(text[start]), start)
        kind = match.lastgroup or ""
        at = match.end()
        if match["number"] is not None:
            number = float(match["number"].replace("−", "-"))
            unit = match["unit"]
            if unit is None or unit in UNITS:
                factor, dimension = UNITS.get(unit or "", (1.0, ""))
                found.append(Token("number", match[0].strip(), start, number * factor, dimension))
                continue
            at = match.end("number")  # what follows is a word of its own
            if at == match.start("unit"):
                raise FilterError(f"{unit} is no unit: use {', '.join(UNITS)}", at)
            found.append(Token("number", match["number"], start, number))
        elif kind == "text":
            found.append(Token("text", match["text"][1:-1], start))
        elif kind == "word":
            word = match["word"]
            found.append(Token("sign" if word in ("and", "or", "not", "in") else "word", word, start))
        else:
            sign = match["sign"]
            found.append(Token("sign", _SAME.get(sign, "-" if sign == "−" else sign), start))
    found.append(Token("end", "the end", len(text)))
    return found


def _unreadable(character: str) -> str:
    if character in "\"'":
        return "a quotation mark without its end: close it"
    return f"{character!r} means nothing here: put text between quotation marks"


class _Parser:
    """Descends by precedence: or, and, not, comparison, operand."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0

    def whole(self) -> Expression:
        """Everything up to the end."""
        found = self._either()
        if self._next.kind != "end":
            raise FilterError(f"{self._shown()} does not belong here: join two conditions with and / or", self._here)
        return found

    @property
    def _next(self) -> Token:
        return self._tokens[self._at]

    @property
    def _here(self) -> int:
        return self._next.position

    def _shown(self) -> str:
        token = self._next
        return token.text if token.kind == "end" else f"“{token.text[:30]}”"

    def _takes(self, *signs: str) -> str:
        """The sign that stands next if it is one of these, which is then passed; else ""."""
        token = self._next
        if token.kind == "sign" and token.text in signs:
            self._at += 1
            return token.text
        return ""

    def _needs(self, sign: str, after: str) -> None:
        if not self._takes(sign):
            raise FilterError(f"{sign} is missing {after}, before {self._shown()}: add it", self._here)

    def _either(self) -> Expression:
        parts = [self._both()]
        while self._takes("or"):
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else Joined("or", tuple(parts))

    def _both(self) -> Expression:
        parts = [self._one()]
        while self._takes("and"):
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else Joined("and", tuple(parts))

    def _one(self) -> Expression:
        self._depth += 1
        if self._depth > DEEPEST:
            raise FilterError(
                f"more than {DEEPEST} parentheses and nots inside each other: write it flatter", self._here
            )
        try:
            if self._takes("not"):
                return Joined("not", (self._one(),))
            if self._takes("("):
                inside = self._either()
                self._needs(")", "after a condition")
                return inside
            return self._comparison()
        finally:
            self._depth -= 1

    def _comparison(self) -> Expression:
        token = self._next
        if token.kind == "word" and token.text in STATES and self._tokens[self._at + 1].text == "(":
            self._at += 2
            of = self._operand()
            self._needs(")", f"after {token.text}({of.text}")
            return Asked(token.text, of)
        operands, signs = [self._operand()], []
        if self._takes("in"):
            return self._among(operands[0])
        while sign := self._takes(*COMPARISONS):
            signs.append(sign)
            operands.append(self._operand())
        if not signs:
            raise FilterError(
                f"nothing is asked of “{operands[0].text[:30]}”: compare it, as in {operands[0].text[:30]} > 0",
                self._here,
            )
        return Compared(tuple(operands), tuple(signs))

    def _among(self, operand: Operand) -> Among:
        if self._takes("("):
            values = [self._operand()]
            while self._takes(","):
                values.append(self._operand())
            self._needs(")", "after the list")
            return Among(operand, tuple(values), False)
        first = self._operand()
        self._needs("..", "between the ends of a range")
        return Among(operand, (first, self._operand()), True)

    def _operand(self) -> Operand:
        token = self._next
        if self._takes("-"):
            number = self._next
            if number.kind != "number":
                raise FilterError("after a minus stands a number", self._here)
            self._at += 1
            return Operand("number", f"-{number.text}", token.position, -number.value, number.unit)
        if self._takes("|"):
            word = self._next
            if word.kind != "word":
                raise FilterError("between bars stands a word, as in |g|", self._here)
            self._at += 1
            self._needs("|", f"after {word.text}")
            return Operand("magnitude", word.text, word.position)
        if self._takes("["):
            return self._shape(token.position)
        if token.kind in ("number", "text", "word"):
            self._at += 1
            return Operand(token.kind, token.text, token.position, token.value, token.unit)
        raise FilterError(f"a number, a word or a text is missing before {self._shown()}", self._here)

    def _shape(self, position: int) -> Operand:
        sizes: list[str] = []
        while not self._takes("]"):
            if sizes:
                self._needs(",", "between the sizes of a shape")
            number = self._next
            if number.kind != "number" or not number.text.isascii() or not number.text.isdigit():
                raise FilterError("a shape is written with whole numbers, as in [200,3]", self._here)
            self._at += 1
            sizes.append(number.text.lstrip("0") or "0")
        return Operand("shape", "[" + ",".join(sizes) + "]", position)
