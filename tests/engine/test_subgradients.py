"""What is taken where a gradient does not exist: the table tells the truth, and its choices can be switched."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import gradstudio as gs
from gradstudio.engine.primitive import NAMES
from gradstudio.engine.subgradients import CHOICES

AT: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "maximum": (gs.maximum, (2.0, 2.0)),
    "clip": (lambda x: gs.clip(x, -1.0, 1.0), (1.0,)),
    "abs": (gs.abs, (0.0,)),
    "relu": (gs.relu, ([0.0],)),
    "norm": (gs.hypot, (0.0, 0.0)),
    "sqrt": (lambda x: gs.sqrt(x) * 0.0, (0.0,)),
    "power": (gs.power, (0.0, 0.0)),
    "arctan2": (gs.arctan2, (0.0, 0.0)),
}


def slope(name: str) -> float:
    """The gradient in the first input at the point of a choice."""
    f, values = AT[name]
    with np.errstate(all="ignore"):
        return float(np.asarray(gs.grad(lambda *a: gs.sum(f(*a)))(*[np.asarray(v) for v in values])).ravel()[0])


@pytest.mark.parametrize("name", AT)
def test_each_choice_is_what_the_rules_take_and_every_option_works(name: str) -> None:
    choice = CHOICES[name]
    assert slope(name) == choice.value
    for option in choice.options:
        with gs.subgradients(**{name: option}):
            found = slope(name)
        assert found == option or (math.isnan(found) and math.isnan(option))
    assert slope(name) == choice.value


def test_the_second_value_gets_the_rest_of_a_tie() -> None:
    for f in (gs.maximum, gs.minimum, gs.fmax, gs.fmin):
        for share in CHOICES["maximum"].options:
            with gs.subgradients(maximum=share):
                first, second = gs.grad(f, argnums=(0, 1))(1.5, 1.5)
            assert (float(first), float(second)) == (share, 1.0 - share)


@pytest.mark.parametrize("name", ["vector_norm", "norm"])
def test_the_norm_of_nothing_follows_its_choice(name: str) -> None:
    f = gs.grad(lambda x: getattr(gs, name)(x))
    np.testing.assert_array_equal(f(np.zeros(2)), [0.0, 0.0])
    with gs.subgradients(norm=math.nan), np.errstate(all="ignore"):
        assert np.isnan(np.asarray(f(np.zeros(2)))).all()


def test_the_table_names_ops_that_exist_and_options_that_hold_the_default() -> None:
    for choice in CHOICES.values():
        assert set(choice.ops) <= set(NAMES)
        assert choice.value in choice.options
        assert choice.point
        assert choice.peers


def test_unknown_names_and_options_are_one_clear_line() -> None:
    with pytest.raises(ValueError, match="no choice called 'median'"), gs.subgradients(median=1.0):
        pass
    with pytest.raises(ValueError, match=r"relu can be 0.0 or 0.5 or 1.0, not 3.0"), gs.subgradients(relu=3.0):
        pass
