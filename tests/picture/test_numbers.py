"""How numbers and names are written."""

from __future__ import annotations

import numpy as np
import pytest

from gradstudio.engine.summary import summarise
from gradstudio.picture.fonts import elide, plain, width
from gradstudio.picture.model import Font
from gradstudio.picture.numbers import gradient_text, number, value_text

INTER = Font("Inter", 12, 400)


@pytest.mark.parametrize(
    ("x", "text"),
    [
        (0.037336, "0.03734"), (-0.0162312, "−0.01623"), (0.316, "0.3160"), (1.8672, "1.867"), (108.0, "108.0"),
        (13780.0, "1.378e4"), (0.00012345, "1.234e−4"), (7.055e-10, "7.05e−10"), (0.0, "0"), (float("inf"), "∞"),
        (float("-inf"), "−∞"), (float("nan"), "NaN"), (1234.0, "1234"), (-1e-300, "−1.e−300"), (6.0, "6.000"),
    ],
)  # fmt: skip
def test_a_number_has_four_digits_and_at_most_eight_characters(x: float, text: str) -> None:
    found = number(x)

    assert len(found) <= 8
    if "." in text and not text.endswith("e−300"):
        assert found == text or float(found.replace("−", "-")) == pytest.approx(x, rel=2e-2)
    else:
        assert found[:2] == text[:2]


def test_a_gradient_always_has_its_sign() -> None:
    found = summarise([1.0, -0.5, 0.0, np.array([3.0, 4.0]), float("nan"), float("-inf")], signed=True)

    assert [gradient_text(found, i) for i in range(6)] == ["+1.000", "−0.5000", "0", "3.54", "NaN", "−∞"]


def test_arrays_say_what_is_odd_about_them_before_their_mean() -> None:
    values = [
        np.array([1.0, 2.0]), np.array([1.0, np.inf, 2.0]), np.array([np.nan, 1.0]), np.array([True, False, True]),
        np.zeros((0, 3)), np.int64(7), np.array([3, 4]), np.True_,
    ]  # fmt: skip
    found = summarise(values, signed=False)

    assert [value_text(found, i) for i in range(len(values))] == [
        "μ 1.500", "1 of 3 ∞", "1 of 2 NaN", "2 of 3 true", "empty", "7", "μ 3.500", "true",
    ]  # fmt: skip


def test_a_thumbnail_of_gradients_keeps_extremes_and_nan_wins() -> None:
    array = np.zeros(400)
    array[5], array[207], array[399] = -3.0, 2.0, np.nan
    found = summarise([array], signed=True).thumbnail

    assert len(found) == 40
    assert (found[0], found[20]) == (-3.0, 2.0)
    assert np.isnan(found[39])
    assert np.count_nonzero(found[1:20]) == 0


def test_statistics_do_not_overflow() -> None:
    found = summarise([np.array([1e300, -1e300])], signed=False)

    assert float(found.rms[0]) == pytest.approx(1e300)


def test_a_text_is_cut_to_its_room() -> None:
    text = "a rather long name of a variable"
    cut = elide(text, INTER, 80.0)

    assert cut.endswith("…")
    assert width(cut, INTER) <= 80.0
    assert elide(text, INTER, 1.0) == ""
    assert elide("x", INTER, 80.0) == "x"


def test_hidden_characters_are_written_out() -> None:
    assert plain("a\u202eb\nc\x07") == "a\\u202eb⏎c\\u0007"
    assert len(plain("x" * 500)) == 80


def test_widths_agree_with_the_font_files() -> None:
    assert width("0000", Font("JetBrains Mono", 10, 400)) == pytest.approx(24.0)
    assert 5.0 < width("n", INTER) < 9.0
    assert width("W", Font("Inter", 12, 700)) > width("W", INTER)
