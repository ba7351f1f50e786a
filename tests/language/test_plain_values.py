"""Values for machines: plain, and never a flood."""

from __future__ import annotations

import numpy as np

from gradstudio.language.plain_values import PlainValues


def test_what_does_not_fit_is_left_out_by_itself_and_named() -> None:
    plain = PlainValues(room=10)

    assert plain.of({"a": np.zeros(4), "big": np.zeros(11), "b": [1, 2.0, True]}) == {
        "a": [0.0] * 4,
        "b": [1, 2.0, True],
    }
    assert "together: big" in plain.note()[0].message
    assert plain.gradients({"x": None, "y": np.zeros(9), "z": 1.0}) == {"x": None, "z": 1.0}
    assert plain.note()[0].message.endswith("big, y")


def test_lists_that_hold_one_list_many_times_are_counted_as_often() -> None:
    a: list[object] = [1.0] * 1000
    for _ in range(5):
        a = [a] * 1000
    deep: list[object] = []
    for _ in range(60):
        deep = [deep, deep]
    plain = PlainValues()

    assert plain.of({"a": a, "deep": deep, "words": ["x"], "f": print}) == {}
    assert len(plain.note()) == 1


def test_odd_numbers_are_plain() -> None:
    values = {
        "i": 2**70,
        "huge": 2**5000,
        "c": np.array([1 + 2j]),
        "o": np.array([None]),
        "e": [],
        "s": np.float32(0.5),
    }

    assert PlainValues().of(values) == {"i": float(2**70), "huge": float("inf"), "c": [[1.0, 2.0]], "e": [], "s": 0.5}
    assert PlainValues().note() == ()
