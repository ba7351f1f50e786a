"""From a call to a plan: the run is recorded, the program improved, and a back-end makes a function of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Any

import numpy as np

from gradstudio.engine.collecting import uncollected
from gradstudio.engine.plan.arguments import Arguments
from gradstudio.engine.plan.backends import NATIVE, Built, Missed, backend_for, inputs_of
from gradstudio.engine.plan.passes import improve, improve_arrays
from gradstudio.engine.plan.program import Argument, Guard, Held
from gradstudio.engine.plan.recording import Recording
from gradstudio.engine.plan.results import Results
from gradstudio.engine.state import ACTIVE
from gradstudio.engine.tensor import leaf
from gradstudio.engine.variable import Variable


@dataclass(slots=True, eq=False)
class Ready:
    """A plan that can be called, with what it takes from the arguments and gives to results and variables."""

    built: Built
    guards: tuple[Any, ...]  # what Python saw at each guard, in order
    inputs: tuple[int | Variable, ...]  # places of the arguments, and variables
    trainable: tuple[tuple[Variable, bool], ...]  # tapes watch a variable only if it is trainable
    results: Results
    assigned: tuple[Variable, ...]
    lock: Any  # its buffers serve one call at a time
    is_direct: bool  # the inputs are all the arguments, in order

    def fits(self) -> bool:
        """Whether the variables are as trainable as they were."""
        return all(variable.trainable is was for variable, was in self.trainable)

    def run(self, values: list[Any]) -> Any:
        """The results for the raw values of the arguments, or Missed. What it raises changes nothing."""
        raw = values if self.is_direct else [values[x] if type(x) is int else _value(x) for x in self.inputs]
        if self.built.is_python:
            outputs = self.built.plan(*raw)
        else:
            with np.errstate(all="ignore"):
                outputs = self.built.plan(*raw)
        if type(outputs) is Missed:
            return outputs
        if not self.assigned:
            return self.results.rebuild(outputs)
        count = len(outputs) - len(self.assigned)
        for variable, value in zip(self.assigned, outputs[count:], strict=True):
            variable._held = leaf(value)
        return self.results.rebuild(outputs[:count])


@dataclass(slots=True)
class Made:
    """What recording a call gave: its results, and a plan or the reason why there is none."""

    result: Any
    ready: Ready | None
    reason: str = ""
    steps: int = 0  # how many were written down


def make(f: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any], found: Arguments, jit: bool) -> Made:
    """Run f once and make a plan of what it did; jit: perhaps of machine code.

    Raises WeakNumberError, with everything undone, where a Python float cannot be an input; other exceptions are
    those of f, and what it did to variables and random streams is undone too.
    """
    with uncollected():  # everything that a recording makes stays for its time
        return _made(f, args, kwargs, found, jit)


def _made(f: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any], found: Arguments, jit: bool) -> Made:
    result, results, recording = recorded(f, args, kwargs, found)
    if recording.reason or recording.effects.keeps_variables():
        return Made(result, None, recording.reason)
    try:
        return _planned(result, results, recording, len(found.values), jit)
    except Exception as error:  # the results are right all the same
        return Made(result, None, f"no plan could be made: {type(error).__name__}: {error}")


def recorded(
    f: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any], found: Arguments
) -> tuple[Any, Results, Recording]:
    """Run f with a new tensor for each input: its result, how to make such a result, and what was written down."""
    recording = Recording()
    args, kwargs, tensors = found.fresh(args, kwargs)
    for place, (t, given) in enumerate(zip(tensors, found.given, strict=True)):
        recording.argument(t, place, given)
    try:
        ACTIVE.insert(0, recording)
        before = ACTIVE.inspect(recording)  # type: ignore[arg-type]
        ACTIVE.listener = recording
        result = None
        try:
            result = f(*args, **kwargs)
        finally:
            ACTIVE.listener = None
            ACTIVE.inspect(before)
            ACTIVE.remove(recording)
            recording.close(result)
    except BaseException:
        recording.effects.undo()
        raise
    results = Results(result, recording)
    assigned = [recording.number(variable._held) for variable in recording.effects.assigned()]
    recording.program.outputs = [*results.numbers, *assigned]
    return result, results, recording


def _planned(result: Any, results: Results, recording: Recording, given: int, jit: bool) -> Made:
    program = recording.program
    steps = len(program.body)
    guards = tuple([item.expected for item in program.body if type(item) is Guard])
    improve(program)
    backend = backend_for(program, jit)
    if backend is not NATIVE:
        improve_arrays(program)
        backend = backend_for(program, jit=False)
    built = backend.build(program)
    inputs: list[int | Variable] = []
    for n in inputs_of(program):
        origin = program.values[n].origin
        if type(origin) is Argument:
            inputs.append(origin.place)
        elif type(origin) is Held:
            inputs.append(origin.variable)
    held = {id(v.origin.variable): v.origin.variable for v in program.values if type(v.origin) is Held}
    assigned = tuple(recording.effects.assigned())
    trainable = tuple([(variable, variable.trainable) for variable in held.values()])
    is_direct = inputs == list(range(given))
    ready = Ready(built, guards, tuple(inputs), trainable, results, assigned, Lock(), is_direct)
    return Made(result, ready, steps=steps)


def _value(variable: Any) -> Any:
    return variable._held.value
