"""From another number in the text to everything a picture needs: a file of 2,000 scalar ops, forward and backward.

Run: python benchmarks/rerun.py [ROUNDS]; it prints milliseconds. "another number" asks a real worker process for the
run of a text in which one input has changed, and waits for the trace with every value and gradient; "texts" then writes
the numbers of all nodes, of which a window paints those in view. "guarded" and "plain" are the same file run with the
language's guards, while nobody inspects, and by Python alone.
"""

from __future__ import annotations

import gc
import statistics
import sys
import threading
import time
from collections.abc import Callable

import numpy as np

from gradstudio.engine.plan.bystander import Bystander
from gradstudio.engine.trace import Trace, is_renewal
from gradstudio.language import program
from gradstudio.language.check import check
from gradstudio.language.rewrite import rewrite
from gradstudio.language.sizes import Room
from gradstudio.picture.numbers import gradient_text, value_text
from gradstudio.worker.client import Client
from gradstudio.worker.messages import Finished, Reply

LOOP = """\
import gradstudio as gs
x = gs.constant(0.5)
with gs.GradientTape() as tape:
    tape.watch(x)
    y = x
    for i in range(500):
        y = gs.sin(y) * 1.01 + x * 0.5
g = tape.gradient(y, x)
"""
CALLS = LOOP.replace("with gs", "def step(y, x):\n    return gs.sin(y) * 1.01 + x * 0.5\nwith gs", 1).replace(
    "= gs.sin(y) * 1.01 + x * 0.5\ng", "= step(y, x)\ng"
)
NAMES = LOOP.replace("gs.sin(y) * 1.01 + x * 0.5", "gs.math.sin(y) + gs.math.cos(x) * gs.nn.tanh(y)").replace(
    "range(500)", "range(400)"
)
WRITTEN_OUT = "x = 0.5\na0 = x\n" + "".join(f"a{k + 1} = sin(a{k}) * {k % 7 + 1}.5 + x\n" for k in range(667))
FILES = {"loop": LOOP, "calls": CALLS, "names": NAMES, "written out": WRITTEN_OUT}


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    client = Worker()
    for name, text in FILES.items():
        first, again, texts, ops = client.measure(text, rounds)
        print(
            f"{name}: {ops:,} records; first run {first:.1f} ms; another number {statistics.median(again):.1f} ms, "
            f"90 % {sorted(again)[int(0.9 * len(again))]:.1f} ms; texts of all nodes {texts:.1f} ms more"
        )
    client.close()
    for name, text in FILES.items():
        if "import" in text:
            plain, guarded = paired(_plain(text), _guarded(text), max(rounds // 4, 5))
            print(f"{name}: plain {plain:.1f} ms, guarded {guarded:.1f} ms, ratio {guarded / plain:.2f}")


class Worker:
    """A worker process that is asked for one run after the other."""

    def __init__(self) -> None:
        self._got = threading.Event()
        self._last: Finished | None = None
        self._client = Client(self._receive)

    def measure(self, text: str, rounds: int) -> tuple[float, list[float], float, int]:
        """Milliseconds of the first run and of runs with another number, the median of writing texts, and records."""
        self._run(text)
        first, trace = self._run(f"{text}\n")
        again, texts = [], []
        self._run(text.replace("0.5", "0.51", 1) + "\n")
        for k in range(rounds):
            seconds, renewed = self._run(text.replace("0.5", f"0.{600 + k}", 1) + "\n")
            assert is_renewal(renewed, trace), "the run was not repeated"
            again.append(seconds)
            began = time.perf_counter()
            write_all(renewed)
            texts.append((time.perf_counter() - began) * 1000)
        return first, again, statistics.median(texts), len(trace.records.op)

    def close(self) -> None:
        self._client.close()

    def _run(self, text: str) -> tuple[float, Trace]:
        self._got.clear()
        began = time.perf_counter()
        self._client.run(text)
        assert self._got.wait(60)
        seconds = (time.perf_counter() - began) * 1000
        assert self._last is not None
        assert self._last.trace is not None
        return seconds, self._last.trace

    def _receive(self, message: Reply) -> None:
        if isinstance(message, Finished):
            self._last = message
            self._got.set()


def write_all(trace: Trace) -> None:
    """The texts of all values, and of all gradients of the last sweep."""
    values, gradients = trace.records.values, trace.sweeps[-1].cotangents
    for row in range(len(values.shape)):
        value_text(values, row)
    for row in range(len(gradients.shape)):
        gradient_text(gradients, row)


def _plain(text: str) -> Callable[[], None]:
    code = compile(text, "plain", "exec")
    return lambda: exec(code, {"__name__": "__main__"})


def _guarded(text: str) -> Callable[[], None]:
    tree, _ = check(text)
    assert tree is not None
    code = compile(rewrite(tree, text, False, frozenset()), program.FILENAME, "exec")

    def run() -> None:
        recorder = Bystander()
        scope, _ = program._scope(
            recorder,  # type: ignore[arg-type]
            {},
            lambda said: None,
            10**9,
            None,
            np.dtype(np.float64),
            False,
            False,
            Room(),
        )
        exec(code, scope)

    return run


def paired(one: Callable[[], None], other: Callable[[], None], rounds: int) -> tuple[float, float]:
    """Median milliseconds of both, run in turns."""
    times: tuple[list[float], list[float]] = ([], [])
    for k in range(rounds + 2):
        for run, into in zip((one, other), times, strict=True):
            gc.collect()
            gc.disable()
            began = time.perf_counter()
            run()
            if k > 1:
                into.append((time.perf_counter() - began) * 1000)
            gc.enable()
    return statistics.median(times[0]), statistics.median(times[1])


if __name__ == "__main__":
    main()
