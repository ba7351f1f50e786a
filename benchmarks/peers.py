"""Which other libraries are here, and the processes that measure beside them.

Each peer gets processes of its own, because the thread pools of several libraries disturb one another: torch with one
thread and with all. Beside torch and the floor, workloads of large arrays are measured a second time with an allocator
that keeps freed memory.
"""

from __future__ import annotations

import importlib.util
import os
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from benchmarks.contenders import LIBRARY, OURS
from benchmarks.workload import Workload
from gradstudio.engine.memory import can_keep_freed_memory, keep_freed_memory

PEERS = ("torch", "tensorflow", "jax", "autograd")
_DISTRIBUTIONS = {"tensorflow": ("tensorflow", "tensorflow_cpu", "tensorflow-cpu")}

ENVIRONMENT = {
    "OMP_WAIT_POLICY": "passive",  # threads that spin while they wait make everything else slow on few cores
    "OPENBLAS_NUM_THREADS": "1",  # of NumPy's matrix products
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "JAX_PLATFORMS": "cpu",
    "CUDA_VISIBLE_DEVICES": "",
}
"""What the processes are started with; a variable that is set outside keeps its value."""


def found(wanted: list[str] | None = None) -> tuple[dict[str, str], dict[str, str]]:
    """(peer -> version, peer -> why it takes no part), of the wanted ones or all.

    Raises ValueError for a peer that is not known.
    """
    unknown = [name for name in wanted or () if name not in (*PEERS, "none")]
    if unknown:
        raise ValueError(f"there is no peer {unknown[0]!r}: {' '.join(PEERS)}, or none")
    here, missing = {}, {}
    for name in PEERS:
        if wanted is not None and name not in wanted:
            missing[name] = "not asked for"
        elif importlib.util.find_spec(name) is None:
            missing[name] = "not installed"
        else:
            here[name] = _version(name)
    return here, missing


def _version(name: str) -> str:
    for distribution in _DISTRIBUTIONS.get(name, (name,)):
        try:
            return version(distribution)
        except PackageNotFoundError:
            continue
    return "unknown version"


@dataclass(frozen=True, slots=True)
class Setting:
    """One process: who is measured beside us in it, and under which conditions."""

    peer: str  # "numpy": the floor, and autograd, which computes with NumPy
    threads: int = 0  # of torch; 0: as the library chooses
    allocator: str = "stock"  # "equal": freed memory is kept, for everybody in the process

    def contenders(self, workload: Workload, peers: dict[str, str]) -> list[str]:
        """The contenders of a workload that are timed in this process, ours first."""
        own = [name for name in OURS if name in workload.contenders]
        library = "autograd" if self.peer == "numpy" else self.peer
        beside = [name for name in workload.contenders if library in peers and LIBRARY.get(name) == library]
        return [*own, *(["floor"] if self.peer == "numpy" else []), *beside]

    def apply(self) -> None:
        """Make it so in the present process."""
        if self.allocator == "equal":
            keep_freed_memory()
        if self.peer == "torch" and self.threads:
            import torch

            torch.set_num_threads(self.threads)

    def __str__(self) -> str:
        words = [self.peer]
        if self.threads:
            words.append(f"{self.threads} thread{'s' * (self.threads > 1)}")
        if self.allocator != "stock":
            words.append(f"{self.allocator} allocator")
        return ", ".join(words)


def settings(peers: dict[str, str]) -> list[Setting]:
    """The processes to start, in order."""
    several = cores()
    kinds = [("numpy", 0)]
    if "torch" in peers:
        kinds += [("torch", count) for count in sorted({1, several})]
    equal = [Setting(peer, threads, "equal") for peer, threads in kinds if can_keep_freed_memory()]
    kinds += [(name, 0) for name in ("tensorflow", "jax") if name in peers]
    return [*(Setting(peer, threads) for peer, threads in kinds), *equal]


def environment() -> dict[str, str]:
    """The variables of a process to measure in."""
    return {**ENVIRONMENT, **os.environ}


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
