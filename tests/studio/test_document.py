"""Documents change no byte that was not edited, and lose nothing when the disk fails."""

from __future__ import annotations

import errno
import os
import shutil
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from gradstudio.language.limits import FILE_BYTES, LINE_CHARACTERS
from gradstudio.studio import saving
from gradstudio.studio.document import ChangedOnDisk, Document, DocumentError

FILES = {
    "unix": b"x = 1\ny = 2\n",
    "no end of the last line": b"x = 1\ny = 2",
    "windows": b"x = 1\r\ny = 2\r\n",
    "old mac": b"x = 1\ry = 2\r",
    "mixed": b"a = 1\nb = 2\r\nc = 3\rd = 4\n\r\n\n",
    "byte order mark": b"\xef\xbb\xbfx = 1\r\n",
    "empty": b"",
    "only ends": b"\n\r\n\r",
    "no-break space and form feed": "x = 1  # a\u00a0b\f\n".encode(),
    "line and paragraph separators": "x = 1 # a\u2028b\u2029c\n".encode(),
    "header with unknown keys": b"# /// script\n# [tool.gradstudio]\n# later = {a=1}\n# ///\nx = 1\n",
    "beyond the basic plane": "x = 1  # \U0001d6fc \u2202\r\n".encode(),
    "trailing white space": b"x = 1   \t\n\t\n",
}


@pytest.mark.parametrize("data", FILES.values(), ids=FILES.keys())
def test_opening_and_saving_gives_the_same_bytes(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.grad"
    path.write_bytes(data)
    document = Document.open(path)
    assert "\r" not in document.text
    document.save()
    assert path.read_bytes() == data
    assert not document.is_modified


@pytest.mark.parametrize("data", FILES.values(), ids=FILES.keys())
def test_an_edit_that_is_taken_back_leaves_the_same_bytes(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.grad"
    path.write_bytes(data)
    document = Document.open(path)
    before = document.text
    document.text = "new = 0\n" + before
    assert document.is_modified
    document.save()
    document.text = before
    document.save()
    assert path.read_bytes() == data


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (lambda t: t.replace("b = 2", "b = 20"), b"a = 1\nb = 20\r\nc = 3\rd = 4\n"),
        (lambda t: t.replace("b = 2\n", ""), b"a = 1\nc = 3\rd = 4\n"),
        (lambda t: t.replace("c = 3", "b2 = 0\nc = 3"), b"a = 1\nb = 2\r\nb2 = 0\r\nc = 3\rd = 4\n"),
        (lambda t: "z = 0\n" + t, b"z = 0\na = 1\nb = 2\r\nc = 3\rd = 4\n"),
        (lambda t: t + "e = 5\n", b"a = 1\nb = 2\r\nc = 3\rd = 4\ne = 5\n"),
        (lambda t: t.rstrip("\n"), b"a = 1\nb = 2\r\nc = 3\rd = 4"),
        (lambda t: t.replace("a = 1\nb = 2\n", "q = 9\n"), b"q = 9\nc = 3\rd = 4\n"),
    ],
    ids=["change", "delete", "insert", "at the top", "at the end", "cut the last end", "two for one"],
)
def test_untouched_lines_of_a_mixed_file_keep_their_own_ends(tmp_path: Path, edit, expected: bytes) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "a.grad"
    path.write_bytes(b"a = 1\nb = 2\r\nc = 3\rd = 4\n")
    document = Document.open(path)
    document.text = edit(document.text)
    document.save()
    assert path.read_bytes() == expected


def test_new_lines_of_a_windows_file_are_windows_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.grad"
    path.write_bytes(b"x = 1\r\ny = 2")
    document = Document.open(path)
    document.text += "\nz = 3\n"
    document.save()
    assert path.read_bytes() == b"x = 1\r\ny = 2\r\nz = 3\r\n"


def test_what_is_not_text_is_refused_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "a.grad"
    cases = {
        b"x = 1\n\xe9\n": "not UTF-8 text (byte 0xE9 in line 2)",
        b"x = 1\n\n\0": "a zero byte in line 3",
        b"#" * (FILE_BYTES + 1): "at most 4,194,304 are read",
        b"#" * (LINE_CHARACTERS + 1): "line 1 has 100,001 characters",
        b"\r\n" * 100_001: "it has 100,001 lines; computation files may have 50,000",
    }
    for data, words in cases.items():
        path.write_bytes(data)
        with pytest.raises(DocumentError, match=words.replace("(", r"\(").replace(")", r"\)")) as caught:
            Document.open(path)
        assert "\n" not in str(caught.value)
        assert "a.grad" in str(caught.value)


def test_only_regular_files_are_opened(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="it is a folder"):
        Document.open(tmp_path)
    with pytest.raises(DocumentError, match="there is no such file"):
        Document.open(tmp_path / "gone.grad")
    with pytest.raises(DocumentError, match="does not exist any more"):
        Document.open(tmp_path / "gone" / "x.grad")
    os.mkfifo(tmp_path / "pipe.grad")
    with pytest.raises(DocumentError, match="not a file"):  # and it does not wait for a writer
        Document.open(tmp_path / "pipe.grad")


def test_saving_keeps_mode_and_symbolic_link(tmp_path: Path) -> None:
    target, link = tmp_path / "target.grad", tmp_path / "link.grad"
    target.write_bytes(b"x = 1\n")
    target.chmod(0o640)
    link.symlink_to(target)
    document = Document.open(link)
    document.text = "x = 2\n"
    document.save()
    assert link.is_symlink()
    assert target.read_bytes() == b"x = 2\n"
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    assert sorted(p.name for p in tmp_path.iterdir()) == ["link.grad", "target.grad"]


def test_a_new_file_gets_the_usual_mode(tmp_path: Path) -> None:
    mask = os.umask(0o022)
    try:
        document = Document("x = 1\n")
        document.save_as(tmp_path / "new.grad")
    finally:
        os.umask(mask)
    assert stat.S_IMODE((tmp_path / "new.grad").stat().st_mode) == 0o644
    assert document.name == "new.grad"
    assert document.folder == tmp_path


def test_a_file_changed_by_others_is_not_overwritten_unasked(tmp_path: Path) -> None:
    path = tmp_path / "a.grad"
    path.write_text("x = 1\n")
    document = Document.open(path)
    assert not document.is_changed_on_disk()
    path.write_text("x = 100\n")
    assert document.is_changed_on_disk()
    document.text = "x = 2\n"
    with pytest.raises(ChangedOnDisk, match="changed on disk by another program"):
        document.save()
    assert path.read_text() == "x = 100\n"
    assert document.is_modified
    document.save(overwrite=True)
    assert path.read_text() == "x = 2\n"
    assert not document.is_changed_on_disk()


def test_a_read_only_file_is_not_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.grad"
    path.write_text("x = 1\n")
    document = Document.open(path)
    document.text = "x = 2\n"
    allowed = os.access
    monkeypatch.setattr(os, "access", lambda p, mode: Path(p) != path and allowed(p, mode))  # as for anyone but root
    with pytest.raises(DocumentError, match=r"you may not do that with this file\. Use Save as"):
        document.save()
    assert path.read_text() == "x = 1\n"
    assert document.is_modified


def test_the_same_bytes_written_again_are_no_change(tmp_path: Path) -> None:
    path = tmp_path / "a.grad"
    path.write_text("x = 1\n")
    document = Document.open(path)
    path.unlink()
    path.write_text("x = 1\n")
    os.utime(path, (1, 1))
    assert not document.is_changed_on_disk()


def test_reloading_takes_text_and_line_ends(tmp_path: Path) -> None:
    path = tmp_path / "a.grad"
    path.write_bytes(b"x = 1\n")
    document = Document.open(path)
    path.write_bytes(b"x = 1\r\ny = 2\r\n")
    document.reload()
    assert document.text == "x = 1\ny = 2\n"
    document.text += "z = 3\n"
    document.save()
    assert path.read_bytes() == b"x = 1\r\ny = 2\r\nz = 3\r\n"


def _failing(monkeypatch: pytest.MonkeyPatch, name: str, number: int) -> None:
    def fail(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, name, fail)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EIO, "input/output error"),
        (errno.EDQUOT, "your share of this disk is used up"),
    ],
)
def test_a_failing_disk_loses_nothing_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, words: str
) -> None:
    path = tmp_path / "a.grad"
    path.write_bytes(b"x = 1\n")
    document = Document.open(path)
    document.text = "x = 2\n"
    _failing(monkeypatch, "fsync", number)
    with pytest.raises(DocumentError, match=words) as caught:
        document.save()
    assert "\n" not in str(caught.value)
    assert document.is_modified
    assert document.text == "x = 2\n"
    assert path.read_bytes() == b"x = 1\n"
    assert [p.name for p in tmp_path.iterdir()] == ["a.grad"], "no temporary file is left behind"
    monkeypatch.undo()
    document.save()
    assert path.read_bytes() == b"x = 2\n"


def test_a_vanished_folder_and_a_folder_without_rights_are_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "work"
    folder.mkdir()
    path = folder / "a.grad"
    path.write_text("x = 1\n")
    document = Document.open(path)
    document.text = "x = 2\n"
    shutil.rmtree(folder)
    with pytest.raises(DocumentError, match=r"the folder .*work does not exist any more"):
        document.save()
    assert document.is_modified
    folder.mkdir()
    with monkeypatch.context() as patch:

        def refuse(*_: object) -> None:
            raise PermissionError(errno.EACCES, "Permission denied")

        patch.setattr(saving, "_fresh", refuse)
        with pytest.raises(DocumentError, match=r"no file can be made in .*work, which saving needs"):
            document.save()
    assert document.is_modified
    document.save()
    assert path.read_text() == "x = 2\n"


@pytest.fixture
def full_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 64 KiB. Skipped where mounting is not allowed."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("mounting a small disk needs rights")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_saving_onto_a_really_full_disk_keeps_the_old_file(full_disk: Path) -> None:
    path = full_disk / "a.grad"
    path.write_bytes(b"x = 1\n")
    document = Document.open(path)
    document.text = "# " + "long " * 40_000 + "\n"
    with pytest.raises(DocumentError, match="the disk is full"):
        document.save()
    assert path.read_bytes() == b"x = 1\n"
    assert document.is_modified
    assert [p.name for p in full_disk.iterdir()] == ["a.grad"]
    document.text = "x = 3\n"
    document.save()
    assert path.read_bytes() == b"x = 3\n"


def test_saving_onto_a_read_only_disk_keeps_the_old_file(full_disk: Path) -> None:
    path = full_disk / "a.grad"
    path.write_bytes(b"x = 1\n")
    document = Document.open(path)
    document.text = "x = 2\n"
    subprocess.run(["mount", "-o", "remount,ro", str(full_disk)], check=True)
    with pytest.raises(DocumentError, match="read-only disk"):
        document.save()
    assert document.is_modified
    assert path.read_bytes() == b"x = 1\n"


def test_a_text_without_a_file_asks_for_one() -> None:
    document = Document()
    assert document.name == "untitled.grad"
    with pytest.raises(DocumentError, match="use Save as"):
        document.save()


def test_a_character_that_no_file_can_hold_is_named(tmp_path: Path) -> None:
    document = Document()
    document.text = "x = 1\n# \ud800\n"
    with pytest.raises(DocumentError, match="line 2 holds a character"):
        document.save_as(tmp_path / "a.grad")
    assert document.path is None
