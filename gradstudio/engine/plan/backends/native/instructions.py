"""What the machine does, one instruction after the other, on values named by number.

A number lives in a register of the processor, and in memory where others look for it; a vector lives in memory, all
its elements in a line.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gradstudio.engine.plan.backends.native.kernels import Expression
from gradstudio.engine.plan.program import Guard


@dataclass(slots=True, eq=False)
class OnNumbers:
    """out = row(*inputs), all of them numbers or truths."""

    out: int
    row: str
    inputs: list[int]


@dataclass(slots=True, eq=False)
class OnVectors:
    """out = an expression of vectors of one size and of numbers, or the sum over its places."""

    out: int
    expression: Expression
    inputs: list[int]
    size: int


@dataclass(slots=True, eq=False)
class Move:
    """Elements of the inputs put into places of out, by a table of pairs (place, element) for each input.

    None stands for zero.
    """

    out: int
    inputs: list[int]
    tables: list[np.ndarray]
    zeros: np.ndarray | None  # the same for places that nothing is put into


@dataclass(slots=True, eq=False)
class Fold:
    """Each element of out is the sum (prod, max, min) of the elements of an input that a row of the table names."""

    out: int
    row: str
    inputs: list[int]
    table: np.ndarray


@dataclass(slots=True, eq=False)
class Product:
    """The product of two matrices, (m, k) and (k, n)."""

    out: int
    inputs: list[int]
    m: int
    k: int
    n: int


@dataclass(slots=True, eq=False)
class Look:
    """The run is over unless a number is what the guard expects."""

    guard: Guard
    inputs: list[int]


Instruction = OnNumbers | OnVectors | Move | Fold | Product | Look


@dataclass(slots=True)
class Code:
    """The instructions of a program, and where its vectors live."""

    instructions: list[Instruction]
    sizes: dict[int, int]  # numbers of the values in memory -> how many elements they have
    views: dict[int, tuple[int, int]]  # a value that is part of another's memory -> that value, first element
    constants: dict[int, np.ndarray]  # what memory holds from the beginning
    inputs: list[int]
    outputs: list[int]

    def place(self, number: int) -> tuple[int, int]:
        """The value in whose memory a value lives, and where in it."""
        start = 0
        while number in self.views:
            number, more = self.views[number]
            start += more
        return number, start
