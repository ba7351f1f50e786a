"""Views of programs, without a worker."""

from __future__ import annotations

from functools import cache

from gradstudio.graph.build import build
from gradstudio.graph.fold_state import FoldState
from gradstudio.language.program import run_program
from gradstudio.layout.model import Options
from gradstudio.studio.arrangement import Arrangement
from gradstudio.studio.line_notes import line_notes
from gradstudio.studio.outcome import View
from gradstudio.studio.passes import passages
from gradstudio.studio.sweeps import best_sweep
from gradstudio.worker.drawing import arrange


@cache
def viewed(text: str, sweep: int | None = None, folds: FoldState | None = None) -> View:
    """A program as the window would show it; sweep None: the best one."""
    run = run_program(text, {}, lambda printed: None)
    assert run.status == "ok", run.problems
    assert run.recorder is not None
    trace = run.recorder.trace()
    number = best_sweep(trace) if sweep is None else sweep
    whole = build(trace, text, number)
    state = folds or FoldState()
    graph, layout = arrange(whole, state, Options())
    found = passages(trace, number, whole, state)
    notes = line_notes(trace, number, whole, found)
    return View(1, text, trace, number, whole, graph, layout, notes, Arrangement(folds=state), found)
