"""Fourier transforms along several axes, and the order of their frequencies."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradstudio.engine import shapes
from gradstudio.engine.declaring import Sample, composites, op
from gradstudio.engine.ops.fourier import X, Z

composite = composites("linalg")
CUBE = np.cos(np.arange(12.0) * 1.3).reshape(2, 3, 2)
_OPTIONS = {"s": (3, 2), "norm": "ortho"}
Steps = list[tuple[int, int | None]]


def _chosen(x: Any, s: Any, axes: Any, name: str) -> Steps:
    """(axis, points) of a transform along several axes; points None: as many as there are."""
    sizes = None if s is None else [int(n) for n in np.reshape(s, -1)]
    if axes is None:
        axes = range(-len(sizes), 0) if sizes is not None else range(-shapes.rank(x), 0)
    axes = [int(a) for a in np.reshape(axes, -1)] if not isinstance(axes, range) else list(axes)
    if sizes is None:
        return [(a, None) for a in axes]
    if len(sizes) != len(axes):
        raise ValueError(f"{name}: s names {len(sizes)} lengths for {len(axes)} axes")
    return [(a, None if n == -1 else n) for a, n in zip(axes, sizes, strict=True)]


def _complex(name: str, one: str, x: Any, s: Any, axes: Any, norm: str | None) -> Any:
    """fft or ifft along one axis after the other."""
    for axis, n in reversed(_chosen(x, s, axes, name)):
        x = getattr(op, one)(x, n=n, axis=axis, norm=norm)
    return x


def _real(name: str, x: Any, s: Any, axes: Any, norm: str | None) -> Any:
    """rfft along the last of the axes, then fft along the others."""
    *others, (last, n) = _some(_chosen(x, s, axes, name), name)
    x = op.rfft(x, n=n, axis=last, norm=norm)
    for axis, n in reversed(others):
        x = op.fft(x, n=n, axis=axis, norm=norm)
    return x


def _to_real(name: str, x: Any, s: Any, axes: Any, norm: str | None) -> Any:
    """ifft along all axes but the last of them, then irfft."""
    *others, (last, n) = _some(_chosen(x, s, axes, name), name)
    for axis, points in others:
        x = op.ifft(x, n=points, axis=axis, norm=norm)
    return op.irfft(x, n=n, axis=last, norm=norm)


def _some(steps: Steps, name: str) -> Steps:
    if not steps:
        raise ValueError(f"{name}: it needs one axis at least")
    return steps


@composite(
    aliases=("signal.fft2d",),
    renamed={"fft_length": "s"},
    samples=(Sample((Z,)), Sample((Z,), _OPTIONS), Sample((CUBE,), {"axes": (0, 2)})),
)
def fft2(x: Any, *, s: Any = None, axes: Any = (-2, -1), norm: str | None = None) -> Any:
    """fft along two axes, the last two by default.

    s: for each of the axes, to how many points it is cut or continued with zeros; norm as in fft.
    """
    return _complex("fft2", "fft", x, s, axes, norm)


@composite(
    aliases=("signal.ifft2d",),
    renamed={"fft_length": "s"},
    samples=(Sample((Z,)), Sample((Z,), _OPTIONS), Sample((CUBE,), {"axes": (0, 2)})),
)
def ifft2(x: Any, *, s: Any = None, axes: Any = (-2, -1), norm: str | None = None) -> Any:
    """Inverse of fft2: ifft along two axes, the last two by default; s, norm and the factor as in ifft."""
    return _complex("ifft2", "ifft", x, s, axes, norm)


@composite(
    aliases=("signal.rfft2d",),
    renamed={"fft_length": "s"},
    samples=(Sample((X,)), Sample((X,), _OPTIONS), Sample((CUBE,), {"axes": (0, 2)})),
)
def rfft2(x: Any, *, s: Any = None, axes: Any = (-2, -1), norm: str | None = None) -> Any:
    """fft2 of real numbers: rfft along the last of two axes, fft along the other; s and norm as in fft2."""
    return _real("rfft2", x, s, axes, norm)


@composite(
    aliases=("signal.irfft2d",),
    renamed={"fft_length": "s"},
    samples=(Sample((Z,)), Sample((Z,), _OPTIONS), Sample((CUBE,), {"axes": (0, 2)})),
)
def irfft2(x: Any, *, s: Any = None, axes: Any = (-2, -1), norm: str | None = None) -> Any:
    """Inverse of rfft2: real numbers, as many along the last of the two axes as irfft gives or s says."""
    return _to_real("irfft2", x, s, axes, norm)


def _fft3d(input: Any, name: Any = None) -> Any:
    """fftn along the last three axes with TensorFlow's signature."""
    return fftn(input, axes=(-3, -2, -1))


@composite(
    aliases=("signal.fftnd",),
    renamed={"fft_length": "s"},
    spellings={"signal.fft3d": _fft3d},
    samples=(Sample((Z,)), Sample((Z,), _OPTIONS), Sample((CUBE,), {"axes": (0, 2)})),
)
def fftn(x: Any, *, s: Any = None, axes: Any = None, norm: str | None = None) -> Any:
    """fft along several axes, all by default.

    s: for each of the axes, to how many points it is cut or continued with zeros; without axes it counts the last
    ones. norm as in fft. Raises ValueError where s and axes differ in length.
    """
    return _complex("fftn", "fft", x, s, axes, norm)


def _ifft3d(input: Any, name: Any = None) -> Any:
    """ifftn along the last three axes with TensorFlow's signature."""
    return ifftn(input, axes=(-3, -2, -1))


@composite(
    aliases=("signal.ifftnd",),
    renamed={"fft_length": "s"},
    spellings={"signal.ifft3d": _ifft3d},
    samples=(Sample((Z,)), Sample((Z,), _OPTIONS), Sample((CUBE,), {"axes": (0, 2)})),
)
def ifftn(x: Any, *, s: Any = None, axes: Any = None, norm: str | None = None) -> Any:
    """Inverse of fftn: ifft along several axes, all by default."""
    return _complex("ifftn", "ifft", x, s, axes, norm)


def _rfft3d(input_tensor: Any, fft_length: Any = None, name: Any = None) -> Any:
    """rfftn along the last three axes with TensorFlow's signature."""
    return rfftn(input_tensor, s=fft_length, axes=(-3, -2, -1))


@composite(
    aliases=("signal.rfftnd",),
    renamed={"fft_length": "s"},
    spellings={"signal.rfft3d": _rfft3d},
    samples=(Sample((X,)), Sample((X,), _OPTIONS), Sample((CUBE,), {"axes": (0, 2)})),
)
def rfftn(x: Any, *, s: Any = None, axes: Any = None, norm: str | None = None) -> Any:
    """fftn of real numbers: rfft along the last of the axes, fft along the others."""
    return _real("rfftn", x, s, axes, norm)


def _irfft3d(input_tensor: Any, fft_length: Any = None, name: Any = None) -> Any:
    """irfftn along the last three axes with TensorFlow's signature."""
    return irfftn(input_tensor, s=fft_length, axes=(-3, -2, -1))


@composite(
    aliases=("signal.irfftnd",),
    renamed={"fft_length": "s"},
    spellings={"signal.irfft3d": _irfft3d},
    samples=(Sample((Z,)), Sample((Z,), _OPTIONS), Sample((CUBE,), {"axes": (0, 2)})),
)
def irfftn(x: Any, *, s: Any = None, axes: Any = None, norm: str | None = None) -> Any:
    """Inverse of rfftn: real numbers, as many along the last of the axes as irfft gives or s says."""
    return _to_real("irfftn", x, s, axes, norm)


def _shifted(x: Any, axes: Any, way: int) -> Any:
    chosen = shapes.axes(x, axes)
    half = [shapes.shape(x)[a] // 2 for a in chosen]
    if way < 0:
        half = [-n for n in half]
    return op.roll(x, shift=tuple(half), axis=chosen)


@composite(
    aliases=("signal.fftshift",),
    samples=(Sample((X,)), Sample((CUBE,), {"axes": (1,)}), Sample((CUBE,), {"axes": -2})),
)
def fftshift(x: Any, *, axes: Any = None) -> Any:
    """The frequencies of fft in rising order, 0 in the middle: elements moved on by half of each axis (None: all)."""
    return _shifted(x, axes, 1)


@composite(
    aliases=("signal.ifftshift",),
    samples=(Sample((X,)), Sample((CUBE,), {"axes": (1,)}), Sample((CUBE,), {"axes": -2})),
)
def ifftshift(x: Any, *, axes: Any = None) -> Any:
    """Inverse of fftshift: frequency 0 comes to the front of each axis (None: all)."""
    return _shifted(x, axes, -1)
