"""Products of arrays: NumPy's numbers at every rank, gradients at edges by hand, and errors in one line."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import gradstudio as gs
from gradstudio.engine.ops.chains import _cheapest_cuts


def numbers(*shape: int, start: float = 0.3) -> np.ndarray:
    k = np.arange(float(np.prod(shape)))
    return np.cos(1.7 * k + 0.37 * k * k + start).reshape(shape)


def gradients(function: Any, *values: Any, g: Any = None) -> list[Any]:
    sources = [gs.constant(v) for v in values]
    with gs.GradientTape() as tape:
        tape.watch(sources)
        y = function(*sources)
    return [None if d is None else d.numpy() for d in tape.gradient(y, sources, output_gradients=g)]


RANKS = [(), (3,), (2, 3), (2, 2, 3), (1, 2, 2, 3)]
RIGHT = [(), (3,), (3, 2), (2, 3, 2), (2, 1, 3, 2)]


@pytest.mark.parametrize("left", RANKS)
@pytest.mark.parametrize("right", RIGHT)
def test_dot_is_numpys_at_every_rank_and_its_gradient_keeps_the_bilinear_form(left: Any, right: Any) -> None:
    a, b = numbers(*left)[()], numbers(*right, start=1.1)[()]
    np.testing.assert_allclose(gs.dot(a, b), np.dot(a, b), rtol=1e-14)
    g = numbers(*np.shape(np.dot(a, b)), start=2.0)[()]
    ga, gb = gradients(gs.dot, a, b, g=g)
    assert ga.shape == np.shape(a)
    assert gb.shape == np.shape(b)
    # Bilinear: both gradients paired with their inputs give the cotangent paired with the result.
    assert np.sum(ga * a) == pytest.approx(np.sum(g * np.dot(a, b)))
    assert np.sum(gb * b) == pytest.approx(np.sum(g * np.dot(a, b)))


@pytest.mark.parametrize("left", RANKS)
@pytest.mark.parametrize("right", RANKS)
def test_inner_and_kron_are_numpys_at_every_rank(left: Any, right: Any) -> None:
    a, b = numbers(*left)[()], numbers(*right, start=1.1)[()]
    for ours, theirs in ((gs.inner, np.inner), (gs.kron, np.kron), (gs.outer, np.outer)):
        want = theirs(a, b)
        np.testing.assert_allclose(ours(a, b), want, rtol=1e-14)
        assert ours(a, b).shape == np.shape(want)
        ga, gb = gradients(ours, a, b, g=want)
        assert np.sum(ga * a) == pytest.approx(np.sum(want * want))
        assert np.sum(gb * b) == pytest.approx(np.sum(want * want))


@pytest.mark.parametrize(
    "shapes",
    [((3,), (3,)), ((2, 3), (3,)), ((3,), (3, 2)), ((4, 2, 3), (3,)), ((3,), (4, 3, 2)), ((4, 1, 2, 3), (5, 3, 2))],
)
def test_matmul_takes_vectors_and_broadcasts_as_numpy(shapes: Any) -> None:
    a, b = numbers(*shapes[0]), numbers(*shapes[1], start=1.0)
    np.testing.assert_allclose(gs.matmul(a, b), a @ b, rtol=1e-14)
    ga, gb = gradients(gs.matmul, a, b, g=a @ b)
    assert (ga.shape, gb.shape) == (a.shape, b.shape)
    assert np.sum(ga * a) == pytest.approx(np.sum((a @ b) ** 2))
    assert np.sum(gb * b) == pytest.approx(np.sum((a @ b) ** 2))


def test_matmul_transposes_and_conjugates_as_tensorflow() -> None:
    z = numbers(2, 3) + 1j * numbers(2, 3, start=2.0)
    np.testing.assert_allclose(gs.matmul(z, z, adjoint_a=True), z.conj().T @ z)
    np.testing.assert_allclose(gs.matmul(z, z, False, True), z @ z.T)
    np.testing.assert_allclose(gs.linalg.matmul(z, z, adjoint_b=True), z @ z.conj().T)
    np.testing.assert_allclose(gs.linalg.matvec(z, z[:, 0], adjoint_a=True), z.conj().T @ z[:, 0])
    # |z|^2 as z^H z: dL/dRe + i dL/dIm of the sum of squares is 2 z.
    got = gradients(lambda v: gs.real(gs.vdot(v, v)), z)[0]
    np.testing.assert_allclose(got, 2 * z)


def test_vector_products_of_numpy() -> None:
    z, w = numbers(2, 3) + 1j * numbers(2, 3, start=2.0), numbers(2, 3) - 0.5j
    np.testing.assert_allclose(gs.vdot(z, w), np.vdot(z, w))
    np.testing.assert_allclose(gs.linalg.vecdot(z, w), np.linalg.vecdot(z, w))
    np.testing.assert_allclose(gs.vecdot(z, w, axis=0), np.sum(z.conj() * w, 0))
    np.testing.assert_allclose(gs.vecmat(z, w.T), np.vecmat(z, w.T))
    np.testing.assert_allclose(gs.matvec(w, z), np.matvec(w, z))
    np.testing.assert_allclose(np.matvec(gs.constant(w), z), np.matvec(w, z))


@pytest.mark.parametrize(
    ("equation", "dims"),
    [
        ("ij,jk", ((2, 3), (3, 4))),
        ("ij,jk->ki", ((2, 3), (3, 4))),
        ("ii", ((3, 3),)),
        ("ii->i", ((3, 3),)),
        ("iij->j", ((3, 3, 2),)),
        ("iii->", ((2, 2, 2),)),
        ("ijij->ij", ((2, 3, 2, 3),)),
        ("i,i,i", ((3,), (3,), (3,))),
        ("Ab,bC", ((2, 3), (3, 4))),
        ("...", ((2, 3),)),
        ("...ij,...jk->...ik", ((5, 2, 3), (3, 4))),
        ("...i->...", ((2, 3),)),
        ("i...->...i", ((2, 3, 4),)),
        (" i j , j k -> i k ", ((2, 3), (3, 4))),
        ("ij,kl->", ((2, 3), (3, 4))),
        ("ij,ij->", ((2, 1), (2, 3))),
        (",i->i", ((), (3,))),
        ("ij,jk,kl,lm->im", ((2, 3), (3, 4), (4, 2), (2, 5))),
        ("ij->", ((0, 3),)),
        ("ij,jk->ik", ((2, 0), (0, 4))),
    ],
)
def test_einsum_is_numpys_and_homogeneous_of_degree_one_in_each_input(equation: str, dims: Any) -> None:
    values = [numbers(*d, start=float(i))[()] for i, d in enumerate(dims)]
    want = np.einsum(equation, *values)
    got = gs.einsum(equation, *values)
    np.testing.assert_allclose(got, want, rtol=1e-13, atol=1e-14)
    assert got.shape == want.shape
    g = numbers(*want.shape, start=0.7)[()]
    for found, x in zip(gradients(lambda *xs: gs.einsum(equation, *xs), *values, g=g), values, strict=True):
        assert found.shape == np.shape(x)
        assert np.sum(found * x) == pytest.approx(np.sum(g * want), abs=1e-13)


def test_einsum_takes_numpys_protocol_and_large_products_of_matrices() -> None:
    a, b = numbers(40, 50), numbers(50, 60)
    np.testing.assert_allclose(gs.einsum("ij,jk->ik", a, b), a @ b, rtol=1e-12, atol=1e-13)
    np.testing.assert_allclose(np.einsum("ij,jk->ik", gs.constant(a), b, optimize=True), a @ b, rtol=1e-12, atol=1e-13)
    np.testing.assert_allclose(gs.linalg.einsum("ij,jk->ik", a, b, optimize="greedy"), a @ b, rtol=1e-12, atol=1e-13)


def test_a_chain_of_matrices_is_multiplied_in_the_cheapest_order() -> None:
    # The example of Cormen, Leiserson, Rivest & Stein: ((A1 (A2 A3)) ((A4 A5) A6)).
    cuts = _cheapest_cuts([30, 35, 15, 5, 10, 20, 25])
    assert cuts == {(0, 5): 2, (0, 2): 0, (1, 2): 1, (3, 5): 4, (3, 4): 3}
    parts = [numbers(n, m, start=float(n)) for n, m in ((6, 5), (5, 7), (7, 2), (2, 4))]
    np.testing.assert_allclose(gs.linalg.multi_dot(parts), np.linalg.multi_dot(parts), rtol=1e-13)
    v, w = numbers(6), numbers(4, start=2.0)
    assert gs.multi_dot([v, *parts, w]).item() == pytest.approx(np.linalg.multi_dot([v, *parts, w]))
    found = gradients(lambda *xs: gs.multi_dot(list(xs)), *parts, g=np.ones((6, 4)))
    np.testing.assert_allclose(found[3], (parts[0] @ parts[1] @ parts[2]).T @ np.ones((6, 4)))


def test_the_cross_product_turns_right() -> None:
    x, y, z = np.eye(3)
    np.testing.assert_array_equal(gs.cross(x, y), z)
    np.testing.assert_array_equal(gs.linalg.cross(y, z), x)
    ga, gb = gradients(gs.cross, [1.0, 2.0, 3.0], [4.0, 5.0, 6.0], g=np.array([1.0, 0.0, 0.0]))
    # (a x b)[0] = a1 b2 - a2 b1.
    np.testing.assert_array_equal(ga, [0.0, 6.0, -5.0])
    np.testing.assert_array_equal(gb, [0.0, -3.0, 2.0])
    a, b = numbers(3, 4, 2), numbers(2, 3)
    want = np.cross(a, b, axisa=0, axisc=1)
    np.testing.assert_allclose(gs.cross(a, b, axisa=0, axisc=1), want)
    ga, gb = gradients(lambda s, t: gs.cross(s, t, axisa=0, axisc=1), a, b, g=want)
    assert np.sum(ga * a) == pytest.approx(np.sum(want**2))
    assert np.sum(gb * b) == pytest.approx(np.sum(want**2))
    many = gs.vmap(lambda s: gs.cross(s, b, axisa=0, axisc=1))(np.stack([a, 2 * a]))
    np.testing.assert_allclose(many, np.stack([want, 2 * want]))


def test_vmap_over_vectors_multiplies_without_a_loop() -> None:
    m, xs = numbers(2, 3), numbers(5, 3)
    np.testing.assert_allclose(gs.vmap(lambda x: gs.matmul(m, x))(xs), xs @ m.T)
    np.testing.assert_allclose(gs.vmap(lambda x: gs.matmul(x, m.T))(xs), xs @ m.T)
    np.testing.assert_allclose(gs.vmap(gs.matmul)(xs, xs), np.sum(xs * xs, 1))
    np.testing.assert_allclose(gs.vmap(lambda x: gs.solve(numbers(3, 3) + 2 * np.eye(3), x))(xs).shape, (5, 3))
    for function in (gs.inner, gs.outer, gs.dot, lambda a, b: gs.tensordot(a, b, axes=1)):
        apart = np.stack([np.asarray(function(x, xs[0])) for x in xs])
        np.testing.assert_allclose(gs.vmap(lambda x, f=function: f(x, xs[0]))(xs), apart)


@pytest.mark.parametrize("empty", [((0, 3), (3, 2)), ((2, 0), (0, 3)), ((4, 0, 3), (3, 2)), ((0,), (0,))])
def test_empty_products_have_gradients_of_their_shape(empty: Any) -> None:
    a, b = np.zeros(empty[0]), np.zeros(empty[1])
    for function in (gs.matmul, gs.dot, gs.kron, gs.outer):
        ga, gb = gradients(function, a, b)
        assert (ga.shape, gb.shape) == (a.shape, b.shape)


@pytest.mark.parametrize(
    ("call", "kind", "text"),
    [
        (lambda: gs.matmul(np.ones(3), np.ones((3, 2)), transpose_a=True), ValueError, r"matmul: .* not shape \[3\]"),
        (lambda: gs.matmul(np.eye(2), np.eye(2), True, False, True), ValueError, "matmul: .* exclude each other"),
        (lambda: gs.linalg.matvec(np.ones(3), np.ones(3)), ValueError, r"matvec: .*shape \[3\] must hold matrices"),
        (lambda: gs.dot(np.ones((2, 3)), np.ones((2, 3))), ValueError, r"dot: axis 1 .*\(3\) .* axis 0 .*\(2\)"),
        (lambda: gs.inner(np.ones(2), np.ones(3)), ValueError, r"inner: axis 0 .*\(2\) .* axis 0 .*\(3\)"),
        (lambda: gs.tensordot(np.ones((2, 3)), np.ones((2, 3)), 1), ValueError, r"tensordot: axis 1 .*\(3\).*\(2\)"),
        (lambda: gs.tensordot(np.ones(2), np.ones(2), 2), ValueError, "tensordot: axes=2 asks"),
        (lambda: gs.tensordot(np.ones(2), np.ones(2), ((0,), (0, 1))), ValueError, "tensordot: axes pairs 1 axes"),
        (lambda: gs.tensordot(np.ones(2), np.ones(2), ((1,), (0,))), ValueError, r"tensordot: axes names \(1,\)"),
        (lambda: gs.vdot(np.ones(2), np.ones(3)), ValueError, r"vdot: shapes \[2\] and \[3\] do not fit"),
        (
            lambda: gs.cross(np.ones(2), np.ones(2)),
            ValueError,
            "cross: .* length 3, not 2 and 2.* third component of 0",
        ),
        (lambda: gs.cross(np.ones(4), np.ones(3)), ValueError, "cross: .* length 3, not 4 and 3"),
        (lambda: gs.multi_dot([np.eye(2)]), ValueError, "multi_dot needs two arrays"),
        (lambda: gs.multi_dot([np.eye(2), np.ones(2), np.eye(2)]), ValueError, "only its first and last"),
        (lambda: gs.multi_dot([np.eye(2), np.eye(3)]), ValueError, "array 0 has 2 columns, but array 1 has 3 rows"),
        (lambda: gs.einsum("ij,jk->ik", np.eye(2)), ValueError, "einsum: 'ij,jk->ik' names 2 inputs, but there are 1"),
        (lambda: gs.einsum("ijk", np.eye(2)), ValueError, "einsum: 'ijk' names 3 axes for an input that has 2"),
        (lambda: gs.einsum("ij,jk", np.eye(2), np.eye(3)), ValueError, "einsum: .* lengths 2 and 3 the same letter"),
        (lambda: gs.einsum("i..", np.eye(2)), ValueError, "einsum: .* three dots"),
        (lambda: gs.einsum("...i...", np.eye(2)), ValueError, "einsum: .* three dots"),
        (lambda: gs.einsum("ij->ik", np.eye(2)), ValueError, "einsum: "),
    ],
)
def test_products_that_do_not_fit_say_why_in_one_line(call: Any, kind: type[Exception], text: str) -> None:
    with pytest.raises(kind, match=text) as raised:
        call()
    assert "\n" not in str(raised.value)
