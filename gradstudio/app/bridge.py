"""Bridge: the one hop from the studio's thread to the window's, by a queued signal."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal, Slot


class Bridge(QObject):
    """`post(what)` may be called on any thread; `what` runs on the thread that made the bridge, in order."""

    _posted = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._is_open = True
        self._posted.connect(self._on_posted, Qt.ConnectionType.QueuedConnection)

    def post(self, what: Callable[[], None]) -> None:
        """Run `what` soon on the window's thread; dropped after `close`."""
        if self._is_open:
            self._posted.emit(what)

    def close(self) -> None:
        """Run nothing any more: the window is going."""
        self._is_open = False

    @Slot(object)
    def _on_posted(self, what: Callable[[], None]) -> None:
        if self._is_open:
            what()
