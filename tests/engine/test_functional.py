"""grad, value_and_grad, vjp, jvp, jacrev, jacfwd, hessian, hvp and the forward accumulator."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import gradstudio as gs


def rosenbrock(x: Any) -> Any:
    return 100.0 * (x[1] - x[0] ** 2) ** 2 + (1.0 - x[0]) ** 2


POINT = np.array([-1.2, 1.0])
SLOPE = np.array([-215.6, -88.0])
CURVATURE = np.array([[1330.0, 480.0], [480.0, 200.0]])


def test_grad_and_value_and_grad_of_an_array_and_of_a_number() -> None:
    np.testing.assert_allclose(gs.grad(rosenbrock)(POINT), SLOPE, rtol=1e-14)
    value, slope = gs.value_and_grad(rosenbrock)(POINT)
    assert float(value) == pytest.approx(24.2)
    np.testing.assert_allclose(slope, SLOPE, rtol=1e-14)
    assert float(gs.grad(lambda x: x * x)(3.0)) == 6.0


def test_grad_can_be_taken_again_and_again() -> None:
    f: Any = gs.sin
    for want in (np.cos(0.7), -np.sin(0.7), -np.cos(0.7), np.sin(0.7)):
        f = gs.grad(f)
        assert float(f(0.7)) == pytest.approx(want, rel=1e-14)


def test_argnums_choose_the_arguments_and_give_a_tuple() -> None:
    def f(a: Any, b: Any, c: Any) -> Any:
        return a * b**2 * c

    assert float(gs.grad(f, 1)(2.0, 3.0, 5.0)) == 60.0
    assert float(gs.grad(f, -1)(2.0, 3.0, 5.0)) == 18.0
    found = gs.grad(f, (0, 2))(2.0, 3.0, 5.0)
    assert [float(g) for g in found] == [45.0, 18.0]
    with pytest.raises(ValueError, match="argument 3"):
        gs.grad(f, 3)(1.0, 1.0, 1.0)


def test_nested_arguments_give_gradients_of_the_same_nesting_with_zeros_where_unconnected() -> None:
    parameters = {"w": np.array([1.0, 2.0]), "rest": [3.0, np.zeros((2, 2))]}
    found = gs.grad(lambda p: gs.sum(p["w"] * p["w"]) * p["rest"][0])(parameters)
    np.testing.assert_array_equal(found["w"], [6.0, 12.0])
    assert float(found["rest"][0]) == 5.0
    np.testing.assert_array_equal(found["rest"][1], np.zeros((2, 2)))


def test_has_aux_hands_the_rest_through() -> None:
    def f(x: Any) -> Any:
        return x * x, {"note": "kept"}

    slope, aux = gs.grad(f, has_aux=True)(3.0)
    assert (float(slope), aux) == (6.0, {"note": "kept"})
    (value, aux), slope = gs.value_and_grad(f, has_aux=True)(3.0)
    assert (float(value), aux, float(slope)) == (9.0, {"note": "kept"}, 6.0)
    with pytest.raises(TypeError, match="has_aux"):
        gs.grad(lambda x: x, has_aux=True)(3.0)


def test_what_is_no_floating_scalar_is_refused() -> None:
    with pytest.raises(TypeError, match=r"one floating number.*jacrev"):
        gs.grad(lambda x: x * 2.0)(np.ones(2))
    with pytest.raises(TypeError, match=r"int64.*3\.0 for 3"):
        gs.grad(lambda x: x * x)(3)


def test_vjp_pulls_any_number_of_cotangents_back() -> None:
    m = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    y, pull = gs.vjp(lambda x, s: gs.matmul(m, x) * s, np.ones(3), 2.0)
    np.testing.assert_array_equal(y, [12.0, 30.0])
    for u in (np.array([1.0, 0.0]), np.array([0.5, -1.0])):
        dx, ds = pull(u)
        np.testing.assert_allclose(dx, 2.0 * u @ m)
        assert float(ds) == pytest.approx(float(u @ m.sum(1)))


def test_jvp_pushes_a_tangent_forward() -> None:
    m = np.array([[1.0, 2.0], [3.0, 4.0]])
    y, moved = gs.jvp(lambda x: gs.exp(gs.matmul(m, x)), (np.array([0.1, 0.2]),), (np.array([1.0, -1.0]),))
    np.testing.assert_allclose(y, np.exp(m @ [0.1, 0.2]))
    np.testing.assert_allclose(moved, np.exp(m @ [0.1, 0.2]) * (m @ [1.0, -1.0]), rtol=1e-14)


def test_jacobians_forward_and_backward_agree_with_the_hand_made_one() -> None:
    def polar(p: Any) -> Any:
        return gs.stack([p[0] * gs.cos(p[1]), p[0] * gs.sin(p[1])])

    at = np.array([2.0, 0.5])
    want = [[np.cos(0.5), -2 * np.sin(0.5)], [np.sin(0.5), 2 * np.cos(0.5)]]
    np.testing.assert_allclose(gs.jacrev(polar)(at), want, rtol=1e-14)
    np.testing.assert_allclose(gs.jacfwd(polar)(at), want, rtol=1e-13)


def test_jacrev_of_several_arguments_and_nested_results() -> None:
    found = gs.jacrev(lambda x, y: {"sum": x + y, "product": x * y}, (0, 1))(np.array([1.0, 2.0]), 3.0)
    np.testing.assert_array_equal(found["sum"][0], np.eye(2))
    np.testing.assert_array_equal(found["product"][1], [1.0, 2.0])


def test_jacfwd_of_matrices_and_empty_arrays() -> None:
    a = np.arange(6.0).reshape(2, 3)

    def f(x: Any) -> Any:
        return gs.transpose(x) * x[0, 1]

    np.testing.assert_allclose(gs.jacfwd(f)(a), gs.jacrev(f)(a))
    assert gs.jacfwd(lambda x: x * 2.0)(np.zeros(0)).shape == (0, 0)
    found = gs.jacfwd(lambda p: {"first": p[0] * p[1]})([3.0, 2.0])
    assert [float(d) for d in found["first"]] == [2.0, 3.0]


def test_hessian_and_hessian_vector_product() -> None:
    np.testing.assert_allclose(gs.hessian(rosenbrock)(POINT), CURVATURE, rtol=1e-13)
    v = np.array([0.3, -2.0])
    value, (product,) = gs.hvp(rosenbrock, (POINT,), (v,))
    assert float(value) == pytest.approx(24.2)
    np.testing.assert_allclose(product, CURVATURE @ v, rtol=1e-13)


def test_derivatives_under_an_outer_tape_are_recorded() -> None:
    x = gs.Variable([1.0, 2.0])
    with gs.GradientTape() as tape:
        slope = gs.grad(lambda p: gs.sum(p**3))(x)
        penalty = gs.sum(slope * slope)
    np.testing.assert_allclose(tape.gradient(penalty, x), [36.0, 288.0])


def test_the_accumulator_pushes_tangents_through_a_block() -> None:
    x, w = gs.constant([1.0, 2.0]), gs.Variable(3.0)
    with gs.autodiff.ForwardAccumulator({"x": x, "w": w}, {"x": gs.constant([1.0, 0.0]), "w": 10.0}) as acc:
        y = x * w
        untouched = gs.constant(5.0) * 2.0
    np.testing.assert_array_equal(acc.jvp(y), [13.0, 20.0])
    np.testing.assert_array_equal(acc.jvp({"y": y, "x": x})["x"], [1.0, 0.0])
    assert acc.jvp(untouched) is None
    assert float(acc.jvp(untouched, unconnected_gradients="zero")) == 0.0


def test_forward_over_reverse_gives_hessian_vector_products() -> None:
    x, v = gs.constant(POINT), gs.constant([0.3, -2.0])
    with gs.autodiff.ForwardAccumulator(x, v) as acc:
        with gs.GradientTape() as tape:
            tape.watch(x)
            y = rosenbrock(x)
        slope = tape.gradient(y, x)
    np.testing.assert_allclose(slope, SLOPE, rtol=1e-14)
    np.testing.assert_allclose(acc.jvp(slope), CURVATURE @ [0.3, -2.0], rtol=1e-12)


def test_reverse_over_forward_gives_them_too() -> None:
    x, v = gs.constant(POINT), gs.constant([0.3, -2.0])
    with gs.GradientTape() as tape:
        tape.watch(x)
        with gs.autodiff.ForwardAccumulator(x, v) as acc:
            y = rosenbrock(x)
        moved = acc.jvp(y)
    np.testing.assert_allclose(moved, SLOPE @ [0.3, -2.0], rtol=1e-12)
    np.testing.assert_allclose(tape.gradient(moved, x), CURVATURE @ [0.3, -2.0], rtol=1e-12)


def test_jvp_inside_the_block_and_entering_twice() -> None:
    x = gs.constant(2.0)
    with gs.autodiff.ForwardAccumulator(x, gs.constant(1.0)) as acc:
        y = x * x
        assert float(acc.jvp(y)) == 4.0
        with pytest.raises(ValueError, match="already active"):
            acc.__enter__()
        z = y * x
    assert float(acc.jvp(z)) == pytest.approx(12.0)


@pytest.mark.parametrize("tangents", [[np.ones(3)], [np.ones(2), np.ones(2)], [np.ones(2, np.float32)]])
def test_tangents_must_fit_their_primals(tangents: Any) -> None:
    with pytest.raises(ValueError, match=r"tangent"):
        gs.autodiff.ForwardAccumulator([gs.constant([1.0, 2.0])], tangents)
