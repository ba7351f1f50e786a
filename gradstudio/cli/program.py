"""A computation file on the command line: read, run in a worker, and what came of it in words and as JSON."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec

from gradstudio.cli.terminal import Refusal, one_line
from gradstudio.diagnosis import diagnose
from gradstudio.diagnosis.wording import count
from gradstudio.engine.problem import Problem
from gradstudio.language.needs import needs
from gradstudio.studio.document import Document
from gradstudio.studio.reading import NotOpened, name_of
from gradstudio.studio.saving import write_atomically
from gradstudio.studio.sweeps import labels
from gradstudio.studio.trust import Gate, Origin
from gradstudio.worker.client import run_once
from gradstudio.worker.messages import Finished, Limits
from gradstudio.worker.permission import Permission

UNREAD = "file"
"""The kind of the problem of a file that could not be read."""

COMPLAINTS = 20
LINES, WIDTH = 200, 500
"""How much of a summary is printed."""

LISTED = 6
"""More sweeps than this are not all printed: of a gradient() call that ran often, only the last turn is."""


@dataclass(frozen=True, slots=True)
class Ran:
    """A program and the end of its run."""

    name: str
    text: str
    finished: Finished
    printed: str
    notes: tuple[Problem, ...]  # what the diagnoses found in a run that went well
    file: Path | None = None
    folder: Path | None = None  # where its data lie
    is_trusted: bool = False  # it ran, or was checked, as full Python

    @property
    def is_ok(self) -> bool:
        """Whether it ran to its end."""
        return self.finished.status == "ok"

    @property
    def exit_status(self) -> int:
        """0 for a good run, 1 for any other, 2 if there was no program to run."""
        return 0 if self.is_ok else 2 if self.finished.problems[0].kind == UNREAD else 1


def permission(document: Document, full_python: bool = False) -> Permission:
    """How a file may run. full_python: the person has said so for this call."""
    data = document.as_bytes("surrogatepass")
    return Gate().may_run(data, Origin.COMMAND, document.folder, document.path, consent=full_python)


def run(
    file: Path,
    seconds: float = Limits().seconds,
    want_values: bool = True,
    full_python: bool = False,
    check_only: bool = False,
) -> Ran:
    """Run a file in a worker and wait. A file that cannot be read is a run that was refused or failed."""
    try:
        document = Document.open(file)
    except NotOpened as error:
        problem = Problem("error", UNREAD, error.why, (error.line, 0, error.line, 0))
        status = "refused" if error.is_refused else "error"
        return Ran(name_of(file), "", Finished(0, status, None, (problem,)), "", ())
    text, limits = document.text, Limits(seconds=seconds)
    allowed = permission(document, full_python)
    finished, printed = run_once(text, document.folder, limits, want_values, check_only, allowed)
    if finished.status == "refused":
        finished = msgspec.structs.replace(finished, problems=with_way_out(text, finished.problems))
    notes = diagnose(finished.trace, text) if finished.status == "ok" and finished.trace is not None else ()
    return Ran(name_of(file), text, finished, printed, notes, file, document.folder, allowed.mode == "trusted")


def late(file: Path, seconds: float) -> Ran:
    """What a file came to whose command took too long."""
    said = f"stopped after {seconds:g} s: running it and drawing what it recorded took too long"
    problem = Problem("error", "limit", said, hint="--seconds allows more")
    return Ran(name_of(file), "", Finished(0, "limited", None, (problem,)), "", ())


def with_way_out(text: str, problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """Where full Python would run what is refused, the first refusal says how, for a person who wrote the file."""
    if not problems or not needs(text):
        return problems
    first, *rest = problems
    hint = "; ".join(part for part in (first.hint, "if you wrote this file, --full-python runs it as it is") if part)
    return replace(first, hint=hint), *rest


def described(name: str, problem: Problem) -> str:
    """ "name.grad:7: what and why (what to do)"; what concerns a whole file is said of its first line."""
    line = problem.span[0] or (1 if problem.severity == "error" else 0)
    place = f"{name}:{line}" if line else name
    word = {"error": "", "warn": "warning: ", "info": "note: "}[problem.severity]
    hint = f" ({one_line(problem.hint)})" if problem.hint else ""
    return f"{one_line(place)}: {word}{one_line(problem.message)}{hint}"


def descriptions(name: str, problems: Sequence[Problem]) -> list[str]:
    """One line for each problem, errors first, and no more than a person reads."""
    ordered = sorted(problems, key=lambda problem: problem.severity != "error")
    lines = [described(name, problem) for problem in ordered[:COMPLAINTS]]
    if len(ordered) > COMPLAINTS:
        lines.append(f"{one_line(name)}: and {len(ordered) - COMPLAINTS} more")
    return lines


def complain(ran: Ran) -> None:
    """Say the problems of a run on the error stream, one line each."""
    for line in descriptions(ran.name, (*ran.finished.problems, *ran.notes)):
        print(line, file=sys.stderr)


def as_json(ran: Ran) -> str:
    """The run as one JSON object; NaN and infinities are the strings "NaN", "Infinity" and "-Infinity"."""
    finished = ran.finished
    errors = [problem for problem in finished.problems if problem.severity == "error"]
    error: dict[str, object] | None = None
    if not ran.is_ok:
        first = errors[0] if errors else Problem("error", finished.status, finished.status)
        error = {"message": first.message, "line": first.span[0] or None, "kind": first.kind}
        if first.hint:
            error["hint"] = first.hint
    whole = {
        "status": "error" if finished.status == "died" else finished.status,
        "values": finished.values,
        "sweeps": _sweeps(finished),
        "error": error,
        "problems": [
            {"severity": p.severity, "kind": p.kind, "message": p.message, "line": p.span[0] or None, "hint": p.hint}
            for p in (*finished.problems, *ran.notes)
            if p.severity != "error"
        ],
        "seconds": round(finished.seconds, 6),
    }
    try:
        return json.dumps(whole, allow_nan=False)
    except ValueError:
        return json.dumps(_finite(whole), allow_nan=False)


def _sweeps(finished: Finished) -> list[dict[str, object]]:
    if finished.trace is None:
        return []
    rows: list[dict[str, object]] = []
    for sweep, gradients in zip(finished.trace.sweeps, finished.gradients, strict=False):
        rows.append(
            {
                "target": list(sweep.target_names),
                "sources": list(sweep.source_names),
                "line": sweep.span[0] or None,
                "automatic": sweep.automatic,
                "gradients": gradients,
            }
        )
    return rows


def _finite(value: Any) -> Any:
    """The same with strings for what JSON has no number for."""
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if isinstance(value, dict):
        return {key: _finite(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(part) for part in value]
    return value


def summary(ran: Ran) -> list[str]:
    """Lines for a person: how large the run was, and its gradients."""
    finished = ran.finished
    trace = finished.trace
    if trace is None or not ran.is_ok:
        return []
    size = f"{count(len(trace.records.op), 'record')}, {count(len(trace.sweeps), 'sweep')}"
    lines = [f"{ran.name}: {size}, {finished.seconds:.3f} s"]
    for number, (label, gradients) in enumerate(zip(labels(trace), finished.gradients, strict=False), 1):
        if label.turn != label.turns and len(trace.sweeps) > LISTED:
            continue
        passage = f", {label.passage}" if label.passage else ""
        lines.append(f"sweep {number}: gradient of {label.target} ({label.place}{passage})")
        lines += [f"  d {label.target} / d {name} = {short(value)}" for name, value in gradients.items()]
    if len(lines) > LINES:
        lines[LINES:] = [f"... {len(lines) - LINES} lines more; --json has all of them"]
    return [one_line(line.rstrip(), WIDTH) if line == line.lstrip() else "  " + one_line(line, WIDTH) for line in lines]


def short(value: object) -> str:
    """A number, or a nested list cut after a few elements."""
    parts: list[str] = []
    _write(value, parts)
    return "".join(parts)


def _write(value: object, parts: list[str], shown: int = 6) -> None:
    if isinstance(value, list):
        parts.append("[")
        for i, part in enumerate(value[:shown]):
            parts.append(", " if i else "")
            _write(part, parts)
        parts.append(f", ... {len(value):,} in all]" if len(value) > shown else "]")
    elif isinstance(value, float):
        parts.append(f"{value:.6g}")
    else:
        parts.append(str(value))


def write(target: Path, data: bytes, ran: Ran | None = None) -> None:
    """Write a result whole or not at all. Raises Refusal, and for a file that the run itself was made from."""
    if not target.parent.is_dir():
        raise Refusal(f"{target} was not written: there is no folder {target.parent}; make it first")
    if ran is not None and _is_source(target, ran):
        raise Refusal(f"{target} was not written: it is what the result is made from; give another name")
    try:
        write_atomically(target, data)
    except (OSError, ValueError) as error:
        why = (getattr(error, "strerror", None) or str(error)).lower()
        raise Refusal(f"{target} was not written: {why}; choose another place") from None


def _is_source(target: Path, ran: Ran) -> bool:
    """Whether a place is that of the program, or of a file that its text names."""
    place = target.resolve()
    if ran.file is not None and place == ran.file.resolve():
        return True
    if ran.folder is None or not place.is_relative_to(ran.folder.resolve()):
        return False
    name = place.relative_to(ran.folder.resolve()).as_posix()
    return place.exists() and any(f"{name}{mark}" in ran.text for mark in "\"'")
