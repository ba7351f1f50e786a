"""Linear algebra where the mathematics has an edge: singular, repeated, empty, complex, rank-deficient."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import scipy.linalg

import gradstudio as gs


def numbers(*shape: int, start: float = 0.3) -> np.ndarray:
    k = np.arange(float(np.prod(shape)))
    return np.cos(1.7 * k + 0.37 * k * k + start).reshape(shape)


def gradient(function: Any, value: Any, g: Any = None) -> Any:
    x = gs.constant(value)
    with gs.GradientTape() as tape:
        tape.watch(x)
        y = function(x)
    return tape.gradient(y, x, output_gradients=g).numpy()


def hessian(function: Any, value: Any) -> np.ndarray:
    return np.asarray(gs.hessian(function)(np.asarray(value)))


def rotation(n: int) -> np.ndarray:
    """An orthogonal matrix without zeros."""
    found: np.ndarray = np.linalg.qr(numbers(n, n) + np.eye(n))[0]
    return found


# determinants


@pytest.mark.parametrize(
    ("matrix", "cofactors"),
    [
        ([[1.0, 2.0], [2.0, 4.0]], [[4.0, -2.0], [-2.0, 1.0]]),
        ([[0.0, 0.0], [0.0, 0.0]], [[0.0, 0.0], [0.0, 0.0]]),
        ([[5.0]], [[1.0]]),
        ([[0.0]], [[1.0]]),
        (np.diag([2.0, 3.0, 0.0]), np.diag([0.0, 0.0, 6.0])),
        (np.diag([2.0, 0.0, 0.0]), np.zeros((3, 3))),
        (np.eye(3), np.eye(3)),
    ],
)
def test_the_gradient_of_the_determinant_is_the_cofactors_also_of_singular_matrices(
    matrix: Any, cofactors: Any
) -> None:
    np.testing.assert_allclose(gradient(gs.det, matrix), cofactors, atol=1e-14)


@pytest.mark.parametrize("matrix", [np.zeros((2, 2)), np.ones((2, 2)), np.eye(2), [[1.0, 2.0], [3.0, 4.0]]])
def test_the_hessian_of_a_2_by_2_determinant_is_the_same_everywhere(matrix: Any) -> None:
    # det = a d - b c.
    want = np.zeros((2, 2, 2, 2))
    want[0, 0, 1, 1] = want[1, 1, 0, 0] = 1.0
    want[0, 1, 1, 0] = want[1, 0, 0, 1] = -1.0
    np.testing.assert_allclose(hessian(gs.det, matrix), want, atol=1e-14)


def test_the_hessian_of_a_3_by_3_determinant_of_rank_one_and_its_third_derivative() -> None:
    line = np.diag([2.0, 0.0, 0.0])
    found = hessian(gs.det, line)
    assert found[1, 1, 2, 2] == pytest.approx(2.0)
    assert found[1, 2, 2, 1] == pytest.approx(-2.0)
    assert np.sum(np.abs(found)) == pytest.approx(8.0)
    third = gs.jacrev(gs.jacrev(gs.jacrev(gs.det)))(numbers(3, 3) + 2 * np.eye(3)).numpy()
    assert third[0, 0, 1, 1, 2, 2] == pytest.approx(1.0)
    assert third[0, 1, 1, 2, 2, 0] == pytest.approx(1.0)
    assert third[0, 1, 1, 0, 2, 2] == pytest.approx(-1.0)
    assert np.sum(np.abs(third)) == pytest.approx(36.0)


def test_determinants_of_batches_of_complex_and_of_empty_matrices() -> None:
    stack = numbers(3, 4, 4)
    np.testing.assert_allclose(gs.linalg.det(stack), np.linalg.det(stack))
    np.testing.assert_allclose(
        gradient(gs.det, stack), np.linalg.det(stack)[:, None, None] * np.linalg.inv(stack).swapaxes(1, 2)
    )
    assert gs.det(np.zeros((0, 0))).item() == 1.0
    assert gradient(gs.det, np.zeros((2, 0, 0))).shape == (2, 0, 0)


def test_slogdet_names_sign_and_logarithm_as_numpy_and_tensorflow() -> None:
    found = gs.linalg.slogdet(np.diag([-2.0, 3.0]))
    assert found.sign.item() == -1.0
    assert found.logabsdet.item() == found.log_abs_determinant.item() == pytest.approx(math.log(6.0))
    sign, log = gs.slogdet(np.zeros((2, 2)))
    assert (sign.item(), log.item()) == (0.0, -math.inf)
    np.testing.assert_array_equal(gradient(lambda x: gs.slogdet(x)[0], np.eye(2)), np.zeros((2, 2)))
    np.testing.assert_allclose(gradient(lambda x: np.linalg.slogdet(x)[1], np.diag([-2.0, 4.0])), np.diag([-0.5, 0.25]))
    with pytest.raises(ValueError, match="Singular"):
        gradient(gs.logdet, np.ones((2, 2)))
    # det = z of a complex 1 by 1 matrix: its sign is z / |z|, and Im(sign) of 3 + 4i moves with -12/125 and 9/125.
    got = gradient(lambda x: gs.imag(gs.slogdet(x)[0]), np.array([[3.0 + 4.0j]]))
    np.testing.assert_allclose(got, [[-12 / 125 + 9j / 125]])


# systems of equations


def test_solve_takes_vectors_and_stacks_as_numpy_2() -> None:
    a, stack = numbers(3, 3) + 2 * np.eye(3), numbers(4, 3, 3) + 2 * np.eye(3)
    for x, y in (
        (a, numbers(3)),
        (a, numbers(3, 2)),
        (stack, numbers(3)),
        (stack, numbers(3, 2)),
        (a, numbers(4, 3, 2)),
    ):
        found = gs.solve(x, y)
        np.testing.assert_allclose(found, np.linalg.solve(x, y))
        # Linear in y and of degree -1 in x.
        g = numbers(*found.shape, start=1.0)
        assert np.sum(gradient(lambda v, x=x: gs.solve(x, v), y, g) * y) == pytest.approx(np.sum(g * found.numpy()))
        assert np.sum(gradient(lambda v, y=y: gs.solve(v, y), x, g) * x) == pytest.approx(-np.sum(g * found.numpy()))
    z = a + 1j * numbers(3, 3, start=2.0)
    np.testing.assert_allclose(gs.linalg.solve(z, a, adjoint=True), np.linalg.solve(z.conj().T, a))
    np.testing.assert_allclose(gs.linalg.inv(z, adjoint=True), np.linalg.inv(z.conj().T))


def test_triangular_solve_reads_its_triangle_alone() -> None:
    a, b = numbers(3, 3) + 2 * np.eye(3), numbers(3, 2)
    for lower, triangle in ((True, np.tril(a)), (False, np.triu(a))):
        for adjoint in (False, True):
            want = np.linalg.solve(triangle.T if adjoint else triangle, b)
            np.testing.assert_allclose(gs.linalg.triangular_solve(a, b, lower, adjoint), want)
            got = gradient(lambda x, k=(lower, adjoint): gs.triangular_solve(x, b, lower=k[0], adjoint=k[1]), a)
            np.testing.assert_array_equal(got, np.tril(got) if lower else np.triu(got))
    positive = a @ a.T
    np.testing.assert_allclose(gs.linalg.cholesky_solve(gs.cholesky(positive), b), np.linalg.solve(positive, b))


def test_the_gradient_of_cholesky_is_symmetric_and_right_by_hand() -> None:
    # z = [[sqrt a, 0], [b / sqrt a, sqrt(c - b^2 / a)]] at a = 4, b = 2, c = 10: z = [[2, 0], [1, 3]].
    at = np.array([[4.0, 2.0], [2.0, 10.0]])
    np.testing.assert_array_equal(gs.cholesky(at), [[2.0, 0.0], [1.0, 3.0]])
    np.testing.assert_allclose(gradient(lambda x: gs.cholesky(x)[0, 0], at), [[0.25, 0.0], [0.0, 0.0]], atol=1e-15)
    np.testing.assert_allclose(gradient(lambda x: gs.cholesky(x)[1, 0], at), [[-0.125, 0.25], [0.25, 0.0]], atol=1e-15)
    np.testing.assert_allclose(
        gradient(lambda x: gs.cholesky(x)[1, 1], at), [[0.25 / 6, -0.5 / 6], [-0.5 / 6, 1 / 6]], atol=1e-15
    )
    np.testing.assert_array_equal(np.linalg.cholesky(gs.constant(at), upper=True), [[2.0, 1.0], [0.0, 3.0]])


# pseudo-inverses and least squares


@pytest.mark.parametrize("shape", [(3, 2), (2, 3), (3, 3), (4, 3, 2), (0, 3), (3, 0), (2, 0, 3)])
def test_pinv_of_any_shape_is_numpys_and_of_degree_minus_one(shape: Any) -> None:
    a = numbers(*shape)
    p = np.linalg.pinv(a)
    np.testing.assert_allclose(gs.linalg.pinv(a), p, atol=1e-13)
    g = numbers(*p.shape, start=1.0)
    assert np.sum(gradient(gs.pinv, a, g) * a) == pytest.approx(-np.sum(g * p), abs=1e-12)


def test_pinv_of_a_rank_deficient_matrix_has_the_gradient_at_constant_rank() -> None:
    a = np.outer([1.0, 2.0, 2.0], [3.0, 4.0])
    np.testing.assert_allclose(gs.pinv(a), a.T / 225.0, atol=1e-16)
    # Along u v^T with u and v moving, the rank stays 1 and the pseudo-inverse is v u^T / (u^2 v^2).
    g = numbers(2, 3)

    def of_factors(u: Any, v: Any) -> Any:
        return gs.outer(v, u) / (gs.sum(u * u) * gs.sum(v * v))

    u, v = gs.constant([1.0, 2.0, 2.0]), gs.constant([3.0, 4.0])
    with gs.GradientTape() as tape:
        tape.watch([u, v])
        y = gs.sum(of_factors(u, v) * g)
    want = tape.gradient(y, [u, v])
    through = gradient(gs.pinv, a, g)
    np.testing.assert_allclose(through @ v.numpy(), want[0], atol=1e-14)
    np.testing.assert_allclose(through.T @ u.numpy(), want[1], atol=1e-14)


def test_lstsq_gives_numpys_four_results_and_tensorflows_solution() -> None:
    a, b = numbers(4, 2), numbers(4)
    for rhs in (b, numbers(4, 3)):
        for got, want in zip(gs.lstsq(a, rhs), np.linalg.lstsq(a, rhs, rcond=None), strict=True):
            np.testing.assert_allclose(got, want)
    wide = np.linalg.lstsq(gs.constant(a.T), b[:2], rcond=None)
    for got, want in zip(wide, np.linalg.lstsq(a.T, b[:2], rcond=None), strict=True):
        np.testing.assert_allclose(got, want)
    assert gs.lstsq(np.ones((3, 2)), np.ones(3)).rank.item() == 1
    stack, right = numbers(2, 4, 3), numbers(2, 4, 1)
    np.testing.assert_allclose(gs.linalg.lstsq(stack, right), np.linalg.pinv(stack) @ right)
    ridge = np.linalg.solve(a.T @ a + 0.5 * np.eye(2), a.T @ b[:, None])
    np.testing.assert_allclose(gs.linalg.lstsq(a, b[:, None], l2_regularizer=0.5), ridge)
    wide_ridge = a @ np.linalg.solve(a.T @ a + 0.5 * np.eye(2), b[:2, None])
    np.testing.assert_allclose(gs.linalg.lstsq(a.T, b[:2, None], 0.5), wide_ridge)
    np.testing.assert_allclose(gs.linalg.lstsq(a, b[:, None], 0.5, fast=False), np.linalg.pinv(a) @ b[:, None])
    # The smallest squared distance moves with twice the remainder.
    off = b - a @ np.linalg.pinv(a) @ b
    np.testing.assert_allclose(gradient(lambda v: gs.lstsq(a, v).residuals[0], b), 2 * off, atol=1e-14)


# factors


@pytest.mark.parametrize("shape", [(3, 3), (4, 2), (2, 4), (3, 4, 2), (3, 0), (0, 3)])
@pytest.mark.parametrize("mode", ["reduced", "complete", "r"])
def test_qr_is_numpys(shape: Any, mode: Any) -> None:
    a = numbers(*shape)
    found, want = gs.qr(a, mode=mode), np.linalg.qr(a, mode=mode)
    if mode == "r":
        np.testing.assert_allclose(found, want)
        return
    np.testing.assert_allclose(found.Q, want.Q, atol=1e-14)
    np.testing.assert_allclose(found.R, want.R, atol=1e-14)
    g = numbers(*shape, start=2.0)
    product = gradient(lambda x: gs.matmul(*gs.linalg.qr(x, full_matrices=mode == "complete")), a, g)
    np.testing.assert_allclose(product, g, atol=1e-13)


def test_what_the_further_columns_span_has_a_gradient() -> None:
    a, g = numbers(4, 2), numbers(4, 4, start=1.0)
    want = gradient(lambda x: -gs.matmul(x, gs.pinv(x)), a, g)  # the rest of the identity
    found = [
        gradient(
            lambda x: gs.matmul(
                gs.qr(x, mode="complete").Q[:, 2:], gs.qr(x, mode="complete").Q[:, 2:], transpose_b=True
            ),
            a,
            g,
        ),
        gradient(lambda x: gs.matmul(gs.svd(x).U[:, 2:], gs.svd(x).U[:, 2:], transpose_b=True), a, g),
        gradient(lambda x: gs.matmul(gs.svd(x).Vh[2:], gs.svd(x).Vh[2:], transpose_a=True), a.T, g).T,
    ]
    for got in found:
        np.testing.assert_allclose(got, want, atol=1e-13)
    u, _, vh = np.linalg.svd(a)
    np.testing.assert_array_equal(gs.svd(a).U, u)
    np.testing.assert_array_equal(gs.svd(a.T).Vh, np.linalg.svd(a.T)[2])
    np.testing.assert_array_equal(gs.svd(a).Vh, vh)


EQUAL = [np.eye(3), np.diag([1.0, 1.0, 2.0]), np.zeros((2, 2)), rotation(3) @ np.diag([1.0, 1.0, 2.0]) @ rotation(3).T]


@pytest.mark.parametrize("matrix", EQUAL)
def test_functions_of_equal_eigenvalues_have_their_true_gradient(matrix: np.ndarray) -> None:
    def squared(x: Any) -> Any:
        w, v = gs.linalg.eigh(x)
        return gs.matmul(v * w * w, v, transpose_b=True)

    n = len(matrix)
    g = numbers(n, n) + numbers(n, n).T
    np.testing.assert_allclose(gradient(lambda x: gs.sum(gs.eigvalsh(x)), matrix), np.eye(n), atol=1e-13)
    np.testing.assert_allclose(gradient(lambda x: gs.sum(gs.eigvalsh(x) ** 2), matrix), 2 * matrix, atol=1e-13)
    # v diag(w^2) v^T is x x where eigenvalues differ; where all are equal, what passes through equal ones is cut.
    if np.ptp(np.linalg.eigvalsh(matrix)) == 0.0:
        assert np.all(np.isfinite(gradient(squared, matrix, g)))
    np.testing.assert_allclose(
        gradient(lambda x: gs.matmul(gs.eigh(x)[1], gs.eigh(x)[1], transpose_b=True), matrix, g), 0.0, atol=1e-12
    )


def test_the_gradient_of_eigenvalues_is_symmetric_whichever_triangle_is_read() -> None:
    s = np.array([[2.0, 1.0], [1.0, 2.0]])  # eigenvalues 1 and 3, vectors (1, -1) and (1, 1) over sqrt 2
    for uplo in (None, "L", "U"):
        np.testing.assert_allclose(gs.eigvalsh(s, UPLO=uplo), [1.0, 3.0])
        np.testing.assert_allclose(gradient(lambda x, u=uplo: gs.eigvalsh(x, UPLO=u)[1], s), np.full((2, 2), 0.5))
        np.testing.assert_allclose(gradient(lambda x, u=uplo: gs.eigh(x, UPLO=u)[0][0], s), [[0.5, -0.5], [-0.5, 0.5]])
    lower = np.array([[2.0, 7.0], [1.0, 2.0]])
    np.testing.assert_allclose(np.linalg.eigvalsh(gs.constant(lower), UPLO="L"), [1.0, 3.0])
    np.testing.assert_allclose(gs.eigvalsh(lower), [-2.0, 6.0])  # both triangles: (1 + 7) / 2 off the diagonal


def test_functions_of_hermitian_matrices_have_their_true_gradient() -> None:
    z = numbers(3, 3) + 1j * numbers(3, 3, start=2.0)
    h, g = z + z.conj().T, numbers(3, 3, start=1.0) + 1j * numbers(3, 3, start=4.0)

    def squared(x: Any) -> Any:
        w, v = gs.eigh(x)
        return gs.matmul(v * gs.cast(w * w, gs.complex128), v, adjoint_b=True)

    def directly(x: Any) -> Any:
        x = 0.5 * (x + gs.linalg.adjoint(x))
        return gs.matmul(x, x)

    np.testing.assert_allclose(gradient(squared, h, g), gradient(directly, h, g), atol=1e-12)
    assert gs.eigvalsh(h).dtype == np.float64


@pytest.mark.parametrize("shape", [(3, 3), (4, 2), (2, 4), (2, 4, 3), (0, 2), (2, 0)])
def test_singular_values_and_vectors_in_both_orders(shape: Any) -> None:
    a = numbers(*shape)
    for full in (True, False):
        for got, want in zip(np.linalg.svd(gs.constant(a), full), np.linalg.svd(a, full), strict=True):
            np.testing.assert_allclose(got, want, atol=1e-14)
    s, u, v = gs.linalg.svd(a)
    np.testing.assert_allclose(gs.matmul(u * s[..., None, :], v, transpose_b=True), a, atol=1e-14)
    np.testing.assert_allclose(gs.linalg.svd(a, compute_uv=False), np.linalg.svd(a)[1], atol=1e-14)
    np.testing.assert_allclose(np.linalg.svdvals(gs.constant(a)), np.linalg.svdvals(a), atol=1e-14)


@pytest.mark.parametrize("matrix", [np.eye(3), rotation(3), 2.0 * rotation(4)[:, :2], np.zeros((2, 2))])
def test_equal_singular_values_give_no_nan_and_functions_of_the_values_their_true_gradient(matrix: Any) -> None:
    g = numbers(*matrix.shape)

    def again(x: Any) -> Any:
        s, u, v = gs.linalg.svd(x)
        return gs.matmul(u * s, v, transpose_b=True)

    assert np.all(np.isfinite(gradient(again, matrix, g)))
    np.testing.assert_allclose(gradient(lambda x: gs.sum(gs.svdvals(x) ** 2), matrix), 2 * matrix, atol=1e-13)
    if np.any(matrix):  # the sum of the singular values: u v^T
        u, _, vh = np.linalg.svd(matrix, full_matrices=False)
        np.testing.assert_allclose(gradient(lambda x: gs.sum(gs.svdvals(x)), matrix), u @ vh, atol=1e-13)


# functions of matrices


def test_the_exponential_of_matrices_known_by_hand() -> None:
    np.testing.assert_allclose(gs.linalg.expm([[0.0, 1.0], [0.0, 0.0]]), [[1.0, 1.0], [0.0, 1.0]])
    np.testing.assert_allclose(gs.expm(np.zeros((2, 2))), np.eye(2))
    turn = gs.expm([[0.0, -1.0], [1.0, 0.0]])
    np.testing.assert_allclose(turn, [[math.cos(1), -math.sin(1)], [math.sin(1), math.cos(1)]], atol=1e-15)
    np.testing.assert_allclose(gs.expm([[3.0]]), [[math.exp(3.0)]])
    np.testing.assert_allclose(gs.expm(np.array([[1, 0], [0, 2]])), np.diag(np.exp([1.0, 2.0])))
    assert gs.expm(np.zeros((3, 0, 0))).shape == (3, 0, 0)
    assert gradient(gs.expm, np.zeros((0, 0))).shape == (0, 0)
    stack = np.stack([numbers(4, 4), 30.0 * numbers(4, 4), 1e-9 * numbers(4, 4)])
    np.testing.assert_allclose(gs.expm(stack), scipy.linalg.expm(stack), rtol=1e-11)


def test_the_gradient_of_the_exponential_at_every_size_of_cotangent() -> None:
    a = numbers(3, 3)
    trace = gradient(lambda x: gs.trace(gs.expm(x)), a)
    np.testing.assert_allclose(trace, scipy.linalg.expm(a).T, rtol=1e-13)
    for size in (1e-12, 1.0, 1e12):
        got = gradient(gs.expm, a, size * numbers(3, 3, start=1.0))
        want = scipy.linalg.expm_frechet(a.T, size * numbers(3, 3, start=1.0), compute_expm=False)
        np.testing.assert_allclose(got, want, rtol=1e-12, atol=1e-14 * size)
    np.testing.assert_array_equal(gradient(gs.expm, a, np.zeros((3, 3))), np.zeros((3, 3)))
    # exp of a number: every derivative is exp again.
    third = gs.jacrev(gs.jacrev(gs.jacrev(lambda t: gs.expm(gs.reshape(t, (1, 1)))[0, 0])))(0.5)
    assert third.item() == pytest.approx(math.exp(0.5))


@pytest.mark.parametrize("n", [-3, -1, 0, 1, 2, 5])
def test_matrix_powers_and_the_gradient_of_their_trace(n: int) -> None:
    a = numbers(3, 3) + 2 * np.eye(3)
    np.testing.assert_allclose(gs.linalg.matrix_power(a, n), np.linalg.matrix_power(a, n))
    got = gradient(lambda x: gs.trace(gs.matrix_power(x, n)), a)
    np.testing.assert_allclose(got, n * np.linalg.matrix_power(a, n - 1).T, atol=1e-13)


def test_traces_of_other_diagonals_and_axes() -> None:
    a = numbers(2, 3, 4)
    np.testing.assert_allclose(gs.linalg.trace(a), np.linalg.trace(a))
    np.testing.assert_allclose(np.linalg.trace(gs.constant(a), offset=-1), np.linalg.trace(a, offset=-1))
    np.testing.assert_allclose(np.trace(gs.constant(a), 1, 0, 2), np.trace(a, 1, 0, 2))
    np.testing.assert_array_equal(gradient(lambda x: gs.trace(x, offset=1), np.zeros((2, 3))), np.eye(2, 3, 1))
    np.testing.assert_array_equal(gradient(lambda x: gs.trace(x, offset=7), np.zeros((2, 3))), np.zeros((2, 3)))
    np.testing.assert_array_equal(gs.linalg.matrix_transpose(a), a.swapaxes(1, 2))
    np.testing.assert_array_equal(gs.linalg.adjoint(a + 1j), (a - 1j).swapaxes(1, 2))


@pytest.mark.parametrize(
    "function",
    [
        gs.inv,
        gs.pinv,
        gs.cholesky,
        gs.expm,
        gs.eigvalsh,
        gs.logdet,
        gs.trace,
        lambda x: gs.solve(x, x),
        lambda x: gs.qr(x).R,
    ],
)
def test_batches_of_none_and_matrices_without_elements_have_gradients_of_their_shape(function: Any) -> None:
    for shape in ((0, 2, 2), (3, 0, 0), (0, 0)):
        assert gradient(function, np.zeros(shape)).shape == shape


@pytest.mark.parametrize(
    ("call", "kind", "text"),
    [
        (lambda: gs.inv(np.ones((2, 2))), np.linalg.LinAlgError, "inv: Singular matrix: .*pinv"),
        (lambda: gs.inv(np.ones((2, 3))), ValueError, "inv: it needs square matrices .* not 2 by 3 ones"),
        (lambda: gs.solve(np.ones((2, 2)), np.ones(2)), np.linalg.LinAlgError, "solve: Singular matrix"),
        (lambda: gs.solve(np.ones((2, 3)), np.ones(2)), ValueError, "solve: it needs square matrices"),
        (lambda: gs.triangular_solve(np.zeros((2, 2)), np.ones(2)), np.linalg.LinAlgError, "Singular matrix"),
        (lambda: gs.det(np.ones((2, 3))), ValueError, "det: it needs square matrices .* not 2 by 3 ones"),
        (lambda: gs.det(np.ones(3)), ValueError, r"det: it needs square matrices .* not shape \[3\]"),
        (lambda: gs.logdet(np.ones((2, 3))), ValueError, "logdet: it needs square matrices"),
        (lambda: gs.slogdet(np.ones((2, 3))), ValueError, "^slogdet: it needs square matrices"),
        (lambda: gs.trace(np.ones(3)), ValueError, r"trace: it needs matrices .* not shape \[3\]"),
        (lambda: gs.cholesky(-np.eye(2)), np.linalg.LinAlgError, "cholesky: Matrix is not positive definite"),
        (lambda: gs.cholesky(np.ones((2, 3))), ValueError, "cholesky: it needs square matrices"),
        (lambda: gs.eigh(np.ones((2, 3))), ValueError, "^eigh: it needs square matrices"),
        (lambda: gs.eigh(np.eye(2), UPLO="X"), ValueError, '^eigh: UPLO must be "L", "U" or None'),
        (lambda: gs.qr(np.eye(2), mode="raw"), ValueError, "qr: mode must be"),
        (lambda: gs.qr(1j * np.eye(2)), TypeError, "^qr: it takes real matrices"),
        (lambda: gs.svd(1j * np.eye(2)), TypeError, "^svd: it takes real matrices"),
        (lambda: gs.svd(np.ones(3)), ValueError, r"^svd: it needs matrices .* not shape \[3\]"),
        (lambda: gs.expm(np.ones((2, 3))), ValueError, "expm: it needs square matrices"),
        (lambda: gs.matrix_power(np.eye(2), 0.5), TypeError, "matrix_power: n must be a whole number, not 0.5"),
        (lambda: gs.matrix_power(np.ones((2, 2)), -1), np.linalg.LinAlgError, "matrix_power: Singular matrix"),
        (lambda: gs.lstsq(np.ones((2, 2)), np.ones(3)), ValueError, r"lstsq: shapes \[2,2\] and \[3\] do not fit"),
    ],
)
def test_matrices_that_do_not_fit_say_why_in_one_line(call: Any, kind: type[Exception], text: str) -> None:
    with pytest.raises(kind, match=text) as raised:
        call()
    assert "\n" not in str(raised.value)
