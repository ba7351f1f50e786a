"""Backups: what files held before they were saved over, kept outside the person's folders for a while."""

from __future__ import annotations

import contextlib
import hashlib
import logging
import re
import stat
import time
from dataclasses import dataclass
from pathlib import Path

from gradstudio.studio import line_ends
from gradstudio.studio.private_files import write_private
from gradstudio.studio.recovery.presence import same_name
from gradstudio.studio.state_folder import state_folder

VERSIONS, DAYS = 20, 30
"""How many versions of a file are kept, and how long."""

TOTAL, LARGEST = 256 << 20, 16 << 20
"""Bytes of all versions together, the oldest go; and of one, beyond which none is kept."""

FOLDER = "backups"
_NAME = re.compile(r"(.+)\.([0-9a-f]{16})\.(\d{1,19})\.([0-9a-f]{12})\.(saved|unsaved)")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Version:
    """What a file held at one time, or what was typed and then thrown away."""

    path: Path
    time: float  # when it was written, or thrown away
    is_saved: bool

    def text(self) -> str:
        """As the editor shows it. Raises OSError."""
        return line_ends.plain(self.path.read_bytes().decode("utf-8-sig", "replace"))


class Backups:
    """The versions of all files. Each file is kept once a session, before it is saved over for the first time."""

    def __init__(self) -> None:
        self.folder = state_folder() / FOLDER
        self._kept: set[str] = set()

    def before_saving(self, file: Path, is_foreign: bool = False) -> None:
        """Keep what a file holds now; is_foreign: somebody else wrote that, so keep it whatever was kept before.

        Where that goes wrong, there is no backup and no error: the save is more important.
        """
        if same_name(file) in self._kept and not is_foreign:
            return
        try:
            information = file.stat()
            if stat.S_ISREG(information.st_mode) and information.st_size <= LARGEST:
                self._keep(file, file.read_bytes(), information.st_mtime, "saved")
            self._kept.add(same_name(file))
        except FileNotFoundError:
            self._kept.add(same_name(file))  # what it holds from now on was written here
        except OSError:
            log.warning("a version was not kept", exc_info=True)

    def keep_discarded(self, file: Path | None, text: str) -> None:
        """Keep a text that was thrown away. Where that goes wrong, it is gone, as was said."""
        try:
            self._keep(file, text.encode("utf-8", "surrogatepass"), time.time(), "unsaved")
        except OSError:
            log.warning("a version was not kept", exc_info=True)

    def versions(self, file: Path | None) -> tuple[Version, ...]:
        """All versions of a file, the newest first; None for texts that had no file."""
        found = [
            Version(path, int(match[3]) / 1e3, match[5] == "saved")
            for path in self._files()
            if (match := _NAME.fullmatch(path.name)) and match[2] == _mark(file)
        ]
        return tuple(sorted(found, key=lambda version: -version.time))

    def _keep(self, file: Path | None, data: bytes, at: float, kind: str) -> None:
        name = re.sub(r"[^A-Za-z0-9._-]", "_", file.name if file is not None else "untitled")[:60]
        digest = hashlib.sha256(data).hexdigest()[:12]
        for version in self.versions(file):
            if f".{digest}." in version.path.name:  # the same bytes again: one version, of now
                version.path.unlink(missing_ok=True)
        write_private(self.folder / f"{name}.{_mark(file)}.{int(at * 1e3)}.{digest}.{kind}", data)
        self._forget(file)

    def _forget(self, file: Path | None) -> None:
        """Let go of what is too old or too much."""
        gone = [version.path for version in self.versions(file)[VERSIONS:]]
        limit, total = time.time() - DAYS * 86400, 0
        sized = []
        for path in self._files():
            with contextlib.suppress(OSError):
                information = path.stat()
                sized.append((information.st_mtime, information.st_size, path))
        for kept, size, path in sorted(sized, key=lambda each: -each[0]):
            total += size
            if kept < limit or total > TOTAL:
                gone.append(path)
        for path in gone:
            with contextlib.suppress(OSError):
                path.unlink()

    def _files(self) -> list[Path]:
        try:
            return [path for path in self.folder.iterdir() if not path.name.startswith(".")]
        except OSError:
            return []


def _mark(file: Path | None) -> str:
    """What stands for the path of a file in the names of its versions."""
    name = same_name(file) if file is not None else ""
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:16]
