"""Long arrays block by block: the steps of a stretch run over parts that stay in the cache, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from gradstudio.engine.plan.backends.backend import Built
from gradstudio.engine.plan.backends.calls import Calls
from gradstudio.engine.plan.backends.lifetimes import lifetimes, writes
from gradstudio.engine.plan.backends.source import Source
from gradstudio.engine.plan.backends.straight import Writer
from gradstudio.engine.plan.backends.stretches import schedule
from gradstudio.engine.plan.program import NONE, Item, Program, Step, Stretch, Value

BLOCK = 1 << 16
"""Bytes of the part of an array that is one block: a dozen of them stay in the cache together, and the work on one
outweighs the calls."""


class Blocked:
    """The back-end."""

    def build(self, program: Program) -> Built:
        """A function that runs the program, and its source: one function for each stretch and one for the rest."""
        writer = BlockedWriter(Program(program.values, schedule(program), program.outputs))
        writer.write()
        return Built(writer.source.function(), "\n\n".join([*writer.bodies, writer.source.text()]), False)


BLOCKED = Blocked()


class BlockedWriter(Writer):
    """Writes stretches too."""

    def __init__(self, program: Program) -> None:
        super().__init__(program)
        self.bodies: list[str] = []

    def item(self, item: Item, is_inlined: bool) -> None:
        """One item of the body."""
        if type(item) is not Stretch:
            super().item(item, is_inlined)
            return
        body = BodyWriter(f"stretch{len(self.bodies) + 1}", item, self.values)
        self.bodies.append(body.source.text())
        for n in item.outs:
            if self.buffer(n) is None:
                self.keep(n, self.new(n))
        inputs = [self.operand(n) for n in (*item.sliced, *item.outs, *item.whole)]
        call = f"{self.source.bind(body.name, body.runner().run)}({', '.join(inputs)})"
        if not item.totals:
            self.source.say(call)
            return
        names = [f"total{i}" for i in range(len(item.totals))]
        self.source.say(f"{''.join([f'{name}, ' for name in names])}= {call}")
        for step, name in zip(item.totals, names, strict=True):
            self.keep(step.out, self.calls.converted(step.out, name))


class BodyWriter:
    """Writes what a stretch does with one block."""

    def __init__(self, name: str, stretch: Stretch, values: Sequence[Value]) -> None:
        self.name = name
        self._stretch = stretch
        self._values = values
        body: list[Item] = [*stretch.steps, *stretch.totals]
        self._times = lifetimes(body, range(len(body)), values, (), stretch.outs)
        texts = {n: f"x{i}" for i, n in enumerate([*stretch.sliced, *stretch.whole])}
        given = {n: f"y{i}" for i, n in enumerate(stretch.outs)}
        self._temps = [f"t{i}" for i in range(len(self._times.forms))]
        sliced = [texts[n] for n in stretch.sliced]
        whole = [texts[n] for n in stretch.whole]
        self.source = Source(name, [*sliced, *given.values(), *whole, *self._temps])
        self._texts = texts
        self._given = given
        self._calls = Calls(self.source, values, self._operand, is_part=True, is_flat=stretch.is_flat)
        for step in stretch.steps:
            self._step(step)
        if stretch.totals:
            self.source.say(f"return ({''.join([f'{self._total(step)}, ' for step in stretch.totals])})")

    def runner(self) -> Runner:
        """The body together with its loop."""
        stretch = self._stretch
        bytes_each = max([dtype.itemsize for _, dtype in self._times.forms], default=8)
        rows = max(1, BLOCK // (stretch.width * bytes_each))
        temps = [
            np.empty((rows,) if stretch.is_flat else (rows, *shape[1:]), dtype) for shape, dtype in self._times.forms
        ]
        return Runner(self.source.function(), stretch, rows, temps)

    def _operand(self, number: int) -> str:
        if number == NONE:
            return "None"
        known = self._texts.get(number)
        if known is None:
            known = self._texts[number] = self.source.literal(self._values[number].origin.value)  # type: ignore[union-attr]
        return known

    def _step(self, step: Step) -> None:
        given = self._given.get(step.out)
        if writes(step, self._values):
            place = given or self._temps[self._times.buffers[step.out]]
            self._texts[step.out] = place
            self.source.say(self._calls.into(step, place))
            return
        text = self._calls.settled(step)
        if given is None:
            self._texts[step.out] = f"v{step.out}"
            self.source.say(f"v{step.out} = {text}")
        else:
            self._texts[step.out] = given
            self.source.say(f"{given}[...] = {text}")

    def _total(self, step: Step) -> str:
        return self._calls.total(step, "None")


class Runner:
    """The loop over the blocks of a stretch."""

    def __init__(
        self,
        body: Callable[..., Any],
        stretch: Stretch,
        rows: int,
        temps: list[np.ndarray],
    ) -> None:
        self._body = body
        self._is_flat = stretch.is_flat
        self._cut = len(stretch.sliced) + len(stretch.outs)
        whole, rest = divmod(stretch.length, rows)
        self._parts = [(slice(i * rows, (i + 1) * rows), temps) for i in range(whole)]
        if rest:
            self._parts.append((slice(whole * rows, stretch.length), [t[:rest] for t in temps]))

    def run(self, *given: Any) -> Any:
        """Inputs and results that are taken part by part, then inputs that are not; gives the totals."""
        arrays, whole = given[: self._cut], given[self._cut :]
        if self._is_flat:
            arrays = tuple([a.reshape(-1) for a in arrays])
            whole = tuple([x.reshape(-1) if type(x) is np.ndarray else x for x in whole])
        totals: Any = None
        for part, temps in self._parts:
            found = self._body(*[a[part] for a in arrays], *whole, *temps)
            if found is not None:
                totals = found if totals is None else [a + b for a, b in zip(totals, found, strict=True)]
        return totals
