"""Python's operators on tensors, written out: the value and the node that the general way makes."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import gradstudio as gs
from gradstudio.engine.dispatch import apply
from gradstudio.engine.infix import SIGNS
from gradstudio.engine.primitive import TABLE
from gradstudio.engine.state import Token

OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "add": operator.add,
    "subtract": operator.sub,
    "multiply": operator.mul,
    "divide": operator.truediv,
    "power": operator.pow,
    "matmul": operator.matmul,
}
M = np.array([[0.5, -1.25], [2.0, 0.75]])
LEFT = {
    "float": 1.5,
    "zero": 0.0,
    "negative": -1.5,
    "float32": np.float32(1.5),
    "whole": 3,
    "complex": 1.5 - 0.5j,
    "matrix": M,
    "float32 matrix": M.astype(np.float32),
    "complex matrix": M + 1j,
    "vector": M[0],
}
RIGHT = {
    **LEFT,
    "true": True,
    "large whole": 10**400,
    "np.float64": np.float64(0.25),
    "three": np.ones(3),
    "one": M[:1],
}


def _tried(compute: Callable[[], Any]) -> Any:
    """What came of it, as something that can be compared."""
    with np.errstate(all="ignore"):
        try:
            t = compute()
        except Exception as error:
            return type(error), str(error)
    value = np.asarray(t.value)
    result = (type(t.value), value.dtype, value.shape, value.tobytes(), t.op)
    if type(t.token) is not Token:
        return result, type(t.token)
    # The tape has copies of arrays that the program could change.
    return result, t.token, [id(x) for x in t.inputs if not isinstance(x, np.ndarray | np.generic)]


@pytest.mark.parametrize("follows", ["left", "right", "both", "neither"])
@pytest.mark.parametrize("name", OPERATORS)
def test_an_operator_makes_the_node_of_its_row(name: str, follows: str) -> None:
    compute, row = OPERATORS[name], TABLE[name]
    for left in LEFT.values():
        for right in RIGHT.values():
            x, y = gs.constant(left), gs.constant(right) if type(right) is not int or right < 10**9 else right
            pairs = [(x, y), (x, right), (left, y)]
            for a, b in pairs:
                with gs.GradientTape() as tape:
                    for t in {"left": [a], "right": [b], "both": [a, b], "neither": []}[follows]:
                        if isinstance(t, gs.Tensor) and t.dtype.kind in "fc":
                            tape.watch(t)
                    if not isinstance(a, gs.Tensor) and not isinstance(b, gs.Tensor):
                        continue
                    found = _tried(lambda: compute(a, b))  # noqa: B023
                    wanted = _tried(lambda: apply(row, (a, b), {}))  # noqa: B023
                    assert found == wanted, (name, left, right, follows)


def test_an_operator_on_rows_of_a_gradient_takes_the_whole_array() -> None:
    table = gs.Variable([[1.0], [2.0], [3.0]])
    with gs.GradientTape() as tape:
        y = gs.sum(gs.gather(table, [0, 2]))
    rows = tape.gradient(y, table)
    with gs.GradientTape() as tape:
        tape.watch(rows)
        y = rows * rows
    assert y.tolist() == [[1.0], [0.0], [1.0]]


def test_the_written_signs_are_those_of_the_rows() -> None:
    written = {name for name, row in TABLE.items() if row.scalar in SIGNS}
    assert written == {"add", "subtract", "multiply", "divide"}
    for name in written:
        sign = SIGNS[TABLE[name].scalar]
        assert eval(f"7.0 {sign} 2.0") == TABLE[name].scalar(7.0, 2.0)
