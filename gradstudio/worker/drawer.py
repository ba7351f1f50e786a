"""The drawing child: graph and layout of large traces, made by our own code, of a stranger's trace."""

from __future__ import annotations

from dataclasses import replace

from gradstudio.graph.model import Graph
from gradstudio.layout.model import Before, Options
from gradstudio.worker.channel import Channel
from gradstudio.worker.messages import Draw, Drawn

_SAMPLE = """\
w, b = ones((3, 3)), 0.5
def step(a):
    return tanh(a @ w) + b
x = ones((3, 3))
for i in range(12):
    x = step(x) * 1.5
    for j in range(2):
        x = x + b
y = sum(x)
"""


class Drawer:
    """Answers Draw; keeps the whole graph for the next one."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._whole: Graph | None = None

    def draw(self, request: Draw) -> None:
        """Build, fold and lay out. A Draw without a trace before any with one gets no answer."""
        from gradstudio.graph.build import build
        from gradstudio.graph.folding import fold
        from gradstudio.worker.drawing import COARSE, stand

        whole = build(request.trace, request.text, request.sweep) if request.trace is not None else None
        self._whole = whole or self._whole
        if self._whole is None:
            return
        graph, options = fold(self._whole, request.folds), request.options
        if len(graph.record) >= COARSE:
            layout = stand(graph, replace(options, routes=False), request.before)
            self._channel.send(Drawn(request.run, whole, graph, layout, is_coarse=True))
            whole = None
        self._channel.send(Drawn(request.run, whole, graph, stand(graph, options, request.before)))


def load_late() -> None:
    """Do once what drawing loads something for: after the rights are gone, nothing can be loaded any more."""
    from gradstudio.graph.build import build
    from gradstudio.graph.fold_state import FoldState
    from gradstudio.language.program import run_program
    from gradstudio.picture.fonts import load_all
    from gradstudio.worker.drawing import arrange

    load_all()
    recorder = run_program(_SAMPLE, {}, lambda text: None).recorder
    assert recorder is not None
    trace = recorder.trace()
    for sweep in (-1, 0):
        whole = build(trace, _SAMPLE, sweep)
        before = None
        for options in (Options(routes=False), Options(), Options(direction="down"), Options(wired=1)):
            graph, layout = arrange(whole, FoldState(), options, before)
            before = Before(graph.ids, layout.cells, layout.columns, layout.direction)
