"""What the C library does with the memory of the window's process: one heap for all threads, and what was freed back to
the system once a document is closed."""

from __future__ import annotations

import ctypes
import sys

_ARENA_MAX = -8  # number of glibc's mallopt()


def share_one_heap() -> None:
    """Let all threads take memory from one heap, where the C library can. To be called before threads are started.

    Else each has a heap of its own, and what one thread has freed of a large picture no other thread uses again: a run,
    its drawing and its frames are made on different threads, and held a hundred MiB between them that nobody used.
    """
    if sys.platform == "linux":
        setting = getattr(ctypes.CDLL(None), "mallopt", None)  # of glibc only
        if setting is not None:
            setting(_ARENA_MAX, 1)


def give_back() -> None:
    """Give freed memory back, where the C library can; takes a few milliseconds."""
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # of glibc only
        if trim is not None:
            trim(0)
