"""The history: what is one step, what it is called, and that undoing leads back to the byte."""

from __future__ import annotations

import pytest
from typist import Desk

from gradstudio.studio import history as histories
from gradstudio.studio.history import PAUSE, History
from gradstudio.studio.steps import Change, Cursor

# what is one step


def test_a_typed_word_is_one_step_and_the_next_word_another() -> None:
    desk = Desk()
    desk.type("y = sigmoid(x)")
    assert desk.names() == ["Type `y`", "Type `=`", "Type `sigmoid(x)`"]
    assert desk.back() == "y = "
    assert desk.back() == "y "
    assert desk.back() == ""


def test_a_new_line_is_a_step_and_begins_another() -> None:
    desk = Desk("x")
    desk.type("a\n  b")
    assert desk.names() == ["Type `a`", "New line", "Type spaces", "Type `b`"]


def test_a_pause_begins_another_step() -> None:
    desk = Desk()
    desk.type("ab")
    desk.now += PAUSE - 0.1
    desk.type("c")
    desk.now += PAUSE + 0.1
    desk.type("d")
    assert desk.names() == ["Type `abc`", "Type `d`"]


def test_moving_the_cursor_begins_another_step_even_if_it_comes_back() -> None:
    desk = Desk()
    desk.type("ab")
    desk.move(0)
    desk.move(2)
    desk.type("c")
    desk.move(1)
    desk.type("d")
    assert desk.names() == ["Type `ab`", "Type `c`", "Type `d`"]
    assert desk.text == "adbc"


def test_typing_and_deleting_are_different_steps() -> None:
    desk = Desk()
    desk.type("abcd")
    desk.backspace(2)
    desk.type("e")
    assert desk.names() == ["Type `abcd`", "Delete `cd`", "Type `e`"]
    assert [desk.back(), desk.back(), desk.back()] == ["ab", "abcd", ""]


def test_deleting_goes_on_over_one_word_and_in_one_direction() -> None:
    desk = Desk("one two three", 7)
    desk.backspace(5)
    assert desk.names() == ["Delete `two`", "Delete `e`"]
    desk = Desk("one two three", 4)
    desk.delete(5)
    assert desk.names() == ["Delete `two`", "Delete `t`"]
    desk = Desk("abcd", 2)
    desk.backspace()
    desk.delete()
    assert desk.names() == ["Delete `b`", "Delete `c`"]


def test_deleting_a_line_break_stands_alone() -> None:
    desk = Desk("ab\ncd", 4)
    desk.backspace(3)
    assert desk.names() == ["Delete `c`", "Join lines", "Delete `b`"]


def test_a_selection_that_is_typed_over_comes_back_selected() -> None:
    desk = Desk("y = old\n")
    desk.move(4, 7)
    desk.type("new")
    assert desk.names() == ["Change `old` to `new`"]
    assert desk.back() == "y = old\n"
    assert desk.cursor == Cursor(4, 7)
    assert desk.on() == "y = new\n"
    assert desk.cursor == Cursor(7, 7)


def test_pasting_stands_alone_and_nothing_goes_on_with_it() -> None:
    desk = Desk()
    desk.type("a")
    desk.paste("bc")
    desk.type("d")
    assert desk.names() == ["Type `a`", "Paste", "Type `d`"]


def test_a_letter_among_its_likes_is_found_where_it_was_typed() -> None:
    desk = Desk("aaa", 1)
    desk.type("a")
    assert desk.history.steps[0].changes == (Change(1, "", "a"),)
    desk = Desk("aaaa", 2)
    desk.backspace()
    assert desk.history.steps[0].changes == (Change(1, "a", ""),)


def test_brackets_that_close_themselves_belong_to_the_word() -> None:
    desk = Desk("f")
    desk._replace(1, 1, "()")
    desk.cursor = Cursor(2, 2)
    step = desk.history.steps[0]
    assert step.changes == (Change(1, "", "()"),)
    desk = Desk("f")
    before = desk.text
    desk.text, cursor = "f()", desk.cursor
    desk.cursor = Cursor(2, 2)
    desk.history.record(before, desk.text, cursors=(cursor, desk.cursor))
    desk.type("x")
    assert desk.names() == ["Type `(x)`"]
    assert desk.back() == "f"


def test_a_slider_is_one_step_from_press_to_release() -> None:
    desk = Desk("w = 0.1\n")
    for value in ("0.2", "0.15", "0.35"):
        desk.apply(f"w = {value}\n", f"Set w to {value}", "slider:1:w")
    desk.history.settle()
    desk.apply("w = 0.5\n", "Set w to 0.5", "slider:1:w")
    assert desk.names() == ["Set w to 0.35", "Set w to 0.5"]
    assert desk.back() == "w = 0.35\n"
    assert desk.back() == "w = 0.1\n"
    assert desk.on() == "w = 0.35\n"


def test_moving_the_cursor_does_not_cut_a_gesture_but_another_edit_does() -> None:
    desk = Desk("w = 1\nx = 1\n")
    desk.apply("w = 2\nx = 1\n", "Set w to 2", "w")
    desk.history.pause()
    desk.now += 100
    desk.apply("w = 3\nx = 1\n", "Set w to 3", "w")
    desk.apply("w = 3\nx = 2\n", "Set x to 2", "x")
    desk.apply("w = 4\nx = 2\n", "Set w to 4", "w")
    assert desk.names() == ["Set w to 3", "Set x to 2", "Set w to 4"]


def test_a_gesture_that_changes_two_places_comes_back_whole() -> None:
    desk = Desk("a = 1\nb = 1\n")
    desk.apply("a = 2\nb = 1\n", "Drag", "m")
    desk.apply("a = 2\nb = 2\n", "Drag", "m")
    desk.apply("a = 3\nb = 2\n", "Drag", "m")
    assert len(desk.names()) == 1
    assert desk.back() == "a = 1\nb = 1\n"


def test_a_step_that_ends_where_it_began_vanishes() -> None:
    desk = Desk("w = 1\n")
    desk.apply("w = 0\n", "Set x", "")
    desk.apply("w = 2\n", "Set w to 2", "w")
    desk.apply("w = 0\n", "Set w to 0", "w")
    assert desk.names() == ["Set x"]
    desk.apply("w = 5\n", "Set w to 5", "w")
    assert desk.names() == ["Set x", "Set w to 5"]
    assert desk.back() == "w = 0\n"


def test_what_changes_nothing_is_no_step_and_forgets_nothing() -> None:
    desk = Desk("a")
    desk.type("b")
    desk.back()
    desk.history.record("a", "a", "Nothing")
    assert desk.on() == "ab"


def test_a_new_step_takes_the_place_of_what_was_undone() -> None:
    desk = Desk()
    desk.type("a b")
    desk.back()
    desk.type("c")
    assert desk.names() == ["Type `a`", "Type `c`"]
    assert desk.history.redo(desk.text) is None
    assert desk.history.redo_name == ""


def test_typing_after_undoing_does_not_go_on_with_an_old_step() -> None:
    desk = Desk()
    desk.type("a b")
    desk.back()
    desk.type(" ")
    assert desk.names() == ["Type `a`", "Type a space"]


# what steps are called, where they show


@pytest.mark.parametrize(
    ("before", "after", "name"),
    [
        ("", "x = 1", "Type `x = 1`"),
        ("", "a\nb\nc\n", "Type 3 lines"),
        ("a", "a\n    ", "New line"),
        ("a\n\n\nb", "ab", "Join lines"),
        ("a b", "ab", "Delete a space"),
        ("x = 1\n", "x = 25\n", "Change `1` to `25`"),
        ("a\nb\n", "c\nd\ne\n", "Type 3 lines"),
        ("", "\u202e evil", "Type `\\u202e evil`"),
        ("", "x" * 100, f"Type `{'x' * 23}…`"),
    ],
)
def test_an_edit_without_a_name_is_called_after_what_it_did(before: str, after: str, name: str) -> None:
    history = History()
    history.record(before, after)
    assert history.undo_name == name


def test_a_step_knows_its_line() -> None:
    desk = Desk("a\nb\nc\n", 4)
    desk.type("x")
    desk.apply("a\nb\nxc\nd\n", "Add d")
    desk.history.record(desk.text, desk.text + "e\n", "Fold", line=0)
    assert [step.line for step in desk.history.steps] == [3, 4, 0]


def test_without_a_cursor_it_goes_where_the_text_changed() -> None:
    desk = Desk("a = 1\nb = 2\n")
    desk.apply("a = 1\nb = 345\n", "Set b")
    desk.back()
    assert desk.cursor == Cursor(11, 11)
    desk.on()
    assert desk.cursor == Cursor(13, 13)


# going through it


def test_several_steps_are_gone_at_once_in_both_directions() -> None:
    desk = Desk()
    desk.type("a b c d")
    state = desk.history.go_to(desk.text, 1)
    assert state is not None
    assert (state.text, state.cursor, desk.history.at) == ("a ", Cursor(2, 2), 1)
    assert (desk.history.undo_name, desk.history.redo_name) == ("Type `a`", "Type `b`")
    state = desk.history.go_to(state.text, 4)
    assert state is not None
    assert state.text == "a b c d"


def test_there_is_nothing_before_the_first_step_or_after_the_last() -> None:
    desk = Desk()
    assert desk.history.undo("") is None
    desk.type("a")
    assert desk.history.redo("a") is None
    assert desk.history.go_to("a", 5) is None
    assert desk.history.go_to("a", -1) is None


def test_a_text_that_is_not_the_histories_own_loses_it_and_nothing_else() -> None:
    desk = Desk("abc")
    desk.type("d")
    assert desk.history.undo("something else") is None
    assert (desk.history.steps, desk.history.at, desk.history.is_whole) == ((), 0, False)


def test_the_oldest_steps_go_when_it_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(histories, "BYTES", 10_000)
    desk = Desk()
    for k in range(40):
        desk.apply(desk.text + f"line {k}\n", f"Add line {k}")
    steps = desk.history.steps
    assert 10 < len(steps) < 20
    assert sum(step.size for step in steps) <= 10_000
    assert steps[-1].name == "Add line 39"
    assert not desk.history.is_whole
    while desk.history.at:
        desk.back()
    assert desk.text == "".join(f"line {k}\n" for k in range(40 - len(steps)))


def test_the_last_step_stays_however_large_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(histories, "BYTES", 2000)
    desk = Desk("a")
    desk.type("b")
    desk.apply("x" * 5000, "Paste")
    assert desk.names() == ["Paste"]
    assert desk.back() == "ab"


def test_a_name_changed_everywhere_in_a_large_text_stays_small() -> None:
    text = "".join(f"y{k} = old * {k}\n" if k % 100 == 0 else f"z{k} = {k}\n" for k in range(10_000))
    history = History()
    history.record(text, text.replace("old", "new"), "Rename old to new")
    step = history.steps[0]
    assert len(step.changes) == 100
    assert step.size < 10_000
    state = history.undo(text.replace("old", "new"))
    assert state is not None
    assert state.text == text
