"""vmap: one function over a batch, nested with itself, with tapes and with every derivative."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import gradstudio as gs

RNG = np.random.default_rng(0)
W = RNG.normal(size=(3, 2))
B = RNG.normal(size=(5, 3))


def model(w: Any, x: Any) -> Any:
    """A number for one item x of shape [3]."""
    return gs.sum(gs.tanh(gs.linalg.matmul(gs.expand_dims(x, 0), w)) ** 2)


def looped(f: Any, batch: np.ndarray) -> np.ndarray:
    return np.stack([np.asarray(f(gs.constant(x))) for x in batch])


def test_a_batch_gives_what_a_loop_gives() -> None:
    np.testing.assert_allclose(gs.vmap(model, in_axes=(None, 0))(W, B), looped(lambda x: model(W, x), B), rtol=1e-13)


def test_inside_a_tensor_has_the_shape_of_one_item() -> None:
    seen = []
    gs.vmap(lambda x: seen.append((x.shape, x.ndim, x.size, x.dtype)) or x)(B)
    assert seen == [((3,), 1, 3, np.float64)]


def test_per_sample_gradients_and_hessians() -> None:
    found = gs.vmap(gs.grad(model), in_axes=(None, 0))(W, B)
    np.testing.assert_allclose(found, looped(lambda x: gs.grad(model)(W, x), B), rtol=1e-12)
    curved = gs.vmap(gs.hessian(model, 1), in_axes=(None, 0))(W, B)
    np.testing.assert_allclose(curved, looped(lambda x: gs.hessian(model, 1)(W, x), B), rtol=1e-11)


def test_a_tape_outside_sees_through_the_batch() -> None:
    w = gs.Variable(W)
    with gs.GradientTape() as tape:
        total = gs.sum(gs.vmap(lambda x: model(w, x))(B))
    want = looped(lambda x: gs.grad(model)(W, x), B).sum(0)
    np.testing.assert_allclose(tape.gradient(total, w), want, rtol=1e-12)


def test_a_tape_inside_the_function_works_on_the_batch() -> None:
    def slope(x: Any) -> Any:
        with gs.GradientTape() as tape:
            tape.watch(x)
            y = gs.sum(x**3)
        return tape.gradient(y, x)

    np.testing.assert_allclose(gs.vmap(slope)(B), 3.0 * B**2, rtol=1e-13)


def test_jacobian_and_hessian_of_a_batched_function() -> None:
    f = lambda w: gs.vmap(lambda x: model(w, x))(B)  # noqa: E731
    want = looped(lambda x: gs.grad(model)(W, x), B)
    np.testing.assert_allclose(gs.jacrev(f)(W), want, rtol=1e-12)
    np.testing.assert_allclose(gs.jacfwd(f)(W), want, rtol=1e-12)
    total = gs.hessian(lambda w: gs.sum(f(w)))(W)
    np.testing.assert_allclose(total, looped(lambda x: gs.hessian(model)(W, x), B).sum(0), rtol=1e-11, atol=1e-14)


def test_maps_nest_and_forward_mode_goes_through() -> None:
    outer = gs.vmap(gs.vmap(lambda a, b: a * b, in_axes=(None, 0)), in_axes=(0, None))
    np.testing.assert_allclose(outer([1.0, 2.0], [1.0, 2.0, 3.0]), np.outer([1.0, 2.0], [1.0, 2.0, 3.0]))
    y, tangent = gs.jvp(lambda x: gs.vmap(gs.sin)(x), (B,), (np.ones_like(B),))
    np.testing.assert_allclose(tangent, np.cos(B), rtol=1e-14)
    pushed = gs.vmap(lambda x: gs.jvp(gs.sin, (x,), (x * 0.0 + 1.0,))[1])(B)
    np.testing.assert_allclose(pushed, np.cos(B), rtol=1e-14)
    assert y.shape == B.shape


def test_axes_structures_and_keyword_arguments() -> None:
    found = gs.vmap(
        lambda p, s=1.0: {"sum": p["a"] + p["b"], "twice": (2.0 * p["a"] * s,)}, in_axes=({"a": 1, "b": 0},)
    )({"a": B.T, "b": B}, s=np.arange(5.0))
    np.testing.assert_allclose(found["sum"], 2.0 * B)
    np.testing.assert_allclose(found["twice"][0], 2.0 * B * np.arange(5.0)[:, None])
    moved = gs.vmap(lambda x: (x, x * 2.0), out_axes=(1, -1))(B)
    np.testing.assert_allclose(moved[0], B.T)
    np.testing.assert_allclose(moved[1], 2.0 * B.T)
    constant = gs.vmap(lambda x: gs.constant(3.0))(B)
    np.testing.assert_array_equal(constant, np.full(5, 3.0))


def test_chunks_give_the_same_as_one_batch() -> None:
    whole = gs.vmap(model, in_axes=(None, 0))(W, B)
    np.testing.assert_allclose(gs.vmap(model, in_axes=(None, 0), chunk_size=2)(W, B), whole, rtol=1e-14)


def test_custom_gradients_and_variables_in_a_batch() -> None:
    @gs.custom_gradient
    def double(x: Any) -> Any:
        return x * 2.0, lambda g: g * 100.0

    np.testing.assert_allclose(gs.vmap(gs.grad(lambda x: gs.sum(double(x))))(B), np.full_like(B, 100.0))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: gs.vmap(lambda a, b: a + b)([1.0, 2.0], [1.0]), r"they have \[1, 2\] items"),
        (lambda: gs.vmap(lambda a: a)(3.0), "no axis 0"),
        (lambda: gs.vmap(lambda a: a, in_axes=None)([1.0]), "no argument is mapped"),
        (lambda: gs.vmap(lambda a: a)(np.zeros((0, 2))), "no items"),
        (lambda: gs.vmap(lambda a: a, in_axes=(0, 0))([1.0]), "2 entries for 1 arguments"),
    ],
)
def test_what_cannot_be_mapped_is_one_clear_line(call: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message) as caught:
        call()
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "read", [float, bool, np.asarray, lambda x: x.numpy(), lambda x: x.item(), lambda x: x.tolist()]
)
def test_a_value_inside_cannot_be_read_and_the_error_says_what_to_use(read: Any) -> None:
    with pytest.raises(TypeError, match=r"inside vmap .* gs\.where"):
        gs.vmap(lambda x: read(x))([1.0, 2.0])


def test_tensorflows_vectorized_map_takes_the_elements_at_once() -> None:
    np.testing.assert_allclose(gs.vectorized_map(lambda x: gs.sum(x), B), B.sum(1), rtol=1e-14)
