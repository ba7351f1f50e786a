"""x[key] in its short way: the numbers, the node and the errors of the general one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import gradstudio as gs
from gradstudio.engine.primitive import TABLE
from gradstudio.engine.tensor import Tensor

M = np.arange(24.0).reshape(2, 3, 4) / 7.0 - 1.3
KEYS: list[Any] = [
    1,
    -1,
    True,
    None,
    ...,
    (),
    slice(1, None),
    slice(None, None, -1),
    (0, slice(0, 2)),
    (..., 2),
    (1, 2, 3),
    (slice(None), None, 1),
    [0, 1],
    (np.array([0, 1]), 1),
    M > 0,
    gs.constant(1),
    slice(gs.constant(0), gs.constant(1)),
]


def _general(x: Tensor, key: Any) -> Any:
    return TABLE["getitem"](x, key=key)


@pytest.mark.parametrize("place", range(len(KEYS)))
@pytest.mark.parametrize("follows", [True, False])
def test_a_key_gives_the_value_the_node_and_the_gradient_of_the_general_way(place: int, follows: bool) -> None:
    found = []
    for take in (Tensor.__getitem__, _general):
        x = gs.constant(M)
        with gs.GradientTape() as tape:
            if follows:
                tape.watch(x)
            y = take(x, KEYS[place])
        slope = tape.gradient(y, x)
        nodes = [(node.op, node.params) for node in tape._nodes]
        found.append((y.numpy().tolist(), y.dtype, str(nodes), None if slope is None else slope.numpy().tolist()))
    assert found[0] == found[1]
    assert (found[0][3] is None) is not follows


@pytest.mark.parametrize("key", [2, (0, 0, 0, 0), "a", 1.5, (0, gs.constant(0.5))])
def test_what_is_no_key_is_refused_in_the_words_of_the_general_way(key: Any) -> None:
    said = []
    for take in (Tensor.__getitem__, _general):
        with pytest.raises((IndexError, TypeError)) as caught:
            take(gs.constant(M), key)
        said.append((caught.type, str(caught.value)))
    assert said[0] == said[1]


def test_tapes_inside_each_other_follow_what_is_taken() -> None:
    x = gs.constant(M[0, 0])
    with gs.GradientTape() as outer:
        outer.watch(x)
        with gs.GradientTape() as inner:
            inner.watch(x)
            y = x[1] * x[1] * x[2]
        slope = inner.gradient(y, x)
        total = slope[1] + slope[2]
    np.testing.assert_allclose(
        outer.gradient(total, x).numpy(), [0.0, 2 * M[0, 0, 2] + 2 * M[0, 0, 1], 2 * M[0, 0, 1], 0.0]
    )
