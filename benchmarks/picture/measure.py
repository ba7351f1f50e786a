"""Everything there is to measure of one program; run in a process of its own, so that memory is its own."""

from __future__ import annotations

import gc
import os
import resource
import sys
from typing import Any

import numpy as np

from benchmarks.picture import frames, stability, tidiness
from benchmarks.picture.road import Arrival, Desk
from benchmarks.picture.stopping import stopping
from benchmarks.picture.tapes import TAPES
from gradstudio.graph.fold_state import open_all
from gradstudio.studio.arrangement import Arrangement, written

TIDY = 3_000
"""Nodes up to which boxes and lines are compared with each other."""

STOPPED = 10_000
"""Ops from which on runs and drawings last long enough to be stopped."""

OPENED = 12_000
"""Nodes up to which everything is also shown unfolded, as a person may ask; beyond, the whole is laid out only once."""


def measure(tape: str, ops: int, rounds: int = 3) -> dict[str, Any]:
    """Times of pictures (folded as it opens, and with nothing folded), frames, tidiness, stability, memory."""
    from gradstudio.app.main import make_application

    application = make_application()
    text = TAPES[tape](ops)
    desk = Desk(application)
    try:
        desk.show("x = 1.0\ny = x * 2\n")  # the processes are warm
        folded = [desk.show(text) for _ in range(rounds)]
        whole = desk.view.whole
        found: dict[str, Any] = {
            "tape": tape,
            "ops": ops,
            "nodes": whole.whole_nodes,
            "edges": whole.whole_edges,
            "run": folded[-1].run,
            "folded": _arrival(folded),
            "memory": _memory(),
        }
        found["folded"]["frames"] = _percentiles(frames.frames(desk.canvas))
        everything = written(text, Arrangement(open_all()))
        opened = [desk.rearrange(everything) for _ in range(1)]
        found["open"] = _arrival(opened)
        found["open"]["frames"] = _percentiles(frames.frames(desk.canvas))
        found["memory open"] = _memory()
        view = desk.view
        if ops >= STOPPED:
            found["stop"] = stopping(desk, text, everything, found["run"], found["open"]["drawn"])
        if len(view.graph.ids) <= TIDY:
            found["overlaps"] = tidiness.overlaps(view.layout)
            found["through"] = tidiness.through(view.layout)
            found["crossings"] = tidiness.crossings(view.graph, view.layout)
            found["chips"] = len(view.layout.chips)
        if 200 <= len(view.graph.ids) <= 1200:
            found["dot"] = tidiness.dot_crossings(view.graph, view.layout)
        if 200 <= len(view.graph.ids) <= 500:
            found["moved"] = stability.moved(desk, everything)
        return found
    finally:
        desk.close()


def _arrival(found: list[Arrival]) -> dict[str, Any]:
    """The quickest of several: on a shared machine it says most."""
    best = min(found, key=lambda a: a.painted)
    return {
        "boxes": best.boxes,
        "drawn": best.drawn,
        "painted": best.painted,
        "silent": min(a.silent for a in found),
        "size": [round(v) for v in best.size],
    }


def _percentiles(found: dict[str, list[float]]) -> dict[str, list[float]]:
    """Median and 95th percentile."""
    return {name: [float(np.percentile(v, q)) for q in (50, 95)] for name, v in found.items()}


def _memory() -> dict[str, float]:
    """MiB the window's process holds now, and at most so far."""
    gc.collect()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    now = 0.0
    if os.path.exists("/proc/self/statm"):  # noqa: PTH110
        with open("/proc/self/statm") as file:  # noqa: PTH123
            now = int(file.read().split()[1]) * os.sysconf("SC_PAGESIZE") / 2**20
    return {"now": now, "peak": peak / (2**20 if sys.platform == "darwin" else 2**10)}
