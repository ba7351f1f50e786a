"""Replays of every op: forward and backward from other values, bit by bit what a recording of these values says."""

from __future__ import annotations

import gc
from typing import Any

import numpy as np
import pytest

import gradstudio as gs
from gradstudio.engine.primitive import TABLE, Primitive, Sample
from gradstudio.engine.recorder import Recorder
from gradstudio.engine.replay import NotReplayableError, Replay
from gradstudio.engine.structure import flatten
from gradstudio.engine.tensor import Tensor
from gradstudio.engine.trace import Flow, Summaries
from gradstudio.engine.witness import Witness, watched

CASES = [
    pytest.param(row, sample, id=f"{row.name}-{k}") for row in TABLE.values() for k, sample in enumerate(row.samples)
]


def recorded(row: Primitive, sample: Sample, inputs: list[Any]) -> tuple[Recorder, Witness, list[Tensor]]:
    """The op on some inputs, with its gradient and something that uses both."""
    recorder, witness = Recorder("no file"), Witness()
    with np.errstate(all="ignore"), recorder, watched(witness):
        leaves = [gs.constant(x) if is_floating(x) else x for x in inputs]
        followed = [t for t in leaves if isinstance(t, Tensor)]
        with gs.GradientTape() as tape:
            tape.watch(followed)
            results = row(leaves, **sample.params) if row.variadic else row(*leaves, **sample.params)
            floats = [y for y in flatten(results) if isinstance(y, Tensor) and y.dtype.kind == "f"]
            target = sum(gs.sum(y * y) for y in floats) if floats else None
        if isinstance(target, Tensor):
            for g in tape.gradient(target, followed):
                if g is not None and type(g) is Tensor:
                    gs.sum(g) * target
    return recorder, witness, followed


def is_floating(x: Any) -> bool:
    return type(x) is float or (isinstance(x, np.ndarray | np.floating) and x.dtype.kind == "f")


def moved(x: Any) -> Any:
    """An input a little further on."""
    if type(x) is float:
        return x * 0.75 + 0.125
    return np.asarray(x * np.asarray(0.75, x.dtype) + np.asarray(0.125, x.dtype)) if is_floating(x) else x


def columns(recorder: Recorder) -> list[np.ndarray]:
    """All numbers of a picture."""
    found: list[np.ndarray] = []
    for part in (recorder.values(), *recorder.flows()):
        for piece in (
            (part.cotangents, part.edge_share, part.edge_sign, part.edge_rms) if type(part) is Flow else (part,)
        ):
            if isinstance(piece, Summaries):
                names = ("size", "minimum", "maximum", "mean", "rms", "negative", "zero", "positive", "infinite", "nan")
                found += [getattr(piece, name) for name in (*names, "thumbnail_start", "thumbnail")]
            else:
                found.append(piece)
    return found


@pytest.mark.parametrize(("row", "sample"), CASES)
def test_a_replayed_op_says_what_a_recorded_one_says(row: Primitive, sample: Sample) -> None:
    given = list(sample.inputs[0]) if row.variadic and len(sample.inputs) == 1 else list(sample.inputs)
    if not any(map(is_floating, given)):
        pytest.skip("no floating input")
    recorder, witness, leaves = recorded(row, sample, given)
    other = [moved(x) for x in given]
    try:
        wanted, _, there = recorded(row, sample, other)
    except (ValueError, TypeError):
        pytest.skip("the other input is none for this op")
    try:
        replay = Replay(recorder, witness)
    except NotReplayableError as reason:
        pytest.skip(str(reason))
    if not replay.run({recorder.number_of(t): new.value for t, new in zip(leaves, there, strict=True)}):
        pytest.skip("another value makes another run")
    for mine, theirs in zip(columns(recorder), columns(wanted), strict=True):
        assert mine.dtype == theirs.dtype
        assert np.array_equal(mine, theirs, equal_nan=mine.dtype.kind == "f")


def test_most_ops_can_be_replayed() -> None:
    done = tried = 0
    for case in CASES:
        row, sample = case.values
        given = list(sample.inputs[0]) if row.variadic and len(sample.inputs) == 1 else list(sample.inputs)
        if any(map(is_floating, given)):
            tried += 1
            try:
                Replay(*recorded(row, sample, given)[:2])
                done += 1
            except (NotReplayableError, ValueError, TypeError):
                pass
    assert done > 0.85 * tried


def test_nobody_looks_for_garbage_while_a_long_run_is_made_ready() -> None:
    recorder, witness = Recorder("no file"), Witness()
    with recorder, watched(witness), gs.GradientTape() as tape:
        x = gs.constant(0.5)
        tape.watch(x)
        y = x
        for _ in range(3000):
            y = y * 0.999 + x
        tape.gradient(y, x)
    seen: list[str] = []
    gc.collect()
    gc.callbacks.append(lambda phase, _: seen.append(phase))
    try:
        Replay(recorder, witness)
    finally:
        gc.callbacks.pop()
    assert gc.isenabled()
    assert seen.count("start") <= 1  # the one that was put off
