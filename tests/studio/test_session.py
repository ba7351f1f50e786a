"""The session without a window: documents, Live, and what moves with them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from gradstudio.studio.data_files import copy, left_behind
from gradstudio.studio.document import DocumentError
from gradstudio.studio.events import Event
from gradstudio.studio.examples import FIRST, examples
from gradstudio.studio.exports import formats, with_ending
from gradstudio.studio.session import Session
from gradstudio.studio.settings import Settings, load_settings


class Noted:
    """Stands for Runs: notes what it is asked to do."""

    def __init__(self) -> None:
        self.drawn: Event[[object]] = Event()
        self.outcome = None
        self.asked: list[tuple[str, object]] = []

    def submit(self, text: str, folder: Path | None, is_asked: bool = False) -> None:
        self.asked.append(("run" if is_asked else "live", text))

    def __getattr__(self, name: str) -> Callable[[], None]:
        return lambda: self.asked.append((name, None))


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
