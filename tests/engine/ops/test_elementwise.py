"""Ops that work element by element: corners, poles, extremes, dtypes and the names of NumPy and TensorFlow."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import gradstudio as gs
from gradstudio.engine.primitive import TABLE, Primitive

NAN, INF = math.nan, math.inf
NASTY = [0.0, -0.0, 1.0, -1.0, 2.0, -3.0, 0.5, -0.3, INF, -INF, NAN, 1e300, -1e-300, 5e-324, 1e-9]


def gradients(function: Callable[..., Any], *values: Any) -> list[Any]:
    """Gradients of the summed result, as lists and numbers; None stays None."""
    sources = [gs.constant(v) for v in values]
    with np.errstate(all="ignore"):
        with gs.GradientTape() as tape:
            tape.watch(sources)
            y = function(*sources)
        return [None if g is None else np.asarray(g).tolist() for g in tape.gradient(y, sources)]


def derivatives(function: Callable[[Any], Any], x: float, orders: int) -> list[float]:
    """The first derivatives of a function of one number, by nested tapes."""
    if not orders:
        return []

    def slope(v: Any) -> Any:
        with gs.GradientTape() as tape:
            tape.watch(v)
            y = function(v)
        return tape.gradient(y, v)

    v = gs.constant(x)
    first = slope(v)
    return [float(first), *derivatives(slope, x, orders - 1)]


@pytest.mark.parametrize(
    ("function", "values", "expected"),
    [
        (gs.fmax, ([NAN, 1.0, 2.0, NAN], [1.0, NAN, 2.0, NAN]), [[0.0, 1.0, 1.0, 1.0], [1.0, 0.0, 0.0, 0.0]]),
        (gs.fmin, ([NAN, 1.0, 2.0], [1.0, NAN, 2.0]), [[0.0, 1.0, 1.0], [1.0, 0.0, 0.0]]),
        (gs.fmax, (NAN, 1.0), [0.0, 1.0]),
        (gs.clip, ([-2.0, -1.0, 0.5, 2.0], -1.0, 1.0), [[0.0, 1.0, 1.0, 0.0], 1.0, 1.0]),
        (gs.clip, ([-2.0, 0.0, 2.0], 1.0, -1.0), [[0.0, 0.0, 0.0], 0.0, 3.0]),
        (lambda x: gs.clip(x, high=1.0), ([1.0, 2.0],), [[1.0, 0.0]]),
        (lambda x: gs.clip(x, 0.0), (-1.0,), [0.0]),
        (gs.sign, ([-2.0, 0.0, INF, NAN],), [[0.0, 0.0, 0.0, 0.0]]),
        (gs.copysign, ([2.0, -2.0, 0.0, INF], [-1.0, -0.0, 1.0, -3.0]), [[-1.0, 1.0, 0.0, -1.0], [0.0] * 4]),
        (gs.heaviside, ([-1.0, 0.0, 2.0], 0.5), [[0.0, 0.0, 0.0], 1.0]),
        (gs.nan_to_num, ([NAN, INF, 2.0],), [[0.0, 0.0, 1.0]]),
        (gs.hypot, ([0.0, 3e200, 3e-200], [0.0, 4e200, 4e-200]), [[0.0, 0.6, 0.6], [0.0, 0.8, 0.8]]),
        (gs.atan2, ([0.0, 1e200, 0.0], [0.0, 0.0, 1e-200]), [[0.0, 0.0, 1e200], [0.0, -1e-200, 0.0]]),
        (gs.divide_no_nan, ([1.0, 1.0, INF], [0.0, 4.0, 0.0]), [[0.0, 0.25, 0.0], [0.0, -0.0625, 0.0]]),
        (gs.multiply_no_nan, ([3.0, 2.0], [0.0, 5.0]), [[0.0, 5.0], [3.0, 2.0]]),
        (gs.xdivy, ([0.0, 0.0, 1.0], [0.0, 4.0, 4.0]), [[0.0, 0.25, 0.25], [0.0, 0.0, -0.0625]]),
        (gs.xlogy, ([0.0, 0.0, 2.0], [0.0, math.e, 4.0]), [[0.0, 1.0, math.log(4.0)], [0.0, 0.0, 0.5]]),
        (gs.xlog1py, ([0.0, 0.0, 2.0], [-1.0, math.e - 1.0, 3.0]), [[0.0, 1.0, math.log(4.0)], [0.0, 0.0, 0.5]]),
        (gs.logaddexp, ([-INF, -INF, INF, 1.0], [-INF, 1.0, 1.0, 1.0]), [[0.0, 0.0, 1.0, 0.5], [0.0, 1.0, 0.0, 0.5]]),
        (gs.logaddexp2, ([-INF, 3.0], [-INF, 3.0]), [[0.0, 0.5], [0.0, 0.5]]),
        # 1.0 / 0.1 is 10.0, but 0.1 goes into 1.0 only nine times.
        (gs.mod, (1.0, 0.1), [1.0, -9.0]),
        (gs.fmod, ([1.0, -5.5], [0.1, 2.0]), [[1.0, 1.0], [-9.0, 2.0]]),
        (gs.mod, (-5.5, 2.0), [1.0, 3.0]),
        (gs.power, ([0.0, 0.0, 0.0, -2.0], [0.0, 1.0, 2.0, 3.0]), [[0.0, 1.0, 0.0, 12.0], [0.0, 0.0, 0.0, 0.0]]),
        (lambda y: gs.power(2, y), (3.0,), [8.0 * math.log(2.0)]),
        (lambda y: gs.power(-2.0, y), (2.0,), [0.0]),
        (lambda x: x**0, ([0.0, INF],), [[0.0, 0.0]]),
        (lambda x: gs.sqrt(x) * 0.0, ([0.0],), [[0.0]]),
        (lambda x: gs.cbrt(x) * 0.0, ([0.0, -8.0],), [[0.0, 0.0]]),
        (gs.cbrt, ([-8.0, 0.0],), [[1.0 / 12.0, INF]]),
        (gs.arccosh, (1e300,), [1e-300]),
        (gs.arcsinh, (1e300,), [1e-300]),
        (gs.expm1, (-40.0,), [math.exp(-40.0)]),
        (gs.lerp, (2.0, 6.0, 0.25), [0.75, 0.25, 4.0]),
        (lambda x, y: gs.add_n([x, y, x]), (1.0, [2.0, 3.0]), [4.0, [1.0, 1.0]]),
        (lambda x: gs.math.polyval([2.0, -1.0, 0.5], x), (3.0,), [11.0]),
        (lambda c: gs.math.polyval(c, 3.0), ([2.0, -1.0, 0.5],), [[9.0, 3.0, 1.0]]),
    ],
)
def test_gradients_at_corners_poles_and_extremes(function: Any, values: Any, expected: list[Any]) -> None:
    for got, want in zip(gradients(function, *values), expected, strict=True):
        np.testing.assert_allclose(got, want, rtol=1e-14, atol=0)


def _one_or_two_numbers() -> list[Primitive]:
    rows = [gs_row for gs_row in TABLE.values() if gs_row.scalar is not None and gs_row.differentiable]
    return [row for row in rows if len(row.inputs) <= 2]


@pytest.mark.parametrize("row", [pytest.param(row, id=row.name) for row in _one_or_two_numbers()])
def test_a_number_and_an_array_of_it_have_the_same_value_and_gradients_everywhere(row: Primitive) -> None:
    points = [(x,) for x in NASTY] if len(row.inputs) == 1 else [(x, y) for x in NASTY for y in NASTY]
    for point in points:
        if row.name == "power" and point == (-INF, 0.5):
            continue  # NumPy itself says inf for an array and nan for a number
        with np.errstate(all="ignore"):
            number, array = row(*point), row(*[np.array([x]) for x in point])
        np.testing.assert_allclose(float(number), float(array[0]), rtol=1e-15, atol=0, err_msg=f"{point}")
        for single, several in zip(gradients(row, *point), gradients(row, *[[x] for x in point]), strict=True):
            np.testing.assert_allclose(single, several[0], rtol=1e-14, atol=0, err_msg=f"{point}")


def test_squares_by_power_are_exact_for_numbers_and_arrays() -> None:
    numbers = np.random.default_rng(0).normal(size=2000) * 10.0 ** np.arange(-100, 100).repeat(10)
    exact = numbers * numbers
    np.testing.assert_array_equal(gs.power(numbers, 2), exact)
    np.testing.assert_array_equal(gs.power(numbers, 2.0), exact)
    np.testing.assert_array_equal([float(gs.constant(float(x)) ** 2) for x in numbers], exact)
    np.testing.assert_array_equal([float(gs.power(float(x), 2.0)) for x in numbers], exact)


def test_integers_to_integer_powers_stay_integers_unless_a_power_is_negative() -> None:
    assert gs.power(2, 10).tolist() == 1024
    assert gs.power([2, 3], 2).dtype == gs.int64
    assert (gs.constant([1, 2, 4]) ** -1).tolist() == [1.0, 0.5, 0.25]
    assert gs.power([2, 4], [-1, 2]).tolist() == [0.5, 16.0]
    assert gs.power(2, [-1, -2]).tolist() == [0.5, 0.25]
    assert gs.float_power([2, 4], 2).dtype == gs.float64
    assert (gs.constant([2.0]) ** gs.constant([-2])).tolist() == [0.25]


def test_the_mixed_derivative_of_a_power_is_right_where_the_exponent_is_0() -> None:
    x, y = gs.constant([2.0]), gs.constant([0.0])
    with gs.GradientTape() as outer:
        outer.watch(y)
        with gs.GradientTape() as inner:
            inner.watch(x)
            z = gs.power(x, y)
        slope = inner.gradient(z, x)
    assert slope.tolist() == [0.0]
    assert outer.gradient(slope, y).tolist() == [0.5]  # d/dy (y x ** (y - 1)) = 1 / x


def test_a_root_whose_cotangent_happens_to_be_0_has_its_right_second_derivative() -> None:
    for x in (4.0, [4.0]):
        v = gs.constant(x)
        with gs.GradientTape() as outer:
            outer.watch(v)
            with gs.GradientTape() as inner:
                inner.watch(v)
                y = gs.sqrt(v) * (v - 4.0)
            slope = inner.gradient(y, v)
        np.testing.assert_allclose(outer.gradient(slope, v), 0.5)  # 3/4 x**(-1/2) + x**(-3/2)


def test_sinc_has_all_derivatives_at_0_and_smooth_ones_around_it() -> None:
    pi = math.pi
    np.testing.assert_allclose(
        derivatives(gs.sinc, 0.0, 4), [0.0, -(pi**2) / 3, 0.0, pi**4 / 5], rtol=1e-14, atol=1e-300
    )
    for x in (1e-8, 0.3, 0.7, 0.8, 2.0, 40.0):
        z = pi * x
        slope = (math.cos(z) - math.sin(z) / z) / x
        if x > 0.1:
            assert derivatives(gs.sinc, x, 1)[0] == pytest.approx(slope, rel=1e-12)
        else:
            assert derivatives(gs.sinc, x, 1)[0] == pytest.approx(-(pi**2) * x / 3, rel=1e-12)
    # Both ways of computing the third derivative meet at the border between them.
    border = 4.5 / pi
    before, after = (derivatives(gs.sinc, border + d, 3)[2] for d in (-1e-13, 1e-13))
    assert before == pytest.approx(after, rel=1e-10)


def test_slopes_of_inverse_functions_are_exact_next_to_their_poles_and_next_to_0() -> None:
    x = 1.0 - 2.0**-40
    expected = 1.0 / math.sqrt(2.0**-40 * (2.0 - 2.0**-40))
    assert gradients(gs.arcsin, x) == [pytest.approx(expected, rel=1e-15)]
    assert gradients(gs.arccos, x) == [pytest.approx(-expected, rel=1e-15)]
    assert gradients(gs.arctanh, x) == [pytest.approx(expected * expected, rel=1e-15)]
    assert derivatives(gs.arcsin, 1e-10, 2)[1] == pytest.approx(1e-10, rel=1e-14)
    assert gradients(gs.arcsin, [1.0]) == [[INF]]


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (lambda: gs.divide_no_nan(INF, 0.0), 0.0),
        (lambda: gs.multiply_no_nan([INF, NAN, 2.0], [0.0, 0.0, 3.0]), [0.0, 0.0, 6.0]),
        (lambda: gs.math.reciprocal_no_nan([0.0, 4.0]), [0.0, 0.25]),
        (lambda: gs.xlogy([0.0, 0.0], [NAN, -1.0]), [0.0, 0.0]),
        (lambda: gs.xlog1py([0.0, 1.0], [-3.0, 1e-20]), [0.0, 1e-20]),
        (lambda: gs.xdivy([0.0, 0.0], [0.0, NAN]), [0.0, 0.0]),
        (lambda: gs.floordiv([-7, 7], 2), [-4, 3]),
        (lambda: gs.truncatediv([-7, 7], [2, -2]), [-3, -3]),
        (lambda: gs.truncatediv([-7.5, 7.5], 2.0), [-3.0, 3.0]),
        (lambda: gs.truncatemod([-7.0, 7.0], [2.0, -2.0]), [-1.0, 1.0]),
        (lambda: gs.floormod([-7.0, 7.0], [2.0, -2.0]), [1.0, -1.0]),
        (lambda: gs.math.rint([0.5, 1.5, -2.5]), [0.0, 2.0, -2.0]),
        (lambda: gs.round([1.25, -1.35], 1), [1.2, -1.4]),
        (lambda: gs.trunc([1.7, -1.7]), [1.0, -1.0]),
        (lambda: gs.reciprocal([2, 4]), [0.5, 0.25]),
        (lambda: gs.nan_to_num([NAN, INF, -INF], nan=1.0, posinf=2.0, neginf=3.0), [1.0, 2.0, 3.0]),
        (lambda: gs.clip_by_value([-5, 5], clip_value_min=-1, clip_value_max=2), [-1, 2]),
        (lambda: gs.logical_xor([True, False], True), [False, True]),
        (lambda: gs.math.is_non_decreasing([1.0, 1.0, 2.0]), True),
        (lambda: gs.math.is_strictly_increasing([1.0, 1.0, 2.0]), False),
        (lambda: gs.math.is_strictly_increasing([]), True),
        (lambda: gs.isclose([1.0, 2.0], [1.0 + 1e-9, 2.1]), [True, False]),
        (lambda: gs.signbit([-0.0, 0.0]), [True, False]),
        (lambda: gs.isposinf([INF, -INF]), [True, False]),
        (lambda: gs.isneginf([INF, -INF]), [False, True]),
        (lambda: gs.math.scalar_mul(2.0, x=[1.0, 2.0]), [2.0, 4.0]),
        (lambda: gs.math.accumulate_n([[1.0], [2.0]], shape=[1], tensor_dtype=gs.float64), [3.0]),
        (lambda: gs.math.nextafter(x1=1.0, x2=2.0), 1.0 + 2.0**-52),
        (lambda: gs.math.atan2(y=1.0, x=0.0), math.pi / 2),
        (lambda: gs.cast(x=[1.9, -1.9], dtype="int32", name="whole"), [1, -1]),
        (lambda: gs.zeros_like(gs.constant([1, 2])), [0, 0]),
    ],
)
def test_values_under_tensorflows_names_and_arguments(call: Any, expected: Any) -> None:
    np.testing.assert_allclose(np.asarray(call()), expected, rtol=1e-15)


def test_numpys_functions_on_tensors_record_the_ops_of_the_same_name() -> None:
    x, y = gs.constant([0.5, -2.5]), gs.constant([2.0, 0.75])
    with gs.GradientTape(persistent=True) as tape:
        tape.watch([x, y])
        results = {
            "fmod": np.fmod(x, y),
            "heaviside": np.heaviside(x, y),
            "copysign": np.copysign(x, y),
            "logaddexp2": np.logaddexp2(x, y),
            "float_power": np.float_power(y, 2),
            "fabs": np.fabs(x),
            "sinc": np.sinc(x),
            "clip": np.clip(x, None, 0.0),
            "nan_to_num": np.nan_to_num(x),
            "positive": +x,
            "angle": np.angle(x),
            "divmod": np.divmod(x, y)[1],
            "trunc": np.trunc(x),
            "polyval": np.polyval([1.0, 2.0], x),
        }
    plain = {"positive": lambda a: +a}
    a, b = x.numpy(), y.numpy()
    for name, got in results.items():
        function = plain.get(name) or getattr(np, name)
        arguments = {
            "float_power": (b, 2),
            "clip": (a, None, 0.0),
            "polyval": ([1.0, 2.0], a),
            "fmod": (a, b),
            "heaviside": (a, b),
            "copysign": (a, b),
            "logaddexp2": (a, b),
            "divmod": (a, b),
        }.get(name, (a,))
        want = function(*arguments)
        np.testing.assert_allclose(np.asarray(got), want[1] if name == "divmod" else want, rtol=1e-15)
        assert isinstance(got, gs.Tensor)
    assert tape.gradient(results["polyval"], x).tolist() == [1.0, 1.0]
    assert tape.gradient(results["trunc"], x) is None
    assert tape.gradient(results["float_power"], y).tolist() == [4.0, 1.5]


@pytest.mark.parametrize("function", [gs.floor, gs.ceil, gs.round, gs.math.rint, gs.trunc, gs.stop_gradient])
def test_rounding_and_stop_gradient_pass_none_not_zero(function: Any) -> None:
    assert gradients(function, [1.5, 2.5]) == [None]
    assert gradients(lambda x: function(x) + x, 1.5) == [1.0]


def test_constants_of_the_form_of_a_tensor_have_no_gradient_as_in_tensorflow() -> None:
    assert gradients(gs.zeros_like, [1.0]) == [None]
    assert gradients(lambda x: gs.ones_like(x) * x, [2.0]) == [[1.0]]
    assert gradients(lambda x: np.zeros_like(x) + np.ones_like(x), [2.0]) == [None]
    assert TABLE["zeros_like"](np.float32(2.0)).dtype == gs.float32
    assert TABLE["ones_like"]([1.0, 2.0], dtype=gs.int32).tolist() == [1, 1]


def test_a_cast_and_back_keeps_the_gradient_only_between_floating_dtypes() -> None:
    x = gs.constant([1.5, 2.5])
    with gs.GradientTape(persistent=True) as tape:
        tape.watch(x)
        single, whole = gs.cast(x, gs.float32), gs.cast(gs.cast(x, gs.int32), gs.float64)
    assert tape.gradient(single, x).dtype == gs.float64
    assert tape.gradient(whole, x) is None
    with pytest.raises(TypeError, match="boolean, integer, floating or complex"):
        gs.cast(x, str)


@pytest.mark.parametrize("name", ["divide_no_nan", "multiply_no_nan", "xdivy", "xlogy", "xlog1py", "clip", "lerp"])
def test_python_numbers_do_not_widen_float32(name: str) -> None:
    x = np.array([0.5, 0.0], np.float32)
    row = TABLE[name]
    for arguments in ((x, 2.0, 3.0), (2.0, x, 3.0), (1, x, 2), (x, 2, 3)):
        with np.errstate(all="ignore"):
            y = row(*arguments[: len(row.inputs)])
        assert y.dtype == gs.float32


def test_empty_arrays_give_empty_results_and_gradients() -> None:
    empty = np.zeros((0, 3))
    for name in ("sqrt", "sinc", "abs", "sign", "angle", "tanh", "reciprocal", "log1p", "nan_to_num"):
        assert gs.constant(gradients(getattr(gs, name), empty)[0] or []).size == 0
    for name in ("power", "hypot", "atan2", "maximum", "mod", "fmod", "xlogy", "xdivy", "logaddexp", "fmax", "add"):
        one, two = gradients(getattr(gs, name), empty, empty)
        assert one == two == []


def test_an_empty_list_cannot_be_added_up_nor_make_a_polynomial() -> None:
    with pytest.raises(ValueError, match="at least one value"):
        gs.add_n([])
    with pytest.raises(ValueError, match="no coefficients"):
        gs.math.polyval([], 1.0)


@pytest.mark.parametrize("name", ["maximum", "minimum", "fmax", "fmin"])
@pytest.mark.parametrize(("x", "y"), [(-1.0, 0), (2.0, 5), (0.5, 0), (float("nan"), 1), (1.0, 1)])
def test_a_number_and_a_whole_number_give_a_floating_one_and_a_gradient(name: str, x: float, y: int) -> None:
    f = getattr(gs, name)
    for a, b in ((gs.constant(x), y), (y, gs.constant(x)), (gs.constant(x), gs.constant(float(y)))):
        found = f(a, b)
        assert found.dtype == np.float64
        np.testing.assert_array_equal(found, getattr(np, name)(np.asarray(a), np.asarray(b)))
    source = gs.constant(x)
    with gs.GradientTape() as tape:
        tape.watch(source)
        z = f(source, y)
    assert tape.gradient(z, source) is not None
