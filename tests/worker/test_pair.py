"""The worker and its spare: who takes over, when another is started, and that falling does not become a habit."""

from __future__ import annotations

import os
import signal
import sys
import threading

import pytest
from inbox import Inbox, until

from gradstudio.worker import client as client_module
from gradstudio.worker import pair as pair_module
from gradstudio.worker import start
from gradstudio.worker.client import Client, run_once
from gradstudio.worker.messages import Finished, Value
from gradstudio.worker.pair import Pair
from gradstudio.worker.vitals import Vitals


class Fake:
    """A process as the pair sees one."""

    def __init__(self, is_ready: bool = True, began: float = 0.0) -> None:
        self.ready, self.is_over = threading.Event(), threading.Event()
        self.was_ready = is_ready
        self.began = began
        self.killed = 0
        self.seen = Vitals()
        if is_ready:
            self.ready.set()

    def kill(self) -> None:
        self.killed += 1

    def vitals(self) -> Vitals:
        return self.seen


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [100.0]
    monkeypatch.setattr(pair_module.time, "monotonic", lambda: now[0])
    return now


def made(*processes: Fake) -> Pair:
    pair = Pair(1 << 30)
    for process in processes:
        pair.take(process)  # type: ignore[arg-type]
    return pair


def test_a_spare_is_wanted_when_the_worker_is_ready() -> None:
    assert made().wants()
    assert not made(Fake(is_ready=False)).wants()
    assert made(Fake()).wants()
    assert not made(Fake(), Fake(is_ready=False)).wants()


def test_the_spare_takes_over(clock: list[float]) -> None:
    worker, spare = Fake(), Fake()
    pair = made(worker, spare)
    pair.swap()

    assert (pair.worker, pair.spare, worker.killed) == (spare, None, 1)
    assert pair.all() == [spare, worker]
    assert not pair.gone(worker, True)  # type: ignore[arg-type]
    assert pair.all() == [spare]
    assert pair.gone(spare, True)  # type: ignore[arg-type]
    assert (pair.worker, pair.falls) == (None, 0)


def test_what_falls_while_it_starts_is_started_again_after_growing_pauses(clock: list[float]) -> None:
    pair = made()
    pauses = []
    for _ in range(12):
        process = Fake(is_ready=False)
        pair.take(process)  # type: ignore[arg-type]
        assert pair.gone(process, False)  # type: ignore[arg-type]
        began = clock[0]
        while not pair.wants():
            clock[0] += 0.05
        pauses.append(round(clock[0] - began))

    assert pauses[0] == 0
    assert pauses == sorted(pauses)
    assert pauses[-1] == 10
    pair.was_of_use()
    pair.failed()
    assert pair.wants()


def test_a_process_that_ended_before_it_was_taken_is_a_fall(clock: list[float]) -> None:
    process = Fake()
    process.is_over.set()
    pair = made(process)

    assert (pair.worker, pair.falls) == (None, 1)


@pytest.mark.parametrize(
    "vitals",
    [
        Vitals(state="T"),
        Vitals(resident=2 << 30),
        Vitals(threads=10_000),
        Vitals(processor=pair_module.PROCESSOR),
    ],
)
def test_an_idle_process_that_is_unfit_is_replaced(clock: list[float], vitals: Vitals) -> None:
    worker, spare = Fake(), Fake()
    pair = made(worker, spare)
    worker.seen = vitals
    pair.look(is_busy=True)
    clock[0] += 2
    pair.look(is_busy=True)
    assert pair.worker is worker
    pair.look(is_busy=False)
    clock[0] += 2
    pair.look(is_busy=False)
    assert (pair.worker, worker.killed) == (spare, 1)

    spare.seen = vitals
    clock[0] += 2
    pair.look(is_busy=False)
    assert (pair.worker, spare.killed) == (None, 1)


def test_an_idle_process_that_computes_all_the_time_is_replaced(clock: list[float]) -> None:
    worker = Fake()
    pair = made(worker)
    for second in range(20):
        worker.seen = Vitals(processor=1.0 + second)
        clock[0] += 1
        pair.look(is_busy=False)
    assert worker.killed == 1


def test_a_process_that_does_not_get_ready_is_ended(clock: list[float]) -> None:
    worker = Fake(is_ready=False, began=clock[0])
    pair = made(worker)
    pair.look(is_busy=False)
    assert not worker.killed
    clock[0] += 40
    pair.look(is_busy=False)
    assert worker.killed == 1


def test_where_no_process_can_live_a_run_ends_with_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(start, "_START", "raise SystemExit({paths!r} and 1)")
    found = run_once("x = 1.0")[0]

    assert (found.status, len(found.problems)) == ("died", 1)
    assert "no process could be started" in found.problems[0].message


def test_where_no_process_can_be_started_a_run_ends_with_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError("too many")

    monkeypatch.setattr(client_module, "Process", refuse)
    found = run_once("x = 1.0")[0]

    assert "no process could be started" in found.problems[0].message


@pytest.mark.skipif(sys.platform == "win32", reason="kills by a signal")
def test_killing_what_is_idle_costs_nothing() -> None:
    inbox = Inbox()
    client = Client(inbox)
    try:
        pair = client._pair
        until(lambda: pair.spare is not None and pair.spare.ready.is_set())
        assert pair.spare is not None
        old = pair.spare
        os.kill(old.pid, signal.SIGKILL)
        until(lambda: pair.spare not in (None, old) and pair.spare.ready.is_set())
        assert pair.worker is not None
        os.kill(pair.worker.pid, signal.SIGKILL)
        run = client.run("x = 2.0\ny = x * x\n")
        client.fetch(0)
        inbox.wait(lambda m: isinstance(m, Finished))
        inbox.wait(lambda m: isinstance(m, Value))
        (end,) = [m for m in inbox.messages if isinstance(m, Finished)]
        assert (end.run, end.status) == (run, "ok")
    finally:
        client.close()
