"""Groups as the run made them: the scopes its records ran in, and the backward ops of recorded sweeps."""

from __future__ import annotations

import re
from collections import Counter

import numpy as np

from gradstudio.engine.trace import Trace
from gradstudio.graph.model import Group

_NUMBER = re.compile(r"\d[\d_]*(?:\.\d*)?(?:e[-+]?\d+)?")


def groups_of(trace: Trace, shown: np.ndarray) -> tuple[list[Group], np.ndarray]:
    """All groups with at least one shown record, parents first, and the innermost of each shown record (-1: none)."""
    found = _Found(trace)
    sweeps, scopes = trace.records.sweep[shown].tolist(), trace.records.scope[shown].tolist()
    inner = [found.of_sweep(k) if k >= 0 else found.of_scope(s) for k, s in zip(sweeps, scopes, strict=True)]
    return found.groups, np.array(inner, np.int32)


class _Found:
    """Groups met so far."""

    def __init__(self, trace: Trace) -> None:
        self.groups: list[Group] = []
        self._trace = trace
        self._scopes: dict[int, int] = {0: -1}
        self._sweeps: dict[int, int] = {}
        self._names: Counter[str] = Counter()
        self._loops: dict[str, str] = {}  # the heads of loops without their numbers

    def of_scope(self, scope: int) -> int:
        """The group of a scope; it and its parents are made where they are new."""
        chain = []
        while scope not in self._scopes:
            chain.append(scope)
            scope = max(self._trace.scopes[scope].parent, 0)
        group = self._scopes[scope]
        for number in reversed(chain):
            s = self._trace.scopes[number]
            name, title, turn = s.name, s.name, 0
            if s.kind == "pass":
                turn = s.index + 1
                title = f"pass {turn}"
            elif s.kind == "call":
                title = f"{name}()"
            elif s.kind == "loop":  # range(60) may become range(80): the loop is the same one
                if name not in self._loops:
                    self._loops[name] = _NUMBER.sub("0", name)
                name = self._loops[name]
            group = self._scopes[number] = self._add(f"{s.kind}:{name}:{s.index}", group, s.kind, title, s.line, turn)
        return group

    def of_sweep(self, sweep: int) -> int:
        """The group of the backward ops that a sweep recorded, inside the scope that asked for it."""
        if sweep not in self._sweeps:
            call = self._trace.sweeps[sweep] if sweep < len(self._trace.sweeps) else None
            line = call.span[0] if call is not None else 0
            above = self.of_scope(call.scope) if call is not None else -1
            self._sweeps[sweep] = self._add("sweep", above, "sweep", f"backward of line {line}", line)
        return self._sweeps[sweep]

    def _add(self, name: str, parent: int, kind: str, title: str, line: int, number: int = 0) -> int:
        """A new group; its id is numbered where an equal one exists: a function may be called twice in one place."""
        name = f"{self.groups[parent].id}/{name}" if parent >= 0 else name
        self._names[name] += 1
        unique = name if self._names[name] == 1 else f"{name}#{self._names[name]}"
        self.groups.append(Group(unique, parent, kind, title, line, number))
        return len(self.groups) - 1
