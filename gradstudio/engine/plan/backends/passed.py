"""What passes from one function of a long plan to another: places in one list, used again when a value is over."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any


class Passed:
    """The places of a plan, of which the first are for its inputs; in the source the list is called m."""

    def __init__(self, inputs: Sequence[int]) -> None:
        self.slots = {n: f"m[{i}]" for i, n in enumerate(inputs)}
        self._count = self._inputs = len(inputs)
        self._free: list[str] = []

    def slot(self, number: int) -> str:
        """A place for a value, as source."""
        if self._free:
            place = self._free.pop()
        else:
            place = f"m[{self._count}]"
            self._count += 1
        self.slots[number] = place
        return place

    def over(self, number: int) -> str:
        """A value is not used any more; gives the place that it had, "" if it had none."""
        place = self.slots.pop(number, "")
        if place:
            self._free.append(place)
        return place

    def joined(self, functions: Sequence[Callable[[list[Any]], Any]]) -> Callable[..., Any]:
        """One function of the inputs: each runs until one gives something."""
        rest = [None] * (self._count - self._inputs)

        def plan(*given: Any) -> Any:
            m = [*given, *rest]
            for function in functions:
                found = function(m)
                if found is not None:
                    return found
            return None

        return plan
