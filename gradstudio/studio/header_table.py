"""The header of a text, written: entries of a table below [tool.gradstudio], and not one other byte."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from gradstudio.language.header import read_header

_UNREADABLE = "The header in line {line} is to keep {what}, but {why}. Mend it first."


def with_entries(text: str, path: tuple[str, ...], entries: Mapping[str, Any], what: str) -> str:
    """The text with entries in [tool.gradstudio.<path>] of its header; None takes an entry out.

    A text without a header gets one at its end, where it moves no line; tables that end up empty go, and so does a
    header that holds nothing any more. Raises ValueError, in one line that says `what` was to be kept there, for a
    header that cannot be read: it must not be overwritten.
    """
    header, problems = read_header(text)
    broken = next((p for p in problems if p.severity == "warn" and not header.first_line), None)
    if broken is not None:
        raise ValueError(_UNREADABLE.format(line=broken.span[0], what=what, why=broken.message))
    lines = text.split("\n")
    first, last = header.first_line, header.last_line
    body = "\n".join(line.rstrip()[2:] for line in lines[first : last - 1]) if first else ""
    try:
        table = tomlkit.parse(body)
        _set(table, ("tool", "gradstudio", *path), entries)
        new = tomlkit.dumps(table).strip("\n")
    except (TOMLKitError, TypeError, AttributeError) as error:
        why = str(error).split("\n")[0] if isinstance(error, TOMLKitError) else f"[{'.'.join(path)}] is not a table"
        raise ValueError(_UNREADABLE.format(line=first, what=what, why=why)) from None
    if new == body:
        return text
    block = ["# /// script", *(f"# {line}".rstrip() for line in new.split("\n")), "# ///"] if new else []
    if first:
        rest = lines[last:]
        before = lines[: first - 1]
        if not block and before and not before[-1].strip() and not any(line.strip() for line in rest):
            before = before[:-1]  # the empty line that set it apart
        return "\n".join([*before, *block, *rest])
    if not block:
        return text
    gap = "" if not text or text.endswith("\n\n") else "\n" if text.endswith("\n") else "\n\n"
    return text + gap + "\n".join(block) + "\n"


def _set(table: tomlkit.TOMLDocument, names: tuple[str, ...], entries: Mapping[str, Any]) -> None:
    """Write the entries that are something, and take out the tables that end up empty."""
    path: list[Any] = [table]
    for name in names:
        if name not in path[-1]:
            is_last = name == names[-1]
            path[-1].add(name, tomlkit.table(is_super_table=not is_last))
        path.append(path[-1][name])
    for key, value in entries.items():
        if value is None:
            path[-1].pop(key, None)
        elif key not in path[-1] or path[-1][key] != value:
            path[-1][key] = _item(value)
    for outer, name in zip(reversed(path[:-1]), reversed(names), strict=True):
        if not outer[name]:
            outer.pop(name)


def _item(value: Any) -> Any:
    """A list stands on lines of its own where it would be long."""
    if not isinstance(value, list):
        return value
    array = tomlkit.array()
    array.extend(value)
    return array.multiline(len(array.as_string()) > 100)
