"""build_picture: graph, layout, tokens and layer -> display list. The one drawing of a computation there is."""

from __future__ import annotations

import numpy as np

from gradstudio.engine.trace import Trace
from gradstudio.graph.model import Graph
from gradstudio.layout.model import Lane, Layout
from gradstudio.picture import anatomy as a
from gradstudio.picture.chips import paint_chips
from gradstudio.picture.columns import BoxList, TextList
from gradstudio.picture.dimming import dimmed
from gradstudio.picture.edges import Area, lines
from gradstudio.picture.folded import paint_folded
from gradstudio.picture.fonts import elide, width
from gradstudio.picture.frames import paint_frames
from gradstudio.picture.labels import paint_labels
from gradstudio.picture.model import Level, Lines, Look, Picture, Shape
from gradstudio.picture.nodes import paint_nodes
from gradstudio.picture.scene import Brush, Scene
from gradstudio.picture.small import paint_blocks, paint_names
from gradstudio.picture.tokens import Theme


def build_picture(
    graph: Graph,
    layout: Layout,
    trace: Trace,
    theme: Theme,
    level: Level = Level.FULL,
    look: Look | None = None,
    area: Area | None = None,
) -> Picture:
    """The display list of one view.

    area: only what meets this part of the layout; a window on 10,000 nodes shows a few dozen of them.
    """
    look = look or Look()
    scene, brush = Scene(graph, layout, trace, theme, level, look), Brush()
    if level <= Level.COMPACT:
        lanes = [lane for lane in layout.lanes if area is None or _near(lane, area)]
        _lanes(lanes, theme, level, brush.boxes, brush.texts)
    paint_frames(scene, area, brush)
    edges = lines(scene, area)
    paint_labels(scene, edges, brush)
    nodes = _inside(layout.boxes, area)
    if level == Level.BLOCK:
        paint_blocks(scene, nodes, brush)
    elif level == Level.NAME:
        paint_names(scene, nodes, brush)
    else:
        hides = graph.fold[nodes] >= 0
        paint_nodes(scene, nodes[~hides], brush)
        paint_folded(scene, nodes[hides], brush)
    paint_chips(scene, area, brush)
    return dimmed(frozen(scene, brush, edges), scene)


def frozen(scene: Scene, brush: Brush, edges: Lines) -> Picture:
    """What was painted so far, as a display list."""
    return Picture(
        level=scene.level,
        bounds=scene.layout.bounds,
        background=scene.theme.surface["canvas"],
        fonts=a.FONTS,
        under=brush.under.freeze(),
        lines=edges,
        boxes=brush.boxes.freeze(),
        paths=brush.paths.freeze(),
        hatches=brush.hatches.freeze(),
        strips=brush.strips.freeze(),
        icons=brush.icons.freeze(),
        texts=brush.texts.freeze(),
    )


def _inside(boxes: np.ndarray, area: Area | None) -> np.ndarray:
    """Numbers of the nodes that meet an area."""
    if area is None:
        return np.arange(len(boxes))
    x, y, w, h = area
    near = (boxes[:, 0] <= x + w) & (boxes[:, 0] + boxes[:, 2] >= x)
    near &= (boxes[:, 1] <= y + h) & (boxes[:, 1] + boxes[:, 3] >= y)
    return np.nonzero(near)[0]


def _near(lane: Lane, area: Area) -> bool:
    return lane.y <= area[1] + area[3] and lane.y + 40.0 >= area[1]


def _lanes(lanes: list[Lane], theme: Theme, level: Level, boxes: BoxList, texts: TextList) -> None:
    """Titles of lanes: the source lines and the pass or call they ran in, in one chip above the first column."""
    for lane in lanes:
        words = lane.title.replace(" to ", "–")
        rest = lane.subtitle
        if not words:
            words, rest = rest, ""
        if not words:
            continue
        x, y = lane.x, lane.y
        if level == Level.COMPACT:
            both = ", ".join(t for t in (words, rest) if t)
            room = max(a.NARROWEST, lane.width)
            boxes.add((x - 2.0, y, min(width(both, a.LANE) / 0.62, room), 16.0), theme.surface["canvas"])
            texts.add(x, y + 8.0, both, a.LANE, theme.ink["muted"], room, short=words)
            continue
        rest = (
            elide(rest, a.SUBTITLE, max(max(a.NARROWEST, lane.width) - width(words, a.LANE) - 18.0, 0.0))
            if rest
            else ""
        )
        wide = width(words, a.LANE) + 12.0 + (width(rest, a.SUBTITLE) + 6.0 if rest else 0.0)
        boxes.add((x, y, wide, 17.0), theme.surface["panel"], theme.hairline, 1.0, Shape.ROUND, 4.0)
        texts.add(x + 6.0, y + 8.5, words, a.LANE, theme.ink["ink2"], wide)
        if rest:
            texts.add(x + 12.0 + width(words, a.LANE), y + 8.5, rest, a.SUBTITLE, theme.ink["muted"], wide)
