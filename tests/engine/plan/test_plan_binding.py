"""Binding: taking inputs out of arguments of a known kind gives what reading them gives; of other kinds nothing."""

from __future__ import annotations

from collections import namedtuple
from typing import Any

import numpy as np
import pytest
from agreement import same, t

import gradstudio as gs
from gradstudio import compile
from gradstudio.engine.plan.arguments import read
from gradstudio.engine.plan.binding import binder

Pair = namedtuple("Pair", "x y")
A, B, X = np.arange(3.0), np.arange(3.0) + 1.0, t(0.5)
W, V = gs.Variable([1.0, 2.0]), gs.Variable([1.0, 2.0])


class Thing:
    """An object with the identity that it was made with."""


class Equal:
    """An object that equals all of its kind."""

    def __eq__(self, other: object) -> bool:
        return type(other) is Equal

    def __hash__(self) -> int:
        return 1


THING = Thing()

CALLS: list[tuple[tuple[Any, ...], dict[str, Any]]] = [
    ((), {}),
    ((X,), {}),
    ((t(1.5),), {}),
    ((t(1.0, 2.0),), {}),
    ((t(1.0, 2.0, 3.0),), {}),
    ((t(1.0, 2.0, dtype=np.float32),), {}),
    ((t(1.5, dtype=np.float32),), {}),
    ((gs.constant(np.float16(1.5)),), {}),
    ((gs.constant(1.5 + 2.0j),), {}),
    ((gs.constant(True),), {}),
    ((gs.constant([1, 2]),), {}),
    ((A,), {}),
    ((B,), {}),
    ((A[::2],), {}),
    ((A.astype(">f8"),), {}),
    ((A.astype(np.float32),), {}),
    ((np.array(2.5),), {}),
    ((2.5,), {}),
    ((0.0,), {}),
    ((-0.0,), {}),
    ((np.float64(2.5),), {}),
    ((np.float32(2.5),), {}),
    ((np.int64(2),), {}),
    ((2,), {}),
    ((1,), {}),
    ((True,), {}),
    ((1.0 + 2.0j,), {}),
    (("1",), {}),
    ((b"1",), {}),
    ((None,), {}),
    ((X, X), {}),
    ((X, t(0.5)), {}),
    ((t(0.5), t(0.25)), {}),
    ((X, X, t(0.5)), {}),
    ((X, t(0.5), t(0.5)), {}),
    (([X, A],), {}),
    (((X, A),), {}),
    ((Pair(X, A),), {}),
    (([X], A), {}),
    (([], X), {}),
    (([X, [A, {"b": 1, "a": X}]],), {}),
    (({"a": X, "b": A},), {}),
    (({"b": A, "a": X},), {}),
    (({"a": A, "b": X},), {}),
    (({1: X, 2: A},), {}),
    ((), {"x": X}),
    ((), {"x": X, "y": A}),
    ((), {"y": A, "x": X}),
    ((X,), {"y": A}),
    ((W,), {}),
    ((V,), {}),
    ((THING, X), {}),
    ((Thing(), X), {}),
    ((Equal(), X), {}),
    ((gs.sin, X), {}),
    ((np.sin, X), {}),
    ((len, X), {}),
    ((np.float32, X), {}),
    ((np.dtype(np.float32), X), {}),
    ((slice, X), {}),
]


@pytest.mark.parametrize("floats", [True, False])
def test_a_binder_takes_what_reading_takes_and_only_from_its_own_kind(floats: bool) -> None:
    found = [read(args, kwargs, floats) for args, kwargs in CALLS]
    writers = 0
    for (args, kwargs), mine in zip(CALLS, found, strict=True):
        bind = binder(args, kwargs, floats)
        if bind is None:
            continue
        writers += 1
        taken = bind(args, kwargs)
        assert taken is not None
        assert len(taken) == len(mine.values)
        for other, theirs in zip(CALLS, found, strict=True):
            values = bind(*other)
            if mine.key != theirs.key:
                assert values is None, (args, other)
            elif values is not None:
                assert [type(v) for v in values] == [type(v) for v in theirs.values]
                assert all(np.array_equal(v, w) for v, w in zip(values, theirs.values, strict=True))
    assert writers > 40


def test_kinds_of_calls_that_take_turns() -> None:
    def f(x: Any, scale: Any = 2, **more: Any) -> Any:
        return x * scale + sum(more.values(), 0.0)

    compiled = compile(f)
    calls: list[tuple[tuple[Any, ...], dict[str, Any]]] = [
        ((X,), {}),
        ((A,), {}),
        ((X, 3), {}),
        ((X, 3.0), {}),
        ((t(1.0, 2.0), A[:2]), {"a": X, "b": 1.0}),
        ((X, X), {}),
    ]
    for _ in range(3):
        for args, kwargs in calls:
            same(compiled(*args, **kwargs), f(*[gs.constant(a) if a is A else a for a in args], **kwargs))
    assert (compiled.replays, compiled.reasons) == (2 * len(calls), [])


def test_what_a_run_depends_on_besides_its_arguments_is_looked_at() -> None:
    compiled = compile(gs.grad(gs.abs))
    zero = gs.constant(0.0)
    assert [compiled(zero).item() for _ in range(3)] == [0.0] * 3
    with gs.subgradients(abs=1.0):
        assert [compiled(zero).item() for _ in range(3)] == [1.0] * 3
    assert compiled(zero).item() == 0.0
    assert compiled.replays == 5
