"""Data files on their way in: only plain numbers of a bounded size, and never over another file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from data_beside import read_data

from gradstudio.studio import data_intake
from gradstudio.studio.data_intake import TakenIn, in_a_thread, store_array, take_in
from gradstudio.studio.document import DocumentError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "project"
    made.mkdir()
    return made


def test_a_file_beside_the_document_stays_where_it_is(folder: Path) -> None:
    (folder / "data").mkdir()
    np.savez(folder / "data" / "points.npz", X=np.zeros((2, 3)), y=np.zeros(2))
    assert take_in(folder / "data" / "points.npz", folder) == TakenIn("data/points.npz", ("X", "y"))
    assert [p.name for p in folder.iterdir()] == ["data"]


def test_a_file_from_elsewhere_is_copied_and_never_over_another(folder: Path, tmp_path: Path) -> None:
    np.save(tmp_path / "my data.npy", np.arange(3.0))
    first = take_in(tmp_path / "my data.npy", folder)
    assert first == TakenIn("my_data.npy", ("",), "my data.npy was copied beside the program as my_data.npy")
    assert take_in(tmp_path / "my data.npy", folder).path == "my_data.npy"  # the same bytes are there already
    np.save(tmp_path / "my data.npy", np.arange(4.0))
    assert take_in(tmp_path / "my data.npy", folder).path == "my_data_2.npy"
    assert np.load(folder / "my_data.npy").tolist() == [0.0, 1.0, 2.0]
    data, problems = read_data('x = gs.load("my_data_2.npy")\n', folder)
    assert (problems, data["my_data_2.npy"][""].tolist()) == ((), [0.0, 1.0, 2.0, 3.0])


def test_what_a_program_could_not_load_is_refused_before_anything_is_written(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    np.save(tmp_path / "objects.npy", np.array([{}], object), allow_pickle=True)
    (tmp_path / "words.csv").write_text("a,b\n1,x\n")
    (tmp_path / "torn.npz").write_bytes(b"PK\x03\x04 torn")
    for name, why in (("objects.npy", "Python objects"), ("words.csv", "not a number"), ("torn.npz", "not a ZIP")):
        with pytest.raises(DocumentError, match=why):
            take_in(tmp_path / name, folder)
    with pytest.raises(DocumentError, match="no such file"):
        take_in(tmp_path / "none.npy", folder)
    monkeypatch.setattr(data_intake, "BYTES", 64)
    np.save(tmp_path / "large.npy", np.zeros(100))
    with pytest.raises(DocumentError, match="at most 64 are read"):
        take_in(tmp_path / "large.npy", folder)
    with pytest.raises(DocumentError, match="as an array it has more"):
        store_array(np.zeros(100), "large", folder)
    assert list(folder.iterdir()) == []


def test_an_array_becomes_a_file_that_loads_bit_by_bit(folder: Path) -> None:
    array = np.random.default_rng(1).random((4, 5, 3))[:, ::2]
    taken = store_array(array, "for", folder, "said")
    assert taken == TakenIn("for_.npy", ("",), "said")
    assert np.array_equal(np.load(folder / "for_.npy", allow_pickle=False), array)


def test_a_full_disk_is_said_in_words(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(data_intake, "write_atomically", full)
    with pytest.raises(DocumentError, match="the disk is full"):
        store_array(np.zeros(3), "x", folder)


def test_work_in_a_thread_ends_in_one_line_whatever_happens(folder: Path) -> None:
    import queue

    said: queue.SimpleQueue[object] = queue.SimpleQueue()

    def broken() -> TakenIn:
        raise RuntimeError("odd\nthing")

    in_a_thread(broken, lambda what: what(), said.put, said.put)
    assert said.get(timeout=10) == "The file was not taken: odd"
    in_a_thread(lambda: TakenIn("a.npy", ("",)), lambda what: what(), said.put, said.put)
    assert said.get(timeout=10) == TakenIn("a.npy", ("",))
