"""Measures: every number of a node, by values worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gradstudio.engine.trace import Trace
from gradstudio.graph.build import build
from gradstudio.graph.measures import MEASURES, measure
from gradstudio.graph.model import Fold, Graph
from gradstudio.language.program import run_program

TEXT = """\
import gradstudio as gs
w = gs.Variable([3.0, -4.0, 0.0, 0.0])
x = gs.Variable(-2.0)
with gs.GradientTape() as t:
    square = w * w
    aside = x * 3.0
    for k in range(2):
        square = square * x
    loss = gs.sum(square)
g = t.gradient(loss, [w, x])
"""
"""square = x² w² = 4 w²; dloss/dw = 8 w; dloss/dx = 2 x sum(w²) = -100."""


def shown(text: str = TEXT, sweep: int = 0) -> tuple[Graph, Trace]:
    with np.errstate(all="ignore"):
        run = run_program(text, {}, lambda printed: None)
    assert run.recorder is not None
    assert run.status == "ok", run.problems
    trace = run.recorder.trace()
    return build(trace, text, sweep), trace


def of(name: str, title: str, graph: Graph, trace: Trace) -> float:
    return float(measure(name).values(graph, trace)[graph.title.index(title)])


@pytest.mark.parametrize(
    ("name", "title", "wanted"),
    [
        ("value", "x", -2.0),
        ("value", "w", -0.25),
        ("value", "loss", 100.0),
        ("value_rms", "x", 2.0),
        ("value_rms", "w", 2.5),
        ("gradient", "x", -100.0),
        ("gradient", "w", 20.0),
        ("gradient", "loss", 1.0),
        ("gradient", "aside", np.nan),
        ("gradient_rms", "x", 100.0),
        ("gradient_rms", "w", 20.0),
        ("gradient_max", "x", 100.0),
        ("gradient_max", "w", 32.0),
        ("elements", "x", 1.0),
        ("elements", "w", 4.0),
        ("bytes", "x", 8.0),
        ("bytes", "w", 32.0),
        ("zeros", "x", 0.0),
        ("zeros", "w", 0.5),
        ("uses", "w", 2.0),
        ("uses", "x", 3.0),
        ("uses", "loss", 0.0),
        ("pass", "loss", np.nan),
        ("time", "w", 0.0),
    ],
)
def test_each_measure_is_what_it_says(name: str, title: str, wanted: float) -> None:
    assert of(name, title, *shown()) == pytest.approx(wanted, nan_ok=True)


def test_every_measure_is_a_number_for_every_node() -> None:
    graph, trace = shown()
    for m in MEASURES:
        values = m.values(graph, trace)
        assert (values.shape, values.dtype) == (graph.record.shape, np.float64), m.name
    assert len({m.name for m in MEASURES}) == len({m.title for m in MEASURES}) == len(MEASURES)
    with pytest.raises(KeyError):
        measure("colour")


def test_passes_count_from_one_and_the_innermost_counts() -> None:
    text = "x = 2.0\ny = x\nfor i in range(2):\n    for k in range(3):\n        y = y * x\n    y = y + x\n"
    graph, trace = shown(text)
    passes = measure("pass").values(graph, trace)
    found = [None if np.isnan(p) else int(p) for p, line in zip(passes, graph.line, strict=True) if line > 4]
    assert found == [1, 2, 3, 1, 1, 2, 3, 2]


def test_times_are_those_of_the_records() -> None:
    graph, trace = shown()
    slow = replace(trace, records=replace(trace.records, seconds=np.arange(len(trace.records.op), dtype=np.float32)))
    assert measure("time").values(graph, slow).tolist() == graph.record.tolist()
    assert measure("time").unit == "s"
    assert measure("bytes").unit == "B"


def test_nothing_has_a_gradient_where_nothing_was_differentiated() -> None:
    graph, trace = shown(sweep=-1)
    assert np.isnan(measure("gradient").values(graph, trace)).all()
    assert np.isnan(measure("gradient_max").values(graph, trace)).all()


def test_infinities_and_nan_are_told() -> None:
    graph, trace = shown(
        "import gradstudio as gs\nv = gs.Variable([0.0, 4.0])\n"
        "with gs.GradientTape() as t:\n    y = gs.sum(gs.sqrt(v))\n"
        "z = 0.0 * gs.log(gs.constant(0.0))\ng = t.gradient(y, v)\n"
    )
    assert of("gradient_max", "v", graph, trace) == np.inf
    assert of("gradient_rms", "v", graph, trace) == 0.25  # of the finite elements
    assert np.isnan(of("value", "z", graph, trace))


def test_a_box_has_the_sums_of_what_it_hides_and_else_the_numbers_of_what_it_shows() -> None:
    whole, trace = shown()
    slow = replace(trace, records=replace(trace.records, seconds=np.full(len(trace.records.op), 0.5, np.float32)))
    inside = whole.group >= 0
    last = int(np.flatnonzero(inside)[-1])
    rows = np.flatnonzero(~inside | (np.arange(len(inside)) == last))
    box = int(np.flatnonzero(rows == last)[0])
    none = np.zeros(0, np.int32)
    stack = Fold("stack", "stack", "", 7, 8, 2, 0, none, 1, 2, 1, none)
    folded = replace(
        whole,
        record=whole.record[rows],
        fold=np.where(rows == last, 0, -1).astype(np.int32),
        folds=(stack,),
        edge_source=np.array([box], np.int32),
        edge_target=np.array([len(rows) - 1], np.int32),
        edge_count=np.array([5], np.int32),
        hidden_record=whole.record[inside],
        hidden_node=np.full(int(inside.sum()), box, np.int32),
    )
    found = {m.name: m.values(folded, slow)[box] for m in MEASURES}
    assert (found["elements"], found["bytes"], found["time"], found["uses"]) == (8.0, 64.0, 1.0, 5.0)
    assert found["value_rms"] == measure("value_rms").values(whole, slow)[last]
    assert found["pass"] == 2.0
    outside = np.flatnonzero(rows != last)
    assert (measure("bytes").values(folded, slow)[outside] == measure("bytes").values(whole, slow)[rows[outside]]).all()
