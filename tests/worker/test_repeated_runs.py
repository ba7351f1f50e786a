"""A number that becomes another one in the text: the worker repeats its run, and the window hears of a whole one."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from inbox import Talk

from gradstudio.engine.trace import Trace, is_renewal
from gradstudio.language.program import run_program
from gradstudio.language.repeat import Repeat
from gradstudio.worker import codec
from gradstudio.worker.client import run_once
from gradstudio.worker.messages import Finished, Limits, Printed, Renewed

TEXT = "x = 2.0\nv = [1.0, 2.0, 3.0]\nif x > 1.0:\n    y = sum(v * v) * x\nelse:\n    y = x\nprint('done')\n"


class Window(Talk):
    """A client that is asked for the trace of a run, and for values of the last run."""

    last = -1

    def trace(self, text: str, **options: object) -> Trace:
        done = self.run(text, **options)
        self.last = done.run
        assert done.trace is not None
        return done.trace

    def array(self, record: int, sweep: int) -> np.ndarray:
        found = self.fetch(self.last, record, sweep).array
        assert found is not None
        return found


@pytest.fixture
def window() -> Iterator[Window]:
    made = Window()
    yield made
    made.close()


def test_only_a_number_that_python_did_not_see_repeats_the_run(window: Window) -> None:
    first = window.trace(TEXT)
    second = window.trace(TEXT.replace("2.0, 3", "-20.5, 3"))
    third = window.trace(TEXT.replace("2.0, 3", "-20.5, 3").replace("x = 2.0", "x = 4.0"))
    flipped = window.trace(TEXT.replace("2.0, 3", "-20.5, 3").replace("x = 2.0", "x = 0.5"))

    assert is_renewal(second, first)
    assert is_renewal(third, first)
    assert not is_renewal(flipped, first)
    wanted = run_once(TEXT.replace("2.0, 3", "-20.5, 3").replace("x = 2.0", "x = 4.0"))[0].trace
    assert wanted is not None
    assert np.array_equal(third.records.values.mean, wanted.records.values.mean)
    assert np.array_equal(third.sweeps[0].cotangents.rms, wanted.sweeps[0].cotangents.rms)
    assert np.array_equal(third.records.span, wanted.records.span)
    assert [m.text for m in window.inbox.messages if isinstance(m, Printed)] == ["done\n"] * 4


def test_whole_arrays_are_those_of_the_repeated_run(window: Window) -> None:
    window.run(TEXT)
    trace = window.trace(TEXT.replace("3.0", "7.0"))
    record = int(np.flatnonzero(trace.records.values.size == 3)[0])

    assert window.array(record, -1).tolist() == [1.0, 2.0, 7.0]
    assert window.array(record, 0).tolist() == [4.0, 8.0, 28.0]


def test_other_data_or_limits_are_another_run(window: Window, tmp_path: Path) -> None:
    text = "x = 2.0\ny = sum(load('a.npy')) * x\n"
    np.save(tmp_path / "a.npy", np.ones(3))
    first = window.trace(text, folder=tmp_path)

    assert is_renewal(window.trace(text.replace("2.0", "3.0"), folder=tmp_path), first)
    np.save(tmp_path / "a.npy", np.full(3, 2.0))
    other = window.trace(text.replace("2.0", "4.0"), folder=tmp_path)
    assert not is_renewal(other, first)
    assert float(other.records.values.mean[-1]) == 24.0
    limited = window.run(text.replace("2.0", "5.0"), folder=tmp_path, limits=Limits(ops=2))
    assert limited.status == "limited"


def test_a_run_that_failed_or_gave_values_is_not_repeated(window: Window) -> None:
    assert window.run("x = 2.0\ny = x * undefined\n").status == "error"
    assert window.run("x = 3.0\ny = x * undefined\n").status == "error"
    assert window.run(TEXT).status == "ok"
    assert window.run(TEXT.replace("3.0", "4.0"), want_values=True).values["y"] == 2.0 * (1 + 4 + 16)


def renewed_message() -> tuple[Finished, Renewed]:
    run = run_program(TEXT, {}, lambda text: None)
    assert run.recorder is not None
    trace = run.recorder.trace()
    found = Repeat(TEXT, run.recorder, run.witness, trace).again(TEXT.replace("3.0", "4.0"))
    assert found is not None
    return Finished(1, "ok", trace), Renewed(2, found.span, found.values, found.flows)


def test_a_renewal_that_does_not_fit_is_no_message() -> None:
    before, sent = renewed_message()
    message = codec.reply(codec.frame(sent)[8:])
    assert isinstance(message, Renewed)
    whole = codec.finished(message, before)

    assert whole.run == 2
    assert is_renewal(whole.trace, before.trace)
    flow = sent.flows[0]
    for wrong in (
        {"span": sent.span[:-1]},
        {"span": sent.span.astype(np.float64)},
        {"values": flow.cotangents},
        {"flows": ()},
        {"flows": (replace(flow, edge_share=flow.edge_share[1:]),)},
        {"flows": (replace(flow, cotangents=sent.values),)},
    ):
        fields = {"run": 2, "span": sent.span, "values": sent.values, "flows": sent.flows} | wrong
        with pytest.raises(codec.BadMessage):
            codec.finished(Renewed(**fields), before)  # type: ignore[arg-type]
    with pytest.raises(codec.BadMessage):
        codec.finished(sent, None)
    with pytest.raises(codec.BadMessage):
        codec.finished(sent, Finished(1, "ok"))


def test_a_child_uses_threads_as_the_environment_says(window: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    from gradstudio.worker.process import Process
    from gradstudio.worker.start import THREADS

    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "2")
    ended = threading.Event()
    process = Process("draw", 0, lambda *_: None, lambda _: ended.set())
    try:
        from pathlib import Path

        pairs = dict(
            pair.split("=", 1) for pair in Path(f"/proc/{process.pid}/environ").read_text().split("\0") if "=" in pair
        )
    finally:
        process.close()
    assert {name: pairs[name] for name in THREADS} == {**THREADS, "OPENBLAS_NUM_THREADS": "2"}
    assert "GRADSTUDIO_CONFIG" not in pairs
