"""What a program finds in scope: frozen facades of gradstudio, numpy and math, and a closed set of builtins."""

from __future__ import annotations

import builtins
import difflib
import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

import gradstudio as gs
from gradstudio.engine.creation import Random
from gradstudio.engine.operators import Operators
from gradstudio.engine.primitive import NAMES
from gradstudio.engine.tensor import Tensor
from gradstudio.language.grammar import EXCEPTIONS


class Facade:
    """A module as programs see it: only the members listed when it was made, and no way to change them."""

    __slots__ = ("_members", "_title")
    _members: Mapping[str, Any]
    _title: str

    def __init__(self, title: str, members: Mapping[str, Any]) -> None:
        object.__setattr__(self, "_title", title)
        object.__setattr__(self, "_members", MappingProxyType(dict(members)))

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"{self._title} cannot be changed")

    def member(self, name: str) -> Any:
        """The member, or AttributeError with a suggestion."""
        try:
            return self._members[name]
        except KeyError:
            near = difflib.get_close_matches(name, self._members, 1)
            hint = f"; did you mean `{near[0]}`?" if near else ""
            raise AttributeError(f"`{self._title}.{name}` is not available{hint}") from None

    def names(self) -> tuple[str, ...]:
        """All members, sorted."""
        return tuple(sorted(self._members))

    def __repr__(self) -> str:
        return f"<{self._title}>"


_NUMPY = """
abs absolute add all allclose amax amin any arange arccos arccosh arcsin arcsinh arctan arctan2 arctanh argmax
argmin argsort around array array_equal asarray average bool_ broadcast_to cbrt ceil clip concatenate copysign
corrcoef cos cosh count_nonzero cov cross cumprod cumsum deg2rad diag diff divide dot e empty equal exp exp2
expand_dims expm1 eye flip float32 float64 floor floor_divide fmax fmin full full_like gradient greater
greater_equal heaviside hypot identity inf inner int32 int64 interp isclose isfinite isinf isnan kron less
less_equal linspace log log10 log1p log2 logaddexp logical_and logical_not logical_or logspace matmul max maximum
mean median meshgrid min minimum mod multiply nan nan_to_num nanmax nanmean nanmin nansum ndim negative newaxis
nonzero norm not_equal ones ones_like outer percentile pi polyfit polyval power prod ptp quantile rad2deg radians
ravel reciprocal remainder repeat reshape roll rot90 round searchsorted shape sign sin sinc sinh size sort split
sqrt square squeeze stack std subtract sum swapaxes take tan tanh tensordot tile trace transpose trapezoid tril triu
true_divide unique var vdot vstack hstack where zeros zeros_like
""".split()
_NUMPY_LINALG = (
    "norm inv det solve eigh eigvalsh cholesky qr svd pinv matrix_rank slogdet lstsq cond matrix_power".split()
)
_NUMPY_FFT = "fft ifft rfft irfft fft2 ifft2 fftfreq fftshift".split()
_GENERATOR = "normal uniform random standard_normal integers permutation choice exponential poisson".split()


def numpy_facade() -> Facade:
    """numpy: pure maths on arrays, nothing that reads, writes or reaches other modules."""
    members: dict[str, Any] = {name: _function(np, name) for name in _NUMPY if hasattr(np, name)}
    members["linalg"] = Facade("np.linalg", {name: _function(np.linalg, name) for name in _NUMPY_LINALG})
    members["fft"] = Facade("np.fft", {name: _function(np.fft, name) for name in _NUMPY_FFT})
    members["random"] = _numpy_random()
    return Facade("np", members)


def _function(module: Any, name: str) -> Any:
    """A NumPy function that accepts and gives only plain numbers."""
    found = getattr(module, name)
    if not callable(found):
        return found
    if isinstance(found, type):
        return np.dtype(found) if name in ("bool_",) else found

    def call(*args: Any, **kwargs: Any) -> Any:
        if "dtype" in kwargs and kwargs["dtype"] is not None and np.dtype(kwargs["dtype"]).kind not in "biufc":
            raise TypeError(f"np.{name}: dtype must be boolean, integer, floating or complex")
        if "out" in kwargs:
            raise TypeError(f"np.{name}: out= is not available; assign the result")
        result = found(*args, **kwargs)
        if isinstance(result, np.ndarray) and result.dtype.kind not in "biufc":
            raise TypeError(f"np.{name}: the result is not made of plain numbers")
        return result

    call.__name__ = name
    call.__doc__ = found.__doc__
    return call


def _numpy_random() -> Facade:
    state = np.random.default_rng(0)
    members: dict[str, Any] = {name: getattr(state, name) for name in _GENERATOR}
    members["rand"] = lambda *shape: state.random(shape)
    members["randn"] = lambda *shape: state.standard_normal(shape)
    members["seed"] = lambda seed=0: setattr(
        state.bit_generator, "state", np.random.default_rng(seed).bit_generator.state
    )

    def default_rng(seed: int = 0) -> Facade:
        own = np.random.default_rng(seed)
        return Facade("generator", {name: getattr(own, name) for name in _GENERATOR})

    members["default_rng"] = default_rng
    return Facade("np.random", members)


def gradstudio_facade(load: Callable[[str], Any]) -> Facade:
    """gradstudio: the library itself, with load() answered from what the studio read."""
    members: dict[str, Any] = {name: getattr(gs, name) for name in gs.__all__ if not name.startswith("_")}
    random = Random(0)
    for prefix in ("math", "nn", "linalg"):
        own = {name.split(".", 1)[1]: row for name, row in NAMES.items() if name.startswith(f"{prefix}.")}
        members[prefix] = Facade(f"gs.{prefix}", {**{n: r for n, r in NAMES.items() if "." not in n}, **own})
    members.update({name: row for name, row in NAMES.items() if "." not in name})
    members["random"] = Facade(
        "gs.random", {"normal": random.normal, "uniform": random.uniform, "set_seed": random.set_seed}
    )
    members["load"] = load
    return Facade("gs", members)


def math_facade(recorded: bool) -> Facade:
    """math: on tensors its functions leave the tape, as in plain Python; in a formula they are recorded."""
    members: dict[str, Any] = {}
    for name in dir(math):
        found = getattr(math, name)
        if name.startswith("_") or name in ("factorial", "comb", "perm", "sumprod"):
            continue
        row = NAMES.get(f"math.{name}") or NAMES.get(name)
        members[name] = _either(found, row) if recorded and callable(found) and row is not None else found
    return Facade("math", members)


def _either(plain: Callable[..., Any], row: Callable[..., Any]) -> Callable[..., Any]:
    def call(*args: Any) -> Any:
        return row(*args) if any(isinstance(a, Operators) for a in args) else plain(*args)

    call.__name__ = plain.__name__
    call.__doc__ = plain.__doc__
    return call


_BUILTINS = (
    "abs all any bool complex dict divmod enumerate filter float int isinstance len list map max min pow range repr "
    "reversed round set sorted str sum tuple zip slice True False None"
).split()


def builtin_names() -> tuple[str, ...]:
    """Builtins a program has, print included."""
    return (*[n for n in _BUILTINS if n[0].islower()], "print")


def closed_builtins(write: Callable[[str], None]) -> dict[str, Any]:
    """The __builtins__ of a program: pure functions, the usual errors, and print() into the console."""
    members: dict[str, Any] = {name: getattr(builtins, name) for name in _BUILTINS if hasattr(builtins, name)}
    members.update({error.__name__: error for error in EXCEPTIONS})
    members["repr"] = short_repr
    members["pow"] = lambda base, exponent, modulus=None: _power(base, exponent, modulus)

    def show(*values: Any, sep: str = " ", end: str = "\n") -> None:
        write(str(sep or "").join(_text(v) for v in values) + str(end if end is not None else "\n"))

    members["print"] = show
    return members


def _power(base: Any, exponent: Any, modulus: Any) -> Any:
    if (
        isinstance(base, int)
        and isinstance(exponent, int)
        and modulus is None
        and base.bit_length() * max(exponent, 0) > 100_000
    ):
        raise OverflowError("the integer would have more than 100,000 bits; use floats")
    return pow(base, exponent, modulus)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else short_repr(value, top=True)


def short_repr(value: Any, depth: int = 4, top: bool = False) -> str:
    """A bounded text of any value: nesting, length and size are limited."""
    if isinstance(value, Tensor | np.ndarray):
        return str(value) if top else repr(value)
    if isinstance(value, list | tuple | set | dict):
        brackets = {list: "[]", tuple: "()"}.get(type(value), "{}")
        opening, closing = brackets[0], brackets[1]
        if depth == 0:
            return opening + "…" + closing
        items = list(value.items())[:100] if isinstance(value, dict) else list(value)[:100]
        if isinstance(value, dict):
            shown = [f"{short_repr(k, depth - 1)}: {short_repr(v, depth - 1)}" for k, v in items]
        else:
            shown = [short_repr(v, depth - 1) for v in items]
        if len(value) > 100:
            shown.append("…")
        comma = "," if isinstance(value, tuple) and len(value) == 1 else ""
        return opening + ", ".join(shown) + comma + closing
    if isinstance(value, str):
        return repr(value[:2000])
    if isinstance(value, int) and value.bit_length() > 10_000:
        return f"an integer of {value.bit_length():,} bits"
    return str(value) if top else repr(value)
