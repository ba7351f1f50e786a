"""Sums over the passes of a loop as one product: fewer steps, and the same gradients."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from agreement import agrees, recorded, rows

import gradstudio as gs
from gradstudio.engine.plan.passes import improve, improve_arrays, loops

STEPS = 12
WX, WH, B = (np.cos(1.7 * np.arange(float(np.prod(d))) + 0.3).reshape(d) * 0.5 for d in ((4, 6), (6, 6), (6,)))
X = np.sin(np.arange(STEPS * 5 * 4.0)).reshape(STEPS, 5, 4)
H = np.zeros((5, 6))


def recurrent(wx: Any, wh: Any, b: Any, x: Any, h: Any) -> Any:
    with gs.GradientTape() as tape:
        tape.watch([wx, wh, b])
        for t in range(STEPS):
            h = gs.tanh(x[t] @ wx + h @ wh + b)
        loss = gs.mean(h * h)
    return loss, tape.gradient(loss, [wx, wh, b])


def tensors(factor: float, dtype: Any) -> tuple[Any, ...]:
    return tuple(gs.constant((a * factor).astype(dtype)) for a in (WX, WH, B, X, H))


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_the_gradients_of_weights_are_one_product_each(dtype: Any) -> None:
    program = recorded(recurrent, *tensors(1.0, dtype))
    before = rows(program).count("matmul")
    improve(program)
    improve_arrays(program)
    # Two products in each pass and one back, but for the first, and two for the weights.
    assert (before, rows(program).count("matmul")) == (5 * STEPS - 1, 3 * STEPS - 1 + 2)
    assert rows(program).count("stacked") == 3
    agrees(recurrent, tensors(1.0, dtype), tensors(-0.7, dtype), tolerance=1e-11, jit=False)


def terms(count: int, x: Any, w: Any) -> list[Any]:
    return [gs.transpose(gs.sin(x * k)) @ (w + k) for k in range(1, count + 1)]


def test_what_is_joined() -> None:
    x, w = gs.constant(np.arange(12.0).reshape(3, 4)), gs.constant(np.ones((3, 2)))

    def joined(f: Any) -> int:
        program = recorded(f, x, w)
        improve(program)
        improve_arrays(program)
        agrees(f, (x, w), (x * 0.5, w * -2.0), tolerance=1e-11)
        return rows(program).count("stacked")

    assert joined(lambda x, w: sum(terms(10, x, w)[1:], terms(10, x, w)[0])) == 2
    assert joined(lambda x, w: sum(terms(4, x, w)[1:], terms(4, x, w)[0])) == 0  # too few
    assert joined(lambda x, w: sum([*terms(9, x, w)[1:], gs.transpose(x)[:, :2]], gs.ones((4, 2)) * gs.sum(w))) == 2
    assert joined(lambda x, w: sum([*terms(9, x, w), *[gs.transpose(x) @ w[:, :1] * k for k in range(9)]], 0.5)) == 2
    assert joined(lambda x, w: [*terms(9, x, w), sum(terms(9, x, w)[1:], terms(9, x, w)[0])]) == 0  # used elsewhere

    def halves(x: Any, w: Any) -> Any:  # additions in any order
        parts = terms(16, x, w)
        while len(parts) > 1:
            parts = [a + b for a, b in zip(parts[::2], parts[1::2], strict=True)]
        return parts[0]

    assert joined(halves) == 2

    def totals(x: Any, w: Any, **how: Any) -> Any:
        parts = [gs.sum(gs.sin(x * k), axis=0, **how) for k in range(1, 11)]
        return sum(parts[1:], parts[0])

    assert joined(totals) == 1
    assert joined(lambda x, w: totals(x, w, keepdims=True)) == 0

    def seen(x: Any, w: Any) -> Any:  # Python reads a part of the sum
        parts = terms(10, x, w)
        first = parts[0] + parts[1]
        return sum(parts[2:], first) if gs.sum(first) > -1e9 else first

    assert joined(seen) == 2


def test_what_is_stacked_is_made_there_and_the_rest_is_copied() -> None:
    compiled = agrees(recurrent, tensors(1.0, np.float64), tensors(-0.7, np.float64), tolerance=1e-11, jit=False)
    assert compiled.sources[0].count("copyto(") == 1  # the first state, which is an argument
    assert compiled.sources[0].count("    stacked(") == 1  # the arguments

    def again(x: Any, w: Any) -> Any:  # parts that are used in two stacks, twice in one, and after it
        rows = [gs.sin(x * k) for k in range(1, 10)]
        first = sum([gs.transpose(a) @ a for a in rows[1:]], gs.transpose(rows[0]) @ rows[0])
        second = sum([gs.transpose(a) @ w for a in [*rows[1:], rows[0]]], gs.transpose(rows[0]) @ w)
        return gs.cos(first) @ second, rows[3] * 1.0, sum(rows[1:], rows[0]) - gs.sum(second)

    x, w = gs.constant(np.arange(12.0).reshape(3, 4)), gs.constant(np.ones((3, 2)))
    agrees(again, (x, w), (x * 0.5, w * -2.0), tolerance=1e-11, jit=False)


def test_what_would_take_too_much_memory_is_not_joined(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loops, "_MOST_BYTES", 5 * 6 * 8 * STEPS - 1)
    program = recorded(recurrent, *tensors(1.0, np.float64))
    improve(program)
    improve_arrays(program)
    assert rows(program).count("matmul") == 5 * STEPS - 1
