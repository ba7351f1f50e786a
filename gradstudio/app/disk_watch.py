"""Disk watch: what other programs do to the open file. Nothing of it is silent, and no text is taken from anybody."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from gradstudio.app.compare import Side
from gradstudio.app.path_watch import PathWatch
from gradstudio.studio.document import DocumentError, Known, Look

if TYPE_CHECKING:
    from gradstudio.app.main_window import MainWindow

SOON_MS = 250
"""From a sign that the file has changed to the look at it: programs write in several steps."""

SELDOM_MS = 5000
"""Between looks at a file that goes on changing; reloads that follow each other faster are one step."""


class DiskWatch(QObject):
    """Looks at the file when the system says that it or its folder has changed, when the window is looked at again, and
    when asked. The look itself happens on a thread, because a dead network disk does not answer."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._session = window.session
        self._known: Known | None = None  # what is watched
        self._said: tuple[str, bytes, str] | None = None  # what was told of it last
        self._looking: Known | None = None  # what is being looked at
        self._is_wanted = False  # a look after that one
        self._last_reload = 0.0
        self._paths = PathWatch(self)
        self._paths.changed.connect(self.look_soon)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(SOON_MS)
        self._later.timeout.connect(self.look)
        self._session.document_changed.connect(self.follow)
        self._session.title_changed.connect(self.follow)  # saved to another place

    def close(self) -> None:
        """Look at nothing any more."""
        self._session.document_changed.disconnect(self.follow)
        self._session.title_changed.disconnect(self.follow)
        self._later.stop()
        self._paths.follow(())

    def follow(self) -> None:
        """Watch the document's file and its folder. A file that was replaced is another one to the system."""
        known = self._session.document.known
        if known is not None and self._known is not None and known.path == self._known.path:
            self._known = known
            return
        self._known, self._said = known, None
        self._later.setInterval(SOON_MS)
        self._watch_file()

    def look_soon(self) -> None:
        """The file may have changed. However often that is said, it is looked at once in a while."""
        if not self._later.isActive():
            self._later.start()

    def look(self) -> None:
        """Look at the file now, on a thread."""
        known = self._session.document.known
        if known is None:
            return
        if self._looking is not None and self._looking.path == known.path:
            self._is_wanted = True
            return
        self._looking = known
        post = self._window.bridge.post

        def work() -> None:
            look = known.look()
            post(lambda: self._on_look(known, look))

        threading.Thread(target=work, name="look at the file", daemon=True).start()

    def look_at_once(self) -> None:
        """Look at the file and wait for it."""
        known = self._session.document.known
        if known is not None:
            self._tell(known.look())

    def compare(self, keep: Callable[[], object] | None = None) -> None:
        """Show what the file holds now beside the text. keep: what is done if the person wants theirs."""
        document = self._session.document
        look = document.known.look() if document.known is not None else None
        if look is None or look.kind not in ("changed", "same"):
            why = look.why if look is not None and look.why else "There is no file to compare with."
            self._window.notice.say(why, (("Save as…", self._window.files.save_as),))
            return
        answer = self._window.dialogs.compare(
            self._window,
            self._window.colors,
            f"{document.name} was changed on disk by another program",
            Side("On disk", look.text if look.kind == "changed" else document.text),
            Side("Yours", document.text),
            (("Keep mine", "mine"), ("Take the disk's", "disk")),
        )
        if answer == "disk":
            self.reload()
        elif answer == "mine":
            if keep is not None:
                keep()
            else:
                document.keep_mine(look)
        else:
            self._ask(look)

    def reload(self) -> None:
        """Take the file's text, as one step that can be undone."""
        now = time.monotonic()
        is_one_of_many = now - self._last_reload < SELDOM_MS / 1000
        self._last_reload = now
        try:
            self._session.reload(goes_on=is_one_of_many)
        except DocumentError as error:
            self._window.notice.say(str(error))
            return
        self._window.notice.hide()
        self._said = None
        self._window.say(f"{self._session.document.name} was read again: another program had changed it")
        self._later.setInterval(min(2 * self._later.interval(), SELDOM_MS) if is_one_of_many else SOON_MS)

    # inside

    def _watch_file(self) -> None:
        known = self._known
        self._paths.follow(() if known is None else (str(known.path), str(known.path.parent)))

    def _on_look(self, known: Known, look: Look) -> None:
        if known is not self._looking:
            return  # a disk that took too long; another file is open now
        self._looking = None
        if self._is_wanted:
            self._is_wanted = False
            self.look_soon()
        if known == self._session.document.known and not self._window.files.saves.is_busy:
            self._tell(look)
        self._watch_file()

    def _tell(self, look: Look) -> None:
        document, notice = self._session.document, self._window.notice
        document.seen(look)
        key = (look.kind, look.digest, look.why)
        if look.kind == "same":
            if self._said is not None:
                notice.hide()  # it is as it was again
            self._said = None
            return
        if look.kind == "changed" and document.follows_disk:
            self.reload()
            return
        if key == self._said:
            return
        self._said = key
        if look.kind == "changed":
            self._ask(look)
        elif look.kind == "gone":
            why = f" ({look.why})" if look.why else ""
            notice.say(
                f"{document.name} was deleted or moved away by another program{why}. "
                "The text stays here; saving writes it again.",
                (("Save", self._window.files.save), ("Save as…", self._window.files.save_as)),
                "warn",
            )
        else:
            notice.say(f"{look.why} The text stays here.", (("Save as…", self._window.files.save_as),), "warn")

    def _ask(self, look: Look) -> None:
        document = self._session.document
        self._window.notice.say(
            f"{document.name} was changed on disk by another program, and here too.",
            (
                ("Compare", self.compare),
                ("Keep mine", lambda: document.keep_mine(look)),
                ("Reload it", self.reload),
            ),
            "warn",
        )
