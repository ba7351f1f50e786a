"""Equal ops on many short arrays as one op on all of them, which lie one below the other.

The way back through 1,000 calls of tanh wants 1 - y * y of each result. All of them are there before the first one is
wanted, and one call for all takes as long as a few calls for one.
"""

from __future__ import annotations

from typing import Any

from gradstudio.engine.plan.backends.faster import STACKED
from gradstudio.engine.plan.backends.lifetimes import writes
from gradstudio.engine.plan.passes.own import own_row
from gradstudio.engine.plan.program import NONE, Constant, Form, Item, Program, Step, Value, reads
from gradstudio.engine.plan.ufuncs import UFUNCS
from gradstudio.engine.primitive import TABLE, Primitive

_FEWEST = 8
"""Fewer arrays gain nothing."""
_SHORT = 1 << 12
"""Bytes of an array up to which a call costs more than the work on it."""
_MOST = 1 << 18
"""Bytes of all arrays of a stack together: they stay in the cache of a core."""

Key = tuple[Any, ...]


def stack_equals(program: Program) -> None:
    """Put off ops on one short array until something needs a result; then compute all that could be, and are equal."""
    _Stacker(program).run()


class _Stacker:
    """One walk over a program."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._values = program.values
        self._outputs = set(program.outputs)
        self._stacked: set[int] = set()  # values that are parts of stacks already
        self._later: dict[int, list[Step]] = {}  # a value -> the ops on it that can be put off
        self._waiting: dict[Key, list[Step]] = {}  # those whose value is there
        self._keys: dict[int, Key] = {}  # of what waits, by its result
        self._places: dict[int, tuple[int, int]] = {}  # a value -> the stack that it is a part of, and its place
        self._sizes: dict[int, int] = {}  # parts of each stack
        self._kept: list[Item] = []

    def run(self) -> None:
        """Rewrite the body."""
        put_off: set[int] = set()
        self._stacked = {n for item in self._program.body if _is_stack(item) for n in reads(item)}
        for item in self._program.body:
            x = self._array(item) if type(item) is Step else None
            if x is not None and type(item) is Step:
                self._later.setdefault(x, []).append(item)
                put_off.add(item.out)
        if len(put_off) < _FEWEST:
            return
        for item in self._program.body:
            if type(item) is Step and item.out in put_off:
                continue
            for n in reads(item):
                if n in self._keys:
                    self._settle(self._keys[n])
            self._kept.append(item)
            if type(item) is Step:
                self._offer(item.out)
        for key in list(self._waiting):
            self._settle(key)
        self._program.body = self._kept

    def _array(self, step: Step) -> int | None:
        """The short array that an op takes besides numbers; None for an op that has to be computed where it stands."""
        if step.row.name not in UFUNCS or step.params or step.out in self._outputs:
            return None
        values, out = self._values, self._values[step.out]
        if out.form is not Form.ARRAY or out.dtype.char not in "fd" or not out.shape or not 0 < out.nbytes <= _SHORT:
            return None
        arrays = {n for n in step.inputs if n == NONE or not _is_number(values[n])}
        if len(arrays) != 1:
            return None
        (x,) = arrays
        if x == NONE or (values[x].form, values[x].shape, values[x].dtype) != (out.form, out.shape, out.dtype):
            return None
        made = values[x].origin
        is_free = x not in self._stacked and x not in self._outputs
        return x if is_free and type(made) is Step and not _is_stack(made) and writes(made, values) else None

    def _offer(self, number: int) -> None:
        """A value is there, or will be when what waits is computed: so wait the ops on it."""
        found = [number]
        while found:
            x = found.pop()
            out = self._values[x]
            for step in self._later.get(x, ()):
                numbers = tuple([None if n == x else n for n in step.inputs])
                key = (step.row.name, numbers, out.shape, out.dtype.char, self._keys.get(x))
                waiting = self._waiting.setdefault(key, [])
                waiting.append(step)
                self._keys[step.out] = key
                found.append(step.out)
                if len(waiting) * out.nbytes >= _MOST:
                    self._settle(key)

    def _settle(self, key: Key) -> None:
        """Compute what waits under a key, and before it what that needs."""
        chain = [key]
        while chain[-1][-1] is not None and chain[-1][-1] in self._waiting:
            chain.append(chain[-1][-1])
        for wanted in reversed(chain):
            steps = self._waiting.pop(wanted, [])
            for step in steps:
                del self._keys[step.out]
            if steps:
                self._compute(steps)

    def _compute(self, steps: list[Step]) -> None:
        apart: dict[int | None, list[Step]] = {}
        for step in steps:
            apart.setdefault(self._places.get(self._array_of(step), (None, 0))[0], []).append(step)
        for known, some in apart.items():
            stack = None
            if len(some) >= _FEWEST:
                stack = self._stack(some) if known is None else known if 2 * len(some) > self._sizes[known] else None
            if stack is not None:
                self._join(some, stack)
            self._kept += some

    def _stack(self, steps: list[Step]) -> int:
        """What these steps take, one below the other."""
        parts = tuple(dict.fromkeys([self._array_of(step) for step in steps]))
        like = self._values[parts[0]]
        stack = self._apply(_STACKED, parts, (len(parts) * like.shape[0], *like.shape[1:]), like)
        self._sizes[stack] = len(parts)
        self._places.update({n: (stack, place) for place, n in enumerate(parts)})
        return stack

    def _join(self, steps: list[Step], stack: int) -> None:
        """One step for all, of which they take their parts."""
        first, x = steps[0], self._array_of(steps[0])
        like = self._values[first.out]
        inputs = tuple([stack if n == x else n for n in first.inputs])
        whole = self._apply(first.row, inputs, self._values[stack].shape, like)
        self._sizes[whole] = self._sizes[stack]
        rows = like.shape[0]
        for step in steps:
            place = self._places[self._array_of(step)][1]
            self._places[step.out] = (whole, place)
            step.row, step.inputs = TABLE["getitem"], (whole,)
            step.params = {"key": slice(place * rows, (place + 1) * rows)}

    def _array_of(self, step: Step) -> int:
        return next(n for n in step.inputs if not _is_number(self._values[n]))

    def _apply(self, row: Primitive, inputs: tuple[int, ...], shape: tuple[int, ...], like: Value) -> int:
        step = Step(row, inputs, {}, -1)
        step.out = self._program.add(Value(step, Form.ARRAY, shape, like.dtype))
        self._kept.append(step)
        return step.out


def _is_stack(item: Item) -> bool:
    return type(item) is Step and item.row.name == STACKED


def _is_number(value: Value) -> bool:
    """Whether a value is the same number for each element of any array."""
    return type(value.origin) is Constant and value.form in (Form.NUMBER, Form.FLOAT)


_STACKED = own_row(STACKED)
