"""NumPy as a program has it: the same numbers as plain NumPy, for every function that is there."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from gradstudio.language import numpy_names
from gradstudio.language.facade import numpy_facade
from gradstudio.language.program import Run, run_program

SETUP = """
a = np.array([[1.0, 2.5, -3.0], [0.25, 4.0, 1.5]])
b = np.array([[2.0, 0.5, 1.0], [1.0, 3.0, 2.0]])
m = np.array([[4.0, 1.0], [1.0, 3.0]])
v = np.array([3.0, 1.0, 2.0, 1.0])
w = np.array([1.0, 2.0, 0.5, 0.25])
k = np.array([3, 1, 2, 1])
h = np.array([True, False, True, True])
c = np.array([1.0 + 2.0j, 3.0 - 1.0j])
g = np.array([1.0, np.nan, 2.0])
p = np.array([0.1, 0.5, 0.9])
"""
ON_ONE = (
    "absolute abs negative positive sign square fabs floor ceil trunc rint fix exp exp2 expm1 sin cos tan sinh cosh "
    "tanh arctan atan arcsinh asinh cbrt deg2rad radians rad2deg degrees sinc signbit isfinite isinf isnan isneginf "
    "isposinf isreal iscomplex logical_not spacing modf frexp all any sum prod max amax min amin mean median std var "
    "ptp argmax argmin argsort sort cumsum cumprod nansum nanprod nanmax nanmin nanmean nanmedian nanstd nanvar "
    "nancumsum nancumprod nanargmax nanargmin count_nonzero size ndim shape ravel transpose permute_dims "
    "matrix_transpose squeeze flip fliplr flipud rot90 copy array asarray asanyarray ascontiguousarray atleast_1d "
    "atleast_2d atleast_3d diff ediff1d gradient unique unique_values unique_counts unique_inverse nonzero "
    "flatnonzero argwhere "
    "trapezoid diag diagonal trace tril triu ones_like zeros_like real imag conj conjugate angle nan_to_num isrealobj "
    "iscomplexobj real_if_close unwrap sort_complex cov corrcoef triu_indices_from tril_indices_from around round "
    "average isscalar trim_zeros"
).split()
ON_FRACTION = "arcsin asin arccos acos arctanh atanh sqrt log log2 log10 log1p reciprocal i0 poly roots".split()
ON_TWO = (
    "add subtract multiply divide true_divide floor_divide mod remainder fmod divmod power pow float_power maximum "
    "minimum fmax fmin hypot arctan2 atan2 copysign heaviside nextafter logaddexp logaddexp2 equal not_equal less "
    "less_equal greater greater_equal logical_and logical_or logical_xor isclose allclose array_equal array_equiv "
    "cumulative_sum:1 outer kron inner vdot vecdot append:1 vstack:2 hstack:2 dstack:2 column_stack:2 stack:2 "
    "concatenate:2 concat:2 block:2 broadcast_arrays meshgrid"
).split()
CALLS = """
arccosh(b + 1.0) | acosh(b + 1.0) | lcm(k, 4) | gcd(k, 6) | bitwise_and(k, 1) | bitwise_or(k, 4) | bitwise_xor(k, 3)
invert(k) | bitwise_not(k) | bitwise_invert(k) | left_shift(k, 1) | right_shift(k, 1) | bitwise_left_shift(k, 1)
bitwise_right_shift(k, 1) | bitwise_count(k) | ldexp(v, k) | clip(a, -1, 2) | where(a > 0, a, b) | where(a > 0)
cumulative_sum(v) | cumulative_prod(v) | arange(3) | arange(1.0, 2.0, 0.25) | arange(2, 9, 3, dtype=np.float32)
zeros(3) | zeros((2, 3), "float32") | ones((2, 2), dtype=int) | empty((0, 2)) | empty_like(np.zeros(0))
full((2, 2), 7.0) | full_like(a, 2.0) | eye(3) | eye(2, 3, 1) | eye(2, dtype=np.int8) | identity(2) | tri(3)
linspace(0.0, 1.0, 5) | linspace(0, 1, num=4, endpoint=False) | logspace(0.0, 2.0, 3) | geomspace(1.0, 8.0, 4)
indices((2, 3)) | vander(v, 3) | tile(v, 2) | tile(a, (2, 1)) | repeat(v, 2) | repeat(a, [1, 2], axis=0)
reshape(a, (3, 2)) | reshape(a, -1) | broadcast_to(v, (2, 4)) | broadcast_shapes((2, 1), (3,)) | expand_dims(v, 0)
moveaxis(np.ones((2, 3, 4)), 0, -1) | rollaxis(np.ones((2, 3, 4)), 2) | swapaxes(a, 0, 1) | roll(v, 1) | pad(v, 2)
pad(a, ((1, 0), (0, 2)), mode="edge") | split(v, 2) | array_split(v, 3) | hsplit(a, 3) | vsplit(a, 2)
dsplit(np.ones((2, 2, 2)), 2) | unstack(a) | delete(v, 1) | insert(v, 1, 9.0) | resize(v, (2, 3)) | take(v, [0, 2])
take_along_axis(a, np.argsort(a, 1), 1) | choose([0, 1], [[1.0, 2.0], [3.0, 4.0]])
compress([True, False], a, axis=0) | extract(v > 1, v) | select([v > 1], [v], 0.0) | partition(v, 1)
argpartition(v, 1).shape | lexsort((v, w)) | searchsorted([1.0, 2.0], v, side="right") | digitize(v, [1.0, 2.0])
bincount(k) | bincount(k, w, 6) | histogram(v, 3) | histogram(v, bins="auto") | histogram2d(v, w, 2)
histogramdd(a, 2) | histogram_bin_edges(v, 3) | percentile(v, 30) | quantile(a, [0.1, 0.5], axis=1)
nanpercentile(g, 50) | nanquantile(g, 0.5) | interp(1.5, [1.0, 2.0], [3.0, 4.0]) | convolve(v, w)
convolve(v, w, "same") | correlate(v, w) | cross([1.0, 2.0, 3.0], p) | dot(a, b.T) | matmul(m, m)
matvec(m, [1.0, 2.0]) | vecmat([1.0, 2.0], m) | tensordot(a, b, axes=([1], [1])) | tensordot(m, m, 1)
einsum("ij,jk->ik", m, m) | einsum("ii", m) | einsum("i,i", v, w) | einsum("ij->j", a)
einsum("ij,kj,kl->il", a, a, m, optimize=True) | polyfit(v, w, 1) | polyval([1.0, 2.0], v)
polyadd([1.0], [2.0, 3.0]) | polysub([1.0], [2.0]) | polymul([1.0, 2.0], [3.0, 4.0])
polydiv([1.0, 2.0, 1.0], [1.0, 1.0]) | polyder([1.0, 2.0, 3.0]) | polyint([1.0, 2.0]) | isin(k, [1, 2])
intersect1d(k, [1, 2]) | union1d(k, [7]) | setdiff1d(k, [1]) | setxor1d(k, [1]) | tril_indices(2) | triu_indices(3, 1)
diag_indices(2) | diag_indices_from(m) | diagflat([1.0, 2.0]) | ix_([0, 1], [0, 2]) | unravel_index(3, (2, 2))
ravel_multi_index(([0, 1], [1, 0]), (2, 2)) | result_type(k, 1.0) | promote_types("float32", "int64")
issubdtype(a.dtype, np.floating) | astype(a, np.float32) | hanning(4) | hamming(4) | blackman(4) | bartlett(4)
kaiser(4, 2.0) | mgrid[0:2, 0:3] | ogrid[0:2, 0:3] | r_[v, 1.0] | c_[v, w] | s_[1:, 0] | linalg.norm(a)
linalg.norm(a, "fro") | linalg.norm(m, ord=2) | linalg.inv(m) | linalg.det(m) | linalg.solve(m, [1.0, 2.0])
linalg.eig(m) | linalg.eigvals(m) | linalg.eigh(m) | linalg.eigvalsh(m) | linalg.cholesky(m) | linalg.qr(m)
linalg.svd(a, full_matrices=False) | linalg.svd(a, compute_uv=False) | linalg.pinv(a) | linalg.matrix_rank(a)
linalg.slogdet(m) | linalg.lstsq(m, [1.0, 2.0], rcond=None)[0] | linalg.cond(m) | linalg.matrix_power(m, 3)
linalg.multi_dot([m, m, m]) | linalg.cross(p, p + 1.0) | linalg.diagonal(m) | linalg.matmul(m, m)
linalg.matrix_norm(m) | linalg.matrix_transpose(m) | linalg.outer(v, w) | linalg.svdvals(m) | linalg.tensordot(m, m)
linalg.tensorinv(m, 1) | linalg.tensorsolve(m, [1.0, 2.0]) | linalg.trace(m) | linalg.vecdot(v, w)
linalg.vector_norm(v) | fft.fft(v) | fft.fft(v, 8) | fft.ifft(c) | fft.rfft(v) | fft.irfft(c) | fft.fft2(a)
fft.ifft2(a) | fft.fftn(a) | fft.ifftn(a) | fft.rfft2(a) | fft.irfft2(m) | fft.rfftn(a) | fft.irfftn(m) | fft.hfft(c)
fft.ihfft(v) | fft.fftfreq(4) | fft.rfftfreq(4, d=0.5) | fft.fftshift(v) | fft.ifftshift(v) | float32(1.5) | int64(3)
bool_(1) | e | pi | inf | euler_gamma | nan | newaxis | sum(a, axis=0) | sum(a, 1, keepdims=True)
sum(a, dtype="float32") | mean(a, (0, 1)) | std(a, ddof=1) | var(a, axis=0, ddof=1) | sum([[1, 2], [3, 4]])
max([1.0, 2.0]) | add(1, 2) | array([1, 2.5]) | array([[1, 2]], float) | array((1, 2), dtype=complex) | array(3.0)
sum(range(4)) | array([v, w]) | sqrt(-1.0 + 0j) | round(1.2345, 2) | finfo(np.float32).eps | iinfo(np.int8).max
random.rand(2) | random.randn(2, 2) | random.randint(0, 9, 4) | random.normal(1.0, 2.0, size=3) | random.choice(5, 3)
random.permutation(4) | random.uniform(size=(2, 2)) | random.default_rng(3).normal(size=2)
random.default_rng(3).integers(0, 9, 4) | random.default_rng(3).choice([1.0, 2.0], 3) | random.RandomState(3).rand(2)
random.default_rng(3).permutation(v) | random.default_rng(3).multivariate_normal([0.0, 1.0], m) | dtype("float32")
random.default_rng(3).random((2, 2)) | random.standard_normal(3) | random.exponential(2.0, 3)
array([np.float32(1), 2.0])
"""
IN_PLACE = "fill_diagonal place putmask put_along_axis"
NO_LONGER = {"in1d", "trapz", "row_stack"}  # gone from newer NumPy, or about to be


def run(text: str) -> Run:
    return run_program(text, {}, lambda printed: None)


def expressions() -> list[str]:
    found = [f"{name}(a)" for name in ON_ONE if name not in ("trim_zeros", "average")]
    found += ["trim_zeros(v)", "average(v, weights=w)"]
    found += [f"{name}(p)" for name in ON_FRACTION]
    for entry in ON_TWO:
        name, _, how = entry.partition(":")
        if name in dir(np) and name != "cumulative_sum":
            found.append(f"{name}([v, w])" if how == "2" else f"{name}(v, w)")
    return found + [part.strip() for line in CALLS.strip().split("\n") for part in line.split(" | ")]


def plainly(calls: list[str], before: str) -> tuple[list[Any], list[Any]]:
    """What a program's expressions give: in a function, where arrays stay arrays, and under plain Python."""
    lines = "".join(f"    found.append({call})\n" for call in calls)
    text = "import numpy as np\ndef go():\n    found = []\n    " + before.strip().replace("\n", "\n    ") + "\n" + lines
    done = run(text + "    return found\nout = go()\n")
    assert done.status == "ok", (done.problems[0].message, text.split("\n")[done.problems[0].span[0] - 1])
    names: dict[str, Any] = {"np": np}
    with np.errstate(all="ignore"):
        exec(before, names)
        return done.variables["out"], [eval(call, names) for call in calls]


def test_every_function_gives_what_plain_numpy_gives() -> None:
    calls = expressions()
    found, expected = plainly([f"np.{call}" for call in calls], SETUP + "np.random.seed(0)\n")

    assert [call for call, x, y in zip(calls, found, expected, strict=True) if not _same(x, y)] == []


def _same(found: Any, expected: Any) -> bool:
    if isinstance(expected, tuple | list):
        return len(found) == len(expected) and all(_same(x, y) for x, y in zip(found, expected, strict=True))
    if isinstance(expected, slice | np.dtype | str | type(None)):
        return bool(found == expected)
    found = np.asarray(found)
    return found.shape == np.shape(expected) and bool(
        np.array_equal(found, expected, equal_nan=found.dtype.kind in "fc")
    )


def test_no_function_is_left_out() -> None:
    called = {re.split(r"[.(\[]", x)[0] for x in expressions()} | set(IN_PLACE.split()) | NO_LONGER

    assert set(numpy_names.NUMPY) - called == set()
    for group, allowed in (("linalg", numpy_names.LINALG), ("fft", numpy_names.FFT)):
        assert {x for x in allowed if not any(call.startswith(f"{group}.{x}(") for call in expressions())} == set()


def test_functions_that_change_an_array_change_it() -> None:
    found, expected = plainly(
        ["a"],
        "a = np.zeros((2, 2))\nnp.fill_diagonal(a, 1.0)\nnp.place(a, a == 0, [5.0])\n"
        "np.putmask(a, a > 4, 3.0)\nnp.put_along_axis(a, np.array([[0], [0]]), 7.0, 1)\n",
    )

    assert found[0].tolist() == expected[0].tolist()


METHODS = (
    "a.sum(0) a.sum(axis=1,keepdims=True) a.mean() a.std(ddof=1) a.var(0) a.max(1) a.min() a.prod() a.any() a.all() "
    "a.argmax(1) a.argmin() a.argsort() a.cumsum(0) a.cumprod() a.dot(b.T) a.reshape(3,2) a.reshape((2,-1)) "
    "a.ravel() a.flatten() a.transpose() a.transpose(1,0) a.T a.mT a.squeeze() a.astype(np.float32) a.astype('int') "
    "a.astype(int) a.clip(0,1) a.copy() a.round(1) a.repeat(2) a.repeat(2,axis=0) a.take([0,1]) a.swapaxes(0,1) "
    "a.diagonal() m.trace() v.nonzero() c.conj() c.real c.imag v.tolist() v[0].item() v.item(1) a.shape a.ndim "
    "a.size a.nbytes v.searchsorted(2.0) a.sum(dtype='float32')"
).split()


def test_methods_of_arrays_give_what_plain_arrays_give() -> None:
    found, expected = plainly(METHODS, SETUP)

    assert [call for call, x, y in zip(METHODS, found, expected, strict=True) if not _same(x, y)] == []


@pytest.mark.parametrize(
    ("name", "words"),
    [
        *[(name, "cannot read or write files") for name in "save savez savetxt loadtxt genfromtxt memmap".split()],
        *[(name, "not its inner modules") for name in "lib ctypeslib f2py testing core ma rec strings typing".split()],
        *[(name, "raw memory") for name in "ndarray require nditer frombuffer nested_iters from_dlpack".split()],
        *[(name, "other runs") for name in "seterr seterrcall set_printoptions setbufsize printoptions".split()],
        *[(name, "write a loop") for name in "vectorize frompyfunc apply_along_axis piecewise fromfunction".split()],
        *[(name, "plain numbers") for name in "object_ str_ void datetime64 bmat matrix longdouble".split()],
        ("load", 'gs.load("name.npy") reads data'),
        ("array2string", "print(x)"),
        ("sine", "did you mean `sin`?"),
        ("random.bytes", "plain numbers"),
        ("random.set_state", "other runs"),
        ("random.Generator", "default_rng(seed)"),
        ("random.randit", "did you mean `randint`?"),
        ("linalg.invv", "did you mean `inv`?"),
        ("linalg.lapack_lite", "is not available"),
    ],
)
def test_what_is_not_there_says_why(name: str, words: str) -> None:
    done = run(f"import numpy as np\nx = 1.0\ny = np.{name}\n")

    assert done.status == ("error" if "did you mean" in words else "refused")
    assert done.problems[0].message.startswith(f"`np.{name}` is not available")
    assert words in done.problems[0].message
    assert done.problems[0].span[0] == 3


@pytest.mark.parametrize(
    ("name", "words"),
    [
        *[(name, "cannot write files") for name in "tofile dump dumps".split()],
        *[
            (name, "raw memory")
            for name in "ctypes data base view resize setflags setfield getfield byteswap put strides flags".split()
        ],
    ],
)
def test_what_an_array_does_not_have_says_why(name: str, words: str) -> None:
    done = run(f"import numpy as np\nx = np.ones(3)\ny = x.{name}\n")

    assert done.status == "refused"
    assert (
        done.problems[0].message
        == f"attribute `{name}` is not available: "
        + {
            "cannot write files": "computation files cannot write files",
            "raw memory": "it reaches the raw memory of arrays",
        }[words]
    )


def test_every_name_that_is_withheld_is_withheld() -> None:
    facade = numpy_facade()
    parts = [facade, *[facade.member(name) for name in ("linalg", "fft", "random")]]

    assert not [name for part in parts for name in part.names() if name in numpy_names.WITHHELD]


NO_NUMBERS = """
np.zeros(3, 'O') | np.zeros(3, dtype='O') | np.zeros(3, 'V8') | np.zeros(3, 'S100') | np.zeros(3, 'U')
np.zeros(3, 'M8[s]') | np.zeros(3, 'm8') | np.zeros(3, 'i4,i4') | np.zeros(3, ',i4') | np.zeros(3, [('x', 'O')])
np.zeros(3, [('x', float)]) | np.zeros(3, {'names': ['x'], 'formats': ['O']}) | np.zeros(3, str) | np.zeros(3, list)
np.zeros(3, dict) | np.zeros(3, dtype=tuple) | np.array([1.0], 'object') | np.array([1.0], object) | np.array(['a'])
np.array('abc') | np.array([None]) | np.array([1, 'a']) | np.array([10**30]) | np.array(10**30)
np.array([[1, 10**30]]) | np.array({}) | np.array({1}) | np.array([{}]) | np.array([[1], [1, 2]])
np.array([lambda: 0]) | np.array(np) | np.array([np]) | np.array(sum) | np.array(i for i in [1])
np.sum(map(abs, [1])) | np.arange(0, 3, 1, 'O') | np.arange(3, dtype='O') | np.full(2, 1.0, 'O') | np.full(2, None)
np.full(2, 'a') | np.full_like([1.0], 'a') | np.linspace(0, 1, 3, dtype='O') | np.eye(2, dtype='O')
np.ones_like([1.0], dtype='O') | np.astype(np.ones(2), 'O') | np.result_type('O') | np.promote_types('O', 'f8')
np.dtype('O') | np.dtype([('a', 'f8')]) | np.sum([1.0], dtype='O') | np.add(1, 2, dtype='O')
np.add(1, 2, signature='OO->O') | np.add(1, 2, sig='OO->O') | np.power(10**30, 2) | np.power([10**30], 2)
np.add([10**30], 1) | np.concatenate([[1.0], ['a']]) | np.concatenate([[1.0], [2.0]], dtype='O')
np.stack([[1.0]], dtype='O') | np.ones(2).astype('O') | np.ones(2).astype('S3') | np.ones(2).astype(str)
np.ones(2).sum(dtype='O') | np.ones(2).mean(dtype='O') | np.ones(2).cumsum(0, 'O') | np.ones(2).trace(0, 0, 1, 'O')
(np.ones(2) * [10**30]).sum() | np.sum(np.ones(2) * [10**30]) | np.pad([1.0], 1, lambda *a: 0)
np.add(1.0, 2.0, np.ones(1)) | np.add(1.0, 2.0, out=np.ones(1)) | np.sum([1.0], out=np.ones(1))
np.ones(2).sum(out=np.ones(1)) | np.random.normal(size=2, out=np.ones(2))
np.random.default_rng(1).random(2, out=np.ones(2)) | np.random.default_rng(1).integers(3, dtype='O')
np.random.randint(3, dtype=str) | np.random.choice(['a', 'b']) | np.unique(['a']) | np.array_split(['a'], 1)
np.where([True], 'a', 'b') | np.isin(['a'], ['a']) | np.select([[True]], ['a']) | np.fromiter([1], 'O')
np.r_['r', 1] | np.mgrid['a'] | np.c_['1', 2] | np.frexp('O') | np.array(1.0, like=np.ones(1)) | np.lexsort((['a'],))
np.sort(['b']) | np.einsum('i', ['a']) | np.array(ValueError('x')) | np.asarray([[[10**40]]]) | np.array(10**400)
np.float64 * 2 | np.array([2**64]) | gs.cast([1.0], 'O') | gs.cast([1.0], 'S5') | gs.cast([1.0], 'U')
gs.cast([1.0], 'M8[s]') | gs.cast([1.0], [('a', 'f8')]) | gs.constant(1.0, dtype='O') | gs.constant([1.0], dtype=str)
gs.constant(['a']) | gs.constant([10**30]) | gs.constant([None]) | gs.constant({}) | gs.zeros(2, 'O')
gs.ones(2, dtype='S3') | gs.eye(2, dtype='O') | gs.fill(2, 'a') | gs.full(2, 1.0, 'V8')
gs.full_like([1.0], 1.0, 'O') | gs.zeros_like([1.0], dtype='O') | gs.ones_like([1.0], dtype='U')
gs.one_hot([1], 2, dtype='O') | gs.sum([1.0], dtype='O') | gs.cumsum([1.0], dtype='O') | gs.mean([1.0], dtype='O')
gs.argmax([1.0], output_type='O') | gs.searchsorted([1.0], [1.0], out_type='O') | gs.sequence_mask([1], dtype='O')
gs.top_k([1.0], index_type='O') | gs.Variable('a') | gs.count_nonzero([1.0], dtype='O')
gs.random.normal((2,), dtype='O') | gs.random.uniform((2,), dtype='S3') | gs.Variable(1.0, dtype='O')
gs.convert_to_tensor([1.0], dtype='O') | gs.arange(3, dtype='O') | gs.constant(np) | gs.add(np, 1.0) | gs.sin('a')
gs.custom_call([1.0]) | gs.TensorArray(size=10**12) | gs.astype([1.0], 'O')
"""


@pytest.mark.parametrize("expression", [x for line in NO_NUMBERS.strip().split("\n") for x in line.split(" | ")])
def test_only_plain_numbers_come_in_and_go_out(expression: str) -> None:
    done = run(f"import numpy as np\nimport gradstudio as gs\nx = {expression}\n")

    assert done.status != "ok", done.variables.get("x")
    assert done.problems[0].span[0] == 3
    assert len(done.problems[0].message) < 300
