"""The register machine: every instruction against the row it stands for, and whole programs against eager runs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from agreement import agrees, recorded, t

import gradstudio as gs
from gradstudio.engine.plan.backends import backend_for, registers
from gradstudio.engine.plan.passes import improve
from gradstudio.engine.primitive import TABLE

pytest.importorskip("numba", reason="the machine needs numba")

from gradstudio.engine.plan.backends.machine import OPCODES

SPECIAL = np.array([0.0, -0.0, 1.0, -1.0, 0.5, -2.5, 30.0, -30.0, 800.0, 1e308, 5e-324, np.inf, -np.inf, np.nan])
FIRST, SECOND = (axis.ravel() for axis in np.meshgrid(SPECIAL, SPECIAL))
TRUTHS = frozenset("less less_equal greater greater_equal equal not_equal logical_or logical_and logical_not".split())


def _chosen(name: str) -> Any:
    """A function of two vectors that applies a row and gives floats."""
    row = TABLE[name]
    if name in TRUTHS:
        return lambda x, y: TABLE["where"](row(x, y) if row.arity == 2 else row(x), y, 2.0)
    if name == "where":
        return lambda x, y: row(TABLE["greater"](x, 0.0), x, y)
    return lambda x, y: row(x, y) if row.arity == 2 else row(x) + 0.0 * y


@pytest.mark.parametrize("name", OPCODES)
def test_an_instruction_computes_what_its_row_does(name: str) -> None:
    f = _chosen(name)
    for start in range(0, len(FIRST), registers.WIDEST):
        x, y = t(*FIRST[start : start + registers.WIDEST]), t(*SECOND[start : start + registers.WIDEST])
        with np.errstate(all="ignore"):
            program = recorded(f, x, y)
            assert registers.can_run(program)
            (got,) = registers.assembled(program)[0](x.value, y.value)
            np.testing.assert_allclose(got, f(x, y).numpy(), rtol=1e-14, atol=1e-300)


@pytest.mark.parametrize("name", OPCODES)
def test_it_does_so_on_numbers(name: str) -> None:
    if name == "sum":
        pytest.skip("numbers are not summed")
    f = _chosen(name)
    program = recorded(f, t(0.5), t(0.25))
    plan, _ = registers.assembled(program)
    for a, b in ((0.5, 0.25), (-0.5, 3.0), (0.0, 0.0), (1.0, 0.0), (np.inf, -np.inf), (np.nan, 1.0)):
        with np.errstate(all="ignore"):
            np.testing.assert_allclose(plan(a, b)[0], f(t(a), t(b)).item(), rtol=1e-14)


def _chain(x: Any, w: Any) -> Any:
    y = x
    for _ in range(80):
        y = gs.sin(y) * w + y / (1.0 + y * y)
    return gs.sum(y)


@pytest.mark.parametrize("start", [t(0.7), t(0.1, 0.5, -2.0)])
def test_long_programs_of_numbers_and_short_vectors_run_on_it(start: Any) -> None:
    slope = gs.value_and_grad(_chain, (0, 1)) if start.shape else gs.value_and_grad(lambda x, w: _chain(x, w), (0, 1))
    compiled = agrees(slope, (start, t(0.9)), (start * 2.0, t(0.3)), (start * -1.0, t(1.1)))
    assert compiled.sources[0].startswith("register machine")


def test_random_programs_agree() -> None:
    generator = np.random.default_rng(5)
    unary = [gs.sin, gs.cos, gs.tanh, gs.exp, gs.square, gs.abs, gs.sigmoid, gs.relu, gs.negative]
    binary = [gs.add, gs.subtract, gs.multiply, gs.maximum, gs.minimum, gs.hypot]
    for _ in range(5):
        choices = generator.integers(0, 1000, (300, 3)).tolist()

        def f(x: Any, y: Any, choices: Any = choices) -> Any:
            values = [x, y]
            for k, a, b in choices:
                p, q = values[-1 - a % min(6, len(values))], values[-1 - b % min(6, len(values))]
                op = k % (len(unary) + len(binary))
                made = unary[op](p) if op < len(unary) else binary[op - len(unary)](p, q)
                values.append(gs.tanh(made) if k % 3 else made * 0.5 + p * 0.1)
            return gs.sum(values[-1])

        a, b = t(*generator.normal(size=9)), t(*generator.normal(size=9))
        compiled = agrees(gs.grad(f, (0, 1)), (a, b), (b, a), tolerance=1e-9)
        assert compiled.sources[0].startswith("register machine")


def test_every_value_of_a_run_can_be_looked_at() -> None:
    program = recorded(lambda x: gs.sin(x) * 2.0, t(0.5))
    plan, held = registers.assembled(program)
    plan(0.25)
    by_row = {step.row.name: held[step.out, 0] for step in program.body}
    assert by_row == {"sin": pytest.approx(np.sin(0.25)), "multiply": pytest.approx(2 * np.sin(0.25))}


@pytest.mark.parametrize(
    ("f", "x"),
    [
        (lambda x: x @ x, np.eye(3)),
        (lambda x: x * 2.0, np.ones(65)),
        (lambda x: x * 2.0, np.ones(4, np.float32)),
        (lambda x: gs.cumsum(x), np.ones(4)),
        (lambda x: gs.cast(x, gs.float32), np.ones(4)),
        (lambda x: x > 0.5, np.ones(4)),
        (lambda x: x * (2.0 if x[0] > 0.0 else 3.0), np.ones(4)),
        (lambda x: gs.reshape(x, (1, 4)) * x, np.ones(4)),
        (lambda x: gs.sum(x, keepdims=True), np.ones(4)),
        (lambda x: x * np.array([1, 2, 3, 4]), np.ones(4)),
    ],
)
def test_what_it_does_not_know_it_leaves_to_others(f: Any, x: Any) -> None:
    program = recorded(f, gs.constant(x))
    assert not registers.can_run(program)


def test_short_programs_are_not_worth_it() -> None:
    program = recorded(lambda x: gs.sin(x) * 2.0, t(0.5))
    improve(program)
    assert registers.can_run(program)
    assert backend_for(program) is not registers.REGISTERS
