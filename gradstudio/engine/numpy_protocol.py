"""NumPy's functions on tensors: which op each of them is, called with NumPy's signature and defaults.

Most are found by name: the arguments are bound to NumPy's own signature and handed to the op of that name. What NumPy
calls with other arguments than the op takes is written out in numpy_functions.py.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from gradstudio.engine.primitive import NAMES, TABLE, Primitive

PLAIN = frozenset(
    "allclose array_equal array_equiv array_repr array_str array2string can_cast common_type copyto "
    "diag_indices_from digitize isclose isin lexsort may_share_memory min_scalar_type ravel_multi_index save savetxt "
    "savez savez_compressed shares_memory tril_indices_from triu_indices_from unravel_index".split()
)
"""NumPy functions that look at values without computing anything a gradient could pass: they take plain arrays."""

IN_PLACE = frozenset("fill_diagonal place put put_along_axis putmask".split())
"""NumPy functions that change their first argument."""

SPELLED = {
    "absolute": "abs",
    "amax": "max",
    "amin": "min",
    "around": "round",
    "conjugate": "conj",
    "copy": "identity",
    "cumulative_prod": "cumprod",
    "cumulative_sum": "cumsum",
    "degrees": "rad2deg",
    "fabs": "abs",
    "fix": "trunc",
    "i0": "bessel_i0",
    "positive": "identity",
    "radians": "deg2rad",
    "remainder": "mod",
    "true_divide": "divide",
}
"""NumPy's names of ops that have another one here."""

OWN: dict[Callable[..., Any], Callable[..., Any]] = {}
"""NumPy function -> the same for tensors, where its signature is not that of one op."""

OTHERS: dict[str, Callable[..., Any]] = {}
"""NumPy functions that are no ops but have a form for tensors (ones_like); filled where they are defined."""

_IGNORED = frozenset("copy subok kind stable optimize overwrite_input casting device like assume_sorted".split())
"""Arguments that say how NumPy computes, not what."""

_MODULES = ("numpy", "numpy.linalg", "numpy.fft")


def call(function: Any, args: tuple[Any, ...], kwargs: dict[str, Any], plain: Callable[[Any], Any]) -> Any:
    """function(*args, **kwargs), one of whose arguments is a tensor. plain: brings a tensor back to NumPy.

    Raises TypeError, in one line, for what is not available on tensors.
    """
    own = OWN.get(function)
    if own is not None:
        return own(*args, **kwargs)
    name = function.__name__
    if name in PLAIN:
        return function(*[plain(a) for a in args], **{key: plain(a) for key, a in kwargs.items()})
    if name in IN_PLACE:
        raise TypeError(
            f"np.{name} changes its array in place, which a tensor does not allow: build a new one with "
            "gs.tensor_scatter_nd_update(x, indices, updates) or gs.where(condition, new, old)"
        )
    found = op_for(name) if function.__module__ in _MODULES else None
    if found is None and name in OTHERS:
        return _other(function, args, kwargs)
    if found is None:
        raise TypeError(_missing(function.__module__, name))
    return _bound(found, function, args, kwargs)


def op_for(name: str) -> Any:
    """The op that NumPy calls so, or None."""
    found = NAMES.get(name) or NAMES.get(SPELLED.get(name, ""))
    if found is None:
        dotted = NAMES.get(f"linalg.{name}") or NAMES.get(f"fft.{name}")
        found = dotted if isinstance(dotted, Primitive) else None
    return found


def _missing(module: str, name: str) -> str:
    if name in ("apply_along_axis", "apply_over_axes", "piecewise"):
        way = "write it with ops that take an axis, or use gs.vmap, gs.map_fn or gs.where"
    else:
        way = "use t.numpy() to leave the tape, or an op that `gradstudio ops` lists"
    short = module.replace("numpy", "np", 1) if module.startswith("numpy") else module
    return f"{short}.{name} is not available on tensors: {way}"


@dataclass(frozen=True, slots=True)
class _Call:
    """What a NumPy function takes: its parameters in order, with their defaults."""

    name: str
    positional: tuple[str, ...]
    defaults: Mapping[str, Any]  # every parameter that can be named
    starred: bool  # takes values one by one: meshgrid(x, y)

    def bind(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> dict[str, Any]:
        """The arguments by name, which NumPy has checked; values that are given one by one are under "*"."""
        return {"*": args, **kwargs} if self.starred else {**dict(zip(self.positional, args, strict=False)), **kwargs}


@lru_cache(maxsize=512)
def _signature(function: Any) -> _Call:
    parameters = inspect.signature(function).parameters.values()
    named = [p for p in parameters if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
    return _Call(
        f"{function.__module__.removeprefix('numpy')}.{function.__name__}".removeprefix("."),
        tuple([p.name for p in named if p.kind is not p.KEYWORD_ONLY]),
        {p.name: p.default for p in named},
        any(p.kind is p.VAR_POSITIONAL for p in parameters),
    )


def _bound(row: Any, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """The op with the arguments that NumPy's signature names; NumPy's defaults hold where the op has others."""
    if not isinstance(row, Primitive):  # a spelling has the signature of its own name
        return row(*args, **{key: value for key, value in kwargs.items() if value is not np._NoValue})
    signature = _signature(function)
    given = signature.bind(args, kwargs)
    needed = 1 if row.variadic else len(row.inputs) - row.optional
    inputs: list[Any] = list(given.pop("*", ()))
    named: dict[str, Any] = {}
    dtype = None
    for key, default in signature.defaults.items():
        value = given.pop(key, default)
        own = row.renamed.get(key, key)
        if value is np._NoValue or value is inspect.Parameter.empty:
            continue
        if len(inputs) < needed:
            inputs.append(value)
        elif own in row.params:
            if value is not None or key == "axis":
                named[own] = value
        elif own in row.inputs:
            if value is not None:
                named[own] = value
        elif key == "dtype":
            dtype = value
        elif key == "correction" and "ddof" in row.params:
            named["ddof"] = value
        elif value is not default and not _changes_nothing(key, value):
            raise TypeError(_refused(signature.name, key))
    if dtype is not None and row.family == "reduction" and not row.variadic:
        inputs[0] = TABLE["cast"](inputs[0], dtype=dtype)
        dtype = None
    out = row(*inputs, **named, **given)
    return out if dtype is None else TABLE["cast"](out, dtype=dtype)


def _changes_nothing(key: str, value: Any) -> bool:
    if key == "out":
        return value is None
    return key in _IGNORED or (key == "order" and value in ("C", "K", None)) or (key == "where" and value is True)


def _refused(name: str, key: str) -> str:
    if key == "out":
        return f"np.{name} cannot write in place where a tensor takes part: leave out= away and assign the result"
    return f"np.{name}: {key}= is not available on tensors: leave it away, or use t.numpy() to leave the tape"


def _other(function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """ones_like and its kin: value(s) and dtype, nothing else."""
    signature = _signature(function)
    given = signature.bind(args, kwargs)
    for key in ("order", "subok", "shape", "device"):
        value = given.pop(key, None)
        if value is not None and value is not signature.defaults[key] and not _changes_nothing(key, value):
            raise TypeError(_refused(signature.name, key))
    dtype = given.pop("dtype", None)
    return OTHERS[function.__name__](*given.values(), dtype=dtype)


_REDUCED = {
    "add": "sum",
    "logaddexp": "logsumexp",
    "logical_and": "all",
    "logical_or": "any",
    "maximum": "max",
    "minimum": "min",
    "multiply": "prod",
}
_ACCUMULATED = {"add": "cumsum", "maximum": "cummax", "minimum": "cummin", "multiply": "cumprod"}
_OF_BOOLEANS = {
    "bitwise_and": "logical_and",
    "bitwise_or": "logical_or",
    "bitwise_xor": "logical_xor",
    "invert": "logical_not",
}


def call_ufunc(ufunc: Any, method: str, inputs: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """ufunc(*inputs) or one of its methods (reduce, accumulate, outer), one of whose inputs is a tensor.

    Raises TypeError, in one line, for what is not available on tensors.
    """
    name = ufunc.__name__
    if method == "__call__" and not kwargs:
        found = NAMES.get(name) or NAMES.get(SPELLED.get(name, ""))
        if found is not None:
            return found(*inputs)
    if kwargs.get("out") is not None or method == "at":
        raise TypeError(
            f"np.{name} cannot write in place where a tensor takes part: leave out= away, or write a = a + t for a += t"
        )
    dtype = kwargs.pop("dtype", None)
    axis, keepdims = kwargs.pop("axis", 0), bool(kwargs.pop("keepdims", False))
    for key, value in kwargs.items():
        if value is not None and value is not np._NoValue and not _changes_nothing(key, value):
            raise TypeError(_refused(name, key))
    if dtype is not None:
        inputs = tuple([TABLE["cast"](x, dtype=dtype) for x in inputs])
    if method == "__call__":
        return _element_by_element(name, inputs)
    if method == "reduce" and name in _REDUCED:
        return TABLE[_REDUCED[name]](inputs[0], axis=axis, keepdims=keepdims)
    if method == "accumulate" and _ACCUMULATED.get(name) in NAMES:
        return NAMES[_ACCUMULATED[name]](inputs[0], axis=axis)
    if method == "outer" and len(inputs) == 2:
        x, y = inputs
        x = TABLE["reshape"](x, shape=np.shape(x) + (1,) * np.ndim(y))
        return _element_by_element(name, (x, y))
    raise TypeError(_missing("np", f"{name}.{method}"))


def _element_by_element(name: str, inputs: tuple[Any, ...]) -> Any:
    if name == "divmod":
        return TABLE["floor_divide"](*inputs), TABLE["mod"](*inputs)
    if name == "float_power":
        inputs = tuple([x if _kind(x) in "fc" else TABLE["cast"](x, dtype=np.float64) for x in inputs])
        return TABLE["power"](*inputs)
    found = NAMES.get(name) or NAMES.get(SPELLED.get(name, ""))
    if found is None and name in _OF_BOOLEANS and all(_kind(x) == "b" for x in inputs):
        found = NAMES.get(_OF_BOOLEANS[name])
    if found is None:
        raise TypeError(_missing("np", name))
    return found(*inputs)


def _kind(x: Any) -> str:
    dtype = getattr(x, "dtype", None)
    kind: str = np.asarray(x).dtype.kind if dtype is None else dtype.kind
    return kind
