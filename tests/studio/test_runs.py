"""Runs: when a text is run, what supersedes it, and which picture stays."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
from desk import GOOD, Desk, traced

from gradstudio.engine.problem import Problem
from gradstudio.studio import runs as module
from gradstudio.studio import views
from gradstudio.worker.messages import Finished, NotDrawn, Printed, Value
from gradstudio.worker.permission import SAFE

LOOP = """import gradstudio as gs
w = gs.Variable(1.0)
for k in range(3):
    with gs.GradientTape() as t:
        y = w * w
    g = t.gradient(y, w)
    w.assign_sub(0.1 * g)
"""


def failed(status: str = "error") -> Finished:
    return Finished(0, status, None, (Problem("error", "syntax", "never closed", (1, 0, 1, 1)),))


@pytest.fixture
def desk() -> Iterator[Desk]:
    made = Desk()
    yield made
    made.runs.close()


def test_a_text_is_run_and_drawn(desk: Desk) -> None:
    desk.run(GOOD)
    desk.wait(lambda: desk.runs.view is not None)
    assert desk.names() == ["started", "finished", "drawn"]
    assert desk.runs.view is not None
    assert desk.runs.view.sweep == 0
    assert "y" in desk.runs.view.graph.title
    assert not desk.runs.is_running
    assert desk.worker.seconds == [module.LIVE_SECONDS]


def test_fast_typing_runs_only_the_last_text(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "DEBOUNCE", 0.5)  # so that a busy machine does not part the keys
    for k in range(20):
        desk.runs.submit(f"x = {k}\n", None, SAFE)
    desk.worker.wait_for(1)
    desk.answer(traced(GOOD))
    desk.wait(lambda: desk.runs.view is not None)
    assert desk.worker.texts == ["x = 19\n"]


def test_a_short_run_is_waited_for_and_a_long_one_superseded(desk: Desk) -> None:
    desk.runs.submit("first", None, SAFE)
    desk.worker.wait_for(1)
    began = time.monotonic()
    desk.runs.submit("second", None, SAFE)
    desk.worker.wait_for(2)
    assert time.monotonic() - began >= module.PATIENCE * 0.8
    desk.worker.listener(Finished(1, "ok"))
    assert "finished" not in desk.names(), "the first run is of no interest any more"


def test_pressing_run_does_not_wait_and_allows_more_time(desk: Desk) -> None:
    desk.runs.submit("first", None, SAFE)
    desk.worker.wait_for(1)
    desk.runs.submit("second", None, SAFE, is_asked=True)
    desk.worker.wait_for(2)
    assert desk.worker.seconds == [module.LIVE_SECONDS, module.ASKED_SECONDS]


@pytest.mark.parametrize("status", ["error", "refused", "limited", "died"])
def test_the_last_good_picture_stays_and_is_stale(desk: Desk, status: str) -> None:
    desk.run(GOOD)
    desk.wait(lambda: desk.runs.view is not None)
    view = desk.runs.view
    desk.run("y = (\n", failed(status))
    desk.wait(lambda: desk.runs.is_stale)
    assert desk.runs.view is view
    assert desk.runs.outcome is not None
    assert desk.runs.outcome.problems[0].message == "never closed"
    desk.run(GOOD)
    desk.wait(lambda: not desk.runs.is_stale)


def test_a_first_failure_with_a_trace_shows_how_far_it_came(desk: Desk) -> None:
    trace = traced(GOOD).trace
    desk.run(GOOD + "z = 1 / 0\n", Finished(0, "error", trace, failed().problems))
    desk.wait(lambda: desk.runs.view is not None)


def test_a_program_without_ops_clears_the_picture(desk: Desk) -> None:
    desk.run(GOOD)
    desk.wait(lambda: desk.runs.view is not None)
    desk.run("", Finished(0, "ok"))
    desk.wait(lambda: desk.runs.view is None)
    assert desk.said[-1] == ("drawn", None)


def test_a_large_trace_is_drawn_by_the_other_process(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "INLINE_NODES", 1)
    desk.run(GOOD)
    desk.wait(lambda: desk.runs.view is not None)
    assert desk.worker.drawn == [0]


def test_a_picture_that_cannot_be_drawn_is_said_and_the_last_one_stays(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.run(GOOD)
    desk.wait(lambda: desk.runs.view is not None)
    view = desk.runs.view
    monkeypatch.setattr(views, "INLINE_NODES", 1)
    monkeypatch.setattr(desk.worker, "draw", lambda *_: 1)
    desk.run(LOOP)
    desk.worker.listener(NotDrawn(1))
    desk.wait(lambda: "failed" in desk.names() and desk.runs.is_stale)
    assert desk.runs.view is view


def test_the_chosen_sweep_survives_a_run(desk: Desk) -> None:
    desk.run(LOOP)
    desk.wait(lambda: desk.runs.view is not None)
    assert desk.runs.view is not None
    assert desk.runs.view.sweep == 2, "the last pass is shown first"
    desk.runs.choose(0)
    desk.wait(lambda: desk.runs.view is not None and desk.runs.view.sweep == 0)
    desk.run("# above\n" + LOOP)
    desk.wait(lambda: desk.runs.view is not None and desk.runs.view.text.startswith("# above"))
    assert desk.runs.view.sweep == 0
    desk.runs.choose(99)
    desk.runs.choose(1)
    desk.wait(lambda: desk.runs.view is not None and desk.runs.view.sweep == 1)


def test_stopping_says_so_and_keeps_the_picture(desk: Desk) -> None:
    desk.run(GOOD)
    desk.wait(lambda: desk.runs.view is not None)
    desk.runs.submit("while True: pass", None, SAFE)
    desk.worker.wait_for(2)
    desk.wait(lambda: desk.runs.is_running)
    desk.runs.stop()
    desk.wait(lambda: not desk.runs.is_running and desk.runs.is_stale)
    assert desk.worker.stops == 1
    assert desk.runs.view is not None


def test_another_document_forgets_everything_of_the_one_before(desk: Desk) -> None:
    desk.run(GOOD)
    desk.wait(lambda: desk.runs.view is not None)
    desk.runs.submit("slow", None, SAFE)
    desk.worker.wait_for(2)
    desk.runs.reset()
    assert desk.runs.view is None
    before = len(desk.said)
    desk.answer(traced(GOOD))
    desk.run(GOOD)
    desk.wait(lambda: desk.runs.view is not None)
    assert desk.names()[before:] == ["started", "finished", "drawn"]


def test_an_answer_that_waits_while_another_document_opens_is_dropped(desk: Desk) -> None:
    desk.runs.submit("old", None, SAFE)
    desk.worker.wait_for(1)
    desk.wait(lambda: "started" in desk.names())
    gate = threading.Event()
    desk.runs._jobs.put(lambda: wait_for(gate))
    desk.answer(traced(GOOD))
    desk.runs.reset()
    before = len(desk.said)
    gate.set()
    desk.run("new", traced(GOOD))
    assert desk.runs.outcome is not None
    assert desk.runs.outcome.text == "new"
    assert desk.names()[before:].count("finished") == 1


def wait_for(gate: threading.Event) -> None:
    assert gate.wait(5)


def test_printed_text_comes_through_and_only_of_this_run(desk: Desk) -> None:
    desk.runs.submit("print(1)", None, SAFE)
    desk.worker.wait_for(1)
    desk.worker.listener(Printed(0, "old"))
    desk.worker.listener(Printed(1, "1\n"))
    desk.wait(lambda: "printed" in desk.names())
    assert [what for name, what in desk.said if name == "printed"] == ["1\n"]


def test_a_flood_of_prints_comes_in_few_pieces_and_before_the_end(desk: Desk) -> None:
    desk.runs.submit("flood", None, SAFE)
    desk.worker.wait_for(1)
    for k in range(1000):
        desk.worker.listener(Printed(1, f"{k}\n"))
    desk.answer(traced(GOOD))
    desk.wait(lambda: "finished" in desk.names())
    pieces = [str(what) for name, what in desk.said if name == "printed"]
    assert "".join(pieces) == "".join(f"{k}\n" for k in range(1000))
    assert len(pieces) < 100
    assert desk.names().index("finished") > desk.names().index("printed")


def test_an_array_is_fetched_only_while_the_worker_still_has_it(desk: Desk) -> None:
    desk.run(GOOD)
    desk.wait(lambda: desk.runs.view is not None)
    desk.runs.fetch(1)
    desk.wait(lambda: "value" in desk.names())
    assert desk.worker.fetched == [(1, -1)]
    desk.run("y = (\n", failed())
    desk.runs.fetch(1)
    desk.wait(lambda: desk.names().count("value") == 2)
    answer = (
        desk.said[-1][1] if desk.said[-1][0] == "value" else next(w for n, w in reversed(desk.said) if n == "value")
    )
    assert isinstance(answer, Value)
    assert answer.array is None
    assert desk.worker.fetched == [(1, -1)]


def test_a_fault_of_the_studio_is_one_line_and_the_next_run_works(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("inside")

    with monkeypatch.context() as patch:
        patch.setattr(views, "arrange", broken)
        desk.run(GOOD)
        desk.wait(lambda: "failed" in desk.names())
    desk.run(GOOD)
    desk.wait(lambda: desk.runs.view is not None)


def test_the_picture_is_marked_while_a_new_text_is_slow(desk: Desk) -> None:
    desk.run(GOOD)
    desk.wait(lambda: desk.runs.view is not None)
    desk.runs.submit("slow", None, SAFE)
    desk.wait(lambda: desk.runs.is_stale)
    desk.answer(traced(GOOD))
    desk.wait(lambda: not desk.runs.is_stale)
