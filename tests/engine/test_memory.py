"""The switch that has the C library keep freed memory: fresh arrays then come without page faults."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from gradstudio.engine.memory import SWITCH, can_keep_freed_memory

_PROGRAM = """
import resource
import gradstudio as gs
import numpy as np

def turn():
    return [np.ones(1 << 20) for _ in range(4)]

for _ in range(3):
    turn()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(5):
    turn()
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


def _faults(switch: str) -> int:
    """Page faults of twenty arrays of 8 MiB, four of them at a time, once as many have been there before."""
    around = {name: value for name, value in os.environ.items() if not name.startswith("MALLOC_")}
    around[SWITCH] = switch
    done = subprocess.run([sys.executable, "-c", _PROGRAM], env=around, capture_output=True, text=True, check=True)
    return int(done.stdout)


@pytest.mark.skipif(
    not can_keep_freed_memory(),
    reason="freed memory is kept through glibc's mallopt, and the C library here is another",
)
def test_freed_memory_is_kept_where_the_environment_says_so_and_only_there() -> None:
    assert _faults("1") < 100 < _faults("0")
