"""Discrete cosine transforms of the types 1 to 4."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from gradstudio.engine import shapes
from gradstudio.engine.backends import namespace
from gradstudio.engine.declaring import Sample, composites, op
from gradstudio.engine.ops.fourier import X, fitted

composite = composites("linalg")
SAMPLES = (
    *(Sample((X,), {"type": kind, "norm": norm}) for kind in (1, 2, 3, 4) for norm in (None, "ortho")),
    Sample((X,), {"axis": 0}),
    Sample((X,), {"n": 3}),
    Sample((X,), {"type": 3, "n": 6}),
)


def _turns(x: Any, step: float) -> Any:
    """exp(i k step) for each place k along the last axis, in the precision of x."""
    phases = namespace(x).exp(namespace(x).arange(shapes.shape(x)[-1]) * complex(0.0, step))
    return phases.astype(np.result_type(x.dtype, np.complex64))


def _cut(x: Any, start: int, stop: int | None, step: int = 1) -> Any:
    return op.getitem(x, key=(..., slice(start, stop, step)))


def _ends(x: Any, ends: tuple[bool, bool], factor: float) -> Any:
    """x with its first element, its last, or both, along the last axis times a factor."""
    places = namespace(x).arange(shapes.shape(x)[-1])
    last = shapes.shape(x)[-1] - 1
    chosen = (places == 0) & ends[0] | (places == last) & ends[1]
    return op.where(chosen, factor * x, x)


def _first(x: Any, ortho: bool) -> Any:
    x = _ends(x, (True, True), math.sqrt(2.0)) if ortho else x
    n = shapes.shape(x)[-1]
    y = op.real(op.rfft(op.concatenate([x, op.flip(_cut(x, 1, n - 1), axis=-1)], axis=-1)))
    return _ends(y, (True, True), math.sqrt(0.5)) * math.sqrt(0.5 / (n - 1)) if ortho else y


def _second(x: Any, ortho: bool) -> Any:
    n = shapes.shape(x)[-1]
    half = _cut(op.rfft(x, n=2 * n), 0, n)
    y = 2.0 * op.real(half * _turns(half, -0.5 * math.pi / n))
    return _ends(y, (True, False), math.sqrt(0.5)) * math.sqrt(0.5 / n) if ortho else y


def _third(x: Any, ortho: bool) -> Any:
    n = shapes.shape(x)[-1]
    x = _ends(x * math.sqrt(0.5 / n), (True, False), math.sqrt(2.0)) if ortho else x
    # Twice every element but the first, which counts once.
    x = _ends(2.0 * x, (True, False), 0.5)
    return _cut(op.real(op.ifft(x * _turns(x, 0.5 * math.pi / n), n=2 * n, norm="forward")), 0, n)


def _fourth(x: Any, ortho: bool) -> Any:
    n = shapes.shape(x)[-1]
    y = _cut(_second(fitted(x, 2 * n, -1), False), 1, None, 2)
    return y * math.sqrt(0.5 / n) if ortho else y


_TYPES = {1: _first, 2: _second, 3: _third, 4: _fourth}
_INVERSE = {1: 1, 2: 3, 3: 2, 4: 4}


def _checked(name: str, x: Any, type: int, n: Any, norm: str | None) -> None:
    if type not in _TYPES:
        raise ValueError(f"{name}: type must be 1, 2, 3 or 4, not {type!r}")
    if norm not in (None, "ortho"):
        raise ValueError(f'{name}: norm must be None or "ortho", not {norm!r}')
    if x.dtype.kind == "c":
        raise TypeError(f"{name}: it takes real numbers; transform real and imaginary part apart")
    if n is not None and int(n) < 1:
        raise ValueError(f"{name}: n must be 1 at least, not {n}")


@composite(aliases=("signal.dct",), samples=SAMPLES)
def dct(input: Any, *, type: int = 2, n: Any = None, axis: int = -1, norm: str | None = None) -> Any:
    """Discrete cosine transform along axis, of type 1, 2, 3 or 4.

    Type 2, the usual one: y[k] = 2 sum of x[j] cos(pi k (2 j + 1) / (2 n)) over j; type 3 is its inverse up to the
    factor 2 n; types 1 and 4 are their own inverses up to 2 (n - 1) and 2 n. n: to how many points the axis is cut or
    continued with zeros; norm: "ortho" makes the transform orthogonal. Factors are those of SciPy and TensorFlow.
    Raises ValueError for an unknown type or norm, and where there are too few points, TypeError for complex numbers.
    """
    _checked("dct", input, type, n, norm)
    rank = shapes.rank(input)
    if not -rank <= axis < rank:
        raise ValueError(f"dct: axis {axis} is not among the {rank} axes of the input")
    x = input if axis in (-1, rank - 1) else op.swapaxes(input, axis1=axis, axis2=-1)
    x = x if n is None else fitted(x, int(n), -1)
    if shapes.shape(x)[-1] < (2 if type == 1 else 1):
        raise ValueError(f"dct: type {type} needs {2 if type == 1 else 1} points at least, not {shapes.shape(x)[-1]}")
    y = _TYPES[type](x, norm == "ortho")
    return y if axis in (-1, rank - 1) else op.swapaxes(y, axis1=axis, axis2=-1)


@composite(aliases=("signal.idct",), samples=SAMPLES)
def idct(input: Any, *, type: int = 2, n: Any = None, axis: int = -1, norm: str | None = None) -> Any:
    """Inverse of the cosine transform dct of that type.

    As for TensorFlow it is the inverse up to a factor unless norm="ortho": idct(dct(x)) is 2 n x, for type 1
    2 (n - 1) x. n, axis and errors are as in dct.
    """
    _checked("idct", input, type, n, norm)
    return op.dct(input, type=_INVERSE[type], n=n, axis=axis, norm=norm)
