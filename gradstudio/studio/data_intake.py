"""Data files on their way into a program: looked at, put beside the document, and named. Nothing is overwritten."""

from __future__ import annotations

import io
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from gradstudio.engine import loading
from gradstudio.engine.regular_file import NotRead, read_regular
from gradstudio.language.data import BYTES, is_plain_name
from gradstudio.studio.document import DocumentError
from gradstudio.studio.edits.input_place import valid_name
from gradstudio.studio.ports import Post
from gradstudio.studio.reading import name_of
from gradstudio.studio.reasons import reason
from gradstudio.studio.saving import write_atomically

SUFFIXES = (".npy", ".npz", ".csv")
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TakenIn:
    """A file that a program can load: its name below the document's folder, the names of its arrays, what to say."""

    path: str
    arrays: tuple[str, ...]
    note: str = ""


def take_in(path: Path, folder: Path) -> TakenIn:
    """A .npy, .npz or .csv file for a document in `folder`: one from elsewhere is copied beside it.

    Raises DocumentError, in one line, for what a program could not load.
    """
    shown = name_of(path)
    try:
        data, _ = read_regular(path, BYTES)
    except NotRead as error:
        raise DocumentError(f"{shown} was not taken: {error}.") from None
    except OSError as error:
        raise DocumentError(f"{shown} was not taken: {reason(error, path)}") from None
    try:
        names = tuple(loading.parsed(data, path.name))
    except ValueError as error:
        why = str(error).removeprefix(f"{path.name}: ")
        raise DocumentError(f"{shown} was not taken: {why}. Nothing was changed.") from None
    except MemoryError:
        raise DocumentError(f"{shown} was not taken: its arrays need more memory than there is.") from None
    here = _below(path, folder)
    if here:
        return TakenIn(here, names)
    name = _stored(data, path.stem, path.suffix, folder)
    return TakenIn(name, names, f"{shown} was copied beside the program" + _as(name, path.name))


def store_array(array: np.ndarray, name: str, folder: Path, note: str = "") -> TakenIn:
    """An array as a new .npy file beside the document. Raises DocumentError."""
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, np.ascontiguousarray(array), allow_pickle=False)
    data = buffer.getvalue()
    if len(data) > BYTES:
        raise DocumentError(f"{name} was not taken: as an array it has more than the {BYTES >> 20} MiB that are read.")
    return TakenIn(_stored(data, name, ".npy", folder), ("",), note)


def in_a_thread(
    work: Callable[[], TakenIn], post: Post, done: Callable[[TakenIn], None], failed: Callable[[str], None]
) -> None:
    """Do it beside the window; done or failed is told through post."""

    def go() -> None:
        try:
            taken = work()
        except DocumentError as error:
            said = str(error)
            post(lambda: failed(said))
        except Exception as error:
            log.exception("a file could not be taken in")
            said = f"The file was not taken: {(str(error).splitlines() or [type(error).__name__])[0]}"
            post(lambda: failed(said))
        else:
            post(lambda: done(taken))

    threading.Thread(target=go, name="intake", daemon=True).start()


def _below(path: Path, folder: Path) -> str:
    """The path as a program in the folder names it; "" if it lies elsewhere or cannot be named."""
    try:
        name = path.resolve().relative_to(folder.resolve()).as_posix()
    except (ValueError, OSError):
        return ""
    return name if is_plain_name(name) and '"' not in name and name.isprintable() else ""


def _stored(data: bytes, stem: str, suffix: str, folder: Path) -> str:
    """Write bytes under a free name that a program can say; a file that holds just these bytes is used as it is."""
    stem = valid_name(stem)
    number = 1
    while True:
        name = f"{stem}{suffix}" if number == 1 else f"{stem}_{number}{suffix}"
        target = folder / name
        try:
            if not target.exists() and not target.is_symlink():
                write_atomically(target, data)
                return name
            if target.is_file() and target.stat().st_size == len(data) and target.read_bytes() == data:
                return name
        except OSError as error:
            raise DocumentError(f"{name} was not written: {reason(error, target)}") from None
        number += 1


def _as(name: str, before: str) -> str:
    return f" as {name}" if name != before else ""
