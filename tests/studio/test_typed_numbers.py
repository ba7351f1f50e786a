"""What a person types or pastes as numbers, from whatever program it comes."""

from __future__ import annotations

import pytest

from gradstudio.studio.edits.edit import Refused
from gradstudio.studio.edits.typed_numbers import cells, number, shape, whole_number


@pytest.mark.parametrize(
    ("text", "value"), [("0.5", 0.5), (" −3 ", -3.0), ("1e-4", 1e-4), ("0,25", 0.25), ("1_000", 1000.0)]
)
def test_a_number_is_read_as_people_write_it(text: str, value: float) -> None:
    assert number(text, "x") == value


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("1\t2\n3\t4\n", [[1.0, 2.0], [3.0, 4.0]]),
        ("1,5\t2,5\r\n3,5\t4,5", [[1.5, 2.5], [3.5, 4.5]]),
        ("1;2;\n3;4;\n", [[1.0, 2.0], [3.0, 4.0]]),
        ("1, 2, 3", [[1.0, 2.0, 3.0]]),
        ("1 2\n\n3 4", [[1.0, 2.0], [3.0, 4.0]]),
        ("[[1.0, 2.0], [3.0, −4.0]]", [[1.0, 2.0], [3.0, -4.0]]),
        ("7", [[7.0]]),
    ],
)
def test_cells_are_read_from_spreadsheets_lists_and_columns(text: str, values: list[list[float]]) -> None:
    assert cells(text).tolist() == values


def test_what_is_no_table_is_refused_with_its_row() -> None:
    for text, why in (
        ("", "no numbers yet"),
        ("1 2\n3", "Row 2 has 1 number, the first 2"),
        ("1\tx", "Row 1: 'x' is not a number"),
        ("1\t\t2", "Row 1: an empty cell"),
    ):
        with pytest.raises(Refused, match=why):
            cells(text)


def test_a_shape_is_whole_numbers_in_any_spelling() -> None:
    assert shape("200, 3") == shape("[200 3]") == shape("200 × 3") == (200, 3)
    with pytest.raises(Refused, match="whole numbers"):
        shape("2.5")
    assert whole_number("50", "How many") == 50
    with pytest.raises(Refused, match=r"How many: 1\.5 is not a whole number"):
        whole_number("1.5", "How many")
