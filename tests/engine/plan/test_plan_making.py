"""What making a plan leaves behind, and how little of it is made twice."""

from __future__ import annotations

import gc
import weakref
from typing import Any

import numpy as np
import pytest
from agreement import agrees, recorded, rows, t

import gradstudio as gs
from gradstudio.engine.plan.backends import source, straight
from gradstudio.engine.plan.backends.cutting import cuts


def loop(x: Any, turns: int) -> Any:
    with gs.GradientTape() as tape:
        tape.watch(x)
        y = x
        for k in range(turns):
            y = gs.sin(y) * (1.0 + 0.01 * k) + x * 0.5
    return y, tape.gradient(y, x)


def test_turns_of_a_loop_are_compiled_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(straight, "LENGTH", 40)
    compiled: list[str] = []

    def counted(text: str, *more: Any, **words: Any) -> Any:
        compiled.append(text)
        return compile(text, *more, **words)

    monkeypatch.setattr(source, "compile", counted, raising=False)
    parts = []
    for turns in (100, 400):
        compiled.clear()
        made = gs.compile(lambda x, turns=turns: loop(x, turns), jit=False)
        made(t(0.5))
        assert [v.item() for v in made(t(0.75))] == [v.item() for v in loop(t(0.75), turns)]
        parts.append(sum(text.startswith("def part") for text in compiled))
    assert parts[0] == parts[1] < 12


def test_cuts_fall_on_the_same_place_of_every_turn() -> None:
    body = recorded(lambda x: loop(x, 300), t(0.5)).body
    found = cuts(body, 100)
    assert found[-1] == len(body)
    lengths = np.diff([0, *found])
    assert (lengths[1:-1] >= 50).all()
    assert (lengths <= 100).all()
    names = [item.row.name for item in body]  # type: ignore[union-attr]
    before = [tuple(names[end - 8 : end]) for end in found[:-1]]
    assert len(set(before)) <= 4  # some on the way forward, some on the way back
    assert cuts(body, len(body)) == [len(body)]


def test_expressions_are_computed_in_the_order_in_which_they_were_written() -> None:
    def f(a: Any, b: Any, c: Any) -> Any:
        first = a - (b - c) + (a + (b + c)) - a * (b * c) + (a * b) * c
        second = a / (b / c) - a / (b * c) + (a / b) * c - (-(a + b)) * -c + -(a * -b)
        third = (1.0 - (a - b)) * (a + 0.1) * (c * (b - a)) - 1.0 / (a * b) - 1.0 / a * b
        fourth = gs.where(a > b, a - b, b - a) * gs.where(a * c > b, c, -c) - gs.square(a - gs.reciprocal(b + c))
        return first, second, third, fourth

    compiled = gs.compile(f, jit=False)
    random = np.random.default_rng(3)
    for a, b, c in random.normal(size=(50, 3)) * 10.0 ** random.integers(-8, 8, (50, 3)):
        args = (t(a), t(b), t(c))
        assert [y.item() for y in compiled(*args)] == [y.item() for y in f(*args)]
    assert compiled.replays == 49


def test_a_result_does_not_hold_what_it_was_made_of() -> None:
    kept: list[Any] = []

    def f(x: Any) -> Any:
        with gs.GradientTape() as tape:
            tape.watch(x)
            inner = gs.exp(x * np.ones(5))
            kept.append(weakref.ref(inner.value))
            y = gs.sum(gs.sin(inner))
        return y, tape.gradient(y, x)

    found = gs.compile(f)(t(0.5))
    gc.collect()
    assert kept[0]() is None
    assert [(y.inputs, y.token) for y in found] == [((), None)] * 2


def test_a_variable_is_followed_only_while_it_is_recorded() -> None:
    w = gs.Variable([1.0, 2.0])
    f = gs.compile(lambda x: gs.sum(w * x))
    assert f(t(2.0)).item() == 6.0
    assert w._held.token is None
    with gs.GradientTape(persistent=True) as tape:
        y = f(t(2.0)) * w
    assert tape.gradient(y, w).tolist() == [6.0 + 2.0 * 3.0, 6.0 + 2.0 * 3.0]


def test_values_that_no_tape_follows_are_part_of_the_plan() -> None:
    def f(x: Any, n: Any) -> Any:
        with gs.GradientTape() as tape:
            tape.watch(x)
            weight = gs.cast(x > 0.5, x.dtype) + gs.cast(n, x.dtype) * 0.5
            y = gs.sum(x * x * gs.stop_gradient(gs.floor(x * 3.0)) * weight)
        return y, tape.gradient(y, x), n * 2 + gs.argmax(x)

    x, n = np.array([0.2, 0.7, 1.9]), np.array([1, 2, 3])
    agrees(f, (gs.constant(x), gs.constant(n)), (gs.constant(x[::-1] * 0.9), gs.constant(n + 4)))


def test_ops_of_other_threads_are_none_of_the_plan() -> None:
    from threading import Thread

    w = gs.Variable(2.0)

    def f(x: Any) -> Any:
        y = w * x
        other = Thread(target=lambda: gs.sin(w * 3.0) + w)
        other.start()
        other.join()
        return y + 1.0

    assert rows(recorded(f, t(3.0))) == ["multiply", "add"]
