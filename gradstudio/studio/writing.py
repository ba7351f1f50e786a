"""Writing: a draft on its way to the disk, on a thread of its own: a dead network disk answers when it likes."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable

from gradstudio.studio.document import Document, DocumentError, Draft
from gradstudio.studio.ports import Post

log = logging.getLogger(__name__)


class Writing:
    """Begins at once. `done(writing)` is called once, where `post` runs things or in `wait`; then `failure` says why it
    failed (None if it did not) and `information` what was written. The thread keeps nobody from ending the program."""

    def __init__(self, document: Document, draft: Draft, post: Post, done: Callable[[Writing], None]) -> None:
        self.document = document
        self.draft = draft
        self.information: os.stat_result | None = None
        self.failure: DocumentError | None = None
        self.has_other_names = False  # hard links of the old file, which keep what it held
        self._done = done
        self._is_told = False
        self._ended = threading.Event()
        self._post = post
        threading.Thread(target=self._work, name="save", daemon=True).start()

    def wait(self, seconds: float) -> bool:
        """Wait for its end, but no longer than that; whether it has ended."""
        if self._ended.wait(seconds):
            self._tell()
        return self._is_told

    def _work(self) -> None:
        try:
            self.has_other_names = self.draft.has_other_names()
            self.information = self.draft.write()
        except DocumentError as error:
            self.failure = error
        except Exception as error:
            log.exception("a text was not saved")
            self.failure = DocumentError(
                f"{self.draft.path.name} was not saved ({type(error).__name__}). Use Save as; nothing was lost."
            )
        self._ended.set()
        self._post(self._tell)

    def _tell(self) -> None:
        if not self._is_told:
            self._is_told = True
            self._done(self)
