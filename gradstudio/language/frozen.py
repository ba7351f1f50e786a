"""Facade: a module as programs see it."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from gradstudio.language.grammar import WITHHELD
from gradstudio.language.guarded_errors import WithheldAttributeError

_NO_REASONS: Mapping[str, str] = MappingProxyType({})


class Facade:
    """A module as programs see it: only the members listed when it was made, and no way to change them."""

    __slots__ = ("_members", "_title", "_withheld")
    _members: Mapping[str, Any]
    _title: str
    _withheld: Mapping[str, str]

    def __init__(self, title: str, members: Mapping[str, Any], withheld: Mapping[str, str] = _NO_REASONS) -> None:
        """withheld: what the module itself has and this does not give, with the reason."""
        object.__setattr__(self, "_title", title)
        object.__setattr__(self, "_members", MappingProxyType(dict(members)))
        object.__setattr__(self, "_withheld", withheld)

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"{self._title} cannot be changed")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{self._title} cannot be changed")

    def member(self, name: str) -> Any:
        """The member. Raises AttributeError with the reason, marked, where it is withheld, or with a suggestion."""
        try:
            return self._members[name]
        except KeyError:
            raise self._without(f"{self._title}.{name:.60}", name) from None

    def _without(self, shown: str, name: str) -> AttributeError:
        why = self._withheld.get(name, WITHHELD.get(name))
        if why is None and name in sys.stdlib_module_names:
            why = "Python's own modules are out of reach"
        if why is not None:
            return WithheldAttributeError(f"`{shown}` is not available: {why}")
        near = difflib.get_close_matches(name, self._members, 1)
        return AttributeError(f"`{shown}` is not available{f'; did you mean `{near[0]}`?' if near else ''}")

    def names(self) -> tuple[str, ...]:
        """All members, sorted."""
        return tuple(sorted(self._members))

    def __repr__(self) -> str:
        return f"<{self._title}>"
