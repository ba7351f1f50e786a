"""Cards: every op has one; curves are those of the op, in a range where there is something to see."""

from __future__ import annotations

import numpy as np
import pytest

from gradstudio.engine.primitive import TABLE
from gradstudio.studio.palette.card import card
from gradstudio.studio.palette.catalogue import entries
from gradstudio.studio.palette.curve import curve
from gradstudio.studio.palette.source import Source


@pytest.mark.parametrize("id", [each.id for each in entries()])
def test_every_entry_has_a_card(id: str) -> None:
    found = card(id)
    assert found is not None
    assert found.entry.id == id
    assert found.signature
    if id in TABLE:
        assert found.signature == TABLE[id].signature
        assert found.gradient


def test_a_card_says_formula_shapes_gradient_and_an_example_that_runs() -> None:
    found = card("add")
    assert found is not None
    assert [line.latex for line in found.formulas] == ["z = x + y", r"\bar{x} = \bar{z}", r"\bar{y} = \bar{z}"]
    assert found.shapes == "[3], [2, 3] → [2, 3]"
    assert found.gradient == "gradient to x, y"
    assert found.example is not None
    assert found.example.code.startswith("gs.add(")
    assert found.curve is None


def test_what_is_no_entry_has_no_card() -> None:
    assert card("warp_drive") is None


def test_a_card_names_what_is_taken_at_a_corner_and_where_no_gradient_passes() -> None:
    relu, floor = card("relu"), card("floor")
    assert relu is not None
    assert floor is not None
    assert relu.gradient.startswith("gradient to x; at 0")
    assert floor.gradient == "no gradient passes"


def test_a_curve_is_the_function_and_its_slope() -> None:
    found = curve("sigmoid")
    assert found is not None
    assert found.slope is not None
    assert (found.x[0], found.x[-1]) == (-4.0, 4.0)
    np.testing.assert_allclose(found.f, 1 / (1 + np.exp(-found.x)))
    np.testing.assert_allclose(found.slope, found.f * (1 - found.f))
    assert found.low < 0 < 1 < found.high


@pytest.mark.parametrize(
    ("name", "low", "high"), [("log", 0, 4), ("arcsin", -1, 1), ("ndtri", 0, 1), ("erfcinv", 0, 2), ("arccosh", 1, 4)]
)
def test_a_curve_fills_the_domain(name: str, low: float, high: float) -> None:
    found = curve(name)
    assert found is not None
    assert (found.x[0], found.x[-1]) == pytest.approx((low, high))
    assert np.isfinite(found.f).mean() > 0.95


def test_a_curve_breaks_at_a_pole_and_the_pole_does_not_flatten_it() -> None:
    found = curve("tan")
    assert found is not None
    assert np.isnan(found.f).any(), "no line from plus to minus infinity"
    assert found.high - found.low < 40


def test_a_function_without_gradient_has_a_curve_without_slope() -> None:
    found = curve("floor")
    assert found is not None
    assert found.slope is None


@pytest.mark.parametrize("name", ["add", "sum", "softmax", "cumsum", "sort", "batch_norm", "isnan", "matmul", "warp"])
def test_what_does_not_treat_each_number_by_itself_has_no_curve(name: str) -> None:
    assert curve(name) is None


def test_curves_are_made_without_a_warning_for_all_ops() -> None:
    drawn = [name for name in TABLE if curve(name) is not None]
    assert len(drawn) > 70
    for name in drawn:
        found = curve(name)
        assert found is not None
        assert np.isfinite([found.low, found.high]).all()
        assert found.low < found.high


def test_a_card_speaks_of_the_value_that_is_to_be_taken() -> None:
    found = card("sigmoid", Source("z", -2.0, 9.0))
    assert found is not None
    assert found.formulas[0].latex == r"y = \frac{1}{1 + e^{-z}}"
    assert found.curve is not None
    assert (found.curve.x[0], found.curve.x[-1]) == (-4.0, 9.0), "as far as the value reaches"


@pytest.mark.parametrize(("low", "high"), [(np.nan, np.nan), (1.0, np.inf), (2.0, 1.0), (0.0, 1e300)])
def test_a_value_without_a_sensible_range_leaves_the_curve_as_it_is(low: float, high: float) -> None:
    found = card("sigmoid", Source("z", low, high))
    assert found is not None
    assert found.curve is curve("sigmoid")
