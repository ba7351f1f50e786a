"""Listening to a run: the few places of the engine that are no ops are replaced while a recording is open.

They are the hooks that the engine itself would call.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Any

from gradstudio.engine.plan.changing import CHANGING
from gradstudio.engine.plan.listener import Hook, Listener
from gradstudio.engine.plan.reading import READING


def watched(listener: Listener) -> AbstractContextManager[None]:
    """Inside the block the listener is told what its own thread does."""
    return replaced(listener, (*READING, *CHANGING))


@contextmanager
def replaced(listener: Listener, hooks: tuple[Hook, ...]) -> Iterator[None]:
    """The same with some of the hooks."""
    with ExitStack() as stack:
        for owner, name, make in hooks:
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
