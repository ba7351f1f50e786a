"""What a file held before it was saved over is kept for a while, and two windows cannot save at the same moment."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import pytest

from gradstudio.studio.document import ChangedOnDisk, Document
from gradstudio.studio.recovery import backups
from gradstudio.studio.recovery.backups import Backups
from gradstudio.studio.recovery.presence import Hold, alone, holder, others, same_name


def held(kept: Backups, file: Path) -> list[str]:
    return [version.path.read_text() for version in kept.versions(file)]


def test_a_file_is_kept_once_a_session_and_whenever_somebody_else_wrote_it(tmp_path: Path) -> None:
    file, kept = tmp_path / "a b.grad", Backups()
    kept.before_saving(file)
    file.write_text("one\n")
    kept.before_saving(file)
    assert held(kept, file) == [], "it was written here"
    kept = Backups()
    kept.before_saving(file)
    file.write_text("two\n")
    kept.before_saving(file)
    assert held(kept, file) == ["one\n"]
    kept.before_saving(file, is_foreign=True)
    assert sorted(held(kept, file)) == ["one\n", "two\n"]
    assert kept.versions(tmp_path / "other.grad") == ()
    [name] = {version.path.name.split(".")[0] for version in kept.versions(file)}
    assert name == "a_b"
    assert os.name != "posix" or kept.versions(file)[0].path.stat().st_mode & 0o077 == 0, "for nobody else to read"


def test_versions_are_few_young_and_small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backups, "VERSIONS", 3)
    file, kept = tmp_path / "a.grad", Backups()
    for number in range(5):
        file.write_text(f"{number}\n")
        os.utime(file, (number + 1, number + 1))
        kept.before_saving(file, is_foreign=True)
    assert held(kept, file) == ["4\n", "3\n", "2\n"]
    file.write_text("3\n")
    os.utime(file, (9, 9))
    kept.before_saving(file, is_foreign=True)
    assert held(kept, file) == ["3\n", "4\n", "2\n"], "the same bytes are one version"
    old = time.time() - (backups.DAYS + 1) * 86400
    os.utime(kept.versions(file)[2].path, (old, old))
    kept.keep_discarded(None, "thrown away\n")
    assert held(kept, file) == ["3\n", "4\n"]
    assert [(v.text(), v.is_saved) for v in kept.versions(None)] == [("thrown away\n", False)]
    monkeypatch.setattr(backups, "TOTAL", 12)
    kept.keep_discarded(None, "12 letters.\n")
    assert [v.text() for v in kept.versions(None)] == ["12 letters.\n"]
    monkeypatch.setattr(backups, "LARGEST", 1)
    kept.before_saving(file, is_foreign=True)
    assert held(kept, file) == []


def test_without_a_place_for_versions_files_are_saved_all_the_same(tmp_path: Path) -> None:
    kept = Backups()
    kept.folder.parent.mkdir(parents=True, exist_ok=True)
    kept.folder.write_text("in the way")
    file = tmp_path / "a.grad"
    file.write_text("one\n")
    kept.before_saving(file)
    kept.keep_discarded(file, "two\n")
    assert kept.versions(file) == ()


def test_a_lock_is_held_until_its_holder_ends(tmp_path: Path) -> None:
    lock, file = tmp_path / "a.lock", tmp_path / "a.grad"
    hold = Hold.take(lock, file)
    assert hold is not None
    assert Hold.take(lock) is None
    [by] = others(tmp_path, file, tmp_path / "mine.lock")
    assert (by.pid, by.path) == (os.getpid(), same_name(file))
    assert others(tmp_path, file, lock) == ()
    os.close(hold._handle)
    assert holder(lock) is None
    again = Hold.take(lock)
    assert again is not None, "a lock that nobody holds is no lock"
    again.release()
    assert not lock.exists()


@pytest.mark.skipif(os.name != "posix", reason="Windows always has locks")
def test_where_there_are_no_locks_a_holder_holds_while_it_lives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import fcntl

    def none(*_: object) -> None:
        raise OSError(37, "No locks available")

    monkeypatch.setattr(fcntl, "flock", none)
    lock = tmp_path / "a.lock"
    hold = Hold.take(lock, tmp_path / "a.grad")
    assert hold is not None
    assert Hold.take(lock) is None
    assert holder(lock) is not None
    lock.write_text(lock.read_text().replace(str(os.getpid()), "99999999"))
    assert holder(lock) is None
    again = Hold.take(lock)
    assert again is not None
    lock.write_text(lock.read_text().replace('"host":"', '"host":"not-'))
    assert Hold.take(lock) is None, "of other machines nothing is known"
    again.release()


def test_of_two_windows_that_save_at_the_same_moment_one_is_asked(tmp_path: Path) -> None:
    file = tmp_path / "a.grad"
    file.write_text("x = 1\n")
    one, two = Document.open(file), Document.open(file)
    one.text, two.text = "one = 1\n", "two = 2\n"
    failures: list[Exception] = []

    def save(document: Document) -> None:
        try:
            document.save()
        except ChangedOnDisk as error:
            failures.append(error)

    with alone(file):  # both are past their first look when this ends
        threads = [threading.Thread(target=save, args=(document,)) for document in (one, two)]
        for thread in threads:
            thread.start()
    for thread in threads:
        thread.join()
    assert len(failures) == 1
    assert file.read_text() in ("one = 1\n", "two = 2\n")


def test_save_as_onto_the_own_file_asks_as_well(tmp_path: Path) -> None:
    file = tmp_path / "a.grad"
    file.write_text("x = 1\n")
    document = Document.open(file)
    document.text = "x = 2\n"
    file.write_text("x = 3\n")
    (tmp_path / "same.grad").symlink_to(file)
    with pytest.raises(ChangedOnDisk):
        document.save_as(tmp_path / "same.grad")
    assert file.read_text() == "x = 3\n"
