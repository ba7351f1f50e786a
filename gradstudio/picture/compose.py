"""Several pictures on one page: each at a place and zoom, as a canvas would show it there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gradstudio.picture.model import Boxes, Hatches, Icons, Level, Lines, Paths, Picture, Strips, Texts

_THINNEST = 0.55  # of their width, lines never get thinner


@dataclass(frozen=True, slots=True)
class Part:
    """A picture whose layout point (0, 0) lies at (x, y) of the page."""

    picture: Picture
    x: float
    y: float
    zoom: float = 1.0

    def _rects(self, rect: np.ndarray) -> np.ndarray:
        return np.asarray(rect * self.zoom + np.array([self.x, self.y, 0.0, 0.0]))

    def _points(self, points: np.ndarray) -> np.ndarray:
        return np.asarray(points * self.zoom + np.array([self.x, self.y]))


def page(parts: list[Part], bounds: tuple[float, float, float, float]) -> Picture:
    """One picture of them all; there must be at least one. Nodes and nets are numbered through."""
    first = parts[0].picture
    shift = np.cumsum([0, *(_most(part.picture) for part in parts)]).tolist()
    return Picture(
        level=Level.FULL,
        bounds=bounds,
        background=first.background,
        fonts=first.fonts,
        under=_boxes([(part, part.picture.under) for part in parts], shift),
        lines=_lines(parts, shift),
        boxes=_boxes([(part, part.picture.boxes) for part in parts], shift),
        paths=_paths(parts, shift),
        hatches=_hatches(parts, shift),
        strips=_strips(parts, shift),
        icons=_icons(parts, shift),
        texts=_texts(parts, shift),
    )


def _most(p: Picture) -> int:
    """One more than the highest number of a node or net."""
    columns = (p.under.node, p.boxes.node, p.texts.node, p.icons.node, p.lines.net)
    return 1 + max(int(column.max(initial=-1)) for column in columns)


def _nodes(columns: list[np.ndarray], shift: list[int]) -> np.ndarray:
    return np.concatenate([np.where(c >= 0, c + s, -1) for c, s in zip(columns, shift, strict=False)]).astype(np.int32)


def _join(parts: list[object], name: str) -> np.ndarray:
    return np.concatenate([getattr(part, name) for part in parts])


def _starts(starts: list[np.ndarray]) -> np.ndarray:
    return np.concatenate([[0], np.cumsum(np.concatenate([np.diff(s) for s in starts]))]).astype(np.int64)


def _boxes(parts: list[tuple[Part, Boxes]], shift: list[int]) -> Boxes:
    every: list[object] = [boxes for _, boxes in parts]
    return Boxes(
        rect=np.concatenate([part._rects(boxes.rect) for part, boxes in parts]),
        shape=_join(every, "shape"),
        radius=np.concatenate([boxes.radius * min(part.zoom, 1.0) for part, boxes in parts]).astype(np.float32),
        fill=_join(every, "fill"),
        stroke=_join(every, "stroke"),
        stroke_width=_join(every, "stroke_width"),
        dash=_join(every, "dash"),
        node=_nodes([boxes.node for _, boxes in parts], shift),
    )


def _lines(parts: list[Part], shift: list[int]) -> Lines:
    lines = [part.picture.lines for part in parts]
    every: list[object] = [*lines]
    thin = [min(1.0, max(_THINNEST, part.zoom)) for part in parts]
    pairs = list(zip(lines, thin, strict=True))
    return Lines(
        start=_starts([line.start for line in lines]),
        points=np.concatenate([part._points(part.picture.lines.points) for part in parts]),
        color=_join(every, "color"),
        width=np.concatenate([line.width * t for line, t in pairs]).astype(np.float32),
        dash_start=_starts([line.dash_start for line in lines]),
        dash=np.concatenate([line.dash * t for line, t in pairs]).astype(np.float32),
        arrow=np.concatenate([line.arrow * t for line, t in pairs]).astype(np.float32),
        halo=_join(every, "halo"),
        net=_nodes([line.net for line in lines], shift),
        edge=_join(every, "edge"),
        backward=_join(every, "backward"),
    )


def _paths(parts: list[Part], shift: list[int]) -> Paths:
    paths = [part.picture.paths for part in parts]
    every: list[object] = [*paths]
    return Paths(
        start=_starts([path.start for path in paths]),
        points=np.concatenate([part._points(part.picture.paths.points) for part in parts]),
        fill=_join(every, "fill"),
        stroke=_join(every, "stroke"),
        width=_join(every, "width"),
        node=_nodes([path.node for path in paths], shift),
    )


def _hatches(parts: list[Part], shift: list[int]) -> Hatches:
    hatches = [part.picture.hatches for part in parts]
    return Hatches(
        np.concatenate([part._rects(part.picture.hatches.rect) for part in parts]),
        np.concatenate([hatch.color for hatch in hatches]),
        _nodes([hatch.node for hatch in hatches], shift),
    )


def _strips(parts: list[Part], shift: list[int]) -> Strips:
    strips = [part.picture.strips for part in parts]
    every: list[object] = [*strips]
    return Strips(
        rect=np.concatenate([part._rects(part.picture.strips.rect) for part in parts]),
        vertical=_join(every, "vertical"),
        start=_starts([strip.start for strip in strips]),
        size=_join(every, "size"),
        color=_join(every, "color"),
        border=_join(every, "border"),
        node=_nodes([strip.node for strip in strips], shift),
    )


def _icons(parts: list[Part], shift: list[int]) -> Icons:
    icons = [part.picture.icons for part in parts]
    places = []
    for part in parts:
        rect = part._rects(part.picture.icons.rect)
        rect[:, 2:] = part.picture.icons.rect[:, 2:] * min(max(part.zoom, 0.8), 1.6)
        places.append(rect)
    return Icons(
        tuple(name for icon in icons for name in icon.name),
        np.concatenate(places),
        np.concatenate([icon.color for icon in icons]),
        _nodes([icon.node for icon in icons], shift),
    )


def _texts(parts: list[Part], shift: list[int]) -> Texts:
    texts = [part.picture.texts for part in parts]
    every: list[object] = [*texts]
    return Texts(
        position=np.concatenate([part._points(part.picture.texts.position) for part in parts]),
        text=tuple(t for text in texts for t in text.text),
        font=_join(every, "font"),
        color=_join(every, "color"),
        align=_join(every, "align"),
        room=np.concatenate([part.picture.texts.room * part.zoom for part in parts]).astype(np.float32),
        node=_nodes([text.node for text in texts], shift),
        short=tuple(t for text in texts for t in text.short),
    )
