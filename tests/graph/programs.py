"""Traces of small programs for the graph's tests."""

from __future__ import annotations

import textwrap

from gradstudio.engine.trace import Trace
from gradstudio.graph.build import build
from gradstudio.graph.model import Graph
from gradstudio.language.program import run_program

LOGISTIC = """
    import gradstudio as gs
    X = gs.constant([[1.0, 2.0], [0.5, -1.0]])
    y = gs.constant([1.0, 0.0])
    w = gs.Variable([0.1, 0.2])
    b = gs.Variable(0.0)
    for step in range(5):
        with gs.GradientTape() as t:
            z = X @ w + b
            fit = gs.softplus(z) - y * z
            nll = gs.mean(fit)
            decay = 0.02 * gs.sum(w * w)
            loss = nll + decay
        dw, db = t.gradient(loss, [w, b])
        w.assign_sub(0.5 * dw)
        b.assign_sub(0.5 * db)
"""
NESTED = """
    import gradstudio as gs
    x = gs.Variable(1.0)
    with gs.GradientTape() as outer:
        with gs.GradientTape() as inner:
            y = x * x * x
        dy = inner.gradient(y, x)
    d2y = outer.gradient(dy, x)
"""
CALLS = """
    import gradstudio as gs
    def layer(x, w):
        return gs.tanh(x * w)
    def model(x):
        return layer(layer(x, a), c)
    a, c = gs.Variable(0.5), gs.Variable(-2.0)
    with gs.GradientTape() as t:
        out = model(gs.constant(1.5))
    g = t.gradient(out, [a, c])
"""


def run(program: str) -> tuple[Trace, str]:
    """The trace of a program that must run without a problem, and its text."""
    text = textwrap.dedent(program).strip() + "\n"
    done = run_program(text, {}, lambda printed: None)
    assert done.status == "ok", done.problems
    assert done.recorder is not None
    return done.recorder.trace(), text


def graph_of(program: str, sweep: int = 0) -> Graph:
    """One view of a program."""
    return build(*run(program), sweep)


def at(graph: Graph, title: str) -> int:
    """The only node with a title."""
    (node,) = [i for i, name in enumerate(graph.title) if name == title]
    return node


def edges(graph: Graph) -> set[tuple[str, str, int]]:
    """Edges by title of both ends, and input slot."""
    ends = zip(graph.edge_source, graph.edge_target, graph.edge_slot, strict=True)
    return {(graph.title[a], graph.title[b], int(slot)) for a, b, slot in ends}


def loop(turns: int, *body: str, before: str = "", after: str = "loss = gs.sum(v * h)") -> str:
    """A recurrent network of `turns` passes with weights W, U, b, input xs, first state h and read-out v."""
    inside = "".join(f"\n        {line}" for line in body or ("a = W @ h + U * xs[k] + b", "h = gs.tanh(a)"))
    return f"""import gradstudio as gs
W = gs.Variable(gs.ones((3, 3)) * 0.3)
U = gs.Variable(gs.ones((3,)))
b = gs.Variable(gs.zeros((3,)))
v = gs.constant([1.0, 2.0, 3.0])
xs = gs.ones(({turns},))
h = gs.zeros((3,))
{before}
with gs.GradientTape() as t:
    for k in range({turns}):{inside}
    {after}
g = t.gradient(loss, [W, U, b])
"""


def chain(lines: int, extra: str = "") -> str:
    """A chain of `lines` ops, one on each line; `extra` is put in the middle of it."""
    body = [f"    y{i + 1} = gs.{('sin', 'cos', 'tanh')[i % 3]}(y{i})" for i in range(lines)]
    body.insert(lines // 2, extra)
    body = [line for line in body if line]
    return "\n".join(
        [
            "import gradstudio as gs",
            "x = gs.Variable(0.5)",
            "with gs.GradientTape() as t:",
            "    y0 = x * 1.0",
            *body,
            f"g = t.gradient(y{lines}, x)",
        ]
    )


def layers(count: int) -> str:
    """Equal layers with weights of their own, one call below the other."""
    calls = "".join(f"\n    h = layer(h, W[{k}], b[{k}])" for k in range(count))
    return f"""import gradstudio as gs
x = gs.ones((2, 3))
W = [gs.Variable(gs.ones((3, 3))) for k in range({count})]
b = [gs.Variable(gs.zeros((3,))) for k in range({count})]
def layer(h, W, b):
    return gs.tanh(h @ W + b)
with gs.GradientTape() as t:
    h = x{calls}
    loss = gs.sum(h)
g = t.gradient(loss, W)
"""
