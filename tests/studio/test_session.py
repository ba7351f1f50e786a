"""The session without a window: documents, Live, and what moves with them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from gradstudio.studio.data_files import copy, left_behind
from gradstudio.studio.document import DocumentError
from gradstudio.studio.edits.edit import Edit
from gradstudio.studio.events import Event
from gradstudio.studio.examples import FIRST, examples
from gradstudio.studio.exports import formats, with_ending
from gradstudio.studio.session import Session
from gradstudio.studio.settings import Settings, load_settings
from gradstudio.studio.steps import Cursor
from gradstudio.worker.permission import Permission


class Noted:
    """Stands for Runs: notes what it is asked to do."""

    def __init__(self) -> None:
        self.drawn: Event[[object]] = Event()
        self.finished: Event[[object]] = Event()
        self.outcome = self.view = None
        self.asked: list[tuple[str, object]] = []

    def submit(
        self,
        text: str,
        folder: Path | None,
        permission: Permission,
        is_asked: bool = False,
        at_once: bool = False,
    ) -> None:
        self.asked.append(("run" if is_asked else "live", text))

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *_: self.asked.append((name, None))


@pytest.fixture
def session(tmp_path: Path) -> Session:
    return Session(Settings(), Noted(), tmp_path / "settings.json")  # type: ignore[arg-type]


def _asked(session: Session) -> list[tuple[str, object]]:
    return session.runs.asked  # type: ignore[attr-defined]


def test_an_edit_runs_while_live_and_marks_while_not(session: Session) -> None:
    session.edit("x = 1\n")
    session.edit("x = 1\n")
    assert _asked(session) == [("live", "x = 1\n")]
    session.set_live(False)
    session.edit("x = 2\n")
    assert _asked(session)[-1] == ("mark_stale", None)
    session.run()
    assert _asked(session)[-1] == ("run", "x = 2\n")
    session.set_live(True)
    assert _asked(session)[-1] == ("live", "x = 2\n")


def test_opening_runs_remembers_and_forgets_what_is_gone(session: Session, tmp_path: Path) -> None:
    path = tmp_path / "a.grad"
    path.write_text("x = 1\n")
    session.open(path)
    assert _asked(session) == [("reset", None), ("live", "x = 1\n")]
    assert load_settings(tmp_path / "settings.json").recent == [str(path)]
    path.unlink()
    with pytest.raises(DocumentError):
        session.open(path)
    assert session.settings.recent == []
    assert session.document.text == "x = 1\n", "the present document stays"


def test_a_new_document_is_told_about_and_the_old_one_no_longer(session: Session) -> None:
    heard: list[str] = []
    session.document_changed.connect(lambda: heard.append("document"))
    session.title_changed.connect(lambda: heard.append("title"))
    old = session.document
    session.new()
    assert heard == ["document", "title"]
    old.text = "changed"
    assert heard == ["document", "title"]


def test_examples_run_beside_their_data_but_have_no_file_of_their_own(session: Session) -> None:
    shipped = examples()
    assert shipped[0].path.stem == FIRST
    assert len({example.title for example in shipped}) == len(shipped) >= 6
    session.open_example(shipped[0].path)
    assert session.document.path is None
    assert session.document.folder == shipped[0].path.parent
    assert session.settings.recent == []


def test_data_that_stay_behind_are_named_and_can_be_copied(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    old.mkdir()
    new.mkdir()
    (old / "a.csv").write_text("1\n")
    (old / "b.csv").write_text("2\n")
    (new / "b.csv").write_text("mine\n")
    text = 'a = gs.load("a.csv")\nb = gs.load("b.csv")\nc = gs.load("gone.csv")\nd = gs.load("../old/a.csv")\n'
    assert left_behind(text, old, new) == ("a.csv",)
    assert left_behind(text, old, old) == left_behind(text, None, new) == ()
    copy(("a.csv", "b.csv"), old, new)
    assert (new / "a.csv").read_text() == "1\n"
    assert (new / "b.csv").read_text() == "mine\n", "nothing is overwritten"
    with pytest.raises(DocumentError, match=r"gone\.csv was not copied: there is no such file"):
        copy(("gone.csv",), old, new)


def test_exports_get_an_ending_that_says_their_format() -> None:
    assert {exporter.name for exporter in formats(True)} == {"html", "csv"}
    assert {"svg", "png", "json"} <= {exporter.name for exporter in formats(False)}
    assert with_ending(Path("a/x"), False).suffix in formats(False)[0].suffixes
    assert with_ending(Path("x.v2"), True).name == "x.v2.html"
    assert with_ending(Path("x.PNG"), False).name == "x.PNG"


def _names(session: Session) -> list[str]:
    return [step.name for step in session.history.steps]


def test_typing_canvas_sliders_and_arranging_are_one_history(session: Session) -> None:
    shown: list[str] = []
    session.text_wanted.connect(shown.append)
    session.edit("x = 1.0\n")
    session.apply(Edit("Add sigmoid", "x = 1.0\ny = sigmoid(x)\n", 2, "y"))
    session.apply(Edit("Set x to 2", "x = 2.0\ny = sigmoid(x)\n"), merge="slider:1:x")
    session.apply(Edit("Set x to 3", "x = 3.0\ny = sigmoid(x)\n"), merge="slider:1:x")
    session.settle()
    session.turn("down")
    end = session.document.text
    assert _names(session) == ["Type `x = 1.0`", "Add sigmoid", "Set x to 3", "Turn the network"]
    assert [step.line for step in session.history.steps] == [1, 2, 1, 0]
    for text in ("x = 3.0\ny = sigmoid(x)\n", "x = 1.0\ny = sigmoid(x)\n", "x = 1.0\n", ""):
        session.undo()
        assert session.document.text == shown[-1] == text
    assert not session.document.is_modified
    session.undo()
    session.go_to_step(4)
    assert session.document.text == end


def test_what_only_arranges_is_undone_without_a_run_and_without_moving_the_cursor(session: Session) -> None:
    session.edit("x = 1.0\n")
    session.turn("down")
    placed: list[Cursor] = []
    session.cursor_wanted.connect(placed.append)
    before = len(_asked(session))
    session.undo()
    session.redo()
    assert [name for name, _ in _asked(session)[before:]] == ["rearrange", "rearrange"]
    assert placed == []
    session.go_to_step(0)
    assert placed == [Cursor(0, 0)]


def test_going_over_several_steps_runs_once(session: Session) -> None:
    for text in ("a = 1\n", "a = 1\nb = 2\n", "a = 1\nb = 2\nc = 3\n"):
        session.apply(Edit("Add a line", text))
    before = len(_asked(session))
    session.go_to_step(1)
    assert _asked(session)[before:] == [("live", "a = 1\n")]


def test_the_history_survives_saving_and_is_there_when_the_file_is_opened_again(
    session: Session, tmp_path: Path
) -> None:
    path = tmp_path / "a.grad"
    path.write_bytes(b"x = 1\r\n")
    session.open(path)
    session.edit("x = 12\n")
    session.apply(Edit("Add y", "x = 12\ny = x\n"))
    session.save()
    session.undo()
    assert session.document.is_modified
    session.redo()
    assert not session.document.is_modified
    session.save_as(tmp_path / "b.grad")
    session.close()
    for name in ("a.grad", "b.grad"):
        again = Session(Settings(), Noted(), tmp_path / "settings.json")  # type: ignore[arg-type]
        again.open(tmp_path / name)
        assert _names(again) == ["Type `2`", "Add y"]
        again.undo()
        again.undo()
        assert again.document.text == "x = 1\n"
        again.save()
        assert (tmp_path / name).read_bytes() == b"x = 1\r\n"
        again.close()


def test_undoing_stops_at_what_was_saved(session: Session, tmp_path: Path) -> None:
    def type_at(text: str, at: int) -> None:
        session.edit(text, cursor=(Cursor(at, at), Cursor(at + 1, at + 1)))

    type_at("a", 0)
    type_at("ab", 1)
    session.save_as(tmp_path / "a.grad")
    type_at("abc", 2)
    assert _names(session) == ["Type `ab`", "Type `c`"]
    session.undo()
    assert not session.document.is_modified


def test_a_file_with_mixed_line_ends_comes_back_to_the_byte(session: Session, tmp_path: Path) -> None:
    path = tmp_path / "a.grad"
    data = b"\xef\xbb\xbfa = 1\nb = 2\r\nc = 3\nd = 4\r\n"
    path.write_bytes(data)
    session.open(path)
    session.apply(Edit("Delete b and d", "a = 1\nc = 3\n"))
    session.save()
    session.undo()
    session.save()
    assert path.read_bytes() == data


def test_a_file_that_was_written_elsewhere_begins_without_a_history(session: Session, tmp_path: Path) -> None:
    path = tmp_path / "a.grad"
    path.write_text("x = 1\n")
    session.open(path)
    session.edit("x = 2\n")
    session.save()
    session.new()
    path.write_text("x = 3\n")
    session.open(path)
    assert _names(session) == []


def test_reading_a_file_again_is_one_step(session: Session, tmp_path: Path) -> None:
    path = tmp_path / "a.grad"
    path.write_text("x = 1\ny = 2\n")
    session.open(path)
    path.write_text("x = 5\n")
    session.reload()
    assert (session.document.text, _names(session)) == ("x = 5\n", ["Reload from disk"])
    session.undo()
    assert session.document.text == "x = 1\ny = 2\n"
    assert session.document.is_modified


def test_line_ends_that_the_editor_has_not_are_made_its_own(session: Session) -> None:
    session.apply(Edit("Paste", "a = 1\r\nb = 2\u2029"))
    assert session.document.text == "a = 1\nb = 2\n"
