"""The memory of the window's process comes from one heap, whatever thread asks for it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from gradstudio.engine.memory import can_keep_freed_memory

_PROGRAM = """
import ctypes, sys, threading
from gradstudio.studio.memory import share_one_heap

if sys.argv[1] == "one":
    share_one_heap()
together = threading.Barrier(4)

def work():
    held = [bytearray(100_000) for _ in range(8)]
    together.wait()

threads = [threading.Thread(target=work) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
libc = ctypes.CDLL(None)
libc.fdopen.restype = ctypes.c_void_p
stream = ctypes.c_void_p(libc.fdopen(1, b"w"))
libc.malloc_info(0, stream)
libc.fflush(stream)
"""


def _heaps(how: str) -> int:
    """How many heaps a process has whose four threads have taken memory at the same time."""
    done = subprocess.run([sys.executable, "-c", _PROGRAM, how], capture_output=True, text=True, check=True)
    return done.stdout.count("<heap ")


@pytest.mark.skipif(
    not can_keep_freed_memory(),
    reason="the number of heaps is set through glibc's mallopt, and this is another library",
)
def test_all_threads_take_memory_from_one_heap() -> None:
    assert _heaps("one") == 1 < _heaps("each")
