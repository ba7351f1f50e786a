"""The history of a saved text is there again when the file is opened, and whatever is odd about it, it is not."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from gradstudio.studio import history_files
from gradstudio.studio.history import History
from gradstudio.studio.history_files import HistoryFiles, history_path, read_history
from gradstudio.studio.steps import Cursor

TEXT = "w = 0.5\ny = w * w\n"


def edited() -> tuple[str, History]:
    """A text that two steps led to, and from which a third one was taken back."""
    history = History(lambda: 1_700_000_000.0)
    history.record("", "w = 0.1\n", cursors=(Cursor(0, 0), Cursor(8, 8)))
    history.record("w = 0.1\n", TEXT, "Add y", line=2)
    history.record(TEXT, TEXT + "é = '\U0001d6fc'\n", "Add é")
    state = history.undo(TEXT + "é = '\U0001d6fc'\n")
    assert state is not None
    return state.text, history


def kept(path: Path, text: str, history: History) -> Path:
    files = HistoryFiles()
    files.keep(path, text, history)
    files.close()
    return history_path(path)


def test_a_history_is_read_as_it_was_kept(tmp_path: Path) -> None:
    text, history = edited()
    where = kept(tmp_path / "a.grad", text, history)
    assert os.name != "posix" or where.stat().st_mode & 0o077 == 0, "for nobody else to read"
    found = read_history(tmp_path / "a.grad", text)
    assert found is not None
    assert (found.steps, found.at, found.is_whole) == (history.steps, 2, True)
    first = found.go_to(text, 0)
    assert first is not None
    assert (first.text, first.cursor) == ("", Cursor(0, 0))
    last = found.go_to("", 3)
    assert last is not None
    assert last.text == TEXT + "é = '\U0001d6fc'\n"


@pytest.mark.parametrize("name", ["two\nlines", "no\u00a0break", "\ue000 own", "\u202e turned", "x" * 200, "日本"])
def test_whatever_a_step_is_called_it_is_kept(tmp_path: Path, name: str) -> None:
    history = History()
    history.record("", name, name)
    history.record(name, name + "y")
    kept(tmp_path / "a.grad", name + "y", history)
    found = read_history(tmp_path / "a.grad", name + "y")
    assert found is not None
    assert len(found.steps) == 2
    assert "\n" not in found.steps[0].name


def test_it_belongs_to_one_file_and_one_text(tmp_path: Path) -> None:
    text, history = edited()
    kept(tmp_path / "a.grad", text, history)
    assert read_history(tmp_path / "b.grad", text) is None
    assert read_history(tmp_path / "a.grad", text + " ") is None


def test_the_same_file_named_otherwise_has_the_same_history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert history_path(Path("a.grad")) == history_path(tmp_path / "x" / ".." / "a.grad")


Change = Callable[[dict[str, object]], object]


def _step(table: dict[str, object]) -> dict[str, object]:
    steps = table["done"]
    assert isinstance(steps, list)
    found = steps[0]
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize(
    "spoil",
    [
        lambda table: table.update(form=2),
        lambda table: table.update(text="0" * 64),
        lambda table: table.pop("done"),
        lambda table: table.update(done=[3]),
        lambda table: table.update(done={}),
        lambda table: _step(table).update(name=""),
        lambda table: _step(table).update(name="x" * 500),
        lambda table: _step(table).update(name="a\nb"),
        lambda table: _step(table).update(name="a\u202eb"),
        lambda table: _step(table).update(line=-1),
        lambda table: _step(table).update(time=1e300),
        lambda table: _step(table).update(time=None),
        lambda table: _step(table).update(changes=[]),
        lambda table: _step(table).update(changes=[{"start": 0, "old": "", "new": ""}]),
        lambda table: _step(table).update(changes=[{"start": -1, "old": "", "new": "y"}]),
        lambda table: _step(table).update(changes=[{"start": 0, "old": "", "new": "q"}]),
        lambda table: _step(table).update(changes=[{"start": 10**30, "old": "", "new": "y"}]),
        lambda table: _step(table).update(changes=[{"start": 8, "old": "a\0", "new": "y"}]),
        lambda table: _step(table).update(changes=[{"start": 8, "old": "a\r", "new": "y"}]),
        lambda table: _step(table).update(after={"anchor": -1, "position": 0}),
        lambda table: _step(table).update(after={"anchor": 0}),
        lambda table: table.update(undone=table["done"]),
    ],
)
def test_anything_odd_is_no_history(tmp_path: Path, spoil: Change) -> None:
    text, history = edited()
    where = kept(tmp_path / "a.grad", text, history)
    table = json.loads(where.read_bytes())
    spoil(table)
    where.write_text(json.dumps(table))
    assert read_history(tmp_path / "a.grad", text) is None


@pytest.mark.parametrize("data", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b"null", b" " * (5 << 20)])
def test_neither_is_anything_else(tmp_path: Path, data: bytes) -> None:
    text, history = edited()
    where = kept(tmp_path / "a.grad", text, history)
    where.write_bytes(data)
    assert read_history(tmp_path / "a.grad", text) is None
    where.unlink()
    where.mkdir()
    assert read_history(tmp_path / "a.grad", text) is None


def test_a_file_holds_so_many_steps_as_it_has_room_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history_files, "FILE_LIMIT", 4000)
    history, text = History(), ""
    for k in range(40):
        history.record(text, text + f"line {k}\n", f"Add line {k}")
        text += f"line {k}\n"
    where = kept(tmp_path / "a.grad", text, history)
    assert 2500 < where.stat().st_size <= 4000
    found = read_history(tmp_path / "a.grad", text)
    assert found is not None
    assert 10 < len(found.steps) < 40
    assert found.steps == history.steps[-len(found.steps) :]
    assert not found.is_whole


def test_only_so_much_is_tried_when_a_file_is_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history_files, "_WORK", 1000)
    history, text = History(), "x" * 200 + "\n"
    for k in range(40):
        history.record(text, text + "y\n", f"Add line {k}")
        text += "y\n"
    kept(tmp_path / "a.grad", text, history)
    found = read_history(tmp_path / "a.grad", text)
    assert found is not None
    assert found.steps == history.steps[-len(found.steps) :]
    assert len(found.steps) < 10
    assert not found.is_whole


def test_the_oldest_histories_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history_files, "FILES", 3)
    text, history = edited()
    for k in range(5):
        os.utime(kept(tmp_path / f"{k}.grad", text, history), (k, k))
    kept(tmp_path / "9.grad", text, history)
    found = [k for k in (0, 1, 2, 3, 4, 9) if read_history(tmp_path / f"{k}.grad", text) is not None]
    assert found == [3, 4, 9]


def test_no_place_to_write_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("GRADSTUDIO_STATE", str(tmp_path / "file"))
    text, history = edited()
    kept(tmp_path / "a.grad", text, history)
    assert read_history(tmp_path / "a.grad", text) is None
