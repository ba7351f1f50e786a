"""Finding stretches: steps on long arrays that can run block by block, so that what they hand on stays in the cache.

A step fits if it treats the places of the first axis one by one (`places.py`). Steps in between that need nothing of a
stretch run before it, those that need its results after it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from gradstudio.engine.plan.backends import convolutions
from gradstudio.engine.plan.backends.places import VIEWS, Parts, axes_of, parts_of, parts_of_total
from gradstudio.engine.plan.program import NONE, Form, Item, Program, Step, Stretch, Value, reads

LONG = 1 << 16
"""How many elements an array has at least for a stretch to begin with it."""
_FEWEST = 3
"""Fewer steps than that gain nothing."""
SHORTEST = 8
"""Fewer places of the first axis are not worth a loop."""
_WIDEST = 1 << 16
"""The most elements that one place of the first axis may have."""


def is_worth_blocks(program: Program) -> bool:
    """Whether a program works on long arrays."""
    return any(type(item) is Step and is_long(item, program.values) for item in program.body)


def schedule(program: Program) -> list[Item]:
    """The body of a program with stretches in it."""
    found = _Schedule(program)
    while found.left or found.open:
        if found.left:
            found.take(found.left.popleft())
        else:
            found.close()
    return found.done


class _Schedule:
    """One walk over a program: at most one stretch is open at a time."""

    def __init__(self, program: Program) -> None:
        self.left = deque(program.body)
        self.done: list[Item] = []
        self.open: list[Step] = []
        self._values = program.values
        self._totals: list[Step] = []
        self._inside: set[int] = set()  # values that the open stretch makes
        self._waiting: list[Item] = []  # what needs them and is not part of it
        self._later: set[int] = set()  # values that those make
        self._outputs = set(program.outputs)
        self._users: dict[int, list[Item]] = {}
        for item in program.body:
            for n in reads(item):
                self._users.setdefault(n, []).append(item)

    def take(self, item: Item) -> None:
        """The next item of the body."""
        needs = reads(item)
        if not self._later.isdisjoint(needs):
            self._wait(item)
            if type(item) is Step and is_long(item, self._values):
                self.close()  # it can begin the next one
        elif type(item) is Step and self._joins(item):
            self.open.append(item)
            self._inside.add(item.out)
        elif type(item) is Step and self._is_total(item):
            self._totals.append(item)
            self._later.add(item.out)
        elif self._inside.isdisjoint(needs):
            self.done.append(item)
        else:
            self._wait(item)

    def _last_views(self) -> list[Item]:
        """Take out what only looks at results in another shape, for use outside: there it costs nothing."""
        used = {n for step in (*self.open, *self._totals) for n in step.inputs}
        found: list[Item] = []
        for step in reversed(self.open):
            if step.row.name in VIEWS and step.out not in used and step.inputs[0] in self._inside:
                found.insert(0, step)
                used = {n for other in (*self.open, *self._totals) if other not in found for n in other.inputs}
        self.open = [step for step in self.open if step not in found]
        return found

    @property
    def _length(self) -> int:
        return self._values[self.open[0].out].shape[0]

    def _joins(self, step: Step) -> bool:
        shape = self._values[step.out].shape
        parts = parts_of(step, self._values, self._length if self.open else shape[0]) if shape else None
        if parts is None or not self._agrees(step, parts):
            return False
        return is_long(step, self._values) or not self._inside.isdisjoint(step.inputs)

    def _is_total(self, step: Step) -> bool:
        if not self.open or self._inside.isdisjoint(step.inputs):
            return False
        parts = parts_of_total(step, self._values, self._length)
        return parts is not None and self._agrees(step, parts)

    def _agrees(self, step: Step, parts: Parts) -> bool:
        """Whether what the stretch makes is taken part by part."""
        return all(part or n not in self._inside for n, part in zip(step.inputs, parts, strict=True))

    def _wait(self, item: Item) -> None:
        self._waiting.append(item)
        if type(item) is Step:
            self._later.add(item.out)

    def close(self) -> None:
        """The open stretch is over; what waited for it comes next, and may begin another one."""
        if self.open:
            views = self._last_views()
            made = _stretch(self.open, self._totals, self._values, self._outputs, self._users)
            self.done += [made] if made is not None else [*self.open, *self._totals]
            self._waiting = [*views, *self._waiting]
        self.left.extendleft(reversed(self._waiting))
        self.open, self._totals, self._inside, self._waiting, self._later = [], [], set(), [], set()


def is_long(step: Step, values: Sequence[Value]) -> bool:
    """Whether a step works on long arrays."""
    sizes = [values[n].size for n in step.inputs if n != NONE and values[n].form is Form.ARRAY]
    return values[step.out].form is Form.ARRAY and max(values[step.out].size, *sizes, 0) >= LONG


def _stretch(
    steps: list[Step],
    totals: list[Step],
    values: Sequence[Value],
    outputs: set[int],
    users: dict[int, list[Item]],
) -> Stretch | None:
    """The stretch, None where blocks would not pay."""
    if len(steps) < _FEWEST:
        return None
    mine = {id(step) for step in (*steps, *totals)}
    made = {step.out for step in steps}
    outs = [s.out for s in steps if s.out in outputs or any(id(u) not in mine for u in users.get(s.out, ()))]
    shape = values[steps[0].out].shape
    is_flat = _is_flat(steps, totals, values, shape)
    length = values[steps[0].out].size if is_flat else shape[0]
    width = 1 if is_flat else max(values[step.out].size // length for step in steps)
    if not is_flat and (length < SHORTEST or width > _WIDEST):
        return None
    sliced: dict[int, None] = {}
    whole: dict[int, None] = {}
    for step in (*steps, *totals):
        parts = parts_of(step, values, shape[0]) if step.out in made else parts_of_total(step, values, shape[0])
        assert parts is not None
        for n, part in zip(step.inputs, parts, strict=True):
            if n == NONE or n in made or values[n].form is Form.NUMBER:
                continue
            (sliced if part and _is_long_here(values[n], is_flat) else whole)[n] = None
    if not sliced.keys().isdisjoint(whole):
        return None  # an array that two steps take in two ways
    products = sum([convolutions.products(s, values) for s in (*steps, *totals) if s.row.name in convolutions.ROWS])
    return Stretch(steps, length, is_flat, width, list(sliced), list(whole), outs, totals, products)


def _is_long_here(value: Value, is_flat: bool) -> bool:
    return not is_flat or value.size > 1


def _is_flat(steps: list[Step], totals: list[Step], values: Sequence[Value], shape: tuple[int, ...]) -> bool:
    """Whether all arrays have one shape, so that the axes do not matter."""
    for step in steps:
        if step.row.batch != "elementwise" or values[step.out].shape != shape:
            return False
        if any(n != NONE and values[n].size > 1 and values[n].shape != shape for n in step.inputs):
            return False
    return all(len(axes_of(t, len(shape))) == len(shape) and not t.params.get("keepdims") for t in totals)
