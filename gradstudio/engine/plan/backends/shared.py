"""Single steps that several threads share: large products of matrices, and convolutions of several images.

Only where the matrix products of the C library are known to take one thread themselves, because the environment says
so: threads that start threads get into each other's way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import count, pairwise
from math import prod
from typing import Any

import numpy as np

from gradstudio.engine.plan.backends.convolutions import kernel
from gradstudio.engine.plan.backends.threads import Pace, products_are_alone, threads
from gradstudio.engine.plan.program import Form, Step, Value

ENOUGH = 1 << 24
"""Products of numbers from which on it pays to wake another thread."""

Run = Callable[[Any, Any, Any], Any]
"""(two inputs of the step, the array for its result) -> that array."""


def shared(step: Step, values: Sequence[Value]) -> Run | None:
    """What computes a step on several threads; None for one that is better computed as it is."""
    maker = _MAKERS.get(step.row.name)
    number = threads()
    if maker is None or number == 1 or not products_are_alone():
        return None
    x, y, out = [values[n] for n in (*step.inputs, step.out)]
    if any(v.form is not Form.ARRAY or v.dtype.char not in "fd" or v.dtype != out.dtype for v in (x, y, out)):
        return None
    return maker(step, x, y, out, number)


def _in_parts(length: int, number: int) -> list[slice]:
    """So many parts of an axis, of about the same length."""
    borders = [i * length // number for i in range(number + 1)]
    return [slice(a, b) for a, b in pairwise(borders)]


def _each(parts: Sequence[Any], work: Callable[[int], None], number: int, pace: Pace) -> None:
    """work(0), work(1) ... for all parts, by so many threads at most."""
    ready = count()

    def take() -> None:
        with np.errstate(all="ignore"):
            while (i := next(ready)) < len(parts):
                work(i)

    pace.run(take, number)


def _product(step: Step, x: Value, y: Value, out: Value, number: int) -> Run | None:
    """A product of two matrices, by rows of the first one or columns of the second, whichever is larger."""
    if len(x.shape) != 2 or len(y.shape) != 2 or any(step.params.values()):
        return None
    axis = int(y.size > x.size)
    if out.size * x.shape[1] < ENOUGH or out.shape[axis] < 2 * number:
        return None
    parts, pace = _in_parts(out.shape[axis], number), Pace()

    def by_rows(x: Any, y: Any, out: Any) -> Any:
        _each(parts, lambda i: np.matmul(x[parts[i]], y, out[parts[i]]), number, pace)
        return out

    def by_columns(x: Any, y: Any, out: Any) -> Any:
        _each(parts, lambda i: np.matmul(x, y[:, parts[i]], out[:, parts[i]]), number, pace)
        return out

    return by_columns if axis else by_rows


def _images(step: Step, x: Value, y: Value, out: Value, number: int) -> Run | None:
    """A convolution or its transpose, by images."""
    large = x if "transpose" in step.row.name else out
    if not _is_worth_it(x, y.shape, large, number) or out.shape[0] != x.shape[0]:
        return None
    parts = _in_parts(x.shape[0], number)
    compute, pace = kernel(step, (x, y, out)), Pace()

    def run(x: Any, y: Any, out: Any) -> Any:
        _each(parts, lambda i: compute(x[parts[i]], y, out[parts[i]]), number, pace)
        return out

    return run


def _filters(step: Step, x: Value, y: Value, out: Value, number: int) -> Run | None:
    """The filters of a convolution, which are sums over images."""
    if not _is_worth_it(x, step.params["shape"], y, number):
        return None
    parts = _in_parts(x.shape[0], number)
    compute, pace = kernel(step, (x, y, out)), Pace()

    def run(x: Any, y: Any, out: Any) -> Any:
        found: list[Any] = [None] * len(parts)

        def work(i: int) -> None:
            found[i] = compute(x[parts[i]], y[parts[i]], None)

        _each(parts, work, number, pace)
        np.add(found[0], found[1], out)
        for more in found[2:]:
            np.add(out, more, out)
        return out

    return run


def _is_worth_it(x: Value, filters: tuple[int, ...], large: Value, number: int) -> bool:
    """Whether the first axis counts images, enough of them, and there is enough to do. large: results, or like them."""
    products = large.size * prod(filters) // max(filters[-1], 1)
    return len(x.shape) >= len(filters) and x.shape[0] >= number and products >= ENOUGH


_MAKERS: Mapping[str, Callable[[Step, Value, Value, Value, int], Run | None]] = {
    "matmul": _product,
    **dict.fromkeys(["conv1d", "conv2d", "conv3d", "convolution", "conv_transpose"], _images),
    **dict.fromkeys(["conv1d_transpose", "conv2d_transpose", "conv3d_transpose"], _images),
    "conv_filters": _filters,
}
