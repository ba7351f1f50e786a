"""Linux's seccomp: the kernel refuses every system call but those that computing needs.

It is a list of what is allowed, so that a call of a newer kernel is refused as well. What is not on it fails with
EPERM and ends nothing: a library that asks for something harmless in vain goes on without it.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct
import sys
from typing import NamedTuple

_SET_MODE_FILTER, _TSYNC = 1, 1
_ALLOW, _FAIL = 0x7FFF0000, 0x00050000
_LOAD, _EQUAL, _ANY_BIT, _RETURN = 0x20, 0x15, 0x45, 0x06
_NUMBER, _ARCHITECTURE, _FIRST = 0, 4, 16  # places in struct seccomp_data; _FIRST: the low half of the first argument

_CLONE_THREAD, _CLONE_NEW_NAMESPACES = 0x00010000, 0x7E020000
_PRCTL_NAMES = (15, 0x53564D41)  # PR_SET_NAME, PR_SET_VMA: naming threads and memory, for debuggers


class _Machine(NamedTuple):
    audit: int  # how the kernel calls it
    column: int  # of _CALLS


_MACHINES = {"x86_64": _Machine(0xC000003E, 0), "aarch64": _Machine(0xC00000B7, 1)}

_CALLS: dict[str, tuple[int, int]] = {
    # name: number on x86_64, number on aarch64; -1 where there is none. The frequent ones come first.
    "futex": (202, 98),
    "read": (0, 63),
    "write": (1, 64),
    "mmap": (9, 222),
    "munmap": (11, 215),
    "madvise": (28, 233),
    "mprotect": (10, 226),
    "mremap": (25, 216),
    "brk": (12, 214),
    "rt_sigprocmask": (14, 135),
    "lseek": (8, 62),  # of the file with the running line
    "ftruncate": (77, 46),
    "fstat": (5, 80),
    "close": (3, 57),
    "rt_sigaction": (13, 134),
    "rt_sigreturn": (15, 139),
    "sigaltstack": (131, 132),
    "restart_syscall": (219, 128),
    "clock_gettime": (228, 113),
    "clock_getres": (229, 114),
    "clock_nanosleep": (230, 115),
    "nanosleep": (35, 101),
    "gettimeofday": (96, 169),
    "time": (201, -1),
    "times": (100, 153),
    "getrusage": (98, 165),
    "sysinfo": (99, 179),
    "getrandom": (318, 278),
    "getpid": (39, 172),
    "gettid": (186, 178),
    "getcpu": (309, 168),
    "sched_yield": (24, 124),
    "sched_getaffinity": (204, 123),
    "membarrier": (324, 283),
    "rseq": (334, 293),
    "set_robust_list": (273, 99),
    "set_tid_address": (218, 96),
    "futex_waitv": (449, 449),
    "map_shadow_stack": (453, 453),
    "futex_wake": (454, 454),
    "futex_wait": (455, 455),
    "exit": (60, 93),
    "exit_group": (231, 94),
}
"""What is allowed whatever its arguments are."""

_CLONE, _TGKILL, _PRCTL = (56, 220), (234, 131), (157, 167)
_CLONE3, _SECCOMP = 435, (317, 277)


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.c_char_p))


def restrict(libc: ctypes.CDLL, machine: str) -> bool:
    """Refuse all other calls to every thread of this process, and say whether that holds.

    libc: with use_errno. machine: as platform.machine() says. The process must have given up gaining rights.
    """
    if machine not in _MACHINES or ctypes.sizeof(ctypes.c_void_p) != 8 or sys.byteorder != "little":
        return False
    steps = program(machine, os.getpid())
    found = libc.syscall(
        ctypes.c_long(_SECCOMP[_MACHINES[machine].column]),
        ctypes.c_long(_SET_MODE_FILTER),
        ctypes.c_long(_TSYNC),
        ctypes.byref(_Program(len(steps) // 8, steps)),
    )
    return bool(found == 0)


def program(machine: str, pid: int) -> bytes:
    """The filter in the kernel's language: 8 bytes a step. pid: of the only process that may be sent a signal."""
    audit, column = _MACHINES[machine]
    refuse = (_RETURN, 0, 0, _FAIL | errno.EPERM)
    steps = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 1, 0, audit),
        refuse,  # another way into the kernel, with numbers that mean something else
        (_LOAD, 0, 0, _NUMBER),
        # glibc then starts threads by clone, whose flags can be looked at; those of clone3 lie in memory.
        (_EQUAL, 0, 1, _CLONE3),
        (_RETURN, 0, 0, _FAIL | errno.ENOSYS),
        *_with_first(
            _CLONE[column],
            [
                (_ANY_BIT, 1, 0, _CLONE_THREAD),
                refuse,
                (_ANY_BIT, 0, 1, _CLONE_NEW_NAMESPACES),
                refuse,
            ],
        ),
        *_with_first(_TGKILL[column], [(_EQUAL, 1, 0, pid), refuse]),  # how a process aborts itself
        *_with_first(_PRCTL[column], [(_EQUAL, 2, 0, _PRCTL_NAMES[0]), (_EQUAL, 1, 0, _PRCTL_NAMES[1]), refuse]),
    ]
    for numbers in _CALLS.values():
        if numbers[column] >= 0:
            steps += [(_EQUAL, 0, 1, numbers[column]), (_RETURN, 0, 0, _ALLOW)]
    return b"".join(struct.pack("=HBBI", *step) for step in [*steps, refuse])


def _with_first(number: int, checks: list[tuple[int, int, int, int]]) -> list[tuple[int, int, int, int]]:
    """Allow one call if its first argument passes the checks; they end in a refusal or fall through."""
    inner = [(_LOAD, 0, 0, _FIRST), *checks, (_RETURN, 0, 0, _ALLOW)]
    return [(_EQUAL, 0, len(inner), number), *inner]
