"""Programs under a recorder, and what is read off their traces."""

from __future__ import annotations

from typing import Any

import numpy as np

import gradstudio as gs
from gradstudio.engine.recorder import Recorder
from gradstudio.engine.trace import Trace

FILE = "<test program>"


def record(text: str, **options: Any) -> tuple[Recorder, Trace, dict[str, Any]]:
    """Run a text as the language does, without its guards: names are assigned after every line at the top."""
    recorder = Recorder(FILE, text, **options)
    scope: dict[str, Any] = {"gs": gs, "np": np, "recorder": recorder}
    with recorder:
        exec(compile(text, FILE, "exec"), scope)
        for name, value in scope.items():
            if isinstance(value, gs.Tensor | gs.Variable | np.ndarray):
                recorder.assigned(name, value)
    return recorder, recorder.trace(), scope


def source(text: str, span: Any) -> str:
    line, column, end, end_column = (int(n) for n in span)
    lines = text.split("\n")
    if line == end:
        return lines[line - 1][column:end_column]
    return "\n".join([lines[line - 1][column:], *lines[line : end - 1], lines[end - 1][:end_column]])


def ops(trace: Trace) -> list[str]:
    return [trace.records.ops[i] for i in trace.records.op]


def names(trace: Trace) -> list[str]:
    return [trace.records.strings[i] if i >= 0 else "" for i in trace.records.name]


def inputs(trace: Trace, number: int) -> list[int | str]:
    r = trace.records
    rows = range(r.input_start[number], r.input_start[number + 1])
    return [int(r.input_record[i]) if r.input_record[i] >= 0 else r.strings[r.input_text[i]] for i in rows]


SQUARE = """\
x = gs.Variable(3.0)
with gs.GradientTape() as tape:
    y = x * x
    z = y * y + 0.02
dz = tape.gradient(z, x)
"""
