"""Data files on their way to a worker: only what the text names, only from below its folder, and not twice."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from inbox import Talk

from gradstudio.language.data import BYTES
from gradstudio.worker import data_files
from gradstudio.worker.data_files import DataFiles
from gradstudio.worker.messages import Data, Finished, Limits, Wanted

TEXT = 'X = gs.load("a.npy")\ny = sum(X * 2.0)\n'


@pytest.fixture(scope="module")
def window() -> Iterator[Talk]:
    made = Talk()
    yield made
    made.close()


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> list[Data]:
    """What was sent to workers, beginning now."""
    sent: list[Data] = []
    answer = DataFiles.answer

    def noted(self: DataFiles, wanted: Wanted, text: str, folder: Path | None) -> Data:
        sent.append(answer(self, wanted, text, folder))
        return sent[-1]

    monkeypatch.setattr(DataFiles, "answer", noted)
    return sent


def value(finished: Finished) -> float:
    assert finished.status == "ok", finished.problems
    assert finished.trace is not None
    return float(finished.trace.records.values.mean[-1])


def test_a_file_is_sent_once_until_it_changes(window: Talk, tmp_path: Path, answers: list[Data]) -> None:
    np.save(tmp_path / "a.npy", np.arange(3.0))
    assert value(window.run(TEXT, tmp_path)) == 6.0
    assert value(window.run(TEXT.replace("2.0", "3.0"), tmp_path)) == 9.0
    assert value(window.run(TEXT + "z = y\n", tmp_path)) == 6.0
    assert [(list(a.files), a.kept) for a in answers] == [(["a.npy"], ()), ([], ("a.npy",)), ([], ("a.npy",))]
    np.save(tmp_path / "a.npy", np.arange(4.0))
    assert value(window.run(TEXT, tmp_path)) == 12.0


def test_a_number_dragged_after_the_file_changed_runs_with_the_new_file(window: Talk, tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.arange(3.0))
    assert value(window.run(TEXT, tmp_path)) == 6.0
    np.save(tmp_path / "a.npy", np.arange(5.0))
    assert value(window.run(TEXT.replace("2.0", "3.0"), tmp_path)) == 30.0


@pytest.mark.parametrize(
    ("name", "status", "said"),
    [
        ("none.npy", "error", "no such file"),
        ("../a.npy", "refused", "beside the program"),
        ("/etc/passwd", "refused", "beside the program"),
        ("a.txt", "error", "only .npy, .npz and .csv"),
        ("broken.npy", "error", "not in NumPy"),
    ],
)
@pytest.mark.parametrize("check_only", [False, True])
def test_what_stands_in_the_way_is_told_at_its_line(
    window: Talk, tmp_path: Path, name: str, status: str, said: str, check_only: bool
) -> None:
    (tmp_path / "broken.npy").write_bytes(b"\x93NUMPY")
    done = window.run(f'a = 1.0\nX = gs.load("{name}")\n', tmp_path, check_only=check_only)

    assert done.status == status
    assert done.problems[0].span[0] == 2
    assert said in done.problems[0].message


def test_checking_runs_nothing(window: Talk, tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.arange(3.0))

    assert window.run(TEXT + "while True:\n    pass\n", tmp_path, check_only=True).status == "ok"


def test_a_disk_that_does_not_answer_holds_up_its_own_run_only(
    window: Talk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_go = threading.Event()

    def slow(path: Path, limit: int, follow: bool) -> None:
        let_go.wait(60)
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(data_files, "read_regular", slow)
    (tmp_path / "slow.csv").write_text("1\n")
    try:
        done = window.run('X = gs.load("slow.csv")\n', tmp_path, limits=Limits(seconds=0.3))
        assert done.status == "limited"
        assert "could not be read" in done.problems[0].message
        assert value(window.run("x = 2.0\ny = x * x\n", tmp_path)) == 4.0
    finally:
        let_go.set()


def asked(names: tuple[str, ...], text: str, folder: Path | None, held: dict[str, bytes] | None = None) -> Data:
    return DataFiles().answer(Wanted(1, names, held or {}), text, folder)


def why(name: str, folder: Path | None) -> str:
    answer = asked((name,), f"x = load({name!r})", folder)
    assert answer.files == {}
    assert "\n" not in answer.refusals[name]
    return answer.refusals[name]


def test_a_worker_gets_nothing_that_the_text_does_not_name(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.ones(2))
    np.save(tmp_path / "secret.npy", np.ones(2))
    answer = asked(("a.npy", "secret.npy"), 'x = load("a.npy")  # not secret.npy', tmp_path)

    assert list(answer.files) == ["a.npy"]
    assert list(answer.refusals) == ["secret.npy"]


@pytest.mark.parametrize("name", ["../a.npy", "/etc/a.npy", "~/a.npy", "x\\a.npy", "C:a.npy", "", "a\n.npy"])
def test_odd_names_are_refused(name: str, tmp_path: Path) -> None:
    assert "plain letters" in why(name, tmp_path)


@pytest.mark.skipif(os.name == "nt", reason="pipes and sockets with names are POSIX's")
def test_only_regular_files_below_the_folder_are_read(tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    np.save(tmp_path / "secret.npy", np.ones(2))
    (inside / "link.npy").symlink_to(tmp_path / "secret.npy")
    (inside / "round.npy").symlink_to(inside / "round.npy")
    (inside / "folder.npy").mkdir()
    os.mkfifo(inside / "pipe.npy")
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(inside / "socket.npy"))
        assert "such device" in why("socket.npy", inside) or "not a file" in why("socket.npy", inside)

    assert "outside" in why("link.npy", inside)
    assert "circles" in why("round.npy", inside)
    assert "folder, not a file" in why("folder.npy", inside)
    assert "not a file" in why("pipe.npy", inside)
    assert "no such file" in why("none.npy", inside)
    assert "only .npy, .npz" in why("a.txt", inside)
    assert "save the program first" in why("a.npy", None)


def test_all_files_together_have_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data_files, "BYTES", 100)
    for name in "abc":
        (tmp_path / f"{name}.csv").write_bytes(b"1" * 40)
    names = ("a.csv", "b.csv", "c.csv")
    answer = asked(names, "load('a.csv') + load('b.csv') + load('c.csv')", tmp_path)

    assert list(answer.files) == ["a.csv", "b.csv"]
    assert "at most 20 are read" in answer.refusals["c.csv"]
    assert BYTES > 100


def test_a_digest_that_was_guessed_saves_no_reading(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("1")

    assert list(asked(("a.csv",), "load('a.csv')", tmp_path, {"a.csv": b"?" * 32}).files) == ["a.csv"]
