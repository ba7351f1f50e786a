"""Which attributes a program may read, by the kind of the object that has them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from gradstudio.engine.compatible import TensorArray, TensorSpec
from gradstudio.engine.explaining import Explanation
from gradstudio.engine.forward import ForwardAccumulator
from gradstudio.engine.opening import Open
from gradstudio.engine.shapes import TensorShape
from gradstudio.engine.slices import IndexedSlices
from gradstudio.engine.subgradients import Choice
from gradstudio.engine.tape import GradientTape
from gradstudio.engine.tensor import Reference, Tensor
from gradstudio.engine.variable import Variable
from gradstudio.language import rules
from gradstudio.language.guarded_errors import WithheldAttributeError
from gradstudio.language.numpy_facade import asked, checked
from gradstudio.language.plain_numbers import FLOAT, KINDS, check_dtype
from gradstudio.language.rules import Rule
from gradstudio.language.texts import WORDS, words

_VALUE = (
    "shape dtype ndim size device T mT real imag numpy item tolist sum mean prod max min std var any all argmax argmin "
    "argsort cumsum cumprod dot trace diagonal reshape ravel flatten transpose swapaxes squeeze repeat take nonzero "
    "astype copy clip round conj get_shape ref"
).split()
_VARIABLE = (
    "assign assign_add assign_sub scatter_add scatter_sub scatter_update scatter_nd_add scatter_nd_sub "
    "scatter_nd_update read_value trainable name value"
).split()
_ARRAY = (
    "shape dtype ndim size nbytes T real imag item tolist sum mean prod max min std var dot reshape ravel flatten "
    "transpose squeeze astype clip copy argmax argmin argsort cumsum cumprod any all round repeat take sort swapaxes "
    "diagonal trace nonzero fill conj argpartition partition searchsorted choose compress conjugate ptp mT flat"
).split()
_METHODS = frozenset(_ARRAY) - frozenset("shape dtype ndim size nbytes T mT real imag flat".split())
_RULES: dict[str, Rule] = {name: rules.NUMPY[name] for name in ("repeat", "dot", "take")}
"""Methods of arrays that can make much of little: the rule of NumPy's function of that name, the array first."""
_FILES = "computation files cannot write files"
_MEMORY = "it reaches the raw memory of arrays"
_PYTHON = "computation files cannot look into Python's own objects"
_WHY: dict[str, str] = {
    **dict.fromkeys(("tofile", "dump", "dumps", "save", "write"), _FILES),
    **dict.fromkeys(
        "ctypes data base view setflags setfield getfield byteswap newbyteorder itemset strides tobytes tostring "
        "flags put resize getbuffer".split(),
        _MEMORY,
    ),
    **dict.fromkeys(
        "gi_frame gi_code gi_yieldfrom cr_frame cr_code ag_frame ag_code tb_frame tb_next f_globals f_locals f_back "
        "f_builtins f_code func_globals func_code co_code co_consts mro obj args with_traceback add_note".split(),
        _PYTHON,
    ),
}
"""Why an object does not have what a person might look for."""

_READABLE: dict[type, frozenset[str]] = {
    Tensor: frozenset(_VALUE),
    Variable: frozenset([*_VALUE, *_VARIABLE]),
    Open: frozenset([*_VALUE, *_VARIABLE]),
    IndexedSlices: frozenset([*_VALUE, "values", "indices", "dense_shape"]),
    TensorShape: frozenset(["as_list", "rank", "ndims", "num_elements", "index", "count"]),
    Reference: frozenset(["deref"]),
    TensorArray: frozenset(["write", "read", "stack", "concat", "unstack", "size"]),
    TensorSpec: frozenset(["shape", "dtype", "name"]),
    Explanation: frozenset(["kind", "message", "hint", "op", "file", "line"]),
    GradientTape: frozenset(
        ["watch", "gradient", "jacobian", "batch_jacobian", "stop_recording", "reset", "watched_variables"]
    ),
    np.ndarray: frozenset(_ARRAY),
    ForwardAccumulator: frozenset(["jvp"]),
    np.finfo: frozenset(["eps", "max", "min", "tiny", "bits"]),
    np.iinfo: frozenset(["max", "min", "bits"]),
    np.dtype: frozenset(["name", "kind", "itemsize"]),
    list: frozenset(
        ["append", "extend", "insert", "pop", "remove", "reverse", "sort", "index", "count", "copy", "clear"]
    ),
    tuple: frozenset(["index", "count"]),
    dict: frozenset(["get", "keys", "values", "items", "pop", "update", "setdefault", "copy", "clear"]),
    set: frozenset(["add", "discard", "remove", "update", "union", "intersection", "difference", "issubset", "copy"]),
    frozenset: frozenset(["union", "intersection", "difference", "issubset"]),
    str: frozenset(
        "upper lower strip lstrip rstrip split splitlines startswith endswith find rfind index count title capitalize "
        "isdigit isalpha isalnum isupper islower isspace partition removeprefix removesuffix".split()
    ).union(WORDS),
    int: frozenset(["bit_length", "bit_count", "real", "imag"]),
    float: frozenset(["is_integer", "real", "imag"]),
    complex: frozenset(["real", "imag", "conjugate"]),
    slice: frozenset(["start", "stop", "step"]),
    range: frozenset(["start", "stop", "step"]),
    Choice: frozenset(["ops", "point", "means", "value", "options", "peers"]),
}

_SIMPLE = {
    kind: names - {"astype"} - (WORDS if kind is str else _METHODS if kind is np.ndarray else frozenset())
    for kind, names in _READABLE.items()
}
"""What is as Python has it."""


def readable(owner: Any, name: str) -> Any:
    """owner.name if the kind of owner allows it. Raises AttributeError in one line otherwise, marked where it is
    kept back."""
    kind = type(owner)
    simple = _SIMPLE.get(kind)
    if simple is not None and name in simple:
        return getattr(owner, name)
    if kind is np.ndarray and name in _CALLS and (owner.dtype is FLOAT or owner.dtype.kind in KINDS):
        return partial(_CALLS[name], owner)
    kind = np.dtype if isinstance(owner, np.dtype) else kind
    allowed = _READABLE.get(kind)
    if allowed is None:
        allowed = _READABLE[np.ndarray] if isinstance(owner, np.generic) else frozenset()
        allowed = _READABLE[int] if kind is bool else allowed
    if isinstance(owner, tuple) and name in getattr(kind, "_fields", ()):
        return getattr(owner, name)  # svd and the like name their results
    if name in allowed:
        if name in _METHODS and isinstance(owner, np.ndarray | np.generic):
            return _method(owner, name)
        if name == "astype":
            return _astype(owner)
        return words(owner, name) if kind is str and name in WORDS else getattr(owner, name)
    article = "an" if kind.__name__[0] in "aeiou" else "a"
    shown = {"Tensor": "a tensor", "ndarray": "an array"}.get(kind.__name__, f"{article} {kind.__name__}")
    why = _WHY.get(name)
    if why is None and kind is str and name in ("format", "format_map"):
        why = 'write an f-string, e.g. f"{x:.3f}"'
    if why is not None:
        raise WithheldAttributeError(f"attribute `{name}` is not available: {why}")
    is_opaque = not allowed and owner is not None and not isinstance(owner, tuple)
    if is_opaque or _is_there(owner, name):
        raise WithheldAttributeError(f"attribute `{name:.60}` of {shown} is not available in a computation file")
    raise AttributeError(f"{shown} has no attribute `{name:.60}`")


def _is_there(owner: Any, name: str) -> bool:
    """Whether Python has an attribute that programs do not. Looks without calling anything of the object."""
    return any(name in vars(kind) for kind in type(owner).__mro__)


def _method(owner: Any, name: str) -> Any:
    """A method of an array, with the same checks as NumPy's functions."""
    if owner.dtype is not FLOAT and owner.dtype.kind not in KINDS:
        raise WithheldAttributeError(f"an array of {owner.dtype} is not made of plain numbers and has no `{name}` here")
    rule = _RULES.get(name)
    if rule is not None:
        return partial(asked, getattr(owner, name), name, rule, owner)
    return partial(checked, getattr(owner, name), name)


def _call(name: str) -> Callable[..., Any]:
    """A method of arrays; without arguments nothing but numbers can come of numbers."""
    method = getattr(np.ndarray, name)

    def call(owner: np.ndarray, /, *args: Any, **kwargs: Any) -> Any:
        if not args and not kwargs:
            return method(owner)
        return checked(method, name, owner, *args, **kwargs)

    return call


_CALLS = {name: _call(name) for name in _METHODS - set(_RULES) if hasattr(np.ndarray, name)}


def _astype(owner: Any) -> Any:
    def astype(dtype: Any) -> Any:
        check_dtype(dtype, "astype")
        return owner.astype(dtype)

    return astype


def names_for(kind: type) -> frozenset[str]:
    """What completion offers after a dot."""
    return _READABLE.get(kind, frozenset())
