"""Runs: a column that has one value for many rows in a row, kept as the rows where it changes."""

from __future__ import annotations

from typing import Any

import numpy as np


class Runs:
    """Rows from `starts[i]` up to the next start have `values[i]`."""

    __slots__ = ("starts", "values")

    def __init__(self, value: Any) -> None:
        self.starts = [0]
        self.values = [value]

    def change(self, row: int, value: Any) -> None:
        """From this row on, which is none before the last change, the value is another."""
        self.starts.append(row)
        self.values.append(value)

    def cut(self, rows: int) -> None:
        """There are only so many rows; what comes next has the value that it would have had."""
        if self.starts[-1] > rows:
            latest = self.values[-1]
            while self.starts[-1] > rows:
                self.starts.pop()
                self.values.pop()
            self.change(rows, latest)

    def lengths(self, rows: int) -> np.ndarray:
        """How many rows of a column of so many have each of the values."""
        starts = np.array([*self.starts, rows])
        lengths: np.ndarray = starts[1:] - starts[:-1]  # np.diff() costs more, where there are few
        return lengths

    def column(self, rows: int) -> np.ndarray:
        """All of them, for whole numbers (int32)."""
        return np.repeat(np.array(self.values, np.int32), self.lengths(rows))
