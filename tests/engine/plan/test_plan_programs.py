"""Compiled functions give what the functions give: programs of every kind."""

from __future__ import annotations

from collections import OrderedDict, namedtuple
from typing import Any

import numpy as np
import pytest
from agreement import agrees, same, t

import gradstudio as gs
from gradstudio import compile

A, B = np.array([0.5, -1.25, 2.0]), np.array([[1.5, 0.25, -0.75], [2.0, -1.0, 3.0]])
C = np.array([1.1, 0.2, -0.4])
M, N = np.array([[2.0, -1.0], [0.25, 3.0], [1.0, 0.5]]), np.array([[0.1, 0.7], [-0.3, 1.0], [0.6, -2.0]])


def test_scalars() -> None:
    agrees(lambda x, y: gs.sin(x) * y + x / y - gs.exp(-x), (t(0.5), t(2.0)), (t(-1.5), t(0.25)))


def test_numbers_come_back_as_tensors() -> None:
    compiled = compile(lambda x: x * x + 1.0)
    assert [compiled(3.0).item(), compiled(4.0).item(), compiled(np.float64(5.0)).item()] == [10.0, 17.0, 26.0]
    assert len(compiled.sources) == 2  # one for Python floats, one for NumPy's


def test_arrays_broadcast() -> None:
    agrees(lambda x, y: x * y + gs.tanh(y) - x[:1], (t(*A), gs.constant(B)), (t(*C), gs.constant(B * 2)))


def test_reductions() -> None:
    def f(x: Any) -> Any:
        return [
            gs.sum(x),
            gs.mean(x, axis=0),
            gs.max(x, axis=1, keepdims=True),
            gs.logsumexp(x, axis=-1),
            gs.prod(x),
            gs.var(x),
            gs.argmax(x, axis=1),
            gs.any(x > 2.5),
            gs.cumsum(x, axis=1),
            gs.norm(x),
        ]

    agrees(f, (gs.constant(B),), (gs.constant(B[::-1] * 1.5),))


def test_products_and_linear_algebra() -> None:
    def f(x: Any, y: Any) -> Any:
        square = gs.transpose(x) @ y + gs.eye(2) * 5.0
        products = x @ gs.transpose(y), gs.einsum("ij,kj->ik", x, y), x[0] @ y[1]
        return products, gs.solve(square, x[:2]), gs.linalg.det(square)

    agrees(f, (gs.constant(M), gs.constant(N)), (gs.constant(N), gs.constant(M)))


def test_where_and_comparisons() -> None:
    def f(x: Any, y: Any) -> Any:
        return gs.where(x > y, x * 2.0, y), gs.maximum(x, y), gs.clip(x, -1.0, 1.0), (x > 0) & (y < 1)

    agrees(f, (t(*A), t(*C)), (t(*C), t(*A)))
    agrees(f, (t(0.5), t(2.0)), (t(3.0), t(2.0)), (t(2.0), t(2.0)))


def test_truths_of_numbers() -> None:
    def f(x: Any, y: Any) -> Any:
        both, either = (x > 0.0) & (y > 0.0), (x > 0.0) | (y > 1.0)
        numbers = gs.logical_and(x, y), gs.logical_not(x), gs.logical_or(x, both), gs.where(x, y, 2), gs.isnan(x)
        return both, either, ~both, numbers, gs.where(both, x, -1), gs.cast(either, gs.float64) * x, x == y

    agrees(f, *[(t(x), t(y)) for x, y in ((0.5, 2.0), (0.0, 3.0), (-1.0, 0.0), (2.0, 2.0))])


def test_shapes_and_indexing() -> None:
    def f(x: Any) -> Any:
        y = gs.reshape(x, (3, 2))
        return y.T, x[1], x[:, None, ::-1], gs.concat([x, x], 0), gs.stack([x[0], x[1]], 1), gs.tile(x, (2, 1)), x[0, 1]

    agrees(f, (gs.constant(B),), (gs.constant(-B),))


def test_positions_come_with_the_call() -> None:
    def f(x: Any, i: Any) -> Any:
        return gs.gather(x, i), x[i], gs.one_hot(i, 4)

    agrees(f, (gs.constant(M), np.array([0, 2, 2])), (gs.constant(N), np.array([1, 1, 0])))


@pytest.mark.parametrize("dtype", [np.float32, np.float16, np.complex128, np.complex64])
def test_other_dtypes(dtype: Any) -> None:
    def f(x: Any, y: Any) -> Any:
        z = x * y + 0.5 * x
        return z, gs.exp(z * 0.1), gs.sum(z), gs.sum(z)[None] * x, z[0]

    agrees(f, (A.astype(dtype), B.astype(dtype)), (C.astype(dtype), (B * 2).astype(dtype)))


def test_whole_numbers_and_booleans() -> None:
    def f(i: Any, j: Any, b: Any) -> Any:
        return i + j, i / j, i // j, i % j, i * 0.5, gs.cast(b, gs.float64) * i, i > j, ~b, gs.sum(i), i**2

    first = (np.array([3, -4, 5]), np.array([2, 3, -1]), np.array([True, False, True]))
    second = (np.array([7, 8, 9]), np.array([1, 2, 4]), np.array([False, False, True]))
    agrees(f, first, second)


def test_dtypes_meet_as_they_do_without_a_plan() -> None:
    narrow, wide = A.astype(np.float32), np.float64(1.1)
    agrees(lambda x, s: (x * s, x * 0.1, gs.sum(x) * s, x + np.arange(3)), (narrow, wide), (narrow * 2, wide * 3))


def test_a_python_float_does_not_widen_float32() -> None:
    f = lambda x, rate: x * (rate * 2.0)  # noqa: E731
    compiled = compile(f)
    x = t(*A, dtype=gs.float32)
    for rate in (0.5, 0.25, 0.5):
        same(compiled(x, rate), f(x, rate))
    assert compiled(x, 0.5).dtype == np.float32
    assert len(compiled.sources) == 2  # the number is part of what a plan is for


def test_arguments_and_results_are_nested() -> None:
    Pair = namedtuple("Pair", "left right")

    def f(tree: Any, *, scale: Any) -> Any:
        w, (b, more) = tree["w"], tree["rest"]
        return {"z": [w * scale, None, "word", 3], "a": Pair(b + w, OrderedDict(k=more[0] * b)), "same": w}

    compiled = compile(f)
    for k in (1.0, 2.0):
        tree = {"w": t(*A) * k, "rest": [t(k), (np.array([k, 2.0, 3.0]),)]}
        same(compiled(tree, scale=t(k)), f(tree, scale=t(k)))
    assert len(compiled.sources) == 1


def test_keys_in_another_order_and_other_nestings_are_other_calls() -> None:
    compiled = compile(lambda d: d["a"] - d["b"])
    assert compiled({"a": t(5.0), "b": t(2.0)}).item() == 3.0
    assert compiled({"b": t(2.0), "a": t(7.0)}).item() == 5.0
    assert compiled(OrderedDict(b=t(1.0), a=t(2.0))).item() == 1.0


def test_shapes_and_dtypes_have_plans_of_their_own() -> None:
    compiled = compile(lambda x: gs.sum(x * x) / x.size)
    for _ in range(2):
        for x in (t(*A), gs.constant(B), t(3.0), t(*A, dtype=gs.float32), gs.constant(B[:, :2])):
            same(compiled(x), gs.sum(x * x) / x.size)
    assert len(compiled.sources) == 5


def test_values_of_other_arguments_have_plans_of_their_own() -> None:
    def f(x: Any, power: int, how: str, flag: bool = False) -> Any:
        return (gs.sum if how == "sum" else gs.max)(x**power) * (2.0 if flag else 1.0)

    compiled = compile(f)
    calls = [(2, "sum"), (3, "sum"), (2, "max"), (1, "sum", True), (True, "sum")]
    for _ in range(2):
        for rest in calls:
            same(compiled(t(*A), *rest), f(t(*A), *rest))
    assert len(compiled.sources) == 5


def test_the_same_tensor_twice_is_another_call() -> None:
    def slope(a: Any, b: Any) -> Any:
        with gs.GradientTape() as tape:
            tape.watch(a)
            y = a * b
        return tape.gradient(y, a)

    x, y = t(3.0), t(5.0)
    agrees(slope, (x, y), (x, x), (y, x), (y, y), plans=2)
    agrees(lambda a, b: a * 2.0, (x, x), (y, y))
    agrees(lambda a, b: b - 1.0, (x, y), (y, x))
    agrees(lambda a, b: b - a, (x, y), (y, x))


def test_python_loops_and_functions() -> None:
    def f(x: Any, steps: int) -> Any:
        y, history = x, []
        for i in range(steps):
            y = gs.sin(y) * (1.0 + i) + x
            history.append(y)
        return sum(history), history[-1]

    agrees(f, (t(0.5), 5), (t(0.75), 5), (t(0.5), 8), plans=2)


def test_a_method_is_compiled_for_each_object() -> None:
    class Line:
        def __init__(self, slope: float) -> None:
            self.slope = gs.Variable(slope)

        @compile
        def __call__(self, x: Any) -> Any:
            return self.slope * x

    first, second = Line(2.0), Line(3.0)
    assert [first(t(1.0)).item(), second(t(1.0)).item(), first(t(5.0)).item()] == [2.0, 3.0, 10.0]


def test_names_and_text_of_the_function_stay() -> None:
    @compile
    def distance(x: Any) -> Any:
        """How far."""
        return gs.abs(x)

    assert (distance.__name__, distance.__doc__) == ("distance", "How far.")


def test_special_numbers_pass() -> None:
    x = t(np.nan, np.inf, -np.inf, -0.0, 0.0)
    with np.errstate(all="ignore"):
        found = agrees(lambda x: (x * 1.0, x + 0.0, -x, gs.sqrt(x), gs.copysign(1.0, x), x * -1.0), (x,), (x + 1.0,))
        assert np.signbit(np.asarray(found(x)[0])).tolist() == [False, False, True, True, False]


@pytest.mark.parametrize(
    "f", [gs.exp, lambda x: 1.0 / x, gs.log, lambda x: x * 10.0, lambda x: x**0.5, gs.grad(gs.sqrt), gs.sin, gs.tan]
)
def test_where_python_fails_numpy_answers(f: Any) -> None:
    compiled = compile(f)
    with np.errstate(all="ignore"):
        for number in (2.0, 0.0, -0.0, np.inf, 3.0, -np.inf, np.nan, 1e308, -1.0, 2.0):
            same(compiled(t(number)), f(t(number)))


def test_no_results_and_constant_results() -> None:
    agrees(lambda x: None, (t(1.0),), (t(2.0),))
    agrees(lambda x: (gs.zeros(3), gs.zeros_like(x), gs.ones_like(x) * 2.0, gs.shape(x)), (t(*A),), (t(*C),))
    assert compile(lambda: gs.constant(3.0) * 2.0)().item() == 6.0
