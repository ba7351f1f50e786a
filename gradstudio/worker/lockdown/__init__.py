"""Dropping rights, as far as the operating system allows: drop_rights() says which layers hold.

A layer that cannot be had is left out of the answer; it never keeps a worker from starting.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable

_OUT_OF_REACH = frozenset(["files", "network", "processes"])
"""What a computation must not get at for a file to be called isolated."""

LAYERS: dict[str, tuple[frozenset[str], str]] = {
    "limits": (frozenset(), "The worker has an upper limit of memory and time."),
    "landlock": (frozenset(["files"]), "The kernel (Landlock) keeps every file out of the worker's reach."),
    "seccomp": (
        _OUT_OF_REACH,
        "The kernel (seccomp) refuses every call with which the worker could reach files, the network or other "
        "processes.",
    ),
    "job": (
        frozenset(["processes"]),
        "A Windows job limits the worker's memory, lets it start no process and ends it with the window.",
    ),
    "seatbelt": (
        _OUT_OF_REACH,
        "The system's sandbox (Seatbelt) keeps files, the network and other processes out of the worker's reach.",
    ),
}
"""What each layer keeps out of reach, and the sentence that says so."""


def is_isolated(layers: Iterable[str]) -> bool:
    """Whether a worker with these layers can reach neither files nor the network nor other processes."""
    kept = [LAYERS[layer][0] for layer in layers if layer in LAYERS]
    return frozenset().union(*kept) >= _OUT_OF_REACH


def described(layers: Iterable[str]) -> tuple[str, ...]:
    """A plain sentence for each layer."""
    return tuple(LAYERS[layer][1] for layer in layers if layer in LAYERS)


def follow(parent: int) -> None:
    """Let this process end when the process `parent`, which started it, does. To be called first of all."""
    if sys.platform == "linux":
        from gradstudio.worker.lockdown import linux

        linux.follow(parent)
    elif sys.platform == "darwin":
        from gradstudio.worker.lockdown import macos

        macos.follow(parent)
    # On Windows the job ends it.


def drop_rights(memory: int, seconds: float = 3600.0) -> tuple[str, ...]:
    """Limit this process for good, and give the names of the layers that hold.

    memory: bytes over what it uses now. seconds: of processor time, over all of its life. Threads that are there
    already are limited as well, as far as the system can do that, so this belongs before the first one is started.
    """
    if sys.platform == "linux":
        from gradstudio.worker.lockdown import linux

        return linux.drop(memory, seconds)
    if sys.platform == "darwin":
        from gradstudio.worker.lockdown import macos

        return macos.drop(memory, seconds)
    return ()  # on Windows the parent puts the process into a job
