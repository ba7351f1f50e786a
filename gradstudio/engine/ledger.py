"""Ledger: what a recorder keeps of each op while a program runs, in the form that takes the least time.

An op that takes the short way (heard.py) leaves its tensor, and the instruction of the program that ran; what it was
applied to is read off the tensor later, all at once, before a tape may drop it. Everything else is entered singly.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import CodeType, FrameType
from typing import Any, NamedTuple

from gradstudio.engine.places import Instruction, Places
from gradstudio.engine.runs import Runs
from gradstudio.engine.scoping import Scoping
from gradstudio.engine.state import Joint, Token
from gradstudio.engine.tensor import ALONE, Tensor
from gradstudio.engine.trace import Kind, Span

_frame = sys._getframe
_TOP = "<module>"


class Given(NamedTuple):
    """What an op was applied to, which nobody can change."""

    ends: tuple[Any, ...]  # its inputs, with tensors that are records in place of arrays that are
    applied: tuple[Any, ...]  # its inputs
    params: dict[str, Any]


class Ledger(Scoping):
    """The records so far, by number. Row i of each column below, or the key i, is that of record i."""

    def __init__(self, filename: str, text: str, limit_ops: int, limit_error: Callable[[str], BaseException]) -> None:
        super().__init__(limit_error)
        self.filename = filename
        self.limit_ops = limit_ops
        self.places = Places(filename, text)
        self.tensors: list[Tensor] = []
        self.instructions: list[int] = []  # of the program, in bytes from the beginning of its code
        self.code: CodeType | None = None  # that the last instruction is in
        self.codes = Runs(None)
        # The frame of the program's own code, while that makes records: it stays, so that no more than a look at it is
        # needed to know the code.
        self.frame: FrameType | None = None
        self.in_scopes = Runs(0)
        self.in_sweeps = Runs(-1)  # the sweep whose rules made it
        self.timed: list[int] = []  # records whose time was measured
        self.nanoseconds: list[int] = []  # and the times
        self.leaves: dict[int, Kind] = {}  # kinds of the records that no op made
        self.given: dict[int, Given] = {}  # of the ops that were entered singly
        self.firsts: list[Any] = []  # first and second inputs as tensors keep them, for the records that were gathered
        self.seconds: list[Any] = []
        self.whole: set[Token] = set()  # tapes of which every node and every leaf is a record
        self._singly: dict[int, int] = {}  # id -> number of each record that was entered singly
        self._numbers: dict[int, int] = {}  # id -> number of the first records, as far as somebody asked

    # entering

    def enter_op(self, t: Tensor, place: Instruction, given: Given) -> int:
        """The result of an op."""
        self.given[len(self.tensors)] = given
        return self._enter(t, place)

    def enter_leaf(self, t: Tensor, kind: Kind, place: Instruction, in_file: bool = False) -> int:
        """A record that no op made. in_file: it belongs to no loop or call."""
        if in_file and (self._stack or self.has_moved):
            self.in_scopes.change(len(self.tensors), 0)
            self.has_moved = False
        number = self._enter(t, place)
        self.leaves[number] = kind
        self.has_moved = self.has_moved or in_file
        return number

    def _enter(self, t: Tensor, place: Instruction) -> int:
        code, instruction = place
        if code is not self.code:
            self.move(code)
        if self.has_moved:
            self.settle()
        number = len(self.tensors)
        self.instructions.append(instruction)
        self.tensors.append(t)
        self._singly[id(t)] = number
        return number

    def count(self) -> None:
        """Raise limit_error if there is no room for one more record."""
        if len(self.tensors) >= self.limit_ops:
            raise self.limit_error(f"stopped after {self.limit_ops:,} recorded operations")

    def move(self, code: CodeType | None) -> None:
        """The next record is made by another code."""
        self.codes.change(len(self.tensors), code)
        self.code = code
        self.frame = None

    def settle(self) -> None:
        """The next record is in another scope, perhaps."""
        self.in_scopes.change(len(self.tensors), self._scope_here())
        self.has_moved = False

    def instruction(self, frame: FrameType | None) -> int:
        """The instruction of the program that runs, looking from a frame outwards, for the next record."""
        while frame is not None:
            if frame is self.frame:
                return frame.f_lasti
            code = frame.f_code
            if code.co_filename == self.filename:
                if code is not self.code:
                    self.move(code)
                self.frame = frame if code.co_name == _TOP else None
                return frame.f_lasti
            frame = frame.f_back
        self.move(None)
        return 0

    def time(self, nanoseconds: int) -> None:
        """What computing the value of the next record took."""
        self.timed.append(len(self.tensors))
        self.nanoseconds.append(nanoseconds)

    def here(self, ours: int = 1) -> Instruction:
        """Where the program is. ours: how many calls up from here are surely not its own."""
        return self.places.innermost(_frame(ours + 1))

    # looking up

    def is_known(self, t: Tensor) -> bool:
        """Whether a tensor is a record."""
        if id(t) in self._singly:
            return True
        held = t.token
        if t.op is not None and held is not None:
            if type(held) is Token:
                if held in self.whole:
                    return True
            elif type(held) is Joint and not self.whole.isdisjoint(held.tokens):
                return True
        return self.number_of(t) >= 0

    def number_of(self, t: Tensor) -> int:
        """The number of a tensor's record, -1 if it is none."""
        number = self._singly.get(id(t), -1)
        if number < 0:
            begin = len(self._numbers)
            if begin < len(self.tensors):
                self._numbers.update(zip(map(id, self.tensors[begin:]), range(begin, len(self.tensors)), strict=True))
            number = self._numbers.get(id(t), -1)
        return number

    def span(self, record: int) -> Span:
        """The place of a record; columns in UTF-8 bytes."""
        starts = self.codes.starts
        at = max(i for i in range(len(starts)) if starts[i] <= record)
        return self.places.span((self.codes.values[at], self.instructions[record]))

    @property
    def spans(self) -> list[Span]:
        """The places of all records; columns in UTF-8 bytes."""
        return list(map(tuple, self.places.spans(self.codes, self.instructions).tolist()))

    @property
    def applied(self) -> list[tuple[Any, ...]]:
        """What the op of each record was applied to; () for leaves."""
        self.gather()
        pairs = zip(self.firsts, self.seconds, strict=True)
        found: list[tuple[Any, ...]] = [(x,) if y is ALONE else (x, y) for x, y in pairs]
        for record in self.leaves:
            found[record] = ()
        for record, given in self.given.items():
            found[record] = given.applied
        return found

    # while tapes come and go

    def follow(self, tape: Any) -> bool:
        """A tape records, and this recorder listens. Gives whether all of its nodes and leaves are records."""
        if not (tape._nodes or tape._marked or tape._rest):  # it follows nothing yet
            self.whole.add(tape._token)
        return tape._token in self.whole

    def gather(self) -> None:
        """Read the inputs off the tensors: a tape is about to drop them."""
        begin = min(len(self.firsts), len(self.seconds))
        del self.firsts[begin:], self.seconds[begin:]
        new = self.tensors[begin:]
        self.firsts += [t.first for t in new]
        self.seconds += [t.second for t in new]

    def pause(self) -> None:
        """What happens from now on is not recorded."""
        self.frame = None
        self.gather()
        self.whole.clear()

    def cut(self, records: int) -> None:
        """Drop everything from this record on."""
        for t in self.tensors[records:]:
            self._singly.pop(id(t), None)
        for column in (self.tensors, self.instructions, self.firsts, self.seconds):
            del column[records:]
        for runs in (self.codes, self.in_scopes, self.in_sweeps):
            runs.cut(records)
        self._numbers.clear()
        while self.timed and self.timed[-1] >= records:
            self.timed.pop()
        del self.nanoseconds[len(self.timed) :]
        for record in [record for record in self.given if record >= records]:
            del self.given[record]
        for record in [record for record in self.leaves if record >= records]:
            del self.leaves[record]
