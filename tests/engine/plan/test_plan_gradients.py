"""Compiled functions with tapes inside: forward and backward are one plan."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from agreement import agrees, same, t

import gradstudio as gs
from gradstudio import compile

A, C = np.array([0.5, -1.25, 2.0]), np.array([1.1, 0.2, -0.4])
B = np.array([[1.5, 0.25, -0.75], [2.0, -1.0, 3.0]])


def loss(x: Any, y: Any) -> Any:
    return gs.sum(gs.sin(x) * y + x / (y * y + 1.0)) + gs.logsumexp(x * y)


def with_tape(f: Callable[..., Any]) -> Callable[..., Any]:
    def both(*args: Any) -> Any:
        with gs.GradientTape() as tape:
            tape.watch(args)
            value = f(*args)
        return value, tape.gradient(value, args)

    return both


def test_a_tape_inside() -> None:
    agrees(with_tape(loss), (t(*A), gs.constant(B)), (t(*C), gs.constant(B * 2)))
    agrees(with_tape(loss), (t(0.5), t(2.0)), (t(-0.5), t(1.0)))


@pytest.mark.parametrize("how", [gs.grad, gs.value_and_grad, gs.jacrev, gs.jacfwd, gs.hessian])
def test_derivatives_of_functions(how: Any) -> None:
    agrees(how(lambda x: gs.sum(x**3 * gs.sin(x))), (A,), (C,))


def test_jacobians_of_tapes() -> None:
    def f(x: Any) -> Any:
        with gs.GradientTape(persistent=True) as tape:
            tape.watch(x)
            y = gs.tanh(x @ gs.transpose(x)) * gs.sum(x)
        return tape.jacobian(y, x), tape.batch_jacobian(y, x)

    agrees(f, (gs.constant(B),), (gs.constant(B + 0.5),), tolerance=1e-10)


def test_second_and_third_order() -> None:
    def f(x: Any) -> Any:
        return gs.exp(gs.sin(x)) * x

    third = gs.grad(gs.grad(gs.grad(f)))
    agrees(third, (0.5,), (1.5,), (-2.0,))


def test_nested_tapes() -> None:
    def f(x: Any, v: Any) -> Any:
        with gs.GradientTape() as outer:
            outer.watch(x)
            with gs.GradientTape() as inner:
                inner.watch(x)
                y = gs.sum(x**3) + gs.prod(x)
            g = inner.gradient(y, x)
        return outer.gradient(g, x, output_gradients=v)

    agrees(f, (t(*A), t(*C)), (t(*C), t(*A)))


def test_forward_mode_and_products() -> None:
    agrees(lambda x, v: gs.jvp(lambda a: gs.tanh(a) * gs.sum(a), (x,), (v,)), (t(*A), t(*C)), (t(*C), t(*A)))
    agrees(lambda x, v: gs.hvp(lambda a: gs.sum(a**3), (x,), (v,)), (t(*A), t(*C)), (t(*C), t(*A)))


def test_vmap() -> None:
    per_row = gs.vmap(gs.grad(lambda row, scale: scale * gs.sum(gs.sin(row) * row)), in_axes=(0, None))
    agrees(per_row, (gs.constant(B), t(2.0)), (gs.constant(-B), t(3.0)))


def test_gradients_that_do_not_exist_are_none() -> None:
    def f(x: Any, y: Any) -> Any:
        with gs.GradientTape(persistent=True) as tape:
            tape.watch([x, y])
            z = gs.stop_gradient(x) * x
        return tape.gradient(z, [x, y]), tape.gradient(z, y, unconnected_gradients="zero")

    agrees(f, (t(2.0), t(*A)), (t(3.0), t(*C)))


def test_gradients_by_rows_are_whole() -> None:
    def f(table: Any, ids: Any) -> Any:
        with gs.GradientTape() as tape:
            tape.watch(table)
            y = gs.sum(gs.gather(table, ids) ** 2)
        return tape.gradient(y, table)

    compiled = compile(f)
    for ids in ([0, 1, 0], [1, 1, 1]):
        got, want = compiled(gs.constant(B), np.array(ids)), f(gs.constant(B), np.array(ids))
        same(got, want.dense())


def test_choices_of_subgradients_have_plans_of_their_own() -> None:
    slope = compile(gs.grad(gs.abs))
    assert [slope(0.0).item(), slope(0.0).item()] == [0.0, 0.0]
    with gs.subgradients(abs=1.0):
        assert [slope(0.0).item(), slope(0.0).item()] == [1.0, 1.0]
    assert slope(0.0).item() == 0.0


def test_own_gradients() -> None:
    @gs.custom_gradient
    def clipped(x: Any, y: Any) -> Any:
        return (x * y, gs.sin(x)), lambda g, h: (gs.clip(g * y, -1.0, 1.0), g * x + h)

    def f(x: Any, y: Any) -> Any:
        a, b = clipped(x, y)
        return gs.sum(a + b * b)

    agrees(with_tape(f), (t(*A), t(*C)), (t(*C), t(*A)))
    agrees(with_tape(f), (t(0.5), t(4.0)), (t(1.5), t(0.25)))


def test_recomputed_pieces() -> None:
    piece = gs.recompute_grad(lambda x, w: gs.tanh(x * w) + x)

    def f(x: Any, w: Any) -> Any:
        for _ in range(3):
            x = piece(x, w)
        return gs.sum(x)

    agrees(with_tape(f), (t(*A), t(*C)), (t(*C), t(*A)))


def test_a_derivative_inside_a_function_with_its_own_gradient_is_not_planned() -> None:
    @gs.custom_gradient
    def f(x: Any) -> Any:
        return gs.grad(lambda a: a**3)(x), lambda g: g * 6.0 * x

    @gs.custom_gradient
    def pushed(x: Any) -> Any:
        return gs.jvp(lambda a: a**3, (x,), (x,))[1], lambda g: g * 9.0 * x * x

    for own in (f, pushed):
        compiled = agrees(lambda x, own=own: own(x) * 2.0, (t(2.0),), (t(3.0),), plans=None)
        assert compiled.sources == []


def test_a_tape_outside_sees_every_op() -> None:
    inner = compile(lambda x: x * x * x)
    for x in (t(2.0), t(3.0), t(2.0)):
        inner(x)
        with gs.GradientTape() as tape:
            tape.watch(x)
            y = inner(x)
        assert tape.gradient(y, x).item() == 3 * x.item() ** 2


def test_compiled_functions_nest() -> None:
    inner = compile(lambda x: gs.sin(x) * x)
    agrees(lambda x: gs.grad(inner)(x) + inner(x), (t(0.5),), (t(1.5),))
    agrees(lambda x: gs.vmap(inner)(x), (t(*A),), (t(*C),))
