"""What an exporter is given and what it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gradstudio.engine.trace import Trace
from gradstudio.export.legend import with_legend
from gradstudio.graph.model import Graph
from gradstudio.layout.model import Layout
from gradstudio.picture.build import build_picture
from gradstudio.picture.color import scale_of
from gradstudio.picture.legend import legend
from gradstudio.picture.model import Layer, Level, Look, Picture
from gradstudio.picture.tokens import Theme


@dataclass(frozen=True, slots=True, eq=False)
class Job:
    """One view of a run: what the canvas shows of it, and what an exporter may write down.

    Pictures show graph and layout, folded as on the canvas; what lists numbers lists the whole graph.
    """

    name: str  # of the program, e.g. "logistic.grad"
    text: str
    trace: Trace
    sweep: int  # -1: all records
    whole: Graph
    graph: Graph
    layout: Layout
    theme: Theme
    layer: Layer = Layer.BOTH

    def picture(self) -> Picture:
        """The display list at full detail, with the legend below it where any gradient is drawn."""
        picture = build_picture(self.graph, self.layout, self.trace, self.theme, Level.FULL, Look(self.layer))
        if self.sweep < 0:
            return picture
        return with_legend(picture, legend(self.theme, scale_of(self.trace, self.sweep)), self.theme)


@dataclass(frozen=True, slots=True)
class Exporter:
    """One format. suffixes with their dot, the usual one first; write(job) gives the file's bytes."""

    name: str
    suffixes: tuple[str, ...]
    title: str  # for a file dialog: "SVG picture"
    write: Callable[[Job], bytes]
    is_report: bool = False  # a report of numbers rather than a picture or graph
