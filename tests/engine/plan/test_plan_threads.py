"""Several threads on the blocks of one stretch: the same bits, no thread too many, and no wait for one that is busy."""

from __future__ import annotations

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from agreement import same

import gradstudio as gs
from gradstudio import compile
from gradstudio.engine.plan import backends
from gradstudio.engine.plan.backends import runner
from gradstudio.engine.plan.backends.threads import SWITCH, Pace, threads, together

X = np.sin(np.arange(900 * 257.0)).reshape(900, 257)


def loss(x: Any, w: Any) -> Any:
    with gs.GradientTape() as tape:
        tape.watch([x, w])
        y = gs.tanh(x * w) + gs.softmax(x)
        total = gs.sum(y * y)
    return total, y, tape.gradient(total, [x, w])


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "LARGEST", 1 << 15)
    monkeypatch.setattr(runner, "SMALLEST", 1 << 15)
    monkeypatch.setattr(runner, "ENOUGH", 0)


def bits(monkeypatch: pytest.MonkeyPatch, count: int, *args: Any) -> list[bytes]:
    monkeypatch.setenv(SWITCH, str(count))
    compiled = compile(loss)
    compiled(*args)
    total, y, gradients = compiled(*args)
    assert compiled.replays == 1
    same((total, y, gradients), loss(*map(gs.constant, args)), 1e-9)
    return [v.numpy().tobytes() for v in (total, y, *gradients)]


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_results_are_the_same_bit_by_bit(monkeypatch: pytest.MonkeyPatch, dtype: Any) -> None:
    args = X.astype(dtype), X[0].astype(dtype)
    alone = bits(monkeypatch, 1, *args)
    assert all(bits(monkeypatch, count, *args) == alone for count in (2, 3, 7) for _ in range(3))


def test_a_plan_is_called_from_several_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SWITCH, "3")
    compiled = compile(loss)
    inputs, w = [gs.constant(X * k) for k in (0.5, 1.0, 1.5, 2.0)], gs.constant(X[0])
    compiled(inputs[0], w)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda x: compiled(x, w), inputs * 3))
    assert compiled.replays >= 1
    for x, got in zip(inputs * 3, found, strict=True):
        same(got, loss(x, w), 1e-9)


def test_a_busy_thread_is_not_waited_for() -> None:
    begun, done = threading.Semaphore(0), threading.Event()

    def wait() -> None:
        begun.release()
        done.wait(30.0)

    blocking = threading.Thread(target=together, args=(wait, 4))
    blocking.start()
    try:
        for _ in range(4):
            assert begun.acquire(timeout=30.0)
        calls: list[int] = []
        together(lambda: calls.append(threading.get_ident()), 4)
        assert calls == [threading.get_ident()]
    finally:
        done.set()
        blocking.join()


def test_an_error_in_any_thread_is_raised_when_all_are_done() -> None:
    here, met, late = threading.get_ident(), threading.Barrier(3), []

    def fail(in_caller: bool) -> None:
        met.wait(30.0)
        if (threading.get_ident() == here) is in_caller:
            raise ValueError("none")
        late.append(threading.get_ident())

    with pytest.raises(ValueError, match="none"):
        together(lambda: fail(True), 3)
    assert len(late) == 2
    with pytest.raises(ValueError, match="none"):
        together(lambda: fail(False), 3)
    assert len(late) == 3


def test_where_no_thread_can_be_started_the_caller_does_it_all(monkeypatch: pytest.MonkeyPatch) -> None:
    helpers, started = backends.threads._Helpers(), []
    monkeypatch.setattr(backends.threads, "_helpers", helpers)

    def refuse(thread: threading.Thread) -> None:
        started.append(thread)
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    calls: list[int] = []
    for _ in range(3):
        together(lambda: calls.append(threading.get_ident()), 4)
    assert calls == [threading.get_ident()] * 3
    assert len(started) == 1


@pytest.mark.parametrize("is_faster", [True, False])
def test_the_faster_way_is_taken_and_the_other_one_tried_again(
    monkeypatch: pytest.MonkeyPatch, is_faster: bool
) -> None:
    now, ways = [0.0], []

    def alone() -> None:
        ways.append("alone")
        now[0] += 2.0

    def several(work: Any, count: int) -> None:
        ways.append(f"{count} threads")
        now[0] += 1.0 if is_faster else 3.0

    monkeypatch.setattr(backends.threads, "together", several)
    monkeypatch.setattr(backends.threads, "perf_counter", lambda: now[0])
    pace = Pace()
    for _ in range(2 * Pace.AGAIN):
        pace.run(alone, 3)
    better, other = ("3 threads", "alone") if is_faster else ("alone", "3 threads")
    assert ways[: Pace.FIRST] == ["3 threads", "alone"] * (Pace.FIRST // 2)
    later = range(Pace.FIRST + 1, 2 * Pace.AGAIN + 1)
    assert ways[Pace.FIRST :] == [other if i % Pace.AGAIN == 0 else better for i in later]
    is_faster = not is_faster
    for _ in range(12 * Pace.AGAIN):
        pace.run(alone, 3)
    assert ways[-2] == other


def test_the_number_of_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SWITCH, "5")
    assert threads() == 5
    for text in ("", "0", "-2", "many"):
        monkeypatch.setenv(SWITCH, text)
        assert 1 <= threads() <= 8


FEW = """
import threading
import numpy as np
import gradstudio as gs
f = gs.compile(lambda x: gs.sum(gs.sin(x) * gs.cos(x) + x))
for n in (10, 100_000):
    f(np.ones(n)), f(np.ones(n))
assert threading.active_count() == 1, threading.enumerate()
long = np.linspace(0.0, 1.0, 3_000_000)
want = f(long).item()
assert f(long).item() == f(long).item() and abs(f(long).item() - want) < 1e-6
assert threading.active_count() > 1 and f.replays >= 4
"""


FORKED = """
import os
if hasattr(os, "fork"):
    child = os.fork()
    if child == 0:
        same = all(f(long).item() == f(long).item() for _ in range(17))  # in one of 32 calls whatever was slower
        os._exit(0 if same and threading.active_count() > 1 else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
"""


def test_threads_are_started_when_there_is_work_for_them_also_after_a_fork(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SWITCH, "2")
    run = subprocess.run([sys.executable, "-W", "ignore", "-c", FEW + FORKED], capture_output=True, timeout=120)
    assert run.returncode == 0, run.stderr.decode()
