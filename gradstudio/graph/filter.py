"""Finding nodes by what they are and hold: `|g| < 1e-7 and op == tanh`, or plain words."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable

import numpy as np

from gradstudio.engine.trace import Trace
from gradstudio.graph.filter_parser import (
    Among,
    Asked,
    Expression,
    FilterError,
    Joined,
    Operand,
    parse,
)
from gradstudio.graph.filter_words import KINDS, MAGNITUDES, NUMBERS, SHAPE, STATES, TEXTS
from gradstudio.graph.measures import measure
from gradstudio.graph.model import Graph
from gradstudio.graph.query import rows_of

__all__ = ["Filter", "FilterError", "is_expression", "match"]

_COMPARE: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}
_MARKS = re.compile(rf"[<>=~≤≥≠!&|]|\.\.|\bin\b|\b(?:{'|'.join(STATES)})\s*\(")
_UNIT_WORDS = {"s": "a time", "B": "a number of bytes", "": "a plain number"}


def is_expression(text: str) -> bool:
    """Whether a text is a filter expression; plain words (and texts between quotation marks) are searched for."""
    return _MARKS.search(re.sub(r"\"[^\"]*\"|'[^']*'", "", text)) is not None


def match(graph: Graph, trace: Trace, text: str) -> np.ndarray:
    """Which nodes fit (bool (n,)); all where the text is empty. Raises FilterError for anything wrong."""
    return Filter(graph, trace).match(text)


class Filter:
    """Finds nodes of one graph; columns are made when a text first needs them, and kept."""

    def __init__(self, graph: Graph, trace: Trace) -> None:
        self._graph = graph
        self._trace = trace
        self._columns: dict[str, np.ndarray] = {}
        self._texts: dict[str, _Texts] = {}

    def match(self, text: str) -> np.ndarray:
        """Which nodes fit (bool (n,)); all where the text is empty. Raises FilterError for anything wrong."""
        if not text.strip():
            return np.ones(len(self._graph.record), bool)
        if not is_expression(text):
            return self._search(text)
        return self._eval(parse(text))

    def prepare(self) -> None:
        """Lay out names and ops before the first letter is typed."""
        for column in ("name", "label"):
            self._of(column)

    def begins(self, text: str) -> np.ndarray:
        """Which nodes have a name that begins with a text (bool (n,)), in either case of letters."""
        wanted = text.strip().lower()
        return self._of("name").test(lambda name: name.lower().startswith(wanted))

    # plain words

    def _search(self, text: str) -> np.ndarray:
        found = np.ones(len(self._graph.record), bool)
        for quoted, single, plain in re.findall(r"\"([^\"]*)\"|'([^']*)'|(\S+)", text):
            found &= self._holding((quoted or single or plain).lower())
        return found

    def _holding(self, word: str) -> np.ndarray:
        """Nodes that hold a word in their name or op, or are made in that line."""
        found = self._of("name").test(lambda name: word in name.lower())
        found |= self._of("label").test(lambda label: word in label.lower())
        if re.fullmatch(r"l\d{1,9}", word, re.ASCII):
            found |= self._graph.line == int(word[1:])
        return found

    # expressions

    def _eval(self, e: Expression) -> np.ndarray:
        if isinstance(e, Joined):
            found = self._eval(e.parts[0])
            if e.how == "not":
                return ~found
            for part in e.parts[1:]:
                found = found & self._eval(part) if e.how == "and" else found | self._eval(part)
            return found
        if isinstance(e, Asked):
            return self._asked(e)
        if isinstance(e, Among):
            return self._among(e)
        found = np.ones(len(self._graph.record), bool)
        for left, sign, right in zip(e.operands, e.signs, e.operands[1:], strict=False):
            found &= self._compared(left, sign, right)
        return found

    def _asked(self, e: Asked) -> np.ndarray:
        name = NUMBERS.get(e.of.text) if e.of.kind == "word" else None
        if name not in MAGNITUDES or (e.state == "none" and name == "value"):
            has = "g" if e.state == "none" else "v or g"
            raise FilterError(f"{e.state}() is asked of {has}, not of “{e.of.text[:30]}”", e.of.position)
        if name == "value":
            v = self._trace.records.values
            return np.asarray((v.nan if e.state == "nan" else v.infinite)[self._graph.record] > 0)
        rows = rows_of(self._graph, self._trace)
        if e.state == "none":
            return rows < 0
        found = rows >= 0
        if found.any():
            c = self._trace.sweeps[self._graph.sweep].cotangents
            found[found] = (c.nan if e.state == "nan" else c.infinite)[rows[found]] > 0
        return found

    def _among(self, e: Among) -> np.ndarray:
        if e.is_range:
            low, high = e.values
            found = self._compared(low, "<=", e.operand)
            found &= self._compared(e.operand, "<=", high)
            return found
        found = np.zeros(len(self._graph.record), bool)
        for value in e.values:
            found |= self._compared(e.operand, "==", value)
        return found

    def _compared(self, left: Operand, sign: str, right: Operand) -> np.ndarray:
        for one, other in ((left, right), (right, left)):
            if one.kind == "word" and one.text in TEXTS:
                return self._text(one, sign, other, is_turned=one is right)
            if one.kind == "word" and one.text == SHAPE:
                return self._shape(sign, other)
        if sign == "~":
            raise FilterError(f"~ looks into a text ({', '.join(TEXTS)}): use it with one of these", left.position)
        a, one_unit = self._number(left)
        b, other_unit = self._number(right)
        if one_unit is not None and other_unit is not None and one_unit != other_unit:
            what, wanted = _UNIT_WORDS[other_unit], _UNIT_WORDS[one_unit]
            raise FilterError(
                f"{right.text} is {what}, and {left.text} is {wanted}: compare like with like", right.position
            )
        with np.errstate(invalid="ignore"):
            found = _COMPARE[sign](a, b)
        if sign == "!=":  # a number that is not there differs from nothing
            found = found & ~np.isnan(a) & ~np.isnan(b)
        return np.array(np.broadcast_to(found, len(self._graph.record)))

    def _number(self, operand: Operand) -> tuple[np.ndarray, str | None]:
        """Its values, and their unit (None: a number that fits any)."""
        if operand.kind == "number":
            return np.array(operand.value), operand.unit or ("" if operand.text.endswith("%") else None)
        name = NUMBERS.get(operand.text) if operand.kind in ("word", "magnitude") else None
        if name is None:
            words = ", ".join(dict.fromkeys([*NUMBERS, *TEXTS, SHAPE]))
            raise FilterError(f"“{operand.text[:30]}” is none of the words {words}", operand.position)
        if operand.kind == "magnitude":
            name = MAGNITUDES.get(name, name)
        unit = "" if name == "line" else measure(name).unit
        column = self._column(name)
        return (np.abs(column) if operand.kind == "magnitude" else column), unit

    def _column(self, name: str) -> np.ndarray:
        if name not in self._columns:
            is_line = name == "line"
            values = self._graph.line if is_line else measure(name).values(self._graph, self._trace)
            self._columns[name] = values.astype(np.float64, copy=False)
        return self._columns[name]

    def _text(self, column: Operand, sign: str, other: Operand, is_turned: bool) -> np.ndarray:
        wanted = other.text
        if other.kind not in ("word", "text", "number"):
            raise FilterError(f"{column.text} is a text, which “{wanted[:30]}” is not", other.position)
        if sign not in ("==", "!=", "~") or (sign == "~" and is_turned):
            raise FilterError(f"{column.text} is a text: use ==, != or ~ after it", column.position)
        if sign == "~":
            return self._of(column.text).test(lambda text: wanted.lower() in text.lower())
        if column.text == "kind" and wanted not in KINDS:
            raise FilterError(f"a kind is {', '.join(KINDS)}, not “{wanted[:30]}”", other.position)
        found = self._of(column.text).test(lambda text: text == wanted)
        return found if sign == "==" else ~found

    def _shape(self, sign: str, other: Operand) -> np.ndarray:
        if other.kind != "shape" or sign not in ("==", "!="):
            raise FilterError("a shape is compared as in shape == [200,3]; a number has []", other.position)
        found = self._of(SHAPE).test(lambda text: (text or "[]") == other.text)
        return found if sign == "==" else ~found

    def _of(self, column: str) -> _Texts:
        """A column of texts."""
        if column not in self._texts:
            graph, records = self._graph, self._trace.records
            if column == "name":
                self._texts[column] = _Texts.of(graph.title)
            elif column == "label":
                self._texts[column] = _Texts.of(graph.label)
            elif column == SHAPE:
                self._texts[column] = _Texts.of(graph.shape)
            elif column == "op":
                self._texts[column] = _Texts(records.ops, records.op[graph.record])
            elif column == "dtype":
                self._texts[column] = _Texts(records.values.dtypes, records.values.dtype[graph.record])
            else:
                self._texts[column] = _Texts(KINDS, graph.kind)
        return self._texts[column]


class _Texts:
    """A column of texts of which many are equal: each is looked at once."""

    def __init__(self, texts: tuple[str, ...], number: np.ndarray) -> None:
        self._texts = texts
        self._number = number

    @classmethod
    def of(cls, column: tuple[str, ...]) -> _Texts:
        """From one text for each node."""
        known: dict[str, int] = {}
        number = np.array([known.setdefault(text, len(known)) for text in column], np.int64)
        return cls(tuple(known), number)

    def test(self, holds: Callable[[str], bool]) -> np.ndarray:
        """For which nodes it holds (bool (n,))."""
        return np.asarray(np.array([holds(text) for text in self._texts], bool)[self._number])
