"""The settings a file carries: a PEP 723 comment block, anywhere in the file, whose [tool.gradstudio] table is TOML."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from typing import Any

from gradstudio.engine.problem import Problem
from gradstudio.engine.trace import Span
from gradstudio.language.header_bounds import excess

KNOWN = {"format", "precision", "inputs", "view"}
POWERLESS = {"trusted", "trust", "limits", "limit"}
PRECISIONS = ("float64", "float32")
FORMAT = 1
"""The newest format of headers that is known here."""

_TOLD = 5  # unknown keys that are named
_OPENING = "# /// script"


@dataclass(frozen=True, slots=True)
class Header:
    """precision is "float64" or "float32"; table is all of [tool.gradstudio] as it stands in the file."""

    precision: str = "float64"
    table: dict[str, Any] = field(default_factory=dict)
    first_line: int = 0  # 0: the file has no header
    last_line: int = 0


def read_header(text: str) -> tuple[Header, tuple[Problem, ...]]:
    """The header of a program, and what is odd about it. A broken header counts as none."""
    if _OPENING not in text:
        return Header(), ()
    lines = text.split("\n")
    start = next((i for i, line in enumerate(lines) if line.rstrip() == _OPENING), None)
    if start is None:
        return Header(), ()
    body: list[str] = []
    end = None
    for i in range(start + 1, len(lines)):
        line = lines[i].rstrip()
        if line == "# ///":
            end = i
            break
        if not line.startswith("#"):
            break
        body.append(line[2:] if line.startswith("# ") else line[1:])
    span = (start + 1, 0, start + 1, len(lines[start]))
    if end is None:
        return Header(), (_warning("the header does not end", span, "close it with a line `# ///`"),)
    source = "\n".join(body)
    beyond = excess(source)
    if beyond:
        return Header(), (_warning(f"the header was not read: {beyond}", span),)
    try:
        tool = tomllib.loads(source).get("tool", {})
        table = tool.get("gradstudio", {}) if isinstance(tool, dict) else {}
    except (ValueError, TypeError, RecursionError, MemoryError) as error:  # also a number of too many digits
        first = str(error).splitlines()[0][:200] if str(error) else "not TOML"
        return Header(), (_warning(f"the header is not valid TOML: {first}", span),)
    if not isinstance(table, dict):
        return Header(), (_warning("[tool.gradstudio] in the header is not a table", span),)
    problems = _oddities(table, span)
    if any(line.rstrip() == _OPENING for line in lines[end + 1 :]):
        problems.append(_warning("there is more than one header; only the first is read", span))
    precision = table.get("precision")
    if precision not in PRECISIONS:
        precision = PRECISIONS[0]
    return Header(precision, table, start + 1, end + 1), tuple(problems)


def _oddities(table: dict[str, Any], span: Span) -> list[Problem]:
    """What is unknown in a table, without effect, or of the wrong kind: each once, and no more than a person reads."""
    problems: list[Problem] = []
    unknown = [key for key in table if key not in KNOWN and key not in POWERLESS]
    for key in POWERLESS & table.keys():
        said = f"{key!r} in the header has no effect: a file cannot grant itself rights"
        problems.append(Problem("info", "header", said, span))
    for key in unknown[:_TOLD]:
        said = f"{_short(key)} in the header is unknown; it is kept and ignored"
        problems.append(Problem("info", "header", said, span))
    if len(unknown) > _TOLD:
        said = f"{len(unknown) - _TOLD:,} more keys in the header are unknown; they are kept and ignored"
        problems.append(Problem("info", "header", said, span))
    made_with = table.get("format", FORMAT)
    if type(made_with) is not int or made_with < 1:
        problems.append(_warning(f"format = {_short(made_with)} is no number of a format", span, f"use {FORMAT}"))
    elif made_with > FORMAT:
        said = f"this file was made by a newer version (format {_short(made_with)}); what is unknown here is kept"
        problems.append(_warning(said, span))
    precision = table.get("precision", PRECISIONS[0])
    if precision not in PRECISIONS:
        said = f"precision = {_short(precision)} is unknown"
        problems.append(_warning(said, span, 'use "float64" or "float32"'))
    for key in ("inputs", "view"):
        if not isinstance(table.get(key, {}), dict):
            problems.append(_warning(f"{key!r} in the header is not a table; it is kept and ignored", span))
    return problems


def _warning(said: str, span: Span, hint: str = "") -> Problem:
    return Problem("warn", "header", said, span, hint)


def _short(value: object) -> str:
    shown = repr(value if not isinstance(value, str) else value[:60]) if not isinstance(value, list | dict) else "..."
    return shown[:40]
