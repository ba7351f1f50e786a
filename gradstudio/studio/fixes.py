"""Fixes: what a problem's hint says, as an edit of the text, where that can be done mechanically and means no guess."""

from __future__ import annotations

import ast
import difflib
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

import numpy as np

from gradstudio.engine.problem import Problem
from gradstudio.engine.tape import GradientTape
from gradstudio.engine.tensor import Tensor
from gradstudio.engine.trace import Span
from gradstudio.engine.variable import Variable
from gradstudio.language.attributes import names_for
from gradstudio.language.bindings import BINDING, Bindings, bindings_of
from gradstudio.language.check import span_of
from gradstudio.language.signatures import facades, name_of, own_functions, split
from gradstudio.language.tree import walk
from gradstudio.studio.edits.edit import Edit, Splice, spliced
from gradstudio.studio.steps import shared_start
from gradstudio.studio.syntax_fixes import syntax_fix

_KINDS: dict[str, type] = {
    "a tensor": Tensor, "a Variable": Variable, "an array": np.ndarray, "a GradientTape": GradientTape, "a list": list,
    "a dict": dict, "a str": str, "a tuple": tuple, "a set": set,
}  # fmt: skip
_OTHER_LANGUAGES = {"true": "True", "false": "False", "null": "None", "none": "None", "nil": "None"}


_COMPARED = 500  # lines from the first that an edit changes


@dataclass(frozen=True, slots=True)
class Fix:
    """What to do, "write x = 3.0", and the edit that does it."""

    words: str
    edit: Edit


@dataclass(frozen=True, slots=True)
class ChangedLine:
    """A line that an edit takes out ("-") or puts in ("+"); its number in the text before or after."""

    sign: str
    number: int
    text: str


MOST_FIXES = 100
"""Problems of one text that are looked at for a fix: nobody reads more, and each takes a while."""


def changed_lines(before: str, after: str, most: int = 12) -> tuple[ChangedLine, ...]:
    """What an edit does to the lines of a text."""
    head = before.count("\n", 0, shared_start(before, after, min(len(before), len(after))))
    old, new = before.split("\n"), after.split("\n")
    tail, most_tail = 0, min(len(old), len(new)) - head
    while tail < most_tail and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    ends = min(len(old) - tail, head + _COMPARED), min(len(new) - tail, head + _COMPARED)
    found: list[ChangedLine] = []
    matcher = difflib.SequenceMatcher(None, old[head : ends[0]], new[head : ends[1]], autojunk=False)
    for tag, *places in matcher.get_opcodes():
        a, b, c, d = (place + head for place in places)
        if tag != "equal":
            found += [ChangedLine("-", k + 1, old[k]) for k in range(a, b)]
            found += [ChangedLine("+", k + 1, new[k]) for k in range(c, d)]
    return tuple(found[:most])


def fix_of(problem: Problem, text: str) -> Fix | None:
    """The fix of a problem of a text; None where there is none that is certain enough to be offered."""
    place = _Place(problem, text)
    for make in _MAKERS:
        found = make(place)
        if found is not None:
            words, splices = found
            new = spliced(text, splices)
            if new != text:
                line = problem.span[0] or new[: splices[0].start].count("\n") + 1
                return Fix(words, Edit(f"Fix: {words}"[:60], new, line))
    return None


_Found = tuple[str, list[Splice]]


@lru_cache(2)
def _lines(text: str) -> tuple[list[str], list[int]]:
    """The lines of a text, and how many characters stand in those before each, and in all."""
    lines = text.split("\n")
    return lines, list(accumulate(map(len, lines), initial=0))


class _Place:
    """A problem and the text it is in."""

    def __init__(self, problem: Problem, text: str) -> None:
        self.problem, self.text = problem, text
        self.message, self.span = problem.message, problem.span
        self.lines, self._lengths = _lines(text)

    def offset(self, line: int, column: int) -> int:
        before = min(max(line - 1, 0), len(self.lines))
        return self._lengths[before] + before + column

    def ends(self, span: Span) -> tuple[int, int]:
        return self.offset(span[0], span[1]), self.offset(span[2], span[3])

    def source(self) -> str:
        """The text that the problem underlines."""
        start, end = self.ends(self.span)
        return self.text[start:end] if self.span[0] > 0 else ""

    def splice(self, span: Span, new: str) -> Splice:
        start, end = self.ends(span)
        return Splice(start, end, new)

    def node_span(self, node: ast.AST) -> Span:
        return span_of(node, self.lines)

    def tree(self) -> ast.Module | None:
        bindings = bindings_of(self.text)
        node = bindings.program.node if bindings is not None else None
        return node if isinstance(node, ast.Module) else None

    def last_word(self, wrong: str, right: str) -> list[Splice] | None:
        """Replace a word that the underlined text ends with, or is."""
        source = self.source()
        found = list(re.finditer(rf"(?<!\w){re.escape(wrong)}(?!\w)", source))
        if not found:
            return None
        start = self.ends(self.span)[0] + found[-1].start()
        return [Splice(start, start + len(wrong), right)]


def _misspelt(p: _Place) -> _Found | None:
    """A name that is not there, beside one that is nearly the same."""
    name = re.match(r"`(\w+)` is not defined", p.message)
    if name is not None:
        near = re.fullmatch(r"did you mean `(\w+)`\?", p.problem.hint)
        right = _OTHER_LANGUAGES.get(name[1], near[1] if near is not None else "")
        splices = p.last_word(name[1], right) if right else None
        return (f"write {right}", splices) if splices else None
    member = re.match(r"`[\w.]*?\.?(\w+)` is not available; did you mean `(\w+)`\?", p.message)
    if member is not None:
        splices = p.last_word(member[1], member[2])
        return (f"write {member[2]}", splices) if splices else None
    attribute = re.match(r"(an? \w+) has no attribute `(\w+)`$", p.message)
    kind = _KINDS.get(attribute[1]) if attribute is not None else None
    if attribute is None or kind is None:
        return None
    close = difflib.get_close_matches(attribute[2], sorted(names_for(kind)), 1, 0.7)
    splices = p.last_word(attribute[2], close[0]) if close else None
    return (f"write {close[0]}", splices) if splices else None


def _keyword(p: _Place) -> _Found | None:
    """An argument given by a name that is nearly that of a parameter."""
    found = re.match(r"\w+\(\) has no argument '(\w+)': \w[\w.]*\((.*)\)$", p.message)
    own = re.match(r"(\w+)\(\) got an unexpected keyword argument '(\w+)'", p.message)
    if found is not None:
        wrong, names = found[1], [name_of(part) for part in split(found[2])]
    elif own is not None and own[1] in own_functions(p.text):
        wrong, names = own[2], own_functions(p.text)[own[1]].keywords()
    else:
        return None
    close = difflib.get_close_matches(wrong, names, 1, 0.6)
    place = list(re.finditer(rf"(?<![\w.]){re.escape(wrong)}(?=\s*=(?!=))", p.source()))
    if not close or len(place) != 1:
        return None
    start = p.ends(p.span)[0] + place[0].start()
    return f"write {close[0]}=", [Splice(start, start + len(wrong), close[0])]


def _integer(p: _Place) -> _Found | None:
    """Whole numbers written where a gradient is wanted."""
    name = re.match(r"(\w+) gets no gradient: it is u?int\d+,", p.message) or re.match(
        r"`(\w+)` is an integer, which has no gradient", p.message
    )
    if name is None and p.message.startswith("watching a") and "int" in p.message:
        name = re.search(r"\.watch\((\w+)\)$", p.source())
    bindings = bindings_of(p.text) if name is not None else None
    if name is None or bindings is None:
        return None
    value = given = _value_given(bindings, name[1])
    if isinstance(value, ast.Call) and value.args:
        made = value.func.attr if isinstance(value.func, ast.Attribute) else getattr(value.func, "id", "")
        value = value.args[0] if made in ("Variable", "constant", "convert_to_tensor") else None
    numbers = list(_integers(value)) if value is not None else []
    if not numbers:
        return None
    splices = []
    for node in numbers:
        _, end = p.ends(p.node_span(node))
        splices.append(Splice(end, end, ".0"))
    first = p.node_span(numbers[0])
    written = p.lines[first[0] - 1][first[1] : first[3]]
    words = "write the numbers with a point"
    if len(numbers) == 1:
        words = f"write {name[1]} = {written}.0" if value is given else f"write {written}.0"
    return words, splices


def _value_given(bindings: Bindings, name: str) -> ast.expr | None:
    """The value of the only assignment to a name of the program."""
    sites = [s for _, s in bindings.symbol(bindings.program, name).sites if s.kind != "use"]
    if len(sites) != 1 or not isinstance(bindings.program.node, ast.Module):
        return None
    for node in walk(bindings.program.node):
        if isinstance(node, ast.Assign) and any(target is sites[0].node for target in node.targets):
            return node.value
    return None


def _integers(node: ast.expr) -> list[ast.expr]:
    """The written whole numbers of a number or a list of such; [] if there is anything else."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return _integers(node.operand)
    if isinstance(node, ast.Constant):
        return [node] if type(node.value) is int else []
    if isinstance(node, ast.List | ast.Tuple):
        parts = [_integers(item) for item in node.elts]
        return [number for part in parts for number in part] if all(parts) else []
    return []


def _import(p: _Place) -> _Found | None:
    """TensorFlow's name for what is GradStudio's here; and an import of everything, which every program has."""
    source = p.source()
    if p.message.startswith("`import *`") and re.fullmatch(r"from gradstudio import \*", source):
        start, end = p.offset(p.span[0], 0), p.offset(p.span[2] + 1, 0)
        is_alone = p.text[start : p.ends(p.span)[0]].strip() == "" and p.lines[p.span[2] - 1].endswith("*")
        return ("leave the line out", [Splice(start, min(end, len(p.text)), "")]) if is_alone else None
    plain = re.fullmatch(r"import tensorflow(?:\s+as\s+(\w+))?", source)
    if plain is not None:
        words = f"import gradstudio as {plain[1] or 'tensorflow'}"
        return f"write {words}", [p.splice(p.span, words)]
    named = re.fullmatch(r"from tensorflow import ([\w, ]+)", source)
    if named is not None and {part.split()[0] for part in named[1].split(",")} <= set(facades()["gs"].names()):
        words = f"from gradstudio import {named[1]}"
        return f"write {words}", [p.splice(p.span, words)]
    return None


def _persistent(p: _Place) -> _Found | None:
    """A tape that is asked twice."""
    if not p.message.startswith("A non-persistent GradientTape can compute only one set"):
        return None
    call = _tape_of(p)
    if call is None or call.args:
        return None
    given = next((k for k in call.keywords if k.arg == "persistent"), None)
    if given is not None:
        return "write persistent=True", [p.splice(p.node_span(given.value), "True")]
    end = p.ends(p.node_span(call))[1] - 1
    is_empty = not call.keywords
    return "write persistent=True", [Splice(end, end, "persistent=True" if is_empty else ", persistent=True")]


def _watch(p: _Place) -> _Found | None:
    """A source that no tape watches, made before the tape."""
    name = re.match(r"(\w+) gets no gradient: no tape watches it$", p.message)
    block = _block_of(p) if name is not None else None
    if name is None or block is None:
        return None
    with_, tape = block
    bindings = bindings_of(p.text)
    sites = bindings.symbol(bindings.program, name[1]).sites if bindings is not None else ()
    bound = [site.span[0] for _, site in sites if site.kind in BINDING]
    if not bound or min(bound) >= with_.lineno:
        return None
    first = with_.body[0]
    if first.lineno == with_.lineno:
        return None  # with ...: y = x
    indent = p.lines[first.lineno - 1][: p.node_span(first)[1]]
    start = p.offset(first.lineno, 0)
    return f"write {tape}.watch({name[1]})", [Splice(start, start, f"{indent}{tape}.watch({name[1]})\n")]


def _block_of(p: _Place) -> tuple[ast.With, str] | None:
    """The `with` block of the tape whose method the underlined text calls, and the tape's name."""
    name = re.match(r"(\w+)\.\w+\(", p.source())
    tree = p.tree()
    if name is None or tree is None:
        return None
    found = [
        node
        for node in walk(tree)
        if isinstance(node, ast.With) and node.lineno <= p.span[0] and _call_of(node, name[1]) is not None
    ]
    return (max(found, key=lambda node: node.lineno), name[1]) if found else None


def _tape_of(p: _Place) -> ast.Call | None:
    block = _block_of(p)
    return _call_of(*block) if block is not None else None


def _call_of(node: ast.With, name: str) -> ast.Call | None:
    """GradientTape(...) in `with GradientTape(...) as name`."""
    for item in node.items:
        call = item.context_expr
        if not isinstance(item.optional_vars, ast.Name) or item.optional_vars.id != name:
            continue
        if isinstance(call, ast.Call) and ast.unparse(call.func).endswith("GradientTape"):
            return call
    return None


def _hidden(p: _Place) -> _Found | None:
    if not p.message.startswith("a hidden character"):
        return None
    return "delete the character", [p.splice(p.span, "")]


def _except(p: _Place) -> _Found | None:
    if not p.message.startswith("a bare `except:`"):
        return None
    start = p.ends(p.span)[0] + len("except")
    return "write except Exception:", [Splice(start, start, " Exception")]


def _power(p: _Place) -> _Found | None:
    """x ^ 2, which is no power in Python."""
    tree = p.tree()
    if not p.message.startswith("unsupported operand type(s) for ^") or tree is None:
        return None
    for node in walk(tree):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitXor) and p.node_span(node) == p.span:
            start, end = p.ends(p.node_span(node.left))[1], p.ends(p.node_span(node.right))[0]
            at = p.text.find("^", start, end)
            return ("write ** for a power", [Splice(at, at + 1, "**")]) if at >= 0 else None
    return None


def _syntax(p: _Place) -> _Found | None:
    return syntax_fix(p.message, p.span, p.text) if p.problem.kind == "syntax" else None


_MAKERS: tuple[Callable[[_Place], _Found | None], ...] = (
    _misspelt, _keyword, _integer, _import, _persistent, _watch, _hidden, _except, _power, _syntax,
)  # fmt: skip
