"""How costs grow with the number of ops: microseconds of the processor for each op at a thousand to a million of them.

    python -m benchmarks.growth [--sizes 1000,1000000] [--programs chain,wide] [--costs record,sweep] [--rounds N]

Every cost should be the same at all sizes: "growth" is the largest of a line divided by the smallest. In each round
all sizes are measured in turn, in a shuffled order; a line shows medians. A plan is made once for each size, so what
that takes, and the memory that a process of its own needs at the peak, come from one run.
"""

from __future__ import annotations

import argparse
import gc
import json
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

import gradstudio as gs
from benchmarks.memory import can_measure, peak_of
from gradstudio.engine.recorder import Recorder
from gradstudio.engine.replay import Replay
from gradstudio.engine.witness import Witness, watched

SIZES = (1_000, 10_000, 100_000, 1_000_000)
_WARM = 10
"""Calls before the first one that is measured: Python makes code that is called so often faster."""
_ENOUGH = 20_000
"""So many ops at least are one measurement: short programs run several times."""

Program = Callable[[Any, int], Any]
Costs = dict[str, float]


def chain(x: Any, ops: int) -> Any:
    """One op after the other, in equal turns."""
    y = x
    for _ in range(ops // 4):
        y = gs.sin(y) * 1.01 + x * 0.5
    return y


def wide(x: Any, ops: int) -> Any:
    """Branches that all begin at x, each with a number of its own, and come together two by two."""
    row = [gs.tanh(x * (1.5 + 1e-3 * k)) for k in range(ops // 3)]
    while len(row) > 1:
        pairs = [a + b for a, b in zip(row[::2], row[1::2], strict=False)]
        row = pairs + row[2 * len(pairs) :]
    return row[0] * 0.001


def mesh(x: Any, ops: int) -> Any:
    """A hundred values, of which each op makes one of any two: no turn is like another."""
    choose = random.Random(1)
    row = [x * (0.5 + 0.01 * k) for k in range(100)]
    for _ in range(ops // 3):
        a, b, k = choose.randrange(100), choose.randrange(100), choose.randrange(100)
        row[k] = gs.tanh(row[a] - row[b]) + 0.25
    return sum(row, x)


def arrays(x: Any, ops: int) -> Any:
    """A chain on arrays of 16 elements, of float32, which no machine code takes."""
    v = gs.constant(np.linspace(0.5, 1.5, 16, dtype=np.float32)) * gs.cast(x, np.float32)
    y = v
    for _ in range(ops // 3):
        y = gs.tanh(y) + v * np.float32(0.5)
    return gs.sum(y)


PROGRAMS: dict[str, Program] = {f.__name__: f for f in (chain, wide, mesh, arrays)}


def _gradient(program: Program, ops: int) -> Callable[[Any], Any]:
    def value_and_gradient(x: Any) -> Any:
        with gs.GradientTape() as tape:
            tape.watch(x)
            y = program(x, ops)
        return y, tape.gradient(y, x)

    return value_and_gradient


def _timed(times: Costs, name: str, work: Callable[[], Any]) -> Any:
    began = time.process_time()
    found = work()
    times[name] = times.get(name, 0.0) + time.process_time() - began
    return found


# Each measurement is a generator: what it does before its first value is done once for each size, then each value is
# a dict of seconds, of one turn.

Turns = Iterator[Costs]


def tape_costs(program: Program, ops: int) -> Turns:
    """Recording, and the sweep, which frees what was recorded."""
    x = gs.constant(0.5)
    while True:
        times: Costs = {}
        with gs.GradientTape() as tape:
            tape.watch(x)
            y = _timed(times, "record", lambda: program(x, ops))
        _timed(times, "sweep", lambda: tape.gradient(y, x))  # noqa: B023
        del y, tape
        yield times


def _inspected(program: Program, ops: int) -> tuple[Recorder, Witness, Any]:
    recorder, witness = Recorder(__file__, limit_ops=10 * ops), Witness()
    with recorder, watched(witness), gs.GradientTape() as tape:
        x = gs.constant(0.5)
        tape.watch(x)
        tape.gradient(program(x, ops), x)
    return recorder, witness, x


def trace_costs(program: Program, ops: int) -> Turns:
    """An inspected run, and its Trace."""
    while True:
        times: Costs = {}
        recorder, _, _ = _timed(times, "inspect", lambda: _inspected(program, ops))
        _timed(times, "trace", recorder.trace)
        del recorder
        yield times


def repeat_costs(program: Program, ops: int) -> Turns:
    """Making an inspected run ready to be repeated, and repeating it with another number."""
    recorder, witness, x = _inspected(program, ops)
    number = 0.5
    while True:
        times: Costs = {}
        replay = _timed(times, "ready", lambda: Replay(recorder, witness))
        number += 0.001
        assert _timed(times, "repeat", lambda: replay.run({x.record: number}))  # noqa: B023
        del replay
        yield times


def _plan_costs(name: str, jit: bool, program: Program, ops: int) -> Turns:
    f = gs.compile(_gradient(program, ops), jit=jit)
    times: Costs = {}
    _timed(times, f"{name} made", lambda: f(gs.constant(0.5)))
    for k in range(_WARM):
        f(gs.constant(0.501 + 0.001 * k))
    number = 0.5
    while True:
        number += 0.001
        x = gs.constant(number)
        _timed(times, name, lambda: f(x))  # noqa: B023
        yield times
        times = {}


def plan_costs(program: Program, ops: int) -> Turns:
    """A plan in Python: making it, and a call."""
    return _plan_costs("plan", False, program, ops)


def native_costs(program: Program, ops: int) -> Turns:
    """The same in machine code, where it takes the program."""
    return _plan_costs("native", True, program, ops)


MEASUREMENTS = {f.__name__.removesuffix("_costs"): f for f in (tape_costs, trace_costs, repeat_costs, plan_costs)}
MEASUREMENTS["native"] = native_costs


def measure(program: Program, measurement: str, sizes: list[int], rounds: int) -> dict[str, dict[int, float]]:
    """Name of a cost -> size -> microseconds for each op."""
    turns = {ops: MEASUREMENTS[measurement](program, ops) for ops in sizes}
    found: dict[str, dict[int, list[float]]] = {}
    for turn in range(rounds + 1):
        order = sizes.copy()
        random.shuffle(order)
        for ops in order:
            gc.collect()
            times: dict[str, list[float]] = {}
            for _ in range(max(1, _ENOUGH // ops)):
                for name, seconds in next(turns[ops]).items():
                    times.setdefault(name, []).append(seconds)
            for name, each in times.items():
                if turn or name.endswith("made"):  # the first turn is not counted
                    found.setdefault(name, {}).setdefault(ops, []).append(statistics.mean(each) / ops * 1e6)
    return {name: {ops: statistics.median(by[ops]) for ops in sizes} for name, by in found.items()}


def _peak(program: str, measurement: str, ops: int) -> float:
    """Bytes for each op at the peak of a process that does nothing else."""
    words = ["--peak", program, measurement, str(ops)]
    ran = subprocess.run([sys.executable, "-m", "benchmarks.growth", *words], capture_output=True, text=True)
    return float(json.loads(ran.stdout)) if ran.returncode == 0 else float("nan")


def _line(name: str, by_size: dict[int, float]) -> str:
    numbers = list(by_size.values())
    known = [x for x in numbers if x > 0.0]
    growth = f"{max(known) / min(known):9.2f}" if known else ""
    return f"{name:<22}" + "".join([f"{x:11.3f}" if x > 0.0 else " " * 11 for x in numbers]) + growth


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    words.add_argument("--sizes", default=",".join(map(str, SIZES)))
    words.add_argument("--programs", default=",".join(PROGRAMS))
    words.add_argument("--costs", default=",".join(MEASUREMENTS), help="tape, trace, repeat, plan, native")
    words.add_argument("--rounds", type=int, default=5)
    words.add_argument("--no-memory", action="store_true")
    words.add_argument("--peak", nargs=3, help=argparse.SUPPRESS)
    given = words.parse_args()
    if given.peak:
        program, measurement, ops = given.peak
        next(MEASUREMENTS[measurement](PROGRAMS[program], 100))
        print(peak_of(lambda: next(MEASUREMENTS[measurement](PROGRAMS[program], int(ops)))) / int(ops))
        return
    sizes = sorted(map(int, given.sizes.split(",")))
    print(f"{'microseconds for an op':<22}" + "".join([f"{ops:>11,}" for ops in sizes]) + f"{'growth':>9}")
    for program in given.programs.split(","):
        for measurement in given.costs.split(","):
            for name, by_size in measure(PROGRAMS[program], measurement, sizes, given.rounds).items():
                print(_line(f"{program}: {name}", by_size), flush=True)
            if can_measure() and not given.no_memory:
                peaks = {ops: _peak(program, measurement, ops) for ops in sizes[1:]}
                print(_line(f"{program}: {measurement} bytes", {sizes[0]: float("nan"), **peaks}), flush=True)


if __name__ == "__main__":
    main()
