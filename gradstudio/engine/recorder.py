"""Recorder: what an inspecting run captures of every op, watched or not, on any tape or none.

While one is active each op becomes a record with its exact place in the text, the scope it ran in, the name it was
assigned to, its value, and, for every gradient() call, its cotangent. Frozen, this is the Trace.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import CodeType, FrameType, TracebackType
from typing import Any

import numpy as np

from gradstudio.engine.batching import whole
from gradstudio.engine.state import ACTIVE
from gradstudio.engine.summary import summarise
from gradstudio.engine.sweeplog import SweepLog
from gradstudio.engine.tensor import Tensor, leaf, raw
from gradstudio.engine.trace import NO_SPAN, Kind, Records, Scope, Span, Sweep, Trace
from gradstudio.engine.variable import Variable
from gradstudio.engine.why import NOWHERE, Cut, Place


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
        self._lines = text.splitlines()
        self._positions: dict[CodeType, list[Any]] = {}
        self._tensors: list[Tensor] = []
        self._spans: list[Span] = []
        self._scope_of: list[int] = []
        self._kinds: list[int] = []
        self._sweep_of: list[int] = []
        self._inputs: list[tuple[tuple[int, str], ...]] = []
        self._names: dict[int, str] = {}
        self._watched: set[int] = set()
        self._arrays: dict[int, tuple[Any, Tensor]] = {}
        self._variables: dict[int, tuple[Variable, Span]] = {}
        self._variable_of: dict[int, int] = {}
        self._array_names: dict[int, str] = {}
        self._pending: dict[int, tuple[Tensor, Span]] = {}  # gradient results not used by anything yet
        self._sweeps: list[SweepLog] = []
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
        del self._stack[depth + 2 :]
        if len(self._stack) == depth + 1:
            self.enter("pass", "", self._stack[depth][2])
        else:
            top = self._stack[-1]
            top[3], top[4] = top[3] + 1, None

    def leave(self, depth: int | None = None) -> None:
        """Close the innermost scope, or all down to a depth that enter() gave."""
        del self._stack[len(self._stack) - 1 if depth is None else depth :]

    def _scope_here(self) -> int:
        if not self._stack:
            return 0
        if self._stack[-1][4] is None:
            parent = 0
            for entry in self._stack:
                if entry[4] is None:
                    kind, name, line, index, _ = entry
                    self.scopes.append(Scope(parent, kind, name, line, index))
                    entry[4] = len(self.scopes) - 1
                parent = entry[4]
        return int(self._stack[-1][4])

    # what the engine reports

    def op(self, t: Tensor) -> None:
        """An op has run: t is its result, with inputs still attached."""
        self._count()
        inputs = []
        for x in t.inputs:
            if type(x) is Tensor:
                inputs.append((self._number(x), ""))
            elif isinstance(x, np.ndarray) and x.size > 1:
                inputs.append((self._number(self._shadow(x)), ""))
            else:
                inputs.append((-1, "" if x is None else _literal(x)))
        self._append(t, Kind.OP, self.span(), tuple(inputs))

    def leaf(self, t: Tensor) -> None:
        """A tensor was made from numbers."""
        self._count()
        self._append(t, Kind.DATA, self.span(), ())

    def variable(self, variable: Variable, t: Tensor) -> None:
        """A variable was made or assigned; its value becomes a record when it is first read."""
        known = self._variables.get(id(variable))
        if known is None:
            self._variables[id(variable)] = (variable, self.span())
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
        elif isinstance(value, Variable):
            self._array_names.setdefault(id(value), name)
            if id(value) not in self._variables:
                self._variables[id(value)] = (value, self.span())
        elif isinstance(value, np.ndarray):
            shadow = self._shadow(value)
            self._array_names.setdefault(id(value), name)
            if shadow.record >= 0 and self._known(shadow):
                self._names.setdefault(shadow.record, name)

    # gradient() calls

    def begin(self, targets: list[Tensor], sources: list[Tensor]) -> SweepLog:
        """A backward pass starts."""
        log = SweepLog(
            [self._number(t) for t in targets],
            [self._number(t) for t in sources],
            self.span(),
            self._scope_here(),
            len(self._tensors),
            self.automatic,
        )
        self._sweeps.append(log)
        self._open.append(len(self._sweeps) - 1)
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
        self._pending[id(t)] = (t, self.span())

    # reading

    def value(self, record: int) -> np.ndarray | None:
        """The whole value of a record."""
        return np.asarray(whole(self._tensors[record].value)) if 0 <= record < len(self._tensors) else None

    def cotangent(self, sweep: int, record: int) -> np.ndarray | None:
        """The whole cotangent of a record in a sweep, None where there is none."""
        if not 0 <= sweep < len(self._sweeps):
            return None
        g = self._sweeps[sweep].cotangents.get(record)
        return None if g is None else np.asarray(g)

    def gradients(self) -> list[dict[str, np.ndarray | None]]:
        """For each sweep: name of source -> its gradient."""
        found = []
        for log in self._sweeps:
            row: dict[str, np.ndarray | None] = {}
            for position, (record, g) in enumerate(zip(log.sources, log.results, strict=False)):
                name = self._names.get(record) or self._variable_name(record) or f"source {position + 1}"
                while name in row:
                    name += "'"
                row[name] = None if g is None else np.asarray(whole(g.value))
            found.append(row)
        return found

    def place(self, t: Tensor) -> Place:
        """Where a tensor was made."""
        return Place(self.filename, self._spans[t.record][0]) if self._known(t) else NOWHERE

    def trace(self) -> Trace:
        """Freeze what was captured so far."""
        n = len(self._tensors)
        strings: dict[str, int] = {}
        ops: dict[str, int] = {"": 0}

        def text(s: str) -> int:
            return strings.setdefault(s, len(strings)) if s else -1

        kinds = np.array(self._kinds, np.uint8).reshape(n)
        for record in np.flatnonzero(kinds == int(Kind.DATA)).tolist():
            if self._variable_name(record) is not None:
                kinds[record] = Kind.PARAMETER
            elif record in self._watched:
                kinds[record] = Kind.INPUT
        starts = np.zeros(n + 1, np.int64)
        np.cumsum([len(row) for row in self._inputs], out=starts[1:] if n else None)
        records = Records(
            op=np.array([ops.setdefault(t.op.name, len(ops)) if t.op else 0 for t in self._tensors], np.int32),
            kind=kinds,
            name=np.array([text(self._names.get(i) or self._variable_name(i) or "") for i in range(n)], np.int32),
            params=np.array([text(_parameters(t.params) if t.op else "") for t in self._tensors], np.int32),
            span=np.array([self._characters(s) for s in self._spans], np.int32).reshape(n, 4),
            scope=np.array(self._scope_of, np.int32),
            tracked=np.array([t.token is not None and type(t.token) is not Cut for t in self._tensors], np.uint8),
            sweep=np.array(self._sweep_of, np.int32),
            input_start=starts,
            input_record=np.array([r for row in self._inputs for r, _ in row], np.int32),
            input_text=np.array([text(s) if r < 0 else -1 for row in self._inputs for r, s in row], np.int32),
            values=summarise([whole(t.value) for t in self._tensors], signed=False),
            ops=tuple(ops),
            strings=tuple(strings),
        )
        return Trace(records, tuple(self.scopes), tuple(self._frozen(log) for log in self._sweeps))

    def _frozen(self, log: SweepLog) -> Sweep:
        def name(record: int) -> str:
            return self._names.get(record) or self._variable_name(record) or ""

        return log.freeze(name, self._characters(log.span))

    # inside

    def _count(self) -> None:
        if len(self._tensors) >= self.limit_ops:
            raise self.limit_error(f"stopped after {self.limit_ops:,} recorded operations")

    def _append(self, t: Tensor, kind: Kind, span: Span, inputs: tuple[tuple[int, str], ...]) -> int:
        t.record = len(self._tensors)
        self._tensors.append(t)
        self._spans.append(span)
        self._scope_of.append(self._scope_here())
        self._kinds.append(int(kind))
        self._sweep_of.append(self._open[-1] if self._open else -1)
        self._inputs.append(inputs)
        return t.record

    def _known(self, t: Tensor) -> bool:
        return 0 <= t.record < len(self._tensors) and self._tensors[t.record] is t

    def _number(self, t: Tensor) -> int:
        """The record of a tensor; a leaf that was not seen before gets one now."""
        if self._known(t):
            return t.record
        waiting = self._pending.pop(id(t), None)
        if waiting is not None and waiting[0] is t:
            is_variable = id(t) in self._variable_of
            number = self._append(t, Kind.DATA if is_variable else Kind.GRADIENT, waiting[1], ())
            self._scope_of[number] = self._scope_of[number] if not is_variable else 0
            return number
        return self._append(t, Kind.DATA, self.span(), ())

    def _shadow(self, array: np.ndarray) -> Tensor:
        """The leaf that stands for a plain array used by ops; one for each array, and a new one once it has changed."""
        known = self._arrays.get(id(array))
        if known is None or not np.array_equal(array, known[1].value, equal_nan=array.dtype.kind in "fc"):
            t = leaf(array.copy())
            known = self._arrays[id(array)] = (array, t)
            number = self._append(t, Kind.DATA, NO_SPAN, ())
            if id(array) in self._array_names:
                self._names[number] = self._array_names[id(array)]
        return known[1]

    def _variable_name(self, record: int) -> str | None:
        """The name of the variable whose value a record is; None if it is not one."""
        if not 0 <= record < len(self._tensors):
            return None
        owner = self._variable_of.get(id(self._tensors[record]))
        return None if owner is None else self._array_names.get(owner, "")

    def span(self) -> Span:
        """Where in the program the present call comes from."""
        frame: FrameType | None = sys._getframe(1)
        while frame is not None and frame.f_code.co_filename != self.filename:
            frame = frame.f_back
        if frame is None:
            return NO_SPAN
        code = frame.f_code
        known = self._positions.get(code)
        if known is None:
            known = self._positions[code] = list(code.co_positions())
        line, end, column, end_column = known[frame.f_lasti // 2]
        return (line or 0, column or 0, end or 0, end_column or 0)

    def _characters(self, span: Span) -> Span:
        """Columns in characters instead of UTF-8 bytes."""
        line, column, end, end_column = span
        if not 0 < line <= len(self._lines) or not 0 < end <= len(self._lines):
            return span
        first, last = self._lines[line - 1], self._lines[end - 1]
        if first.isascii() and last.isascii():
            return span
        return (
            line,
            len(first.encode()[:column].decode(errors="ignore")),
            end,
            len(last.encode()[:end_column].decode(errors="ignore")),
        )


def _literal(x: Any) -> str:
    """A constant input as a person would write it."""
    value = raw(x)
    if isinstance(value, np.ndarray) and value.size > 1:
        return "[" + ",".join(str(n) for n in value.shape) + "]"
    if isinstance(value, list | tuple):
        return f"[{len(value)}]"
    try:
        number = value.item() if hasattr(value, "item") else value
        if isinstance(number, bool | int):
            return str(number) if abs(number) < 10**12 else f"{float(number):.4g}"
        return f"{number:.6g}"
    except (ValueError, TypeError, OverflowError):
        return type(x).__name__


def _parameters(params: dict[str, Any]) -> str:
    """The parameters that say more than the default: "axis=0"."""
    parts = []
    for key, value in params.items():
        if value is None or value is False or isinstance(value, dict):
            continue
        parts.append(_index(value) if key == "key" else f"{key}={_short(value)}")
    return ", ".join(parts)[:60]


def _short(value: Any) -> str:
    if callable(getattr(value, "cotangent", None)):
        return str(value.__name__)
    if isinstance(value, np.dtype | type):
        return np.dtype(value).name
    if isinstance(value, tuple | list) and len(value) < 9:
        return "(" + ", ".join(_short(v) for v in value) + ")"
    if isinstance(value, bool | int | float | str | np.generic):
        return str(value)[:30]
    return _literal(value)


def _index(key: Any) -> str:
    """An index as it is written between brackets."""
    if isinstance(key, tuple):
        return ", ".join(_index(k) for k in key)
    if isinstance(key, slice):
        ends = ["" if v is None else str(v)[:12] for v in (key.start, key.stop, key.step)]
        return ":".join(ends if key.step is not None else ends[:2])
    if key is None or key is Ellipsis:
        return "None" if key is None else "..."
    return _short(key)
