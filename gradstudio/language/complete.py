"""Completion: what can be typed here. Static: reads the op table and the text, runs nothing."""

from __future__ import annotations

import keyword
import re
from dataclasses import dataclass
from functools import cache

from gradstudio.engine.primitive import NAMES, TABLE
from gradstudio.engine.tape import GradientTape
from gradstudio.engine.tensor import Tensor
from gradstudio.language.attributes import names_for
from gradstudio.language.facade import Facade, gradstudio_facade, math_facade, numpy_facade
from gradstudio.language.pure import builtin_names

_BEFORE = re.compile(r"([A-Za-z_][\w.]*\.)?(\w*)$")
_NAME = re.compile(r"\b[A-Za-z]\w{2,}\b")


@dataclass(frozen=True, slots=True)
class Completion:
    """One proposal: the word, its signature (or kind) and the first line of its description."""

    word: str
    signature: str
    doc: str


@cache
def _facades() -> dict[str, Facade]:
    gs = gradstudio_facade(lambda name: None)
    np = numpy_facade()
    found = {"gs": gs, "tf": gs, "gradstudio": gs, "np": np, "numpy": np, "math": math_facade(False)}
    for owner in ("gs", "tf", "np"):
        for name in found[owner].names():
            member = found[owner].member(name)
            if isinstance(member, Facade):
                found[f"{owner}.{name}"] = member
    return found


def completions(before: str, text: str = "", most: int = 60) -> list[Completion]:
    """Proposals for the end of `before` (the line up to the cursor); text is the whole program."""
    code = before.split("#")[0] if before.count('"') % 2 == 0 else ""
    if len(code) < len(before):
        return []
    match = _BEFORE.search(code)
    owner, prefix = (match[1] or "")[:-1] if match else "", match[2] if match else ""
    if owner:
        facade = _facades().get(owner)
        words = list(facade.names()) if facade is not None else sorted(names_for(GradientTape) | names_for(Tensor))
        return [_describe(word, facade) for word in _ranked(words, prefix)][:most]
    if not prefix or prefix[0].isdigit():
        return []
    own = {word for word in _NAME.findall(text) if word != prefix}
    words = sorted(
        {*(n for n in NAMES if "." not in n), *_facades()["gs"].names(), *builtin_names(), *keyword.kwlist, *own}
    )
    return [_describe(word, _facades()["gs"]) for word in _ranked(words, prefix)][:most]


def _ranked(words: list[str], prefix: str) -> list[str]:
    small = prefix.lower()
    # An op's own name comes before the names that others give to ops.
    first = sorted(
        (w for w in words if w.lower().startswith(small)),
        key=lambda w: (not w.startswith(prefix), w in NAMES and w not in TABLE, w.replace("_", "").lower()),
    )
    inside = [w for w in words if small in w.lower() and not w.lower().startswith(small)] if len(small) > 2 else []
    return first + inside


def _describe(word: str, facade: Facade | None) -> Completion:
    row = NAMES.get(word)
    if row is not None:
        alias = "" if row.name == word else f" ({row.name})"
        return Completion(word, row.signature + alias, row.doc.split("\n")[0])
    if facade is not None and word in facade.names():
        doc = (getattr(facade.member(word), "__doc__", "") or "").strip().split("\n")[0]
        return Completion(word, word, doc[:100] if not isinstance(facade.member(word), float) else "constant")
    return Completion(word, "keyword" if keyword.iskeyword(word) else "", "")
