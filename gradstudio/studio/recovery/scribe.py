"""Scribe: the thread that writes journals, so that a key never waits for a disk."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from gradstudio.studio.history import Move, Note
from gradstudio.studio.ports import Post
from gradstudio.studio.recovery.journal import Journal, Snapshot
from gradstudio.studio.recovery.presence import Hold, Holder, others

log = logging.getLogger(__name__)


class Scribe:
    """Writes the journal of one document after the other. Each method returns at once; what it has to say comes
    through `post`: say(line), wanted() where it needs a snapshot, met(holder) where another window has the file."""

    def __init__(
        self,
        folder: Path,
        post: Post,
        say: Callable[[str], None],
        wanted: Callable[[], None],
        met: Callable[[Holder], None],
    ) -> None:
        self._folder = folder
        self._post = post
        self._say, self._wanted, self._met = say, wanted, met
        self._jobs: queue.SimpleQueue[Callable[[], object] | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None  # not before there is something to write
        self._is_closed = False
        self._journal: Journal | None = None  # belongs to the thread

    def begin(self, name: str, snapshot: Snapshot, is_changed: bool, hold: Hold | None = None) -> None:
        """Another document, with a journal of this name."""
        is_urgent = is_changed or snapshot.basis.path is not None
        self._do(partial(self._begin, name, snapshot, is_changed, hold), is_urgent)

    def go_on(self, snapshot: Snapshot, is_changed: bool) -> None:
        """The same document, from here."""
        self._with(lambda journal: journal.begin(snapshot, is_changed))

    def note(self, what: Note | Move) -> None:
        """The text was changed."""
        at = time.time()
        self._with(lambda journal: journal.note(what, at))

    def saved(self, snapshot: Snapshot, is_changed: bool, is_elsewhere: bool) -> None:
        """The file holds the text now, or (is_changed) an earlier one; is_elsewhere: it is another file than before."""
        self._do(partial(self._saved, snapshot, is_changed, is_elsewhere))

    def flush(self) -> None:
        """Have the disk keep what was noted."""
        self._with(Journal.flush)

    def end(self, is_kept: bool) -> None:
        """The document is closed."""
        self._do(partial(self._end, is_kept), is_urgent=is_kept)

    def wait(self) -> None:
        """Until everything that was asked for is done."""
        if self._thread is not None and not self._is_closed:
            done = threading.Event()
            self._do(done.set)
            done.wait(10.0)

    def close(self) -> None:
        """Do what there is to do, then end the thread."""
        if self._thread is not None:
            self._jobs.put(None)
            self._thread.join(10.0)
        self._is_closed = True

    def _with(self, act: Callable[[Journal], None]) -> None:
        """Do something to the journal that is written now."""

        def job() -> None:
            if self._journal is not None:
                act(self._journal)

        self._do(job)

    def _do(self, job: Callable[[], object], is_urgent: bool = True) -> None:
        if self._is_closed:
            return
        if self._thread is None and is_urgent:
            self._thread = threading.Thread(target=self._loop, name="journal", daemon=True)
            self._thread.start()
        self._jobs.put(job)

    # the thread

    def _loop(self) -> None:
        while True:
            due = self._journal.due if self._journal is not None else None
            try:
                job = self._jobs.get(timeout=None if due is None else max(0.0, due - time.monotonic()))
            except queue.Empty:
                job = self._tick
            if job is None:
                return
            try:
                job()
                self._tick()
            except Exception:
                log.exception("a journal was not written")

    def _tick(self) -> None:
        if self._journal is not None:
            self._journal.tick(time.monotonic())

    def _begin(self, name: str, snapshot: Snapshot, is_changed: bool, hold: Hold | None) -> None:
        self._journal = Journal(self._folder, name, self._tell, lambda: self._post(self._wanted), hold)
        self._journal.begin(snapshot, is_changed)
        self._meet(snapshot)

    def _saved(self, snapshot: Snapshot, is_changed: bool, is_elsewhere: bool) -> None:
        if self._journal is not None:
            if snapshot.basis.path is not None and not is_changed:
                self._journal.saved(snapshot.basis.path, time.time())
            self._journal.begin(snapshot, is_changed)
            if is_elsewhere:
                self._meet(snapshot)

    def _meet(self, snapshot: Snapshot) -> None:
        """Let other windows know of the file, and see whether one of them has it open already."""
        path = snapshot.basis.path
        if path is None or self._journal is None:
            return
        try:
            self._journal.hold()
            met = others(self._folder, path, self._journal.lock_path)
        except OSError:
            return  # the journal says so, once there is something to write
        if met:
            self._post(partial(self._met, met[0]))

    def _end(self, is_kept: bool) -> None:
        if self._journal is not None:
            self._journal.end(is_kept)
            self._journal = None

    def _tell(self, text: str) -> None:
        self._post(partial(self._say, text))
