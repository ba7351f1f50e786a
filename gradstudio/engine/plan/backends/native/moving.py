"""Rows that only move elements, sums and the like over some axes, and products of small matrices: tables of positions.

Where an element comes from is found by applying the row to positions in place of values.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gradstudio.engine.plan.program import Constant, Form, Step, Value

MOVES = frozenset(
    "reshape expand_dims squeeze broadcast_to transpose swapaxes moveaxis getitem put_at concatenate stack flip roll "
    "tile repeat tril triu gather take_along_axis matrix_diag diag_part stop_gradient".split()
)
"""Rows whose results are made of elements of their inputs, and of zeros."""
_INDEXED = frozenset(["getitem", "put_at", "gather", "take_along_axis"])
"""Those whose further inputs say where elements are; put_at adds up what they put into one place."""


def is_index(value: Value) -> bool:
    """Whether an input says where elements are."""
    return type(value.origin) is Constant and value.dtype.kind in "iu" and value.form is not Form.NUMBER


def moves(step: Step, values: Sequence[Value]) -> bool:
    """Whether a row puts elements, and nothing else, into other places."""
    if step.row.name not in MOVES or step.params.get("conjugate") or is_index(values[step.inputs[0]]):
        return False
    if step.row.name in ("matrix_diag", "diag_part") and step.params.get("padding_value", 0) not in (0, None):
        return False
    more = step.inputs[1:]
    if step.row.name in _INDEXED:
        return all(is_index(values[n]) for n in more) and not (more and step.row.name == "put_at")
    return not any(is_index(values[n]) for n in more)


def sources(step: Step, values: Sequence[Value]) -> np.ndarray:
    """For each element of the result, in a line, where it comes from.

    1 is the first element of the first input, further on the elements of all inputs are counted; 0 stands for zero.
    """
    start, given = 1, []
    for n in step.inputs:
        value = values[n]
        if is_index(value):
            given.append(value.origin.value)  # type: ignore[union-attr]
            continue
        given.append(np.arange(start, start + value.size).reshape(value.shape))
        start += value.size
    found: np.ndarray = np.asarray(step.row.forward(np, *given, **step.params))
    return found.ravel()


def spread(shape: tuple[int, ...], wanted: tuple[int, ...]) -> np.ndarray:
    """The same for a broadcast."""
    positions = np.arange(1, 1 + int(np.prod(shape))).reshape(shape)
    return np.broadcast_to(positions, wanted).ravel()


FOLDS = frozenset(["sum", "prod", "max", "min"])
"""Rows that make one element of all along some axes."""


def folded(step: Step, value: Value) -> np.ndarray:
    """The elements that such a row takes together, a row for each element of the result."""
    axis = step.params.get("axis")
    rank = len(value.shape)
    axes = range(rank) if axis is None else [axis] if isinstance(axis, int | np.integer) else axis
    over = {int(a) % rank for a in axes}
    order = [a for a in range(rank) if a not in over] + sorted(over)
    count = int(np.prod([value.shape[a] for a in over]))
    positions: np.ndarray = np.arange(value.size).reshape(value.shape).transpose(order).reshape(-1, count)
    return positions


def is_product(step: Step, values: Sequence[Value]) -> bool:
    """Whether a row multiplies two matrices, or vectors."""
    if step.row.name not in ("matmul", "dot") or len(step.inputs) != 2 or any(step.params.values()):
        return False
    return all(1 <= len(values[n].shape) <= 2 for n in step.inputs)
