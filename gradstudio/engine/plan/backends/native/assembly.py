"""Instructions as LLVM's text: short functions that run one after the other, with addresses in place of names.

Numbers are computed in place; vectors, and what takes more than a few instructions, by functions compiled before
(kernels.py, static.py), so that the compiler, at its quickest, has little to do. Loops are few, and compiled well.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gradstudio.engine.plan.backends.native.instructions import Code, Instruction, Look, OnNumbers
from gradstudio.engine.plan.backends.native.kernels import Kernel, Key, kernels
from gradstudio.engine.plan.backends.native.llvm import Machine
from gradstudio.engine.plan.backends.native.loops import At, Loop, loops, stretches
from gradstudio.engine.plan.backends.native.memory import ZERO, Layout
from gradstudio.engine.plan.backends.native.writing import LoopWriter, Writer, key_of
from gradstudio.engine.plan.program import Value

LENGTH = 500
"""Instructions of one function."""
PARTS = 100
"""Functions and loops that are compiled at a time: the compiler needs many times the memory of what it makes."""
_QUICK, _WELL = 0, 2


class Assembled:
    """The machine code of one program, on memory of its own."""

    def __init__(self, code: Code, values: Sequence[Value]) -> None:
        self.code = code
        self.values = values
        self.loops = loops(code, values)
        self._store_what_passes()
        layout = Layout(code, self.loops)
        self._cells = layout.cells
        space = np.zeros(layout.count + 8)
        offset = -(space.ctypes.data // 8) % 8  # so that the lines of the cache are those of the cells
        self.memory = space[offset : offset + layout.count]
        self._base = self.memory.ctypes.data
        for n, held in code.constants.items():
            self.memory[self._cells[n] : self._cells[n] + held.size] = held
        keys = dict.fromkeys([key for key in map(key_of, code.instructions) if key is not None])
        self.kernels: dict[Key, Kernel] = kernels(keys)
        self._tables: list[np.ndarray] = []  # the code holds their addresses
        self.guards: list[Look] = []
        self._machines: list[Machine] = []
        self.address = self._compiled()

    def let_go(self) -> None:
        """The code is made: nothing of what it was made of is needed any more."""
        self.code.instructions.clear()
        self.values = ()
        self._cells.clear()

    def _parts(self) -> list[Loop | list[Instruction]]:
        """Loops, and what stands between them, in pieces."""
        found: list[Loop | list[Instruction]] = []
        for part in stretches(self.loops, len(self.code.instructions)):
            if isinstance(part, Loop):
                found.append(part)
            else:
                pieces = range(part.start, part.stop, LENGTH)
                found += [self.code.instructions[k : min(k + LENGTH, part.stop)] for k in pieces]
        return found

    def _store_what_passes(self) -> None:
        """Numbers that another function uses have to be in memory."""
        born: dict[int, int] = {}
        for here, part in enumerate(self._parts()):
            loop = part if isinstance(part, Loop) else None
            instructions = self.code.instructions[part.start : part.end] if isinstance(part, Loop) else part
            for k, instruction in enumerate(instructions):
                is_on_numbers = type(instruction) is OnNumbers
                operands = loop.operands[k % loop.period] if loop is not None else ()
                for slot, n in enumerate(instruction.inputs):
                    is_elsewhere = not is_on_numbers or born.get(n) != here
                    if n in born and (is_elsewhere or (loop is not None and type(operands[slot]) is At)):
                        self.code.sizes.setdefault(n, 1)
                if type(instruction) is OnNumbers:
                    born[instruction.out] = here

    def cell(self, n: int) -> int:
        """The first cell of a value."""
        owner, start = self.code.place(n)
        return self._cells[owner] + start

    def pointer(self, n: int) -> str:
        """The address of a value."""
        return self._pointer(self.cell(n))

    def zero(self) -> str:
        """The address of 0.0."""
        return self._pointer(ZERO)

    def _pointer(self, cell: int) -> str:
        return f"ptr inttoptr (i64 {self._base + 8 * cell} to ptr)"

    def table(self, table: np.ndarray) -> str:
        """The address of a table."""
        self._tables.append(np.ascontiguousarray(table))
        return f"ptr inttoptr (i64 {self._tables[-1].ctypes.data} to ptr)"

    def _compiled(self) -> int:
        """Where the function begins that gives 0, or the place of the guard that does not hold, counted from 1."""
        parts = self._parts()
        needs: set[str] = set()
        texts = [LoopWriter(self, part, needs).text(f"c{i}") for i, part in enumerate(parts) if isinstance(part, Loop)]
        ready = self._machine(needs, texts, _WELL) if texts else None
        runs = [self._run(range(i, min(i + PARTS, len(parts))), parts, ready) for i in range(0, len(parts) or 1, PARTS)]
        if len(runs) == 1:
            return runs[0]
        calls = [_checked(i, f"inttoptr (i64 {address} to ptr)") for i, address in enumerate(runs)]
        return self._machine(set(), [_function(calls)], _QUICK).address("run")

    def _run(self, places: range, parts: Sequence[Loop | list[Instruction]], ready: Machine | None) -> int:
        """The same for some of the parts; the loops among them are ready."""
        needs: set[str] = set()
        texts, calls = [], []
        for i in places:
            part = parts[i]
            if isinstance(part, Loop):
                assert ready is not None
                calls.append(f"call void inttoptr (i64 {ready.address(f'c{i}')} to ptr)()")
            else:
                texts.append(Writer(self, needs).text(f"c{i}", part))
                calls.append(_checked(i, f"@c{i}"))
        return self._machine(needs, [*texts, _function(calls)], _QUICK).address("run")

    def _machine(self, needs: set[str], texts: Sequence[str], effort: int) -> Machine:
        """Functions compiled, for as long as the plan lasts."""
        self._machines.append(Machine("\n".join([*sorted(needs), *texts]), effort))
        return self._machines[-1]


def _function(calls: Sequence[str]) -> str:
    return "\n".join(["define i32 @run() {", *calls, "ret i32 0\n}"])


def _checked(i: int, function: str) -> str:
    """A call of a function that gives the place of a guard which does not hold, or 0."""
    return (
        f"%r{i} = call i32 {function}()\n%f{i} = icmp eq i32 %r{i}, 0\nbr i1 %f{i}, label %n{i}, label %m{i}\n"
        f"m{i}:\nret i32 %r{i}\nn{i}:"
    )
