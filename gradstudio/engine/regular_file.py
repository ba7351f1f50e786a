"""Reading a file that anybody may have put there: a regular file, once, and never more than a limit."""

from __future__ import annotations

import os
import stat
from pathlib import Path

_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_PIECE = 1 << 20


class NotRead(ValueError):
    """A file that is not read; the message says why, as the rest of a sentence about it ("it is a folder ...")."""


def read_regular(path: Path, limit: int, follow: bool = True) -> tuple[bytes, os.stat_result]:
    """The bytes of a file, and what its handle said of it. Raises OSError, and NotRead for what is no plain file.

    A pipe or device is never waited for. follow: whether the name itself may be a symbolic link.
    """
    handle = os.open(path, _FLAGS if follow else _FLAGS | getattr(os, "O_NOFOLLOW", 0))
    try:
        information = os.fstat(handle)
        if stat.S_ISDIR(information.st_mode):
            raise NotRead("it is a folder, not a file")
        if not stat.S_ISREG(information.st_mode):
            raise NotRead("it is a device, pipe or socket, not a file")
        if information.st_size > limit:
            raise NotRead(f"it has {information.st_size:,} bytes; at most {limit:,} are read")
        parts, size = [], 0
        while size <= limit and (part := os.read(handle, min(_PIECE, limit + 1 - size))):
            parts.append(part)
            size += len(part)
    finally:
        os.close(handle)
    if size > limit:
        raise NotRead(f"it is growing past {limit:,} bytes, and no more are read")
    return b"".join(parts), information
