"""Pins: the files that a person allowed full Python, by the SHA-256 of their bytes, outside the files themselves.

Never by path, folder, header or author. One small file a pin, so that two windows cannot lose each other's and one that
is damaged takes no other with it.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import re
import stat
from pathlib import Path

import msgspec

from gradstudio.language.data import BYTES, data_names, is_plain_name
from gradstudio.studio.private_files import write_private
from gradstudio.studio.state_folder import state_folder

FOLDER = "trusted"
_FORM = 1
_LARGEST = 1 << 20  # bytes of a pin
_DIGEST = re.compile(r"[0-9a-f]{64}")
log = logging.getLogger(__name__)


class _Pin(msgspec.Struct, forbid_unknown_fields=True):
    form: int
    file: str  # the digest again: a pin that was renamed is none
    data: dict[str, str]  # name of a data file -> its digest, "" for one that was not there


class Pins:
    """The store. Whatever is wrong with it or with a pin: then nothing, or that file, is trusted. Never raises."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or state_folder() / FOLDER

    def data_of(self, digest: str) -> dict[str, str] | None:
        """The data files pinned with a text and their digests; None for a text that is not pinned."""
        if not _DIGEST.fullmatch(digest):
            return None
        path = self._folder / digest
        try:
            if not _is_ours(self._folder.stat(), stat.S_ISDIR):
                return None
            handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
            with os.fdopen(handle, "rb") as file:
                if not _is_ours(os.fstat(file.fileno()), stat.S_ISREG):
                    return None
                pin = msgspec.json.decode(file.read(_LARGEST), type=_Pin)
        except FileNotFoundError:
            return None
        except (OSError, msgspec.MsgspecError, UnicodeError):
            log.warning("a pin of a trusted file cannot be read; the file counts as not trusted")
            return None
        return pin.data if pin.form == _FORM and pin.file == digest else None

    def add(self, digest: str, data: dict[str, str]) -> bool:
        """Pin a text; False where that could not be kept (it then holds for this window only)."""
        if not _DIGEST.fullmatch(digest):
            return False
        try:
            write_private(self._folder / digest, msgspec.json.encode(_Pin(_FORM, digest, data)), is_durable=True)
        except OSError:
            log.warning("a pin of a trusted file could not be kept", exc_info=True)
            return False
        return True

    def remove(self, digest: str) -> None:
        """Forget a text."""
        if _DIGEST.fullmatch(digest):
            with contextlib.suppress(OSError):
                (self._folder / digest).unlink(missing_ok=True)

    def __bool__(self) -> bool:
        """Whether there may be a pin at all: most people have none, and then nothing needs to be hashed."""
        return self._folder.is_dir()


def _is_ours(information: os.stat_result, is_kind: object) -> bool:
    """Whether nobody but this person could have written it."""
    if not is_kind(information.st_mode):  # type: ignore[operator]
        return False
    if not hasattr(os, "getuid"):
        return True
    return information.st_uid in (os.getuid(), 0) and not information.st_mode & 0o022


def data_digests(text: str, folder: Path | None) -> dict[str, str]:
    """The data files that a text names and the SHA-256 of each, "" for one that cannot be read."""
    return {name: digest_of(name, folder) for name in data_names(text)}


def digest_of(name: str, folder: Path | None) -> str:
    """SHA-256 of a data file below a folder; "" if there is none, or none that a program could load."""
    if folder is None or not is_plain_name(name):
        return ""
    try:
        path = (folder / name).resolve()
        if not path.is_relative_to(folder.resolve()):
            return ""
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(handle, "rb") as file:
            information = os.fstat(file.fileno())
            if not stat.S_ISREG(information.st_mode) or information.st_size > BYTES:
                return ""
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, ValueError):
        return ""
