"""Intake: files dropped on the window or chosen in the menu: a program opens, data and pictures become a line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QMimeData, QObject

from gradstudio.app.inputs import images
from gradstudio.studio import data_intake
from gradstudio.studio.data_intake import TakenIn, in_a_thread, store_array, take_in
from gradstudio.studio.document import SUFFIXES as PROGRAMS
from gradstudio.studio.document import DocumentError
from gradstudio.studio.edits.data_lines import add_file
from gradstudio.studio.edits.edit import Refused
from gradstudio.studio.edits.program import program_of

if TYPE_CHECKING:
    from gradstudio.app.main_window import MainWindow

_KNOWN = ".grad and .py open; .npy, .npz, .csv and pictures (png, jpg, bmp, gif, webp) become a line of the text"
FILTER = "Data and pictures (" + " ".join(f"*{s}" for s in (*data_intake.SUFFIXES, *images.SUFFIXES)) + ")"


class Intake(QObject):
    """Takes files into one window's document."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._session = window.session

    def can_take(self, mime: QMimeData) -> bool:
        """Whether something that is dragged here is a file."""
        return any(url.isLocalFile() for url in mime.urls())

    def take(self, mime: QMimeData) -> bool:
        """Files were dropped; False if there were none."""
        paths = [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]
        if not paths:
            return False
        program = next((path for path in paths if path.suffix.lower() in PROGRAMS), None)
        if program is not None:
            self._window.files.open_path(program)
        else:
            self.add_files(paths)
        return True

    def choose(self) -> None:
        """Ask for a data file or picture, and make a line of it."""
        folder = self._session.document.folder or Path.home()
        path = self._window.dialogs.data_path(self._window, folder, FILTER)
        if path is not None:
            self.add_files([path])

    def add_files(self, paths: list[Path]) -> None:
        """Make a line of each data file or picture; what cannot be one is said."""
        works = [(path, self._work(path)) for path in paths]
        unknown = next((path for path, work in works if work is None), None)
        if unknown is not None:
            self._say(f"{unknown.name} is no file that can be used here: {_KNOWN}.")
            return
        folder = self._session.document.folder
        if folder is None or self._session.document.path is None:
            self._ask_to_save(paths)
            return
        self._start([work for _, work in works if work is not None], folder)

    def add_array(self, values: np.ndarray, name: str) -> None:
        """Numbers that are too many for the text become a file beside it, and a line."""
        folder = self._session.document.folder
        if folder is None or self._session.document.path is None:
            self._say("So many numbers become a file beside the program. Save the program first, then insert them.")
            return
        self._start([lambda folder: store_array(values, name, folder)], folder)

    def _work(self, path: Path) -> Callable[[Path], TakenIn] | None:
        """What makes a line of a file, given the document's folder; None for a kind that is not known."""
        suffix = path.suffix.lower()
        if suffix in data_intake.SUFFIXES:
            return lambda folder: take_in(path, folder)
        if suffix in images.SUFFIXES:
            return lambda folder: _picture(path, folder)
        return None

    def _start(self, works: list[Callable[[Path], TakenIn]], folder: Path) -> None:
        """One file after the other: two of the same name must not meet."""
        document, (work, *rest) = self._session.document, works
        try:
            program_of(document.text)  # before anything is copied that no line could name
        except Refused as error:
            self._say(str(error))
            return

        def done(taken: TakenIn) -> None:
            if self._session.document is document and document.folder == folder:
                self._add(taken)
                if rest:
                    self._start(rest, folder)

        in_a_thread(lambda: work(folder), self._window.bridge.post, done, self._say)

    def _add(self, taken: TakenIn) -> None:
        try:
            edit = add_file(self._session.document.text, taken.path, taken.arrays)
        except Refused as error:
            self._say(str(error))
            return
        self._session.apply(edit)
        self._session.selection.go_to((edit.line, 0, edit.line, 0))
        if taken.note:
            self._window.notice.say(f"{taken.note}.", (), "info")

    def _ask_to_save(self, paths: list[Path]) -> None:
        """A text without a file has no folder that data could lie in."""
        listed = ", ".join(path.name for path in paths[:3]) + (f" and {len(paths) - 3} more" if len(paths) > 3 else "")

        def add() -> None:
            self.add_files(paths)

        def save() -> None:
            if self._window.files.save_as(add):
                add()

        said = f"{listed} can be used once this text has a file: data lie beside the program."
        self._window.notice.say(said, (("Save as…", save),), "info")

    def _say(self, text: str) -> None:
        self._window.notice.say(text)


def _picture(path: Path, folder: Path) -> TakenIn:
    """The array of a picture, written beside the document."""
    try:
        array, note = images.image_array(path)
    except MemoryError:
        raise DocumentError(f"{path.name} was not taken: there is not enough memory for it.") from None
    taken = store_array(array, path.stem, folder, note)
    shape = " × ".join(map(str, array.shape))
    said = f"{path.name} became {taken.path}, an array {shape} of numbers from 0 to 1"
    return TakenIn(taken.path, taken.arrays, f"{note}; {said}" if note else said)
