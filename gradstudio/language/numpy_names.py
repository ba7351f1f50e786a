"""Which of NumPy's names a program has, and why it does not have others."""

from __future__ import annotations

NUMPY = """
abs absolute acos acosh add all allclose amax amin angle any append arange arccos arccosh arcsin arcsinh arctan arctan2
arctanh argmax argmin argpartition argsort argwhere around array array_equal array_equiv array_split asanyarray asarray
ascontiguousarray asin asinh astype atan atan2 atanh atleast_1d atleast_2d atleast_3d average bartlett bincount
bitwise_and bitwise_count bitwise_invert bitwise_left_shift bitwise_not bitwise_or bitwise_right_shift bitwise_xor
blackman block broadcast_arrays broadcast_shapes broadcast_to cbrt ceil choose clip column_stack compress concat
concatenate conj conjugate convolve copy copysign corrcoef correlate cos cosh count_nonzero cov cross cumprod cumsum
cumulative_prod cumulative_sum deg2rad degrees delete diag diag_indices diag_indices_from diagflat diagonal diff
digitize divide divmod dot dsplit dstack e ediff1d einsum empty empty_like equal euler_gamma exp exp2 expand_dims expm1
extract eye fabs fill_diagonal fix flatnonzero flip fliplr flipud float_power floor floor_divide fmax fmin fmod frexp
full full_like gcd geomspace gradient greater greater_equal hamming hanning heaviside histogram histogram2d
histogram_bin_edges histogramdd hsplit hstack hypot i0 identity imag in1d indices inf inner insert interp intersect1d
invert iscomplex iscomplexobj isfinite isin isinf isnan isneginf isposinf isreal isrealobj isclose isscalar issubdtype
ix_ kaiser kron lcm ldexp left_shift less less_equal lexsort linspace log log10 log1p log2 logaddexp logaddexp2
logical_and logical_not logical_or logical_xor logspace matmul matrix_transpose matvec max maximum mean median meshgrid
min minimum mod modf moveaxis multiply nan nan_to_num nanargmax nanargmin nancumprod nancumsum nanmax nanmean nanmedian
nanmin nanpercentile nanprod nanquantile nanstd nansum nanvar ndim negative newaxis nextafter nonzero not_equal ones
ones_like outer pad partition percentile permute_dims pi place poly polyadd polyder polydiv polyfit polyint polymul
polysub polyval positive pow power prod promote_types ptp put_along_axis putmask quantile rad2deg radians ravel
ravel_multi_index real real_if_close reciprocal remainder repeat reshape resize result_type right_shift rint roll
rollaxis roots rot90 round row_stack searchsorted select setdiff1d setxor1d shape sign signbit sin sinc sinh size sort
sort_complex spacing split sqrt square squeeze stack std subtract sum swapaxes take take_along_axis tan tanh tensordot
tile trace transpose trapezoid trapz tri tril tril_indices tril_indices_from trim_zeros triu triu_indices
triu_indices_from true_divide trunc union1d unique unique_counts unique_inverse unique_values unravel_index unstack
unwrap vander var vdot vecdot vecmat vsplit vstack where zeros zeros_like
""".split()
TYPES = """
bool bool_ complex128 complex64 cdouble csingle double finfo float16 float32 float64 half iinfo int16 int32 int64 int8
int_ intc intp single uint uint16 uint32 uint64 uint8 complexfloating floating inexact integer number
signedinteger unsignedinteger
""".split()
"""Kinds of numbers: they make one, and isinstance and dtype= take them."""
LINALG = (
    "norm inv det solve eig eigvals eigh eigvalsh cholesky qr svd pinv matrix_rank slogdet lstsq cond matrix_power "
    "multi_dot cross diagonal matmul matrix_norm matrix_transpose outer svdvals tensordot tensorinv tensorsolve trace "
    "vecdot vector_norm"
).split()
FFT = (
    "fft ifft rfft irfft fft2 ifft2 fftn ifftn rfft2 irfft2 rfftn irfftn hfft ihfft fftfreq rfftfreq fftshift ifftshift"
).split()
SIZE_AT: dict[str, int] = {
    "random": 0, "random_sample": 0, "ranf": 0, "sample": 0, "standard_normal": 0, "standard_exponential": 0,
    "standard_cauchy": 0, "exponential": 1, "poisson": 1, "chisquare": 1, "geometric": 1, "rayleigh": 1, "pareto": 1,
    "weibull": 1, "power": 1, "standard_gamma": 1, "standard_t": 1, "zipf": 1, "dirichlet": 1, "choice": 1,
    "logseries": 1, "normal": 2, "uniform": 2, "integers": 2, "randint": 2, "gamma": 2, "beta": 2, "binomial": 2,
    "laplace": 2, "lognormal": 2, "logistic": 2, "gumbel": 2, "multinomial": 2, "multivariate_normal": 2,
    "negative_binomial": 2, "vonmises": 2, "wald": 2, "f": 2, "noncentral_chisquare": 2, "triangular": 3,
    "hypergeometric": 3, "noncentral_f": 3,
}  # fmt: skip
"""What draws random numbers, and which argument says how many."""
REORDERING = ("permutation", "permuted", "shuffle")
_ONLY_LEGACY = frozenset("random_sample ranf sample randint".split())
_ONLY_GENERATOR = frozenset("integers permuted".split())
GENERATOR = tuple(name for name in (*SIZE_AT, *REORDERING) if name not in _ONLY_LEGACY)
LEGACY = tuple(name for name in (*SIZE_AT, *REORDERING) if name not in _ONLY_GENERATOR)

_FILES = 'computation files cannot read or write files; gs.load("name.npz") reads numbers'
_INSIDE = "only NumPy's mathematics is there, not its inner modules"
_MEMORY = "it reaches the raw memory of arrays; make them with np.zeros or np.array"
_STATE = "it would change what other runs see"
_CALLBACK = "it would call Python from inside NumPy; write a loop, or use operations on whole arrays"
_KINDS = "arrays are made of plain numbers here"
_SHOWING = 'write numbers with f"{x:.3f}" or print(x)'
WITHHELD: dict[str, str] = {
    "load": 'gs.load("name.npy") reads data beside the program',
    **dict.fromkeys(
        "save savez savez_compressed savetxt loadtxt genfromtxt fromfile fromregex memmap DataSource fromstring "
        "tofile".split(),
        _FILES,
    ),
    **dict.fromkeys(
        "lib ctypeslib f2py testing core rec ma char strings distutils typing info source lookfor get_include "
        "show_config show_runtime test exceptions dtypes polynomial emath compat version sys os builtins".split(),
        _INSIDE,
    ),
    **dict.fromkeys(
        "ndarray require nditer nested_iters frombuffer from_dlpack flatiter broadcast may_share_memory shares_memory "
        "copyto put ufunc packbits unpackbits asfortranarray asarray_chkfinite as_strided".split(),
        _MEMORY,
    ),
    **dict.fromkeys(
        "seterr seterrcall geterr geterrcall setbufsize getbufsize set_printoptions get_printoptions printoptions "
        "set_string_function get_state set_state get_bit_generator set_bit_generator bit_generator".split(),
        _STATE,
    ),
    **dict.fromkeys(
        "vectorize frompyfunc apply_along_axis apply_over_axes piecewise fromfunction fromiter".split(), _CALLBACK
    ),
    **dict.fromkeys(
        "object_ generic str_ bytes_ void character flexible datetime64 timedelta64 busday_count busday_offset "
        "busdaycalendar is_busday isnat datetime_as_string datetime_data record recarray matrix bmat mat asmatrix "
        "longdouble clongdouble float128 complex256 bytes poly1d".split(),
        _KINDS,
    ),
    **dict.fromkeys(
        "array2string array_repr array_str base_repr binary_repr format_float_positional "
        "format_float_scientific".split(),
        _SHOWING,
    ),
    **dict.fromkeys(
        "BitGenerator Generator MT19937 PCG64 PCG64DXSM Philox SFC64 SeedSequence mtrand".split(),
        "np.random.default_rng(seed) makes a generator",
    ),
}
"""What programs do not have, and why: for those names that a person might look for."""
OTHER = "only NumPy's mathematics on plain numbers is there"
"""And for all other names that it has."""
