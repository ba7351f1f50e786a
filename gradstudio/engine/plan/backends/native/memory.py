"""Where values live: cells of one array, used again when what was in them is over."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gradstudio.engine.plan.backends.native.instructions import Code, OnNumbers
from gradstudio.engine.plan.backends.native.loops import Before, Here, Loop, Operand, stretches

FOREVER = 1 << 60
ZERO = 0
"""The cell that holds 0.0."""
_LINE = 8
"""Cells of one line of the cache, which longer vectors begin with."""


class Layout:
    """The first cell of each value in memory, and how many cells there are.

    What an instruction of a loop makes in its turns stands in a row, or in one place if nothing outside its turn needs
    it but what the last one made.
    """

    def __init__(self, code: Code, loops: Sequence[Loop]) -> None:
        self._code = code
        self.cells: dict[int, int] = {}
        self.count = _LINE
        self._free: dict[int, list[int]] = {}
        self._over: dict[int, list[tuple[int, int]]] = {}  # position -> cells that are free after it, and their room
        self._last = dict.fromkeys([*code.constants, *[code.place(n)[0] for n in code.outputs]], FOREVER)
        self._passing = self._read(loops)
        self._place(loops)

    def _read(self, loops: Sequence[Loop]) -> set[int]:
        """Find the last use of each value; gives those that others than their own turn of a loop need."""
        code = self._code
        passing = set(self._last)
        for part in stretches(loops, len(code.instructions)):
            if isinstance(part, range):
                for k in part:
                    self._used(code.instructions[k].inputs, k, passing)
                continue
            for k in range(part.start, part.end):
                pairs = zip(code.instructions[k].inputs, part.operands[(k - part.start) % part.period], strict=True)
                used = [n for n, operand in pairs if not self._is_in_register(part, k, operand)]
                self._used(used, part.start, passing)
        return passing

    def _is_in_register(self, loop: Loop, k: int, operand: Operand) -> bool:
        """Whether instruction k of a loop needs an operand in no memory, or in that of its own turn only."""
        if type(operand) is not Before:
            return type(operand) is Here
        both = self._code.instructions[k], self._code.instructions[loop.start + operand.j]
        return all(type(x) is OnNumbers for x in both) and k >= loop.start + loop.period

    def _used(self, numbers: Iterable[int], position: int, passing: set[int]) -> None:
        for n in numbers:
            owner = self._code.place(n)[0]
            self._last[owner] = max(self._last.get(owner, -1), position)
            passing.add(owner)

    def _place(self, loops: Sequence[Loop]) -> None:
        code = self._code
        for n in dict.fromkeys([*code.constants, *code.inputs]):
            self._put([n], -1)
        for part in stretches(loops, len(code.instructions)):
            if isinstance(part, range):
                for k in part:
                    out = getattr(code.instructions[k], "out", None)
                    if out in code.sizes:
                        self._put([out], k)
                    self._release(k)
                continue
            for j in range(part.period):
                turns = code.instructions[part.start + j : part.end : part.period]
                self._put_turns([instruction.out for instruction in turns], part.start)  # type: ignore[union-attr]
            self._release(part.start)

    def _put_turns(self, outs: list[int], position: int) -> None:
        """What one instruction of a loop makes, turn by turn."""
        if not any(n in self._code.sizes for n in outs):
            return
        for n in outs:
            self._code.sizes.setdefault(n, 1)
        if self._passing.isdisjoint(outs[:-1]):  # only the last turn's is needed, which is the last one written
            self._put(outs[-1:], position)
            self.cells.update(dict.fromkeys(outs, self.cells[outs[-1]]))
        else:
            self._put(outs, position)

    def _put(self, numbers: list[int], position: int) -> None:
        """Find cells for some values in a row."""
        room = _room(self._code.sizes[numbers[0]])
        size = room * len(numbers)
        same = self._free.get(size)
        if same:
            start = same.pop()
        else:
            start = self.count if size < _LINE else -(-self.count // _LINE) * _LINE
            self.count = start + size
        for i, n in enumerate(numbers):
            self.cells[n] = start + i * room
        until = max([self._last.get(n, position) for n in numbers])
        self._over.setdefault(until, []).append((start, size))

    def _release(self, position: int) -> None:
        for start, size in self._over.pop(position, ()):
            self._free.setdefault(size, []).append(start)


def _room(size: int) -> int:
    return size if size < _LINE else -(-size // _LINE) * _LINE
