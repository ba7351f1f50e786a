"""The filter language: what it finds, what it refuses and in which words, and that nothing else ever comes of it."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradstudio.engine.trace import Trace
from gradstudio.graph.build import build
from gradstudio.graph.filter import Filter, FilterError, is_expression, match
from gradstudio.graph.filter_parser import COMPARISONS, DEEPEST, LONGEST
from gradstudio.graph.filter_words import HELP, KINDS, NUMBERS, SHAPE, TEXTS, UNITS
from gradstudio.graph.model import Graph
from gradstudio.language.program import run_program

TEXT = """\
import gradstudio as gs
w = gs.Variable([[1.0, -2.0], [0.0, 3.0]])
x = gs.Variable(-2.0)
root = gs.Variable([0.0, 4.0])
with gs.GradientTape() as t:
    h = gs.tanh(w * 0.0)
    k = gs.sqrt(root)
    aside = gs.log(gs.constant(0.0)) * 0.0
    y = x * x
    loss = gs.sum(h) + gs.sum(k) + y
g = t.gradient(loss, [w, x, root])
"""
"""dloss/dx = -4; dloss/dw = 0; dloss/droot is infinite and 0.25; aside is NaN and has no gradient."""


@cache
def shown() -> tuple[Graph, Trace]:
    with np.errstate(all="ignore"):
        run = run_program(TEXT, {}, lambda printed: None)
    assert run.recorder is not None
    assert run.status == "ok", run.problems
    trace = run.recorder.trace()
    return build(trace, TEXT, 0), trace


def titles(text: str) -> list[str]:
    graph, trace = shown()
    found = match(graph, trace, text)
    assert (found.shape, found.dtype) == (graph.record.shape, bool)
    return [graph.title[i] for i in np.flatnonzero(found)]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("g == 0", ["w"]),
        ("g = 0 and kind == parameter", ["w"]),
        ("g == −4", ["x"]),
        ("g < 0", ["x"]),
        ("|g| > 3.9 and |g| < 4.1", ["x"]),
        ("|g| < 1e-7 and kind == parameter", ["w"]),
        ("|g| > 0.9 and op == multiply", ["w * 0.0", "y"]),
        ("inf(g)", ["root"]),
        ("nan(v)", ["aside"]),
        ("nan ( value )", ["aside"]),
        ("inf(v)", ["log(constant(0.0))"]),
        ("none(g) and kind == op", ["log(constant(0.0))", "aside"]),
        ("op == tanh", ["h"]),
        ("tanh == op", ["h"]),
        ("op in (tanh, sqrt)", ["h", "k"]),
        ("op in (tanh)", ["h"]),
        ('name == "loss"', ["loss"]),
        ("name == 'loss'", ["loss"]),
        ("name != loss and line == 10", ["sum(h)", "sum(k)", "sum(h) + sum(k)"]),
        ("name ~ SUM and op == sum", ["sum(h)", "sum(k)"]),
        ("line in 6..7", ["w * 0.0", "h", "k"]),
        ("line in 7 .. 7", ["k"]),
        ("6 <= line <= 7", ["w * 0.0", "h", "k"]),
        ("7 ≥ line ≥ 6", ["w * 0.0", "h", "k"]),
        ("6 < line < 8 or name == x", ["k", "x"]),
        ("shape == [2, 2]", ["w", "w * 0.0", "h"]),
        ("shape == [2]", ["root", "k"]),
        ("shape == [] and kind == parameter", ["x"]),
        ("shape != [] and kind == parameter", ["w", "root"]),
        ("bytes == 32 B", ["w", "w * 0.0", "h"]),
        ("bytes >= 0.032kB", ["w", "w * 0.0", "h"]),
        ("elements == 2", ["root", "k"]),
        ("zeros > 40% and zeros <= 50 %", ["root", "k"]),
        ("time > 1000s", []),
        ("uses == 2", ["x"]),
        ("not (line > 3 or line < 2)", ["w", "x"]),
        ("not line > 3 and not line < 2", ["w", "x"]),
        ("line == 2 or line == 3 and name == x", ["w", "x"]),
        ("(line == 2 or line == 3) and name == x", ["x"]),
        ("kind == data", ["constant(0.0)"]),
        ("dtype == float64 and name == y", ["y"]),
        ("|v| == 2 and line == 3", ["x"]),
        ("v == -2", ["x"]),
        ("|line| == 3", ["x"]),
        # what is not there fits no comparison
        ("(g == 0 or g != 0) and line == 8", []),
        # plain words
        ("tanh", ["h"]),
        ("TANH l6", ["h"]),
        ("L7", ["k"]),
        ("l1", []),
        ("loss", ["loss"]),
        ('"sum(h)"', ["sum(h)", "sum(h) + sum(k)"]),
        ("sum(h) sum(k)", ["sum(h) + sum(k)"]),
        ("parameter", ["w", "root", "x"]),
    ],
)  # fmt: skip
def test_it_finds_what_is_meant(text: str, wanted: list[str]) -> None:
    assert titles(text) == wanted


def test_an_empty_filter_lets_everything_through() -> None:
    graph, _ = shown()
    assert titles("  ") == list(graph.title)


@pytest.mark.parametrize(
    ("text", "position", "words"),
    [
        ("g <", 3, "missing before the end"),
        ("< 3", 0, "missing before “<”"),
        ("grad < 3", 0, "“grad” is none of the words v, g, value"),
        ("g < 3 loss", 6, "“loss” does not belong here: join two conditions with and / or"),
        ("(g < 3", 6, ") is missing after a condition, before the end"),
        ("g < 3)", 5, "“)” does not belong here"),
        ("|g < 3", 3, "| is missing after g"),
        ("|3| < g", 1, "between bars stands a word"),
        ("op < tanh", 0, "op is a text: use ==, != or ~"),
        ("op == [2]", 6, "which “[2]” is not"),
        ("g ~ 3", 0, "~ looks into a text"),
        ("kind == weight", 8, "a kind is op, parameter, input, data, gradient, not “weight”"),
        ("shape == 3", 9, "a shape is compared as in shape == [200,3]"),
        ("shape == [2,x]", 12, "whole numbers"),
        ("shape == [2 3]", 12, ", is missing between the sizes"),
        ("time > 3MB", 7, "3MB is a number of bytes, and time is a time"),
        ("time > 40%", 7, "40% is a plain number, and time is a time"),
        ("time > 3 parsecs", 9, "“parsecs” does not belong here"),
        ("time > 3parsecs", 8, "parsecs is no unit: use ns, us"),
        ("line in 3", 9, ".. is missing between the ends of a range"),
        ("line in 3..", 11, "missing before the end"),
        ("op in (tanh", 11, ") is missing after the list"),
        ("nan(line)", 4, "nan() is asked of v or g, not of “line”"),
        ("none(v)", 5, "none() is asked of g, not of “v”"),
        ("nan(g", 5, ") is missing after nan(g"),
        ("g < 3 and not", 13, "missing before the end"),
        ("g < - x", 6, "after a minus stands a number"),
        ('name == "loss', 8, "a quotation mark without its end"),
        ("g < 3; 2", 5, "';' means nothing here"),
        ("g == __import__", 5, "none of the words"),
        ("g < 1 and line", 14, "nothing is asked of “line”: compare it, as in line > 0"),
        ("(" * 60 + "g < 1" + ")" * 60, DEEPEST, f"more than {DEEPEST} parentheses"),
        ("not " * 60 + "g < 1", 4 * DEEPEST, f"more than {DEEPEST} parentheses"),
        ("g < 1 and " * 60 + "g < 1", LONGEST, f"at most {LONGEST} characters"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_in_one_line_with_its_place(text: str, position: int, words: str) -> None:
    graph, trace = shown()
    with pytest.raises(FilterError) as caught:
        match(graph, trace, text)
    said = str(caught.value)
    assert words in said
    assert "\n" not in said
    assert caught.value.position == position
    assert said.endswith(f"(at character {position + 1})")


@pytest.mark.parametrize(
    "text", ["loss", "X @ w", "h * h", "tanh L10", '"axis=1"', "'a < b'", "nan", "inside", "", "a.b(c)"]
)
def test_plain_words_are_no_expression(text: str) -> None:
    assert not is_expression(text)


@pytest.mark.parametrize("text", ["g<1", "a = b", "|g|", "nan(g)", "x in", "1..2", "name ~ x"])
def test_signs_make_an_expression(text: str) -> None:
    assert is_expression(text)


def test_names_that_begin_so_are_known_in_either_case() -> None:
    graph, trace = shown()
    found = Filter(graph, trace).begins(" LO")
    assert [graph.title[i] for i in np.flatnonzero(found)] == ["log(constant(0.0))", "loss"]


def test_help_speaks_of_every_word() -> None:
    said = " ".join(f"{written} {means}" for written, means in HELP)
    for word in (*NUMBERS, *TEXTS, SHAPE, *KINDS, *COMPARISONS, "and", "or", "not", "nan(", "inf(", "none("):
        short = {"value": "v", "gradient": "g", "value_rms": "|v|", "gradient_rms": "|g|"}.get(word, word)
        assert short in said, word


_PIECES = st.sampled_from(
    [*NUMBERS, *TEXTS, SHAPE, *KINDS, *COMPARISONS, *UNITS, "and", "or", "not", "in", "..", "(", ")", "[", "]", "|",
     ",", "-", "−", "1", "0.5", "\n",
      "1e-7", "1e999", "nan", "inf", "none", '"loss"', "'", '"', "tanh", "=", "&", "!", "٣", "²"]
)  # fmt: skip


@given(st.one_of(st.text(max_size=60), st.lists(_PIECES, max_size=25).map(" ".join), st.lists(_PIECES).map("".join)))
@settings(max_examples=1500, deadline=None)
def test_any_text_gives_nodes_or_one_line(text: str) -> None:
    graph, trace = shown()
    wrong: FilterError | None = None
    try:
        found = match(graph, trace, text)
    except FilterError as error:
        wrong = error
    if wrong is None:
        assert (found.shape, found.dtype) == (graph.record.shape, bool)
    else:
        assert len(str(wrong).splitlines()) == 1
        assert 0 <= wrong.position <= max(len(text), LONGEST)


@given(st.floats(allow_nan=False), st.sampled_from(["<", "<=", ">", ">=", "==", "!="]))
@settings(max_examples=200, deadline=None)
def test_every_number_can_be_written_and_compared(number: float, sign: str) -> None:
    graph, trace = shown()
    if np.isinf(number):
        return
    found = match(graph, trace, f"v {sign} {number!r}")
    v = trace.records.values.mean[graph.record]
    wanted = {"<": v < number, "<=": v <= number, ">": v > number, ">=": v >= number, "==": v == number}
    wanted["!="] = (v != number) & ~np.isnan(v)
    assert found.tolist() == wanted[sign].tolist()
