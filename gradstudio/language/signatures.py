"""Signatures: the parameters and the description of what can be called here. Static: nothing of a program runs."""

from __future__ import annotations

import builtins
import enum
import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import numpy as np

import gradstudio as gs
from gradstudio.engine.primitive import NAMES, Primitive, Spelling
from gradstudio.engine.tape import GradientTape
from gradstudio.engine.tensor import Tensor
from gradstudio.engine.variable import Variable
from gradstudio.language.attributes import names_for
from gradstudio.language.facade import Facade, gradstudio_facade, math_facade, numpy_facade
from gradstudio.language.pure import builtin_names

_DEF = re.compile(
    r"^[ \t]*def[ \t]+(?P<name>[^\W\d]\w*)[ \t]*\((?P<parameters>[^#\n]*?(?:\n[^#\n]*?){0,20}?)\)[ \t]*(?:->[^:\n]+)?:"
    r"(?:[^\n]*\n\s*[rR]?(?P<quotes>\"\"\"|'''|\"|')(?P<doc>.*?)(?P=quotes))?",
    re.MULTILINE | re.DOTALL,
)
_LAMBDA = re.compile(r"^[ \t]*(?P<name>[^\W\d]\w*)[ \t]*=[ \t]*lambda[ \t]*(?P<parameters>[^:\n]*):", re.MULTILINE)
_LONGEST_DOC = 600


@dataclass(frozen=True, slots=True)
class Signature:
    """What is called, its parameters as they are written, and the first paragraph of what is said of it."""

    name: str
    parameters: tuple[str, ...]
    doc: str
    kind: str  # as in Completion

    @property
    def text(self) -> str:
        """ "sum(x, axis=None)"."""
        return f"{self.name}({', '.join(self.parameters)})"

    def present(self, argument: int, keyword: str) -> int:
        """Which parameter an argument is for; -1 for none that is known."""
        names = [name_of(parameter) for parameter in self.parameters]
        if keyword:
            found = next((k for k, name in enumerate(names) if name == keyword), -1)
            return found if found >= 0 else next((k for k, p in enumerate(self.parameters) if p[:2] == "**"), -1)
        places: list[int] = []
        for k, parameter in enumerate(self.parameters):
            if parameter == "/":
                continue
            if parameter.startswith("*"):
                if len(parameter) > 1 and not parameter.startswith("**"):
                    places += [k] * max(argument + 1 - len(places), 0)
                break
            places.append(k)
        return places[argument] if argument < len(places) else -1

    def keywords(self) -> list[str]:
        """Names under which arguments can be given."""
        start = self.parameters.index("/") + 1 if "/" in self.parameters else 0
        return [name_of(p) for p in self.parameters[start:] if p.isidentifier() or p[:1] not in "*/"]


def name_of(parameter: str) -> str:
    """The name in "axis=None", "*args" or "x: float"."""
    return re.split(r"[:=]", parameter.lstrip("*"), maxsplit=1)[0].strip()


@cache
def facades() -> dict[str, Facade]:
    """What a program is given, by the dotted name under which it finds it."""
    library = gradstudio_facade(lambda name: None)
    np_ = numpy_facade()
    found = {
        "gs": library, "tf": library, "gradstudio": library, "np": np_, "numpy": np_, "math": math_facade(False),
    }  # fmt: skip
    for owner in ("gs", "tf", "np"):
        _nest(found, owner, found[owner])
    return found


def _nest(found: dict[str, Facade], name: str, facade: Facade, depth: int = 3) -> None:
    for part in facade.names():
        member = facade.member(part)
        if isinstance(member, Facade) and depth:
            found[f"{name}.{part}"] = member
            _nest(found, f"{name}.{part}", member, depth - 1)


@lru_cache(4)
def own_functions(text: str) -> dict[str, Signature]:
    """The functions that a program defines, also while it is being typed; the last of a name counts."""
    found = {}
    for match in [*_DEF.finditer(text), *_LAMBDA.finditer(text)]:
        groups = match.groupdict()
        doc = first_paragraph(groups.get("doc") or "")
        found[match["name"]] = Signature(match["name"], tuple(split(match["parameters"])), doc, "function")
    return found


def signature_for(callee: str, text: str) -> Signature | None:
    """Of "gs.sum", "tape.gradient" or the program's own "model"; None where it is not known."""
    owner, _, name = callee.rpartition(".")
    if not owner:
        if re.search(
            rf"(?:def[ \t]+{re.escape(name)}[ \t]*\(|^[ \t]*{re.escape(name)}[ \t]*=[ \t]*lambda)", text, re.MULTILINE
        ):
            return own_functions(text).get(name)
        if name in NAMES:
            return of_op(name)
        return member(facades()["gs"], name) or of_builtin(name)
    facade = facades().get(_library(owner, text))
    if facade is not None:
        return member(facade, name)
    found = (method(kind, name) for kind in kinds_of(owner, text))
    return next((signature for signature in found if signature is not None), None)


def _library(owner: str, text: str) -> str:
    """The facade's own name for an owner that was imported under another one."""
    first, dot, rest = owner.partition(".")
    if first not in facades():
        alias = re.search(rf"^[ \t]*import[ \t]+(\w+)[ \t]+as[ \t]+{re.escape(first)}[ \t]*$", text, re.MULTILINE)
        first = alias[1] if alias else first
        first = {"gradstudio": "gs", "numpy": "np"}.get(first, first)
    return first + dot + rest


def facade_of(owner: str, text: str) -> Facade | None:
    """What a program is given under a dotted name, None where that is something else."""
    return facades().get(_library(owner, text))


def member(facade: Facade, name: str) -> Signature | None:
    """A function of a facade; None for what cannot be called."""
    if name not in facade.names():
        return None
    found = facade.member(name)
    if isinstance(found, Primitive | Spelling):
        return of_op(next(full for full in (found.name, name) if NAMES.get(full) is found), name)
    if isinstance(found, Facade) or not callable(found):
        return None
    is_numpy = facade is facades()["np"] and hasattr(np, name)
    real = getattr(np, name) if is_numpy else getattr(gs, name, found) if facade is facades()["gs"] else found
    parameters = _parameters(real, name)
    return Signature(name, tuple(parameters), first_paragraph(_doc(real)), "library")


@cache
def of_op(name: str, shown: str = "") -> Signature:
    """An op under one of its names, "exp" or "linalg.svd"."""
    found = NAMES[name]
    row = found if isinstance(found, Primitive) else found.row
    inside = found.signature[found.signature.index("(") + 1 : found.signature.rindex(")")]
    doc = first_paragraph(found.doc)
    is_other = isinstance(found, Primitive) and (shown or name) != row.name
    doc = f"Another name of {row.name}. {doc}" if is_other else doc
    return Signature(shown or name.rpartition(".")[2], tuple(split(inside)), doc, f"op:{row.family}")


@cache
def of_builtin(name: str) -> Signature | None:
    """One of Python's own functions that a program has."""
    if name not in builtin_names():
        return None
    parameters = _parameters(getattr(builtins, name), name)
    return Signature(name, tuple(parameters), first_paragraph(_doc(getattr(builtins, name))), "builtin")


@cache
def method(kind: type, name: str) -> Signature | None:
    """A method of a kind of value."""
    if name not in names_for(kind):
        return None
    found = getattr(kind, name, None)
    if found is None or not callable(found):
        return None
    parameters = _parameters(found, name)
    return Signature(
        name,
        tuple(parameters[1:]) if parameters[:1] == ["self"] else tuple(parameters),
        first_paragraph(_doc(found)),
        "method",
    )


def about(kind: type, name: str) -> str:
    """What is said of an attribute that is no method."""
    return first_paragraph(_doc(getattr(kind, name, None)))


def kinds_of(name: str, text: str) -> tuple[type, ...]:
    """What a name most likely holds, by how it was last made; a tensor where that is an expression, and a tensor or a
    tape where nothing is known of it."""
    word = re.escape(name)
    made = list(re.finditer(rf"(?:^|[\s;,]){word}[ \t]*(?::[^=\n]+)?=[ \t]*([^=\n][^\n]*)", text))
    opened = list(re.finditer(rf"with[ \t]+([^\n]*?)\bas[ \t]+{word}[ \t]*:", text))
    last = max([*made, *opened], key=lambda match: match.start(), default=None)
    if last is None:
        return (Tensor, GradientTape)
    value = last[1].strip()
    for start, kind in _MAKERS:
        if re.match(start, value):
            return (kind,)
    return (Tensor,)


_MAKERS: tuple[tuple[str, type], ...] = (
    (r"(?:\w+\.)*GradientTape\(", GradientTape),
    (r"(?:\w+\.)*ForwardAccumulator\(", gs.autodiff.ForwardAccumulator),
    (r"(?:\w+\.)*Variable\(", Variable),
    (r"(?:np|numpy)\.(?!random\.default_rng)\w[\w.]*\(", np.ndarray),
    (r"\[", list),
    (r"\{[^}]*:|\{\}|dict\(", dict),
    (r"\{|set\(", set),
    (r"[rfRF]?[\"']|str\(", str),
    (r"list\(|sorted\(", list),
    (r"tuple\(|\(.*,.*\)$", tuple),
)


_STARS: dict[Any, str] = {inspect.Parameter.VAR_POSITIONAL: "*", inspect.Parameter.VAR_KEYWORD: "**"}


def _parameters(function: Callable[..., Any], name: str) -> list[str]:
    """Parameters as a person would write them, without annotations."""
    try:
        found = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        head = re.match(rf"\s*{re.escape(name)}\(([^\n]*(?:\n[^\n]*)??)\)(?:\n|$)", _doc(function))
        if head is None:
            return []
        return split(re.sub(r"\s+", " ", head[1].replace("[", "").replace("]", "")))
    parts: list[str] = []
    before: Any = None
    for parameter in found:
        if before is not None and before.kind == before.POSITIONAL_ONLY and parameter.kind != before.kind:
            parts.append("/")
        if parameter.kind == parameter.KEYWORD_ONLY and not any(part.startswith("*") for part in parts):
            parts.append("*")
        stars = _STARS.get(parameter.kind, "")
        default = "" if parameter.default is parameter.empty else f"={_written(parameter.default)}"
        if not (stars == "**" and parameter.name.startswith("_")):
            parts.append(f"{stars}{parameter.name}{default}")
        before = parameter
    return parts


def _written(value: Any) -> str:
    if isinstance(value, enum.Enum):
        return f"{type(value).__name__}.{value.name}"
    text = repr(value)
    return "..." if text.startswith("<") or len(text) > 24 else text


def _doc(of: Any) -> str:
    doc = getattr(of, "__doc__", None)
    return inspect.cleandoc(doc) if isinstance(doc, str) and not isinstance(of, int | float | str) else ""


def first_paragraph(doc: str) -> str:
    """The first paragraph that says something, as one line; a signature before it (as in NumPy) does not count."""
    for part in re.split(r"\n\s*\n", inspect.cleandoc(doc)):
        plain = " ".join(part.split())
        if plain and not plain.startswith(">>>") and not re.match(r"[\w.]+\([^)]*\)+($| -+> )", plain):
            return plain if len(plain) <= _LONGEST_DOC else plain[: _LONGEST_DOC - 1].rstrip() + "…"
    return ""


def split(parameters: str) -> list[str]:
    """Parameters at the commas that stand in no bracket and no string."""
    parts, depth, quote, start = [], 0, "", 0
    for position, char in enumerate(parameters):
        if quote:
            quote = "" if char == quote else quote
        elif char in "\"'":
            quote = char
        elif char in "([{":
            depth += 1
        elif char in ")]}":
            depth -= 1
        elif char == "," and not depth:
            parts.append(parameters[start:position])
            start = position + 1
    parts.append(parameters[start:])
    return [" ".join(part.split()) for part in parts if part.strip()]
