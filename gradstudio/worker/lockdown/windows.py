"""Windows: a job object around the worker, made and held by the parent.

It limits memory, lets the worker start no process and use no other program's windows, and ends it when the parent's
handle closes, however the parent ends. It keeps no file and no network away.
"""

from __future__ import annotations

import ctypes
import sys
from ctypes import wintypes

_EXTENDED_LIMITS, _UI_RESTRICTIONS = 9, 4  # JOBOBJECTINFOCLASS
_ACTIVE_PROCESS, _PROCESS_MEMORY, _JOB_MEMORY = 0x008, 0x100, 0x200
_DIE_ON_EXCEPTION, _KILL_ON_CLOSE = 0x400, 0x2000
_ALL_UI = 0xFF  # handles, clipboard, system parameters, display settings, atoms, desktops, logging off


class BasicLimits(ctypes.Structure):
    """JOBOBJECT_BASIC_LIMIT_INFORMATION."""

    _fields_ = (
        ("process_time", ctypes.c_int64),
        ("job_time", ctypes.c_int64),
        ("flags", ctypes.c_uint32),
        ("least_working_set", ctypes.c_size_t),
        ("most_working_set", ctypes.c_size_t),
        ("active_processes", ctypes.c_uint32),
        ("affinity", ctypes.c_size_t),
        ("priority_class", ctypes.c_uint32),
        ("scheduling_class", ctypes.c_uint32),
    )


class ExtendedLimits(ctypes.Structure):
    """JOBOBJECT_EXTENDED_LIMIT_INFORMATION; between the two lie the six numbers of IO_COUNTERS."""

    _fields_ = (
        ("basic", BasicLimits),
        ("counters", ctypes.c_uint64 * 6),
        ("process_memory", ctypes.c_size_t),
        ("job_memory", ctypes.c_size_t),
        ("peak_process_memory", ctypes.c_size_t),
        ("peak_job_memory", ctypes.c_size_t),
    )


def extended_limits(memory: int) -> ExtendedLimits:
    """What the job allows: one process, `memory` bytes (0: as many as there are)."""
    limits = ExtendedLimits()
    limits.basic.flags = _ACTIVE_PROCESS | _DIE_ON_EXCEPTION | _KILL_ON_CLOSE
    limits.basic.active_processes = 1
    if memory:
        limits.basic.flags |= _PROCESS_MEMORY | _JOB_MEMORY
        limits.process_memory = limits.job_memory = memory
    return limits


class Job:
    """A job object. The process in it ends with close(), or with this process."""

    def __init__(self, handle: int) -> None:
        self._handle = handle

    def close(self) -> None:
        """End what runs in it."""
        if sys.platform == "win32" and self._handle:
            ctypes.WinDLL("kernel32").CloseHandle(wintypes.HANDLE(self._handle))
            self._handle = 0


def hold(process: int, memory: int) -> Job | None:
    """Put a process into a job of its own; None where that cannot be done.

    process: its handle. memory: bytes it may commit in all, 0 for no limit.
    """
    if sys.platform != "win32":
        return None
    kernel = ctypes.WinDLL("kernel32", use_last_error=True)
    kernel.CreateJobObjectW.restype = wintypes.HANDLE
    kernel.CreateJobObjectW.argtypes = (wintypes.LPVOID, wintypes.LPCWSTR)
    kernel.SetInformationJobObject.argtypes = (wintypes.HANDLE, ctypes.c_int, wintypes.LPVOID, wintypes.DWORD)
    kernel.AssignProcessToJobObject.argtypes = (wintypes.HANDLE, wintypes.HANDLE)
    handle = kernel.CreateJobObjectW(None, None)
    if not handle:
        return None
    job = Job(handle)
    limits, screen = extended_limits(memory), wintypes.DWORD(_ALL_UI)
    is_held = (
        kernel.SetInformationJobObject(handle, _EXTENDED_LIMITS, ctypes.byref(limits), ctypes.sizeof(limits))
        and kernel.SetInformationJobObject(handle, _UI_RESTRICTIONS, ctypes.byref(screen), ctypes.sizeof(screen))
        and kernel.AssignProcessToJobObject(handle, process)
    )
    if not is_held:
        job.close()
        return None
    return job
