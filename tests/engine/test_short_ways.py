"""The short ways of ops and sweeps: the numbers of the general way, tapes in any constellation, tidy behind them."""

from __future__ import annotations

import gc
import math
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import gradstudio as gs
from gradstudio.engine.primitive import TABLE
from gradstudio.engine.state import ACTIVE, SHORT

PROGRAM = """
import numpy as np
import gradstudio as gs
from gradstudio.engine.primitive import TABLE

x = gs.Variable([[0.5, -1.25], [2.0, 0.75]])
s = gs.Variable(0.3)
with gs.GradientTape(persistent=True) as outer:
    with gs.GradientTape() as inner:
        h = gs.tanh(x @ x + 0.25) * s - gs.sin(s) / (x * x + 1.0)
        y = gs.sum(gs.exp(-h)) + s ** 3 + abs(s - 2.0) + 2.0 / s - np.float64(1.5) * s
    first = inner.gradient(y, [x, s])
    total = gs.sum(first[0] ** 2) + first[1]
found = [y, *first, *outer.gradient(total, [x, s]), outer.jacobian(first[0], x)]
print(TABLE["sin"].short is not None)
for g in found:
    print(" ".join(v.hex() for v in np.ravel(g.numpy()).tolist()))
"""


def _printed(short: str) -> tuple[str, list[list[float]]]:
    environment = {**os.environ, SHORT: short}
    done = subprocess.run([sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True, check=True)
    first, *lines = done.stdout.splitlines()
    return first, [[float.fromhex(word) for word in line.split()] for line in lines]


def test_the_switch_turns_them_off_and_the_numbers_stay() -> None:
    on, off = _printed("1"), _printed("0")
    assert (on[0], off[0]) == ("True", "False")
    assert len(on[1]) == len(off[1]) == 6
    for a, b in zip(on[1], off[1], strict=True):
        assert a == pytest.approx(b, rel=1e-13, abs=1e-15)


def _third(x: gs.Tensor, f: Callable[[Any], Any]) -> tuple[float, float, float]:
    with gs.GradientTape() as outermost:
        outermost.watch(x)
        with gs.GradientTape() as outer:
            outer.watch(x)
            with gs.GradientTape() as inner:
                inner.watch(x)
                y = f(x)
            first = inner.gradient(y, x)
        second = outer.gradient(first, x)
    return first.item(), second.item(), outermost.gradient(second, x).item()


def test_three_tapes_in_each_other_give_three_derivatives() -> None:
    found = _third(gs.constant(0.7), lambda x: gs.sin(x) * x)
    s, c = math.sin(0.7), math.cos(0.7)
    assert found == pytest.approx((s + 0.7 * c, 2 * c - 0.7 * s, -3 * s - 0.7 * c))


def test_tapes_that_follow_different_things_keep_them_apart() -> None:
    a, b = gs.constant(2.0), gs.constant(3.0)
    with gs.GradientTape(persistent=True) as one:
        one.watch(a)
        with gs.GradientTape(persistent=True) as two:
            two.watch(b)
            only_a, only_b, both = a * a, b * b, a * b
            mixed = both * only_a
    assert one.gradient(mixed, a).item() == 3 * 2.0**2 * 3.0
    assert two.gradient(mixed, b).item() == 2.0**3
    assert one.gradient(only_b, a) is None
    assert two.gradient(only_a, b) is None
    assert one.gradient(both, b) is None


def test_a_tape_that_pauses_among_others_misses_only_what_happens_meanwhile() -> None:
    x = gs.constant(2.0)
    with gs.GradientTape(persistent=True) as one, gs.GradientTape(persistent=True) as two:
        one.watch(x)
        two.watch(x)
        y = x * x
        with one.stop_recording():
            z = y * x
        w = z + x
    assert two.gradient(w, x).item() == 3 * 4.0 + 1.0
    assert one.gradient(w, x).item() == 1.0
    assert one.gradient(y, x).item() == 4.0


def test_a_tape_that_starts_afresh_among_others_leaves_theirs_alone() -> None:
    x = gs.constant(2.0)
    with gs.GradientTape() as one:
        one.watch(x)
        with gs.GradientTape() as two:
            two.watch(x)
            y = x * x
            two.reset()
            two.watch(x)
            z = y * x
        assert two.gradient(z, x).item() == 4.0  # y is a constant to it
        w = z * 2.0
    assert one.gradient(w, x).item() == 2 * 3 * 4.0


def test_nodes_of_two_tapes_share_what_says_so() -> None:
    x = gs.constant(2.0)
    with gs.GradientTape() as one, gs.GradientTape() as two:
        one.watch(x)
        two.watch(x)
        y, z = x * x, gs.sin(x)
    assert x.token is y.token is z.token
    assert len(y.token.tokens) == 2


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (2.0, 3),
        (2.0, np.float32(3.0)),
        (2.0, np.array([1.0, 2.0])),
        ([1.0, 2.0], 3),
        ([1.0, 2.0], True),
        ([1.0, 2.0], np.array([3, 4])),
        (np.array([1.0, 2.0], np.float32), 3.0),
        (np.array([1.0, 2.0], np.float32), np.array([3.0, 4.0])),
    ],
)
@pytest.mark.parametrize("op", ["add", "subtract", "multiply", "divide", "power", "maximum"])
def test_dtypes_meet_as_numpys_do(op: str, left: Any, right: Any) -> None:
    x = gs.constant(left)
    with gs.GradientTape() as tape:
        tape.watch(x)
        y = TABLE[op](x, right)
    wanted = TABLE[op].forward(np, x.numpy(), right)
    assert y.dtype == wanted.dtype
    assert y.shape == wanted.shape
    np.testing.assert_allclose(y.numpy(), wanted, rtol=1e-6)
    g = tape.gradient(y, x)
    assert (g.dtype, g.shape) == (x.dtype, x.shape)


def test_a_division_by_zero_is_numpys_on_the_way_there_and_back() -> None:
    x = gs.constant(0.0)
    with gs.GradientTape() as tape, np.errstate(all="ignore"):
        tape.watch(x)
        y = 1.0 / x
    assert y.item() == math.inf
    assert tape.gradient(y, x).item() == -math.inf


def test_a_number_that_a_whole_number_meets_stays_a_float() -> None:
    x = gs.constant(3.0)
    with gs.GradientTape() as tape:
        tape.watch(x)
        y = 2 * x + gs.constant(4) * x
    assert (y.item(), tape.gradient(y, x).item()) == (18.0, 6.0)


@pytest.fixture
def thresholds() -> Iterator[tuple[int, int, int]]:
    gc.collect()
    before = gc.get_threshold()
    gc.set_threshold(600, 10, 10)
    yield (600, 10, 10)
    gc.set_threshold(*before)


def test_garbage_is_looked_for_rarely_while_a_tape_has_nodes(thresholds: tuple[int, int, int]) -> None:
    assert not ACTIVE._holding
    x = gs.constant(1.0)
    with gs.GradientTape() as tape:
        tape.watch(x)
        y = x * x
        assert gc.get_threshold()[0] > 10_000
    tape.gradient(y, x)
    assert gc.get_threshold() == thresholds
    with gs.GradientTape(persistent=True) as tape:
        tape.watch(x)
    assert gc.get_threshold() != thresholds
    del tape
    assert gc.get_threshold() == thresholds


def test_thresholds_that_a_program_sets_meanwhile_are_its_own(thresholds: tuple[int, int, int]) -> None:
    with gs.GradientTape():
        gc.set_threshold(12_345, 5, 5)
    assert gc.get_threshold() == (12_345, 5, 5)


def test_collection_that_is_off_stays_off(thresholds: tuple[int, int, int]) -> None:
    gc.set_threshold(0)
    with gs.GradientTape() as tape:
        x = gs.Variable(1.0)
        y = x * x
        assert gc.get_threshold()[0] == 0
    tape.gradient(y, x)
    assert gc.get_threshold()[0] == 0
