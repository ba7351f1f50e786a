"""Where gradients stop, what changes only the form of a value, and what takes only its form."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradstudio.engine.declaring import Sample, category

primitive = category("control")
X = np.array([0.5, -1.25])


@primitive((None,), samples=(Sample((X,), smooth=False),), batch="elementwise")
def stop_gradient(xp: Any, x: Any) -> Any:
    """The same value, as a constant for every tape: what comes before it gets None, not zero."""
    return x


@primitive((lambda g, _ans, _x: g,), aliases=("positive", "copy"), samples=(Sample((X,)),), batch="elementwise")
def identity(xp: Any, x: Any) -> Any:
    """The same value."""
    return x


@primitive(
    (lambda g, _ans, _x, dtype: g,),
    aliases=("astype", "dtypes.cast"),
    samples=(
        Sample((X,), {"dtype": np.float64}),
        Sample((X,), {"dtype": np.complex128}),
        Sample((X + 1j,), {"dtype": np.float64}),
    ),
    batch="elementwise",
)
def cast(xp: Any, x: Any, *, dtype: Any) -> Any:
    """The same numbers in another dtype; the way through an integer or boolean dtype has no gradient.

    A complex number cast to a real dtype keeps its real part. Raises TypeError for a dtype that is not of numbers.
    """
    wanted = np.dtype(dtype).newbyteorder("=")
    if wanted.kind not in "biufc":
        raise TypeError(f"a tensor cannot be of dtype {wanted}: use a boolean, integer, floating or complex dtype")
    value = xp.asarray(x)
    return (value.real if value.dtype.kind == "c" and wanted.kind in "iuf" else value).astype(wanted)


@primitive((None,), samples=(Sample((X,), smooth=False), Sample((1.5,), smooth=False)), batch="elementwise")
def zeros_like(xp: Any, x: Any, *, dtype: Any = None) -> Any:
    """Zeros of the shape of x, and of its dtype unless another is given; they have no gradient."""
    return xp.zeros_like(x, dtype=dtype)


@primitive((None,), samples=(Sample((X,), smooth=False), Sample((1.5,), smooth=False)), batch="elementwise")
def ones_like(xp: Any, x: Any, *, dtype: Any = None) -> Any:
    """Ones of the shape of x, and of its dtype unless another is given; they have no gradient."""
    return xp.ones_like(x, dtype=dtype)


class _Twice:
    """A call of the kind custom_gradient makes, for the samples: the output is 2 x."""

    __name__ = "twice"

    def result(self, *values: Any) -> Any:
        """2 x."""
        return values[0] * 2

    def cotangent(self, slot: int, g: Any) -> Any:
        """2 g."""
        return 2.0 * g


@primitive(
    lambda slot, g, _ans, *_values, call: call.cotangent(slot, g),
    variadic=True,
    samples=(Sample(([X],), {"call": _Twice()}),),
)
def custom_call(xp: Any, *values: Any, call: Any) -> Any:
    """A function with its own gradient, as custom_gradient and recompute_grad make them; its outputs in one vector."""
    return call.result(*values)
