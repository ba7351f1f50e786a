"""Recorder: what an inspecting run captures of every op, watched or not, on any tape or none.

While one is active each op becomes a record with its exact place in the text, the scope it ran in, the name it was
assigned to, its value, and, for every gradient() call, its cotangent. Frozen, this is the Trace.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import TracebackType
from typing import Any

import numpy as np

from gradstudio.engine.batching import whole
from gradstudio.engine.freezing import Ends, frozen_records, numbered, summaries
from gradstudio.engine.ledger import Given, Ledger
from gradstudio.engine.opening import Open, Waits
from gradstudio.engine.places import NOWHERE as NO_PLACE
from gradstudio.engine.places import Instruction
from gradstudio.engine.state import ACTIVE
from gradstudio.engine.sweeplog import SweepLog, beyond, flows
from gradstudio.engine.tensor import Tensor, leaf
from gradstudio.engine.trace import Flow, Kind, Span, Summaries, Trace
from gradstudio.engine.variable import Variable
from gradstudio.engine.why import NOWHERE, Place
from gradstudio.engine.written import frozen

_frame = sys._getframe


class Recorder(Ledger):
    """Capture everything that runs while the context is open.

    filename: the co_filename of the program's code; spans refer to it. text: the program, to turn byte columns into
    character columns. limit_ops records make limit_error rise, naming the count.
    """

    def __init__(
        self,
        filename: str,
        text: str = "",
        limit_ops: int = 200_000,
        limit_error: Callable[[str], BaseException] = RuntimeError,
    ) -> None:
        super().__init__(filename, text, limit_ops, limit_error)
        self.automatic = False  # set around the gradient() call the studio makes by itself
        self.obstacle = ""  # why the same ops on other values need not be the same run; "" if nothing is known of it
        self.assignments: list[tuple[Tensor, int, int]] = []  # new value of a variable, records and sweeps before it
        self.waiting: list[Waits] = []  # ops that wait for open inputs
        self.sweeps: list[SweepLog] = []
        self._names: dict[Tensor, str] = {}  # of records; by identity, because that is how tensors are hashed
        self._watched: set[int] = set()  # ids of leaves
        self._arrays: dict[int, tuple[Any, Tensor]] = {}
        self._variables: dict[int, tuple[Variable, Instruction]] = {}
        self._variable_of: dict[int, int] = {}
        self._array_names: dict[int, str] = {}
        self._pending: dict[int, tuple[Tensor, Instruction]] = {}  # gradient results not used by anything yet
        self._ends = 0  # targets and sources so far
        self._open: list[int] = []  # sweeps under way
        self._settled: tuple[Any, Ends | None] = (None, None)
        self._before: Recorder | None = None

    def __enter__(self) -> Recorder:
        self._before = ACTIVE.inspect(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            ACTIVE.inspect(self._before)
        except MemoryError:
            if error is None:  # else that one says more
                raise

    # what the engine reports

    def op(self, t: Tensor, nanoseconds: int = 0) -> int:
        """An op has run: t is its result, with inputs still attached. nanoseconds: that computing its value took.

        Gives the number of the record.
        """
        self.count()
        ends = applied = t.inputs
        for slot, x in enumerate(applied):
            if type(x) is Tensor:
                self.meet(x)
            elif isinstance(x, np.ndarray) and x.size > 1:
                shadow = self._shadow(x)
                ends = (*ends[:slot], shadow, *ends[slot + 1 :])
                applied = (*applied[:slot], shadow.value, *applied[slot + 1 :])
                if not (x.flags.c_contiguous or x.flags.f_contiguous):
                    self.obstacle = "sums over the copy of a strided array may round in another way"
            elif isinstance(x, np.ndarray | list):  # its owner may change it
                applied = (*applied[:slot], frozen(x), *applied[slot + 1 :])
        # Above this are the two functions of dispatch and what called them: a short way or a row of the table.
        self.time(nanoseconds)
        return self.enter_op(t, self.here(4), Given(ends, applied, t.params))

    def hearing(self, append: Callable[[Tensor], None]) -> Callable[[Tensor], None]:
        """What the short ways hand their nodes to, while every node of these tapes is a record; append: adds to them.

        The first input of such a node is one, or no tensor.
        """
        tensors, instructions, limit = self.tensors, self.instructions, self.limit_ops
        enter, at = tensors.append, instructions.append

        def hear(t: Tensor) -> None:
            if len(tensors) >= limit:
                self.count()
            y = t.second
            if type(y) is Tensor and y.token is not t.token:  # it may be seen for the first time
                self.meet(y)
            frame = _frame(2)  # above this is the short way
            if frame is self.frame and not self.has_moved:
                at(frame.f_lasti)
            else:
                if self.has_moved:
                    self.settle()
                # A function's frame is another at every call.
                at(frame.f_lasti if frame.f_code is self.code else self.instruction(frame))
            enter(t)
            append(t)

        return hear

    def leaf(self, t: Tensor) -> None:
        """A tensor was made from numbers."""
        self.count()
        self.enter_leaf(t, Kind.DATA, self.here())

    def variable(self, variable: Variable, t: Tensor) -> None:
        """A variable was made or assigned; its value becomes a record when it is first read."""
        known = self._variables.get(id(variable))
        if known is not None:
            self.assignments.append((t, len(self.tensors), len(self.sweeps)))
        else:
            self._variables[id(variable)] = (variable, self.here())
            if variable.name:
                self._array_names[id(variable)] = variable.name
        self._variable_of[id(t)] = id(variable)
        self._pending[id(t)] = (t, self._variables[id(variable)][1])

    def watched(self, t: Tensor) -> None:
        """A tape follows this leaf from now on."""
        if self.number_of(t) < 0:
            self._meet_new(t)
        self._watched.add(id(t))

    def meet(self, t: Tensor) -> None:
        """A tensor is used; a leaf that was not seen before is a record from now on."""
        if not self.is_known(t):
            self._meet_new(t)

    def assigned(self, name: str, value: Any) -> None:
        """A program variable now holds value; a record keeps the first name it gets."""
        if isinstance(value, Tensor):
            if value not in self._names:
                if value.op is None or value.token not in self.whole:  # the usual case needs no more than this look
                    self.meet(value)
                self._names[value] = name
        elif isinstance(value, Open):
            value.name = value.name or name
            if value.result is not None:
                self._names.setdefault(value.result, name)
        elif isinstance(value, Variable):
            self._array_names.setdefault(id(value), name)
            if id(value) not in self._variables:
                self._variables[id(value)] = (value, self.here())
        elif isinstance(value, np.ndarray) and value.dtype.kind in "biufc":  # text and objects are no values
            shadow = self._shadow(value)
            self._array_names.setdefault(id(value), name)
            self._names.setdefault(shadow, name)

    # gradient() calls

    def begin(self, targets: list[Tensor], sources: list[list[Tensor]], seeds: list[tuple[Tensor, Any]]) -> SweepLog:
        """A backward pass starts. sources: the values read of each; seeds: tensors where they are the program's own."""
        self._ends += len(targets) + len(sources)
        if too_many := beyond(len(self.sweeps), self._ends):
            raise self.limit_error(f"stopped after {too_many}")
        for t in (*targets, *[values[-1] for values in sources]):
            self.meet(t)
        log = SweepLog(
            targets,
            [values[-1] for values in sources],
            self.here(),
            self._scope_here(),
            len(self.tensors),
            self.automatic,
            self.whole,
        )
        if any(len(values) > 1 for values in sources):
            self.obstacle = "a gradient is the sum over several values of a variable"
        if any(isinstance(g, Tensor) for _, g in seeds):
            self.obstacle = "a backward pass starts from what the program gave"
        self.sweeps.append(log)
        self._open.append(len(self.sweeps) - 1)
        self.in_sweeps.change(len(self.tensors), self._open[-1])
        return log

    def end(self, log: SweepLog | None, results: list[Tensor | None]) -> None:
        """The backward pass is over; results are what the caller receives."""
        self._open.pop()
        self.in_sweeps.change(len(self.tensors), self._open[-1] if self._open else -1)
        if log is None:
            return
        log.finish(results)
        for g in results:
            if g is not None and not self.is_known(g):
                self._pending[id(g)] = (g, log.place)

    def derived(self, t: Tensor) -> None:
        """A derivative that no single backward pass gave (a Jacobian); it becomes a record when it is used or named."""
        self._pending[id(t)] = (t, self.here())
        self.obstacle = "it makes a derivative of many values at once"

    # reading

    def value(self, record: int) -> np.ndarray | None:
        """The whole value of a record."""
        value = self.tensors[record].value if 0 <= record < len(self.tensors) else None
        return None if value is None else np.asarray(whole(value))

    def cotangent(self, sweep: int, record: int) -> np.ndarray | None:
        """The whole cotangent of a record in a sweep, None where there is none."""
        if not 0 <= sweep < len(self.sweeps):
            return None
        self.settle_all()
        g = self.sweeps[sweep].cotangent(record)
        return None if g is None else np.asarray(g)

    def gradients(self) -> list[dict[str, np.ndarray | None]]:
        """For each sweep: name of source -> its gradient."""
        found = []
        for log in self.sweeps:
            row: dict[str, np.ndarray | None] = {}
            for position, (source, g) in enumerate(zip(log.sources, log.results, strict=False)):
                name = self._name_of(source) or f"source {position + 1}"
                while name in row:
                    name += "'"
                row[name] = None if g is None else np.asarray(whole(g.value))
            found.append(row)
        return found

    def place(self, t: Tensor) -> Place:
        """Where a tensor was made."""
        number = self.number_of(t)
        return Place(self.filename, self.span(number)[0]) if number >= 0 else NOWHERE

    def settle_all(self, number: Callable[[Any], int] | None = None) -> Ends:
        """What each record was made of, and which records each sweep reached. number: that of numbered(), inside it."""
        so_far = len(self.tensors), len(self.sweeps), len(self._open)
        if self._settled[1] is None or self._settled[0] != so_far:
            if number is None:
                with numbered(self.tensors) as number:
                    return self.settle_all(number)
            self._settled = so_far, Ends(self, self.sweeps, number)
        return self._settled[1]  # type: ignore[return-value]

    def trace(self) -> Trace:
        """Freeze what was captured so far."""
        with numbered(self.tensors) as number:
            ends = self.settle_all(number)
            names = {t.g: name for t, name in self._names.items()}
            kinds = dict(self.leaves)
            for record, kind in self.leaves.items():
                t = self.tensors[record]
                if kind is Kind.DATA:
                    of_variable = self._variable_name(t)
                    if of_variable is not None:
                        kinds[record] = Kind.PARAMETER
                        names.setdefault(record, of_variable)
                    elif id(t) in self._watched:
                        kinds[record] = Kind.INPUT
            sweeps = tuple(
                log.freeze(flow, self.name, number, self.characters(self.places.span(log.place)))
                for log, flow in zip(self.sweeps, flows(self.sweeps), strict=True)
            )
        return Trace(frozen_records(self, ends, names, kinds), tuple(self.scopes), sweeps)

    def values(self) -> Summaries:
        """What there is to say of each record's value."""
        return summaries(self.tensors)

    def flows(self) -> tuple[Flow, ...]:
        """The columns of each sweep that depend on values."""
        self.settle_all()
        return tuple(flows(self.sweeps))

    def named(self) -> list[int]:
        """Records that a program variable holds, values of Variables apart, in the order of computation."""
        return sorted(self.number_of(t) for t in self._names if id(t) not in self._variable_of)

    def name(self, record: int) -> str:
        """The name of a record; "" if it has none."""
        return self._name_of(self.tensors[record]) if 0 <= record < len(self.tensors) else ""

    def characters(self, span: Span) -> Span:
        """A span with columns in characters."""
        return self.places.in_characters(span)

    def cut(self, records: int) -> None:
        for t in self.tensors[records:]:
            self._names.pop(t, None)
            self._watched.discard(id(t))
        super().cut(records)

    # inside

    def _meet_new(self, t: Tensor) -> None:
        """A leaf that was not seen before."""
        waiting = self._pending.pop(id(t), None)
        if waiting is not None and waiting[0] is t:
            is_variable = id(t) in self._variable_of
            self.enter_leaf(t, Kind.DATA if is_variable else Kind.GRADIENT, waiting[1], in_file=is_variable)
            return
        if not (self._open and any(g is t for _, g in self.sweeps[self._open[-1]].seeds)):
            self.obstacle = "a tensor came from where no recorder listens"
        self.enter_leaf(t, Kind.DATA, self.here())

    def _shadow(self, array: np.ndarray) -> Tensor:
        """The leaf that stands for a plain array used by ops; one for each array, and a new one once it has changed."""
        known = self._arrays.get(id(array))
        if known is None or not np.array_equal(array, known[1].value, equal_nan=array.dtype.kind in "fc"):
            t = leaf(array.copy(order="K"))
            known = self._arrays[id(array)] = (array, t)
            self.enter_leaf(t, Kind.DATA, NO_PLACE)
            if id(array) in self._array_names:
                self._names[t] = self._array_names[id(array)]
        return known[1]

    def _name_of(self, t: Tensor) -> str:
        return self._names.get(t) or self._variable_name(t) or ""

    def _variable_name(self, t: Tensor) -> str | None:
        """The name of the variable whose value a tensor is; None if it is not one."""
        owner = self._variable_of.get(id(t))
        return None if owner is None else self._array_names.get(owner, "")
