"""What passes from one function of a long plan to another: places in lists, used again when a value is over.

The lists are short, because Python has the numbers up to 256 at hand, and last as long as the plan: a number that is
written over makes room for the next one, so that a call asks the system for no memory.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

PAGE = 256
"""Places of one list."""

Part = Callable[[list[list[Any]]], Any]
"""A function of all the lists; it gives something if the call is over."""


class Passed:
    """The places of a plan, counted through all lists; the first are for its inputs."""

    def __init__(self, inputs: Sequence[int]) -> None:
        self.places = {n: i for i, n in enumerate(inputs)}
        self._count = self._inputs = len(inputs)
        self._free: list[int] = []

    def place(self, number: int) -> int:
        """A place for a value."""
        if self._free:
            place = self._free.pop()
        else:
            place = self._count
            self._count += 1
        self.places[number] = place
        return place

    def over(self, number: int) -> int | None:
        """A value is not used any more; gives the place that it had, if it had one."""
        place = self.places.pop(number, None)
        if place is not None:
            self._free.append(place)
        return place

    def joined(self, parts: Sequence[Part]) -> Callable[..., Any]:
        """One function of the inputs: its parts run in turn until one gives something."""
        count = self._inputs
        lists: list[list[Any]] = [[None] * PAGE for _ in range(0, max(self._count, 1), PAGE)]
        spans = [(lists[i // PAGE], i, min(i + PAGE, count)) for i in range(0, count, PAGE)]

        def plan(*given: Any) -> Any:
            for page, start, end in spans:
                page[: end - start] = given[start:end]
            try:
                for part in parts:
                    found = part(lists)
                    if found is not None:
                        return found
            finally:
                for page, start, end in spans:
                    page[: end - start] = [None] * (end - start)

        return plan
