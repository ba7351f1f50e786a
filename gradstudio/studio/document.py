"""Document: one computation file, read and written without changing a byte that was not edited."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from gradstudio.language.limits import FILE_BYTES, LINE_CHARACTERS, LINES
from gradstudio.studio import line_ends
from gradstudio.studio.events import Event
from gradstudio.studio.reasons import called, placed, reason
from gradstudio.studio.recovery.presence import alone
from gradstudio.studio.saving import forget_leftovers, write_atomically

SUFFIXES = (".grad", ".py")
_BOM = b"\xef\xbb\xbf"


class DocumentError(Exception):
    """A file could not be read or written; the message is one line that says which, why and what to do."""


class ChangedOnDisk(DocumentError):
    """Someone else wrote the file since it was read; saving would overwrite that."""


@dataclass(frozen=True, slots=True)
class Basis:
    """What a document began with or was last saved as; lines and their ends are those of the file."""

    path: Path | None
    title: str
    data_folder: Path | None
    text: str
    lines: list[str]
    ends: list[str]
    has_bom: bool
    digest: bytes  # of the file, b"" for none

    @property
    def raw(self) -> str:
        """The text with the line ends of the file."""
        return "".join(part for pair in zip(self.lines, self.ends, strict=True) for part in pair)


Stamp = tuple[int, int, int]
"""By what a look at a file sees that it may be another one: time of change, size, number on its disk."""


@dataclass(frozen=True, slots=True)
class Look:
    """What became of a document's file: it is the "same", was "changed" (and can be read), or is "gone" or
    "unreadable", and then why says how."""

    kind: Literal["same", "changed", "gone", "unreadable"]
    why: str = ""
    text: str = ""  # of a changed one
    digest: bytes = b""
    stamp: Stamp | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """A file as it was read or written last. May be used on any thread."""

    path: Path
    stamp: Stamp
    digest: bytes

    def look(self) -> Look:
        """What has become of it since. The same bytes under another time are the same."""
        try:
            stamp = _stamp(self.path.stat())
            if stamp == self.stamp:
                return Look("same", digest=self.digest, stamp=stamp)
            data, information = _read(self.path)
            digest, stamp = hashlib.sha256(data).digest(), _stamp(information)
            if digest == self.digest:
                return Look("same", digest=digest, stamp=stamp)
            return Look("changed", "", line_ends.plain(_decoded(data, self.path)), digest, stamp)
        except (FileNotFoundError, NotADirectoryError):
            folder = self.path.parent
            return Look("gone", "" if folder.is_dir() else f"the folder {placed(folder)} does not exist any more")
        except OSError as error:
            return Look("unreadable", f"{called(self.path)} cannot be read any more: {reason(error, self.path)}")
        except DocumentError as error:
            return Look("unreadable", str(error).replace("was not opened", "was changed and cannot be read again"))


@dataclass(frozen=True, slots=True)
class Draft:
    """A text on its way to a file: all that writing needs, so that it can be done on another thread."""

    path: Path
    data: bytes
    text: str
    restored: str  # the text with the line ends of the file
    known: Known | None  # what must still be there; None to write over whatever is
    keep: Callable[[Path], None] | None = None  # called before the old file goes

    def write(self) -> os.stat_result:
        """Write it, whole or not at all. Raises ChangedOnDisk and DocumentError, and leaves the old file then."""
        try:
            self._check()
            with alone(self.path):
                return write_atomically(self.path, self.data, self._before_replacing)
        except OSError as error:
            raise DocumentError(f"{called(self.path)} was not saved: {reason(error, self.path)}") from None

    def has_other_names(self) -> bool:
        """Whether the file has hard links, which will keep what it holds now."""
        try:
            return self.path.stat().st_nlink > 1
        except OSError:
            return False

    def _before_replacing(self) -> None:
        self._check()
        if self.keep is not None:
            self.keep(self.path)

    def _check(self) -> None:
        if self.known is not None and self.known.look().kind in ("changed", "unreadable"):
            raise ChangedOnDisk(f"{called(self.path)} was changed on disk by another program.")


class Document:
    """A text with its file. `text` always has \\n line ends; the file's own come back on save."""

    def __init__(
        self, text: str = "", path: Path | None = None, title: str = "", data_folder: Path | None = None
    ) -> None:
        self.changed: Event[[]] = Event()
        self.path = path
        self.title = title  # the name shown while there is no path
        self._data_folder = data_folder  # where its data lie while there is no path
        self._bom = False
        self._lines, self._ends = line_ends.split(text)
        self._saved = "\n".join(self._lines)
        self._text = self._saved
        self._first = self._saved, self._lines, self._ends  # so that undoing everything gives the very bytes back
        self._digest = b""
        self._stat: Stamp | None = None
        self._place = ""  # of the file, with links followed when it was read or written
        self._is_gone = False  # the file does not exist any more
        self._is_kept = False  # the file is another now, and the person wants this text

    @property
    def text(self) -> str:
        """The text as it is now."""
        return self._text

    @text.setter
    def text(self, text: str) -> None:
        if text == self._text:
            return
        before = self.is_modified
        self._text = text
        if before != self.is_modified:
            self.changed.emit()

    @property
    def is_modified(self) -> bool:
        """Whether the file does not hold the text."""
        return self._text != self._saved or self._is_gone or self._is_kept

    @property
    def is_gone(self) -> bool:
        """Whether the file was deleted or moved away; saving writes it again."""
        return self._is_gone

    @property
    def follows_disk(self) -> bool:
        """Whether the text is the one that was read or saved last, so that a newer one may take its place."""
        return self._text == self._saved and not self._is_kept

    @property
    def name(self) -> str:
        """What the window calls it."""
        return self.path.name if self.path is not None else self.title or "untitled.grad"

    @property
    def folder(self) -> Path | None:
        """Where data files are looked for; None while the text has no place."""
        return self.path.parent if self.path is not None else self._data_folder

    def as_bytes(self, errors: str = "strict") -> bytes:
        """What saving would write. Raises UnicodeEncodeError for what no file can hold, unless `errors` says else."""
        first, *lines_and_ends = self._first
        known = lines_and_ends if self._text == first else (self._lines, self._ends)
        return (_BOM if self._bom else b"") + line_ends.restore(self._text, *known).encode("utf-8", errors)

    @property
    def basis(self) -> Basis:
        """What its text goes back to."""
        return Basis(
            self.path, self.title, self._data_folder, self._saved, self._lines, self._ends, self._bom, self._digest
        )

    @classmethod
    def recovered(cls, basis: Basis, text: str) -> Document:
        """A text that was not saved, as it was before; a file that was changed since counts as changed."""
        document = cls(basis.raw, basis.path, basis.title, basis.data_folder)
        document._bom, document._digest = basis.has_bom, basis.digest
        document._stat = (0, 0, 0) if basis.digest else None
        document._text = text
        return document

    @classmethod
    def open(cls, path: Path) -> Document:
        """Read a file. Raises DocumentError."""
        path = Path(os.path.abspath(path))  # noqa: PTH100 (a symbolic link keeps its own name and folder)
        data, information = _read(path)
        document = cls(_decoded(data, path), path)
        document._bom = data.startswith(_BOM)
        document._remember(data, information)
        forget_leftovers(path)
        return document

    def draft(self, path: Path | None = None, overwrite: bool = False) -> Draft:
        """The text as it is to be written, to the document's own file or to another. Raises DocumentError."""
        if path is None and self.path is None:
            raise DocumentError("This text has no file yet: use Save as.")
        target = Path(os.path.abspath(path)) if path is not None else self.path  # noqa: PTH100
        assert target is not None
        try:
            data = self.as_bytes()
        except UnicodeEncodeError as error:
            line = self._text.count("\n", 0, error.start) + 1
            raise DocumentError(
                f"{called(target)}: line {line} holds a character that no file can hold; remove it."
            ) from None
        restored = data.removeprefix(_BOM).decode("utf-8")
        is_own = target == self.path or (self._place != "" and os.path.realpath(target) == self._place)
        return Draft(target, data, self._text, restored, self.known if is_own and not overwrite else None)

    def settle(self, draft: Draft, information: os.stat_result) -> None:
        """A draft was written; its file is the document's own now. What was typed since is not saved."""
        self.path = draft.path
        self._lines, self._ends = line_ends.split(draft.restored)
        self._saved = draft.text
        self._remember(draft.data, information)
        self.changed.emit()

    def save(self, overwrite: bool = False) -> None:
        """Write to the document's own file. Raises ChangedOnDisk unless overwrite, and DocumentError."""
        draft = self.draft(overwrite=overwrite)
        self.settle(draft, draft.write())

    def save_as(self, path: Path) -> None:
        """Write to another file, which becomes the document's own. Raises DocumentError and changes nothing then."""
        draft = self.draft(path)
        self.settle(draft, draft.write())

    @property
    def known(self) -> Known | None:
        """The file as it was read or saved last; None without one."""
        if self.path is None or self._stat is None:
            return None
        return Known(self.path, self._stat, self._digest)

    def is_changed_on_disk(self) -> bool:
        """Whether the file now holds other bytes than were read or last saved (a vanished file is not a change)."""
        known = self.known
        return known is not None and known.look().kind in ("changed", "unreadable")

    def seen(self, look: Look) -> None:
        """Somebody has looked at the file: whether it is gone, and a new time of the same bytes."""
        before = self.is_modified, self._is_gone
        self._is_gone = look.kind == "gone"
        if look.kind == "same" and look.stamp is not None:
            self._stat = look.stamp
        if before != (self.is_modified, self._is_gone):
            self.changed.emit()

    def keep_mine(self, look: Look) -> None:
        """The person knows that the file is different now and wants this text: no change until it changes again."""
        self._is_kept = True
        if look.stamp is not None:
            self._digest, self._stat = look.digest, look.stamp
        self.changed.emit()

    def reload(self) -> None:
        """Take text and line ends from the file again. Raises DocumentError, and nothing changes then."""
        if self.path is None:
            return
        other = Document.open(self.path)
        self._bom, self._lines, self._ends = other._bom, other._lines, other._ends
        self._text = self._saved = other._text
        self._digest, self._stat, self._place = other._digest, other._stat, other._place
        self._is_gone = self._is_kept = False
        self.changed.emit()

    def _remember(self, data: bytes, information: os.stat_result) -> None:
        self._digest = hashlib.sha256(data).digest()
        self._stat = _stamp(information)
        self._place = os.path.realpath(self.path) if self.path is not None else ""
        self._is_gone = self._is_kept = False


def _read(path: Path) -> tuple[bytes, os.stat_result]:
    """The bytes of a regular file, read once and never more than the limit. Raises DocumentError."""
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
    try:
        handle = os.open(path, flags)
    except OSError as error:
        raise DocumentError(f"{called(path)} was not opened: {reason(error, path)}") from None
    try:
        information = os.fstat(handle)
        if not stat.S_ISREG(information.st_mode):
            kind = "a folder" if stat.S_ISDIR(information.st_mode) else "a device, pipe or socket"
            raise DocumentError(f"{called(path)} was not opened: it is {kind}, not a file.")
        if information.st_size > FILE_BYTES:
            raise DocumentError(
                f"{called(path)} was not opened: it has {information.st_size / 2**20:.1f} MiB; "
                f"computation files may have {FILE_BYTES >> 20} MiB."
            )
        parts, size = [], 0
        while size <= FILE_BYTES and (part := os.read(handle, 1 << 20)):
            parts.append(part)
            size += len(part)
    except OSError as error:
        raise DocumentError(f"{called(path)} was not opened: {reason(error, path)}") from None
    finally:
        os.close(handle)
    data = b"".join(parts)
    if len(data) > FILE_BYTES:
        raise DocumentError(f"{called(path)} was not opened: it is growing past {FILE_BYTES >> 20} MiB.")
    return data, information


def _decoded(data: bytes, path: Path) -> str:
    """Strict UTF-8, byte order mark taken off, no NUL."""
    body = data.removeprefix(_BOM)
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        raise DocumentError(
            f"{called(path)} was not opened: not UTF-8 text (byte 0x{body[error.start]:02X} in line {line}); "
            "save it as UTF-8 in the program it comes from."
        ) from None
    longest = max(map(len, text.splitlines()), default=0)
    if longest > LINE_CHARACTERS:
        raise DocumentError(
            f"{called(path)} was not opened: a line of it has {longest:,} characters; "
            f"lines of computation files may have {LINE_CHARACTERS:,}."
        )
    count = text.count("\n") + text.count("\r") - text.count("\r\n")
    if count > LINES:
        raise DocumentError(
            f"{called(path)} was not opened: it has {count:,} lines; computation files may have {LINES:,}."
        )
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise DocumentError(f"{called(path)} was not opened: it is not text (a zero byte in line {line}).")
    return text


def _stamp(information: os.stat_result) -> Stamp:
    return information.st_mtime_ns, information.st_size, information.st_ino
