"""The program as straight-line Python: floats with Python's arithmetic, arrays with NumPy into buffers made once.

A long program becomes several functions, so that Python's compiler has little to hold at a time, and functions with
the same text are compiled once. What one of them makes and another one uses passes through a list between them.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable
from itertools import chain
from typing import Any

import numpy as np

from gradstudio.engine.batching import apply_batched
from gradstudio.engine.plan.backends.backend import Built, Missed
from gradstudio.engine.plan.backends.calls import Calls
from gradstudio.engine.plan.backends.cutting import cuts
from gradstudio.engine.plan.backends.inlining import ATOM, WRITTEN, hosts, is_bool, scalars
from gradstudio.engine.plan.backends.lifetimes import FOREVER, lifetimes, writes
from gradstudio.engine.plan.backends.passed import Part, Passed, Place, arranged
from gradstudio.engine.plan.backends.places import VIEWS
from gradstudio.engine.plan.backends.pool import Pool
from gradstudio.engine.plan.backends.shared import Run, shared
from gradstudio.engine.plan.backends.source import Source
from gradstudio.engine.plan.constants import copied, same_value
from gradstudio.engine.plan.program import NONE, Argument, Constant, Form, Guard, Held, Item, Program, Step, reads


class Straight:
    """The back-end."""

    def build(self, program: Program) -> Built:
        """A function that runs the program, and its source."""
        writer = Writer(program)
        writer.write()
        is_python = sum(writer.scalars) == sum(type(item) is Step for item in program.body)
        return Built(writer.function(), writer.text(), is_python)


STRAIGHT = Straight()

LENGTH = 2_000
"""Items of the body that are one function."""
_LOOKS = VIEWS | {"transpose", "swapaxes", "getitem"}
"""Rows that may give a view of what they are given."""
_SHOWN = 4
"""Functions of which a plan shows the text."""


class Writer:
    """Writes one program, item by item."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.values = program.values
        inputs = inputs_of(program)
        self.scalars = scalars(program)
        self._ends = cuts(program.body, LENGTH)
        self.hosts = hosts(program, self.scalars, self._ends)
        self._is_long = len(self._ends) > 1
        names = [f"x{i}" for i in range(len(inputs))]
        self.source = Source("part", ["m"]) if self._is_long else Source("plan", names)
        self.times = lifetimes(program.body, self.hosts, self.values, program.outputs)
        self.calls = Calls(self.source, self.values, self.operand)
        self.texts: dict[int, str] = {} if self._is_long else dict(zip(inputs, names, strict=True))
        self._passed = Passed(inputs if self._is_long else [])
        self._takes: dict[Place, str] = {}  # places of what the present function is given -> its names
        self._gives: list[int] = []  # what it makes for others
        self._over_here: list[Place] = []  # places that are free after it
        self._uses = self._uses_until(0, self._ends[0])  # how often it uses each value
        self._parts: list[Part] = []  # the functions before the present one
        self._end = self._ends[0]
        self._texts: list[str] = []
        self._buffers = [np.empty(shape, dtype) for shape, dtype in self.times.forms]
        self._names: set[str] = set()  # local variables
        self._free: list[str] = []  # those whose value is over
        self._strengths: dict[int, int] = {}  # of expressions that stand inside others
        self._views: dict[int, np.ndarray] = {}  # values that look at a buffer in another shape

    def write(self) -> None:
        """The whole body."""
        last = self.times.last
        numbers, positions = [np.fromiter(x, np.int64, len(last)) for x in (last, last.values())]
        order = np.argsort(positions, kind="stable")
        over = zip(array("q", numbers[order].tobytes()), array("q", positions[order].tobytes()), strict=True)
        number, until = next(over, (NONE, FOREVER))  # what is over next, and when
        for position, item in enumerate(self.program.body):
            if position == self._end:
                self._cut()
            self.item(item, self.hosts[position] != position)
            while until <= position:
                self._over(number)
                number, until = next(over, (NONE, FOREVER))
        found = f"({''.join([f'{self._output(n)}, ' for n in self.program.outputs])})"
        held = [self._passed.places.get(n) for n in self.program.outputs if self.values[n].form is Form.ARRAY]
        self._over_here += [place for place in held if place is not None]  # the list keeps no result
        self.source.say(f"return {found}")

    def function(self) -> Callable[..., Any]:
        """What runs all that was written."""
        return self._passed.joined([*self._parts, self._part_here()]) if self._is_long else self.source.function()

    def text(self) -> str:
        """What was written, or the beginning of it."""
        if len(self._texts) < _SHOWN:
            return "\n\n".join([*self._texts, self.source.text()])
        return "\n\n".join([f"# the first {_SHOWN} of {len(self._ends)} functions", *self._texts])

    def _part_here(self) -> Part:
        names, takes = arranged(self._takes)
        self.source.parameters[1:] = names
        return Part(self.source.function(), self._passed.place(self._gives), takes, self._over_here)

    def _uses_until(self, start: int, end: int) -> Counter[int]:
        if not self._is_long:
            return Counter()
        found = Counter(chain.from_iterable(map(reads, self.program.body[start:end])))
        if end == len(self.program.body):
            found.update(self.program.outputs)
        return found

    def _cut(self) -> None:
        """What follows belongs to the next function."""
        self._parts.append(self._part_here())
        if len(self._texts) < _SHOWN:
            self._texts.append(self.source.text())
        start, self._end = self._end, self._ends[len(self._parts)]
        self._uses = self._uses_until(start, self._end)
        self.source.begin("part", ["m"])
        self._takes, self._gives, self._over_here = {}, [], []
        self.texts.clear()
        self._free.clear()
        self._names.clear()
        self._strengths.clear()

    def _over(self, number: int) -> None:
        """A value is not used any more."""
        name = self.texts.pop(number, None)
        if name in self._names:
            self._free.append(name)
        place = self._passed.over(number)
        if place is not None and self.values[number].form in (Form.ARRAY, Form.BATCH):
            self._over_here.append(place)

    def item(self, item: Item, is_inlined: bool) -> None:
        """One item of the body."""
        if type(item) is Guard:
            self._guard(item)
        elif type(item) is Step:
            self._step(item, is_inlined)

    def operand(self, number: int) -> str:
        """The text that stands for a value."""
        if number == NONE:
            return "None"
        known = self.texts.get(number)
        if known is None:
            origin = self.values[number].origin
            if type(origin) is Constant:
                held = origin.value
                text = float(held) if type(held) is np.float64 else held
                is_literal = not self._is_long and type(text) in (float, int, bool)
                known = self.source.literal(text) if is_literal else self.source.bind("c", text)
                self.texts[number] = known
            else:  # made by a function before this one
                known = self.buffer(number) or self._again(number)
        return known

    def _again(self, number: int) -> str:
        """A value that another function made: one more argument."""
        name = self.texts[number] = self._takes[self._passed.places[number]] = self._new_name()
        return name

    def keep(self, number: int, text: str) -> None:
        """A value gets a local variable, one whose own value is over if there is any, and a place if others use it."""
        last = self.times.last.get(number)
        if self._is_long and last is not None and last >= self._end:
            slot = f"m[{len(self._gives)}]"
            self._gives.append(number)
            if not self._uses[number]:
                self.texts[number] = slot
                self.source.say(f"{slot} = {text}")
                return
            text = f"{slot} = {text}"
        name = self.texts[number] = self._free.pop() if self._free else self._new_name()
        self.source.say(f"{name} = {text}")
        if last is None:
            self._free.append(name)

    def _new_name(self) -> str:
        name = f"r{len(self._names)}"
        self._names.add(name)
        return name

    def buffer(self, number: int) -> str | None:
        """The name of the buffer that a value is put into; None: it needs memory of its own."""
        array = self._array(number)
        if array is None:
            return None
        name = self.texts[number] = self.source.bind("b", array)
        return name

    def _array(self, number: int) -> np.ndarray | None:
        """The buffer of a value, or the part or view of one."""
        if number in self._views:
            return self._views[number]
        part = self.times.parts.get(number)
        if part is not None:
            return self._part(*part)
        buffer = self.times.buffers.get(number)
        return None if buffer is None else self._buffers[buffer]

    def _part(self, stack: int, place: int) -> np.ndarray:
        """A part of the buffer of a stack."""
        whole = self._buffers[self.times.buffers[stack]]
        rows = len(whole) // len(self.values[stack].origin.inputs)  # type: ignore[union-attr]
        return whole[place * rows : (place + 1) * rows]

    def _is_view(self, step: Step) -> bool:
        """Whether a step only looks at a buffer: then the view is made with the plan, not in every call."""
        if step.row.name not in _LOOKS or len(step.inputs) != 1 or self.values[step.out].form is not Form.ARRAY:
            return False
        array = self._array(step.inputs[0])
        if array is None:
            return False
        found = step.row.forward(np, array, **step.params)
        if type(found) is not np.ndarray or not np.may_share_memory(found, array):
            return False
        self._views[step.out] = found
        return self.buffer(step.out) is not None

    def new(self, number: int) -> str:
        """The text of a new array for a value."""
        value = self.values[number]
        return f"{self.source.bind('new', Pool(value.shape, value.dtype).take)}()"

    def _step(self, step: Step, is_inlined: bool) -> None:
        out = self.values[step.out]
        if self.scalars[step.out]:
            text, strength = self._expression(step)
            if is_inlined:
                self.texts[step.out], self._strengths[step.out] = text, strength
            else:
                self.keep(step.out, text)
        elif any(n != NONE and self.values[n].form is Form.BATCH for n in step.inputs):
            self._batched(step)
        elif (run := shared(step, self.values)) is not None:
            self._shared(step, run)
        elif any(self.times.parts.get(n, (None,))[0] == step.out for n in step.inputs):
            self._stacked(step)
        elif writes(step, self.values):
            self._written(step)
        elif not self._is_view(step):
            self.keep(step.out, self.calls.settled(step))
            if out.form is Form.ARRAY and not self.calls.is_certain(step):
                self._check_form(step.out)

    def _expression(self, step: Step) -> tuple[str, int]:
        """Python arithmetic, and how strongly it binds.

        Where it fails (a division by zero), NumPy has an answer, and the call starts anew.
        """
        name = step.row.name
        written = WRITTEN.get(name)
        texts = [self._float(n) for n in step.inputs]
        if written is None:
            return f"{self.source.bind(name, step.row.scalar)}({', '.join(texts)})", ATOM
        for slot, n in enumerate(step.inputs):
            if n in self._strengths and self._strengths[n] < written.needs[slot]:
                texts[slot] = f"({texts[slot]})"
        return written.template.format(*texts), written.strength

    def _float(self, number: int) -> str:
        origin = self.values[number].origin
        if type(origin) is Constant and type(origin.value) is int:
            return self.source.literal(float(origin.value))
        return self.operand(number)

    def _written(self, step: Step) -> None:
        """A ufunc, product or sum into a buffer, or into a new array that belongs to the caller."""
        buffer = self.buffer(step.out)
        if buffer is not None:
            self.source.say(self.calls.into(step, buffer))
        elif self.values[step.out].nbytes < Pool.SMALLEST:
            self.keep(step.out, self.calls.into(step, "None"))
        else:
            self.keep(step.out, self.calls.into(step, self.new(step.out)))

    def _shared(self, step: Step, run: Run) -> None:
        """A step that several threads compute, into a buffer or a new array."""
        buffer = self.buffer(step.out)
        call = f"{self.source.bind(step.row.name, run)}({', '.join([self.operand(n) for n in step.inputs])}, "
        if buffer is not None:
            self.source.say(f"{call}{buffer})")
        else:
            self.keep(step.out, f"{call}{self.new(step.out)})")

    def _stacked(self, step: Step) -> None:
        """Arrays one below the other: most were made there."""
        self.buffer(step.out)
        for place, n in enumerate(step.inputs):
            if self.times.parts.get(n) != (step.out, place):
                copy = self.source.bind("copyto", np.copyto)
                self.source.say(f"{copy}({self.source.bind('b', self._part(step.out, place))}, {self.operand(n)})")

    def _batched(self, step: Step) -> None:
        """An op on many values at once."""
        inputs = ", ".join([self.calls.wide(n) for n in step.inputs])
        row, params = self.source.bind(step.row.name, step.row), self.source.bind("params", step.params)
        call = f"{self.source.bind('apply_batched', apply_batched)}({row}, ({inputs},), {params})"
        self.keep(step.out, self.calls.converted(step.out, call))

    def _check_form(self, number: int) -> None:
        value, name = self.values[number], self.texts[number]
        shape, dtype = self.source.bind("shape", value.shape), self.source.bind("dtype", value.dtype)
        missed = self.source.bind("changed", _CHANGED)
        self.source.say(f"if {name}.shape != {shape} or {name}.dtype != {dtype}: return {missed}")

    def _guard(self, guard: Guard) -> None:
        name = self.operand(guard.value)
        missed = self.source.bind("missed", Missed)
        if guard.kind == "bool":
            wanted = "not " if guard.expected else ""
            self.source.say(f"if {wanted}{name}: return {missed}({guard.number}, {not guard.expected})")
        elif guard.kind == "int":
            test = f"int({name}) != {self.source.literal(guard.expected)}"
            self.source.say(f"if {test}: return {missed}({guard.number}, int({name}))")
        else:
            same, copy = self.source.bind("same_value", same_value), self.source.bind("copied", copied)
            test = f"not {same}({self.source.bind('seen', guard.expected)}, {name})"
            self.source.say(f"if {test}: return {missed}({guard.number}, {copy}({name}))")

    def _output(self, number: int) -> str:
        value, text = self.values[number], self.operand(number)
        if is_bool(value):
            return f"{self.source.bind('bool_', np.bool_)}({text})"
        return f"{text}.copy()" if number in self.times.borrowed else text


_CHANGED = Missed(-1, None)


def inputs_of(program: Program) -> list[int]:
    """The numbers of the inputs that the program uses, in their order."""
    used: set[int] = set(program.outputs)
    for item in program.body:
        used.update(reads(item))
    return [n for n, v in enumerate(program.values) if n in used and type(v.origin) in (Argument, Held)]
