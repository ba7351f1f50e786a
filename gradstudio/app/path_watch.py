"""Path watch: says when one of some files or folders may have changed."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QFileSystemWatcher, QObject, Signal


class PathWatch(QObject):
    """Emits changed(). The system's word is neither complete nor exact: it is a reason to look, not more."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._watcher = QFileSystemWatcher(self)
        self._watcher.fileChanged.connect(self._on_sign)
        self._watcher.directoryChanged.connect(self._on_sign)

    def follow(self, paths: Iterable[str]) -> None:
        """Watch these and no others. To be said again after a sign: to the system, a file that was replaced is another
        one, and one that is not there cannot be watched."""
        wanted = set(paths)
        present = {*self._watcher.files(), *self._watcher.directories()}
        if gone := present - wanted:
            self._watcher.removePaths(list(gone))
        if new := wanted - present:
            self._watcher.addPaths(list(new))

    def _on_sign(self, _: str) -> None:
        self.changed.emit()
