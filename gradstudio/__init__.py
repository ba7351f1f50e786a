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

from typing import Any

import numpy as _np

from gradstudio.engine import dispatch as _dispatch  # noqa: F401  (connects the table with tensors)
from gradstudio.engine import namespaces as _namespaces
from gradstudio.engine import ops as _ops  # noqa: F401  (fills the table)
from gradstudio.engine import quick as _quick
from gradstudio.engine.checking import check_grads
from gradstudio.engine.compatible import (
    TensorArray,
    TensorSpec,
    config,
    debugging,
    ensure_shape,
    executing_eagerly,
    vectorized_map,
)
from gradstudio.engine.compiling import compile, function
from gradstudio.engine.creation import (
    arange,
    constant,
    convert_to_tensor,
    eye,
    fill,
    full,
    full_like,
    is_tensor,
    ones,
    rank,
    shape,
    size,
    zeros,
)
from gradstudio.engine.creation import arange as range
from gradstudio.engine.custom import checkpoint, custom_gradient, grad_pass_through, no_gradient, recompute_grad
from gradstudio.engine.devices import device
from gradstudio.engine.explaining import Explanation, explain
from gradstudio.engine.flow import case, cond, foldl, foldr, map_fn, scan, switch_case, while_loop
from gradstudio.engine.forward import ForwardAccumulator as _ForwardAccumulator
from gradstudio.engine.functional import grad, hessian, hvp, jacfwd, jacrev, jvp, linearize, value_and_grad, vjp
from gradstudio.engine.loading import load
from gradstudio.engine.module import Module
from gradstudio.engine.primitive import TABLE as _TABLE
from gradstudio.engine.random import random
from gradstudio.engine.scopes import name_scope
from gradstudio.engine.slices import IndexedSlices
from gradstudio.engine.structure import nest
from gradstudio.engine.subgradients import CHOICES, subgradients
from gradstudio.engine.tape import GradientTape
from gradstudio.engine.targets import UnconnectedGradients
from gradstudio.engine.tensor import Tensor, TensorShape
from gradstudio.engine.variable import Variable
from gradstudio.engine.vectorize import vmap

_quick.install()

__version__ = "0.1.0"

float16, float32, float64 = _np.dtype(_np.float16), _np.dtype(_np.float32), _np.dtype(_np.float64)
int8, int16, int32, int64 = _np.dtype(_np.int8), _np.dtype(_np.int16), _np.dtype(_np.int32), _np.dtype(_np.int64)
uint8, bool_ = _np.dtype(_np.uint8), _np.dtype(_np.bool_)
complex64, complex128 = _np.dtype(_np.complex64), _np.dtype(_np.complex128)
pi, e, inf, nan, newaxis = _np.pi, _np.e, _np.inf, _np.nan, None


class autodiff:
    """tf.autodiff: forward mode, with its one class ForwardAccumulator; gs.jvp is the same for a function.

    Example:
        >>> x = gs.constant(3.0)
        >>> with gs.autodiff.ForwardAccumulator(x, gs.constant(1.0)) as pushing:
        ...     y = x * x
        >>> pushing.jvp(y).item()
        6.0
    """

    ForwardAccumulator = _ForwardAccumulator


class errors:
    """tf.errors: what TensorFlow raises, as the Python errors that stand for it here.

    InvalidArgumentError is ValueError, UnimplementedError is TypeError, OutOfRangeError is IndexError.

    Example:
        >>> try:
        ...     gs.matmul(gs.zeros((2, 3)), gs.zeros((2, 3)))
        ... except gs.errors.InvalidArgumentError as error:
        ...     print("refused")
        refused
    """

    InvalidArgumentError = ValueError
    UnimplementedError = TypeError
    OutOfRangeError = IndexError


def __getattr__(name: str) -> Any:
    if name == "bool":
        return bool_  # TensorFlow's name; as a plain attribute it would hide Python's bool in this module
    found = None if name.startswith("__") else _namespaces.lookup(name)
    if found is None:
        raise AttributeError(f"gradstudio has no {name!r}; {_namespaces.suggestion(name)}")
    return found


def __dir__() -> list[str]:
    return sorted({*__all__, *_namespaces.members("")})


__all__ = [
    "CHOICES",
    "Explanation",
    "GradientTape",
    "IndexedSlices",
    "Module",
    "Tensor",
    "TensorArray",
    "TensorShape",
    "TensorSpec",
    "UnconnectedGradients",
    "Variable",
    "arange",
    "autodiff",
    "bool_",
    "case",
    "check_grads",
    "checkpoint",
    "compile",
    "complex128",
    "complex64",
    "cond",
    "config",
    "constant",
    "convert_to_tensor",
    "custom_gradient",
    "debugging",
    "device",
    "e",
    "ensure_shape",
    "errors",
    "executing_eagerly",
    "explain",
    "eye",
    "fill",
    "float16",
    "float32",
    "float64",
    "foldl",
    "foldr",
    "full",
    "full_like",
    "function",
    "grad",
    "grad_pass_through",
    "hessian",
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
    "linearize",
    "load",
    "map_fn",
    "name_scope",
    "nan",
    "nest",
    "newaxis",
    "no_gradient",
    "ones",
    "pi",
    "random",
    "range",
    "rank",
    "recompute_grad",
    "scan",
    "shape",
    "size",
    "subgradients",
    "switch_case",
    "uint8",
    "value_and_grad",
    "vectorized_map",
    "vjp",
    "vmap",
    "while_loop",
    "zeros",
    *_TABLE,
]
