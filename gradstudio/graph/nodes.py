"""What grouping looks at: the columns of a view's nodes and of all their input slots."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True, eq=False)
class Nodes:
    """What grouping looks at, in the order of the tape."""

    ids: tuple[str, ...]
    code: np.ndarray  # int (n,): which op
    is_op: np.ndarray  # bool (n,)
    is_parameter: np.ndarray  # bool (n,)
    is_shaping: np.ndarray  # bool (n,): an op that only moves numbers
    line: np.ndarray  # int (n,)
    reader: np.ndarray  # int (e,): all input slots by node, constants included
    slot: np.ndarray  # int (e,)
    source: np.ndarray  # int (e,): the node read, -1 for a constant

    @property
    def rank(self) -> np.ndarray:
        """Which op each node is, counted from 0; -1 for leaves."""
        return np.where(self.is_op, np.cumsum(self.is_op) - 1, -1)
