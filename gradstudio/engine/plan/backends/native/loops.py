"""Finding the loops in a program again: what a function did in each turn is written down turn after turn.

A loop is a stretch of instructions that repeats with a period, in which every operand moves on by equal steps: it is
the same in every turn, made in this turn or the one before, or the next element of what another loop made, forwards or
backwards. As a loop it takes a fraction of the code.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from gradstudio.engine.plan.backends.native.instructions import (
    Code,
    Fold,
    Instruction,
    Look,
    Move,
    OnNumbers,
    OnVectors,
    Product,
)
from gradstudio.engine.plan.program import Constant, Value

_LONGEST = 512
_FEWEST_TURNS = 8
_FEWEST_INSTRUCTIONS = 64
"""Shorter repetitions are as well written out."""
_OUTSIDE = -(1 << 40)
"""Far from all instructions: no equal steps lead from what is given to what is made."""


@dataclass(frozen=True, slots=True)
class Here:
    """An operand that instruction j of the same turn has made, or a part of it."""

    j: int
    start: int


@dataclass(frozen=True, slots=True)
class Before:
    """One that instruction j of the turn before has made; in the first turn it is another value."""

    j: int
    start: int
    first: int


@dataclass(frozen=True, slots=True)
class At:
    """One in memory, at equal distances: which value it is in the first and in the second turn."""

    first: int
    second: int


Operand = Here | Before | At


@dataclass(slots=True, eq=False)
class Loop:
    """`count` times the `period` instructions from `start` on."""

    start: int
    period: int
    count: int
    operands: list[list[Operand]]  # of each instruction of a turn

    @property
    def end(self) -> int:
        """The first instruction after it."""
        return self.start + self.period * self.count

    def __contains__(self, position: int) -> bool:
        return self.start <= position < self.end


def loops(code: Code, values: Sequence[Value]) -> list[Loop]:
    """The loops of a program, in order; they do not overlap."""
    found = _Search(code, values).loops()
    return sorted(found, key=lambda loop: loop.start)


def stretches(loops: Sequence[Loop], count: int) -> Iterator[Loop | range]:
    """All instructions of a program, of which there are `count`: its loops, and the positions between them."""
    start = 0
    for loop in loops:
        yield range(start, loop.start)
        yield loop
        start = loop.end
    yield range(start, count)


class _Search:
    def __init__(self, code: Code, values: Sequence[Value]) -> None:
        self._code = code
        self._values = values
        self._born = {i.out: k for k, i in enumerate(code.instructions) if type(i) is not Look}  # type: ignore[union-attr]

    def loops(self) -> list[Loop]:
        """Those that hold together with all others: what one cannot have makes it shorter, or takes it out."""
        found = [loop for start, period, count in self._repetitions() for loop in self._steady(start, period, count)]
        while True:
            settled = [self._settled(loop, found) for loop in found]
            if settled == found:
                return found
            found = [loop for loop in settled if loop is not None]

    def _repetitions(self) -> Iterator[tuple[int, int, int]]:
        """Stretches of instructions that look alike, the longest first: start, period, count."""
        code = self._code
        names: dict[object, int] = {}
        ids = np.array([names.setdefault(self._look(k, i), len(names)) for k, i in enumerate(code.instructions)])
        runs: list[tuple[int, int, int]] = []
        for period in range(1, min(_LONGEST, len(ids) // _FEWEST_TURNS) + 1):
            same = np.concatenate([[False], ids[period:] == ids[:-period], [False]])
            edges = np.flatnonzero(same[1:] != same[:-1]).reshape(-1, 2)
            least = max(_FEWEST_TURNS * period, _FEWEST_INSTRUCTIONS) - period
            for start, end in edges[edges[:, 1] - edges[:, 0] >= least].tolist():
                runs.append((start, period, end + period))
        taken = np.zeros(len(ids), bool)
        for start, period, end in sorted(runs, key=lambda run: (run[0] - run[2], run[1])):
            if not taken[start:end].any():
                taken[start:end] = True
                yield start, period, (end - start) // period

    def _look(self, position: int, instruction: Instruction) -> object:
        """What instructions have to have in common; constants are part of it."""
        if type(instruction) is OnNumbers:
            constants = [n if self._is_constant(n) else -1 for n in instruction.inputs]
            return (instruction.row, *constants)
        if type(instruction) is OnVectors:
            return instruction.expression, instruction.size, len(instruction.inputs)
        if type(instruction) is Product:
            return instruction.m, instruction.k, instruction.n
        if type(instruction) is Move:
            tables = [*instruction.tables, np.zeros(0) if instruction.zeros is None else instruction.zeros]
            return ("move", *[table.tobytes() for table in tables])
        if type(instruction) is Fold:
            return instruction.row, instruction.table.tobytes(), instruction.table.shape
        return position

    def _is_constant(self, n: int) -> bool:
        return n < len(self._values) and type(self._values[n].origin) is Constant

    def _origin(self, n: int) -> tuple[int, int]:
        """The instruction that made a value, below zero for one from outside, and where in its result it is."""
        owner, start = self._code.place(n)
        return self._born.get(owner, _OUTSIDE - owner), start

    def _steady(self, start: int, period: int, count: int) -> Iterator[Loop]:
        """The turns in which every operand moves on by equal steps."""
        parts = self._code.instructions
        turns = [
            [x for j in range(period) for n in parts[start + turn * period + j].inputs for x in self._origin(n)]
            for turn in range(count)
        ]
        origins = np.array(turns, np.int64)
        steps = np.diff(origins, axis=0)
        changes = np.flatnonzero((steps[1:] != steps[:-1]).any(axis=1)) + 1
        places = np.array([j for j in range(period) for _ in parts[start + j].inputs])
        begin = 0
        for end in (*changes.tolist(), len(steps)):
            length = end - begin + 1
            first = start + begin * period
            carried = steps[begin, ::2] == period if length > 1 else np.zeros(len(places), bool)
            ages = first + places[carried] - origins[begin, ::2][carried]
            later = _phase(places[carried], ages, period)
            length -= later > 0
            if length >= _FEWEST_TURNS and length * period >= _FEWEST_INSTRUCTIONS:
                yield Loop(first + later, period, length, [])
                begin = end + 1
            else:
                begin = end

    def _settled(self, loop: Loop, others: Sequence[Loop]) -> Loop | None:
        """A loop, when it is known what its operands are; another one of fewer turns; None if there are too few."""
        parts = self._code.instructions
        loop.operands = []
        turns = range(loop.count)
        for j in range(loop.period):
            loop.operands.append([])
            both = zip(parts[loop.start + j].inputs, parts[loop.start + loop.period + j].inputs, strict=True)
            for first, second in both:
                operand, good = self._operand(loop, first, second, others)
                turns = range(max(turns.start, good.start), min(turns.stop, good.stop))
                loop.operands[j].append(operand)
        if len(turns) == loop.count:
            return loop
        if len(turns) < _FEWEST_TURNS or len(turns) * loop.period < _FEWEST_INSTRUCTIONS:
            return None
        return Loop(loop.start + turns.start * loop.period, loop.period, len(turns), [])

    def _operand(self, loop: Loop, first: int, second: int, others: Sequence[Loop]) -> tuple[Operand, range]:
        """What an operand is, and in which turns."""
        (at, start), (then, further) = self._origin(first), self._origin(second)
        step, every = then - at, range(loop.count)
        if step == 0:
            return At(first, second), every
        if step == loop.period and further == start:
            if at in loop:
                return Here(at - loop.start, start), every
            if loop.start - loop.period <= at:
                return Before(then - loop.start, start, first), every
        for other in others:
            if step % other.period == 0 and further == start and at + step * (loop.count // 2) in other:
                inside = [turn for turn in every if at + step * turn in other]
                return At(first, second), range(inside[0], inside[-1] + 1)
        return At(first, second), range(0)


def _phase(places: np.ndarray, ages: np.ndarray, period: int) -> int:
    """How much later a turn should begin, so that it needs nothing from before the turn before.

    places: where operands are used; ages: so many instructions before that they were made.
    """
    for later in range(period):
        if (ages - (places - later) % period <= period).all():
            return later
    return 0
