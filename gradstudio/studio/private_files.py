"""Private files: what the program writes for itself into the state folder, whole or not at all, for nobody else to
read."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

from gradstudio.studio.saving import flush_folder


def write_private(target: Path, data: bytes, is_durable: bool = False) -> None:
    """Write a file and the folders it lies in. is_durable: not before it is on the disk. Raises OSError and leaves the
    old file then."""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=".", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            if is_durable:
                file.flush()
                os.fsync(file.fileno())
        Path(temporary).replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(temporary).unlink()
        raise
    if is_durable:
        flush_folder(target.parent)
