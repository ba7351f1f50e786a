"""Memory, by a process of its own for each contender: resident memory is read from the kernel, never estimated.

    python -m benchmarks.memory '{"what": "peak" or "ops" or "deep", "workload": ..., "contender": ...}'

peak: bytes above the start at the worst moment of a pass, in units of one array of the data. ops: bytes for each
operation that is alive between forward and back. deep: seconds for a chain of a million operations, there and back.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.contenders import COMPILED
from benchmarks.peers import Setting
from benchmarks.workload import Data
from benchmarks.workloads import all_workloads

_STATUS = Path("/proc/self/status")
_CLEAR = Path("/proc/self/clear_refs")
_DEEP_TURNS = 250_000


def can_measure() -> bool:
    """Whether the kernel tells a process its resident memory and lets it reset the peak."""
    return sys.platform == "linux" and _STATUS.exists() and _CLEAR.exists()


def _resident(field: str) -> int:
    """Bytes of "VmRSS" (now) or "VmHWM" (most so far)."""
    line = next(line for line in _STATUS.read_text().splitlines() if line.startswith(field))
    return int(line.split()[1]) * 1024


def peak_of(work: Callable[[], object]) -> int:
    """Bytes above the present at the worst moment of some work."""
    gc.collect()
    before = _resident("VmRSS")
    _CLEAR.write_text("5")  # the peak counts from here
    work()
    return _resident("VmHWM") - before


def peak(workload: str, contender: str) -> dict[str, float]:
    """Bytes above the start at the peak of one turn, and the same in arrays of the first parameter's size.

    What its first call prepares for later ones a contender does in the turn before; "first" is the peak of that one.
    """
    w = all_workloads()[workload]
    w.contenders[contender](w.small())()
    data = w.data()
    run = w.contenders[contender](data)
    gc.collect()
    before = _resident("VmRSS")
    found: dict[str, float] = {}
    for name in ("first", "arrays") if contender in COMPILED else ("arrays",):
        _CLEAR.write_text("5")  # the peak counts from here
        run()
        found["bytes"] = _resident("VmHWM") - before
        found[name] = found["bytes"] / data.params[0].nbytes
    return found


def ops(workload: str, contender: str) -> dict[str, float]:
    """Bytes for each operation that is alive, and the seconds of the way back."""
    w = all_workloads()[workload]
    w.recorders[contender](w.small())()()
    record = w.recorders[contender](w.data())
    gc.collect()
    before = _resident("VmRSS")
    back = record()
    bytes_ = _resident("VmRSS") - before
    start = time.perf_counter()
    back()
    return {"bytes": bytes_ / w.ops, "back": time.perf_counter() - start}


def deep(workload: str, contender: str) -> dict[str, float]:
    """Seconds of a chain of a million operations: forward, back, and letting go of it."""
    w = all_workloads()[workload]
    record = w.recorders[contender](Data(w.data().params, (_DEEP_TURNS,), fresh=True))
    start = time.perf_counter()
    back = record()
    middle = time.perf_counter()
    back()
    del back
    end = time.perf_counter()
    return {"seconds": end - start, "forward": middle - start, "back": end - middle}


def main(request: dict[str, Any]) -> dict[str, float]:
    """Carry out one request."""
    what = {"peak": peak, "ops": ops, "deep": deep}[request.pop("what")]
    Setting(request.pop("peer"), threads=request.pop("threads")).apply()
    return what(**request)


if __name__ == "__main__":
    lines = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    lines.write(json.dumps(main(json.loads(sys.argv[1]))) + "\n")
