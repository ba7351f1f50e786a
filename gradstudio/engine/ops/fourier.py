"""Discrete Fourier transforms along one axis."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from gradstudio.engine import shapes
from gradstudio.engine.backends import namespace
from gradstudio.engine.declaring import Sample, category, op
from gradstudio.engine.ops.reduction import conjugate

primitive = category("linalg", batch="along one axis", jvp="linear")
X = np.array([[0.5, -1.25, 2.0, 0.75], [1.5, 0.25, -0.75, -1.0]])
Z = X + 1j * np.array([[1.0, -0.5, 0.25, 2.0], [-1.5, 0.75, 0.5, 0.0]])
_BACK = {None: "forward", "backward": "forward", "ortho": "ortho", "forward": "backward"}
"""The norm under which a real transform has the factor that its inverse has under norm."""


def fitted(x: Any, length: int, axis: int) -> Any:
    """x cut, or continued with zeros, to a length along axis."""
    dims = shapes.shape(x)
    axis %= len(dims)
    if dims[axis] > length:
        return op.getitem(x, key=(slice(None),) * axis + (slice(0, length),))
    if dims[axis] < length:
        return op.pad(x, pad_width=[(0, length - dims[axis] if i == axis else 0) for i in range(len(dims))])
    return x


def _length(x: Any, axis: int) -> int:
    dims = shapes.shape(x)
    if not -len(dims) <= axis < len(dims):
        raise ValueError(f"axis {axis} is not among the {len(dims)} axes of the input")
    return dims[axis]


def _checked(x: Any, n: Any, axis: int, norm: str | None, default: int) -> int:
    """How many points the transform has. Raises ValueError for none, and for an unknown norm."""
    points = default if n is None else int(n)
    if points < 1:
        raise ValueError(f"a transform needs one point at least, not {points}: axis {axis} or n is too short")
    if norm not in _BACK:
        raise ValueError(f'norm must be "backward", "ortho" or "forward", not {norm!r}')
    return points


def _symmetric(name: str) -> Callable[..., Any]:
    """The rule of fft and ifft, whose matrices are symmetric; what was cut gets 0, what was added gives nothing."""

    def rule(g: Any, _ans: Any, x: Any, n: Any = None, axis: int = -1, norm: str | None = None) -> Any:
        return fitted(getattr(op, name)(g, axis=axis, norm=norm), _length(x, axis), axis)

    return rule


@primitive(
    (_symmetric("fft"),),
    aliases=("signal.fft",),
    samples=(
        Sample((Z,)),
        Sample((X,)),
        Sample((Z,), {"axis": 0, "norm": "ortho"}),
        Sample((Z,), {"n": 3}),
        Sample((Z,), {"n": 6, "norm": "forward"}),
    ),
)
def fft(xp: Any, x: Any, *, n: Any = None, axis: int = -1, norm: str | None = None) -> Any:
    """Discrete Fourier transform along axis: the sum of x[j] exp(-2 pi i j k / n) over j.

    n: to how many points the axis is cut or continued with zeros; norm: "backward" (None), "ortho" or "forward",
    which divides by 1, sqrt(n) or n. The result is complex. Raises ValueError for an empty axis.
    """
    points = _checked(x, n, axis, norm, _length(x, axis))
    return xp.fft.fft(x, points, axis, norm)


@primitive(
    (_symmetric("ifft"),),
    aliases=("signal.ifft",),
    samples=(
        Sample((Z,)),
        Sample((X,)),
        Sample((Z,), {"axis": 0, "norm": "ortho"}),
        Sample((Z,), {"n": 3}),
        Sample((Z,), {"n": 6, "norm": "forward"}),
    ),
)
def ifft(xp: Any, x: Any, *, n: Any = None, axis: int = -1, norm: str | None = None) -> Any:
    """Inverse of fft along axis: it divides by n, sqrt(n) or 1 for the norms "backward" (None), "ortho", "forward".

    n, the result and errors are as in fft.
    """
    points = _checked(x, n, axis, norm, _length(x, axis))
    return xp.fft.ifft(x, points, axis, norm)


def _rfft(g: Any, _ans: Any, x: Any, n: Any = None, axis: int = -1, norm: str | None = None) -> Any:
    points = _length(x, axis) if n is None else int(n)
    return fitted(op.real(op.fft(g, n=points, axis=axis, norm=norm)), _length(x, axis), axis)


def _points(fft_length: Any) -> int | None:
    """The number of points that TensorFlow's fft_length, a list of one number, asks for."""
    return None if fft_length is None else int(np.reshape(fft_length, -1)[-1])


def _tensorflow_rfft(input_tensor: Any, fft_length: Any = None, name: Any = None) -> Any:
    """rfft along the last axis with TensorFlow's signature."""
    return rfft(input_tensor, n=_points(fft_length))


@primitive(
    (_rfft,),
    spellings={"signal.rfft": _tensorflow_rfft},
    samples=(
        Sample((X,)),
        Sample((X,), {"axis": 0}),
        Sample((X,), {"n": 3, "norm": "ortho"}),
        Sample((X,), {"n": 7, "norm": "forward"}),
    ),
)
def rfft(xp: Any, x: Any, *, n: Any = None, axis: int = -1, norm: str | None = None) -> Any:
    """Discrete Fourier transform of real numbers along axis: the n // 2 + 1 first values of fft.

    n and norm are as in fft. Raises TypeError for complex numbers, ValueError for an empty axis.
    """
    if x.dtype.kind == "c":
        raise TypeError("it takes real numbers; fft takes complex ones")
    points = _checked(x, n, axis, norm, _length(x, axis))
    return xp.fft.rfft(x, points, axis, norm)


def _irfft(g: Any, _ans: Any, x: Any, n: Any = None, axis: int = -1, norm: str | None = None) -> Any:
    found = conjugate(op.rfft(g, axis=axis, norm=_BACK[norm]))
    # Every value but the first and, for an even number of points, the last stands for its mirror image too.
    points, half = shapes.shape(g)[axis], shapes.shape(found)[axis]
    counts = namespace(g).full(half, 2.0, dtype=g.dtype)
    counts[0] = 1.0
    if points % 2 == 0:
        counts[half - 1] = 1.0
    behind = shapes.rank(g) - 1 - axis % shapes.rank(g)
    return fitted(found * op.reshape(counts, shape=(half,) + (1,) * behind), _length(x, axis), axis)


def _tensorflow_irfft(input_tensor: Any, fft_length: Any = None, name: Any = None) -> Any:
    """irfft along the last axis with TensorFlow's signature."""
    return irfft(input_tensor, n=_points(fft_length))


@primitive(
    (_irfft,),
    spellings={"signal.irfft": _tensorflow_irfft},
    samples=(
        Sample((Z,)),
        Sample((X,)),
        Sample((Z,), {"n": 5, "norm": "ortho"}),
        Sample((Z,), {"axis": 0, "n": 3}),
        Sample((Z,), {"n": 4, "norm": "forward"}),
        Sample((Z,), {"n": 9}),
    ),
)
def irfft(xp: Any, x: Any, *, n: Any = None, axis: int = -1, norm: str | None = None) -> Any:
    """Inverse of rfft along axis: n real numbers, 2 (m - 1) of them by default for m values.

    The imaginary parts of the first value and, for even n, of value n / 2 do not count, so they get no gradient.
    n and norm are as in ifft. Raises ValueError where there would be no number.
    """
    points = _checked(x, n, axis, norm, 2 * (_length(x, axis) - 1))
    return xp.fft.irfft(x, points, axis, norm)
