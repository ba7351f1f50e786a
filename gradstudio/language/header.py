"""The settings a file carries: a PEP 723 comment block, anywhere in the file, whose [tool.gradstudio] table is TOML."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from typing import Any

from gradstudio.engine.problem import Problem

KNOWN = {"format", "precision", "inputs", "view"}
POWERLESS = {"trusted", "trust", "limits", "limit"}
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
        return Header(), (Problem("warn", "header", "the header does not end", span, "close it with a line `# ///`"),)
    source = "\n".join(body)
    if len(source) > 65536 or any(line.count(".") > 32 or line.count("[") > 32 for line in body):
        return Header(), (Problem("warn", "header", "the header is too large and was not read", span),)
    try:
        table = tomllib.loads(source).get("tool", {}).get("gradstudio", {})
    except (tomllib.TOMLDecodeError, RecursionError, AttributeError) as error:
        first = str(error).splitlines()[0] if str(error) else "not TOML"
        return Header(), (Problem("warn", "header", f"the header is not valid TOML: {first}", span),)
    if not isinstance(table, dict):
        return Header(), (Problem("warn", "header", "[tool.gradstudio] in the header is not a table", span),)
    problems = []
    for key in table:
        if key in POWERLESS:
            problems.append(
                Problem(
                    "info", "header", f"{key!r} in the header has no effect: a file cannot grant itself rights", span
                )
            )
        elif key not in KNOWN:
            problems.append(
                Problem("info", "header", f"{str(key)[:40]!r} in the header is unknown; it is kept and ignored", span)
            )
    precision = table.get("precision", "float64")
    if precision not in ("float64", "float32"):
        problems.append(
            Problem(
                "warn", "header", f"precision = {str(precision)[:40]!r} is unknown", span, 'use "float64" or "float32"'
            )
        )
        precision = "float64"
    return Header(precision, table, start + 1, end + 1), tuple(problems)
