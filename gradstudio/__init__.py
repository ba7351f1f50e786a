"""GradStudio: a gradient tape for NumPy, with the interface of tf.GradientTape.

    import gradstudio as tf

    x = tf.Variable(3.0)
    with tf.GradientTape() as tape:
        y = x * x
    dy_dx = tape.gradient(y, x)  # 6.0

Every op of the table is an attribute under NumPy's name (`sum`, `multiply`) and TensorFlow's (`reduce_sum`,
`nn.relu`, `math.sin`, `linalg.inv`). The window of GradStudio shows what a tape recorded.
"""

from __future__ import annotations

import difflib
from typing import Any

import numpy as _np

from gradstudio.engine import dispatch as _dispatch  # noqa: F401  (connects the table with tensors)
from gradstudio.engine import ops as _ops  # noqa: F401  (fills the table)
from gradstudio.engine import quick as _quick
from gradstudio.engine.creation import (
    arange,
    constant,
    convert_to_tensor,
    eye,
    fill,
    full,
    full_like,
    is_tensor,
    linspace,
    ones,
    ones_like,
    random,
    rank,
    shape,
    size,
    zeros,
    zeros_like,
)
from gradstudio.engine.creation import arange as range
from gradstudio.engine.custom import custom_gradient, function, recompute_grad
from gradstudio.engine.flow import cond, foldl, map_fn, scan, switch_case, while_loop
from gradstudio.engine.forward import ForwardAccumulator as _ForwardAccumulator
from gradstudio.engine.functional import grad, hessian, hvp, jacfwd, jacrev, jvp, value_and_grad, vjp
from gradstudio.engine.loading import load
from gradstudio.engine.pieces import hstack, split, unstack, vstack
from gradstudio.engine.primitive import NAMES as _NAMES
from gradstudio.engine.primitive import TABLE as _TABLE
from gradstudio.engine.scopes import name_scope
from gradstudio.engine.tape import GradientTape, UnconnectedGradients
from gradstudio.engine.tensor import Tensor
from gradstudio.engine.variable import Variable

_quick.install()

__version__ = "0.1.0"

float16, float32, float64 = _np.dtype(_np.float16), _np.dtype(_np.float32), _np.dtype(_np.float64)
int8, int16, int32, int64 = _np.dtype(_np.int8), _np.dtype(_np.int16), _np.dtype(_np.int32), _np.dtype(_np.int64)
uint8, bool_ = _np.dtype(_np.uint8), _np.dtype(_np.bool_)
complex64, complex128 = _np.dtype(_np.complex64), _np.dtype(_np.complex128)
pi, e, inf, nan, newaxis = _np.pi, _np.e, _np.inf, _np.nan, None


class _Namespace:
    """tf.math, tf.nn, tf.linalg: the ops under TensorFlow's dotted names, and under their own."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix

    def __getattr__(self, name: str) -> Any:
        found = _NAMES.get(f"{self._prefix}.{name}") or _NAMES.get(name)
        if found is None:
            raise AttributeError(f"gradstudio.{self._prefix} has no {name!r}; `gradstudio ops` lists what there is")
        return found

    def __dir__(self) -> list[str]:
        own = [name.split(".", 1)[1] for name in _NAMES if name.startswith(f"{self._prefix}.")]
        return sorted({*own, *(name for name in _NAMES if "." not in name)})


class autodiff:
    """tf.autodiff: forward mode."""

    ForwardAccumulator = _ForwardAccumulator


math, nn, linalg = _Namespace("math"), _Namespace("nn"), _Namespace("linalg")


def __getattr__(name: str) -> Any:
    if name == "bool":
        return bool_  # TensorFlow's name; as a plain attribute it would hide Python's bool in this module
    found = _NAMES.get(name)
    if found is None:
        near = difflib.get_close_matches(name, _NAMES, 1)
        hint = f"did you mean {near[0]!r}?" if near else "`gradstudio ops` lists what there is"
        raise AttributeError(f"gradstudio has no {name!r}; {hint}")
    return found


def __dir__() -> list[str]:
    return sorted({*__all__, *(name for name in _NAMES if "." not in name)})


__all__ = [
    "GradientTape",
    "Tensor",
    "UnconnectedGradients",
    "Variable",
    "arange",
    "bool_",
    "complex128",
    "complex64",
    "cond",
    "constant",
    "convert_to_tensor",
    "custom_gradient",
    "e",
    "eye",
    "fill",
    "float16",
    "float32",
    "float64",
    "foldl",
    "full",
    "full_like",
    "function",
    "grad",
    "hessian",
    "hstack",
    "hvp",
    "inf",
    "int16",
    "int32",
    "int64",
    "int8",
    "is_tensor",
    "jacfwd",
    "jacrev",
    "jvp",
    "linalg",
    "linspace",
    "load",
    "map_fn",
    "math",
    "name_scope",
    "nan",
    "newaxis",
    "nn",
    "ones",
    "ones_like",
    "pi",
    "random",
    "range",
    "rank",
    "recompute_grad",
    "scan",
    "shape",
    "size",
    "split",
    "switch_case",
    "uint8",
    "unstack",
    "value_and_grad",
    "vjp",
    "vstack",
    "while_loop",
    "zeros",
    "zeros_like",
    *_TABLE,
]
