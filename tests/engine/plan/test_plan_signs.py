"""Signs that wait for a sum, small scales doubled in place of long arrays: fewer steps, the same numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from agreement import agrees, recorded

import gradstudio as gs
from gradstudio.engine.plan.passes import improve, improve_arrays
from gradstudio.engine.plan.program import Program, Step


def improved(f: Any, *args: Any) -> Program:
    program = recorded(f, *args)
    improve(program)
    improve_arrays(program)
    return program


def steps(program: Program, name: str, size: int) -> int:
    """How many steps of that row have a result of that size."""
    found = [item for item in program.body if type(item) is Step and item.row.name == name]
    return sum(program.values[step.out].size == size for step in found)


def test_a_scaled_and_moved_array_added_to_itself_is_moved_once() -> None:
    def norm(x: Any, scale: Any, offset: Any) -> Any:
        with gs.GradientTape() as tape:
            tape.watch([x, scale, offset])
            y = gs.sin(x) * scale + offset
            total = gs.sum(y * y)
        return tape.gradient(total, [x, scale, offset])

    x = np.cos(np.arange(100.0 * 64)).reshape(100, 64)
    args = tuple(map(gs.constant, (x, x[0], x[1])))
    assert steps(improved(norm, *args), "add", x.size) == 1
    agrees(norm, args, tuple(a * 0.3 for a in args), tolerance=1e-11)
    whole = tuple(map(gs.constant, (x, x * 2.0, x[1])))  # nothing is small
    assert steps(improved(norm, *whole), "add", x.size) == 2
    agrees(norm, whole, tuple(a * 0.3 for a in whole), tolerance=1e-11)

    def seen(x: Any, scale: Any, offset: Any) -> Any:
        y = x * scale + offset
        return y + y, y

    agrees(seen, args, tuple(a * 0.3 for a in args))


@pytest.mark.parametrize(
    ("f", "negatives"),
    [
        (lambda x, y: gs.exp(x) - gs.sin(x) * -y, 0),
        (lambda x, y: gs.exp(x) + (-gs.sin(x)) * (-y), 0),
        (lambda x, y: gs.exp(x) + (-gs.sin(x)) / y, 0),
        (lambda x, y: gs.exp(x) - gs.sin(x) / (-y), 0),
        (lambda x, y: gs.exp(x) + (-gs.sin(x)) * 0.5, 0),
        (lambda x, y: (-x) * y, 1),
        (lambda x, y: (-x) * (-x), 0),
        (lambda x, y: gs.cos((-x) * y[:, :1]), 1),
    ],
)
def test_signs_wait_for_a_sum(f: Any, negatives: int) -> None:
    x, y = np.cos(np.arange(12.0)).reshape(3, 4), np.sin(np.arange(12.0)).reshape(3, 4)
    y[0, 0] = np.inf
    args = gs.constant(x), gs.constant(y)
    with np.errstate(all="ignore"):
        program = improved(f, *args)
        assert [item.row.name for item in program.body if type(item) is Step].count("negative") == negatives
        agrees(f, args, (args[1], args[0]))


def test_constant_arrays_of_one_number_are_that_number() -> None:
    ones = np.full((40, 30), -1.0)
    x = gs.constant(np.cos(np.arange(1200.0)).reshape(40, 30))
    program = improved(lambda x: gs.exp(x * ones), x)
    assert [item.row.name for item in program.body if type(item) is Step] == ["negative", "exp"]
    mixed = np.full((40, 30), 0.0)
    mixed[3, 4] = -0.0
    for held in (ones, mixed, np.full((40, 30), np.nan), np.full((40, 30), -0.0)):
        with np.errstate(all="ignore"):
            agrees(lambda x, held=held: (x * held, gs.exp(x) + held, 1.0 / (0.0 * x + held)), (x,), (x * -2.0,))
