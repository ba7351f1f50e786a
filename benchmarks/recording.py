"""What recording costs: a program under a Recorder, without and with its trace, beside the same one with tapes only.

Run: python -m benchmarks.recording [--only chain,rnn] [--sizes 1000,10000] [--seconds 4]

Each program is a text of about as many ops as the size says, forward and one gradient. "recorder" runs it under a
Recorder, "worker" runs its guarded form as the worker does, with all that watches it; "with trace" adds the columns
that are made when the run is over, which is where the way to the picture begins. All are divided by the same text run
by Python alone. They take turns in one process.
"""

from __future__ import annotations

import argparse
import gc
import statistics
from collections.abc import Callable
from time import process_time

import numpy as np

from benchmarks.paired import ratio
from gradstudio.engine.recorder import Recorder
from gradstudio.language.program import FILENAME, Prepared, execute, prepare

HEAD = "import gradstudio as gs\nimport numpy as np\n"
CHAIN = """\
x = gs.constant(0.5)
with gs.GradientTape() as tape:
    tape.watch(x)
    y = x
    for i in range(N):
        y = gs.sin(y) * 1.01 + x * 0.5
g = tape.gradient(y, x)
"""
CALLS = """\
def turn(y, x):
    return gs.sin(y) * 1.01 + x * 0.5
x = gs.constant(0.5)
with gs.GradientTape() as tape:
    tape.watch(x)
    y = x
    for i in range(N):
        y = turn(y, x)
g = tape.gradient(y, x)
"""
BRANCHES = """\
x, w = gs.Variable(0.5), gs.Variable(0.25)
with gs.GradientTape() as tape:
    y = x * w
    for i in range(N):
        z = y * w + x
        if z > 0.6:
            y = z - gs.tanh(z)
        else:
            y = z * 1.5 + 0.25
g = tape.gradient(y, [x, w])
"""
RNN = """\
draw = np.random.default_rng(0)
w = gs.Variable(draw.normal(size=(8, 8)) * 0.4)
u = gs.Variable(draw.normal(size=(8, 8)) * 0.4)
b = gs.Variable(draw.normal(size=8) * 0.1)
x = gs.constant(draw.normal(size=8))
with gs.GradientTape() as tape:
    h = gs.constant(np.zeros(8))
    for i in range(N):
        h = gs.tanh(w @ h + u @ x + b)
    y = gs.sum(h * h)
g = tape.gradient(y, [w, u, b])
"""
LARGE = """\
draw = np.random.default_rng(0)
w = gs.Variable(draw.normal(size=(64, 64)) * 0.1)
x = gs.constant(draw.normal(size=(256, 64)))
with gs.GradientTape() as tape:
    h = x
    for i in range(N):
        h = gs.tanh(h @ w) + h * 0.5
    y = gs.sum(h * h)
g = tape.gradient(y, w)
"""
TRAINING = """\
draw = np.random.default_rng(0)
w, b = gs.Variable(draw.normal(size=(4, 16)) * 0.5), gs.Variable(np.zeros(16))
v, c = gs.Variable(draw.normal(size=(16, 1)) * 0.5), gs.Variable(np.zeros(1))
inputs = draw.normal(size=(32, 4))
wanted = np.sin(inputs.sum(axis=1, keepdims=True))
for i in range(N):
    with gs.GradientTape() as tape:
        found = gs.tanh(inputs @ w + b) @ v + c
        loss = gs.mean((found - wanted) ** 2)
    for variable, g in zip([w, b, v, c], tape.gradient(loss, [w, b, v, c])):
        variable.assign_sub(0.1 * g)
"""
NESTED = """\
x = gs.Variable(1.5)
for i in range(N):
    with gs.GradientTape() as outer:
        with gs.GradientTape() as inner:
            y = x**4 - 3.0 * x**2 + gs.exp(0.1 * x)
        g = inner.gradient(y, x)
    h = outer.gradient(g, x)
    x.assign_sub(g / (gs.abs(h) + 0.1))
"""


def _written_out(size: int) -> str:
    lines = [f"    a{k + 1} = gs.sin(a{k}) * {k % 7 + 1}.5 + x\n" for k in range(size // 3)]
    last = f"g = tape.gradient(a{len(lines)}, x)\n"
    return (
        "x = gs.constant(0.5)\nwith gs.GradientTape() as tape:\n    tape.watch(x)\n    a0 = x\n" + "".join(lines) + last
    )


def _looped(text: str, ops: float) -> Callable[[int], str]:
    """A text with so many ops in a pass as a function of how many it is to have."""
    return lambda size: text.replace("N)", f"{round(size / ops)})")


PROGRAMS: dict[str, tuple[Callable[[int], str], tuple[int, ...]]] = {
    "chain": (_looped(CHAIN, 4), (1000, 10_000)),
    "calls": (_looped(CALLS, 4), (1000, 10_000)),
    "branches": (_looped(BRANCHES, 5), (1000, 10_000)),
    "written out": (_written_out, (1000, 10_000)),
    "rnn": (_looped(RNN, 5), (300, 1000, 10_000)),
    "training": (_looped(TRAINING, 20), (1000,)),
    "nested": (_looped(NESTED, 25), (1000,)),
    "large": (_looped(LARGE, 4), (200,)),
}
"""Name -> the text for a number of ops, and the numbers that are measured."""


def plain(text: str) -> Callable[[], None]:
    """The text run by Python, tapes only."""
    code = compile(text, "plain", "exec")
    return lambda: exec(code, {"__name__": "__main__"})


def recorded(text: str) -> Callable[[], Recorder]:
    """The text run by Python under a Recorder."""
    code = compile(text, FILENAME, "exec")

    def run() -> Recorder:
        recorder = Recorder(FILENAME, text)
        with recorder:
            exec(code, {"__name__": "__main__"})
        return recorder

    return run


def worked(text: str) -> Callable[[], Recorder]:
    """The text run in the guarded language, as in a worker."""
    ready = prepare(text)
    assert isinstance(ready, Prepared)

    def run() -> Recorder:
        done = execute(ready, {}, lambda said: None)
        assert done.status == "ok", done.problems
        assert done.recorder is not None
        return done.recorder

    return run


def in_turns(runs: dict[str, Callable[[], Recorder | None]], seconds: float) -> dict[str, list[float]]:
    """Processor seconds of each, round by round, without garbage collections meanwhile: a worker has none.

    Where a run gives a recorder, there is a second row of times for the run and the making of its trace.
    """
    times: dict[str, list[float]] = {}
    until = process_time() + seconds
    while process_time() < until or len(times["plain"]) < 6:
        for name, run in runs.items():
            gc.collect()
            gc.disable()
            began = process_time()
            recorder = run()
            times.setdefault(name, []).append(process_time() - began)
            if recorder is not None:
                recorder.trace()
                times.setdefault(f"{name} with trace", []).append(process_time() - began)
            del recorder
            gc.enable()
    return {name: taken[1:] for name, taken in times.items()}  # the first one warms up


def count(text: str) -> int:
    """Ops that a text records."""
    with Recorder(FILENAME, text) as recorder:
        exec(compile(text, FILENAME, "exec"), {"__name__": "__main__"})
    return len(recorder.tensors)


def main() -> None:
    words = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    words.add_argument("--only", default=",".join(PROGRAMS), help="programs, by name")
    words.add_argument("--sizes", default="", help="numbers of ops, instead of each program's own")
    words.add_argument("--seconds", type=float, default=4.0, help="for each row")
    given = words.parse_args()
    np.seterr(all="ignore")  # as in a worker
    for name in given.only.split(","):
        make, sizes = PROGRAMS[name]
        for size in map(int, given.sizes.split(",")) if given.sizes else sizes:
            text = HEAD + make(size)
            times = in_turns({"plain": plain(text), "recorder": recorded(text), "worker": worked(text)}, given.seconds)
            found = {way: ratio(taken, times["plain"]) for way, taken in times.items() if way != "plain"}
            ops = count(text)
            each = statistics.median(times["plain"]) / ops * 1e9
            said = ", ".join(f"{way} {r.median:.2f} ({r.low:.2f} to {r.high:.2f})" for way, r in found.items())
            print(f"{name} {ops:,} records: plain {each:,.0f} ns an op; {said}", flush=True)


if __name__ == "__main__":
    began = process_time()
    main()
    print(f"{process_time() - began:.0f} s")
