"""Completion: what can be typed here. Static: reads the op table and the text, runs nothing."""

from __future__ import annotations

import keyword
import re
from dataclasses import dataclass
from functools import cache, lru_cache

from gradstudio.engine.primitive import NAMES, TABLE
from gradstudio.language import signatures
from gradstudio.language.attributes import names_for
from gradstudio.language.calls import standing
from gradstudio.language.facade import Facade
from gradstudio.language.pure import builtin_names
from gradstudio.language.signatures import Signature, facades, own_functions, signature_for

_BEFORE = re.compile(r"([^\W\d][\w.]*\.|[)\]]\.)?(\w*)$")
_NAME = re.compile(r"[^\W\d]\w{2,}")


@dataclass(frozen=True, slots=True)
class Completion:
    """One proposal: the word, its signature, the first paragraph of its description, and what it is: "op:<family>",
    "library", "function", "name", "parameter", "method", "attribute", "module", "constant", "builtin" or "keyword"."""

    word: str
    signature: str = ""
    doc: str = ""
    kind: str = "name"


@dataclass(frozen=True, slots=True)
class Help:
    """The call at the cursor: its signature, and which parameter is being given (-1: none that is known)."""

    signature: Signature
    present: int


def completions(before: str, text: str = "", most: int = 60) -> list[Completion]:
    """Proposals for the end of `before` (the text up to the cursor, or its last lines); text is the whole program."""
    there = standing(before)
    if not there.is_code:
        return []
    line = before[before.rfind("\n") + 1 :]
    match = _BEFORE.search(line)
    owner, prefix = (match[1] or "")[:-1] if match else "", match[2] if match else ""
    if owner:
        return _after_point(owner, prefix, text)[:most]
    given = [] if there.call is None or there.call.keyword else _parameters(there.call.callee, text)
    given = [p for p in given if there.call is not None and p.word[:-1] not in there.call.given]
    if not prefix:
        return given[:most]
    if prefix[0].isdigit():
        return []
    small = prefix.lower()
    given = [p for p in given if p.word.startswith(prefix)]
    own = _own_names(text, prefix)
    functions = own_functions(text) if small in text.lower() else {}
    words = sorted({*_always(), *own})
    found = [_describe(word, own, functions) for word in _ranked(words, prefix, own)]
    return [*given, *found][:most]


def help_at(before: str, text: str) -> Help | None:
    """The signature of the call that the end of `before` stands in."""
    call = standing(before).call
    signature = signature_for(call.callee, text) if call is not None else None
    if call is None or signature is None:
        return None
    return Help(signature, signature.present(call.argument, call.keyword))


@cache
def _always() -> tuple[str, ...]:
    """Words that every program has."""
    ops = (name for name in NAMES if "." not in name)
    return tuple({*ops, *facades()["gs"].names(), "gs", "np", "math", *builtin_names(), *keyword.kwlist})


@lru_cache(4)
def _words_of(text: str) -> frozenset[str]:
    return frozenset(_NAME.findall(text))


def _own_names(text: str, prefix: str) -> set[str]:
    """Names in the text that are not ops or keywords; the word being typed only where it stands elsewhere too."""
    small = prefix.lower()
    found = {word for word in _words_of(text) if small in word.lower() and not keyword.iskeyword(word)}
    if prefix in found and len(re.findall(rf"\b{re.escape(prefix)}\b", text)) < 2:
        found.discard(prefix)
    return found


def _after_point(owner: str, prefix: str, text: str) -> list[Completion]:
    facade = signatures.facade_of(owner, text)
    if facade is not None:
        return [_member(word, facade) for word in _ranked(list(facade.names()), prefix, set())]
    kinds = signatures.kinds_of(owner, text)
    owners = {word: kind for kind in reversed(kinds) for word in names_for(kind)}
    return [_attribute(word, owners[word]) for word in _ranked(sorted(owners), prefix, set())]


def _parameters(callee: str, text: str) -> list[Completion]:
    signature = signature_for(callee, text)
    if signature is None:
        return []
    written = {signatures.name_of(parameter): parameter for parameter in signature.parameters}
    return [
        Completion(f"{name}=", written.get(name, name), f"Parameter of {signature.text}", "parameter")
        for name in signature.keywords()
    ]


def _ranked(words: list[str], prefix: str, own: set[str]) -> list[str]:
    """What begins with the prefix, then what holds it. The program's own names come first, and an op's own name before
    the names that others give to ops."""
    small = prefix.lower()
    first = sorted(
        (w for w in words if w.lower().startswith(small)),
        key=lambda w: (
            not w.startswith(prefix),
            w not in own or w in NAMES,
            w in NAMES and w not in TABLE,
            w.replace("_", "").lower(),
        ),
    )
    inside = [w for w in words if small in w.lower() and not w.lower().startswith(small)] if len(small) > 2 else []
    return first + inside


def _describe(word: str, own: set[str], functions: dict[str, Signature]) -> Completion:
    """A word that stands by itself."""
    if word in functions:
        return _called(word, functions[word])
    if word in NAMES:
        return _called(word, signatures.of_op(word))
    if word in facades()["gs"].names():
        return _member(word, facades()["gs"])
    if keyword.iskeyword(word):
        return Completion(word, "", _KEYWORDS.get(word, ""), "keyword")
    if word in facades():
        return Completion(word, "", "A library that every program has.", "module")
    builtin = signatures.of_builtin(word) if word not in own else None
    if builtin is not None:
        return _called(word, builtin) if builtin.parameters else Completion(word, "", builtin.doc, "builtin")
    return Completion(word, "", "", "name")


def _called(word: str, signature: Signature) -> Completion:
    return Completion(word, signature.text, signature.doc, signature.kind)


def _member(word: str, facade: Facade) -> Completion:
    """A member of a library."""
    found = facade.member(word)
    if isinstance(found, Facade):
        return Completion(word, "", "", "module")
    signature = signatures.member(facade, word)
    if signature is not None:
        return _called(word, signature)
    shown = f"= {found!r}" if isinstance(found, int | float) else ""
    return Completion(word, shown, "", "constant")


def _attribute(word: str, kind: type) -> Completion:
    """An attribute or a method of a kind of value."""
    signature = signatures.method(kind, word)
    if signature is not None:
        return _called(word, signature)
    return Completion(word, "", signatures.about(kind, word), "attribute")


_KEYWORDS = {
    "with": "Opens a block, as in: with gs.GradientTape() as tape:",
    "def": "Begins a function of your own.",
    "for": "Repeats a block for each of several values; its passes are shown as a stack.",
    "while": "Repeats a block as long as a condition holds.",
    "lambda": "A function in one expression.",
    "global": "Says that a name is the program's and not the function's own.",
    "nonlocal": "Says that a name is that of the function around.",
    "return": "Ends a function and says what it gives.",
    "import": "Brings gradstudio, numpy or math under a name.",
}
