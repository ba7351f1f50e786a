"""Replay: the ops of a finished, inspected run once more, from other values of some of its leaves.

Everything is kept: each record gets its new value and each sweep its new cotangents, in place, so that the recorder
answers for the new values as after a run. That holds only while Python would have done the same, so what the program
saw of any value (Witness) has to be the same again, and so have all shapes and dtypes.

An op is computed as in dispatch.apply and a product as in backward.walk, so that not one bit differs from a run.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from typing import Any

import numpy as np

from gradstudio.engine.backward import as_tensor
from gradstudio.engine.batching import Batched
from gradstudio.engine.collecting import uncollected
from gradstudio.engine.dispatch import apply
from gradstudio.engine.fitting import fit
from gradstudio.engine.plan.constants import same_value
from gradstudio.engine.primitive import TABLE
from gradstudio.engine.recorder import Recorder
from gradstudio.engine.slices import Slices
from gradstudio.engine.structure import flatten
from gradstudio.engine.sweeplog import SweepLog, told
from gradstudio.engine.tensor import NO_PARAMS, Tensor, clean, leaf, raw
from gradstudio.engine.variable import Variable
from gradstudio.engine.witness import SEEN, Witness

_Step = tuple[int, Tensor, Any, Any, Any, Any, dict[str, Any]]
_Edge = tuple[int, Tensor, Any]  # number of the input's record, the input, its rule
_SweepStep = tuple[int, Tensor, tuple[Any, ...], bool, list[_Edge], dict[str, Any]]


class NotReplayableError(Exception):
    """The ops of this run on other values need not be what the program would do."""


class Replay:
    """Repeats a recorded run. Raises NotReplayableError at once if the run cannot be repeated."""

    @uncollected()  # all that is made here stays
    def __init__(self, recorder: Recorder, witness: Witness) -> None:
        self._tensors = recorder.tensors
        self._recorder = recorder
        self._numbers = {id(t): number for number, t in enumerate(self._tensors)}
        recorder.settle_all()
        self._applied = recorder.applied
        obstacle = recorder.obstacle or witness.obstacle or self._odd_record()
        if obstacle:
            raise NotReplayableError(obstacle)
        self._seen = witness.seen
        self._assigned = witness.assigned
        self._holders: dict[int, Tensor] = {id(t): t for log in recorder.sweeps for t in log.results if t is not None}
        self._holders |= {id(t): t for t, _, _ in recorder.assignments}
        if self._assigned.keys() != {id(t) for t, _, _ in recorder.assignments if id(t) in self._assigned}:
            raise NotReplayableError("a constant is made of a tensor")
        for t, _, _ in recorder.assignments:
            how = self._assigned.get(id(t), (None, None, None))
            if isinstance(how[2], Tensor) and type(how[2]) is not Tensor:
                raise NotReplayableError("a variable is assigned to in a way of its own")
            if not all(self._is_held(x) for x in how[1:] if type(x) is Tensor):
                raise NotReplayableError("a variable is assigned what is not recorded")
        if not all(self._is_held(t) for t, _, _ in self._seen):
            raise NotReplayableError("it looked at a value that is not recorded")
        self._steps = self._in_order()
        self._sweeps = [self._sweep(log) for log in recorder.sweeps]

    def run(self, changes: Mapping[int, Any]) -> bool:
        """Give leaves (by record number) other raw values and compute everything again.

        False if the program would have gone another way: then the recorder's values are of no use any more.
        """
        for record, value in changes.items():
            self._tensors[record].value = value
        at = 0
        with np.errstate(all="ignore"):
            try:
                for number, steps in enumerate(self._sweeps):
                    at = self._forward(at, number)
                    if at < 0 or not self._backward(number, steps):
                        return False
                if self._forward(at, len(self._sweeps)) < 0:
                    return False
            except Exception:
                return False  # what raises now did not then
        return all(same_value(SEEN[kind](t.value), value) for t, kind, value in self._seen)

    # what there is to do

    def _odd_record(self) -> str:
        """What stands in the way among the records."""
        for number, (t, applied) in enumerate(zip(self._tensors, self._applied, strict=True)):
            if type(t.value) is Batched or (type(t.value) is not float and t.value.dtype.kind == "c"):
                return "it computes with complex numbers or batches"
            if t.op is None:
                continue
            if TABLE.get(t.op.name) is not t.op:
                return f"{t.op.name} is an op of its own"
            params = self._params(number)
            if params and any(isinstance(v, Tensor | Variable) for v in flatten(list(params.values()))):
                return f"a parameter of {t.op.name} is a tensor"
            if any(isinstance(x, Variable) for x in applied):
                return f"{t.op.name} reads a variable by itself"
        for log in self._recorder.sweeps:
            if any(t is not None and type(t) is not Tensor for t in log.results):
                return "a gradient has rows only"
            if log.recorded:
                if not all(map(self._is_recorded, log.cotangents + log.products)):
                    return "what a recorded backward pass computes is not recorded"
                if not all(t is None or self._is_recorded(t) for t in log.results):
                    return "the gradient of a recorded backward pass is not recorded"
            if log.results and len(log.results) != len(log.sources):
                return "a gradient is not the source's own"
            if min(log.records.min(initial=0), log.edges.min(initial=0)) < 0:
                return "a backward pass went through what is not recorded"
        return ""

    def _is_held(self, t: Tensor) -> bool:
        return self._is_recorded(t) or id(t) in self._holders

    def _is_recorded(self, t: Any) -> bool:
        return type(t) is Tensor and id(t) in self._numbers

    def _params(self, number: int) -> dict[str, Any]:
        given = self._recorder.given.get(number)
        return NO_PARAMS if given is None else given.params

    def _in_order(self) -> list[_Step]:
        """Ops and assignments, in the order in which they were done."""
        positions = [log.position for log in self._recorder.sweeps]
        steps: list[tuple[int, int, _Step]] = [
            (number, 1, (bisect_right(positions, number), *self._op(t, self._applied[number], self._params(number))))
            for number, t in enumerate(self._tensors)
            if t.op is not None
        ]
        for t, position, begun in self._recorder.assignments:
            how = self._assigned.get(id(t), (None, None, None))
            if how[2] is not None:
                steps.append((position, 0, (begun, t, None, None, None, how, {})))
        return [step for _, _, step in sorted(steps, key=lambda s: s[:2])]

    @staticmethod
    def _op(
        t: Tensor, inputs: tuple[Any, ...], params: dict[str, Any]
    ) -> tuple[Tensor, Any, Any, Any, Any, dict[str, Any]]:
        """(result, function on floats or None, first input, second input or None, all inputs, parameters)."""
        row = t.op
        assert row is not None
        if row.scalar is None or not row.differentiable or params or type(t.value) is not float:
            return t, None, None, None, inputs, params
        ends = [x if type(x) is Tensor else leaf(x) for x in inputs]
        fits = len(ends) in (1, 2) and type(ends[0].value) is float
        if len(ends) == 2:
            fits = fits and (type(ends[1].value) is float or type(inputs[1]) is int)
        if not fits:
            return t, None, None, None, inputs, params
        return t, row.scalar, ends[0], ends[1] if len(ends) == 2 else None, inputs, params

    def _sweep(self, log: SweepLog) -> list[_SweepStep]:
        """For each record that passed something on, in the order of the walk: its edges."""
        steps: dict[int, _SweepStep] = {}
        for record, slot, into in log.edges.T.tolist():
            t = self._tensors[record]
            inputs = self._applied[record]
            step = steps.get(record)
            if step is None:
                params = self._params(record)
                floats = type(t.value) is float and not params
                floats = floats and all(type(raw(x)) in (np.float64, float, int) for x in inputs)
                step = steps[record] = (record, t, inputs, floats, [], params)
            rule = t.op.vjp(slot) if t.op is not None else None
            step[4].append((into, inputs[slot], rule))
        return list(steps.values())

    # doing it

    def _forward(self, at: int, sweeps: int) -> int:
        """Do steps from number `at` on until another sweep is due; gives the next step, -1 if a form differs."""
        steps = self._steps
        count = len(steps)
        while at < count:
            begun, t, scalar, first, second, inputs, params = steps[at]
            if begun > sweeps:
                break
            at += 1
            out = None
            if scalar is not None:
                try:
                    out = scalar(first.value) if second is None else scalar(first.value, second.value)
                except (ArithmeticError, ValueError):
                    out = None
            if type(out) is not float:
                out = apply(t.op, inputs, params).value if t.op is not None else _new_value(t, *inputs)
                if not _same_form(out, t.value):
                    return -1
            t.value = out
        return at

    def _backward(self, number: int, steps: list[_SweepStep]) -> bool:
        """Walk one sweep again; False if a gradient has another form."""
        before = self._recorder.sweeps[number]
        if before.recorded:
            return True  # its products are ops like any other, and what was kept of it are their results
        sums: dict[int, Any] = {}
        for t, g in before.seeds:
            record = self._numbers[id(t)]
            sums[record] = sums[record] + g if record in sums else g
        products: list[Any] = []
        for step in steps:
            g = sums[step[0]]
            if type(g) is not float or not step[3] or not self._floats(step, g, sums, products):
                self._any(step, g, sums, products)
        for source, result in zip(before.sources, before.results, strict=False):
            if result is not None:
                out = as_tensor(sums[self._numbers[id(source)]]).value
                if not _same_form(out, result.value):
                    return False
                result.value = out
        self._recorder.sweeps[number] = before.again([sums[record] for record in before.records.tolist()], products)
        return True

    @staticmethod
    def _floats(step: _SweepStep, g: float, sums: dict[int, Any], products: list[float]) -> bool:
        """Pass a float through an op of floats; False, with nothing done, where NumPy has to answer."""
        _, t, inputs, _, edges, _ = step
        found = []
        try:
            values = [x.value if type(x) is Tensor else x for x in inputs]
            for into, _, rule in edges:
                product = rule(g, t.value, *values)
                if type(product) is not float:
                    return False
                found.append((into, product))
        except Exception:
            return False
        for into, product in found:
            products.append(product)
            sums[into] = sums[into] + product if into in sums else product
        return True

    @staticmethod
    def _any(step: _SweepStep, g: Any, sums: dict[int, Any], products: list[Any]) -> None:
        """Pass any cotangent through any op."""
        _, t, inputs, _, edges, params = step
        if type(g) is float:
            g = np.float64(g)
        elif type(g) is Slices:
            g = g.dense()
        values = [raw(x) for x in inputs]
        answer = raw(t)
        for into, x, rule in edges:
            product = fit(rule(g, answer, *values, **params), x)
            products.append(told(product))
            sums[into] = sums[into] + product if into in sums else product


def _new_value(t: Tensor, combine: Any, before: Tensor | None, value: Any) -> Any:
    """What a variable holds after an assignment."""
    return clean(raw(value) if combine is None else combine(raw(before), raw(value)), t.dtype)


def _same_form(a: Any, b: Any) -> bool:
    """Whether two raw values have the same type, dtype and shape."""
    return type(a) is type(b) and (type(a) is float or (a.dtype == b.dtype and a.shape == b.shape))
