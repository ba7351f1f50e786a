"""Painting a display list with QPainter: the same code for the window, PNG and PDF."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QImage, QPainter, QPen, QPixmap, QPolygonF, QStaticText

from gradstudio.app.canvas.box_pixels import write_blocks, write_boxes
from gradstudio.app.canvas.box_shapes import color, paint_boxes, pen, whole
from gradstudio.app.canvas.lines import LinePainter
from gradstudio.app.canvas.raster import Raster, device_ratio, is_raster
from gradstudio.app.fonts import mono, words
from gradstudio.app.icons import pixmap
from gradstudio.picture.fonts import elide, width
from gradstudio.picture.model import Align, Font, Level, Picture, Shape

_SHARP = 2  # fonts are laid out this many times larger, since Qt knows whole pixel sizes only
_LEAST = 0.8  # of its size, text never gets smaller
_MOST_TEXTS = 20_000  # kept between frames
_SQUARE = 2.6  # pixels of radius below which a corner is square
_FEW_FRAMES = 100  # that are still rounded
_ROUNDED = 0.18  # below this zoom all are


class PicturePainter:
    """Paints one Picture at any place and zoom, keeping paths and texts between frames."""

    def __init__(self, picture: Picture, before: PicturePainter | None = None) -> None:
        """before: a painter of another picture; the texts it laid out are kept."""
        self.picture = picture
        self._fonts = before._fonts if before else [_font(f) for f in picture.fonts]
        self._texts: dict[tuple[str, int], tuple[QStaticText, float, float]] = before._texts if before else {}
        self._widths: np.ndarray | None = None
        self._lines = LinePainter(picture.lines)
        self._images: dict[int, QImage] = {}
        self._pixmaps: dict[tuple[int, int, float], QPixmap] = {}

    def paint(
        self,
        p: QPainter,
        x: float,
        y: float,
        zoom: float,
        area: QRectF,
        between: Callable[[QPainter], None] | None = None,
        ratio: float = 1.0,
        view: QRectF | None = None,
    ) -> None:
        """Paint so that layout point (x, y) is at the painter's origin. area: the part to paint, in layout units.

        between: paints what belongs under the edges (selection rings), in the painter's coordinates. ratio: device
        pixels per pixel. view: what is in view (layout units, its corner at the origin), where area is only a part.
        """
        p.setRenderHint(QPainter.RenderHint.Antialiasing)
        p.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        self._under(p, x, y, zoom, area)
        if between is not None:
            between(p)
        self._nodes(p, x, y, zoom, area, view or area)
        self._paths(p, x, y, zoom, area)
        if self.picture.level < Level.BLOCK or len(self.picture.hatches.rect) < 500:
            self._hatches(p, x, y, zoom, area)
        self._strips(p, x, y, zoom, area)
        self._icons(p, x, y, zoom, area, ratio)
        self._write(p, x, y, zoom, area)

    # boxes

    def _under(self, p: QPainter, x: float, y: float, zoom: float, area: QRectF) -> None:
        """What lies below rings and edges: frames of groups. Far away there may be thousands."""
        under = self.picture.under
        seen = _inside(under.rect, area, 4.0)
        if len(seen) <= _FEW_FRAMES or not is_raster(p):
            paint_boxes(p, under, seen, x, y, zoom)
            return
        ratio = device_ratio(p)
        raster = Raster(x, y, zoom, ratio, area)
        write_boxes(raster, under, seen, ratio)
        raster.paint(p)

    def _nodes(self, p: QPainter, x: float, y: float, zoom: float, area: QRectF, view: QRectF) -> None:
        """Lines and boxes. What is square at this zoom is written into an image: all of it far away."""
        boxes = self.picture.boxes
        if not is_raster(p) or self.picture.level < Level.COMPACT:
            self._lines.paint(p, x, y, zoom, area, view)
            paint_boxes(p, boxes, _inside(boxes.rect, area, 4.0), x, y, zoom)
            return
        ratio = device_ratio(p)
        raster = Raster(x, y, zoom, ratio, area)
        self._lines.write(raster, zoom, area, ratio, view)
        if zoom <= _ROUNDED:
            write_blocks(raster, boxes, _meeting(boxes.rect, area), ratio)
            raster.paint(p)
            return
        seen = _inside(boxes.rect, area, 4.0)
        is_round = (boxes.shape[seen] != Shape.RECT) & (boxes.radius[seen] * zoom >= _SQUARE)
        node = boxes.node[seen]
        with_round = np.zeros(int(node.max(initial=0)) + 2, bool)
        with_round[node[is_round]] = True
        others = with_round[node]
        write_boxes(raster, boxes, seen[~others], ratio)
        raster.paint(p)
        paint_boxes(p, boxes, seen[others], x, y, zoom)

    # the rest

    def _paths(self, p: QPainter, x: float, y: float, zoom: float, area: QRectF) -> None:
        paths = self.picture.paths
        for i in range(len(paths.fill)):
            points = paths.points[int(paths.start[i]) : int(paths.start[i + 1])]
            (left, top), (right, bottom) = points.min(axis=0).tolist(), points.max(axis=0).tolist()
            if not area.intersects(QRectF(left, top, right - left + 1.0, bottom - top + 1.0)):
                continue
            line = QPolygonF([QPointF(px, py) for px, py in ((points - (x, y)) * zoom).tolist()])
            fill, stroke = int(paths.fill[i]), int(paths.stroke[i])
            if fill >> 24:
                p.setPen(Qt.PenStyle.NoPen)
                p.setBrush(color(fill))
                p.drawPolygon(line)
            if stroke >> 24:
                p.setPen(pen(stroke, float(paths.width[i]), 0))
                p.setBrush(Qt.BrushStyle.NoBrush)
                p.drawPolyline(line)

    def _hatches(self, p: QPainter, x: float, y: float, zoom: float, area: QRectF) -> None:
        h = self.picture.hatches
        for i in _inside(h.rect, area, 0.0).tolist():
            bx, by, bw, bh = ((h.rect[i] - (x, y, 0, 0)) * zoom).tolist()
            p.save()
            p.setClipRect(QRectF(bx, by, bw, bh), Qt.ClipOperation.IntersectClip)
            p.setPen(QPen(color(h.color[i]), 3.0))
            at = bx - bh
            while at < bx + bw:
                p.drawLine(QPointF(at, by + bh), QPointF(at + bh, by))
                at += 8.0
            p.restore()

    def _strips(self, p: QPainter, x: float, y: float, zoom: float, area: QRectF) -> None:
        s = self.picture.strips
        seen = _inside(s.rect, area, 0.0)
        if not len(seen):
            return
        p.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        p.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        p.setBrush(Qt.BrushStyle.NoBrush)
        rects = ((s.rect[seen] - (x, y, 0, 0)) * zoom).tolist()
        for i, (bx, by, bw, bh), border in zip(seen.tolist(), rects, s.border[seen].tolist(), strict=True):
            if s.vertical[i]:
                at = by
                cells = slice(int(s.start[i]), int(s.start[i + 1]))
                for share, c in zip(s.size[cells].tolist(), s.color[cells].tolist(), strict=True):
                    p.fillRect(QRectF(bx, at, bw, share * bh + 0.5), color(c))
                    at += share * bh
            else:
                p.drawImage(QRectF(bx, by, bw, bh), self._cells(i))
            if border >> 24:
                p.setPen(pen(border, 1.0, 0))
                p.drawRect(QRectF(bx, by, bw, bh))
        p.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        p.setRenderHint(QPainter.RenderHint.Antialiasing)

    def _cells(self, i: int) -> QImage:
        """A thumbnail, one pixel for each cell (they are equally wide)."""
        image = self._images.get(i)
        if image is None:
            s = self.picture.strips
            row = np.ascontiguousarray(s.color[int(s.start[i]) : int(s.start[i + 1])])
            view = QImage(row.data, len(row), 1, 4 * len(row), QImage.Format.Format_RGB32)
            image = self._images[i] = view.copy()
        return image

    def _icons(self, p: QPainter, x: float, y: float, zoom: float, area: QRectF, ratio: float) -> None:
        icons = self.picture.icons
        seen = _inside(icons.rect, area, 16.0)
        grown = min(max(zoom, 0.8), 1.6)
        for i, (cx, cy, size, _) in zip(seen.tolist(), icons.rect[seen].tolist(), strict=True):
            wide = max(8, round(size * grown))
            key = (i, wide, ratio)
            image = self._pixmaps.get(key)
            if image is None:
                tint = f"#{int(icons.color[i]) & 0xFFFFFF:06X}"
                image = self._pixmaps[key] = pixmap(icons.name[i], tint, wide, ratio)
            left, top = whole(np.array([(cx - x) * zoom - wide / 2, (cy - y) * zoom - wide / 2])).tolist()
            p.drawPixmap(QPointF(left, top), image)

    def _write(self, p: QPainter, x: float, y: float, zoom: float, area: QRectF) -> None:
        texts, fonts = self.picture.texts, self.picture.fonts
        if not len(texts.text):
            return
        t = texts.position
        seen = np.nonzero(
            (t[:, 0] >= area.left() - 260)
            & (t[:, 0] <= area.right() + 260)
            & (t[:, 1] >= area.top() - 20)
            & (t[:, 1] <= area.bottom() + 20)
        )[0]
        # Near by, text grows with its node; further away it keeps its size and is shortened.
        size = max(zoom, _LEAST) if self.picture.level == Level.FULL else 1.0
        scale = size / _SHARP
        rooms = texts.room[seen] * zoom / size + 1.5
        is_cut = self._text_widths()[seen] > rooms
        at = (t[seen] - (x, y)) * (zoom / scale)
        last_font, last_color = -1, -1
        p.save()
        p.scale(scale, scale)
        for i, index, ink, align, (px, py), cut, room in zip(
            seen.tolist(),
            texts.font[seen].tolist(),
            texts.color[seen].tolist(),
            texts.align[seen].tolist(),
            at.tolist(),
            is_cut.tolist(),
            rooms.tolist(),
            strict=True,
        ):
            shown = texts.text[i]
            if cut:
                shown = elide(texts.short[i], fonts[index], float(int(room)))
                if not shown:
                    continue
            static, wide, high = self._static(shown, index)
            if index != last_font:
                p.setFont(self._fonts[index])
                last_font = index
            if ink != last_color:
                p.setPen(color(ink))
                last_color = ink
            if align != Align.LEFT:
                px -= wide / 2 if align == Align.CENTER else wide
            p.drawStaticText(QPointF(px, py - high / 2), static)
        p.restore()

    def _text_widths(self) -> np.ndarray:
        """Width of each text in screen pixels."""
        if self._widths is None:
            texts, fonts = self.picture.texts, self.picture.fonts
            pairs = zip(texts.text, texts.font.tolist(), strict=True)
            self._widths = np.array([width(text, fonts[index]) for text, index in pairs], np.float64)
        return self._widths

    def _static(self, text: str, font: int) -> tuple[QStaticText, float, float]:
        """A laid-out text with its size, in the units of the sharp font."""
        known = self._texts.get((text, font))
        if known is None:
            if len(self._texts) > _MOST_TEXTS:
                self._texts.clear()
            static = QStaticText(text)
            static.setTextFormat(Qt.TextFormat.PlainText)
            static.setPerformanceHint(QStaticText.PerformanceHint.AggressiveCaching)
            static.prepare(font=self._fonts[font])
            size = static.size()
            known = self._texts[text, font] = (static, size.width(), size.height())
        return known


def _font(f: Font) -> QFont:
    """A font _SHARP times its size, without hinting: painted smaller, fractional sizes come out as they should."""
    font = mono(12, f.weight) if f.family == "JetBrains Mono" else words(12, f.weight)
    font.setPixelSize(round(f.size * _SHARP))
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font


def _inside(rect: np.ndarray, area: QRectF, margin: float) -> np.ndarray:
    """Rows whose rectangle meets the area."""
    x, y, wide, high = rect.T
    seen = (x + wide + margin >= area.left()) & (x - margin <= area.right())
    seen &= (y + high + margin >= area.top()) & (y - margin <= area.bottom())
    return np.flatnonzero(seen)


def _meeting(rect: np.ndarray, area: QRectF) -> np.ndarray | slice:
    """The same; all of them cost nothing to take."""
    rows = _inside(rect, area, 0.0)
    return slice(None) if len(rows) == len(rect) else rows


__all__ = ["PicturePainter", "color"]
