"""What the C library does with freed memory: by default large blocks go back to the system at once, and a fresh array
pays for the pages that it touches first.

With the environment variable GRADSTUDIO_MALLOC=1 the library has them kept, when it is imported. A process then holds
as much memory as it ever used. The studio's window keeps a little, since every frame needs the same again; its worker
goes without: it runs programs on a thread, whose blocks malloc() keeps anyway up to some 30 MiB, and its memory is
limited.
"""

from __future__ import annotations

import os
import sys

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # numbers of glibc's mallopt()
_LARGEST = 2**31 - 1
SWITCH = "GRADSTUDIO_MALLOC"


def can_keep_freed_memory() -> bool:
    """Whether the C library has the settings of keep_freed_memory()."""
    import ctypes

    return sys.platform == "linux" and hasattr(ctypes.CDLL(None), "mallopt")


def keep_freed_memory(most: int = _LARGEST) -> bool:
    """Let malloc() hold on to large blocks, for everything in this process. False where it has no such settings.

    most: bytes that it keeps at the end of its memory, and of the largest block that it keeps.
    """
    import ctypes

    if not can_keep_freed_memory():
        return False
    libc = ctypes.CDLL(None)
    return all([libc.mallopt(option, most) == 1 for option in (_MMAP_THRESHOLD, _TRIM_THRESHOLD)])


def as_the_environment_says() -> None:
    """What importing the library does; ctypes is loaded only if it is asked for."""
    if os.environ.get(SWITCH) == "1":
        keep_freed_memory()
