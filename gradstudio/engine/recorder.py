"""Recorder: what an inspecting run captures of every op, watched or not, on any tape or none.

While one is active each op becomes a record with its exact place in the text, the scope it ran in, the name it was
assigned to, its value, and, for every gradient() call, its cotangent. Frozen, this is the Trace.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain
from types import TracebackType
from typing import Any

import numpy as np

from gradstudio.engine.batching import whole
from gradstudio.engine.opening import Open, Waits
from gradstudio.engine.places import Places
from gradstudio.engine.state import ACTIVE
from gradstudio.engine.summary import summarise
from gradstudio.engine.sweeplog import SweepLog, beyond
from gradstudio.engine.tensor import SEVERAL, Details, Tensor, leaf
from gradstudio.engine.trace import NO_SPAN, SCOPES, Kind, Records, Scope, Span, Summaries, Sweep, Trace
from gradstudio.engine.variable import Variable
from gradstudio.engine.why import NOWHERE, Cut, Place
from gradstudio.engine.written import constant_texts, frozen, parameters, sendable


class Recorder:
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
        self.filename = filename
        self.limit_ops = limit_ops
        self.limit_error = limit_error
        self.automatic = False  # set around the gradient() call the studio makes by itself
        self.scopes: list[Scope] = [Scope(-1, "file", "", 0, 0)]
        self._stack: list[list[Any]] = []  # open scopes: kind, name, line, index, number (None until a record needs it)
        self._places = Places(filename, text)
        self.tensors: list[Tensor] = []
        self.spans: list[Span] = []
        self._scope_of: list[int] = []
        self._leaves: dict[int, Kind] = {}  # kinds of the records that no op made
        self._sweep_of: list[int] = []
        self.applied: list[tuple[Any, ...]] = []  # what each op was applied to
        self._starts: list[int] = [0]
        self._input_record: list[int] = []
        self._nanoseconds: list[int] = []
        self._names: dict[int, str] = {}
        self._watched: set[int] = set()
        self._arrays: dict[int, tuple[Any, Tensor]] = {}
        self.obstacle = ""  # why the same ops on other values need not be the same run; "" if nothing is known of it
        self.assignments: list[tuple[Tensor, int, int]] = []  # new value of a variable, records and sweeps before it
        self._variables: dict[int, tuple[Variable, Span]] = {}
        self._variable_of: dict[int, int] = {}
        self._array_names: dict[int, str] = {}
        self._pending: dict[int, tuple[Tensor, Span]] = {}  # gradient results not used by anything yet
        self.waiting: list[Waits] = []  # ops that wait for open inputs
        self.sweeps: list[SweepLog] = []
        self._ends = 0  # targets and sources so far
        self._open: list[int] = []  # sweeps under way
        self._before: Recorder | None = None

    def __enter__(self) -> Recorder:
        self._before = ACTIVE.inspect(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        ACTIVE.inspect(self._before)

    # scopes

    def enter(self, kind: str, name: str, line: int, index: int = 0) -> int:
        """Open a scope ("loop", "pass", "call" or "block") inside the present one; gives the depth before it.

        It becomes part of the trace when the first record is made in it, so empty passes cost nothing.
        """
        self._stack.append([kind, name, line, index, None])
        return len(self._stack) - 1

    def turn(self, depth: int) -> None:
        """The loop whose scope was opened at `depth` goes on to its first or next pass."""
        stack = self._stack
        if len(stack) > depth + 2:
            del stack[depth + 2 :]
        if len(stack) == depth + 1:
            self.enter("pass", "", stack[depth][2])
        else:
            top = stack[-1]
            top[3] += 1
            top[4] = None

    def leave(self, depth: int | None = None) -> None:
        """Close the innermost scope, or all down to a depth that enter() gave."""
        del self._stack[len(self._stack) - 1 if depth is None else depth :]

    def _scope_here(self) -> int:
        if not self._stack:
            return 0
        if self._stack[-1][4] is None:
            parent = 0
            if len(self.scopes) + len(self._stack) > SCOPES:
                raise self.limit_error(f"stopped after {SCOPES:,} recorded loops, passes and calls")
            for entry in self._stack:
                if entry[4] is None:
                    kind, name, line, index, _ = entry
                    self.scopes.append(Scope(parent, kind, name, line, index))
                    entry[4] = len(self.scopes) - 1
                parent = entry[4]
        return int(self._stack[-1][4])

    # what the engine reports

    def op(self, t: Tensor, nanoseconds: int = 0) -> None:
        """An op has run: t is its result, with inputs still attached. nanoseconds: that computing its value took."""
        tensors, records = self.tensors, self._input_record
        if len(tensors) >= self.limit_ops:
            self._count()
        details = t.second
        inputs = applied = t.first if type(details) is Details else t.inputs
        for slot, x in enumerate(inputs):
            if type(x) is Tensor:
                second = x.second
                number = second.record if type(second) is Details else -1
                if not (0 <= number < len(tensors) and tensors[number] is x):
                    number = self._number(x)
                records.append(number)
            elif isinstance(x, np.ndarray) and x.size > 1:
                shadow = self._shadow(x)
                records.append(self._number(shadow))
                applied = (*applied[:slot], shadow.value, *applied[slot + 1 :])
                if not (x.flags.c_contiguous or x.flags.f_contiguous):
                    self.obstacle = "sums over the copy of a strided array may round in another way"
            else:
                records.append(-1)
                if isinstance(x, np.ndarray | list):  # its owner may change it
                    applied = (*applied[:slot], frozen(x), *applied[slot + 1 :])
        # Above this are the two functions of dispatch and what called them: a short way or a row of the table.
        self._append(t, self._places.here(4), nanoseconds, applied, len(records))

    def heard(self, t: Tensor, inputs: tuple[Any, ...], nanoseconds: int) -> None:
        """The same for an op on tensors and numbers that took the short way, its Details not yet numbered."""
        tensors, records = self.tensors, self._input_record
        if len(tensors) >= self.limit_ops:
            self._count()
        for x in inputs:
            if type(x) is Tensor:
                second = x.second
                number = second.record if type(second) is Details else -1
                if not (0 <= number < len(tensors) and tensors[number] is x):
                    number = self._number(x)
                records.append(number)
            else:
                records.append(-1)
        # Above this are the two functions of heard.py, and the short way that the program called.
        self._append(t, self._places.here(3), nanoseconds, inputs, len(records))

    def leaf(self, t: Tensor) -> None:
        """A tensor was made from numbers."""
        self._count()
        self._add_leaf(t, Kind.DATA, self._places.here())

    def variable(self, variable: Variable, t: Tensor) -> None:
        """A variable was made or assigned; its value becomes a record when it is first read."""
        known = self._variables.get(id(variable))
        if known is not None:
            self.assignments.append((t, len(self.tensors), len(self.sweeps)))
        else:
            self._variables[id(variable)] = (variable, self._places.here())
            if variable.name:
                self._array_names[id(variable)] = variable.name
        self._variable_of[id(t)] = id(variable)
        self._pending[id(t)] = (t, self._variables[id(variable)][1])

    def watched(self, t: Tensor) -> None:
        """A tape follows this leaf from now on."""
        self._watched.add(self._number(t))

    def assigned(self, name: str, value: Any) -> None:
        """A program variable now holds value; a record keeps the first name it gets."""
        if isinstance(value, Tensor):
            number = self._number(value)
            self._names.setdefault(number, name)
        elif isinstance(value, Open):
            value.name = value.name or name
            if value.result is not None:
                self._names.setdefault(value.result.record, name)
        elif isinstance(value, Variable):
            self._array_names.setdefault(id(value), name)
            if id(value) not in self._variables:
                self._variables[id(value)] = (value, self._places.here())
        elif isinstance(value, np.ndarray) and value.dtype.kind in "biufc":  # text and objects are no values
            shadow = self._shadow(value)
            self._array_names.setdefault(id(value), name)
            if shadow.record >= 0 and self._known(shadow):
                self._names.setdefault(shadow.record, name)

    # gradient() calls

    def begin(self, targets: list[Tensor], sources: list[list[Tensor]], seeds: list[tuple[Tensor, Any]]) -> SweepLog:
        """A backward pass starts. sources: the values read of each; seeds: tensors where they are the program's own."""
        self._ends += len(targets) + len(sources)
        if too_many := beyond(len(self.sweeps), self._ends):
            raise self.limit_error(f"stopped after {too_many}")
        log = SweepLog(
            [self._number(t) for t in targets],
            [self._number(values[-1]) for values in sources],
            self._places.here(),
            self._scope_here(),
            len(self.tensors),
            self.automatic,
        )
        if any(len(values) > 1 for values in sources):
            self.obstacle = "a gradient is the sum over several values of a variable"
        if any(isinstance(g, Tensor) for _, g in seeds):
            self.obstacle = "a backward pass starts from what the program gave"
        self.sweeps.append(log)
        self._open.append(len(self.sweeps) - 1)
        return log

    def end(self, log: SweepLog | None, results: list[Tensor | None]) -> None:
        """The backward pass is over; results are what the caller receives."""
        self._open.pop()
        if log is None:
            return
        log.finish(results)
        for g in results:
            if g is not None and not self._known(g):
                self._pending[id(g)] = (g, log.span)

    def derived(self, t: Tensor) -> None:
        """A derivative that no single backward pass gave (a Jacobian); it becomes a record when it is used or named."""
        self._pending[id(t)] = (t, self._places.here())
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
        g = self.sweeps[sweep].cotangents.get(record)
        return None if g is None else np.asarray(g)

    def gradients(self) -> list[dict[str, np.ndarray | None]]:
        """For each sweep: name of source -> its gradient."""
        found = []
        for log in self.sweeps:
            row: dict[str, np.ndarray | None] = {}
            for position, (record, g) in enumerate(zip(log.sources, log.results, strict=False)):
                name = self.name(record) or f"source {position + 1}"
                while name in row:
                    name += "'"
                row[name] = None if g is None else np.asarray(whole(g.value))
            found.append(row)
        return found

    def place(self, t: Tensor) -> Place:
        """Where a tensor was made."""
        return Place(self.filename, self.spans[t.record][0]) if self._known(t) else NOWHERE

    def trace(self) -> Trace:
        """Freeze what was captured so far."""
        n = len(self.tensors)
        strings: dict[str, int] = {}
        ops: dict[str, int] = {"": 0}

        def text(s: str) -> int:
            return strings.setdefault(s, len(strings)) if s else -1

        kinds = np.full(n, int(Kind.OP), np.uint8)
        kinds[list(self._leaves)] = list(self._leaves.values())
        names = np.full(n, -1, np.int32)
        for record in np.flatnonzero(kinds == int(Kind.DATA)).tolist():
            of_variable = self._variable_name(record)
            if of_variable is not None:
                kinds[record], names[record] = Kind.PARAMETER, text(of_variable)
            elif record in self._watched:
                kinds[record] = Kind.INPUT
        for record, name in self._names.items():
            names[record] = text(name) if name else names[record]
        records = Records(
            op=np.array([ops.setdefault(t.op.name, len(ops)) if t.op else 0 for t in self.tensors], np.int32),
            kind=kinds,
            name=names,
            params=np.array([text(parameters(t.params)) if t.op and t.params else -1 for t in self.tensors], np.int32),
            span=np.fromiter(chain.from_iterable(self._places.in_characters(self.spans)), np.int32).reshape(n, 4),
            scope=np.array(self._scope_of, np.int32),
            tracked=np.array([t.token is not None and type(t.token) is not Cut for t in self.tensors], np.uint8),
            sweep=np.array(self._sweep_of, np.int32),
            input_start=np.array(self._starts, np.int64),
            input_record=np.array(self._input_record, np.int32),
            input_text=constant_texts(self._input_record, self._starts, self.applied, text),
            values=self.values(),
            seconds=np.array(self._nanoseconds, np.float32) * np.float32(1e-9),
            ops=tuple(ops),
            strings=tuple(map(sendable, strings)),
        )
        return Trace(records, tuple(self.scopes), tuple(self._frozen(log) for log in self.sweeps))

    def values(self) -> Summaries:
        """What there is to say of each record's value."""
        return summarise([t.value if type(t.value) is float else whole(t.value) for t in self.tensors], signed=False)

    def named(self) -> list[int]:
        """Records that a program variable holds, values of Variables apart, in the order of computation."""
        return sorted(record for record in self._names if id(self.tensors[record]) not in self._variable_of)

    def name(self, record: int) -> str:
        """The name of a record; "" if it has none."""
        return self._names.get(record) or self._variable_name(record) or ""

    def characters(self, span: Span) -> Span:
        """A span with columns in characters."""
        return self._places.in_characters([span])[0]

    def _frozen(self, log: SweepLog) -> Sweep:
        return log.freeze(self.name, self.characters(log.span))

    # inside

    def _count(self) -> None:
        if len(self.tensors) >= self.limit_ops:
            raise self.limit_error(f"stopped after {self.limit_ops:,} recorded operations")

    def _add_leaf(self, t: Tensor, kind: Kind, span: Span) -> int:
        """A record that no op made."""
        number = self._append(t, span, 0, (), self._starts[-1])
        self._leaves[number] = kind
        return number

    def _append(self, t: Tensor, span: Span, nanoseconds: int, applied: tuple[Any, ...], inputs: int) -> int:
        """A new record. applied: what its op was applied to; inputs: how many input slots there are up to its last."""
        number = len(self.tensors)
        details = t.second
        if type(details) is Details and details is not SEVERAL:
            details.record = number
        else:
            t.record = number
        self.tensors.append(t)
        self.spans.append(span)
        stack = self._stack
        scope = stack[-1][4] if stack else 0
        self._scope_of.append(self._scope_here() if scope is None else scope)
        self._sweep_of.append(self._open[-1] if self._open else -1)
        self._starts.append(inputs)
        self._nanoseconds.append(nanoseconds)
        self.applied.append(applied)
        return number

    def _known(self, t: Tensor) -> bool:
        return 0 <= t.record < len(self.tensors) and self.tensors[t.record] is t

    def _number(self, t: Tensor) -> int:
        """The record of a tensor; a leaf that was not seen before gets one now."""
        if self._known(t):
            return t.record
        waiting = self._pending.pop(id(t), None)
        if waiting is not None and waiting[0] is t:
            is_variable = id(t) in self._variable_of
            number = self._add_leaf(t, Kind.DATA if is_variable else Kind.GRADIENT, waiting[1])
            self._scope_of[number] = self._scope_of[number] if not is_variable else 0
            return number
        if not (self._open and any(g is t for _, g in self.sweeps[self._open[-1]].seeds)):
            self.obstacle = "a tensor came from where no recorder listens"
        return self._add_leaf(t, Kind.DATA, self._places.here())

    def _shadow(self, array: np.ndarray) -> Tensor:
        """The leaf that stands for a plain array used by ops; one for each array, and a new one once it has changed."""
        known = self._arrays.get(id(array))
        if known is None or not np.array_equal(array, known[1].value, equal_nan=array.dtype.kind in "fc"):
            t = leaf(array.copy(order="K"))
            known = self._arrays[id(array)] = (array, t)
            number = self._add_leaf(t, Kind.DATA, NO_SPAN)
            if id(array) in self._array_names:
                self._names[number] = self._array_names[id(array)]
        return known[1]

    def _variable_name(self, record: int) -> str | None:
        """The name of the variable whose value a record is; None if it is not one."""
        owner = self._variable_of.get(id(self.tensors[record])) if 0 <= record < len(self.tensors) else None
        return None if owner is None else self._array_names.get(owner, "")
