"""Long arrays block by block: the steps of a stretch run over parts that stay in the cache, one after the other."""

from __future__ import annotations

from collections.abc import Sequence

from gradstudio.engine.plan.backends.backend import Built
from gradstudio.engine.plan.backends.calls import Calls
from gradstudio.engine.plan.backends.lifetimes import lifetimes, writes
from gradstudio.engine.plan.backends.runner import Runner
from gradstudio.engine.plan.backends.source import Source
from gradstudio.engine.plan.backends.straight import Writer
from gradstudio.engine.plan.backends.stretches import schedule
from gradstudio.engine.plan.program import NONE, Item, Program, Step, Stretch, Value


class Blocked:
    """The back-end."""

    def build(self, program: Program) -> Built:
        """A function that runs the program, and its source: one function for each stretch and one for the rest."""
        writer = BlockedWriter(Program(program.values, schedule(program), program.outputs))
        writer.write()
        return Built(writer.function(), "\n\n".join([*writer.bodies, writer.text()]), False)


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
        given = [*stretch.outs, *[step.out for step in stretch.totals]]
        self._times = lifetimes(body, range(len(body)), values, (), given)
        texts = {n: f"x{i}" for i, n in enumerate([*stretch.sliced, *stretch.whole])}
        places = {n: f"y{i}" for i, n in enumerate(stretch.outs)}
        self._temps = [f"t{i}" for i in range(len(self._times.forms))]
        sliced = [texts[n] for n in stretch.sliced]
        whole = [texts[n] for n in stretch.whole]
        self.source = Source(name, [*sliced, *places.values(), *whole, *self._temps])
        self._texts = texts
        self._given = places
        self._calls = Calls(self.source, values, self._operand, is_part=True, is_flat=stretch.is_flat)
        for step in stretch.steps:
            self._step(step)
        if stretch.totals:
            self.source.say(f"return ({''.join([f'{self._total(step)}, ' for step in stretch.totals])})")

    def runner(self) -> Runner:
        """The body together with its loop."""
        return Runner(self.source.function(), self._stretch, self._times.forms)

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
        return self._calls.into(step, "None")
