"""Which attributes a program may read, by the kind of the object that has them."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradstudio.engine.tape import GradientTape
from gradstudio.engine.tensor import Tensor
from gradstudio.engine.variable import Variable

_VALUE = (
    "shape dtype ndim size T numpy item tolist sum mean prod max min std var any all argmax argmin cumsum dot reshape "
    "ravel flatten transpose squeeze astype clip"
).split()
_ARRAY = (
    "shape dtype ndim size nbytes T real imag item tolist sum mean prod max min std var dot reshape ravel flatten "
    "transpose squeeze astype clip copy argmax argmin argsort cumsum cumprod any all round repeat take sort swapaxes "
    "diagonal trace nonzero fill conj"
).split()

_READABLE: dict[type, frozenset[str]] = {
    Tensor: frozenset(_VALUE),
    Variable: frozenset([*_VALUE, "assign", "assign_add", "assign_sub", "read_value", "trainable", "name", "value"]),
    GradientTape: frozenset(["watch", "gradient", "jacobian", "batch_jacobian", "stop_recording", "reset", "watched_variables"]),
    np.ndarray: frozenset(_ARRAY),
    np.dtype: frozenset(["name", "kind", "itemsize"]),
    list: frozenset(
        ["append", "extend", "insert", "pop", "remove", "reverse", "sort", "index", "count", "copy", "clear"]
    ),
    tuple: frozenset(["index", "count"]),
    dict: frozenset(["get", "keys", "values", "items", "pop", "update", "setdefault", "copy", "clear"]),
    set: frozenset(["add", "discard", "remove", "union", "intersection", "difference", "copy"]),
    str: frozenset(
        "upper lower strip lstrip rstrip split startswith endswith find count title capitalize isdigit isalpha".split()
    ),
    int: frozenset(["bit_length", "real", "imag"]),
    float: frozenset(["is_integer", "real", "imag"]),
    complex: frozenset(["real", "imag", "conjugate"]),
    slice: frozenset(["start", "stop", "step"]),
    range: frozenset(["start", "stop", "step"]),
}


def readable(owner: Any, name: str) -> Any:
    """owner.name if the kind of owner allows it. Raises AttributeError with one clear line otherwise."""
    kind = type(owner)
    allowed = _READABLE.get(kind)
    if allowed is None:
        allowed = _READABLE[np.ndarray] if isinstance(owner, np.generic) else frozenset()
        allowed = _READABLE[int] if kind is bool else allowed
    if name in allowed:
        return getattr(owner, name)
    shown = {"Tensor": "a tensor", "ndarray": "an array"}.get(kind.__name__, f"a {kind.__name__}")
    why = ": computation files cannot write files" if name in ("tofile", "dump", "dumps", "save") else ""
    raise AttributeError(f"{shown} has no attribute `{name}` here{why}")


def names_for(kind: type) -> frozenset[str]:
    """What completion offers after a dot."""
    return _READABLE.get(kind, frozenset())
