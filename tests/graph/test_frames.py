"""Which open groups are drawn with a frame around them."""

from __future__ import annotations

from programs import LOGISTIC, graph_of, loop

from gradstudio.graph.fold_state import (
    FoldState,
    open_all,
    open_pass,
)
from gradstudio.graph.folding import fold


def test_a_training_loop_that_shows_one_pass_has_no_frame() -> None:
    graph = fold(graph_of(LOGISTIC, 2), FoldState())
    assert graph.frames == ()
    assert graph.folds == ()


def test_frames_do_not_nest_without_end_where_a_function_calls_itself() -> None:
    program = """import gradstudio as gs
x = gs.Variable(0.5)
def f(y, n):
    return y if n == 0 else f(gs.sin(y), n - 1)
with gs.GradientTape() as t:
    y = f(x, 50)
g = t.gradient(y, x)
"""
    assert len(fold(graph_of(program), FoldState()).frames) < 10


def test_an_inner_sweep_is_folded_with_the_pass_that_asked_for_it() -> None:
    program = """import gradstudio as gs
w = gs.Variable(0.5)
with gs.GradientTape() as outer:
    p = w * 1.0
    for k in range(10):
        with gs.GradientTape() as inner:
            inner.watch(p)
            y = p ** 4 - gs.sin(p)
        p = p - 0.01 * inner.gradient(y, p)
    loss = p * p
g = outer.gradient(loss, w)
"""
    graph = fold(graph_of(program, 10), FoldState())
    assert graph.title == ("w", "p", "for k in range(10)", "loss")


def test_a_pass_that_holds_one_call_only_has_one_frame_for_both() -> None:
    program = loop(4, "h = cell(h, b)", before="def cell(h, x):\n    h = W @ h\n    return gs.tanh(h + x)")
    frames = fold(graph_of(program), FoldState()).frames
    assert [f.title.split(", line")[0] for f in frames] == [f"pass {k}, cell()" for k in (1, 2, 3, 4)]
    assert all(f.stack and f.of == 4 for f in frames)


def test_of_very_many_frames_only_those_that_were_asked_for_are_drawn() -> None:
    whole = graph_of(loop(40, "h = gs.tanh(W @ h + b)"))
    assert len(fold(whole, open_all()).frames) == 0
    stack = fold(whole, FoldState()).folds[0].id
    assert [f.title for f in fold(whole, open_pass(FoldState(), stack, 7)).frames] == ["pass 7"]
