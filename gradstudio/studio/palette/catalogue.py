"""The catalogue: every op of the table as an entry, by category, and the leaves; nothing is listed a second time.

`entries()` gives all, `entry(id)` one, `CATEGORIES` the families under the titles that people read.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import gradstudio as _gs  # noqa: F401  (fills the table)
from gradstudio.engine.primitive import TABLE, Primitive
from gradstudio.graph.model import FAMILIES
from gradstudio.studio.palette.entry import LEAVES, Entry

LEAF = "leaf"
_TITLES = {"linalg": "Linear algebra", "shape": "Shape, index"}


@dataclass(frozen=True, slots=True)
class Category:
    """One family of ops; the leaves are one as well, though they are in no row of the table."""

    id: str  # of FAMILIES
    title: str
    icon: str  # of resources/icons

    @property
    def family(self) -> int:
        """Its number in FAMILIES, which colours are found by."""
        return FAMILIES.index(self.id)


CATEGORIES: tuple[Category, ...] = tuple(
    Category(name, _TITLES.get(name, name.capitalize()), name) for name in FAMILIES if name != LEAF
)
LEAF_CATEGORY = Category(LEAF, "Values", "parameter")


@cache
def entries() -> tuple[Entry, ...]:
    """Leaves, then ops, both in the order that lists show them: ops by name."""
    return (*LEAVES, *(_entry(TABLE[name]) for name in sorted(TABLE)))


@cache
def _by_id() -> dict[str, Entry]:
    return {each.id: each for each in entries()}


def entry(id: str) -> Entry | None:
    """The entry of an id, or None if there is none (an op of another version)."""
    return _by_id().get(id)


def known(ids: Iterable[str]) -> tuple[Entry, ...]:
    """The entries of those ids that there are."""
    return tuple(found for id in ids if (found := entry(id)) is not None)


@cache
def in_category(id: str) -> tuple[Entry, ...]:
    """The entries of a category, in the order of lists."""
    return tuple(each for each in entries() if each.category == id)


def category(id: str) -> Category:
    """The category of an id."""
    return next(each for each in (*CATEGORIES, LEAF_CATEGORY) if each.id == id)


def _entry(row: Primitive) -> Entry:
    doc = row.doc.split("\n\n")[0].replace("\n", " ")
    return Entry(row.name, "op", row.name, row.family, row.family, (*row.aliases, *row.spellings), doc)
