"""What passes from one function of a long plan to another: rows of values, of which each function fills one.

A function gets its own row, and as arguments what it uses of others. Rows last as long as the plan: a number that is
written over makes room for the next one, so that a call asks the system for no memory.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

Row = list[Any]
Place = tuple[int, int]
"""Number of a row, and where in it."""

_SPARSE = 2
"""A part of a row is taken as it is if one of so many values in it is wanted."""


@dataclass(slots=True)
class Part:
    """One of the functions: of its row and its arguments. What it gives ends the call, unless it is None."""

    run: Callable[..., Any]
    row: int
    takes: list[tuple[int, Callable[[Row], Sequence[Any]]]]  # its arguments: rows, and what takes them out of each
    over: list[Place] = field(default_factory=list)  # places that nothing uses after it


class Passed:
    """The places of a plan; the first row is for its inputs."""

    def __init__(self, inputs: Sequence[int]) -> None:
        self.places: dict[int, Place] = {n: (0, i) for i, n in enumerate(inputs)}
        self._inputs = len(inputs)
        self._rows: list[Row] = [[None] * len(inputs)]
        self._used: list[int] = [len(inputs)]  # how many of the values in each row are still used
        self._free: dict[int, list[int]] = {}  # length -> rows in which nothing is used any more
        self._freed: list[int] = []  # those of which the present function is the last user

    def place(self, numbers: Sequence[int]) -> int:
        """A row for the values that a function makes for others."""
        free = self._free.get(len(numbers))
        if free:
            row = free.pop()
            self._used[row] = len(numbers)
        else:
            row = len(self._rows)
            self._rows.append([None] * len(numbers))
            self._used.append(len(numbers))
        for i, number in enumerate(numbers):
            self.places[number] = row, i
        for other in self._freed:
            self._free.setdefault(len(self._rows[other]), []).append(other)
        self._freed.clear()
        return row

    def over(self, number: int) -> Place | None:
        """A value is not used any more; gives the place that it had, if it had one."""
        place = self.places.pop(number, None)
        if place is not None and place[0]:
            self._used[place[0]] -= 1
            if not self._used[place[0]]:
                self._freed.append(place[0])
        return place

    def joined(self, parts: Sequence[Part]) -> Callable[..., Any]:
        """One function of the inputs: its parts run in turn until one gives something."""
        rows, inputs, count = self._rows, self._rows[0], self._inputs
        every = [
            (
                part.run,
                rows[part.row],
                [(rows[n], take) for n, take in part.takes],
                [(rows[n], i) for n, i in part.over],
            )
            for part in parts
        ]
        over = every[-1][3]

        def plan(*given: Any) -> Any:
            inputs[:] = given
            try:
                for run, own, takes, dead in every:
                    arguments: list[Any] = []
                    for row, take in takes:
                        arguments += take(row)
                    found = run(own, *arguments)
                    if found is not None:
                        return found
                    for row, i in dead:
                        row[i] = None
            finally:
                inputs[:] = [None] * count
                for row, i in over:
                    row[i] = None

        return plan


def arranged(taken: dict[Place, str]) -> tuple[list[str], list[tuple[int, Callable[[Row], Sequence[Any]]]]]:
    """Places -> names, as parameters: names in their order, and how to take the arguments."""
    by_row: dict[int, list[int]] = {}
    for row, i in sorted(taken):
        by_row.setdefault(row, []).append(i)
    names: list[str] = []
    takes: list[tuple[int, Callable[[Row], Sequence[Any]]]] = []
    for row, wanted in by_row.items():
        start, end = wanted[0], wanted[-1] + 1
        if end - start <= _SPARSE * len(wanted):
            names += [taken.get((row, i)) or f"u{len(names) + i - start}" for i in range(start, end)]
            takes.append((row, itemgetter(slice(start, end))))
        else:
            names += [taken[row, i] for i in wanted]
            takes.append((row, itemgetter(*wanted)))
    return names, takes
