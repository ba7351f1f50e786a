"""A second array library for tests: NumPy underneath, as unforgiving as a GPU's.

Its arrays refuse to mix with NumPy arrays and to turn into them by themselves; a number that a function gives stays an
array without axes; and its namespace has the functions of CuPy and no others. An op suite that passes on it leaks no
NumPy into forward functions and rules.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np

from gradstudio.engine.backends import Backend

_FUNCTIONS = """
abs absolute acos acosh add all allclose amax amin angle any append arange arccos arccosh arcsin arcsinh arctan arctan2
arctanh argmax argmin argpartition argsort argwhere around array array_equal array_split asarray asin asinh astype atan
atan2 atanh atleast_1d atleast_2d atleast_3d average bincount bitwise_and bitwise_not bitwise_or bitwise_xor
broadcast_arrays broadcast_to cbrt ceil choose clip column_stack compress concat concatenate conj conjugate convolve
copy copysign copyto corrcoef correlate cos cosh count_nonzero cov cross cumprod cumsum deg2rad degrees delete diag
diagflat diagonal diff digitize divide divmod dot dsplit dstack einsum empty empty_like equal exp exp2 expand_dims
expm1 extract eye fabs fill_diagonal fix flatnonzero flip fliplr flipud float_power floor floor_divide fmax fmin fmod
frexp full full_like gcd gradient greater greater_equal heaviside histogram hsplit hstack hypot i0 identity imag in1d
indices inner interp intersect1d invert isclose isfinite isin isinf isnan isneginf isposinf isreal kron lcm ldexp
left_shift less less_equal lexsort linspace log log10 log1p log2 logaddexp logaddexp2 logical_and logical_not
logical_or logical_xor logspace matmul matrix_transpose max maximum mean median meshgrid min minimum mod modf moveaxis
multiply nan_to_num nanargmax nanargmin nancumprod nancumsum nanmax nanmean nanmedian nanmin nanprod nanstd nansum
nanvar negative nextafter nonzero not_equal ones ones_like outer pad partition percentile permute_dims place positive
power prod ptp put put_along_axis putmask quantile rad2deg radians ravel real reciprocal remainder repeat reshape
resize right_shift rint roll rollaxis roots rot90 round searchsorted select setdiff1d sign signbit sin sinc sinh sort
split sqrt square squeeze stack std subtract sum swapaxes take take_along_axis tan tanh tensordot tile trace transpose
trapezoid tri tril tril_indices trim_zeros triu triu_indices true_divide trunc union1d unique unravel_index unwrap
vander var vdot vsplit vstack where zeros zeros_like
""".split()
_LINALG = """
cholesky cond cross det eig eigh eigvals eigvalsh inv lstsq matmul matrix_power matrix_rank matrix_transpose norm pinv
qr slogdet solve svd tensorinv tensorsolve
""".split()
_FFT = """
fft fft2 fftfreq fftn fftshift hfft ifft ifft2 ifftn ifftshift ihfft irfft irfft2 irfftn rfft rfft2 rfftfreq rfftn
""".split()
_SPECIAL = """
betainc betaincinv betaln boxcox digamma ellipk entr erf erfc erfcinv erfcx erfinv exp1 exp10 expi expit expn exprel
gamma gammainc gammaincc gammaincinv gammaln gammasgn i0 i0e i1 i1e j0 j1 k0 k0e k1 k1e kl_div log_expit log_ndtr
loggamma logit logsumexp lpmv multigammaln ndtr ndtri poch polygamma psi rel_entr rgamma sinc xlog1py xlogy y0 y1 yn
zeta zetac
""".split()


class StrictArray:
    """An array of the strict library."""

    __slots__ = ("_held",)
    __array_priority__ = 1.0

    def __init__(self, held: np.ndarray) -> None:
        self._held = held

    @property
    def shape(self) -> tuple[int, ...]:
        return self._held.shape

    @property
    def dtype(self) -> Any:
        return self._held.dtype

    @property
    def ndim(self) -> int:
        return self._held.ndim

    @property
    def size(self) -> int:
        return self._held.size

    @property
    def T(self) -> Any:
        return _held(self._held.T)

    @property
    def real(self) -> Any:
        return _held(self._held.real)

    @property
    def imag(self) -> Any:
        return _held(self._held.imag)

    def __array__(self, *_: Any, **__: Any) -> Any:
        raise TypeError("implicit conversion of a strict array to NumPy")

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **_: Any) -> Any:
        raise TypeError(f"np.{ufunc.__name__} on a strict array")

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        raise TypeError(f"np.{function.__name__} on a strict array")

    def __getattr__(self, name: str) -> Any:
        if name not in _METHODS:
            raise AttributeError(name)
        method = getattr(self._held, name)
        return lambda *args, **kwargs: _held(method(*_plain(args), **_plain(kwargs)))

    def __getitem__(self, key: Any) -> Any:
        return _held(np.asarray(self._held[_plain(key)]))

    def __setitem__(self, key: Any, value: Any) -> None:
        self._held[_plain(key)] = _plain(value)

    def __len__(self) -> int:
        return len(self._held)

    def __iter__(self) -> Any:
        return (self[i] for i in range(len(self)))

    def __bool__(self) -> bool:
        return bool(self._held)

    def __float__(self) -> float:
        return float(self._held)

    def __int__(self) -> int:
        return int(self._held)

    def __index__(self) -> int:
        return self._held.__index__()

    def __neg__(self) -> Any:
        return _held(-self._held)

    def __abs__(self) -> Any:
        return _held(abs(self._held))

    def __invert__(self) -> Any:
        return _held(~self._held)


_METHODS = frozenset(
    """
    all any argmax argmin argsort astype clip conj copy cumprod cumsum diagonal dot fill flatten item max mean min
    nonzero prod ptp ravel repeat reshape round sort squeeze std sum swapaxes take tolist trace transpose var view
    """.split()
)
_NUMBERS = (
    "float16 float32 float64 int8 int16 int32 int64 uint8 bool_ complex64 complex128 pi e inf nan newaxis".split()
)
_TYPES = "promote_types can_cast finfo iinfo issubdtype dtype broadcast_shapes errstate".split()


def _operator(name: str) -> None:
    def call(self: StrictArray, other: Any) -> Any:
        if type(other) is np.ndarray and other.ndim:
            raise TypeError("a strict array meets a NumPy array")
        if not isinstance(other, StrictArray | int | float | complex | np.generic):
            return NotImplemented
        return _held(np.asarray(getattr(self._held, name)(_plain(other))))

    setattr(StrictArray, name, call)


for _name in "add sub mul truediv floordiv mod pow matmul and or xor".split():
    _operator(f"__{_name}__")
    _operator(f"__r{_name}__")
for _name in "eq ne lt le gt ge".split():
    _operator(f"__{_name}__")


def _plain(x: Any) -> Any:
    """What NumPy is given: strict arrays opened, NumPy arrays refused."""
    if isinstance(x, StrictArray):
        return x._held
    if type(x) is np.ndarray and x.ndim:
        raise TypeError("a NumPy array among strict ones")
    if isinstance(x, list | tuple):
        return type(x)(_plain(v) for v in x)
    if isinstance(x, dict):
        return {key: _plain(v) for key, v in x.items()}
    return x


def _held(x: Any) -> Any:
    """What the strict library gives back: arrays, also for single numbers."""
    if isinstance(x, np.ndarray | np.generic):
        return StrictArray(np.asarray(x))
    if isinstance(x, tuple) and hasattr(x, "_fields"):
        return type(x)(*[_held(v) for v in x])
    if isinstance(x, list | tuple):
        return type(x)(_held(v) for v in x)
    return x


def _strict(module: Any, name: str) -> Any:
    found = getattr(module, name)

    def call(*args: Any, **kwargs: Any) -> Any:
        with np.errstate(all="ignore"):
            return _held(found(*_plain(args), **_plain(kwargs)))

    if isinstance(found, np.ufunc) and found.nin == 2:
        call.at = lambda target, key, value: found.at(target._held, _plain(key), _plain(value))  # type: ignore[attr-defined]
        call.outer = lambda a, b: _held(found.outer(_plain(a), _plain(b)))  # type: ignore[attr-defined]
        call.accumulate = lambda a, **k: _held(found.accumulate(_plain(a), **k))  # type: ignore[attr-defined]
    return call


def _module(module: Any, names: list[str]) -> SimpleNamespace:
    return SimpleNamespace(**{name: _strict(module, name) for name in names if hasattr(module, name)})


def _namespace() -> SimpleNamespace:
    xp = _module(np, _FUNCTIONS)
    xp.__name__ = "strict"
    xp.linalg = _module(np.linalg, _LINALG)
    xp.fft = _module(np.fft, _FFT)
    xp.ndarray = StrictArray
    xp.lib = SimpleNamespace(stride_tricks=_module(np.lib.stride_tricks, ["as_strided", "sliding_window_view"]))
    for name in (*_NUMBERS, *_TYPES):
        setattr(xp, name, getattr(np, name))
    for look in (np.ndim, np.shape, np.size):
        setattr(xp, look.__name__, lambda x, look=look: look(_plain(x)))
    xp.result_type = lambda *values: np.result_type(*_plain(values))
    return xp


def _special() -> Any:
    from scipy import special

    strict = _module(special, _SPECIAL)

    class Special:
        def __getattr__(self, name: str) -> Any:
            found = getattr(strict, name, None)
            if found is not None:
                return found
            return lambda *args: _held(getattr(special, name)(*_plain(args)))  # as the backend of CuPy does

    return Special()


xp = _namespace()
BACKEND = Backend(
    "Strict", "strict", xp, StrictArray, lambda x: x._held.copy(), lambda x: StrictArray(np.array(x)), _special
)
