"""Timing contenders against each other in one process, and ratios with an interval.

Every round runs each contender once, in a shuffled order, so that whatever disturbs the machine disturbs all of them.
A ratio is the median of the rounds' ratios; its interval comes from the bootstrap.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from benchmarks.workload import Run


@dataclass(frozen=True, slots=True)
class Plan:
    """How long to measure: at least `rounds` rounds, more while `seconds` last, at most `most`."""

    warm_ups: int = 5
    rounds: int = 15
    most: int = 61
    seconds: float = 6.0
    sample: float = 1e-3  # a contender that is faster than this many seconds runs several times in a row


FULL = Plan()
QUICK = Plan(warm_ups=2, rounds=5, most=21, seconds=2.0)


@dataclass(frozen=True, slots=True)
class Ratio:
    """Median of per-round ratios, and the bounds of its 95 % interval."""

    median: float
    low: float
    high: float


def rounds(runs: Mapping[str, Run], plan: Plan, seed: int = 0) -> dict[str, list[float]]:
    """Seconds per turn of each contender, round by round."""
    turns = {name: _turns(run, plan) for name, run in runs.items()}
    times: dict[str, list[float]] = {name: [] for name in runs}
    names = list(runs)
    random = np.random.default_rng(seed)
    gc.collect()
    gc.freeze()
    try:
        began = time.perf_counter()
        for number in range(plan.most):
            if number >= plan.rounds and time.perf_counter() - began > plan.seconds:
                break
            for position in random.permutation(len(names)):
                name = names[position]
                run, count = runs[name], turns[name]
                start = time.perf_counter()
                for _ in range(count):
                    run()
                times[name].append((time.perf_counter() - start) / count)
    finally:
        gc.unfreeze()
    return times


def _turns(run: Run, plan: Plan) -> int:
    """Warm a contender up; how many turns make one sample."""
    fastest = float("inf")
    for _ in range(plan.warm_ups):
        start = time.perf_counter()
        run()
        fastest = min(fastest, time.perf_counter() - start)
    return max(1, min(100, round(plan.sample / max(fastest, 1e-9))))


def ratio(mine: list[float], theirs: list[float], seed: int = 0, resamples: int = 2000) -> Ratio:
    """How many times as long mine takes as theirs. Both lists hold one time per round, of the same rounds."""
    each = np.asarray(mine) / np.asarray(theirs)
    low, high = interval(each, seed, resamples)
    return Ratio(float(np.median(each)), low, high)


def interval(values: ArrayLike, seed: int = 0, resamples: int = 2000) -> tuple[float, float]:
    """The 95 % interval of the median, by resampling with replacement."""
    picks = np.random.default_rng(seed).integers(0, np.size(values), (resamples, np.size(values)))
    low, high = np.percentile(np.median(np.asarray(values)[picks], axis=1), (2.5, 97.5))
    return float(low), float(high)
