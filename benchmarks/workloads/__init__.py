"""The workloads, one module for each; a module may declare several cases (precisions, functions)."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from benchmarks.workload import Workload

MODULES = tuple(f"w{number:02d}" for number in range(1, 14))


@cache
def all_workloads() -> dict[str, Workload]:
    """Name -> workload, in order."""
    found: dict[str, Workload] = {}
    for module in MODULES:
        found.update({w.name: w for w in import_module(f"benchmarks.workloads.{module}").CASES})
    return found


def chosen(words: list[str]) -> list[Workload]:
    """The workloads that are meant by "w04" (all its cases) or "w04-f32"; all for no words.

    Raises ValueError for a word that means none.
    """
    every = all_workloads()
    for word in words:
        if not any(word in (name, name.split("-")[0]) for name in every):
            raise ValueError(f"there is no workload {word!r}: {' '.join(every)}")
    return [w for name, w in every.items() if not words or name in words or name.split("-")[0] in words]
