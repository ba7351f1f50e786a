"""Texts before and after an edit: parts of a text by line or by source, and whether two texts compute the same."""

from __future__ import annotations

import ast
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from data_beside import read_data

from gradstudio.engine.trace import Trace
from gradstudio.language.plain_values import PlainValues
from gradstudio.language.program import Run, run_program
from gradstudio.studio.edits.edit import Refused
from gradstudio.studio.edits.made import Made, made
from gradstudio.studio.edits.program import Program

EXAMPLES = Path(__file__).parents[3] / "resources" / "examples"


def run(text: str) -> Run:
    """A run of a text, which must end well; data files lie beside the examples."""
    result = run_program(text, read_data(text, EXAMPLES)[0], lambda _: None)
    assert result.status == "ok", f"{result.problems[0].message} in line {result.problems[0].span[0]} of\n{text}"
    return result


def trace_of(text: str) -> Trace:
    """What a run of a text recorded."""
    recorder = run(text).recorder
    assert recorder is not None
    return recorder.trace()


def lines(program: Program, first: int, last: int) -> list[ast.stmt]:
    """The outermost statements from a line to another."""
    found = [
        n
        for n in ast.walk(program.tree)
        if isinstance(n, ast.stmt) and first <= n.lineno and (n.end_lineno or 0) <= last
    ]
    inner = {child for n in found for child in ast.walk(n) if child is not n}
    return [n for n in found if n not in inner]


def made_by(text: str, source: str, name: str = "") -> tuple[Program, Made]:
    """How a text makes the first record whose expression reads like this, and has this name if one is given."""
    trace, program = trace_of(text), Program(text)
    for record in range(len(trace.records.op)):
        try:
            found = made(program, trace, record)
        except Refused:
            continue
        if program.source(found.expr) == source and (not name or found.name == name):
            return program, found
    raise AssertionError(f"nothing is made by {source}")


def named(text: str, *names: str) -> tuple[Program, list[Made]]:
    """How a text makes its variables."""
    trace, program = trace_of(text), Program(text)
    found: dict[str, Made] = {}
    for record in range(len(trace.records.op)):
        try:
            one = made(program, trace, record)
        except Refused:
            continue
        if one.name:
            found.setdefault(one.name, one)
    return program, [found[name] for name in names]


@lru_cache(8)
def values(text: str) -> dict[str, Any]:
    """Every number, tensor and list at the top of a program after its run."""
    return PlainValues().of(run(text).variables)


@lru_cache(8)
def automatic_gradients(text: str) -> dict[str, Any]:
    """What the studio's own sweep over a text that asks for none gives each source: how large its gradient is."""
    trace = trace_of(text)
    found = {}
    for sweep in trace.sweeps:
        rows = {int(record): k for k, record in enumerate(sweep.record)}
        if sweep.automatic:
            for source_name, source in zip(sweep.source_names, sweep.sources, strict=True):
                name = f"{', '.join(sweep.target_names)} on {source_name}"
                found[name] = float(sweep.cotangents.rms[rows[source]]) if source in rows else None
    return found


def bound_in_branches(statements: list[ast.stmt]) -> set[str]:
    """Variables that statements bind inside of a branch or loop, and so perhaps not at all."""
    blocks = [n for s in statements for n in ast.walk(s) if isinstance(n, ast.If | ast.For)]
    return {n.id for b in blocks for n in ast.walk(b) if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load)}


def assert_same(before: str, after: str, close: bool = False, but: set[str] = frozenset()) -> None:
    """Both texts give the same numbers to all variables that both have, bit for bit unless close, and gradients."""
    old, new = values(before), values(after)
    common = (old.keys() & new.keys()) - but
    for name in common:
        if close:
            np.testing.assert_allclose(np.asarray(new[name]), np.asarray(old[name]), rtol=1e-12, atol=1e-12)
        else:
            assert repr(new[name]) == repr(old[name]), f"{name} in\n{after}"
    old, new = automatic_gradients(before), automatic_gradients(after)
    for name in old.keys() & new.keys():
        assert (old[name] is None) == (new[name] is None), name
        assert old[name] is None or abs(new[name] - old[name]) <= 1e-12 * abs(old[name]), name
