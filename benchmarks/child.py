"""One process of the suite: measures some workloads under one setting and writes one line of JSON for each.

python -m benchmarks.child '{"setting": {...}, "workloads": [...], "peers": {...}, "plan": {...}, "small": false}'
"""

from __future__ import annotations

import gc
import json
import os
import sys
import time
from dataclasses import asdict
from typing import Any

import numpy as np

from benchmarks.contenders import COMPILED, OURS
from benchmarks.paired import Plan, ratio, rounds
from benchmarks.peers import Setting
from benchmarks.workload import Disagreement, Run, Workload, compare, tolerance_of
from benchmarks.workloads import all_workloads


def measure(workload: Workload, names: list[str], plan: Plan, small: bool = False) -> dict[str, Any]:
    """Check the contenders' gradients against the floor's, then time those that agree.

    Gives {"load", "rounds", "contenders": {name: {"first", "compile", "median"}}, "ratios": {"ours/torch": ...},
    "errors": {name: why it was not timed}}; all times are seconds.
    """
    data = workload.small() if small else workload.data()
    expected = workload.gradients("floor", workload.contenders["floor"](data)())
    runs: dict[str, Run] = {}
    first: dict[str, float] = {}
    errors: dict[str, str] = {}
    for name in names:
        try:
            run = workload.contenders[name](data)
            start = time.perf_counter()
            result = run()
            first[name] = time.perf_counter() - start
            compare(workload.gradients(name, result), expected, tolerance_of(data))
        except Disagreement as error:
            errors[name] = str(error)
        except Exception as error:
            errors[name] = f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"[:200]
        else:
            runs[name] = run
        result = None
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    times = rounds(runs, plan)
    contenders = {}
    for name, each in times.items():
        median = float(np.median(each))
        compiling = max(0.0, first[name] - median) if name in COMPILED else None
        contenders[name] = {"first": first[name], "compile": compiling, "median": median}
    ratios = {
        f"{mine}/{other}": asdict(ratio(times[mine], times[other]))
        for mine in OURS
        for other in times
        if mine in times and other not in OURS
    }
    return {
        "load": load,
        "rounds": len(next(iter(times.values()), [])),
        "contenders": contenders,
        "ratios": ratios,
        "errors": errors,
    }


def main(request: dict[str, Any], output: Any) -> None:
    """Carry out a request; each line of the output is {"workload": name, ...}."""
    setting = Setting(**request["setting"])
    setting.apply()
    every = all_workloads()
    for name in request["workloads"]:
        workload = every[name]
        names = setting.contenders(workload, request["peers"])
        found = measure(workload, names, Plan(**request["plan"]), request["small"])
        output.write(json.dumps({"workload": name, **found}) + "\n")
        output.flush()
        gc.collect()


if __name__ == "__main__":
    lines = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what libraries print must not mix with the lines
    main(json.loads(sys.argv[1]), lines)
