"""Offers: which journals were left by a program that ended without closing them, and what may become of them."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from gradstudio.studio.history_files import HistoryFiles, read_history
from gradstudio.studio.ports import Post
from gradstudio.studio.recovery.keeper import Claim
from gradstudio.studio.recovery.presence import Hold, holder
from gradstudio.studio.recovery.records import NewerJournal
from gradstudio.studio.recovery.recovered import Recovered, Unreadable, read_journal

_OLD = 3600.0  # seconds after which nobody is still writing a file

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Offer:
    """What can be recovered from one journal. While an offer stands, no other window makes the same one."""

    path: Path
    recovered: Recovered
    claim: Claim

    def withdraw(self) -> None:
        """Leave it for the next start."""
        self.claim.hold.release()

    def forget(self) -> None:
        """Take the journal away: nobody wants what is in it."""
        self.path.unlink(missing_ok=True)
        self.claim.hold.release()


@dataclass(frozen=True, slots=True)
class Found:
    """All offers, the newest first, and the journals that cannot be read and were put aside."""

    offers: tuple[Offer, ...] = ()
    aside: tuple[Path, ...] = ()


def look(folder: Path, post: Post, done: Callable[[Found], None]) -> None:
    """Look for what can be recovered, on a thread of its own; `done` hears of it through `post`."""
    threading.Thread(target=lambda: post(partial(done, find(folder))), name="recovery", daemon=True).start()


def find(folder: Path) -> Found:
    """What can be recovered. Journals of windows that are open, here or elsewhere, are not; those that hold nothing
    that would be lost are taken away."""
    offers: list[Offer] = []
    aside: list[Path] = []
    for path in sorted(folder.glob("*.jsonl")):
        try:
            offer = _offer(path)
        except Unreadable:
            aside.append(_put_aside(path))
        except (OSError, ValueError):
            log.warning("a journal was not looked at", exc_info=True)
        else:
            offers += [offer] if offer is not None else []
    for lock in folder.glob("*.lock"):
        _sweep(lock)
    for half in folder.glob(".*.tmp"):  # a program was ended while it wrote them
        with contextlib.suppress(OSError):
            if half.stat().st_mtime < time.time() - _OLD:
                half.unlink()
    return Found(tuple(sorted(offers, key=lambda offer: -offer.recovered.time)), tuple(aside))


def _offer(path: Path) -> Offer | None:
    """What can be recovered from a journal that nobody writes; None for nothing. Raises Unreadable and OSError."""
    hold = Hold.take(path.with_suffix(".lock"))
    if hold is None:
        return None
    try:
        recovered = read_journal(path)
    except (NewerJournal, FileNotFoundError):
        hold.release()
        return None
    except BaseException:
        hold.release()
        raise
    offer = Offer(path, recovered, Claim(path.stem, hold))
    if recovered.is_wanted:
        return offer
    _keep_history(recovered)
    offer.forget()
    return None


def _keep_history(recovered: Recovered) -> None:
    """The program was ended right after a save: its history may not have been kept yet."""
    path, text = recovered.basis.path, recovered.text
    if path is None or not recovered.history.steps or text != recovered.on_disk():
        return
    if read_history(path, text) is None:
        files = HistoryFiles()
        files.keep(path, text, recovered.history)
        files.close()


def _put_aside(path: Path) -> Path:
    """Give a journal a name under which it is not looked at again."""
    aside = path.with_suffix(".unreadable")
    path.replace(aside)
    return aside


def _sweep(lock: Path) -> None:
    """Take away the lock of a window that was ended, if it left nothing else."""
    if lock.with_suffix(".jsonl").exists() or holder(lock) is not None:
        return
    hold = Hold.take(lock)
    if hold is not None:
        hold.release()
