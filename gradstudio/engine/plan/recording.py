"""Recording: one run of a function, written down as a Program while it goes on.

A Recording stands among the active tapes and follows the inputs as an outer tape would, so that backward passes run
their rules on tensors; and it stands where the inspecting recorder would, so that it is told of every op, recorded by a
tape or not. What depends on no input is not written down: it is the same in every call.

Told of an op, it only keeps it. What waits is written down later, all at once, because that is quicker; until then its
nodes are as they always are, and the ops of the short way and the sweeps can take them.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import get_ident
from typing import Any

import numpy as np

from gradstudio.engine.backends import FOREIGN
from gradstudio.engine.dispatch import joined
from gradstudio.engine.ops.batches import batch, unbatch
from gradstudio.engine.plan.bystander import Bystander
from gradstudio.engine.plan.constants import copied
from gradstudio.engine.plan.effects import Effects
from gradstudio.engine.plan.listener import heard
from gradstudio.engine.plan.lowering import plain_result
from gradstudio.engine.plan.program import NONE, Argument, Guard, Held, Step
from gradstudio.engine.plan.transcript import MOST_STEPS, Entry, TooLongError, Transcript
from gradstudio.engine.primitive import TABLE, Primitive, op
from gradstudio.engine.random import Random
from gradstudio.engine.shedding import LARGE, shed
from gradstudio.engine.state import ACTIVE, MANY, NOBODY, Joint, follows
from gradstudio.engine.structure import flatten
from gradstudio.engine.tensor import Tensor
from gradstudio.engine.variable import Variable

MOST_BYTES = 1 << 24
"""Of arrays that wait: with more of them, they are written down and let go."""

_PLAIN = frozenset([int, float, bool, str, type(None), slice, type(...), type])


class Recording(Bystander):
    """What a run does with its inputs. Only one may be open at a time.

    reason: why no plan can repeat the run, "" if one can.
    """

    records = True

    def __init__(self) -> None:
        super().__init__()
        self.thread = get_ident()
        self.transcript = Transcript()
        self.program = self.transcript.program
        self.reason = ""
        self.effects = Effects()
        self.plain: dict[int, Tensor] = {}  # number of a batch -> all its values in one array
        self._guards = 0
        self._opened = ACTIVE.opened  # batches; the run has one if another is opened
        self._defined: list[Tensor | None] = []  # the result of the next call of a function with its own gradient
        self._leaves: list[Tensor] = []  # what it follows that no op made
        self._waiting: list[Entry] = []  # what is not written down yet
        self._bytes = 0  # of the arrays in it

    # inputs and results

    def argument(self, t: Tensor, place: int, given: Any) -> None:
        """Leaf number `place` of the arguments, given as a tensor, array or number, comes in as this tensor."""
        if self.depends(t):
            return  # the same tensor in another place
        number = self._name(t, Argument(place, isinstance(given, Tensor)))
        if type(given) is float:
            self.transcript.weak.add(number)

    def number(self, x: Any) -> int:
        """The number of a tensor's value, or of what else an op takes; a constant if it depends on no input."""
        known = self.known(x)
        return self.transcript.constants.any(x) if known is None else known

    def known(self, t: Any) -> int | None:
        """The number of a tensor that depends on an input."""
        if not self.depends(t):
            return None
        self.settle()
        return self.transcript.number(t)

    def depends(self, t: Any) -> bool:
        """Whether it is a tensor that depends on an input."""
        if type(t) is not Tensor:
            return False
        if follows(t.token, self._token) or t.record <= self.transcript.waits:
            return True
        waits = self.transcript.waits
        if t.op is None or t.first is None or not any(type(x) is Tensor and x.record <= waits for x in t.inputs):
            return False
        # Forward mode uses a result before its op has been told.
        self.op(t)
        return t.record <= self.transcript.waits

    def give_up(self, why: str) -> None:
        """No plan can repeat this run."""
        self.reason = self.reason or why
        self._waiting.clear()

    def close(self, result: Any = None) -> None:
        """The run is over. All is written down, nothing is followed, and what remains does not hold its past."""
        self._token.state = "gone"
        try:
            self.settle()
        finally:
            for t in (*self._leaves, *[x for x in flatten(result) if type(x) is Tensor]):
                self._let_go(t)

    def _let_go(self, t: Tensor) -> None:
        held = t.token
        if not follows(held, self._token):
            return
        others = held.tokens if type(held) is Joint else ()
        rest = tuple([token for token in others if token.state != "gone"])
        t.token = None if not rest else rest[0] if len(rest) == 1 else ACTIVE.joint(rest)
        if not rest:
            t.forget()

    def _name(self, t: Tensor, origin: Any) -> int:
        """A leaf gets a number, and is followed from now on."""
        number = self.transcript.name(t, origin)
        self._follow(t)
        return number

    def _follow(self, t: Tensor) -> None:
        if t.dtype.kind in "fc":
            t.token = joined(t.token, self._token)
            self._leaves.append(t)

    # what the engine reports

    def follow(self, tape: Any) -> bool:
        """Every node of the tapes inside this one that follows an input is followed by this one as well."""
        return ACTIVE.tapes[0] is self

    def hearing(self, append: Callable[[Tensor], None]) -> Callable[[Tensor], None]:
        """What the short ways hand their nodes to."""
        waiting = self._waiting
        waits = waiting.append

        def hear(t: Tensor) -> None:
            append(t)
            if get_ident() == self.thread and not self.reason:
                waits(t)
                if type(t.value) is np.ndarray:
                    self._weigh(t)
                elif len(waiting) > MOST_STEPS:
                    self.settle()

        return hear

    def note(self, t: Tensor) -> None:
        """An op has run. Forward mode uses its result before the recorder hears of it."""
        if ACTIVE.single is MANY:
            self.op(t)

    def op(self, t: Tensor, nanoseconds: int = 0) -> None:
        """An op has run: t is its result, with inputs still attached."""
        if get_ident() != self.thread or self.reason or t.record <= self.transcript.waits:
            return
        inputs, params = t.inputs, t.params
        row: Primitive = t.op  # type: ignore[assignment]
        if params and any(type(v) not in _PLAIN and self._has_input(v) for v in params.values()):
            self.give_up(f"a parameter of {row.name} depends on the arguments")
            return
        if row.name == "custom_call" and self._defined:
            source = self._defined.pop()
            if source is not None:
                self._same(t, source)
            return
        mine = [self.depends(x) for x in inputs]
        if True not in mine:
            return
        if type(t.value) in FOREIGN:
            self.give_up("its values live on another device")
        if ACTIVE.tapes[:1] != [self] and any(not tape.records for tape in ACTIVE.tapes):
            self.give_up("it pushes tangents inside a function with a gradient of its own")
        plain = None
        if ACTIVE.opened > self._opened:
            self.settle()
            plain = plain_result(self, t)
        if plain is not None and row is unbatch:
            self._same(t, plain)
            return
        if plain is not None:
            row, inputs, params, mine = batch, (plain,), {"level": t.value.level}, [self.depends(plain)]
        given = [
            x if is_mine else NONE if x is None else self.transcript.constants.any(x)
            for x, is_mine in zip(inputs, mine, strict=True)
        ]
        self.made(t, row, tuple(given), params)
        if plain is not None:
            self.plain[self.known(t)] = plain  # type: ignore[index]

    def made(self, t: Tensor, row: Primitive, inputs: tuple[Any, ...], params: dict[str, Any]) -> None:
        """One more step makes the value of a tensor. inputs: tensors, or numbers of values."""
        self._wait(t, Step(row, inputs, params, -1))

    def _same(self, t: Tensor, source: Tensor) -> None:
        """A tensor has the value of another one."""
        self._wait(t, source)

    def _wait(self, t: Tensor, what: Step | Tensor) -> None:
        if self.reason:
            return
        self._waiting.append((t, what))
        if ACTIVE.single is MANY or not follows(t.token, self._token):
            t.record = self.transcript.waits
        if type(t.value) is np.ndarray:
            self._weigh(t)

    def _weigh(self, t: Tensor) -> None:
        """Arrays wait only while they are small."""
        self._bytes += t.value.nbytes
        is_large = t.value.size >= LARGE
        if is_large or self._bytes > MOST_BYTES:
            self.settle()
        held = t.token
        if is_large and type(held) is Joint and len(held.tokens) == 2:  # this one, and a tape that keeps it
            shed(t)

    def settle(self) -> None:
        """Write down what waits."""
        self._bytes = 0
        try:
            # An accumulator that pushes tangents is still going to ask for the inputs of the op that has just run.
            self.transcript.write(self._waiting, NOBODY if ACTIVE.single is MANY else self._token)
        except TooLongError as error:
            self.give_up(str(error))
            self.program.body.clear()
            self.program.values.clear()

    @heard
    def looked(self, x: Any, kind: str) -> None:
        """Python saw a value."""
        t = x.read() if isinstance(x, Variable) else x
        if self.reason or not self.depends(t):
            return
        see: dict[str, Any] = {"bool": bool, "int": int, "value": copied}
        self._waiting.append((t, Guard(-1, kind, see[kind](t.value), self._guards)))
        self._guards += 1

    @heard
    def fetched(self, variable: Variable, current: Tensor) -> None:
        """Something used the value of a variable."""
        if not self.depends(current) and not self.effects.knows(variable):
            self._name(current, Held(variable))

    @heard
    def replaced(self, variable: Variable, before: Tensor | None) -> None:
        """A variable has got another value; before is None where it was just made."""
        self.effects.replaced(variable, before)

    @heard
    def source(self, value: Any) -> Tensor | None:
        """The tensor that holds the numbers of a value which depends on an input; lists are stacked."""
        if not self._has_input(value):
            return None
        t = value.read() if isinstance(value, Variable) else value
        if not isinstance(t, Tensor):
            t = TABLE["stack"](value)
        return t if self.depends(t) else None

    @heard
    def change(self, variable: Variable, combine: Any, delta: Any) -> Variable | None:
        """A variable is about to be added to: the sum is an op like any other."""
        return variable.assign(TABLE["add" if combine is op.add else "subtract"](variable, delta))

    @heard
    def same(self, t: Tensor, source: Tensor | None) -> None:
        """A new tensor holds the value of another one, perhaps in another dtype."""
        if source is None or self.reason or not self.depends(source):
            return
        self._follow(t)
        if t.dtype == source.dtype:
            self._same(t, source)
        else:
            self.made(t, TABLE["cast"], (source,), {"dtype": t.dtype})

    def _has_input(self, x: Any) -> bool:
        """Whether a value, or one in a nesting, depends on an input."""
        return any(self.depends(v) or isinstance(v, Variable) for v in flatten(x))

    @heard
    def drew(self, stream: Random) -> None:
        """Random numbers are about to come from a stream."""
        self.effects.drew(stream)
        self.give_up("it draws random numbers without a seed")

    @heard
    def defined(self, outputs: list[Any]) -> None:
        """A function with its own gradient has computed its outputs: the vector that they make is the op's result."""
        found = None
        if self._has_input(outputs):
            reshape, concatenate = TABLE["reshape"], TABLE["concatenate"]
            found = concatenate([reshape(y, shape=-1) for y in outputs], axis=0)
        self._defined.append(found if self.depends(found) else None)

    @heard
    def escaped(self, why: str, values: Any) -> None:
        """The library reads values in a way that no plan can repeat."""
        if values is None or self._has_input(values):
            self.give_up(why)

    def begin(self, targets: list[Tensor], sources: list[list[Tensor]], seeds: list[tuple[Tensor, Any]]) -> None:
        """A backward pass starts; its rules must run on tensors."""
        if get_ident() == self.thread and not any(tape is self for tape in ACTIVE.tapes):
            self.give_up("it differentiates inside a function with a gradient of its own")
