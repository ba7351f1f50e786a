"""Saves: saving as a person meets it. The window goes on while the disk works; what fails is one line, with a way."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from gradstudio.studio.document import ChangedOnDisk, DocumentError
from gradstudio.studio.reasons import called
from gradstudio.studio.writing import Writing

if TYPE_CHECKING:
    from gradstudio.app.main_window import MainWindow

Then = Callable[[], object]

AT_ONCE = 0.06
"""Seconds for which a save is waited for: nearly all are done by then, and nothing has to be said of them."""

SLOW_MS = 5000
"""After which the person is told that the disk does not answer."""


class Saves:
    """One save at a time. Another one that is asked for meanwhile begins when the first has ended."""

    def __init__(self, window: MainWindow, folder: Callable[[], Path]) -> None:
        self._window = window
        self._session = window.session
        self._folder = folder
        self._writing: Writing | None = None
        self._then: list[Then] = []  # once the text is saved
        self._is_wanted_again = False
        self._slow = QTimer(window)
        self._slow.setSingleShot(True)
        self._slow.setInterval(SLOW_MS)
        self._slow.timeout.connect(self._on_slow)

    @property
    def is_busy(self) -> bool:
        """Whether the present document is being written."""
        return self._writing is not None and self._writing.document is self._session.document

    def save(self, then: Then | None = None, overwrite: bool = False) -> bool:
        """Save; asks for a place if there is none yet. True if that is done, else `then` is called once it is."""
        if self._session.document.path is None:
            return self.save_as(then)
        if self.is_busy:
            self._is_wanted_again = True
            self.after(then)
            return False
        return self._begin(None, overwrite, then)

    def save_as(self, then: Then | None = None) -> bool:
        """Ask for a place and save there; as `save`. A save that still waits for its disk is not waited for."""
        document = self._session.document
        proposal = document.path or self._folder() / document.name
        path = self._window.dialogs.save_path(self._window, proposal)
        return path is not None and self._begin(path, False, then)

    def after(self, then: Then | None) -> None:
        """Call this once the save under way is done; never if it fails."""
        if then is not None:
            self._then.append(then)

    def _begin(self, path: Path | None, overwrite: bool, then: Then | None) -> bool:
        document = self._session.document
        try:
            draft = self._session.draft(path, overwrite)
        except DocumentError as error:
            self._window.notice.say(str(error), (("Save as…", self.save_as),))
            return False
        writing = self._writing = Writing(document, draft, self._window.bridge.post, self._on_end)
        if writing.wait(AT_ONCE):
            return writing.failure is None
        self.after(then)
        self._window.say(f"Saving {called(draft.path)}…")
        self._slow.start()
        return False

    def _on_end(self, writing: Writing) -> None:
        if writing is not self._writing:
            return  # given up for a save elsewhere
        self._writing = None
        self._slow.stop()
        then, self._then = self._then, []
        is_wanted_again, self._is_wanted_again = self._is_wanted_again, False
        if writing.document is not self._session.document:
            return
        if writing.failure is not None:
            self._say(writing.failure)
            return
        assert writing.information is not None
        before = self._session.document.folder
        missing = self._session.saved(writing.draft, writing.information)
        self._window.notice.hide()
        self._window.say(self._words(writing))
        if missing and before is not None:
            self._window.files.offer(missing, before)
        if is_wanted_again and self._session.document.is_modified and not self.save():
            self._then += then
            return
        for act in then:
            act()

    def _words(self, writing: Writing) -> str:
        name = called(writing.draft.path)
        if writing.has_other_names:
            return f"Saved {name}; other hard links of it keep the old text"
        return f"Saved {name}"

    def _say(self, failure: DocumentError) -> None:
        if not isinstance(failure, ChangedOnDisk):
            self._window.notice.say(str(failure), (("Save as…", self.save_as),))
            return
        disk = self._window.files.disk
        self._window.notice.say(
            f"{failure} What now?",
            (
                ("Compare", lambda: disk.compare(self.overwrite)),
                ("Overwrite it", self.overwrite),
                ("Save as…", self.save_as),
                ("Reload it", disk.reload),
            ),
            "warn",
        )

    def overwrite(self) -> None:
        """Save, whatever the file holds now."""
        self.save(overwrite=True)

    def _on_slow(self) -> None:
        if self._writing is not None:
            name = called(self._writing.draft.path)
            self._window.notice.say(
                f"{name} is still being saved: the disk does not answer. You can go on; the text is kept here.",
                (("Save as…", self.save_as),),
                "warn",
            )
