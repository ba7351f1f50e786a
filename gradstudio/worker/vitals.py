"""How a child is doing, seen from outside: memory, threads, processor time, whether it stands still."""

from __future__ import annotations

import ctypes
import mmap
import sys
from pathlib import Path
from typing import NamedTuple

_TICKS = 100  # a second, as Linux tells times to programs on every architecture that NumPy has builds for


class Vitals(NamedTuple):
    """What the system says of a process; zeros and "" where it does not say."""

    resident: int = 0  # bytes
    threads: int = 0
    processor: float = 0.0  # seconds of it used so far
    state: str = ""  # "R": it runs or would; "S", "D": it waits; "T", "t": somebody stopped it; "Z": it has ended


def vitals(pid: int) -> Vitals:
    """A look at a child of this process."""
    if sys.platform == "linux":
        return _linux(pid)
    if sys.platform == "darwin":
        return _macos(pid)
    return Vitals()  # Windows: the job limits what can be limited


def _linux(pid: int) -> Vitals:
    try:
        # The name comes second, in brackets, and may hold anything.
        fields = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
        return Vitals(
            int(fields[21]) * mmap.PAGESIZE,
            int(fields[17]),
            (int(fields[11]) + int(fields[12])) / _TICKS,
            fields[0].decode(),
        )
    except (OSError, ValueError, IndexError):
        return Vitals()


class _TaskInfo(ctypes.Structure):
    """struct proc_taskinfo of libproc."""

    _fields_ = (
        ("virtual", ctypes.c_uint64),
        ("resident", ctypes.c_uint64),
        ("times", ctypes.c_uint64 * 4),
        ("counts", ctypes.c_int32 * 9),
        ("threads", ctypes.c_int32),
        ("running", ctypes.c_int32),
        ("priority", ctypes.c_int32),
    )


_TASK_INFO = 4  # PROC_PIDTASKINFO


def _macos(pid: int) -> Vitals:
    try:
        look = ctypes.CDLL("/usr/lib/libproc.dylib").proc_pidinfo
    except (OSError, AttributeError):
        return Vitals()
    look.argtypes = (ctypes.c_int, ctypes.c_int, ctypes.c_uint64, ctypes.c_void_p, ctypes.c_int)
    info = _TaskInfo()
    if look(pid, _TASK_INFO, 0, ctypes.byref(info), ctypes.sizeof(info)) != ctypes.sizeof(info):
        return Vitals()
    return Vitals(int(info.resident), int(info.threads))
