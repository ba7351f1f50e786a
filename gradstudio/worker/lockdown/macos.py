"""macOS: resource limits, and the system's own sandbox (Seatbelt), entered by the process itself.

RLIMIT_AS does not bind there; the parent watches the memory.
"""

from __future__ import annotations

import ctypes
import os
import threading
import time

from gradstudio.worker.lockdown.limits import limit

PROFILE = """\
(version 1)
(allow default)
(deny file-write*)
(deny file-read-data)
(allow file-read-data (subpath "/System/Library") (subpath "/usr/lib"))
(deny file-link)
(deny network*)
(deny process-fork)
(deny process-exec*)
(deny process-info* (target others))
(deny signal (target others))
(deny mach-lookup)
(deny mach-register)
(deny mach-task-name)
(deny mach-priv*)
(deny iokit-open)
(deny ipc-posix*)
(deny ipc-sysv*)
(deny system-socket)
"""
"""The last rule that fits decides. What stays open is what the system's own libraries load late. Files that are open
already stay so."""

_GLANCE = 0.5  # seconds between looks at the parent


def follow(parent: int) -> None:
    """End this process when the parent ends: it is then handed to another parent."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_GLANCE)
        os._exit(0)

    threading.Thread(target=watch, daemon=True, name="parent").start()


def drop(memory: int, seconds: float) -> tuple[str, ...]:
    """Set the limits and enter the sandbox."""
    limit(0, seconds)
    return ("limits", "seatbelt") if _seatbelt() else ("limits",)


def _seatbelt() -> bool:
    """Whether the sandbox took this process in, and keeps it from reading a file."""
    try:
        library = ctypes.CDLL("/usr/lib/libsandbox.1.dylib", use_errno=True)
        enter = library.sandbox_init
    except (OSError, AttributeError):
        return False
    enter.argtypes = (ctypes.c_char_p, ctypes.c_uint64, ctypes.POINTER(ctypes.c_char_p))
    enter.restype = ctypes.c_int
    message = ctypes.c_char_p()
    if enter(PROFILE.encode(), 0, ctypes.byref(message)) != 0:
        return False
    try:
        os.close(os.open("/etc/passwd", os.O_RDONLY))
    except OSError:
        return True
    return False
