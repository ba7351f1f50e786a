"""Differences of texts, and that whatever is done every text comes back to the byte."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gradstudio.studio.history import History
from gradstudio.studio.steps import Change, Cursor, applied, difference, inverse, joined, reverted

PIECES = st.text(st.sampled_from("ab \n=\U0001d6fcé"), max_size=6)


@given(PIECES, PIECES, st.integers(-1, 8))
def test_a_difference_leads_from_one_text_to_the_other_and_back(before: str, after: str, cursor: int) -> None:
    changes = difference(before, after, cursor if cursor <= len(after) else -1)
    assert applied(before, changes) == after
    assert reverted(after, changes) == before
    assert inverse(inverse(changes)) == changes
    assert all(change.old != change.new for change in changes)


LINES = st.lists(st.sampled_from(["a", "b", "", "ab"]), max_size=9)


@given(LINES, LINES)
def test_so_does_one_that_is_found_line_by_line(old: list[str], new: list[str]) -> None:
    before, after = "\n".join(old), "\n".join(new)
    changes = difference(before, after)
    assert applied(before, changes) == after
    assert reverted(after, changes) == before
    ends = [change.start + len(change.old) for change in changes]
    assert all(change.start > end for change, end in zip(changes[1:], ends[:-1], strict=True)), "none touch"


def test_a_line_added_and_a_header_changed_far_below_are_two_small_changes() -> None:
    before = "x = 1\ny = 2\nz = 3\n# moved = [1]\n"
    after = "x = 1\nw = 5\ny = 2\nz = 3\n# moved = [2]\n"
    assert difference(before, after) == (Change(6, "", "w = 5\n"), Change(29, "1", "2"))


@given(PIECES, PIECES, PIECES)
def test_two_changes_joined_are_both(first: str, second: str, third: str) -> None:
    one, two = difference(first, second), difference(second, third)
    if len(one) == len(two) == 1:
        both = joined(one[0], two[0])
        if both is not None:
            assert applied(first, (both,)) == third


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("splice"), st.integers(0, 30), st.integers(0, 5), PIECES, st.sampled_from(["", "m", "n"])),
        st.tuples(st.just("undo")),
        st.tuples(st.just("redo")),
        st.tuples(st.just("go"), st.integers(0, 20)),
        st.tuples(st.just("settle")),
    ),
    max_size=40,
)


@given(PIECES, STEPS, st.booleans())
def test_whatever_is_done_the_first_text_comes_back_and_the_last_again(
    first: str, doings: list[tuple[object, ...]], is_typed: bool
) -> None:
    history, text = History(lambda: 0.0), first
    for doing in doings:
        match doing:
            case ("splice", int(start), int(length), str(new), str(merge)):
                start = min(start, len(text))
                after = text[:start] + new + text[start + length :]
                at = Cursor(start + length, start + length), Cursor(start + len(new), start + len(new))
                history.record(text, after, "Edit" if merge else "", merge, cursors=at if is_typed else None)
                text = after
            case ("undo",):
                state = history.undo(text)
                text = state.text if state is not None else text
            case ("redo",):
                state = history.redo(text)
                text = state.text if state is not None else text
            case ("go", int(at)):
                state = history.go_to(text, at)
                text = state.text if state is not None else text
            case _:
                history.settle()
        assert 0 <= history.at <= len(history.steps)
    assert history.is_whole
    end, last = text, history.at
    state = history.go_to(text, 0)
    assert (state.text if state is not None else text) == first
    state = history.go_to(first, last)
    assert (state.text if state is not None else first) == end
