"""Differences: every line of both texts is there, in order; what is called equal is; odd texts do not take long."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradstudio.studio import differences as compared
from gradstudio.studio.differences import Range, Row, differences

_LINE = st.sampled_from(["a = 1", "a = 2", "b = a * 2", "", "    c = 1", "# ende\u0301"])
_TEXT = st.lists(_LINE, max_size=12).map("\n".join)


def _without(text: str, ranges: tuple[Range, ...]) -> str:
    at, kept = 0, ""
    for start, end in ranges:
        assert at <= start < end <= len(text)
        kept, at = kept + text[at:start], end
    return kept + text[at:]


def _check(before: str, after: str) -> tuple[Row, ...]:
    rows = differences(before, after)
    old, new = [r for r in rows if r.before_line], [r for r in rows if r.after_line]
    assert [r.before for r in old] == before.split("\n")
    assert [r.after for r in new] == after.split("\n")
    assert [r.before_line for r in old] == list(range(1, len(old) + 1))
    assert [r.after_line for r in new] == list(range(1, len(new) + 1))
    for row in rows:
        both = bool(row.before_line) and bool(row.after_line)
        assert both is (row.kind in ("equal", "changed"))
        if row.kind == "changed":
            assert row.before != row.after
            if row.before_ranges or row.after_ranges:
                assert _without(row.before, row.before_ranges) == _without(row.after, row.after_ranges)
        elif row.kind == "equal":
            assert row.before == row.after
    return rows


@given(_TEXT, _TEXT)
@settings(max_examples=150, deadline=None)
def test_the_rows_are_both_texts(before: str, after: str) -> None:
    rows = _check(before, after)
    assert any(row.kind != "equal" for row in rows) is (before != after)


def test_a_changed_line_says_what_changed_in_it_and_a_new_line_is_new() -> None:
    rows = _check("a = 1\nrate = 0.5\nc = 3\n", "a = 1\nrate = 0.8\nnew = c\nc = 3\n")
    assert [row.kind for row in rows] == ["equal", "changed", "added", "equal", "equal"]
    assert rows[1].before_ranges == rows[1].after_ranges == ((9, 10),)
    rows = _check("loss = a + b\n", "first = 0\nlast = -1\nloss = a + c\n")
    assert [row.kind for row in rows] == ["added", "added", "changed", "equal"], "the line that is like it"


def test_texts_that_nothing_leads_through_are_compared_as_far_as_is_quick() -> None:
    ab = "\n".join("ab"[(k * k // 7) % 2] for k in range(10_000))
    ba = "\n".join("ba"[(k * k // 5) % 2] for k in range(10_000))
    _check(ab, ba)
    _check("x " * 40_000, "y " * 40_000)


def test_of_very_many_changed_lines_the_first_say_what_changed_in_them() -> None:
    rows = _check("\n".join(f"a = {k}" for k in range(12_000)), "\n".join(f"a = {-k}" for k in range(12_000)))
    said = [bool(row.before_ranges or row.after_ranges) for row in rows if row.kind == "changed"]
    assert all(said[:2000])
    assert not said[-1]


def test_a_long_equal_stretch_is_left_out_and_the_next_difference_still_there() -> None:
    lines = [f"x{k} = {k}" for k in range(30_000)]
    rows = differences("\n".join(lines), "\n".join([*lines, "new"]))
    assert [row.count for row in rows if row.kind == "skipped"] == [20_000]
    assert rows[-1] == Row("added", after="new", after_line=30_001)


def test_rows_and_lines_are_limited_and_the_last_row_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compared, "ROWS", 50)
    monkeypatch.setattr(compared, "LINES", 100)
    for before, after in (("a\n" * 60, "b\n" * 60), ("\n" * 30, "\n" * 101)):
        rows = differences(before, after)
        assert len(rows) <= 51
        assert (rows[-1].kind, rows[-1].count) == ("skipped", 0)
