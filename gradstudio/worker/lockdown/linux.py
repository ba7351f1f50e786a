"""Linux: resource limits, no new privileges, and Landlock without any rule: no file can be opened from then on.

All of it is plain system calls, needs no package and no root, and cannot be undone by the process.
"""

from __future__ import annotations

import ctypes
import os
import platform
import resource

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 1, 4, 38
_LANDLOCK_CREATE, _LANDLOCK_RESTRICT = 444, 446  # the same numbers on every architecture
_SIGKILL = 9
_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}  # Landlock version -> how many file rights it knows


class _Ruleset(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scope", ctypes.c_uint64))


def drop(memory: int) -> tuple[str, ...]:
    """Limit memory to what is used now plus `memory` bytes, forbid core dumps, new rights and files."""
    libc = ctypes.CDLL(None, use_errno=True)
    layers = []
    libc.prctl(_PR_SET_PDEATHSIG, _SIGKILL, 0, 0, 0)
    libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    used = _mapped()
    if used:
        resource.setrlimit(resource.RLIMIT_AS, (used + memory, used + memory))
    layers.append("limits")
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 and _landlock(libc):
        layers.append("landlock")
    return tuple(layers)


def _mapped() -> int:
    """Bytes of address space in use, 0 if unknown."""
    try:
        with open("/proc/self/statm") as file:  # noqa: PTH123  (pathlib is not needed in a process about to be closed)
            return int(file.read().split()[0]) * os.sysconf("SC_PAGESIZE")
    except (OSError, ValueError):
        return 0


def _landlock(libc: ctypes.CDLL) -> bool:
    """Handle every right the kernel knows and grant none."""
    if platform.machine() not in ("x86_64", "aarch64"):
        return False
    version = libc.syscall(_LANDLOCK_CREATE, None, ctypes.c_size_t(0), ctypes.c_uint32(1))
    if version < 1:
        return False
    rules = _Ruleset((1 << _RIGHTS.get(version, 16)) - 1, 3 if version >= 4 else 0, 3 if version >= 6 else 0)
    size = 8 if version < 4 else 16 if version < 6 else 24
    handle = libc.syscall(_LANDLOCK_CREATE, ctypes.byref(rules), ctypes.c_size_t(size), ctypes.c_uint32(0))
    if handle < 0:
        return False
    done = libc.syscall(_LANDLOCK_RESTRICT, ctypes.c_int(handle), ctypes.c_uint32(0)) == 0
    os.close(handle)
    return bool(done)
