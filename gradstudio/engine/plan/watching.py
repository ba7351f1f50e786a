"""Listening to a run: the few places of the engine that are no ops are replaced while a recording is open.

They are the hooks that the engine itself would call.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from gradstudio.engine.plan.changing import CHANGING
from gradstudio.engine.plan.listener import Listener
from gradstudio.engine.plan.reading import READING


@contextmanager
def watched(listener: Listener) -> Iterator[None]:
    """Inside the block the listener is told what its own thread does."""
    with ExitStack() as stack:
        for owner, name, make in (*READING, *CHANGING):
            stack.enter_context(_replaced(owner, name, make, listener))
        yield


@contextmanager
def _replaced(owner: Any, name: str, make: Callable[[Any, Listener], Any], listener: Listener) -> Iterator[None]:
    before = owner.__dict__[name]
    setattr(owner, name, make(before, listener))
    try:
        yield
    finally:
        setattr(owner, name, before)
