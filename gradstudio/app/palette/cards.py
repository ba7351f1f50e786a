"""Cards made outside the window's thread, so that typing never waits for a formula or a curve."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import cache

from PySide6.QtCore import QObject, Signal

from gradstudio.studio.palette.card import Card, card
from gradstudio.studio.palette.source import Source

_Key = tuple[str, Source | None]
_MOST = 1000  # cards that are kept


class Cards(QObject):
    """Gives cards that are ready, and makes others. Signal ready(id) when one that was asked for has been made."""

    ready = Signal(str)
    _made = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._cards: dict[_Key, Card] = {}
        self._asked: set[_Key] = set()
        self._wanted: _Key = ("", None)
        self._thread = ThreadPoolExecutor(1, "cards")
        self._made.connect(self._on_made)

    def get(self, id: str, source: Source | None = None) -> Card | None:
        """A card, or None while it is being made (or where there is no such entry)."""
        key = self._wanted = (id, source)
        if id and key not in self._cards and key not in self._asked:
            self._asked.add(key)
            self._thread.submit(self._make, key)
        return self._cards.get(key)

    def _make(self, key: _Key) -> None:
        """In the other thread. What a person has moved on from meanwhile is not made."""
        self._made.emit((key, card(*key) if key == self._wanted else None))

    def _on_made(self, made: tuple[_Key, Card | None]) -> None:
        key, found = made
        self._asked.discard(key)
        if found is not None:
            if len(self._cards) > _MOST:
                self._cards.clear()
            self._cards[key] = found
            self.ready.emit(key[0])
        elif key == self._wanted:
            self.get(*key)


@cache
def cards() -> Cards:
    """The cards of this program: one for all windows."""
    return Cards()
