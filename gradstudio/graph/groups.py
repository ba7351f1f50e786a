"""Groups of a view: the scopes its records ran in, and the backward ops of recorded sweeps."""

from __future__ import annotations

from collections import Counter

import numpy as np

from gradstudio.engine.trace import Trace
from gradstudio.graph.model import Group


def groups_of(trace: Trace, shown: np.ndarray) -> tuple[tuple[Group, ...], np.ndarray]:
    """All groups with at least one shown record, parents first, and the innermost of each shown record (-1: none)."""
    found = _Found(trace)
    sweeps, scopes = trace.records.sweep[shown].tolist(), trace.records.scope[shown].tolist()
    inner = [found.of_sweep(k) if k >= 0 else found.of_scope(s) for k, s in zip(sweeps, scopes, strict=True)]
    return tuple(found.groups), np.array(inner, np.int32)


class _Found:
    """Groups met so far."""

    def __init__(self, trace: Trace) -> None:
        self.groups: list[Group] = []
        self._trace = trace
        self._scopes: dict[int, int] = {0: -1}
        self._sweeps: dict[int, int] = {}
        self._names: Counter[str] = Counter()

    def of_scope(self, scope: int) -> int:
        """The group of a scope; it and its parents are made where they are new."""
        chain = []
        while scope not in self._scopes:
            chain.append(scope)
            scope = max(self._trace.scopes[scope].parent, 0)
        group = self._scopes[scope]
        for number in reversed(chain):
            s = self._trace.scopes[number]
            title = {"pass": f"pass {s.index + 1}", "call": f"{s.name}()"}.get(s.kind, s.name)
            path = self.groups[group].id + "/" if group >= 0 else ""
            group = self._scopes[number] = self._add(f"{path}{s.kind}:{s.name}:{s.index}", group, s.kind, title, s.line)
        return group

    def of_sweep(self, sweep: int) -> int:
        """The group of the backward ops that a sweep recorded."""
        if sweep not in self._sweeps:
            line = self._trace.sweeps[sweep].span[0] if sweep < len(self._trace.sweeps) else 0
            self._sweeps[sweep] = self._add("sweep", -1, "sweep", f"backward of line {line}", line)
        return self._sweeps[sweep]

    def _add(self, name: str, parent: int, kind: str, title: str, line: int) -> int:
        """A new group; its id is numbered where an equal one exists: a function may be called twice in one place."""
        self._names[name] += 1
        unique = name if self._names[name] == 1 else f"{name}#{self._names[name]}"
        self.groups.append(Group(unique, parent, kind, title, line))
        return len(self.groups) - 1
