"""What passes from one function of a long plan to another: a list, of which each is given what it uses.

The list lasts as long as the plan: a number that is written over makes room for the next one, so that a call asks the
system for no memory.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from gradstudio.engine.plan.backends.backend import Missed


@dataclass(slots=True)
class Part:
    """One of the functions. It gives what others use in a tuple, the last one the results; or it ends the call."""

    run: Callable[..., Any]
    takes: list[int]  # places in the list: its arguments
    start: int  # the place of the first value that it gives
    over: list[int] = field(default_factory=list)  # places that nothing uses after it


class Passed:
    """The places of a plan; the first are for its inputs."""

    def __init__(self, inputs: Sequence[int]) -> None:
        self.places = {n: i for i, n in enumerate(inputs)}
        self.count = self._inputs = len(inputs)

    def place(self, number: int) -> None:
        """A place for a value."""
        self.places[number] = self.count
        self.count += 1

    def joined(self, parts: Sequence[Part]) -> Callable[..., Any]:
        """One function of the inputs: its parts run in turn until one gives something else than values for others."""
        inputs, held = self._inputs, [None] * self.count
        ends = [part.start for part in parts[1:]]
        first = [
            (part.run, _taking(part.takes), slice(part.start, end), part.over)
            for part, end in zip(parts, ends, strict=False)
        ]
        last, takes, over = parts[-1].run, _taking(parts[-1].takes), parts[-1].over

        def plan(*given: Any) -> Any:
            held[:inputs] = given
            try:
                for run, take, places, dead in first:
                    found = run(*take(held))
                    if type(found) is Missed:
                        return found
                    held[places] = found
                    for place in dead:
                        held[place] = None
                return last(*takes(held))
            finally:
                held[:inputs] = [None] * inputs
                for place in over:
                    held[place] = None

        return plan


def _taking(places: list[int]) -> Callable[[list[Any]], Sequence[Any]]:
    """What takes these elements out of a list."""
    if len(places) > 1:
        return itemgetter(*places)
    return itemgetter(slice(places[0], places[0] + 1) if places else slice(0, 0))
