"""Reasons: why a file could not be read or written, and what to do, in one line of words."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from gradstudio.picture.fonts import plain


def called(path: Path) -> str:
    """A file's name as messages say it: on one line, whatever is in it."""
    return plain(path.name, 100)


def placed(folder: Path) -> str:
    """The same for a folder."""
    return plain(str(folder), 200)


def reason(error: OSError, path: Path) -> str:
    """Why, and what to do, in words."""
    is_there, folder = path.parent.is_dir(), placed(path.parent)
    match error.errno:
        case errno.ENOSPC:
            return "the disk is full. Free some space, or use Save as to save it elsewhere; nothing was lost."
        case errno.EDQUOT:
            return "your share of this disk is used up. Free some space, or use Save as; nothing was lost."
        case errno.EFBIG:
            return "files may not become that large here. Use Save as to save it elsewhere; nothing was lost."
        case errno.EROFS:
            return f"{folder} is on a read-only disk. Use Save as to save it elsewhere; nothing was lost."
        case errno.EACCES | errno.EPERM:
            if getattr(error, "winerror", None) in (5, 32):
                return "another program holds the file. Close it there and save again; nothing was lost."
            if path.is_file() and os.access(path.parent, os.W_OK):
                return "you may not do that with this file. Use Save as, or change its rights."
            return f"no file can be made in {folder}, which saving needs. Use Save as, or change the folder's rights."
        case errno.ENOENT | errno.ENOTDIR:
            return "there is no such file." if is_there else f"the folder {folder} does not exist any more."
        case errno.ELOOP:
            return "its symbolic links go round in circles."
        case errno.ENAMETOOLONG:
            return "the name is too long."
        case errno.EIO | errno.ESTALE | errno.ENODEV | errno.ENXIO | errno.ETIMEDOUT | errno.ENETUNREACH:
            said = (error.strerror or "it does not answer").lower()
            return f"the disk failed ({said}). Use Save as to save it elsewhere; nothing was lost."
    return f"{(error.strerror or str(error)).lower()}."
