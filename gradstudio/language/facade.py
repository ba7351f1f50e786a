"""What a program finds in scope: frozen facades of gradstudio, numpy and math."""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

import numpy as np

import gradstudio as gs
from gradstudio.engine import namespaces
from gradstudio.engine.operators import Operators
from gradstudio.engine.primitive import NAMES
from gradstudio.engine.random import random


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
abs absolute add all allclose amax amin angle any append arange arccos arccosh arcsin arcsinh arctan arctan2 arctanh
argmax argmin argpartition argsort argwhere around array array_equal array_split asarray atleast_1d atleast_2d
atleast_3d average bincount bitwise_and bitwise_or bitwise_xor bool_ broadcast_arrays broadcast_shapes broadcast_to
cbrt ceil clip column_stack complex128 complex64 concatenate conj conjugate convolve copysign corrcoef correlate cos
cosh count_nonzero cov cross cumprod cumsum cumulative_sum deg2rad degrees delete diag diagflat diagonal diff digitize
divide divmod dot dsplit dstack e einsum empty empty_like equal euler_gamma exp exp2 expand_dims expm1 extract eye
fabs finfo fix flatnonzero flip fliplr flipud float16 float32 float64 float_power floor floor_divide fmax fmin fmod
full full_like gcd geomspace gradient greater greater_equal heaviside histogram hsplit hstack hypot i0 identity iinfo
imag in1d indices inf inner insert int16 int32 int64 int8 interp intersect1d invert isclose iscomplex isfinite isin
isinf isnan isneginf isposinf isreal isscalar ix_ kron lcm ldexp less less_equal lexsort linspace log log10 log1p log2
logaddexp logaddexp2 logical_and logical_not logical_or logical_xor logspace matmul max maximum mean median meshgrid
min minimum mod modf moveaxis multiply nan nan_to_num nanargmax nanargmin nancumsum nanmax nanmean nanmedian nanmin
nanprod nanstd nansum nanvar ndim negative newaxis nextafter nonzero norm not_equal ones ones_like outer pad partition
percentile permute_dims pi poly polyadd polyder polyfit polyint polymul polyval positive power prod ptp quantile
rad2deg radians ravel real reciprocal remainder repeat reshape result_type rint roll rollaxis roots rot90 round
searchsorted select setdiff1d shape sign signbit sin sinc sinh size sort spacing split sqrt square squeeze stack std
subtract sum swapaxes take tan tanh tensordot tile trace transpose trapezoid tri tril tril_indices triu triu_indices
true_divide trunc uint16 uint32 uint64 uint8 union1d unique unravel_index unwrap vander var vdot vecdot vsplit vstack
where zeros zeros_like
""".split()
_NUMPY_LINALG = (
    "norm inv det solve eig eigvals eigh eigvalsh cholesky qr svd pinv matrix_rank slogdet lstsq cond matrix_power "
    "multi_dot"
).split()
_NUMPY_FFT = "fft ifft rfft irfft fft2 ifft2 fftn ifftn fftfreq rfftfreq fftshift ifftshift".split()
_GENERATOR = (
    "normal uniform random standard_normal integers permutation permuted choice shuffle exponential poisson gamma beta "
    "binomial laplace lognormal multivariate_normal"
).split()


def numpy_facade() -> Facade:
    """numpy: pure maths on arrays, nothing that reads, writes or reaches other modules."""
    return Facade("np", {**_numpy_functions(), "random": _numpy_random()})


@cache
def _numpy_functions() -> Mapping[str, Any]:
    """What is the same in every run."""
    members: dict[str, Any] = {name: _function(np, name) for name in _NUMPY if hasattr(np, name)}
    members["linalg"] = Facade("np.linalg", {name: _function(np.linalg, name) for name in _NUMPY_LINALG})
    members["fft"] = Facade("np.fft", {name: _function(np.fft, name) for name in _NUMPY_FFT})
    return MappingProxyType(members)


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

    call.__name__ = call.__qualname__ = name
    call.__doc__ = found.__doc__
    return call


def _numpy_random() -> Facade:
    state = np.random.default_rng(0)
    members: dict[str, Any] = {name: getattr(state, name) for name in _GENERATOR}
    members["rand"] = lambda *shape: state.random(shape)
    members["randint"] = lambda low, high=None, size=None: state.integers(low, high, size)
    members["random_sample"] = members["random"]
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
    members = dict(_names_and_ops())
    members["bool"] = np.dtype(bool)
    members["random"] = Facade("gs.random", _public(random))
    for name in ("autodiff", "errors", "nest"):
        members[name] = Facade(f"gs.{name}", _public(members[name]))
    members["UnconnectedGradients"] = Facade(
        "gs.UnconnectedGradients", {choice.name: choice for choice in gs.UnconnectedGradients}
    )
    members["load"] = load
    return Facade("gs", members)


@cache
def _names_and_ops() -> Mapping[str, Any]:
    return MappingProxyType({**{name: getattr(gs, name) for name in gs.__all__}, **_ops_below("")})


def _public(owner: Any) -> dict[str, Any]:
    return {name: getattr(owner, name) for name in dir(owner) if not name.startswith("_")}


@cache
def _ops_below(prefix: str) -> dict[str, Any]:
    """The ops and namespaces of ops below a namespace; in each, an op's plain name works too."""
    start = f"{prefix}." if prefix else ""
    plain = {name: row for name, row in NAMES.items() if "." not in name}
    own = {}
    for name in namespaces.members(prefix):
        full = f"{start}{name}"
        row = NAMES.get(full)
        own[name] = row if row is not None else Facade(f"gs.{full}", _ops_below(full))
    return {**plain, **own}


def math_facade(recorded: bool) -> Facade:
    """math: on tensors its functions leave the tape, as in plain Python; in a formula they are recorded."""
    members: dict[str, Any] = {}
    for name in dir(math):
        found = getattr(math, name)
        if name.startswith("_"):
            continue
        if name in ("factorial", "comb", "perm"):
            found = _counted(found)
        row = NAMES.get(f"math.{name}") or NAMES.get(name)
        members[name] = _either(found, row) if recorded and callable(found) and row is not None else found
    return Facade("math", members)


def _either(plain: Callable[..., Any], row: Callable[..., Any]) -> Callable[..., Any]:
    def call(*args: Any) -> Any:
        return row(*args) if any(isinstance(a, Operators) for a in args) else plain(*args)

    call.__name__ = call.__qualname__ = plain.__name__
    call.__doc__ = plain.__doc__
    return call


def _counted(function: Callable[..., int]) -> Callable[..., int]:
    """factorial, comb and perm, for numbers whose result is not astronomic."""

    def call(n: int, *more: int) -> int:
        if isinstance(n, int) and n > 5000:
            raise OverflowError(f"math.{function.__name__}: the result would be too long for numbers above 5000")
        return function(n, *more)

    call.__name__ = call.__qualname__ = function.__name__
    call.__doc__ = function.__doc__
    return call
