"""Data files of a text that moves to another folder: which are left behind, and taking them along."""

from __future__ import annotations

from pathlib import Path

from gradstudio.language.data import BYTES, data_names, is_plain_name
from gradstudio.studio.document import DocumentError, reason, write_atomically


def left_behind(text: str, before: Path | None, after: Path | None) -> tuple[str, ...]:
    """Names of the data files that a text reads and finds beside it in `before` but not in `after`."""
    if before is None or after is None or before == after:
        return ()
    names = [name for name in data_names(text) if is_plain_name(name)]
    return tuple(name for name in names if (before / name).is_file() and not (after / name).exists())


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
