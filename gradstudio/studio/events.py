"""Event: how parts of the studio tell each other that something happened, without Qt and without knowing each other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, ParamSpec

P = ParamSpec("P")


class Event(Generic[P]):
    """A list of listeners; `emit` calls each with the same arguments, in the order they connected.

    Listeners are held strongly, so whoever connects and dies first must disconnect. A listener may connect or
    disconnect others while it is called: the call under way goes on with the listeners it began with.
    """

    __slots__ = ("_listeners",)

    def __init__(self) -> None:
        self._listeners: list[Callable[P, object]] = []

    def connect(self, listener: Callable[P, object]) -> None:
        """Call listener on each emit; connecting twice does nothing more."""
        if listener not in self._listeners:
            self._listeners.append(listener)

    def disconnect(self, listener: Callable[P, object]) -> None:
        """Stop calling listener; unknown ones are ignored."""
        if listener in self._listeners:
            self._listeners.remove(listener)

    def emit(self, *args: P.args, **kwargs: P.kwargs) -> None:
        """Tell everyone."""
        for listener in tuple(self._listeners):
            listener(*args, **kwargs)
