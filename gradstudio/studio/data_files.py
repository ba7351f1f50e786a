"""Data files of a text that moves to another folder: which are left behind, and taking them along."""

from __future__ import annotations

import re
from itertools import islice
from pathlib import Path

from gradstudio.language.data import BYTES, data_names, is_plain_name
from gradstudio.studio.document import DocumentError
from gradstudio.studio.reasons import reason
from gradstudio.studio.saving import write_atomically

Stamps = tuple[tuple[int, int, int] | None, ...]
_LOAD = re.compile(r"""load(?<!\wload)\(\s*["']([^"'\n\\]{1,255})["']""")
_WATCHED = 32  # places in a text where files are named


def left_behind(text: str, before: Path | None, after: Path | None) -> tuple[str, ...]:
    """Names of the data files that a text reads and finds beside it in `before` but not in `after`."""
    if before is None or after is None or before == after:
        return ()
    names = [name for name in data_names(text) if is_plain_name(name)]
    return tuple(name for name in names if (before / name).is_file() and not (after / name).exists())


def files_named(text: str, folder: Path | None) -> tuple[Path, ...]:
    """Files that a text seems to read, by a look that parses nothing: enough to know what to watch."""
    if folder is None:
        return ()
    names = dict.fromkeys(found[1] for found in islice(_LOAD.finditer(text), _WATCHED))
    return tuple(folder / name for name in names if is_plain_name(name))


def stamps(paths: tuple[Path, ...]) -> Stamps:
    """By what a look at files sees that one of them may be another; None for those that are not there."""
    found: list[tuple[int, int, int] | None] = []
    for path in paths:
        try:
            information = path.stat()
            found.append((information.st_mtime_ns, information.st_size, information.st_ino))
        except (OSError, ValueError):
            found.append(None)
    return tuple(found)


def copy(names: tuple[str, ...], before: Path, after: Path) -> None:
    """Copy data files from folder to folder; nothing is overwritten. Raises DocumentError in one line."""
    for name in names:
        source, target = before / name, after / name
        if target.exists():
            continue
        try:
            if source.stat().st_size > BYTES:
                raise DocumentError(f"{name} was not copied: it is larger than the {BYTES >> 20} MiB that are read.")
            target.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(target, source.read_bytes())
        except OSError as error:
            raise DocumentError(f"{name} was not copied: {reason(error, target)}") from None
