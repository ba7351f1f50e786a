"""Ahead: what an edit would come to, worked out while a person still chooses, without holding anything up."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from gradstudio.app.canvas.building.bench import Bench
from gradstudio.app.canvas.building.ghosts import Ghost, ghost_of
from gradstudio.studio.building import Building
from gradstudio.studio.edits.edit import Edit, Refused

_WAIT_MS = 30  # for the next key or place; the edit and where it lands are worked out one after the other


class Ahead(QObject):
    """Signal changed(): something more is known.

    edit: what would be written, None while it is not known or cannot be; why: why it cannot be; ghost: where its node
    would stand.
    """

    changed = Signal()

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        self._bench = bench
        self._wanted: tuple[str, Callable[[Building], Edit], int] | None = None
        self.edit: Edit | None = None
        self.why = ""
        self.ghost: Ghost | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._go_on)

    def look(self, entry: str, make: Callable[[Building], Edit], source: int) -> None:
        """Look at an entry of the palette that takes a node (-1: none)."""
        self.forget()
        self._wanted = (entry, make, source)
        self._timer.start(_WAIT_MS)

    def forget(self) -> None:
        """Nothing is looked at."""
        self._timer.stop()
        self._wanted, self.edit, self.why, self.ghost = None, None, "", None

    def _go_on(self) -> None:
        building = self._bench.building
        if self._wanted is None or building is None:
            return
        entry, make, source = self._wanted
        if self.edit is None:
            try:
                self.edit = make(building)
                self._timer.start(0)
            except Refused as why:
                self.why = str(why)
        else:
            self.ghost = ghost_of(self._bench, self.edit, entry, source)
        self.changed.emit()
