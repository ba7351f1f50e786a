"""W13: 100,000 operations on one number that are all alive: bytes per operation; and a chain a million deep."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.contenders import LIBRARY, by
from benchmarks.workload import Builder, Data, Workload
from benchmarks.workloads.w01 import chain, floor

TAPES = ("ours", *(name for name in LIBRARY if name in ("torch", "tensorflow", "autograd")))
RECORDERS = by("recorder", chain, of=TAPES)


def both(build: Any) -> Builder:
    """Forward and back in one turn."""

    def run(data: Data) -> Any:
        record = build(data)
        return lambda: record()()

    return run


def data(turns: int) -> Data:
    return Data((np.float64(0.7),), (turns,), fresh=True)


CASES = (
    Workload(
        name="w13",
        title="memory of 100,000 scalar ops that are alive",
        data=lambda: data(25_000),
        small=lambda: data(20),
        contenders={"floor": floor, **{name: both(build) for name, build in RECORDERS.items()}},
        recorders=RECORDERS,
        ops=100_000,
        is_timed=False,
    ),
)
