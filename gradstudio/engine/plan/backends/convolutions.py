"""Convolutions of a block of images, their transposes and their sums for the filters, in memory that is made once.

Windows are copied as rows of a matrix, a run of taps that lie side by side as one element, some images at a time, so
that matrix, images and results stay in the cache of a core. What does not fit (groups, channels first, strides of a
transpose) is computed as the op computes it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from math import prod
from typing import Any

import numpy as np

from gradstudio.engine.ops.convolution_shapes import Form, form_of, transposed_form
from gradstudio.engine.ops.windows import Windows, spans
from gradstudio.engine.plan import program
from gradstudio.engine.plan.program import NONE, Step, Value

FORWARD = frozenset(["conv1d", "conv2d", "conv3d", "convolution"])
BACK = frozenset(["conv1d_transpose", "conv2d_transpose", "conv3d_transpose", "conv_transpose"])
FILTERS = "conv_filters"
ROWS = FORWARD | BACK | {FILTERS}
"""Names of the rows that are convolutions."""

_CHUNK = 1 << 21
"""Bytes of a matrix of windows."""
SMALL = 1_000_000
"""Products of matrices of up to so many products of numbers are faster one by one: BLAS takes them as they lie."""
_FEWEST = 64
"""With fewer windows in an image, sums of products for each image cost more than one for all."""
_FEW = 4
"""Below so many channels windows are copied tap by tap, along the rows of the images."""

Kernel = Callable[[Any, Any, Any], Any]
"""(two inputs of the step, the array for its result or None) -> the result."""


def is_convolution(step: Step, values: Sequence[Value]) -> bool:
    """Whether a step is a convolution of floating arrays, all of one dtype."""
    if step.row.name not in ROWS or NONE in step.inputs:
        return False
    given = [values[n] for n in (*step.inputs, step.out)]
    return all(v.form is program.Form.ARRAY and v.dtype.char in "fd" and v.dtype == given[-1].dtype for v in given)


def products(step: Step, values: Sequence[Value]) -> int:
    """How many products of numbers a convolution adds up."""
    x, y, out = [values[n] for n in (*step.inputs, step.out)]
    if step.row.name == FILTERS:
        return y.size * prod(out.shape[:-1])
    return (x if step.row.name in BACK else out).size * prod(y.shape[:-1])


def kernel(step: Step, values: tuple[Value, Value, Value]) -> Kernel:
    """What computes a convolution for some of its images, or for all of them; values: inputs and result."""
    x, y, out = values
    general = _general(step, x, out)
    form = _form(step, x.shape, y.shape)
    is_plain = form.groups == 1 and not form.is_first and len(form.lead) == 1
    if not is_plain or 0 in (*x.shape, *y.shape, *out.shape):
        return general
    if step.row.name == FILTERS:
        return _Filters(_Columns(form.windows, x.shape[-1], x.dtype), out.shape)
    if step.row.name in FORWARD:
        return _Results(_Columns(form.windows, x.shape[-1], x.dtype), y.shape[-1], _plain)
    turned = _turned(form.windows)
    per, wide = y.shape[-2:]
    if turned is None or per < _FEW or wide > 2 * per:
        return general
    return _Results(_Columns(turned, wide, x.dtype), per, _mirrored)


def _form(step: Step, x: tuple[int, ...], y: tuple[int, ...]) -> Form:
    params = {"strides": 1, "data_format": None, "dilations": None, **step.params}
    rank = int(step.row.name[4]) if step.row.name[4].isdigit() else None
    if step.row.name in BACK:
        return transposed_form(x, y, rank, **{"padding": "SAME", "output_shape": None, **params})
    filters = params.pop("shape", y)
    return form_of(x, filters, rank, **{"padding": "VALID", **params})


def _turned(windows: Windows) -> Windows | None:
    """The windows of a convolution with mirrored filters that gives images from results, where there is one."""
    if any(s != 1 for s in windows.strides):
        return None
    reach = spans(windows.kernel, windows.dilations)
    borders = tuple([(k - 1 - a, k - 1 - b) for k, (a, b) in zip(reach, windows.borders, strict=True)])
    if min(map(min, borders)) < 0:
        return None
    return Windows(windows.kernel, windows.strides, windows.dilations, borders, windows.out, windows.size)


def _plain(w: np.ndarray) -> np.ndarray:
    """Filters as a matrix: (tap and channel, result channel)."""
    return w.reshape(-1, w.shape[-1])


def _mirrored(w: np.ndarray) -> np.ndarray:
    """Filters as the matrix of the convolution that gives images from results."""
    turned = w[(slice(None, None, -1),) * (w.ndim - 2)].swapaxes(-1, -2)
    return np.ascontiguousarray(turned).reshape(-1, w.shape[-2])


def _general(step: Step, x: Value, out: Value) -> Kernel:
    """As the op computes it."""
    forward, params = step.row.forward, step.params

    def run(x: Any, y: Any, into: Any) -> Any:
        found = forward(np, x, y, **for_part(params, len(out.shape), len(x)))
        if into is None:
            return found
        into[...] = found
        return into

    return run


def for_part(params: Mapping[str, Any], rank: int, length: int) -> Mapping[str, Any]:
    """The parameters with which some of the images are computed."""
    shape = params.get("output_shape")
    if shape is None or isinstance(shape, int) or len(shape) != rank:
        return params
    return {**params, "output_shape": (length, *shape[1:])}


_own = threading.local()


def _memory(count: int, dtype: np.dtype[Any]) -> np.ndarray:
    """So many elements at least, which are this thread's own until it asks again."""
    kept: np.ndarray | None = getattr(_own, dtype.char, None)
    if kept is None or kept.size < count:
        kept = np.empty(count, dtype)
        setattr(_own, dtype.char, kept)
    return kept


class _Columns:
    """Matrices of windows, one for each image: (image, window, tap and channel). They lie turned for few channels."""

    def __init__(self, windows: Windows, per: int, dtype: np.dtype[Any]) -> None:
        self.windows = windows
        self._per = per
        self._dtype = dtype
        self.width = prod(windows.kernel) * per
        self._is_tall = per < _FEW
        each = prod(windows.out) * self.width * dtype.itemsize
        rows = windows.out[0]
        self._images = max(1, _CHUNK // each)
        self._rows = rows if each <= _CHUNK else max(1, _CHUNK * rows // each)
        self._full = tuple([n + a + b for n, (a, b) in zip(windows.size, windows.borders, strict=True)])
        self._is_bordered = self._full != windows.size
        self._runs = windows.kernel[:-1] if windows.dilations[-1] == 1 else windows.kernel
        self._bordered: list[np.ndarray] = []  # each thread takes its own

    def each(self, x: np.ndarray) -> Iterator[tuple[tuple[slice, slice], np.ndarray]]:
        """The windows of images, some at a time: which images and places along the first axis, and their matrices."""
        matrix = _memory(self._images * self._rows * prod(self.windows.out[1:]) * self.width, self._dtype)
        bordered = self._bordered.pop() if self._bordered else self._new()
        inside = [slice(a, a + n) for n, (a, _) in zip(self.windows.size, self.windows.borders, strict=True)]
        count, rows = len(x), self.windows.out[0]
        for i in range(0, count, self._images):
            images = slice(i, min(i + self._images, count))
            part = x[images]
            if self._is_bordered:
                whole = bordered[: len(part)]
                whole[(slice(None), *inside)] = part
                part = whole
            elif not part.flags.c_contiguous:
                part = np.ascontiguousarray(part)
            for a in range(0, rows, self._rows):
                places = slice(a, min(a + self._rows, rows))
                yield (images, places), self._filled(matrix, part, places)
        self._bordered.append(bordered)

    def _new(self) -> np.ndarray:
        """Memory for images with their borders of zeros."""
        return np.zeros((self._images, *self._full, self._per) if self._is_bordered else (0,), self._dtype)

    def _filled(self, matrix: np.ndarray, x: np.ndarray, places: slice) -> np.ndarray:
        windows, size = self.windows, self._dtype.itemsize
        shape = (len(x), places.stop - places.start, *windows.out[1:])
        along = x.strides[1:-1]
        steps = (x.strides[0], *[s * n for s, n in zip(along, windows.strides, strict=True)])
        first = places.start * steps[1]
        gaps = tuple([s * n for s, n in zip(along, windows.dilations, strict=True)])
        if self._is_tall:
            dims = (*windows.kernel, self._per, *shape)
            found = np.ndarray(dims, self._dtype, matrix)
            np.copyto(found, np.ndarray(dims, self._dtype, x, first, (*gaps, size, *steps)))
            return found.reshape(self.width, len(x), -1).transpose(1, 2, 0)
        rank = len(self._runs)
        run = self.width // prod(self._runs) * size
        dims = (*shape, *self._runs)
        element = np.dtype((np.void, run))
        into = np.ndarray(dims, element, matrix)
        into[...] = np.ndarray(dims, element, x, first, (*steps, *gaps[:rank]))
        return np.ndarray((len(x), prod(shape[1:]), self.width), self._dtype, matrix)


class _Results:
    """The results of a convolution."""

    def __init__(self, columns: _Columns, wide: int, matrix: Callable[[np.ndarray], np.ndarray]) -> None:
        self._columns = columns
        self._wide = wide
        self._matrix = matrix

    def __call__(self, x: np.ndarray, w: np.ndarray, into: np.ndarray | None) -> np.ndarray:
        columns, wide = self._columns, self._wide
        out = np.empty((len(x), *columns.windows.out, wide), x.dtype) if into is None else into
        matrix = self._matrix(w)
        for place, windows in columns.each(x):
            rows = out[place].reshape(len(windows), -1, wide)
            if not _are_better_apart(windows, wide):
                windows, rows = windows.reshape(1, -1, columns.width), rows.reshape(1, -1, wide)
            np.matmul(windows, matrix, rows)
        return out


def _are_better_apart(windows: np.ndarray, wide: int) -> bool:
    """Whether a product for each image is faster than one for all, or all do not lie as one."""
    return windows[0].size * wide <= SMALL or windows.strides[-1] != windows.itemsize


class _Filters:
    """The filters that images and results of a convolution give."""

    def __init__(self, columns: _Columns, shape: tuple[int, ...]) -> None:
        self._columns = columns
        self._shape = shape

    def __call__(self, x: np.ndarray, y: np.ndarray, into: np.ndarray | None) -> np.ndarray:
        out = np.empty(self._shape, x.dtype) if into is None else into
        wide = self._shape[-1]
        total = out.reshape(-1, wide)
        is_first = True
        for place, windows in self._columns.each(x):
            rows = y[place].reshape(len(windows), -1, wide)
            if not _are_better_apart(windows, wide) or rows.shape[1] < _FEWEST:
                windows, rows = _as_one(windows), rows.reshape(1, -1, wide)
            found = np.matmul(windows.swapaxes(1, 2), rows)
            if is_first:
                np.add.reduce(found, axis=0, out=total)
                is_first = False
            else:
                total += found.sum(0)
        return out


def _as_one(windows: np.ndarray) -> np.ndarray:
    """The matrices of all images as one, without a copy."""
    count, places, width = windows.shape
    if windows.strides[-1] == windows.itemsize:
        return windows.reshape(1, count * places, width)
    return windows.transpose(2, 0, 1).reshape(1, width, count * places).swapaxes(1, 2)
