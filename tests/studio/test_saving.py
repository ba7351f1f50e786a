"""Saving: whole or not at all, whatever is in the way; nothing but a file is written to; nothing is left behind."""

from __future__ import annotations

import errno
import os
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from gradstudio.studio import saving
from gradstudio.studio.document import ChangedOnDisk, Document, DocumentError
from gradstudio.studio.file_lock import lock
from gradstudio.studio.saving import write_atomically
from gradstudio.studio.writing import Writing

_WRITER = """
import importlib.util, itertools, sys
from pathlib import Path
spec = importlib.util.spec_from_file_location("saving", sys.argv[1])
saving = importlib.util.module_from_spec(spec)
spec.loader.exec_module(saving)
for k in itertools.count():
    saving.write_atomically(Path(sys.argv[2]), b"ab"[k % 2 : k % 2 + 1] * 300_000)
    print(k, flush=True)
"""


def _age(path: Path) -> None:
    os.utime(path, (1, 1))


def test_a_program_that_is_killed_while_it_saves_leaves_the_old_file_or_the_new_one(tmp_path: Path) -> None:
    path = tmp_path / "a.grad"
    path.write_bytes(b"a" * 300_000)
    for turn in range(10):
        command = [sys.executable, "-I", "-S", "-c", _WRITER, str(saving.__file__), str(path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as writer:
            assert writer.stdout is not None
            for _ in range(turn + 1):
                writer.stdout.readline()
            writer.send_signal(signal.SIGKILL)  # somewhere within the next save
        found = path.read_bytes()
        assert found in (b"a" * 300_000, b"b" * 300_000)
    for left in tmp_path.glob(".a.grad.*.tmp"):
        _age(left)
    saving.forget_leftovers(path)
    assert [p.name for p in tmp_path.iterdir()] == ["a.grad"], "the next save or open clears up"


def test_only_what_is_old_and_ours_and_held_by_nobody_is_cleared_up(tmp_path: Path) -> None:
    path = tmp_path / "a.grad"
    names = {
        "old": f".a.grad.{'0' * 16}.tmp",
        "young": f".a.grad.{'1' * 16}.tmp",
        "held": f".a.grad.{'2' * 16}.tmp",
        "another's": ".a.grad.backup.tmp",
        "of another file": f".b.grad.{'0' * 16}.tmp",
    }
    for name in names.values():
        (tmp_path / name).write_bytes(b"")
        _age(tmp_path / name)
    (tmp_path / names["young"]).write_bytes(b"x")
    handle = os.open(tmp_path / names["held"], os.O_RDONLY)
    try:
        assert lock(handle)
        write_atomically(path, b"x = 1\n")
    finally:
        os.close(handle)
    assert {p.name for p in tmp_path.iterdir()} == {"a.grad", *names.values()} - {names["old"]}


def test_nothing_but_a_file_is_ever_written_to(tmp_path: Path) -> None:
    (tmp_path / "folder.grad").mkdir()
    os.mkfifo(tmp_path / "pipe.grad")
    (tmp_path / "link.grad").symlink_to("/dev/null")
    (tmp_path / "round.grad").symlink_to("round.grad")
    for name, words in (
        ("folder.grad", "it is a folder"),
        ("pipe.grad", "it is a device, pipe or socket"),
        ("link.grad", "it is a device, pipe or socket"),
        ("round.grad", "go round in circles"),
        ("a" * 300, "the name is too long"),
        ("a\0b", "no file can have this name"),
    ):
        with pytest.raises(DocumentError, match=words) as caught:
            Document("x = 1\n").save_as(tmp_path / name)
        assert "\n" not in str(caught.value)
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)
    assert not list(tmp_path.glob(".*"))


def test_a_long_name_can_be_saved(tmp_path: Path) -> None:
    path = tmp_path / ("é" * 125 + ".grad")
    write_atomically(path, b"x = 1\n")
    write_atomically(path, b"x = 2\n")
    assert path.read_bytes() == b"x = 2\n"


def test_the_link_that_leads_nowhere_gets_its_target_and_hard_links_keep_the_old_text(tmp_path: Path) -> None:
    (tmp_path / "link.grad").symlink_to("target.grad")
    write_atomically(tmp_path / "link.grad", b"x = 1\n")
    assert (tmp_path / "target.grad").read_bytes() == b"x = 1\n"
    (tmp_path / "other.grad").hardlink_to(tmp_path / "target.grad")
    draft = Document("x = 2\n").draft(tmp_path / "link.grad")
    assert draft.has_other_names()
    draft.write()
    assert (tmp_path / "link.grad").is_symlink()
    assert (tmp_path / "target.grad").read_bytes() == b"x = 2\n"
    assert (tmp_path / "other.grad").read_bytes() == b"x = 1\n"


def test_access_lists_and_attributes_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.grad"
    path.write_bytes(b"x = 1\n")
    try:
        os.setxattr(path, "user.note", b"mine")
    except OSError:
        pytest.skip("no attributes on this disk")
    write_atomically(path, b"x = 2\n")
    assert os.getxattr(path, "user.note") == b"mine"


def test_a_limit_on_the_size_of_files_is_said(tmp_path: Path) -> None:
    path = tmp_path / "a.grad"
    path.write_bytes(b"x = 1\n")
    document = Document.open(path)
    document.text = "# long\n" * 10_000
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, before[1]))
    try:
        with pytest.raises(DocumentError, match="files may not become that large here"):
            document.save()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)
    assert path.read_bytes() == b"x = 1\n"
    assert [p.name for p in tmp_path.iterdir()] == ["a.grad"]


def test_a_file_that_changes_at_the_last_moment_is_not_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.grad"
    path.write_bytes(b"x = 1\n")
    document = Document.open(path)
    document.text = "x = 2\n"
    fill = saving._fill

    def meanwhile(handle: int, data: bytes) -> None:
        fill(handle, data)
        path.write_bytes(b"x = 99 # theirs\n")

    monkeypatch.setattr(saving, "_fill", meanwhile)
    with pytest.raises(ChangedOnDisk):
        document.save()
    assert path.read_bytes() == b"x = 99 # theirs\n"
    assert [p.name for p in tmp_path.iterdir()] == ["a.grad"]


def test_saving_as_the_same_file_is_checked_too(tmp_path: Path) -> None:
    path = tmp_path / "a.grad"
    path.write_bytes(b"x = 1\n")
    document = Document.open(path)
    path.write_bytes(b"x = 99\n")
    (tmp_path / "link.grad").symlink_to(path)
    for same in (path, tmp_path / "link.grad"):
        with pytest.raises(ChangedOnDisk):
            document.save_as(same)
    assert path.read_bytes() == b"x = 99\n"


def test_a_disk_that_gives_back_other_bytes_is_found_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    document = Document("x = 1\n")
    monkeypatch.setattr(saving, "flush_folder", lambda folder: (folder / "a.grad").write_bytes(b"x = \0\n"))
    with pytest.raises(DocumentError, match="other bytes than were written"):
        document.save_as(tmp_path / "a.grad")
    assert document.path is None, "it does not count as saved"


def test_windows_waits_for_another_program_and_then_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.grad"
    path.write_bytes(b"x = 1\n")
    document = Document.open(path)
    replace, refusals = os.replace, [3]

    def held(old: Path, new: Path) -> None:
        if refusals[0]:
            refusals[0] -= 1
            error = PermissionError(errno.EACCES, "Access is denied")
            error.winerror = 32  # type: ignore[attr-defined]
            raise error
        replace(old, new)

    monkeypatch.setattr(saving, "_PAUSE", 0)
    monkeypatch.setattr(os, "replace", held)
    document.text = "x = 2\n"
    document.save()
    assert path.read_bytes() == b"x = 2\n"
    refusals[0] = 1000
    document.text = "x = 3\n"
    with pytest.raises(DocumentError, match="another program holds the file"):
        document.save()
    assert path.read_bytes() == b"x = 2\n"
    assert document.is_modified


def test_writing_goes_on_by_itself_and_tells_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gate, posted = threading.Event(), threading.Event()
    flush = os.fsync
    monkeypatch.setattr(os, "fsync", lambda handle: (gate.wait(10), flush(handle)))
    told: list[Writing] = []
    document = Document("x = 1\n")

    def post(what: Callable[[], None]) -> None:
        what()
        posted.set()

    writing = Writing(document, document.draft(tmp_path / "a.grad"), post, told.append)
    assert not writing.wait(0)
    document.text = "x = 2\n"
    gate.set()
    assert posted.wait(10)
    assert writing.wait(0)
    assert told == [writing]
    assert writing.information is not None
    document.settle(writing.draft, writing.information)
    assert document.is_modified, "what was typed meanwhile is not saved"
    assert (tmp_path / "a.grad").read_bytes() == b"x = 1\n"


def test_an_unheard_of_error_while_writing_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saving, "_fill", lambda *_: [][1])
    document = Document("x = 1\n")
    writing = Writing(document, document.draft(tmp_path / "a.grad"), lambda _: None, lambda _: None)
    assert writing.wait(10)
    assert "IndexError" in str(writing.failure)
    assert not list(tmp_path.iterdir())


def test_what_became_of_a_file(tmp_path: Path) -> None:
    folder = tmp_path / "work"
    folder.mkdir()
    path = folder / "a.grad"
    path.write_bytes(b"x = 1\n")
    document = Document.open(path)
    known = document.known
    assert known is not None
    _age(path)
    assert known.look().kind == "same"
    document.seen(known.look())
    assert document.known != known, "the new time is remembered, so the bytes are not read again"
    path.write_bytes(b"x = 2\r\n")
    assert (known.look().kind, known.look().text) == ("changed", "x = 2\n")
    path.write_bytes(b"\xff")
    look = known.look()
    assert look.kind == "unreadable"
    assert look.why.startswith("a.grad was changed and cannot be read again: not UTF-8 text")
    path.unlink()
    path.mkdir()
    assert "it is a folder" in known.look().why
    path.rmdir()
    os.mkfifo(path)
    assert "pipe" in known.look().why
    path.unlink()
    assert (known.look().kind, known.look().why) == ("gone", "")
    document.seen(known.look())
    assert document.is_modified
    assert document.is_gone
    folder.rmdir()
    assert "does not exist any more" in known.look().why
