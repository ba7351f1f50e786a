"""What an op would make of inputs of given shapes and dtypes, found by letting it compute on stand-ins.

A stand-in is a view of one number with the right shape, so it costs no memory. Where inputs are small, the op computes
on stand-ins of their real shapes. Where they are large, on smaller ones: equal sizes become equal small sizes in the
same order, each is changed once by itself to see how the result's sizes depend on it, and what was found has to hold
for two more sets of sizes. Nothing of a user's program runs here.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np

from gradstudio.engine.primitive import Primitive
from gradstudio.engine.structure import flatten

Shape = tuple[int, ...]

_AT_ONCE = 2_000
"""Numbers up to which an op computes on the real shapes without further thought."""
_MOST = 1_000_000
"""Numbers up to which it does where smaller shapes do not tell."""
_KEPT = 4
"""Sizes up to which an axis stays as it is in smaller stand-ins: channels, vectors in space, axes of length 1."""
_NUMBER = 60
"""The largest number in a parameter beside which sizes are made smaller."""
_APART = 3
"""How far apart different sizes are at least, where they are as far in truth."""
_SUM = 40_000
"""Numbers that smaller inputs have at most."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a value."""

    shape: Shape
    dtype: str


Given = Known | complex
"""An input: what is known of it, or a number that is written in the text."""


class MisfitError(Exception):
    """An op does not take such inputs; what it said itself."""


class _UnclearError(Exception):
    """The result depends on shapes in no simple way."""


class _SeenError(_UnclearError):
    """It depends on the values: the elements that a mask takes."""


def results(row: Primitive, inputs: tuple[Given, ...], params: Mapping[str, Any]) -> tuple[Known, ...] | None:
    """What row(*inputs, **params) gives, one entry for each value; None where shapes and dtypes do not tell.

    Raises MisfitError where the op refuses.
    """
    given = dict(params)
    numbers = [abs(n) for n in _integers({**row.params, **given})]
    sizes = [math.prod(x.shape) if isinstance(x, Known) else 1 for x in inputs]
    work = math.prod([max(1, n) for n in sizes]) * math.prod([n for n in numbers if n > 1])
    try:
        if work <= _AT_ONCE or _makes_views(row):
            return _computed(row, inputs, given)
        smaller = _Smaller(row, inputs, given, max(numbers, default=0))
        try:
            return smaller.results()
        except MisfitError:
            if not any(n > 1 for n in _integers(given)):
                raise  # equal sizes stayed equal: it is no matter of how large they are
            if work > _MOST // 10:
                return None
        except _SeenError:
            return None
        except _UnclearError:
            if work > _MOST or smaller.expected(inputs) > _MOST:
                return None
        return _computed(row, inputs, given)
    except _UnclearError:
        return None


class _Smaller:
    """The same op on inputs that are smaller."""

    def __init__(self, row: Primitive, inputs: tuple[Given, ...], params: dict[str, Any], number: int) -> None:
        """number: the largest that is written in a parameter. Sizes stay above it."""
        self._row = row
        self._inputs = inputs
        self._params = params
        self._number = number
        self._sizes = sorted({n for x in inputs if isinstance(x, Known) for n in x.shape if n > _KEPT})
        self._small = [max(_KEPT, number) + 1]
        for n, following in pairwise(self._sizes):
            # How far apart two sizes are can matter beside a number (the diagonal 2 above), if they are as near as it.
            self._small.append(self._small[-1] + min(following - n, _APART + 2 * number))
        self._tried: list[tuple[int, int]] = []  # numbers in the inputs and in the results

    def results(self) -> tuple[Known, ...]:
        """The results on the real inputs. Raises MisfitError or _UnclearError."""
        sizes, small = self._sizes, self._small
        if not sizes or sizes[0] < small[0] or self._number > _NUMBER:
            raise _UnclearError
        ranks = range(len(sizes))
        more = max(5, self._number + 1)
        beyond = [n + 2 + i for i, n in enumerate(small)], [n + more + 2 * i for i, n in enumerate(small)]
        try:
            base = self._at(small)
        except MisfitError:
            if any(self._takes(chosen) for chosen in beyond):
                raise _UnclearError from None  # it takes even numbers, say
            raise
        near = self._at(beyond[0])
        # What one more of each size adds to the sizes of the results.
        slopes = [_minus(self._at([n + (i == j) for i, n in enumerate(small)]), base) for j in ranks]
        far = self._at(beyond[1])
        if near == _plus(base, slopes, [2 + i for i in ranks]) and far == _plus(
            base, slopes, [more + 2 * i for i in ranks]
        ):
            return _plus(base, slopes, [n - m for n, m in zip(sizes, small, strict=True)])
        tried = [size for size, _ in self._tried]
        in_a_row = [[(tried[0],)], [(tried[1],)], [(tried[-1],)]]
        if len(self._inputs) == 1 and [[y.shape for y in found] for found in (base, near, far)] == in_a_row:
            return (Known((_numbers(self._inputs),), base[0].dtype),)
        raise _UnclearError

    def expected(self, inputs: tuple[Given, ...]) -> float:
        """About how many numbers the results on these inputs have, judged by those tried."""
        if not self._tried:
            return 0.0
        before, gave = self._tried[0]
        power = 1.0
        for size, given in self._tried[1:2]:
            if size > before and given > gave > 0:
                power = max(1.0, math.log(given / gave) / math.log(size / before))
        return gave * (_numbers(inputs) / max(1, before)) ** power if gave else 0.0

    def _takes(self, chosen: list[int]) -> bool:
        try:
            return bool(self._at(chosen))
        except MisfitError:
            return False

    def _at(self, chosen: list[int]) -> tuple[Known, ...]:
        smaller = dict(zip(self._sizes, chosen, strict=True))
        inputs = tuple([_resized(x, smaller) for x in self._inputs])
        shapes = [x.shape for x in inputs if isinstance(x, Known)]
        if sum(map(math.prod, shapes)) > _SUM or self.expected(inputs) > 4 * _MOST:
            raise _UnclearError
        try:
            found = _computed(self._row, inputs, self._params)
        except MisfitError as error:
            large = {str(m): str(n) for n, m in smaller.items()}
            raise MisfitError(re.sub(r"\d+", lambda m: large.get(m[0], m[0]), str(error))) from None
        self._tried.append((_numbers(inputs), sum([math.prod(y.shape) + 50 for y in found])))
        return found


def _numbers(inputs: tuple[Given, ...]) -> int:
    """How many elements the inputs have, each with each."""
    return math.prod([max(1, math.prod(x.shape)) for x in inputs if isinstance(x, Known)])


def _resized(x: Given, smaller: dict[int, int]) -> Given:
    return Known(tuple([smaller.get(n, n) for n in x.shape]), x.dtype) if isinstance(x, Known) else x


def _minus(more: tuple[Known, ...], base: tuple[Known, ...]) -> list[Shape]:
    if len(more) != len(base):
        raise _UnclearError
    for a, b in zip(more, base, strict=True):
        if a.dtype != b.dtype or len(a.shape) != len(b.shape):
            raise _UnclearError
    return [tuple([m - n for m, n in zip(a.shape, b.shape, strict=True)]) for a, b in zip(more, base, strict=True)]


def _plus(base: tuple[Known, ...], slopes: list[list[Shape]], added: list[int]) -> tuple[Known, ...]:
    found = []
    for number, known in enumerate(base):
        shape = list(known.shape)
        for slope, more in zip(slopes, added, strict=True):
            shape = [n + more * s for n, s in zip(shape, slope[number], strict=True)]
        found.append(Known(tuple(shape), known.dtype))
    return tuple(found)


# computing


def _computed(row: Primitive, inputs: tuple[Given, ...], params: dict[str, Any]) -> tuple[Known, ...]:
    """The results on stand-ins of just these shapes. Raises MisfitError or _UnclearError."""
    is_read = (
        not row.differentiable
        or (type(row.vjps) is tuple and None in row.vjps)
        or any(isinstance(x, Known) and np.dtype(x.dtype).kind not in "fc" for x in inputs)
    )
    found: set[tuple[Known, ...]] = set()
    first: Exception | None = None
    looks: tuple[Callable[[Known], Any], ...] = (_ones, _zeros, _halves, _eyes) if is_read else (_ones, _eyes)
    for numbers in looks:
        if numbers is _eyes and found:
            break
        try:
            found.add(_run(row, [x if not isinstance(x, Known) else numbers(x) for x in inputs], params))
        except Exception as error:  # whatever an op may say of what it cannot take
            first = first or error
    if not found:
        raise MisfitError(" ".join(str(first).split())) from None
    if len(found) > 1:
        raise _SeenError
    return found.pop()


def _run(row: Primitive, values: list[Any], params: dict[str, Any]) -> tuple[Known, ...]:
    if row.variadic:
        inputs, named = tuple(values), dict(params)
    else:
        inputs, named = row.bind(tuple(values), dict(params))
    with np.errstate(all="ignore"):
        out = row.forward(*inputs, **named) if row.composite else row.forward(np, *inputs, **named)
    found = []
    for y in flatten(out):
        y = np.asarray(y)
        found.append(Known(tuple(map(int, y.shape)), y.dtype.name))
    return tuple(found)


def _ones(x: Known) -> Any:
    return np.broadcast_to(np.ones((), x.dtype), x.shape) if x.shape else np.ones((), x.dtype)[()]


def _zeros(x: Known) -> Any:
    return np.broadcast_to(np.zeros((), x.dtype), x.shape) if x.shape else np.zeros((), x.dtype)[()]


def _halves(x: Known) -> Any:
    """Zeros, then ones: what a result's size does not depend on stays the same under these."""
    size = math.prod(x.shape)
    return (np.arange(size) >= (size + 1) // 2).astype(x.dtype).reshape(x.shape) if x.shape else _ones(x)


def _eyes(x: Known) -> Any:
    """What ops with demands ask for: matrices that can be inverted and factorised, a permutation."""
    if len(x.shape) < 2:
        return np.arange(math.prod(x.shape)).astype(x.dtype).reshape(x.shape) if x.shape else _ones(x)
    rows, columns = x.shape[-2:]
    return np.broadcast_to(np.eye(rows, columns, dtype=x.dtype), x.shape)


@cache
def _makes_views(row: Primitive) -> bool:
    """Whether the op only looks at its input in another way, which costs nothing whatever the size: reshape."""
    if len(row.inputs) != 1 or not row.samples or row.composite or row.variadic:
        return False
    for sample in row.samples:
        x = np.asarray(sample.inputs[0])
        if not x.ndim:
            continue
        stand_in = np.broadcast_to(np.ones((), x.dtype), x.shape)
        try:
            out = row.forward(np, stand_in, **sample.params)
        except Exception:
            return False
        if type(out) is not np.ndarray or any(out.strides):
            return False
    return True


def _integers(value: Any) -> Iterator[int]:
    """The whole numbers in parameters, which may be sizes."""
    if isinstance(value, bool | str):
        return
    if isinstance(value, int | np.integer):
        yield int(value)
    elif isinstance(value, slice):
        yield from _integers([value.start, value.stop, value.step])
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _integers(item)
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _integers(item)
    elif isinstance(value, np.ndarray) and value.dtype.kind in "iu":
        yield from map(int, value.reshape(-1)[:1000])


__all__ = ["Given", "Known", "MisfitError", "Shape", "results"]
