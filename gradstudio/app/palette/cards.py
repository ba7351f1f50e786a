"""Cards made outside the window's thread, so that typing never waits for a formula or a curve."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import cache

from PySide6.QtCore import QObject, Signal

from gradstudio.studio.palette.card import Card, card


class Cards(QObject):
    """Gives cards that are ready, and makes others. Signal ready(id) when one that was asked for has been made."""

    ready = Signal(str)
    _made = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._cards: dict[str, Card] = {}
        self._asked: set[str] = set()
        self._wanted = ""
        self._thread = ThreadPoolExecutor(1, "cards")
        self._made.connect(self._on_made)

    def get(self, id: str) -> Card | None:
        """A card, or None while it is being made (or where there is no such entry)."""
        self._wanted = id
        if id and id not in self._cards and id not in self._asked:
            self._asked.add(id)
            self._thread.submit(self._make, id)
        return self._cards.get(id)

    def _make(self, id: str) -> None:
        """In the other thread. What a person has moved on from meanwhile is not made."""
        self._made.emit((id, card(id) if id == self._wanted else None))

    def _on_made(self, made: tuple[str, Card | None]) -> None:
        id, found = made
        self._asked.discard(id)
        if found is not None:
            self._cards[id] = found
            self.ready.emit(id)
        elif id == self._wanted:
            self.get(id)


@cache
def cards() -> Cards:
    """The cards of this program: one for all windows."""
    return Cards()
