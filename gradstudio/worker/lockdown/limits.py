"""What POSIX systems limit by number: memory, processor time, files."""

from __future__ import annotations

import contextlib
import resource
import sys

WRITTEN = 256 << 10
"""Bytes that a worker may write into one file; it holds one, in which it notes the running line."""
_OPEN = 16  # one more than the largest number of an open file


def limit(address_space: int, seconds: float) -> None:
    """Set every limit that can be set. address_space: bytes in all, 0 for no limit. seconds: of processor time.

    RLIMIT_NPROC is left alone: it counts all threads of the user, wherever they run, and does not bind root.
    """
    if sys.platform == "win32":
        return
    wanted = [
        ("RLIMIT_CORE", 0),
        ("RLIMIT_FSIZE", WRITTEN),
        ("RLIMIT_NOFILE", _OPEN),
        ("RLIMIT_MEMLOCK", 0),
        ("RLIMIT_MSGQUEUE", 0),
        ("RLIMIT_CPU", int(seconds) + 1),
    ]
    if address_space:
        wanted.append(("RLIMIT_AS", address_space))
    for name, most in wanted:
        which = getattr(resource, name, None)
        if which is not None:
            with contextlib.suppress(OSError, ValueError):
                _, hard = resource.getrlimit(which)
                most = most if hard == resource.RLIM_INFINITY else min(most, hard)
                resource.setrlimit(which, (most, most))
