"""Paths and colours of SVG, by hand."""

from __future__ import annotations

import re

import numpy as np

from gradstudio.export.shapes import arrowhead, number, outline, paint, plain, rounded, shortened
from gradstudio.picture.model import Shape


def numbers(path: str) -> list[float]:
    return [float(n) for n in re.findall(r"-?[\d.]+", path)]


def test_a_straight_line_has_no_bend() -> None:
    assert rounded(np.array([[0.0, 0.0], [10.0, 0.0]]), 6.0) == "M0 0L10 0"


def test_a_bend_starts_and_ends_a_radius_from_its_corner() -> None:
    assert rounded(np.array([[0.0, 0.0], [20.0, 0.0], [20.0, 30.0]]), 6.0) == "M0 0L14 0Q20 0 20 6L20 30"


def test_a_bend_is_no_larger_than_half_its_shorter_side() -> None:
    assert "Q4 0 4 2" in rounded(np.array([[0.0, 0.0], [4.0, 0.0], [4.0, 30.0]]), 6.0)


def test_a_point_that_stands_twice_makes_no_bend() -> None:
    assert "nan" not in rounded(np.array([[0.0, 0.0], [5.0, 0.0], [5.0, 0.0], [5.0, 9.0]]), 6.0)


def test_a_line_ends_before_the_tip_of_its_arrow() -> None:
    np.testing.assert_allclose(shortened(np.array([[0.0, 0.0], [10.0, 0.0]]), 4.0)[-1], [6.0, 0.0])
    np.testing.assert_allclose(shortened(np.array([[0.0, 0.0], [3.0, 0.0]]), 4.0)[-1], [3.0, 0.0])


def test_an_arrowhead_points_along_the_last_piece() -> None:
    assert numbers(arrowhead(np.array([[0.0, 0.0], [10.0, 0.0]]), 6.0, 4.0)) == [10, 0, 4, 2, 4, -2]


def test_a_data_node_has_its_top_right_corner_cut_by_12() -> None:
    path = outline(Shape.CUT, (0.0, 0.0, 100.0, 50.0), 4.0)
    assert "H88L100 12" in path
    assert path.count("A") == 3
    assert outline(Shape.CUT_TOP, (0.0, 0.0, 100.0, 20.0), 4.0).count("A") == 1
    assert outline(Shape.ROUND_BOTTOM, (0.0, 0.0, 100.0, 20.0), 4.0).count("A") == 2


def test_colours_carry_their_opacity() -> None:
    assert paint("fill", 0xFF0072B2) == {"fill": "#0072b2"}
    assert paint("stroke", 0x00FFFFFF) == {"stroke": "none"}
    assert paint("fill", 0x80000000) == {"fill": "#000000", "fill-opacity": "0.5"}


def test_numbers_are_short_and_text_is_legal() -> None:
    assert (number(1.0), number(0.126), number(-0.0)) == ("1", "0.13", "0")
    assert plain("a\x00b\ud800c") == "a b c"


def test_hidden_characters_are_written_out() -> None:
    assert plain("a\u202eb\u200b\u2028c") == "a\\u202eb\\u200b\\u2028c"
    assert plain("∂ −1.5 é 漢 ∞") == "∂ −1.5 é 漢 ∞"
