"""Searching the catalogue: by name, part of a name, another name, what people call it, or what its text says."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache

from gradstudio.studio.palette.catalogue import entries
from gradstudio.studio.palette.entry import Entry
from gradstudio.studio.palette.synonyms import COMMON, SYNONYMS

EXACT, PREFIX, WORD, ALIAS, SYNONYM, INSIDE, DOC, FUZZY = range(8)
"""How well an entry fits, best first."""

_BREAK = re.compile(r"[^0-9a-z]+")
_LONGEST = 60  # characters of a search that are read


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry that fits, which letters of its title were typed, and if none, the other name that led to it."""

    entry: Entry
    rank: int  # one of EXACT .. FUZZY
    letters: tuple[int, ...] = ()
    via: str = ""


def search(words: str, among: Iterable[Entry] | None = None, recent: Collection[str] = ()) -> list[Hit]:
    """The entries that fit, best first; among equals recent ones, then common ones, then those of short names.

    Several words must all fit, unless together they are one name: "log sum exp". Letters scattered over a name count
    only where nothing else fits. No words: everything, as listed.
    """
    pool = entries() if among is None else among
    text = words[:_LONGEST].strip().lower()
    if not text:
        return [Hit(each, DOC) for each in pool]
    hits = [hit for each in pool if (hit := _match(each, text)) is not None]
    if any(hit.rank < FUZZY for hit in hits):
        hits = [hit for hit in hits if hit.rank < FUZZY]
    order = {id: place for place, id in enumerate(recent)}
    worst = len(order)
    hits.sort(key=lambda hit: (hit.rank, order.get(hit.entry.id, worst), _likely(hit, text), hit.entry.title))
    return hits


def _likely(hit: Hit, text: str) -> tuple[int, int, int]:
    """Small for what is meant often: the order of a synonym's ops, then COMMON, then few letters."""
    said = _synonym_place(hit.entry.id, text) if hit.via else 0
    return said, 0 if hit.entry.id in _common() else 1, len(hit.entry.title)


@cache
def _common() -> frozenset[str]:
    return frozenset(COMMON)


@cache
def _synonyms() -> dict[str, tuple[tuple[str, int], ...]]:
    """Op -> (what people call it, its place among those they mean)."""
    found: dict[str, list[tuple[str, int]]] = {}
    for said, names in SYNONYMS:
        for place, name in enumerate(names.split()):
            found.setdefault(name, []).append((said, place))
    return {name: tuple(pairs) for name, pairs in found.items()}


def _synonym_place(id: str, text: str) -> int:
    return min((place for said, place in _synonyms().get(id, ()) if _begins(said, text)), default=0)


def _begins(name: str, text: str) -> bool:
    """Whether a name begins with the text, at its start or at the start of one of its words."""
    flat, wanted = _flat(name), _flat(text)
    return f" {wanted}" in f" {flat}" if wanted else False


@cache
def _flat(text: str) -> str:
    return _BREAK.sub(" ", text.lower()).strip()


@cache
def _doc_words(entry: Entry) -> frozenset[str]:
    return frozenset(_flat(f"{entry.doc} {entry.category}").split())


def _match(entry: Entry, text: str) -> Hit | None:
    found = _match_whole(entry, text)
    parts = text.split()
    if len(parts) > 1 and (found is None or found.rank > SYNONYM):
        hits = [_match_whole(entry, part) for part in parts]
        if any(hit is None or hit.rank == FUZZY for hit in hits):
            return found
        there = [hit for hit in hits if hit is not None]
        letters = tuple(sorted({k for hit in there for k in hit.letters}))
        # Words one by one say less than a name as a whole does.
        together = Hit(entry, max(INSIDE, *(hit.rank for hit in there)), letters)
        return together if found is None or together.rank < found.rank else found
    return found


def match_title(title: str, text: str) -> tuple[int, tuple[int, ...]] | None:
    """How well a text (in small letters) fits a title, and the letters it is made of; None if it does not."""
    title = title.lower()
    packed = _packed(text)
    if not packed:
        return None
    if text == title:
        return EXACT, tuple(range(len(title)))
    if title.startswith(text):
        return PREFIX, tuple(range(len(text)))
    at = max(title.find(f"_{text}"), title.find(f" {text}"))
    if at >= 0:
        return WORD, tuple(range(at + 1, at + 1 + len(text)))
    if _packed(title).startswith(packed):
        return WORD, _subsequence(title, packed)
    at = title.find(text) if len(text) > 1 else -1
    if at >= 0:
        return INSIDE, tuple(range(at, at + len(text)))
    letters = _subsequence(title, packed) if len(packed) >= 3 else ()
    return (FUZZY, letters) if letters else None


def _packed(text: str) -> str:
    return text.replace(" ", "").replace("_", "").replace("-", "")


def _match_whole(entry: Entry, text: str) -> Hit | None:
    found = match_title(entry.title, text.replace(" ", "_") if entry.kind == "op" else text)
    by_title = None if found is None else Hit(entry, *found)
    if by_title is not None and by_title.rank <= PREFIX:
        return by_title
    called = _match_other_name(entry, text)
    if called is not None and (by_title is None or called.rank < by_title.rank):
        return called
    if by_title is not None and by_title.rank <= WORD:
        return by_title
    if by_title is not None and by_title.rank == INSIDE:
        return by_title
    flat = _flat(text)
    if len(flat) >= 3 and any(word.startswith(flat) for word in _doc_words(entry)):
        return Hit(entry, DOC)
    return by_title


def _match_other_name(entry: Entry, text: str) -> Hit | None:
    said = [said for said, _ in _synonyms().get(entry.id, ())]
    for name in (*entry.names, *said):
        if name == text:
            return Hit(entry, PREFIX, (), name)  # as good as half of its name
    for name in entry.names:
        if name.rpartition(".")[2].startswith(text):
            return Hit(entry, ALIAS, (), name)
    for name in (*said, *entry.names):
        if _begins(name, text):
            return Hit(entry, SYNONYM, (), name)
    return None


def _subsequence(title: str, text: str) -> tuple[int, ...]:
    """Where the letters of a text stand in a title, in order and not far apart; () if they do not."""
    places, at = [], 0
    for letter in text:
        at = title.find(letter, at)
        if at < 0:
            return ()
        places.append(at)
        at += 1
    return tuple(places) if places[-1] - places[0] < 3 * len(text) + 2 else ()
