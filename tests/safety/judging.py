"""Whether what the command said of a case is what it has to say."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from corpus import Case

_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
LONGEST = 500
"""Characters that one line of a refusal may have."""


def deviations(
    case: Case, verdict: str, lines: Sequence[str], values: Mapping[str, Any], opened: bool = True
) -> list[str]:
    """What is wrong with a verdict, the lines that give its reason, and the values.

    opened: False where the file was not even opened, which counts as refused and as an error.
    """
    wrong = [] if verdict in case.expects or (not opened and "error" in case.expects) else [_not(verdict, case)]
    if verdict == "ok":
        return wrong + list(_wrong_values(case, values))
    if not lines:
        return [*wrong, "no line that says why"]
    line = lines[0]
    place = re.match(rf"{re.escape(case.file)}:(\d+): ", line)
    if case.file not in line:
        wrong.append(f"the line does not name the file: {line[:80]}")
    elif case.line is not None and opened and (not place or int(place[1]) != case.line):
        wrong.append(f"names line {place[1] if place else 'none'}, not {case.line}")
    if case.words.lower() not in line.lower():
        wrong.append(f"does not say {case.words!r}: {line[:160]}")
    if "\n" in line or _CONTROLS.search(line):
        wrong.append(f"more than one line, or controls in it: {line[:80]!r}")
    if "no result" in line:
        wrong.append(f"the worker broke the rules of the channel: {line[:120]}")
    if len(line) > LONGEST:
        wrong.append(f"a line of {len(line)} characters")
    return wrong


def _not(verdict: str, case: Case) -> str:
    return f"{verdict}, not {'/'.join(case.expects)}"


def _wrong_values(case: Case, values: Mapping[str, Any]) -> Iterator[str]:
    for name, expected in case.values.items():
        found = values.get(name)
        if not _equal(found, expected):
            yield f"{name} is {str(found)[:40]}, not {str(expected)[:40]}"


def _equal(found: Any, expected: Any) -> bool:
    if isinstance(expected, list):
        fits = isinstance(found, list) and len(found) == len(expected)
        return fits and all(_equal(a, b) for a, b in zip(found, expected, strict=True))
    if isinstance(expected, bool) or not isinstance(found, int | float):
        return bool(found == expected)
    return math.isclose(found, expected, rel_tol=1e-9, abs_tol=1e-12)
