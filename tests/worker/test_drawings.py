"""The drawing process from outside: it has no rights, ends in time, and costs no more than its picture."""

from __future__ import annotations

import os
import queue
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from gradstudio.engine.trace import Trace
from gradstudio.graph.fold_state import FoldState
from gradstudio.language.program import run_program
from gradstudio.layout.model import Options
from gradstudio.resources import resource
from gradstudio.worker import drawings
from gradstudio.worker.drawing import draw
from gradstudio.worker.drawings import Drawings
from gradstudio.worker.messages import Drawn, NotDrawn, Reply

TEXT = "x = 3.0\ndef f(a):\n    return sin(a) * x\ny = x\nfor i in range(20):\n    y = f(y) + f(x)\n"


@pytest.fixture(scope="module")
def trace() -> Trace:
    recorder = run_program(TEXT, {}, lambda _: None).recorder
    assert recorder is not None
    return recorder.trace()


class Studio:
    def __init__(self) -> None:
        self.heard: queue.SimpleQueue[Reply] = queue.SimpleQueue()
        self.drawings = Drawings(self.heard.put)

    def ask(self, trace: Trace | None, options: Options | None = None) -> int:
        return self.drawings.draw(trace, TEXT, 0, FoldState(), options or Options(), None)

    def answer(self) -> Reply:
        return self.heard.get(timeout=30)

    def stop(self) -> None:
        """Have the process stand still."""
        process = self.drawings._process
        assert process is not None
        os.kill(process.pid, signal.SIGSTOP)
        while process.vitals().state != "T":
            pass


@pytest.fixture(scope="module")
def studio() -> Iterator[Studio]:
    made = Studio()
    yield made
    process = made.drawings.close()
    assert process is not None
    process.close()


def test_it_draws_what_the_window_would(studio: Studio, trace: Trace) -> None:
    for options in (Options(), Options(direction="down"), Options(wired=1)):
        studio.ask(trace, options)
        drawn = studio.answer()
        assert isinstance(drawn, Drawn)
        graph, layout = draw(trace, TEXT, 0, options)
        assert drawn.graph.ids == graph.ids
        assert np.array_equal(drawn.layout.boxes, layout.boxes)


def test_it_draws_the_examples(studio: Studio) -> None:
    for path in sorted(resource("examples").glob("*.grad")):
        text = path.read_text(encoding="utf-8")
        recorder = run_program(text, {}, lambda _: None).recorder
        if recorder is not None:
            studio.drawings.draw(recorder.trace(), text, -1, FoldState(), Options(), None)
            assert isinstance(studio.answer(), Drawn), path.name


@pytest.mark.skipif(sys.platform != "linux", reason="what this system keeps away")
def test_it_has_no_rights(studio: Studio, trace: Trace) -> None:
    studio.ask(trace)
    studio.answer()
    process = studio.drawings._process
    assert process is not None
    assert "limits" in process.layers
    limits = Path(f"/proc/{process.pid}/limits").read_text()
    most = next(line for line in limits.splitlines() if line.startswith("Max address space")).split()[3]
    assert int(most) < 6 << 30


@pytest.mark.skipif(sys.platform != "linux", reason="sees what a process does")
def test_one_that_stands_still_is_replaced(studio: Studio, trace: Trace) -> None:
    studio.ask(trace)
    studio.answer()
    studio.stop()
    number = studio.ask(None)
    studio.drawings.look()
    drawn = studio.answer()
    assert isinstance(drawn, Drawn)
    assert drawn.run == number


@pytest.mark.skipif(sys.platform != "linux", reason="stops a process by a signal")
def test_a_picture_that_takes_too_long_is_given_up(
    studio: Studio, trace: Trace, monkeypatch: pytest.MonkeyPatch
) -> None:
    studio.ask(trace)
    studio.answer()
    studio.stop()  # so that it cannot answer
    number = studio.ask(None)
    monkeypatch.setattr(drawings, "SECONDS", 0.0)
    studio.drawings.look()
    found = studio.answer()
    assert isinstance(found, NotDrawn)
    assert found.run == number
    monkeypatch.undo()
    studio.ask(trace)
    assert isinstance(studio.answer(), Drawn)
