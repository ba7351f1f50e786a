"""What a person wants to know of a trace: each diagnosis is one file and one line in DIAGNOSES."""

from __future__ import annotations

from collections.abc import Callable

from gradstudio.diagnosis.disconnected import disconnected
from gradstudio.diagnosis.nonfinite import nonfinite
from gradstudio.engine.problem import Problem
from gradstudio.engine.trace import Trace

Diagnosis = Callable[[Trace, str], tuple[Problem, ...]]
"""diagnosis(trace, text) -> problems; a pure function of what a run left behind and of the program's text."""

DIAGNOSES: tuple[Diagnosis, ...] = (nonfinite, disconnected)


def diagnose(trace: Trace, text: str) -> tuple[Problem, ...]:
    """Everything the diagnoses find in a run, in the order of DIAGNOSES."""
    return tuple(problem for diagnosis in DIAGNOSES for problem in diagnosis(trace, text))
