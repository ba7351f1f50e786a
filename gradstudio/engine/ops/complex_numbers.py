"""Complex numbers: their parts, conjugates and angles.

Inside the walk a cotangent g stands for dL = Re(g dz), without a conjugate (see backward.py), so what is holomorphic
needs no rule of its own; these ops are not. A real input counts as a complex one without imaginary part.
"""

from __future__ import annotations

import builtins
import math
from typing import Any

import numpy as np

from gradstudio.engine.declaring import Sample, category, op

primitive = category("elementary", batch="elementwise")
X = np.array([0.5, -1.25])
Z = np.array([0.5 - 1.5j, -1.25 + 0.75j, 2.0 + 0.25j])
PARTS = (Sample((Z,)), Sample((Z[0],)), Sample((X,)))


def is_complex(x: Any) -> bool:
    """Whether a value, tensor or number is complex."""
    dtype = getattr(x, "dtype", None)
    return type(x) is builtins.complex if dtype is None else dtype.kind == "c"


def conjugate(x: Any) -> Any:
    """The conjugate of complex x; real x as it is."""
    return op.conj(x) if is_complex(x) else x


@primitive(
    (lambda g, _ans, _x: g,),
    aliases=("math.real",),
    renamed={"val": "x"},
    latex=r"\Re {x}",
    samples=PARTS,
    jvp="linear",
)
def real(xp: Any, x: Any) -> Any:
    """Real part; a real x as it is."""
    return xp.real(x)


@primitive(
    (lambda g, _ans, _x: -1j * g if is_complex(_x) else None,),
    aliases=("math.imag",),
    renamed={"val": "x"},
    latex=r"\Im {x}",
    samples=PARTS,
    jvp="linear",
)
def imag(xp: Any, x: Any) -> Any:
    """Imaginary part, a real number; for real x it is 0 and has no gradient."""
    return xp.imag(x)


@primitive(
    (lambda g, _ans, _x: op.conj(g),),
    aliases=("conjugate", "math.conj"),
    latex=r"\overline{{{x}}}",
    samples=PARTS,
    jvp="linear",
)
def conj(xp: Any, x: Any) -> Any:
    """The number with the sign of its imaginary part changed; a real x as it is."""
    return xp.conj(x)


def _turning(g: Any, _ans: Any, x: Any, deg: bool = False) -> Any:
    if not is_complex(x):
        return None
    length = op.abs(x)
    turn = op.divide_no_nan(op.divide_no_nan(op.conj(x), length), length)
    return (-180j / math.pi if deg else -1j) * (g * turn)


@primitive(
    (_turning,),
    aliases=("math.angle",),
    renamed={"z": "x"},
    latex=r"\arg {x}",
    samples=(*PARTS, Sample((Z,), {"deg": True}), Sample((np.array([0.0j, 1.0j]),), smooth=False)),
)
def angle(xp: Any, x: Any, *, deg: bool = False) -> Any:
    """Angle of a complex number from the positive real axis, in radians, or in degrees if deg.

    It is real, in (-pi, pi]; that of a real number is 0 or pi and has no gradient. The gradient at 0 is 0.
    """
    return xp.angle(x, deg)


@primitive(
    (lambda g, _ans, _real, _imag: g, lambda g, _ans, _real, _imag: 1j * g),
    aliases=("dtypes.complex",),
    latex=r"{x} + i {y}",
    samples=(Sample((X, np.array([1.5, 0.25]))), Sample((0.5, -1.25)), Sample((X, 2.0))),
)
def complex(xp: Any, real: Any, imag: Any) -> Any:
    """The complex number with this real and imaginary part.

    complex64 where both parts are at most float32, else complex128; the shapes broadcast. Raises TypeError for a part
    that is complex itself.
    """
    kind = np.dtype(xp.result_type(real, imag))
    if kind.kind == "c":
        raise TypeError("the parts are real numbers, but one is complex: take its real or imag first")
    single = kind.kind == "f" and kind.itemsize <= 4
    # Put side by side rather than added up: 1j * inf would make a NaN.
    parts = xp.broadcast_arrays(*[xp.asarray(part).astype("float32" if single else "float64") for part in (real, imag)])
    return xp.stack(parts, axis=-1).view("complex64" if single else "complex128")[..., 0]
