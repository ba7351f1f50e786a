"""name_scope: a named block, shown as a group."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from gradstudio.engine.state import ACTIVE
from gradstudio.engine.written import sendable


@contextmanager
def name_scope(name: str) -> Iterator[str]:
    """Ops inside the block belong to the group `name` in the picture; numbers do not change.

    Example:
        >>> with gs.name_scope("scale"):
        ...     y = gs.constant(3.0) * 2.0
        >>> y.item()
        6.0
    """
    recorder = ACTIVE.recorder
    if recorder is not None:
        frame = sys._getframe(2)
        recorder.enter("block", sendable(str(name)[:80]), frame.f_lineno)
    try:
        yield name
    finally:
        if recorder is not None:
            recorder.leave()
