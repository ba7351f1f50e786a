"""The window's side of data files: reads the bytes of those that a text names. What is in them, the worker finds out.

The worker says which files it wants. It may have been taken over by the program it runs, so each name is held against
the text: nothing is read that the text does not name, and nothing outside the folder of the text.
"""

from __future__ import annotations

import errno
import hashlib
import os
import threading
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from gradstudio.engine.loading import SUFFIXES
from gradstudio.engine.regular_file import NotRead, read_regular
from gradstudio.language.data import BYTES, FILES, is_plain_name, shown_name
from gradstudio.worker.messages import Data, Wanted

_READERS = 4  # threads that may wait for a disk at the same time
_ASKS = 4  # how often a worker may ask for the files of one run
_Stamp = tuple[int, int, int, int]


class DataFiles:
    """Answers what a worker wants. A file that did not change since it was read is neither read nor sent again."""

    def __init__(self) -> None:
        self._known: dict[Path, tuple[_Stamp, bytes]] = {}  # what a file was like when it was read, and its digest
        self._lock = threading.Lock()
        self._run, self._text, self._asks = 0, "", 0
        self._folder: Path | None = None
        self._reading: list[int] = []  # the runs whose files are being read

    def begin(self, run: int, text: str, folder: Path | None) -> None:
        """A run of this text is about to start, with its files in this folder."""
        self._run, self._text, self._folder, self._asks = run, text, folder, 0

    def is_reading(self, run: int) -> bool:
        """Whether a disk is being waited for."""
        return run in self._reading

    def serve(self, wanted: Wanted, send: Callable[[Data], None]) -> bool:
        """Read what the present run wants on a thread of its own, as a disk may take its time, and send it.

        False for a worker that asks more often than ours do.
        """
        text, folder = self._text, self._folder
        self._asks += 1
        with self._lock:
            if wanted.run != self._run or wanted.run in self._reading or self._asks > _ASKS:
                return False
            if len(self._reading) >= _READERS:
                why = {name: f"{shown_name(name)}: the folder does not answer" for name in wanted.names[:FILES]}
                send(Data(wanted.run, refusals=why))
                return True
            self._reading.append(wanted.run)

        def read() -> None:
            answer = self.answer(wanted, text, folder)
            with self._lock:
                self._reading.remove(wanted.run)
            send(answer)

        threading.Thread(target=read, daemon=True, name="gradstudio data").start()
        return True

    def answer(self, wanted: Wanted, text: str, folder: Path | None) -> Data:
        """Read the files. Never raises: what cannot be read has a line in `refusals`."""
        files: dict[str, bytes] = {}
        refusals: dict[str, str] = {}
        kept: list[str] = []
        left = BYTES
        for name in wanted.names[:FILES]:
            try:
                path = _path(name, text, folder)
                held = wanted.held.get(name)
                if held is not None and self._is_as_it_was(path, held):
                    kept.append(name)
                    continue
                data, information = read_regular(path, left, follow=False)
            except (NotRead, OSError, RuntimeError) as error:
                refusals[name] = f"{shown_name(name)}: {_why(error)}"
                continue
            digest = hashlib.sha256(data).digest()
            self._known[path] = (_stamp(information), digest)
            if digest == held:
                kept.append(name)
            else:
                files[name] = data
                left -= len(data)
        while len(self._known) > 4 * FILES:
            del self._known[next(iter(self._known))]
        return Data(wanted.run, files, refusals, tuple(kept))

    def _is_as_it_was(self, path: Path, digest: bytes) -> bool:
        known = self._known.get(path)
        return known is not None and known[1] == digest and known[0] == _stamp(path.lstat())


def _path(name: str, text: str, folder: Path | None) -> Path:
    """The place of a data file. Raises NotRead unless the text names it so and it lies below the folder."""
    is_named = f'"{name}"' in text or f"'{name}'" in text
    if not is_plain_name(name) or not is_named:
        raise NotRead('name it in plain letters, as in gs.load("points.npz")')
    if PurePosixPath(name).suffix not in SUFFIXES:
        raise NotRead("only .npy, .npz and .csv files can be loaded")
    if folder is None:
        raise NotRead("save the program first, so that there is a folder to read from")
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise NotRead("the file lies outside the program's folder")
    return path


def _stamp(information: os.stat_result) -> _Stamp:
    return information.st_mtime_ns, information.st_ctime_ns, information.st_size, information.st_ino


def _why(error: Exception) -> str:
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return "there is no such file beside the program"
    if isinstance(error, RuntimeError) or getattr(error, "errno", 0) == errno.ELOOP:
        return "its symbolic links go round in circles"
    if isinstance(error, PermissionError):
        return "you may not read that file; change its rights"
    if isinstance(error, OSError):
        return (error.strerror or type(error).__name__).lower()
    return str(error)
