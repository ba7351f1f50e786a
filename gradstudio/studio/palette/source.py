"""Source: the value that an operation in a card is to take, so that the card can speak of it."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Source:
    """What is known of a value without fetching it: its name, its finite range, and perhaps how it is distributed."""

    name: str = ""  # of the variable
    low: float = math.nan  # its smallest and largest finite element
    high: float = math.nan
    counts: tuple[int, ...] = ()  # how many elements lie in each of as many equal parts of that range

    @property
    def has_range(self) -> bool:
        """Whether there is a range that can be shown."""
        return math.isfinite(self.low) and math.isfinite(self.high) and self.low <= self.high < self.low + _WIDEST


_WIDEST = 1e6
