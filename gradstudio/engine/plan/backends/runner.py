"""The loop over the blocks of a stretch, in one thread or several.

Where blocks begin and end and in which order their sums are added depends on the stretch alone, so that the same call
gives the same bits, however many threads take part.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from math import prod
from typing import Any

import numpy as np

from gradstudio.engine.plan.backends.threads import Pace, products_are_alone, threads
from gradstudio.engine.plan.program import Stretch

CACHE = 6 << 20
"""Bytes of all arrays of a block together: what a core can hope to keep near while several compute."""
SMALLEST, LARGEST = 1 << 16, 1 << 20
"""Bytes of the part of one array that is a block. Below, calls outweigh the work on it, and threads wait for each
other between them."""
FEW = 8
"""So many blocks share the work evenly."""
FEW_OF_PRODUCTS = 4
"""The same where there are products of matrices, which are faster the larger they are."""
GROUPS = 32
"""Blocks are handed out in at most so many groups, each of which adds up its own sums."""
_SHORTEST, _LONGEST = 256, 8192
"""Elements of NumPy's buffers: shorter ones cost more than they save, longer ones it does not take by itself."""
ENOUGH = 1 << 22
"""Elements times steps from which on it pays to wake another thread."""

Form = tuple[tuple[int, ...], Any]
"""Shape and dtype of an array of the whole stretch."""


def rows_of(stretch: Stretch, forms: Sequence[Form], arrays: int) -> int:
    """How many places of the first axis are one block.

    forms: of what is kept in it; arrays: how many come from outside.
    """
    bytes_each = max([dtype.itemsize for _, dtype in forms], default=8) * stretch.width
    kept: int = sum([prod(shape) * dtype.itemsize for shape, dtype in forms])
    bytes_all = kept // max(stretch.length, 1) + arrays * bytes_each
    most = min(max(CACHE * bytes_each // max(bytes_all, 1), SMALLEST), LARGEST)
    rows = max(1, most // bytes_each)
    blocks = -(-stretch.length // rows)
    few = FEW_OF_PRODUCTS if stretch.products else FEW
    if blocks < few and _work(stretch) >= ENOUGH:
        blocks = min(few, max(blocks, stretch.length * bytes_each // SMALLEST))
    return max(1, -(-stretch.length // max(blocks, 1)))


def _work(stretch: Stretch) -> int:
    return stretch.length * stretch.width * len(stretch.steps) + stretch.products // 8


class Runner:
    """Runs the body of a stretch on one block after the other."""

    def __init__(self, body: Callable[..., Any], stretch: Stretch, forms: Sequence[Form]) -> None:
        self._body = body
        self._is_flat = stretch.is_flat
        self._cut = len(stretch.sliced) + len(stretch.outs)
        self._rows = rows = rows_of(stretch, forms, self._cut)
        self._forms = [((rows,) if stretch.is_flat else (rows, *shape[1:]), dtype) for shape, dtype in forms]
        parts = [slice(i, min(i + rows, stretch.length)) for i in range(0, stretch.length, rows)]
        groups = min(GROUPS, len(parts))
        self._groups = [parts[i * len(parts) // groups : (i + 1) * len(parts) // groups] for i in range(groups)]
        is_shared = _work(stretch) >= ENOUGH and (not stretch.products or products_are_alone())
        self._threads = min(threads(), groups) if is_shared else 1
        self._pace = Pace()
        self._buffer = 0 if stretch.is_flat else max([shape[-1] for shape, _ in self._forms], default=0)
        self._spare: list[list[np.ndarray]] = []  # arrays for what is kept in a block; each thread takes its own

    def run(self, *given: Any) -> Any:
        """Inputs and results that are taken part by part, then inputs that are not; gives the totals."""
        arrays, whole = given[: self._cut], given[self._cut :]
        if self._is_flat:
            arrays = tuple([a.reshape(-1) for a in arrays])
            whole = tuple([x.reshape(-1) if type(x) is np.ndarray else x for x in whole])
        numbers = count()  # each is taken by one thread
        found: list[Any] = [None] * len(self._groups)

        def work() -> None:
            temps = self._spare.pop() if self._spare else [np.empty(shape, dtype) for shape, dtype in self._forms]
            with np.errstate(all="ignore"), buffers_of(self._buffer):
                while (number := next(numbers)) < len(found):
                    found[number] = self._group(self._groups[number], arrays, whole, temps)
            self._spare.append(temps)

        if self._threads == 1:
            work()
        else:
            self._pace.run(work, self._threads)
        return _added(found)

    def _group(
        self, parts: list[slice], arrays: tuple[Any, ...], whole: tuple[Any, ...], temps: list[np.ndarray]
    ) -> Any:
        found: Any = None
        for part in parts:
            rows = part.stop - part.start
            kept = temps if rows == self._rows else [t[:rows] for t in temps]
            found = _added([found, self._body(*[a[part] for a in arrays], *whole, *kept)])
        return found


@contextmanager
def buffers_of(width: int) -> Iterator[None]:
    """NumPy's buffers no longer than a row: it would copy what is broadcast into one that holds several rows."""
    size = min(width, _LONGEST) // 16 * 16
    if size < _SHORTEST:
        yield
        return
    before = np.setbufsize(size)
    try:
        yield
    finally:
        np.setbufsize(before)


def _added(totals: list[Any]) -> Any:
    """The sums of all parts, in their order; None where there are none."""
    found: Any = None
    for more in totals:
        if more is not None:
            found = more if found is None else [a + b for a, b in zip(found, more, strict=True)]
    return found
