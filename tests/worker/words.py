"""Messages of a worker, and the same ones spoilt: one value of one field, somewhere inside, becomes another."""

from __future__ import annotations

import random
from functools import cache
from typing import Any

import msgspec
import numpy as np

from gradstudio.diagnosis import diagnose
from gradstudio.engine.trace import Trace
from gradstudio.export import csv_table, graphml, json_graph
from gradstudio.export.base import Job
from gradstudio.graph.build import build
from gradstudio.graph.folding import FoldState, fold
from gradstudio.language.program import run_program
from gradstudio.language.repeat import Repeat
from gradstudio.layout import layout
from gradstudio.layout.model import Options
from gradstudio.picture.anatomy import sizes
from gradstudio.picture.build import build_picture
from gradstudio.picture.model import Level
from gradstudio.picture.tokens import load_theme
from gradstudio.studio.line_notes import line_notes
from gradstudio.studio.passes import passages
from gradstudio.studio.sweeps import best_sweep, labels
from gradstudio.worker import codec
from gradstudio.worker.conversation import Conversation
from gradstudio.worker.messages import Draw, Drawn, Finished, Ready, Renewed, Run

THEME = load_theme("light")
TEXTS = (
    "x = 3.0\ny = sin(x) ** 2 + x * ones(5)\n",
    "w = 0.5\nfor i in range(3):\n    w = tanh(w) * 2.0\nprint(w)\nz = floor(w)\n",
    "import gradstudio as tf\nx = tf.constant([1.0, -2.0])\nwith tf.GradientTape(persistent=True) as t:\n"
    "    t.watch(x)\n"
    "    def f(a):\n        return tf.reduce_sum(a * a)\n    y = f(x) / 0.0\n    z = f(y) + ...\n"
    "g = t.gradient(y, x)\nh = t.gradient(z, [x, y])\n",
)


@cache
def bodies() -> tuple[tuple[str, bytes, bytes], ...]:
    """For each text: the end of its run, and that of a run with another number; b"" where there is none."""
    made = []
    for text in TEXTS:
        run = run_program(text, {}, lambda _: None)
        assert run.recorder is not None
        trace = run.recorder.trace()
        end = codec.frame(Finished(1, run.status, trace, tuple(run.problems)))[8:]
        again = None
        if not run.problems:
            other = text.replace("3.0", "4.0").replace("0.5", "0.6")
            again = Repeat(text, run.recorder, run.witness, trace).again(other)
        renewed = b"" if again is None else codec.frame(Renewed(2, again.span, again.values, again.flows))[8:]
        made.append((text, end, renewed))
    return tuple(made)


@cache
def drawings() -> tuple[tuple[str, Trace, bytes], ...]:
    """For each text: its trace, and the picture of all its records."""
    made = []
    for text in (*TEXTS, "x = 0.5\n" + "x = sin(x)\n" * 3 + "for i in range(20):\n    x = sin(x) * 1.01\n"):
        run = run_program(text, {}, lambda _: None)
        assert run.recorder is not None
        trace = run.recorder.trace()
        whole = build(trace, text, -1)
        graph = fold(whole, FoldState())
        made.append(
            (text, trace, codec.frame(Drawn(1, whole, graph, layout(graph, sizes(graph), Options(), None)))[8:])
        )
    return tuple(made)


def use_drawn(text: str, trace: Trace, body: bytes) -> None:
    """Take a picture as the window does, and paint it. Raises BadMessage."""
    conversation = Conversation("draw")
    conversation.heard(Ready(()))
    conversation.asked(Draw(1, trace, text, -1))
    drawn = conversation.heard(codec.reply(body))
    assert isinstance(drawn, Drawn)
    for level in Level:
        build_picture(drawn.graph, drawn.layout, trace, THEME, level)
    if drawn.whole is not None:
        line_notes(trace, -1, drawn.graph, passages(trace, -1, drawn.whole, FoldState()))
        fold(drawn.whole, FoldState())


def use(text: str, end: bytes, renewed: bytes = b"") -> None:
    """Take messages as the window does, and read all that can be read of what is let through. Raises BadMessage."""
    conversation = Conversation("run")
    conversation.heard(Ready(()))
    conversation.asked(Run(1, text))
    message = conversation.heard(codec.reply(end))
    assert isinstance(message, Finished)
    _read(message, text)
    if renewed:
        conversation.asked(Run(2, text))
        again = conversation.heard(codec.reply(renewed))
        assert isinstance(again, Renewed)
        _read(codec.finished(again, message), text)


def _read(message: Finished, text: str) -> None:
    for problem in message.problems:
        assert len(problem.message) < 3000
    trace = message.trace
    if trace is None:
        return
    labels(trace)
    best_sweep(trace)
    diagnose(trace, text)
    for sweep in range(-1, len(trace.sweeps)):
        whole = build(trace, text, sweep)
        found = passages(trace, sweep, whole, FoldState())
        graph = fold(whole, FoldState())
        line_notes(trace, sweep, graph, found)
        stood = layout(graph, sizes(graph), Options(), None)
        for level in Level:
            build_picture(graph, stood, trace, THEME, level)
    job = Job("a.py", text, trace, sweep, whole, graph, stood, THEME)
    for write in (csv_table.write, json_graph.write, graphml.write):
        write(job)


def spoilt(body: bytes, chance: random.Random) -> bytes:
    """One value changed, or some bytes."""
    if chance.random() < 0.15:
        found = bytearray(body)
        for _ in range(chance.choice((1, 1, 2, 8))):
            found[chance.randrange(len(found))] = chance.randrange(256)
        return bytes(found[: chance.choice((len(found), chance.randrange(len(found))))])
    message = msgspec.msgpack.decode(body)
    owner, key = chance.choice(list(_places(message)))
    owner[key] = _other(owner[key], chance)
    if owner[key] is _GONE:
        del owner[key]
    return msgspec.msgpack.encode(message)


_GONE = object()
_NUMBERS = (0, 1, -1, 2, 3, 5, 100, -100, 2**31 - 1, -(2**31), 2**32, 2**63 - 1, -(2**63), 0.5, -1e308, float("nan"),
            float("inf"), True, None)  # fmt: skip
_WORDS = ("", "x", "ok", "loop", "pass", "call", "sin", "f" * 100_000, "a\nb\u202ec", "\0", "float64", "died")


def _places(owner: Any) -> Any:
    for key in owner if isinstance(owner, dict) else range(len(owner)):
        yield owner, key
        if isinstance(owner[key], dict | list):
            yield from _places(owner[key])


def _other(value: Any, chance: random.Random) -> Any:
    roll = chance.random()
    if roll < 0.08:
        return chance.choice((_GONE, None, [], {}, "", 0, [[]], [value], msgspec.msgpack.Ext(1, b"<f8|1|" + bytes(8))))
    if isinstance(value, msgspec.msgpack.Ext):
        return _other_array(bytes(value.data), chance)
    if isinstance(value, str):
        return chance.choice(_WORDS)
    if isinstance(value, list) and value:
        at = chance.randrange(len(value))
        return chance.choice((value[:at], value + value[at:], value[::-1], value * 2, value[at:]))
    return chance.choice(_NUMBERS)


def _other_array(data: bytes, chance: random.Random) -> msgspec.msgpack.Ext:
    array = codec._array(memoryview(data)).copy()
    flat = array.reshape(-1)
    kind = chance.randrange(5)
    if kind < 3 and flat.size:
        with np.errstate(all="ignore"):
            flat[chance.randrange(flat.size)] = np.array(chance.choice(_NUMBERS[:-2]), np.float64).astype(array.dtype)
        if kind == 0:
            flat[chance.randrange(flat.size)] = chance.randrange(100)
    elif kind == 3:
        array = chance.choice((array[:-1], np.concatenate([array, array]), array[::-1], array[:0], array[..., None]))
    else:
        with np.errstate(all="ignore"):
            array = array.astype(chance.choice(("i1", "i4", "i8", "u8", "f2", "f4", "f8", "c16", "b1")))
    made = codec._encode(array)
    assert isinstance(made, msgspec.msgpack.Ext)
    return made
