"""Jobs for the exporters: small programs, run in a real worker."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from gradstudio.export import Job
from gradstudio.graph.build import build
from gradstudio.graph.folding import FoldState
from gradstudio.layout.model import Options
from gradstudio.picture.tokens import load_theme
from gradstudio.studio.sweeps import best_sweep
from gradstudio.worker.client import run_once
from gradstudio.worker.drawing import arrange

PROGRAM = """
x = gs.constant([1.0, 2.0, 4.0])
k = gs.constant(5.0)
with gs.GradientTape() as t:
    t.watch(x)
    y = x * k
    z = gs.sum(y * y)
g = t.gradient(z, x)
"""


@pytest.fixture(scope="session")
def make_job() -> Callable[..., Job]:
    def make(text: str = PROGRAM, theme: str = "light", sweep: int | None = None, name: str = "program.grad") -> Job:
        finished, _ = run_once(text)
        assert finished.trace is not None, finished.problems
        shown = best_sweep(finished.trace) if sweep is None else sweep
        whole = build(finished.trace, text, shown)
        graph, layout = arrange(whole, FoldState(), Options())
        return Job(name, text, finished.trace, shown, whole, graph, layout, load_theme(theme))

    return make


@pytest.fixture(scope="session")
def job(make_job: Callable[..., Job]) -> Job:
    return make_job()
