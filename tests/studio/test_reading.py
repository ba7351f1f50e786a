"""Computation files that are none: each is one line that says what it is, and where."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from gradstudio.language.limits import FILE_BYTES, LINE_CHARACTERS
from gradstudio.studio.document import Document
from gradstudio.studio.reading import NotOpened, name_of

TEXTS = {
    "latin": (b"x = 1\n# caf\xe9\n", 2, "byte 0xE9 in line 2"),
    "cut": (b"x = 1 # caf\xc3", 1, "byte 0xC3 in line 1"),
    "surrogate": (b"\n\n# \xed\xa0\x80", 3, "byte 0xED in line 3"),
    "overlong": (b"# \xc0\xaf\n", 1, "byte 0xC0"),
    "after lone CR": (b"x = 1\ry = 2\r\n# \xff", 3, "in line 3"),
    "UTF-16": ("x = 1\n".encode("utf-16"), 1, "UTF-16"),
    "UTF-16 BE": (b"\xfe\xff\0x", 1, "UTF-16"),
    "UTF-32": ("x = 1\n".encode("utf-32"), 1, "UTF-16"),
    "zero": (b"x = 1\n\ny = \0", 3, "zero byte in line 3"),
    "binary": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 3, "zero byte"),
    "pyc": (b"\xa7\r\r\n\0\0\0\0", 3, "zero byte"),
    "long line": (b"x = 1\n#" + b"-" * LINE_CHARACTERS, 2, "line 2 has 100,001 characters"),
    "large": (b"#\n" * (FILE_BYTES // 2 + 1), 0, "at most 4,194,304 are read"),
}


@pytest.mark.parametrize("case", TEXTS)
def test_what_is_not_text_is_one_line_with_its_place(case: str, tmp_path: Path) -> None:
    data, line, said = TEXTS[case]
    (tmp_path / "a.py").write_bytes(data)
    with pytest.raises(NotOpened) as caught:
        Document.open(tmp_path / "a.py")

    assert str(caught.value).startswith("a.py was not opened: ")
    assert said in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1
    assert (caught.value.line, caught.value.is_refused) == (line, True)


@pytest.mark.parametrize(
    "data", [b"", b"\n", b"# only words", b"\xef\xbb\xbf", b"\xef\xbb\xbfx = 1\r\n", b"a\rb\n\r\nc"]
)
def test_odd_texts_are_opened_and_saved_to_the_byte(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(data)
    document = Document.open(tmp_path / "a.py")

    assert "\r" not in document.text
    assert document.as_bytes() == data


@pytest.mark.skipif(os.name == "nt", reason="such files are POSIX's")
def test_what_is_no_file_is_said_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.py")
    (tmp_path / "loop.py").symlink_to(tmp_path / "loop.py")
    (tmp_path / "dangling.py").symlink_to(tmp_path / "gone")
    (tmp_path / "folder.py").mkdir()
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(tmp_path / "socket.py"))
        for name, why in {
            "pipe.py": "pipe",
            "socket.py": "socket",
            "folder.py": "a folder",
            "loop.py": "circles",
            "dangling.py": "a link to a file that is not there",
            "gone.py": "no such file",
            "gone/a.py": "does not exist",
            "folder.py/a.py": "no such file",
            "n" * 300: "too long",
            "zero\0.py": "no file can have that name",
        }.items():
            with pytest.raises(NotOpened, match=why):
                Document.open(tmp_path / name)
    for device in ("/dev/zero", "/dev/tty", "/dev/full"):
        with pytest.raises(NotOpened):
            Document.open(Path(device))


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="reads /proc")
def test_a_file_that_says_it_is_empty_is_read_to_its_end_or_limit(tmp_path: Path) -> None:
    assert "[stack]" in Document.open(Path("/proc/self/maps")).text


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("a\nb.py", "a\\nb.py"),
        ("\x1b[31m.py", "\\x1b[31m.py"),
        ("\u202eyp.a", "\\u202eyp.a"),
        ("\udce9.py", "\\udce9.py"),
        ("größe.py", "größe.py"),
        ("n" * 200, "n" * 79 + "…"),
        ("", "."),
    ],
)
def test_names_are_shown_on_one_line(name: str, shown: str) -> None:
    assert name_of(Path(name)) == shown
