"""Running the suite: one process after the other, never two at once, and everything they say in one structure."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks import cold_start, machine, memory, peers
from benchmarks.contenders import LIBRARY
from benchmarks.paired import Plan, interval
from benchmarks.peers import Setting
from benchmarks.rows import Results
from benchmarks.workload import Workload

ROOT = Path(__file__).resolve().parent.parent
Say = Callable[[str], None]


def measure_all(
    workloads: list[Workload], here: dict[str, str], missing: dict[str, str], plan: Plan, say: Say, small: bool = False
) -> Results:
    """Measure workloads beside the peers that are here.

    small: on the tests' data, which says nothing about speed. say: told what happens, one line each.
    """
    results: Results = {
        "machine": machine.facts(),
        "plan": asdict(plan),
        "small": small,
        "peers": here,
        "missing": missing,
        "workloads": {w.name: {"title": w.title, "ops": w.ops} for w in workloads},
        "processes": [],
        "memory": {},
        "cold": {},
    }
    for setting in peers.settings(here):
        timed = [w for w in workloads if w.is_timed and (setting.allocator == "stock" or w.is_large)]
        for found in _timed(setting, timed, here, plan, small):
            results["processes"].append(found)
            say(_line(found))
    results["memory"] = _memory(workloads, here, say) if not small else {}
    if not small and any(w.name == "w01" for w in workloads):
        results["cold"] = _cold(say)
    return results


def _timed(
    setting: Setting, workloads: list[Workload], here: dict[str, str], plan: Plan, small: bool
) -> Iterator[dict[str, Any]]:
    """One process for all workloads; where it dies, the next goes on behind the workload that it died of."""
    waiting = [w.name for w in workloads if any(name in LIBRARY for name in setting.contenders(w, here))]
    if setting.peer == "numpy":
        waiting = [w.name for w in workloads]
    while waiting:
        request = {
            "setting": asdict(setting),
            "workloads": waiting,
            "peers": here,
            "plan": asdict(plan),
            "small": small,
        }
        with (
            tempfile.TemporaryFile("w+") as errors,
            subprocess.Popen(
                _command("benchmarks.child", request),
                cwd=ROOT,
                env=peers.environment(),
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            ) as child,
        ):
            assert child.stdout is not None
            for line in child.stdout:
                found = json.loads(line)
                waiting.remove(found["workload"])
                yield {"setting": asdict(setting), "name": str(setting), **found}
            if child.wait() and waiting:
                yield _lost(setting, waiting.pop(0), _last_line(errors, child.returncode))


def _lost(setting: Setting, workload: str, reason: str) -> dict[str, Any]:
    """What is told of a workload that the process died of."""
    return {
        "setting": asdict(setting),
        "name": str(setting),
        "workload": workload,
        "load": 0.0,
        "rounds": 0,
        "contenders": {},
        "ratios": {},
        "errors": {"process": reason},
    }


def _memory(workloads: list[Workload], here: dict[str, str], say: Say) -> dict[str, Any]:
    """What -> workload -> contender -> numbers; empty where the system does not tell."""
    if not memory.can_measure():
        say("memory is measured on Linux only")
        return {}
    found: dict[str, Any] = {}
    for w in workloads:
        names = [name for name in w.contenders if name == "floor" or LIBRARY.get(name, "") in ("", *here)]
        if w.name == "w12":
            found["peak"] = {w.name: {name: _asked("peak", w.name, name, say) for name in names}}
        elif w.recorders:
            names = [name for name in names if name in w.recorders]
            found["bytes"] = {w.name: {name: _asked("ops", w.name, name, say, times=1) for name in names}}
            found["deep"] = {w.name: {name: _asked("deep", w.name, name, say) for name in ("ours",)}}
    return found


def _asked(what: str, workload: str, contender: str, say: Say, times: int = 3) -> dict[str, Any]:
    """The median of several processes, or why the first that failed did."""
    each = []
    for _ in range(times):
        found = _asked_once(what, workload, contender)
        if "error" in found:
            break
        each.append(found)
    else:
        found = {key: sorted(one[key] for one in each)[times // 2] for key in each[0]}
    say(f"{workload} {what} {contender}: {', '.join(f'{k} {v:.4g}' for k, v in found.items() if k != 'error')}")
    return found


def _asked_once(what: str, workload: str, contender: str) -> dict[str, Any]:
    peer = LIBRARY.get(contender, "numpy")
    request = {"what": what, "workload": workload, "contender": contender, "peer": peer, "threads": peers.cores()}
    ran = subprocess.run(
        _command("benchmarks.memory", request), cwd=ROOT, env=peers.environment(), capture_output=True, text=True
    )
    if ran.returncode:
        lines = ran.stderr.strip().splitlines()
        return {"error": lines[-1] if lines else f"ended with {ran.returncode}"}
    found: dict[str, Any] = json.loads(ran.stdout)
    return found


def _cold(say: Say) -> dict[str, float]:
    """Median seconds until the first gradient of a new program, over seven programs that find compiled modules."""
    each = []
    program = [sys.executable, "-c", cold_start.PROGRAM]
    with tempfile.TemporaryDirectory() as folder:
        variables = {**peers.environment(), "PYTHONPYCACHEPREFIX": folder}
        variables.pop("PYTHONDONTWRITEBYTECODE", None)
        for _ in range(8):
            ran = subprocess.run(program, cwd=ROOT, env=variables, capture_output=True, text=True, check=True)
            each.append(cold_start.read(ran.stdout))
    del each[0]  # it compiled the modules
    low, high = interval([one["seconds"] for one in each])
    middle = {name: sorted(one[name] for one in each)[3] for name in each[0]}
    say(f"cold start: {middle['seconds']:.3f} s, of which NumPy {middle['numpy']:.3f} s")
    return {**middle, "low": low, "high": high}


def _command(module: str, request: dict[str, Any]) -> list[str]:
    return [sys.executable, "-m", module, json.dumps(request)]


def _last_line(errors: Any, status: int) -> str:
    errors.seek(0)
    lines = errors.read().strip().splitlines()
    return f"the process ended with {status}: {lines[-1][:160] if lines else 'it said nothing'}"


def _line(found: dict[str, Any]) -> str:
    parts = [f"{name} {one['median'] * 1e3:.3g} ms" for name, one in found["contenders"].items()]
    wrong = [f"{name}: {why}" for name, why in found["errors"].items()]
    return f"{found['workload']} ({found['name']}): {'  '.join([*parts, *wrong])}"
