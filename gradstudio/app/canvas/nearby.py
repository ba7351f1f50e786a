"""The display lists a canvas paints: whole for small graphs, only the surroundings of the view for large ones."""

from __future__ import annotations

from PySide6.QtCore import QRectF

from gradstudio.app.canvas.painter import PicturePainter
from gradstudio.engine.trace import Trace
from gradstudio.graph.model import Graph
from gradstudio.layout.model import Layout
from gradstudio.picture.build import build_picture
from gradstudio.picture.model import Level, Look
from gradstudio.picture.tokens import Theme

_LARGE = 120  # nodes from which a picture covers only what is near the view
_AROUND = 0.4  # of the sides of what is asked for, beyond each of its edges


class Nearby:
    """One painter for each level of detail, rebuilt when the view leaves what it covers."""

    def __init__(self) -> None:
        self._painters: dict[Level, tuple[PicturePainter, QRectF | None]] = {}
        self._old: dict[Level, PicturePainter] = {}

    def clear(self) -> None:
        """Another graph or layout."""
        self._painters, self._old = {}, {}

    def recolor(self) -> None:
        """The same graph and layout look different now."""
        self._old |= {level: painter for level, (painter, _) in self._painters.items()}
        self._painters = {}

    def painter(
        self,
        graph: Graph,
        layout: Layout,
        trace: Trace,
        theme: Theme,
        level: Level,
        look: Look,
        area: QRectF,
    ) -> PicturePainter:
        """A painter of at least `area` (layout units)."""
        known = self._painters.get(level)
        if known is not None and (known[1] is None or known[1].contains(area)):
            return known[0]
        place = None
        if len(graph.record) > _LARGE and level < Level.BLOCK:
            # Where only colours change the view stands still: the surroundings can wait until it moves.
            around = 0.0 if known is None and level in self._old else _AROUND
            wide, high = area.width() * around, area.height() * around
            place = area.adjusted(-wide, -high, wide, high)
        part = None if place is None else (place.x(), place.y(), place.width(), place.height())
        before = known[0] if known is not None else self._old.pop(level, None)
        painter = PicturePainter(build_picture(graph, layout, trace, theme, level, look, area=part), before)
        self._painters[level] = (painter, place)
        return painter
