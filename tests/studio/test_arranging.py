"""How a picture is folded, moved and turned stands in the program's header, and nothing else in the text changes."""

from __future__ import annotations

from typing import Any

import pytest
from desk import GOOD, Desk
from hypothesis import given
from hypothesis import strategies as st

from gradstudio.graph.fold_state import WAYS
from gradstudio.graph.folding import FoldState
from gradstudio.studio import views
from gradstudio.studio.arrangement import Arrangement, is_same_program, read_arrangement, written
from gradstudio.worker.messages import Drawn

FOLDED = Arrangement(
    FoldState(closed=("call:linear:0",), opened=("a|b",), passes=(("loop:for t in range(60):0/stack", 37),)),
    "down",
    (("|add|z#1", 1, -2),),
)
HEADER = """# /// script
# dependencies = ["gradstudio"]  # kept
#
# [tool.gradstudio]
# precision="float32"
# [tool.gradstudio.inputs.x]
# min = -2.0
# ///
import gradstudio as gs
"""


def test_a_program_without_a_header_gets_one_at_its_end() -> None:
    text = "x = 3.0\ny = x * x\n"
    new = written(text, FOLDED)
    assert new.startswith(text + "\n# /// script\n# [tool.gradstudio.view]\n# direction = ")
    assert new.endswith("# ///\n")
    assert read_arrangement(new) == FOLDED
    assert written(new, FOLDED) == new
    assert written(new, Arrangement()) == text


def test_a_header_keeps_every_byte_that_is_not_of_the_view() -> None:
    new = written(HEADER, FOLDED)
    assert read_arrangement(new) == FOLDED
    assert [line for line in HEADER.split("\n") if line not in new.split("\n")] == []
    assert written(new, Arrangement()) == HEADER


def test_a_header_that_cannot_be_read_is_not_overwritten() -> None:
    for text in ("# /// script\n# [tool\n# ///\nx = 1.0\n", "# /// script\n# a = 1\nx = 1.0\n"):
        with pytest.raises(ValueError, match=r"line 1 .* Mend it first"):
            written(text, FOLDED)
        assert read_arrangement(text) == Arrangement()


@pytest.mark.parametrize(
    "view",
    [
        "view = 3",
        "[tool.gradstudio.view]\n# closed = 3\n# direction = 'up'",
        "[tool.gradstudio.view]\n# closed = [3, '']\n# passes = [['a'], ['a', 1.5], [1, 1], 'x', ['a', true]]",
        "[tool.gradstudio.view]\n# moved = [['a', 1], ['a', 1, 99999999]]",
        "[tool.gradstudio.view]\n# only = [['around', 'a', ''], ['near', ''], 'x']\n# hidden = [1, '']",
    ],
)
def test_what_is_not_of_the_right_form_is_passed_over(view: str) -> None:
    text = f"# /// script\n# [tool.gradstudio]\n# {view}\n# ///\nx = 1.0\n"
    assert read_arrangement(text) == Arrangement()


IDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=20)


@given(
    st.lists(IDS, max_size=3, unique=True),
    st.lists(st.tuples(IDS, st.integers(1, 999)), max_size=3),
    st.lists(st.tuples(IDS, st.integers(-9, 9), st.integers(1, 9)), max_size=3),
    st.lists(st.tuples(st.sampled_from(WAYS), IDS, st.one_of(st.just(""), IDS)), max_size=2),
    st.sampled_from(["", "x = 1.0", "x = 1.0\n", "x = 1.0\n\n", HEADER, "é = 'ß'\n"]),
)
def test_whatever_was_arranged_is_read_back(
    closed: list[str],
    passes: list[tuple[str, int]],
    moved: list[tuple[str, int, int]],
    only: list[tuple[str, str, str]],
    text: str,
) -> None:
    folds = FoldState(closed=tuple(closed), passes=tuple(passes), only=tuple(only), hidden=tuple(closed))
    wanted = Arrangement(folds, "right", tuple(moved))
    assert read_arrangement(written(text, wanted)) == wanted


def test_moves_add_up_and_a_node_back_in_its_place_is_forgotten() -> None:
    moved = Arrangement().with_moved("a", 1, 0).with_moved("b", 0, 2).with_moved("a", 1, -1)
    assert moved.moved == (("b", 0, 2), ("a", 2, -1))
    assert moved.with_moved("a", -2, 1).moved == (("b", 0, 2),)


def test_only_a_change_of_the_view_below_the_program_leaves_the_program_the_same() -> None:
    assert is_same_program(GOOD, written(GOOD, FOLDED))
    assert is_same_program(written(GOOD, FOLDED), GOOD)
    assert not is_same_program(GOOD, GOOD + "z = y\n")
    assert not is_same_program(HEADER, written(HEADER, FOLDED))  # its lines stand elsewhere now
    longer = written(HEADER, Arrangement(direction="down"))
    assert is_same_program(longer, longer.replace("down", "right"))
    assert not is_same_program(HEADER, HEADER.replace("float32", "float64"))


def test_another_arrangement_of_the_same_program_is_drawn_without_a_run(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk()
    try:
        desk.run(GOOD)
        desk.wait(lambda: desk.runs.view is not None)
        first = desk.runs.view
        text = written(GOOD, Arrangement(direction="down"))
        desk.runs.rearrange(text)
        desk.wait(lambda: desk.runs.view is not first)
        view = desk.runs.view
        assert view is not None
        assert first is not None
        assert (view.layout.direction, view.text, view.whole is first.whole) == ("down", text, True)
        assert desk.runs.outcome is not None
        desk.wait(lambda: desk.runs.outcome is not None and desk.runs.outcome.text == text)
        assert desk.worker.texts == [GOOD]

        monkeypatch.setattr(views, "INLINE_NODES", 1)  # and elsewhere, without sending the trace again
        desk.runs.rearrange(GOOD)
        desk.wait(lambda: desk.runs.view is not view)
        again = desk.runs.view
        assert again is not None
        assert (again.layout.direction, again.text) == ("right", GOOD)
        desk.runs.rearrange(text)
        desk.wait(lambda: desk.runs.view is not again)
        assert desk.runs.view is not None
        assert desk.runs.view.whole is again.whole
        assert [said for said in desk.said if said[0] == "drawing"] == [("drawing", b) for b in (True, False) * 2]
    finally:
        desk.runs.close()


def test_stopping_a_drawing_is_said_and_the_picture_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk()
    try:
        desk.run(GOOD)
        desk.wait(lambda: desk.runs.view is not None)
        view = desk.runs.view
        monkeypatch.setattr(views, "INLINE_NODES", 1)
        monkeypatch.setattr(desk.worker, "draw", lambda *_: 1)
        desk.runs.rearrange(written(GOOD, Arrangement(direction="down")))
        desk.wait(lambda: desk.runs.is_drawing)
        desk.runs.stop()
        desk.wait(lambda: not desk.runs.is_drawing and "failed" in desk.names())
        assert desk.worker.stopped_drawings == 1
        assert desk.runs.view is view
    finally:
        desk.runs.close()


def test_a_stop_does_not_wait_until_a_picture_without_lines_is_taken_in(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk()
    noted: list[str] = []

    def stopped_meanwhile(*given: Any) -> dict[int, Any]:
        noted.append("passages")
        desk.runs.stop()
        return {}

    def notes(*given: Any) -> dict[int, Any]:
        noted.append("notes")
        return {}

    try:
        desk.run(GOOD)
        desk.wait(lambda: desk.runs.view is not None)
        view = desk.runs.view
        assert view is not None
        monkeypatch.setattr(views, "INLINE_NODES", 1)
        monkeypatch.setattr(views, "passages", stopped_meanwhile)
        monkeypatch.setattr(views, "line_notes", notes)
        monkeypatch.setattr(desk.worker, "draw", lambda *_: 1)
        desk.runs.rearrange(written(GOOD, FOLDED))
        desk.wait(lambda: desk.runs.is_drawing)
        desk.worker.listener(Drawn(1, None, view.graph, view.layout, is_coarse=True))
        desk.wait(lambda: not desk.runs.is_drawing and "failed" in desk.names())
        assert noted == ["passages"]
        assert desk.worker.stopped_drawings == 1
        assert desk.runs.view is view
    finally:
        desk.runs.close()


def test_what_the_picture_without_lines_says_of_the_text_is_not_worked_out_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desk = Desk()
    noted: list[int] = []
    worked_out = views.line_notes

    def counted(*given: Any) -> Any:
        noted.append(1)
        return worked_out(*given)

    try:
        desk.run(GOOD)
        desk.wait(lambda: desk.runs.view is not None)
        view = desk.runs.view
        assert view is not None
        monkeypatch.setattr(views, "INLINE_NODES", 1)
        monkeypatch.setattr(views, "line_notes", counted)
        monkeypatch.setattr(desk.worker, "draw", lambda *_: 1)
        desk.runs.rearrange(written(GOOD, FOLDED))
        desk.wait(lambda: desk.runs.is_drawing)
        desk.worker.listener(Drawn(1, None, view.graph, view.layout, is_coarse=True))
        desk.wait(lambda: desk.runs.view is not view)
        coarse = desk.runs.view
        desk.worker.listener(Drawn(1, None, view.graph, view.layout))
        desk.wait(lambda: desk.runs.view is not coarse)
        assert coarse is not None
        assert desk.runs.view is not None
        assert desk.runs.view.notes is coarse.notes
        assert noted == [1]
        assert not desk.runs.is_drawing
    finally:
        desk.runs.close()
