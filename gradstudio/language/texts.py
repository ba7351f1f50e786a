"""Methods of text that could build huge results, with a bound on what they build."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from gradstudio.language.guarded_errors import TooLongError
from gradstudio.language.limits import FORMAT_WIDTH, LENGTH

WORDS = frozenset(["join", "replace", "ljust", "rjust", "center", "zfill"])


_PERCENT = re.compile(r"%(?:\([^()]*\))?[#0\- +]*(\*|\d*)(?:\.(\*|\d*))?")


def too_wide(specification: str) -> bool:
    """Whether what stands behind the colon of a format asks for a width or precision above the limit."""
    return any(len(run) > 3 or int(run) > FORMAT_WIDTH for run in re.findall(r"\d+", specification))


def is_modest(template: str) -> bool:
    """Whether every width and precision of a template for % is written out, and within the limit."""
    return not any(
        run == "*" or len(run) > 3 or (run and int(run) > FORMAT_WIDTH)
        for found in _PERCENT.findall(template)
        for run in found
    )


def words(text: str, name: str) -> Callable[..., str]:
    """The bounded form of text.join, text.replace and the methods that pad. Raises TooLongError past the limit."""

    def join(parts: Iterable[str], /) -> str:
        found: list[str] = []
        size = 0
        for part in parts:
            size += len(part) + len(text)
            _need(size)
            found.append(part)
        return text.join(found)

    def replace(old: str, new: str, count: int = -1, /) -> str:
        times = text.count(old) if old else len(text) + 1
        _need(len(text) + times * max(len(new) - len(old), 0))
        return text.replace(old, new, count)

    def padded(width: int, *fill: Any) -> str:
        _need(width)
        return getattr(text, name)(width, *fill)  # type: ignore[no-any-return]

    return join if name == "join" else replace if name == "replace" else padded


def _need(size: int) -> None:
    if size > LENGTH:
        raise TooLongError(f"the text would have {size:,} characters; the limit is {LENGTH:,}")
