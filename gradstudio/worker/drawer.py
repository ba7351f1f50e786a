"""The drawing child: graph and layout of large traces, made by our own code, of a stranger's trace."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from gradstudio.engine.creation import constant
from gradstudio.engine.primitive import TABLE
from gradstudio.engine.recorder import Recorder
from gradstudio.engine.scopes import name_scope
from gradstudio.engine.tape import GradientTape
from gradstudio.engine.trace import Trace
from gradstudio.engine.variable import Variable
from gradstudio.graph.model import Graph
from gradstudio.layout.model import Before, Options
from gradstudio.worker.channel import Channel
from gradstudio.worker.messages import Draw, Drawn


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
    from gradstudio.picture.fonts import load_all
    from gradstudio.worker.drawing import arrange

    for name in ("linalg", "fft", "random"):
        getattr(np, name)
    load_all()
    trace = _trace()
    for sweep in (-1, 0):
        whole = build(trace, "", sweep)
        before = None
        for options in (Options(routes=False), Options(), Options(direction="down"), Options(wired=1)):
            graph, layout = arrange(whole, FoldState(), options, before)
            before = Before(graph.ids, layout.cells, layout.columns, layout.direction)


def _trace() -> Trace:
    """Loops, calls and a gradient."""
    with Recorder("") as recorder, GradientTape() as tape:
        w = Variable(np.eye(3), name="w")
        x = constant(np.ones((3, 3)))
        loop = recorder.enter("loop", "", 1)
        for _ in range(12):
            recorder.turn(loop)
            with name_scope("step"):
                x = TABLE["tanh"](x @ w) * 1.5 + x
        recorder.leave(loop)
        tape.gradient(TABLE["sum"](x), w)
    return recorder.trace()
