"""What passes and batches do to programs: they get shorter, and stay right where arithmetic is not algebra."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from agreement import agrees, recorded, rows, t

import gradstudio as gs
from gradstudio import compile
from gradstudio.engine.plan.passes import drop_unused, fold, improve, narrow, share_repeats, simplify

A, C = np.array([0.5, -1.25, 2.0]), np.array([1.1, 0.2, -0.4])
B = np.array([[1.5, 0.25, -0.75], [2.0, -1.0, 3.0]])


def improved(f: Any, *args: Any) -> list[str]:
    program = recorded(f, *args)
    improve(program)
    return rows(program)


def test_a_program_reads_as_text() -> None:
    program = recorded(lambda x: gs.sin(x) * 2.0, t(*A))
    sine, product = [step.out for step in program.body]
    assert str(program).splitlines() == [
        f"%{sine} = sin(argument0)  array float64[3]",
        f"%{product} = multiply(%{sine}, 2.0)  array float64[3]",
        f"give %{product}",
    ]


def test_what_does_not_depend_on_the_arguments_is_not_recorded() -> None:
    w = gs.constant(C)
    assert rows(recorded(lambda x: x * gs.sin(w * 2.0) + gs.sum(w), t(*A))) == ["multiply", "add"]


def test_folding_computes_zeros_ones_and_what_follows_from_them() -> None:
    program = recorded(lambda x: x + gs.exp(gs.ones_like(x) * 2.0) + gs.sum(gs.zeros_like(x)), t(*A))
    fold(program)
    assert rows(program) == ["add", "add"]
    agrees(lambda x: x + gs.exp(gs.ones_like(x) * 2.0), (t(*A),), (t(*C),))


def test_a_guard_of_a_constant_is_dropped() -> None:
    program = recorded(lambda x: x * 2.0 if gs.all(gs.ones_like(x) > 0) else x, t(*A))
    assert "guard bool" in str(program)
    fold(program)
    assert "guard" not in str(program)


def test_unused_steps_are_dropped_and_those_of_guards_kept() -> None:
    def f(x: Any) -> Any:
        unused = gs.exp(x) * 3.0
        del unused
        return x + 1.0 if gs.sum(x) > 0 else x

    program = recorded(f, t(*A))
    drop_unused(program)
    assert rows(program) == ["sum", "greater", "add"]


def test_repeats_are_computed_once() -> None:
    program = recorded(lambda x, y: gs.exp(x + y) + gs.exp(y + x) * x[0:2][0] + x[0:2][0], t(*A), t(*C))
    share_repeats(program)
    assert rows(program) == ["add", "exp", "getitem", "getitem", "multiply", "add", "add"]


def test_constants_that_are_equal_only_to_python_stay_apart() -> None:
    agrees(lambda x: (x * 0.0, x * -0.0, x * np.zeros(3), x * -np.zeros(3)), (t(*A),), (t(*C),))
    agrees(lambda i: (i + 1, i + 1.0, i + np.float32(1.0), i + np.int64(1)), (np.array([1, 2]),), (np.array([3, 4]),))
    with np.errstate(all="ignore"):
        agrees(lambda x: (x * np.nan, x * np.inf, x + gs.nan), (t(*A),), (t(*C),))
    agrees(lambda x: (gs.sum(x, axis=1), gs.sum(x, axis=1, keepdims=True), gs.sum(x, axis=0)), (B,), (-B,))


@pytest.mark.parametrize(
    ("f", "left"),
    [
        (lambda x, y: x * 1.0, []),
        (lambda x, y: x / 1.0, []),
        (lambda x, y: 1.0 * x * y, ["multiply"]),
        (lambda x, y: gs.negative(-x) + y, ["add"]),
        (lambda x, y: x + (-y), ["subtract"]),
        (lambda x, y: (-x) + y, ["subtract"]),
        (lambda x, y: x - (-y), ["add"]),
        (lambda x, y: x * -1.0, ["negative"]),
        (lambda x, y: x**2, ["square"]),
        (lambda x, y: x**-1, ["reciprocal"]),
        (lambda x, y: x**1, []),
        (lambda x, y: gs.cast(gs.identity(x), gs.float64), []),
        (lambda x, y: gs.reshape(x, (3,)), []),
        (lambda x, y: gs.sum(gs.sum(x)), ["sum"]),
        (lambda x, y: x + 0.0, ["add"]),  # -0.0 + 0.0 is 0.0
        (lambda x, y: x**3, ["power"]),
    ],
)
def test_steps_that_change_nothing_are_left_out(f: Any, left: list[str]) -> None:
    assert improved(f, t(*A), t(*C)) == left
    agrees(f, (t(*A), t(*C)), (t(*C), t(*A)))


def test_complex_numbers_are_conjugated_and_small_whole_numbers_wrap_around() -> None:
    z = np.array([0.5 + 1j, -2.0j])
    agrees(lambda z: (gs.conj(z), gs.real(z), gs.conj(gs.conj(z)), z * 1.0, z**2), (z,), (z * 1j,))
    i, j = np.array([1, 200], np.uint8), np.array([300, 5])
    assert improved(lambda i, j: j + (-i), i, j) == ["negative", "add"]
    agrees(lambda i, j: (j + (-i), j - (-i), gs.negative(-i), i * 1), (i, j), (i + np.uint8(3), j * 2))


def test_repetitions_are_left_to_broadcasting() -> None:
    x = np.linspace(0.1, 1.0, 400)

    def slope(x: Any) -> Any:
        return gs.grad(lambda a: gs.mean(gs.sin(a)))(x)

    assert improved(slope, gs.constant(x)) == ["cos", "multiply"]
    agrees(slope, (x,), (x * 2.0,))


def test_repetitions_stay_where_nothing_else_has_the_shape() -> None:
    def f(x: Any, y: Any) -> Any:
        a, b = gs.broadcast_to(x, (200, 3)), gs.broadcast_to(y, (200, 3))
        return (
            a * b,
            gs.where(a > 0.0, 1.0, b),
            gs.sum(a + 1.0, axis=0),
            gs.broadcast_to(gs.broadcast_to(x, (2, 3)), (9, 2, 3)),
        )

    program = recorded(f, t(*A), t(*C))
    narrow(program)
    assert {program.values[n].shape for n in program.outputs} == {(200, 3), (3,), (9, 2, 3)}
    agrees(f, (t(*A), t(*C)), (t(*C), t(*A)))
    agrees(f, (t(2.0), t(*C)), (t(3.0), t(*A)))


def test_simplifying_sees_through_what_it_has_simplified() -> None:
    program = recorded(lambda x: gs.swapaxes(gs.swapaxes(gs.negative(-x) * 1.0, 0, 1), 1, 0), gs.constant(B))
    simplify(program)
    drop_unused(program)
    assert rows(program) == []


def test_batches_become_ops_on_plain_arrays() -> None:
    def per_item(w: Any, x: Any) -> Any:
        return gs.grad(lambda w: gs.sum(gs.tanh(w @ x)[:2] ** 2))(w)

    compiled = agrees(gs.vmap(per_item, in_axes=(None, 0)), (np.eye(3), B), (np.eye(3) * 2.0, -B))
    assert "apply_batched" not in compiled.sources[0]
    twice = gs.vmap(gs.vmap(lambda a, b: a * gs.sum(b), in_axes=(None, 0)), in_axes=(0, None))
    compiled = agrees(twice, (A, B), (C, -B))
    assert "apply_batched" not in compiled.sources[0]


def test_batched_ops_without_a_rule_stay() -> None:
    lengths = np.array([1, 3, 2])
    f = gs.vmap(lambda n, x: gs.where(gs.sequence_mask(n, 3), x * 2.0, 0.0) + n)
    compiled = agrees(f, (lengths, B[[0, 1, 0]]), (lengths[::-1].copy(), B[[1, 1, 0]]))
    assert "apply_batched" in compiled.sources[0]


def test_inner_batches_of_a_jacobian_in_vmap() -> None:
    f = gs.vmap(gs.jacrev(lambda x: gs.sin(x) * gs.sum(x)))
    agrees(f, (B,), (B * 2.0,))
    agrees(gs.hessian(lambda x: gs.sum(gs.vmap(lambda row: gs.prod(row))(x))), (B,), (B + 1.0,), tolerance=1e-10)


def test_a_source_is_readable() -> None:
    compiled = compile(lambda x: gs.sin(x * -0.5) + np.inf)
    compiled(t(1.0))
    assert compiled.sources[0].splitlines()[1:] == ["    r0 = sin(x0 * (-0.5)) + inf", "    return (r0, )"]


def test_means_are_sums_and_quotients() -> None:
    f = lambda x: (gs.mean(x), gs.mean(x, axis=1), gs.mean(x, axis=0, keepdims=True))  # noqa: E731
    assert improved(f, gs.constant(B)) == ["sum", "divide"] * 3
    for x in (B, B.astype(np.float32), B.astype(np.float16), np.arange(6).reshape(2, 3), B + 1j):
        agrees(f, (x,), (x * 3,))


def test_long_rows_are_summed_by_products() -> None:
    wide = np.sin(np.arange(12000.0)).reshape(120, 100)
    f = lambda x: (gs.sum(x, axis=-1), gs.sum(x, axis=1, keepdims=True) * x, gs.sum(x.T, axis=1))  # noqa: E731
    for x in (wide, wide.astype(np.float32), wide.reshape(40, 3, 100)[:, ::2]):
        compiled = agrees(f, (x,), (x * 3,))
    assert "ones" in compiled.sources[0]
    with np.errstate(all="ignore"):
        wide[3, 7], wide[4, 8], wide[5, :2] = np.nan, np.inf, (np.inf, -np.inf)
        agrees(f, (wide,), (-wide,))


def test_a_mask_looks_at_the_result_of_relu() -> None:
    def f(x: Any) -> Any:
        y = x * 2.0
        return gs.nn.relu(y) + gs.cast(y > 0, x.dtype)

    program = recorded(f, t(*A))
    simplify(program)
    relu, greater = [next(s for s in program.body if s.row.name == name) for name in ("relu", "greater")]
    assert greater.inputs[0] == relu.out
    agrees(f, (t(*A),), (t(0.0, -0.0, np.nan),), (t(np.inf, -np.inf, -1.0),))
