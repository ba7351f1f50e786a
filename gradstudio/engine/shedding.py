"""Letting go of large values that no gradient rule will read and no program can reach.

A tape keeps every result until the way back has passed it. Where a rule reads neither (a sum reads nothing, tanh only
its own result), the numbers are not wanted any more once the program has dropped the tensor; for arrays of many
megabytes that decides how much memory a gradient takes. What stays has the same shape and dtype.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from gradstudio.engine.tensor import Details, Tensor
from gradstudio.engine.why import Cut

LARGE = 1 << 16
"""From how many elements on it is worth looking."""
_BACK = 2
"""How many ops back it looks."""


def _added_by_looking() -> int:
    """How many holders of an object sys.getrefcount() counts that are here only to ask it: a name, and an argument."""
    held = [object()]
    x = held[0]
    return sys.getrefcount(x) - 1


_HELD_BY_TAPE_ALONE = 2 + _added_by_looking()  # the tape's list, and the op that used it


def shed(t: Tensor) -> None:
    """A large result has been recorded: let go of what came before it, where nothing needs it.

    Not of its own inputs, because the program still holds those while the op runs; and a value that had a name then
    is let go of by one of the next ops.
    """
    nodes = [t]
    for _ in range(_BACK):
        nodes = [x for node in nodes for x in _made(node)]
        for node in nodes:
            _shed_inputs(node)


def shed_before(target: Tensor) -> None:
    """The way back begins at this target: the last ops before it are past, and no later one has looked at them."""
    for x in _made(target):
        if type(x.value) is np.ndarray and x.value.size >= LARGE:
            shed(target)
            break


def _made(node: Tensor) -> list[Tensor]:
    """Those of its inputs that are results of ops on the tape."""
    held = node.first if type(node.second) is Details else (node.first, node.second)
    return [x for x in held or () if type(x) is Tensor and x.first is not None]


def _shed_inputs(node: Tensor) -> None:
    several = node.first if type(node.second) is Details else None
    for slot in range(2 if several is None else len(several)):
        x = several[slot] if several is not None else node.second if slot else node.first
        if (
            sys.getrefcount(x) == _HELD_BY_TAPE_ALONE
            and type(x) is Tensor
            and x.first is not None
            and type(x.value) is np.ndarray
            and x.value.size >= LARGE
            and x.value.strides.count(0) < x.value.ndim
            and not x.op.needs.answer  # type: ignore[union-attr]
            and not _is_read(node, slot)
        ):
            x.value = np.broadcast_to(np.zeros((), x.value.dtype), x.value.shape)


def _is_read(node: Tensor, slot: int) -> bool:
    """Whether a rule that the way back may call reads the input in that slot."""
    row: Any = node.op
    inputs = node.inputs
    return type(row.vjps) is not tuple or any(
        reads.inputs[slot]
        for x, reads in zip(inputs, row.reads, strict=True)
        if type(x) is Tensor and x.token is not None and type(x.token) is not Cut and len(reads.inputs) > slot
    )
