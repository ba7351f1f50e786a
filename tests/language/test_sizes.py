"""What would not fit or never end: one line that says how much it needs, before anything is allocated."""

from __future__ import annotations

import numpy as np
import pytest

from gradstudio.engine.problem import Problem
from gradstudio.language.diagnostics import explain
from gradstudio.language.program import Run, run_program
from gradstudio.language.sizes import bytes_in_words, joined_dims, shape_from, shape_in_words

SETUP = """import math
import numpy as np
import gradstudio as gs
def far(*shape): return np.broadcast_to(1.0, shape)
shared = [1.0]
for i in range(50): shared = [shared, shared]
loop = []
loop.append(loop)
"""
LINE = SETUP.count("\n") + 1

MEMORY = """
np.ones((10**6, 10**6)) | np.zeros(10**10) | np.zeros((2,) * 40) | np.full((10**5, 10**5), 1.0) | np.empty(10**12)
np.eye(10**6) | np.identity(10**6) | np.identity(10**5, float) | np.arange(10**12) | np.arange(0, 1, 1e-18)
np.linspace(0, 1, 10**12) | np.logspace(0, 1, 10**12) | np.geomspace(1, 2, num=10**12) | np.tri(10**6)
np.vander(np.ones(10**5), 10**5) | np.tile([1.0], 10**12) | np.tile(np.ones(10**4), (10**4, 10**4))
np.repeat([1.0], 10**12) | np.repeat(1.0, repeats=10**12) | np.repeat(far(3, 10**4), [10**6, 1, 1], axis=0)
np.outer(far(10**6), far(10**6)) | np.kron(far(10**6), far(10**6)) | np.meshgrid(*[np.ones(10**3)] * 6)
np.pad([1.0], 10**12) | np.pad(np.ones((2, 2)), ((10**6, 0), (0, 10**6)))
np.einsum('i,j,k->ijk', far(10**4), far(10**4), far(10**4)) | np.einsum('i,j', far(10**6), far(10**6))
np.broadcast_to(1.0, (10**6, 10**6)) | np.broadcast_arrays(far(10**6, 1), far(1, 10**6))
np.add(far(10**6, 1), far(1, 10**6)) | np.where(far(10**6, 1) > 0, far(10**6), 0.0) | np.stack([far(10**7)] * 100)
np.concatenate([far(10**7)] * 100) | np.array([far(10**7)] * 100) | np.block([[far(10**7)] * 100])
np.cov(far(10**5, 2)) | np.corrcoef(far(10**5, 2)) | np.histogram([1.0], 10**12) | np.histogram2d([1.0], [1.0], 10**6)
np.histogramdd([[1.0, 2.0, 3.0]], 10**4) | np.bincount([10**12]) | np.bincount([1], minlength=10**12)
np.resize([1.0], 10**12) | np.percentile(far(10**4, 10), far(10**6), axis=1) | np.fft.fft([1.0], 10**12)
np.fft.fft2([[1.0]], s=(10**6, 10**6)) | np.fft.fftfreq(10**12) | np.polyfit(far(10**5), far(10**5), 10**5)
np.linalg.svd(far(10**6, 2)) | np.tensordot(far(10**6), far(10**6), 0) | np.inner(far(10**6, 1), far(10**6, 1))
np.dot(far(10**6, 1), far(1, 10**6)) | far(10**6, 1) @ far(1, 10**6) | np.random.normal(size=10**12)
np.random.normal(0.0, 1.0, 10**12) | np.random.rand(10**6, 10**6) | np.random.randint(0, 5, (10**6, 10**6))
np.random.default_rng(0).integers(0, 5, 10**12) | np.random.permutation(10**12)
np.random.choice(10**12, 3, replace=False)
np.random.multivariate_normal([0.0] * 2, [[1.0, 0.0], [0.0, 1.0]], 10**10) | np.indices((10**5, 10**5))
np.triu_indices(10**6) | np.mgrid[0:10**6, 0:10**6] | np.r_[0:10**12] | np.append(far(10**8), far(10**8))
np.diag(far(10**6)) | np.diagflat(far(10**6)) | np.hanning(10**12) | np.ones(3).repeat(10**12)
np.take([1.0], far(10**8).astype(int) * 0 if False else np.broadcast_to(0, (10**5, 10**5))) | gs.ones((10**6, 10**6))
gs.zeros(10**10) | gs.fill((10**6, 10**6), 1.0) | gs.full((10**6, 10**6), 1.0) | gs.eye(10**6) | gs.range(10**12)
gs.arange(0, 1, 1e-18) | gs.linspace(0.0, 1.0, 10**12) | gs.tile([1.0], 10**12) | gs.tile([[1.0]], [10**6, 10**6])
gs.repeat([1.0], 10**12) | gs.broadcast_to(1.0, (10**6, 10**6)) | gs.one_hot([1], 10**12)
gs.keras.one_hot([1], 10**12) | gs.sequence_mask([10**12]) | gs.sequence_mask([1], 10**12)
gs.pad([1.0], [[10**12, 0]]) | gs.meshgrid(far(10**6), far(10**6)) | gs.outer(far(10**6), far(10**6))
gs.tensordot(far(10**6), far(10**6), 0) | gs.einsum('i,j->ij', far(10**6), far(10**6)) | gs.diag(far(10**6))
gs.linalg.diag(far(10**6)) | gs.signal.fft([1.0 + 0j], 10**12)
gs.image.resize(np.ones((1, 2, 2, 1)), (10**6, 10**6)) | gs.unsorted_segment_sum([1.0], [0], 10**12)
gs.scatter_nd([[0]], [1.0], [10**12]) | gs.random.normal((10**6, 10**6)) | gs.random.uniform(shape=(10**6, 10**6))
gs.random.poisson(10**12, 3.0) | gs.percentile(far(10**4, 10), far(10**6), axis=1)
gs.matmul(far(10**6, 1), far(1, 10**6))
"""
WORK = """
np.einsum('i,j,k,l->', far(10**4), far(10**4), far(10**4), far(10**4)) | np.convolve(far(10**6), far(10**6))
np.polyval(far(10**6), far(10**6)) | np.correlate(far(10**6), far(10**6), 'full') | far(8000, 8000) @ far(8000, 8000)
np.matmul(far(8000, 8000), far(8000, 8000)) | np.dot(far(8000, 8000), far(8000, 8000))
far(8000, 8000).dot(far(8000, 8000)) | np.roots(far(10**4)) | np.poly(far(10**7)) | np.polymul(far(10**6), far(10**6))
np.linalg.svd(far(5000, 5000)) | np.linalg.inv(far(9000, 9000)) | np.linalg.eig(far(3000, 3000))
np.linalg.solve(far(9000, 9000), far(9000)) | np.linalg.lstsq(far(9000, 9000), far(9000), rcond=None)
np.linalg.cholesky(far(11000, 11000)) | np.linalg.norm(far(6000, 6000), 2) | np.linalg.norm(far(6000, 6000), 'nuc')
np.linalg.pinv(far(6000, 6000)) | np.linalg.cond(far(6000, 6000)) | np.linalg.matrix_power(far(2000, 2000), 2**63)
np.random.multivariate_normal(far(5000), far(5000, 5000)) | gs.linalg.inv(far(9000, 9000))
gs.linalg.svd(far(5000, 5000)) | gs.linalg.eigh(far(5000, 5000)) | gs.linalg.expm(far(5000, 5000))
gs.convolve(far(10**6), far(10**6)) | gs.nn.conv2d(far(1, 1000, 1000, 64), far(11, 11, 64, 256))
gs.matrix_power(far(1000, 1000), 10**90) | gs.matmul(far(8000, 8000), far(8000, 8000))
gs.matmul(far(8000, 8000), far(8000, 8000), transpose_b=True)
"""
CLEAR = [
    ("np.arange(0, float('inf'))", "must be finite"),
    ("np.arange(0, 1, float('nan'))", "must be finite"),
    ("np.arange(0, 1, 0)", "zero"),
    ("np.zeros(-1)", "negative"),
    ("np.int8(1000)", "out of bounds"),
    ("np.array([1], dtype='int8') + 300", "out of bounds"),
    ("np.zeros(float('nan'))", "nan"),
    ("np.zeros(10**400)", "1,329 bits"),
    ("np.zeros((1,) * 70)", "64"),
    ("np.sum(np.ones(3), axis=10**9)", "axis 1000000000 is out of bounds"),
    ("np.transpose(np.ones((2, 2)), tuple(range(10**5)))", "64"),
    ("np.einsum('a,b,c,d,e,f,g,h,i,j,k->', *[np.ones(2)] * 11, optimize='optimal')", "at most 10 arrays"),
    ("np.polyder(np.ones(10), 10**9)", "at most 1,000 times"),
    ("np.polyint([1.0], m=10**9)", "at most 1,000 times"),
    ("np.diff(np.ones(10), n=10**9)", "at most 1,000 times"),
    ("gs.diff(np.ones(10), 10**9)", "at most 1,000 times"),
    ("np.array_split([1.0], 10**9)", "at most 100,000 parts"),
    ("gs.split(np.ones(10), 10**9)", "at most 100,000 parts"),
    ("gs.dynamic_partition([1.0], [0], 10**9)", "at most 100,000 parts"),
    ("np.linalg.multi_dot([np.ones((2, 2))] * 10**4)", "at most 60 matrices"),
    ("np.select([True] * 2000, [1.0] * 2000)", "at most 1,000 conditions"),
    ("np.array(range(10**8))", "10,000,000"),
    ("np.sum([range(10**6)] * 100)", "10,000,000"),
    ("np.array(shared)", "10,000,000"),
    ("np.random.choice(shared)", "10,000,000"),
    ("gs.constant(shared)", "10,000,000"),
    ("np.array(loop)", "64 deep"),
    ("gs.constant(loop)", "64 deep"),
    ("np.add.reduce([1.0])", "attribute `reduce`"),
    ("math.factorial(10**9)", "too long"),
    ("math.comb(10**9, 10**8)", "too long"),
    ("math.factorial(np.int64(10**8))", "too long"),
    ("math.comb(n=10**8, k=10**7)", "too long"),
    ("math.perm(10**6, 10**5)", "too long"),
    ("math.prod([2**30000] * 9)", "too long"),
    ("math.lcm(*[3**15000, 5**15000, 7**15000])", "too long"),
]


def run(text: str, memory: int = 1 << 30) -> Run:
    return run_program(text, {}, lambda printed: None, memory=memory)


def outcome(text: str) -> tuple[str, Problem]:
    """How a run ended; the run itself has values that a failing assertion could not show."""
    done = run(text)
    return done.status, done.problems[0] if done.problems else Problem("info", "none", "")


def parts(table: str) -> list[str]:
    return [part for line in table.strip().split("\n") for part in line.split(" | ")]


@pytest.mark.parametrize("expression", parts(MEMORY))
def test_a_result_that_does_not_fit_is_refused_with_its_shape(expression: str) -> None:
    status, problem = outcome(f"{SETUP}x = {expression}\n")

    assert status == "limited", problem
    assert problem.span[0] == LINE
    assert problem.message.startswith("needs about ")
    assert problem.message.endswith("; the limit is 1 GiB")
    assert " for shape (" in problem.message


@pytest.mark.parametrize("expression", parts(WORK))
def test_a_computation_that_takes_too_long_is_refused_with_its_shapes(expression: str) -> None:
    status, problem = outcome(f"{SETUP}x = {expression}\n")

    assert status == "limited", problem
    assert problem.span[0] == LINE
    assert " operations for shape" in problem.message
    assert "the limit is 3e+11" in problem.message


@pytest.mark.parametrize(("expression", "words"), CLEAR)
def test_absurd_arguments_are_one_clear_line(expression: str, words: str) -> None:
    status, problem = outcome(f"{SETUP}x = {expression}\n")

    assert status in ("error", "limited", "refused"), problem
    assert problem.span[0] == LINE
    assert words in problem.message
    assert "\n" not in problem.message
    assert len(problem.message) < 300


HONEST = """
np.ones((100, 100)) | np.power(2, 10**9) | math.comb(10**5, 2) | math.factorial(200)
np.broadcast_to(1.0, (1000, 1000)).shape
np.einsum('ij,jk,kl->il', np.ones((3, 4)), np.ones((4, 5)), np.ones((5, 2)))
np.linalg.matrix_power(np.eye(2), 10**15) | far(3000, 4).T @ far(3000, 5) | np.random.choice(10**12, 3)
np.linalg.svd(np.ones((3, 2))) | gs.matmul(np.ones((2, 3)), np.ones((2, 3)), transpose_b=True)
np.arange(10.0, 0.0, -0.5) | np.repeat([1.0, 2.0], [0, 3]) | np.pad(np.ones((2, 3)), 1) | np.kron(2.0, [1.0])
np.tile(3.0, 2) | np.bincount([]) | np.percentile([1.0, 2.0], [50]) | np.array([[1, 2], [3, 4]], dtype=float)
np.array([True, False]) | np.array([1.0, 2**60]) | np.array([]) | np.zeros(0) | np.zeros(()) | np.ones([2, 3])
np.zeros(np.int64(3)) | np.zeros((np.int64(3), 2)) | gs.zeros(gs.constant([2, 3]))
gs.ones(gs.shape(np.ones((2, 2)))) | np.sum(range(10**6)) | np.mean((1, 2)) | np.diag([1.0, 2.0])
np.diag(np.ones((2, 2))) | np.vander([1.0, 2.0]) | np.outer([1, 2], [3, 4]) | np.meshgrid([1.0], [2.0])
np.concatenate(([1.0], [2.0]))
"""


def test_what_fits_runs() -> None:
    lines = "".join(f"r{i} = {part}\n" for i, part in enumerate(parts(HONEST)))
    status, problem = outcome(SETUP + lines)

    assert status == "ok", (problem, lines.split("\n")[problem.span[0] - LINE])


def test_a_smaller_limit_of_memory_holds_for_every_call() -> None:
    done = run("import numpy as np\nx = np.ones(10**6)\ny = np.ones(3 * 10**6)\n", memory=16 << 20)

    assert done.problems[0].message == "needs about 22.89 MiB for shape (3000000,); the limit is 16 MiB"
    assert done.problems[0].span[0] == 3


def test_a_run_that_ran_out_of_memory_keeps_nothing() -> None:
    done = run("import numpy as np\nkept = np.ones(10)\nx = np.ones(10**12)\n")

    assert (done.variables, done.recorder) == ({}, None)


@pytest.mark.parametrize("sharing", ["gs.sum(a)", "gs.Variable(a)", "gs.nest.flatten(a)", "gs.grad(gs.sin)(a)"])
def test_lists_that_hold_themselves_are_no_structure(sharing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("structure", "tensor"):
        monkeypatch.setattr(f"gradstudio.engine.{module}.MOST", 1000)
    done = run(f"import gradstudio as gs\na = []\na.append(a)\nx = {sharing}\n")

    assert done.status == "limited"
    assert "lists" in done.problems[0].message


@pytest.mark.parametrize(
    ("shape", "words"),
    [
        ((10**6, 10**6), "needs about 7.28 TiB for shape (1000000, 1000000); the limit is 1 GiB"),
        ((1000, 30000), "needs 229 MiB more for shape (1000, 30000), which the limit of 1 GiB has no room for"),
    ],
)
def test_what_numpy_cannot_allocate_is_said_with_its_shape(shape: tuple[int, ...], words: str) -> None:
    error = np._core._exceptions._ArrayMemoryError(shape, np.dtype(float))  # type: ignore[attr-defined]

    assert explain(error, "<program>", "", [], 1 << 30).message == words


def test_sizes_and_shapes_in_words() -> None:
    assert [bytes_in_words(n) for n in (512, 1 << 20, 1 << 30, 8 * 10**12, 10**400)] == [
        "512 bytes", "1 MiB", "1 GiB", "7.3 TiB", "1e+300 EiB",
    ]  # fmt: skip
    assert shape_in_words((3,)) == "(3,)"
    assert shape_in_words((2,) * 12) == "(2, 2, 2, 2, 2, 2, 2, 2, …)"
    assert joined_dims([(3, 1), (4,), ()]) == (3, 4)
    assert shape_from(np.array([2, 3])) == (2, 3)
    with pytest.raises(ValueError, match="no negative sizes"):
        shape_from((2, -1))
    with pytest.raises(TypeError, match=r"whole number, not 1\.5"):
        shape_from(1.5)
