"""Where gradients stop, and what changes only the form of a value."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradstudio.engine.primitive import Sample, category

primitive = category("control")
X = np.array([0.5, -1.25])


@primitive((None,), samples=(Sample((X,), smooth=False),), batch="elementwise")
def stop_gradient(xp: Any, x: Any) -> Any:
    """The same value, as a constant for every tape."""
    return x


@primitive((lambda g, ans, x: g,), samples=(Sample((X,)),), batch="elementwise")
def identity(xp: Any, x: Any) -> Any:
    """The same value."""
    return x


@primitive((lambda g, ans, x, dtype: g,), samples=(Sample((X,), {"dtype": np.float64}),), batch="elementwise")
def cast(xp: Any, x: Any, *, dtype: Any) -> Any:
    """The same numbers in another dtype; the way through an integer dtype has no gradient."""
    wanted = np.dtype(dtype)
    if wanted.kind not in "biufc":
        raise TypeError(f"a tensor cannot be of dtype {wanted}: use a boolean, integer, floating or complex dtype")
    return xp.asarray(x).astype(wanted)


@primitive((lambda g, ans, x: g,), aliases=("math.real",), samples=(Sample((X,)),), batch="elementwise")
def real(xp: Any, x: Any) -> Any:
    """Real part."""
    return xp.real(x)


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
    lambda slot, g, ans, *values, call: call.cotangent(slot, g),
    variadic=True,
    samples=(Sample(([X],), {"call": _Twice()}),),
)
def custom_call(xp: Any, *values: Any, call: Any) -> Any:
    """A function with its own gradient, as custom_gradient and recompute_grad make them; its outputs in one vector."""
    return call.result(*values)
