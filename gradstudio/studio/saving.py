"""Saving: a file written whole or not at all, on the disk before the old one goes."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import re
import secrets
import stat
import sys
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path

from gradstudio.studio.file_lock import lock

LEFT_BEHIND = 10.0
"""Seconds after which a temporary file that nobody writes is one that a killed program has left."""

_TRIES, _PAUSE = 20, 0.05  # Windows: a file that another program reads cannot be replaced until it is done
_STEM = 100  # bytes of the file's name in that of its temporary file, which must not become too long
_LOOKED_AT = 20_000  # files of a folder among which such ones are looked for
_NO_SYNC = {errno.EINVAL, errno.ENOSYS, errno.ENOTSUP}  # what file systems say that have no such thing
_OPEN = getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)


def write_atomically(path: Path, data: bytes, check: Callable[[], None] | None = None) -> os.stat_result:
    """Write a file whole or not at all. Raises OSError, and what `check` raises, and leaves the old file then.

    A symbolic link stays one: its target is replaced. Mode, access list and, where allowed, owner of an existing file
    are kept; other hard links of it keep the old bytes. check: called at the last moment before the old file goes.
    """
    try:
        target = Path(os.path.realpath(path))
        old = _regular(target)
        if old is not None and os.access(target.parent, os.W_OK) and not os.access(target, os.W_OK):
            raise PermissionError(errno.EACCES, "the file is read-only")
        forget_leftovers(target)
        temporary, handle = _fresh(target, 0o666 if old is None else 0o600)
    except ValueError:
        raise OSError(errno.EINVAL, "no file can have this name") from None
    try:
        try:
            with contextlib.suppress(OSError):  # others see that it is in use, for as long as it is open here
                lock(handle)
            if old is not None:
                _keep_rights(handle, target, old)
            _fill(handle, data)
        finally:
            os.close(handle)
        if check is not None:
            check()
        _replace(temporary, target)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
    flush_folder(target.parent)
    return _read_back(target, data)


def forget_leftovers(path: Path) -> None:
    """Remove what a program that was killed while it saved this file has left beside it."""
    pattern = re.compile(re.escape(_prefix(path)) + r"[0-9a-f]{16}\.tmp")
    with contextlib.suppress(OSError), os.scandir(path.parent) as entries:
        for entry in islice(entries, _LOOKED_AT):
            if pattern.fullmatch(entry.name) and entry.is_file(follow_symlinks=False):
                _forget(Path(entry.path), entry.stat(follow_symlinks=False).st_mtime)


def _regular(target: Path) -> os.stat_result | None:
    """What is there; None for nothing. Raises OSError for what is not a file, and opens nothing."""
    try:
        found = target.stat()
    except FileNotFoundError:
        return None
    if stat.S_ISDIR(found.st_mode):
        raise OSError(errno.EISDIR, "it is a folder, not a file")
    if not stat.S_ISREG(found.st_mode):
        raise OSError(errno.EEXIST, "it is a device, pipe or socket, not a file")
    return found


def _prefix(path: Path) -> str:
    return "." + os.fsencode(path.name)[:_STEM].decode(errors="ignore") + "."


def _fresh(target: Path, mode: int) -> tuple[Path, int]:
    """A new empty file beside the target, open for writing."""
    temporary = target.parent / f"{_prefix(target)}{secrets.token_hex(8)}.tmp"
    return temporary, os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _OPEN, mode)


def _forget(leftover: Path, changed: float) -> None:
    """Remove a temporary file, unless it is young or somebody holds it (on Windows it cannot be removed then)."""
    if abs(time.time() - changed) < LEFT_BEHIND:
        return
    with contextlib.suppress(OSError):
        if sys.platform == "win32":
            leftover.unlink()
            return
        handle = os.open(leftover, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | _OPEN)
        try:
            if lock(handle):
                leftover.unlink()
        finally:
            os.close(handle)


def _keep_rights(handle: int, target: Path, old: os.stat_result) -> None:
    """Give the new file owner and group of the old one where that is allowed, its mode, and what else it carries."""
    if sys.platform == "win32":
        return
    for owner, group in ((old.st_uid, -1), (-1, old.st_gid)):
        with contextlib.suppress(OSError):
            os.fchown(handle, owner, group)
    os.fchmod(handle, stat.S_IMODE(old.st_mode))
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            for name in os.listxattr(target):  # access lists are among them
                with contextlib.suppress(OSError):
                    os.setxattr(handle, name, os.getxattr(target, name))


def _fill(handle: int, data: bytes) -> None:
    """Write all of it, and wait until the disk has it."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(handle, rest[: 1 << 20]) :]
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in _NO_SYNC:
            raise
    if os.fstat(handle).st_size != len(data):
        raise OSError(errno.EIO, "the disk did not keep all bytes")


def _replace(temporary: Path, target: Path) -> None:
    for left in range(_TRIES - 1, -1, -1):
        try:
            os.replace(temporary, target)  # noqa: PTH105 (what tests make fail)
        except PermissionError as error:
            if getattr(error, "winerror", None) not in (5, 32) or not left:
                raise
            time.sleep(_PAUSE)
        else:
            return


def flush_folder(folder: Path) -> None:
    """Make the new name itself durable; some file systems have no such thing, and the data is safe anyway."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _read_back(target: Path, data: bytes) -> os.stat_result:
    """What is there now. Raises OSError if it is not what was written."""
    with target.open("rb") as file:
        information = os.fstat(file.fileno())
        found = file.read(len(data) + 1)
    if hashlib.sha256(found).digest() != hashlib.sha256(data).digest():
        raise OSError(errno.EIO, "the file holds other bytes than were written")
    return information
