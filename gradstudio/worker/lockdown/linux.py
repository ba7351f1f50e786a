"""Linux: resource limits, no new privileges, Landlock without any rule, and seccomp.

All of it is plain system calls, needs no package and no root, and cannot be undone by the process.
"""

from __future__ import annotations

import ctypes
import mmap
import os
import platform

from gradstudio.worker.lockdown import seccomp
from gradstudio.worker.lockdown.limits import limit

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 1, 4, 38
_LANDLOCK_CREATE, _LANDLOCK_RESTRICT = 444, 446  # the same numbers on every architecture
_SIGKILL = 9
_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}  # Landlock version -> how many file rights it knows


class _Ruleset(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scope", ctypes.c_uint64))


def follow(parent: int) -> None:
    """Have the kernel end this process when the thread that started it ends, or at once if it has ended."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, _SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(0)


def drop(memory: int, seconds: float) -> tuple[str, ...]:
    """Limit memory to what is used now plus `memory` bytes, and forbid core dumps, new rights and most system calls."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    used = _mapped()
    limit(used + memory if used else 0, seconds)
    layers = ["limits"]
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0:
        if _landlock(libc):
            layers.append("landlock")
        if seccomp.restrict(libc, platform.machine()):
            layers.append("seccomp")
    return tuple(layers)


def _mapped() -> int:
    """Bytes of address space in use, 0 if unknown."""
    try:
        with open("/proc/self/statm") as file:  # noqa: PTH123  (pathlib is not needed in a process about to be closed)
            return int(file.read().split()[0]) * mmap.PAGESIZE
    except (OSError, ValueError):
        return 0


def _landlock(libc: ctypes.CDLL) -> bool:
    """Handle every right the kernel knows and grant none; whether no file can be opened any more.

    It holds for this thread and those that it starts.
    """
    if platform.machine() not in ("x86_64", "aarch64"):
        return False
    version = libc.syscall(_LANDLOCK_CREATE, None, ctypes.c_size_t(0), ctypes.c_uint32(1))
    if version < 1:
        return False
    # A version to come knows more rights; it still takes a ruleset that names only these.
    rules = _Ruleset((1 << _RIGHTS.get(version, 16)) - 1, 3 if version >= 4 else 0, 3 if version >= 6 else 0)
    size = 8 if version < 4 else 16 if version < 6 else 24
    handle = libc.syscall(_LANDLOCK_CREATE, ctypes.byref(rules), ctypes.c_size_t(size), ctypes.c_uint32(0))
    if handle < 0:
        return False
    done = libc.syscall(_LANDLOCK_RESTRICT, ctypes.c_int(handle), ctypes.c_uint32(0)) == 0
    os.close(handle)
    return bool(done) and not _opens("/")


def _opens(path: str) -> bool:
    try:
        os.close(os.open(path, os.O_RDONLY))
    except OSError:
        return False
    return True
