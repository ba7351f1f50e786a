"""Groups of a view: the scopes its records ran in, and the backward ops of recorded sweeps."""

from __future__ import annotations

import numpy as np

from gradstudio.engine.trace import Trace
from gradstudio.graph.model import Group


def groups_of(trace: Trace, shown: np.ndarray) -> tuple[tuple[Group, ...], np.ndarray]:
    """All groups with at least one shown record, parents first, and the innermost group of each shown record (-1: none)."""
    groups: list[Group] = []
    of_scope: dict[int, int] = {0: -1}
    of_sweep: dict[int, int] = {}
    inner = np.full(len(shown), -1, np.int32)
    for position, record in enumerate(shown.tolist()):
        sweep = int(trace.records.sweep[record])
        if sweep >= 0:
            if sweep not in of_sweep:
                line = trace.sweeps[sweep].span[0] if sweep < len(trace.sweeps) else 0
                groups.append(Group(f"sweep:{sweep}", -1, "sweep", f"backward of line {line}", line))
                of_sweep[sweep] = len(groups) - 1
            inner[position] = of_sweep[sweep]
            continue
        inner[position] = _group_of(trace, int(trace.records.scope[record]), groups, of_scope)
    return tuple(groups), inner


def _group_of(trace: Trace, scope: int, groups: list[Group], known: dict[int, int]) -> int:
    """The group of a scope; it and its parents are made where they are new."""
    chain = []
    while scope not in known:
        chain.append(scope)
        scope = max(trace.scopes[scope].parent, 0)
    group = known[scope]
    for number in reversed(chain):
        s = trace.scopes[number]
        title = {"pass": f"pass {s.index + 1}", "call": f"{s.name}()"}.get(s.kind, s.name)
        path = groups[group].id + "/" if group >= 0 else ""
        groups.append(Group(f"{path}{s.kind}:{s.name}:{s.index}", group, s.kind, title, s.line))
        group = known[number] = len(groups) - 1
    return group
