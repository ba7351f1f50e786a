"""Runs whose trace differs from the one that is shown in values only."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from desk import GOOD, Desk, traced

from gradstudio.engine.trace import Flow, Trace, renewed
from gradstudio.graph.build import build
from gradstudio.graph.folding import FoldState
from gradstudio.layout.model import Before, Options
from gradstudio.studio import runs as module
from gradstudio.studio import views
from gradstudio.worker.drawing import arrange
from gradstudio.worker.messages import Drawn, Finished
from gradstudio.worker.permission import SAFE


@pytest.fixture
def desk() -> Iterator[Desk]:
    made = Desk()
    yield made
    made.runs.close()


def renewal_of(finished: Finished, factor: float) -> Finished:
    """The same run with other values, as the worker's process hands it on."""
    trace = finished.trace
    assert trace is not None
    values = replace(trace.records.values, mean=trace.records.values.mean * factor)
    flows = tuple(Flow(s.cotangents, s.edge_share, s.edge_sign, s.edge_rms) for s in trace.sweeps)
    return Finished(0, "ok", renewed(trace, trace.records.span, values, flows))


def test_a_renewed_run_keeps_graph_and_layout(desk: Desk) -> None:
    desk.run(GOOD)
    desk.wait(lambda: desk.runs.view is not None)
    before = desk.runs.view
    text = GOOD.replace("3.0", "6.0")
    desk.run(text, renewal_of(traced(GOOD), 2.0))
    desk.wait(lambda: desk.runs.view is not before)
    after = desk.runs.view

    assert before is not None
    assert after is not None
    assert after.graph is before.graph
    assert after.layout is before.layout
    assert (after.text, after.run, after.sweep) == (text, 2, before.sweep)
    assert after.trace.records.values.mean[0] == 6.0
    desk.runs.fetch(0)  # the worker has these values
    desk.wait(lambda: "value" in desk.names())
    assert desk.worker.fetched == [(0, -1)]


def test_a_renewed_run_takes_over_a_drawing_under_way(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "INLINE_NODES", 1)
    drawings: list[Callable[[], None]] = []

    def later(trace: Trace, text: str, sweep: int, folds: FoldState, options: Options, before: Before | None) -> int:
        number, whole = len(drawings) + 1, build(trace, text, sweep)
        drawings.append(lambda: desk.worker.listener(Drawn(number, whole, *arrange(whole, folds, options, before))))
        return number

    monkeypatch.setattr(desk.worker, "draw", later)
    desk.run(GOOD)
    text = GOOD.replace("3.0", "6.0")
    desk.run(text, renewal_of(traced(GOOD), 2.0))
    assert desk.runs.view is None
    drawings[0]()
    desk.wait(lambda: desk.runs.view is not None)

    assert len(drawings) == 1
    assert desk.runs.view is not None
    assert desk.runs.view.text == text
    assert desk.runs.view.trace.records.values.mean[0] == 6.0


def test_numbers_that_are_dragged_do_not_wait_for_a_pause(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.run(GOOD)
    monkeypatch.setattr(module, "DEBOUNCE", 60.0)
    desk.run(GOOD.replace("3.0", "3.25"), renewal_of(traced(GOOD), 1.1))
    desk.run(GOOD.replace("3.0", "-3.5"), renewal_of(traced(GOOD), 1.2))
    desk.runs.submit(GOOD + "z = y\n", None, SAFE)  # any other edit does
    desk.runs.fetch(0)
    desk.wait(lambda: "value" in desk.names())

    assert desk.worker.texts[1:] == [GOOD.replace("3.0", "3.25"), GOOD.replace("3.0", "-3.5")]
