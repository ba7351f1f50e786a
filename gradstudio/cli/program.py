"""A computation file on the command line: read, run in a worker, and what came of it in words and as JSON."""

from __future__ import annotations

import json
import math
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec

from gradstudio.cli.terminal import Refusal, one_line, printable
from gradstudio.diagnosis import diagnose
from gradstudio.diagnosis.wording import count
from gradstudio.engine.problem import Problem
from gradstudio.language.data import read_data
from gradstudio.language.needs import needs
from gradstudio.studio.document import Document, DocumentError
from gradstudio.studio.saving import write_atomically
from gradstudio.studio.sweeps import labels
from gradstudio.studio.trust import Gate, Origin
from gradstudio.worker.client import Data, run_once
from gradstudio.worker.messages import Finished, Limits
from gradstudio.worker.permission import Permission

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

    @property
    def is_ok(self) -> bool:
        """Whether it ran to its end."""
        return self.finished.status == "ok"


def read(file: Path) -> Document:
    """The file's text and place. Raises Refusal."""
    try:
        return Document.open(file)
    except DocumentError as error:
        raise Refusal(one_line(str(error))) from None


def permission(document: Document, full_python: bool = False) -> Permission:
    """How a file may run. full_python: the person has said so for this call."""
    data = document.as_bytes("surrogatepass")
    return Gate().may_run(data, Origin.COMMAND, document.folder, document.path, consent=full_python)


def run(file: Path, seconds: float = Limits().seconds, want_values: bool = True, full_python: bool = False) -> Ran:
    """Run a file in a worker and wait. Raises Refusal if the file cannot be read."""
    document = read(file)
    allowed = permission(document, full_python)
    data: Data = {}
    if allowed.mode == "safe":
        data, problems = read_data(document.text, document.folder)
        if problems:
            return Ran(document.name, document.text, Finished(0, "error", None, problems), "", ())
    finished, printed = run_once(document.text, data, Limits(seconds=seconds), want_values, allowed)
    if finished.status == "refused":
        finished = msgspec.structs.replace(finished, problems=with_way_out(document.text, finished.problems))
    notes = diagnose(finished.trace, document.text) if finished.status == "ok" and finished.trace is not None else ()
    return Ran(document.name, document.text, finished, printed, notes)


def with_way_out(text: str, problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """Where full Python would run what is refused, the first refusal says how, for a person who wrote the file."""
    if not problems or not needs(text):
        return problems
    first, *rest = problems
    hint = "; ".join(part for part in (first.hint, "if you wrote this file, --full-python runs it as it is") if part)
    return replace(first, hint=hint), *rest


def described(name: str, problem: Problem) -> str:
    """ "name.grad:7: what and why (what to do)"."""
    place = f"{name}:{problem.span[0]}" if problem.span[0] else name
    word = {"error": "", "warn": "warning: ", "info": "note: "}[problem.severity]
    hint = f" ({one_line(problem.hint)})" if problem.hint else ""
    return f"{one_line(place)}: {word}{one_line(problem.message)}{hint}"


def complain(ran: Ran) -> None:
    """Say every problem of a run on the error stream, one line each."""
    for problem in (*ran.finished.problems, *ran.notes):
        print(described(ran.name, problem), file=sys.stderr)


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
    return [printable(line) for line in lines]


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


def write(target: Path, data: bytes) -> None:
    """Write a result whole or not at all. Raises Refusal."""
    if not target.parent.is_dir():
        raise Refusal(f"{target} was not written: there is no folder {target.parent}; make it first")
    try:
        write_atomically(target, data)
    except OSError as error:
        raise Refusal(
            f"{target} was not written: {(error.strerror or str(error)).lower()}; choose another place"
        ) from None
