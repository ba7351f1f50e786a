"""Presence: lock files that a process holds until it ends, however it ends, and who holds them."""

from __future__ import annotations

import contextlib
import hashlib
import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec

from gradstudio.studio.file_lock import lock
from gradstudio.studio.state_folder import state_folder

_LONGEST = 5.0  # seconds that a save waits for that of another window
_TRIES, _MOMENT = 4, 0.01  # seconds between two tries
_MOST = 64 << 10  # bytes of a lock file that are read


class Holder(msgspec.Struct, frozen=True):
    """Who holds a lock, and for which file."""

    pid: int
    host: str
    path: str = ""  # "" for a text without a file


class Hold:
    """A lock that was taken. The system gives it up when the process ends, by whatever it is ended."""

    def __init__(self, path: Path, handle: int) -> None:
        self.path = path
        self._handle = handle

    @classmethod
    def take(cls, path: Path, file: Path | None = None) -> Hold | None:
        """Take a lock for a file; None while somebody else has it. Raises OSError where nothing can be written."""
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        for _ in range(_TRIES):
            handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
            is_ours = False
            try:
                is_ours = _lock(handle) and is_same(handle, path)  # not a file that its last holder took away
            finally:
                if not is_ours:
                    os.close(handle)
            if is_ours:
                hold = cls(path, handle)
                hold.say(file)
                return hold
            time.sleep(_MOMENT)  # somebody who only looks is gone again then
        return None

    @property
    def is_there(self) -> bool:
        """Whether the lock file is still where others look for it."""
        return is_same(self._handle, self.path)

    def say(self, file: Path | None) -> None:
        """For which file it is held from now on. Raises OSError where that cannot be written."""
        data = msgspec.json.encode(Holder(os.getpid(), socket.gethostname(), same_name(file) if file else ""))
        os.lseek(self._handle, 0, os.SEEK_SET)
        os.write(self._handle, data)
        os.ftruncate(self._handle, len(data))

    def release(self, is_kept: bool = False) -> None:
        """Give it up, and the lock file with it unless that is kept."""
        if not is_kept and os.name == "posix":  # while it is held, so that nobody else's is taken away
            with contextlib.suppress(OSError):
                self.path.unlink()
        os.close(self._handle)
        if not is_kept and os.name != "posix":
            with contextlib.suppress(OSError):
                self.path.unlink()


def holder(path: Path) -> Holder | None:
    """Who holds a lock; None where nobody does, or where it cannot be said who."""
    try:
        handle = os.open(path, os.O_RDWR | getattr(os, "O_CLOEXEC", 0))
    except OSError:
        return None
    try:
        return None if _lock(handle, is_shared=True) else _said(handle)
    except OSError:
        return None
    finally:
        os.close(handle)


def others(folder: Path, file: Path, own: Path) -> tuple[Holder, ...]:
    """Who else has a file open, of all locks in a folder but one."""
    name = same_name(file)
    found = []
    for path in sorted(folder.glob("*.lock")):
        if path != own and (by := holder(path)) is not None and by.path == name:
            found.append(by)
    return tuple(found)


def same_name(file: Path) -> str:
    """One name for all ways to write the path of a file."""
    name = os.path.normcase(os.path.realpath(file))
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


@contextlib.contextmanager
def alone(file: Path) -> Iterator[None]:
    """No other window saves a file meanwhile: between its look at the file and its save it might miss ours. Where that
    cannot be had soon, it is done without: to save is more important."""
    hold, end = None, time.monotonic() + _LONGEST
    with contextlib.suppress(OSError, ValueError):
        name = hashlib.sha256(same_name(file).encode("utf-8", "surrogatepass")).hexdigest()[:16]
        while hold is None and time.monotonic() < end:
            hold = Hold.take(state_folder() / "saving" / f"{name}.lock", file)
    try:
        yield
    finally:
        if hold is not None:
            hold.release()


def _said(handle: int) -> Holder | None:
    """What stands in a lock file; None for nothing that was written there by a holder."""
    try:
        os.lseek(handle, 0, os.SEEK_SET)
        return msgspec.json.decode(os.read(handle, _MOST), type=Holder)
    except (OSError, msgspec.MsgspecError, UnicodeError):
        return None


def is_same(handle: int, path: Path) -> bool:
    """Whether a file that is open is the one that has this path."""
    try:
        return os.path.samestat(os.fstat(handle), path.stat())
    except OSError:
        return False


def _lock(handle: int, is_shared: bool = False) -> bool:
    """Lock, or say that somebody else has; closing the file gives it up. Some network disks have no locks: there who
    wrote the file holds it as long as that process lives."""
    found = lock(handle, is_shared)
    return not _lives(_said(handle)) if found is None else found


def _lives(by: Holder | None) -> bool:
    if by is None or by.host != socket.gethostname():
        return by is not None  # of another machine nothing is known
    try:
        os.kill(by.pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
