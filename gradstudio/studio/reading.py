"""Reading computation files: regular files of a bounded size that are text. What else one is, is said in one line."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from gradstudio.engine.regular_file import NotRead, read_regular
from gradstudio.language.limits import FILE_BYTES, LINE_CHARACTERS, LINES

BOM = b"\xef\xbb\xbf"
_SHOWN = 80  # characters of a file's name in a message


class DocumentError(Exception):
    """A file could not be read or written; the message is one line that says which, why and what to do."""


class NotOpened(DocumentError):
    """A file could not be opened. line: where in it the reason lies, 0 if nowhere. is_refused: it is there, but it is
    not a computation file."""

    def __init__(self, path: Path, why: str, line: int = 0, is_refused: bool = True) -> None:
        super().__init__(f"{name_of(path)} was not opened: {why}")
        self.why = why
        self.line = line
        self.is_refused = is_refused


def name_of(path: Path) -> str:
    """A file's name in a message: short, on one line, with nothing in it that steers a terminal or turns text."""
    return tidy(path.name or str(path))


def tidy(name: str) -> str:
    """A name as a short printable text."""
    shown = _printable(name)
    return shown if len(shown) <= _SHOWN else shown[: _SHOWN - 1] + "…"


def _printable(name: str) -> str:
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode() for c in name)


def read_bytes(path: Path) -> tuple[bytes, os.stat_result]:
    """The bytes of a computation file, read once. Raises NotOpened."""
    try:
        return read_regular(path, FILE_BYTES)
    except NotRead as error:
        raise NotOpened(path, f"{error}.") from None
    except ValueError:  # a zero byte in the name
        raise NotOpened(path, "no file can have that name.", is_refused=False) from None
    except OSError as error:
        raise NotOpened(path, _why(error, path), is_refused=False) from None


def decoded(data: bytes, path: Path) -> str:
    """Strict UTF-8, byte order mark taken off, no zero bytes, no endless lines. Raises NotOpened."""
    body = data.removeprefix(BOM)
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise NotOpened(path, "it is UTF-16 text; save it as UTF-8 in the program it comes from.", 1)
    zero = body.find(b"\0")
    if zero >= 0:
        line = _line(body, zero)
        raise NotOpened(path, f"it is not text (a zero byte in line {line}).", line)
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        line = _line(body, error.start)
        said = f"not UTF-8 text (byte 0x{body[error.start]:02X} in line {line})"
        raise NotOpened(path, f"{said}; save it as UTF-8 in the program it comes from.", line) from None
    count = text.count("\n") + text.count("\r") - text.count("\r\n")
    if count > LINES:
        raise NotOpened(path, f"it has {count:,} lines; computation files may have {LINES:,}.", LINES)
    lines = text.splitlines()
    for number, content in enumerate(lines if max(map(len, lines), default=0) > LINE_CHARACTERS else (), 1):
        if len(content) > LINE_CHARACTERS:
            said = f"line {number} has {len(content):,} characters; lines of computation files may have"
            raise NotOpened(path, f"{said} {LINE_CHARACTERS:,}.", number)
    return text


def _line(data: bytes, at: int) -> int:
    return data.replace(b"\r\n", b" \n").replace(b"\r", b"\n").count(b"\n", 0, at) + 1


def _why(error: OSError, path: Path) -> str:
    match error.errno:
        case errno.ENOENT | errno.ENOTDIR:
            if path.is_symlink():
                return "it is a link to a file that is not there."
            if not path.parent.is_dir():
                return f"the folder {_printable(str(path.parent))} does not exist any more."
            return "there is no such file."
        case errno.EACCES | errno.EPERM:
            return "you may not read it. Change its rights, or copy it to another place."
        case errno.ELOOP:
            return "its symbolic links go round in circles."
        case errno.ENAMETOOLONG:
            return "the name is too long."
        case errno.ENXIO:
            return "it is a device, pipe or socket, not a file."
    return f"{(error.strerror or type(error).__name__).lower()}."
