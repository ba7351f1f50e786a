"""Trust: may_run, the one gate that every text passes before it runs, and what a person's consent covers.

What consent covers. A person allows full Python for the exact bytes that the dialog named; their SHA-256 is pinned in
the state folder, with those of the data files they load. Whatever comes from outside (opened, read again after another
program wrote it, recovered) is trusted only if its bytes are pinned, whatever its name, folder or header say.

Edits made in the window keep the consent, until another text is opened or the person goes back to safe mode: they are
the person's own acts, who was told what full Python means and sees the badge all the while. That holds for pasted
text too: asking again at every key or every paste would teach to click the question away, and nothing runs by itself
in full Python, so a line is run only after the person has pressed Run with that line before them. Saving pins the new
bytes, because else the person would be asked about their own change at the next opening.

Bytes that another program wrote are nobody's act here: reading them ends the consent. Undo and redo go to a text that
was there before, and that may be such bytes, or what stood there before the consent; so they keep it only where they
lead to bytes that were allowed.
"""

from __future__ import annotations

import hashlib
from enum import Enum
from pathlib import Path

from gradstudio.picture.fonts import plain
from gradstudio.studio.crash_marker import CrashMarker
from gradstudio.studio.pins import Pins, data_digests, digest_of
from gradstudio.worker.permission import Permission

BY_ITSELF = "Full Python does not run by itself: press Run."
STOPPED = "This file was running when GradStudio last stopped."
DIED_TWICE = "This text ended its run's process twice; it does not run by itself any more. Change it, or run it."
_DEATHS = 2
_REMEMBERED = 20_000  # texts of one document that were allowed


class Origin(Enum):
    """What makes a text run."""

    OPENED = "opened"  # by menu, drop, list of recent files, argument, or at the start
    EXAMPLE = "example"
    RELOADED = "reloaded"
    RECOVERED = "recovered"
    TYPED = "typed"  # or changed by canvas or slider
    UNDONE = "undone"  # or made again: a text that was there before
    ASKED = "asked"  # by Run
    COMMAND = "command"  # the command line

    @property
    def is_outside(self) -> bool:
        """Whether other bytes may have come in than the person saw and allowed."""
        return self not in (Origin.TYPED, Origin.UNDONE, Origin.ASKED)

    @property
    def is_asked(self) -> bool:
        """Whether a person asked for this very run."""
        return self in (Origin.ASKED, Origin.COMMAND)


class Gate:
    """The gate of one window or command, and the consent to the text that is open in it."""

    def __init__(self, pins: Pins | None = None, marker: CrashMarker | None = None) -> None:
        self._pins = pins if pins is not None else Pins()
        self._marker = marker or CrashMarker(None)
        self._stopped = set(self._marker.stopped())  # texts that ran when the program was last ended
        self._is_full = False  # the text looked at last
        self._follows = False  # what the person changes now is allowed with it
        self._allowed: dict[str, None] = {}  # digests that this text had while it was allowed, the newest last
        self._pinned: set[str] = set()  # those of them that were pinned
        self._data: dict[str, str] = {}  # the data files that the consent covers
        self._died = ""  # the text that last ended its process, and how often in a row
        self._deaths = 0
        self.why_not = ""  # why a text that is pinned is not trusted now

    @property
    def is_full(self) -> bool:
        """Whether the text that was looked at last is one that runs as full Python."""
        return self._is_full

    def may_run(
        self,
        data: bytes,
        origin: Origin,
        folder: Path | None = None,
        file: Path | None = None,
        consent: bool = False,
    ) -> Permission:
        """How these bytes may run now.

        consent: this very call is a person's word, for one run; nothing is kept. file and folder say where a trusted
        text runs and where its data lie; they never decide anything.
        """
        digest = hashlib.sha256(data).hexdigest()
        if origin.is_outside and origin is not Origin.RELOADED:
            self._forget()
        self._consider(data, digest, origin, folder)
        if not origin.is_asked:
            if digest in self._stopped:
                return Permission("paused", STOPPED, digest, after_crash=True)
            if self._died == digest and self._deaths >= _DEATHS:
                return Permission("paused", DIED_TWICE, digest, after_crash=True)
        if consent or self._is_full:
            if not origin.is_asked:
                return Permission("paused", BY_ITSELF, digest)
            return Permission("trusted", "allowed by you", digest, folder, file)
        return Permission("safe", self.why_not, digest)

    def allow(self, data: bytes, folder: Path | None, is_saved: bool) -> None:
        """The person allows full Python for this text; is_saved: it is what its file holds, so it can be pinned."""
        self._is_full = self._follows = True
        self.why_not = ""
        self._data = data_digests(_text(data), folder)
        self._note(hashlib.sha256(data).hexdigest())
        if is_saved:
            self._pin(data)

    def saved(self, data: bytes, folder: Path | None) -> None:
        """The text was saved as these bytes; while its changes are allowed, they are pinned."""
        if self._follows:
            self._data = data_digests(_text(data), folder) | self._data
            self._pin(data)

    def withdraw(self, data: bytes) -> None:
        """Back to safe mode: forget every pin of the text that is open."""
        for digest in self._pinned | {hashlib.sha256(data).hexdigest()}:
            self._pins.remove(digest)
        self._forget()

    def ended(self, digest: str, died: bool) -> None:
        """A run of a text is over. died: it took its process with it."""
        if digest in self._stopped:
            self._stopped.discard(digest)
            self._marker.forget(digest)
        if died:
            self._deaths = self._deaths + 1 if digest == self._died else 1
            self._died = digest
        elif digest == self._died:
            self._died, self._deaths = "", 0

    # inside

    def _forget(self) -> None:
        """Another text, or one that nothing is allowed any more."""
        self._is_full = self._follows = False
        self._allowed, self._pinned, self._data = {}, set(), {}
        self.why_not = ""

    def _consider(self, data: bytes, digest: str, origin: Origin, folder: Path | None) -> None:
        """Whether these bytes are allowed: by themselves, or because the person made them of what is."""
        is_known = digest in self._allowed or self._is_pinned(digest, folder)
        if origin.is_outside or origin is Origin.UNDONE:  # all the bytes are others
            self._follows = is_known
        if origin.is_asked and (is_known or self._follows) and self._has_other_data(data, folder):
            is_known = self._follows = False
            self._allowed.clear()
        self._is_full = is_known or self._follows
        if self._follows:
            self._note(digest)

    def _note(self, digest: str) -> None:
        self._allowed[digest] = None
        if len(self._allowed) > _REMEMBERED:
            del self._allowed[next(iter(self._allowed))]

    def _pin(self, data: bytes) -> None:
        digest = hashlib.sha256(data).hexdigest()
        self._pins.add(digest, self._data)
        self._pinned.add(digest)

    def _is_pinned(self, digest: str, folder: Path | None) -> bool:
        """Whether bytes are pinned, and the data that were pinned with them still the same."""
        known = self._pins.data_of(digest) if self._pins else None
        if known is None:
            return False
        changed = [name for name, was in known.items() if digest_of(name, folder) != was]
        if changed:
            self.why_not = _changed(changed[0])
            return False
        self._data, self.why_not = known | self._data, ""
        self._pinned.add(digest)
        return True

    def _has_other_data(self, data: bytes, folder: Path | None) -> bool:
        """Before a trusted run: data files that the consent covers are the same; new names are the person's own."""
        now = data_digests(_text(data), folder)
        changed = [name for name, digest in now.items() if self._data.get(name, digest) != digest]
        if changed:
            self.why_not = _changed(changed[0])
            return True
        self._data = now | self._data
        return False


def _text(data: bytes) -> str:
    return data.decode("utf-8-sig", "replace")


def _changed(name: str) -> str:
    return f"{plain(name)} has changed since you allowed full Python."
