"""Document: one computation file, read and written without changing a byte that was not edited."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import stat
import tempfile
from pathlib import Path

from gradstudio.studio import line_ends
from gradstudio.studio.events import Event
from gradstudio.studio.reading import BOM, decoded, read_bytes
from gradstudio.studio.reading import DocumentError as DocumentError

SUFFIXES = (".grad", ".py")


class ChangedOnDisk(DocumentError):
    """Someone else wrote the file since it was read; saving would overwrite that."""


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
        self._stat: tuple[int, int, int] | None = None

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
        """Whether the text differs from the file."""
        return self._text != self._saved

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
        return (BOM if self._bom else b"") + line_ends.restore(self._text, *known).encode("utf-8", errors)

    @classmethod
    def open(cls, path: Path) -> Document:
        """Read a file. Raises DocumentError."""
        path = Path(os.path.abspath(path))  # noqa: PTH100 (a symbolic link keeps its own name and folder)
        data, information = read_bytes(path)
        document = cls(decoded(data, path), path)
        document._bom = data.startswith(BOM)
        document._remember(data, information)
        return document

    def save(self, overwrite: bool = False) -> None:
        """Write to the document's own file. Raises ChangedOnDisk unless overwrite, and DocumentError."""
        if self.path is None:
            raise DocumentError("This text has no file yet: use Save as.")
        self._write(self.path, check=not overwrite)

    def save_as(self, path: Path) -> None:
        """Write to another file, which becomes the document's own. Raises DocumentError and changes nothing then."""
        path = Path(os.path.abspath(path))  # noqa: PTH100
        self._write(path, check=False)
        self.path = path
        self.changed.emit()

    def is_changed_on_disk(self) -> bool:
        """Whether the file now holds other bytes than were read or last saved (a vanished file is not a change)."""
        if self.path is None or self._stat is None:
            return False
        try:
            information = self.path.stat()
            if _stamp(information) == self._stat:
                return False
            data, _ = read_bytes(self.path)
        except FileNotFoundError:
            return False
        except (OSError, DocumentError):
            return True
        return hashlib.sha256(data).digest() != self._digest

    def accept_disk(self) -> None:
        """The person knows that the file is different now: it is not a change any more until it changes again."""
        if self.path is not None:
            data, information = read_bytes(self.path)
            self._remember(data, information)

    def reload(self) -> None:
        """Take text and line ends from the file again. Raises DocumentError, and nothing changes then."""
        if self.path is None:
            return
        other = Document.open(self.path)
        self._bom, self._lines, self._ends = other._bom, other._lines, other._ends
        self._text = self._saved = other._text
        self._digest, self._stat = other._digest, other._stat
        self.changed.emit()

    def _remember(self, data: bytes, information: os.stat_result) -> None:
        self._digest = hashlib.sha256(data).digest()
        self._stat = _stamp(information)

    def _write(self, path: Path, check: bool) -> None:
        if check and self.is_changed_on_disk():
            raise ChangedOnDisk(f"{path.name} was changed by another program since it was opened.")
        try:
            data = self.as_bytes()
        except UnicodeEncodeError as error:
            line = self._text.count("\n", 0, error.start) + 1
            raise DocumentError(
                f"{path.name}: line {line} holds a character that no file can hold; remove it."
            ) from None
        try:
            information = write_atomically(path, data)
        except OSError as error:
            raise DocumentError(f"{path.name} was not saved: {reason(error, path)}") from None
        self._lines, self._ends = line_ends.split(data.removeprefix(BOM).decode("utf-8"))
        self._saved = self._text
        self._remember(data, information)
        self.changed.emit()


def write_atomically(path: Path, data: bytes) -> os.stat_result:
    """Write a file whole or not at all, and not before it is on the disk. Raises OSError and leaves the old file then.

    A symbolic link stays one: its target is replaced. Mode and owner of an existing file are kept.
    """
    target = path.resolve()
    if target.exists() and not target.is_file():
        raise OSError(errno.EINVAL, "not a regular file")
    if target.exists() and os.access(target.parent, os.W_OK) and not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, "the file is read-only")
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:100]}.", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            _keep_rights(file.fileno(), target)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
            if os.fstat(file.fileno()).st_size != len(data):
                raise OSError(errno.EIO, "the disk did not keep all bytes")
        Path(temporary).replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(temporary).unlink()
        raise
    _flush_folder(target.parent)
    return target.stat()


def _keep_rights(handle: int, target: Path) -> None:
    """Give the new file the mode (and, where allowed, the owner) of the old one, else the usual mode."""
    if not hasattr(os, "fchmod"):
        return
    try:
        old = target.stat()
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        os.fchmod(handle, 0o666 & ~mask)
        return
    with contextlib.suppress(OSError):
        os.fchown(handle, old.st_uid, old.st_gid)
    os.fchmod(handle, stat.S_IMODE(old.st_mode))


def _flush_folder(folder: Path) -> None:
    """Make the new name itself durable; some file systems have no such thing, and the data is safe anyway."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _stamp(information: os.stat_result) -> tuple[int, int, int]:
    return information.st_mtime_ns, information.st_size, information.st_ino


def reason(error: OSError, path: Path) -> str:
    """Why, and what to do, in words."""
    folder = path.parent
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            return "the disk is full. Free some space, or use Save as to save it elsewhere; nothing was lost."
        case errno.EROFS:
            return f"{folder} is on a read-only disk. Use Save as to save it elsewhere; nothing was lost."
        case errno.EACCES | errno.EPERM:
            if path.is_file() and os.access(folder, os.W_OK):
                return "you may not do that with this file. Use Save as, or change its rights."
            return f"you may not do that in {folder}. Choose another folder, or change its rights."
        case errno.ENOENT | errno.ENOTDIR:
            return "there is no such file." if folder.is_dir() else f"the folder {folder} does not exist any more."
        case errno.ELOOP:
            return "its symbolic links go round in circles."
        case errno.ENAMETOOLONG:
            return "the name is too long."
    return f"{(error.strerror or str(error)).lower()}."
