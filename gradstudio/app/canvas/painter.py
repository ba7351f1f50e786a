"""Painting a display list with QPainter: the same code for the window, PNG and PDF."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPainterPath, QPen, QPixmap, QPolygonF, QStaticText

from gradstudio.app.canvas.lines import LinePainter
from gradstudio.app.fonts import mono, words
from gradstudio.app.icons import pixmap
from gradstudio.picture.fonts import elide, width
from gradstudio.picture.model import DASHES, Align, Boxes, Font, Level, Picture, Shape

_CUT = 12.0
_SHARP = 2  # fonts are laid out this many times larger, since Qt knows whole pixel sizes only
_LEAST = 0.8  # of its size, text never gets smaller
_MOST_TEXTS = 20_000  # kept between frames
_MANY_BOXES = 2500  # beyond this, boxes are plain


def color(argb: int) -> QColor:
    """0xAARRGGBB as a QColor."""
    return QColor.fromRgba(int(argb))


class PicturePainter:
    """Paints one Picture at any place and zoom, keeping paths and texts between frames."""

    def __init__(self, picture: Picture, before: PicturePainter | None = None) -> None:
        """before: a painter of another part of the same layout, or of the same part in other colours; what it knows of
        texts and lines is kept."""
        self.picture = picture
        self._fonts = before._fonts if before else [_font(f) for f in picture.fonts]
        self._texts: dict[tuple[str, int], tuple[QStaticText, float, float]] = before._texts if before else {}
        self._widths: np.ndarray | None = None
        self._lines = LinePainter(picture.lines, before._lines if before else None)
        self._pens: dict[tuple[int, float, int], QPen] = {}
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
        whole: QRectF | None = None,
    ) -> None:
        """Paint so that layout point (x, y) is at the painter's origin. area: the part to paint, in layout units.

        between: paints what belongs under the edges (selection rings), in the painter's coordinates. ratio: device
        pixels per pixel. whole: what is in view (layout units, its corner at the origin), where area is only a part.
        """
        whole = whole or area
        p.setRenderHint(QPainter.RenderHint.Antialiasing)
        p.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        self._boxes(p, self.picture.under, x, y, zoom, area, ratio, whole)
        if between is not None:
            between(p)
        self._lines.paint(p, x, y, zoom, area, whole)
        self._boxes(p, self.picture.boxes, x, y, zoom, area, ratio, whole)
        self._paths(p, x, y, zoom, area)
        if self.picture.level < Level.BLOCK or len(self.picture.hatches.rect) < 500:
            self._hatches(p, x, y, zoom, area)
        self._strips(p, x, y, zoom, area)
        self._icons(p, x, y, zoom, area, ratio)
        self._write(p, x, y, zoom, area)

    # boxes

    def _boxes(
        self, p: QPainter, boxes: Boxes, x: float, y: float, zoom: float, area: QRectF, ratio: float, whole: QRectF
    ) -> None:
        seen = _inside(boxes.rect, area, 4.0)
        if not len(seen):
            return
        # Edges lie on whole pixels: sharp, and what touches in the picture touches on the screen.
        low = _whole((boxes.rect[seen, :2] - (x, y)) * zoom)
        high = _whole((boxes.rect[seen, :2] + boxes.rect[seen, 2:] - (x, y)) * zoom)
        rects = np.concatenate([low, high - low], axis=1)
        if len(seen) > _MANY_BOXES:
            _batches(p, boxes.fill[seen], rects, whole.width() * zoom, whole.height() * zoom, ratio)
            return
        shapes, radii = boxes.shape[seen].tolist(), (boxes.radius[seen] * min(zoom, 1.0)).tolist()
        fills, strokes = boxes.fill[seen].tolist(), boxes.stroke[seen].tolist()
        widths, dashes = boxes.stroke_width[seen].tolist(), boxes.dash[seen].tolist()
        for (bx, by, bw, bh), shape, radius, fill, stroke, wide, dash in zip(
            rects.tolist(), shapes, radii, fills, strokes, widths, dashes, strict=True
        ):
            if stroke >> 24:
                p.setPen(self._pen(stroke, wide, dash))
                half = wide / 2 if wide > 1 else 0.5
                rect = QRectF(bx + half, by + half, bw - 2 * half, bh - 2 * half)
            else:
                p.setPen(Qt.PenStyle.NoPen)
                rect = QRectF(bx, by, bw, bh)
            p.setBrush(color(fill) if fill >> 24 else Qt.BrushStyle.NoBrush)
            if shape == Shape.RECT:
                if not stroke >> 24:
                    p.fillRect(QRectF(bx, by, bw, max(bh, 1.0)), color(fill))
                else:
                    p.drawRect(rect)
            elif shape == Shape.ROUND:
                p.drawRoundedRect(rect, radius, radius)
            else:
                p.drawPath(_outline(rect, shape, radius, _CUT * min(zoom, 1.0)))

    def _pen(self, stroke: int, wide: float, dash: int) -> QPen:
        key = (stroke, wide, dash)
        pen = self._pens.get(key)
        if pen is None:
            pen = self._pens[key] = QPen(color(stroke), wide)
            if dash:
                pen.setDashPattern([v / wide for v in DASHES[dash]])
        return pen

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
                p.setPen(self._pen(stroke, float(paths.width[i]), 0))
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
                p.setPen(self._pen(border, 1.0, 0))
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
            left, top = _whole(np.array([(cx - x) * zoom - wide / 2, (cy - y) * zoom - wide / 2])).tolist()
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


def _batches(p: QPainter, fills: np.ndarray, rects: np.ndarray, width: float, height: float, ratio: float) -> None:
    """Thousands of small plain boxes: written straight into an image, a size at a time.

    rects: float64 (n, 4) in the painter's coordinates; fills: uint32 (n,).
    """
    wide, high = max(1, round(width * ratio)), max(1, round(height * ratio))
    solid = fills >> np.uint32(24) == 255
    cells = np.round(rects[solid] * ratio).astype(np.int64)
    colors = fills[solid]
    pixels = np.zeros((high, wide), np.uint32)
    right = np.minimum(cells[:, 0] + np.maximum(cells[:, 2], 1), wide)
    bottom = np.minimum(cells[:, 1] + np.maximum(cells[:, 3], 1), high)
    left, top = np.maximum(cells[:, 0], 0), np.maximum(cells[:, 1], 0)
    sizes = (bottom - top) * 65536 + (right - left)
    kept = (right > left) & (bottom > top)
    for size in np.unique(sizes[kept]).tolist():
        chosen = kept & (sizes == size)
        down, across = size >> 16, size & 65535
        rows = top[chosen, None] + np.arange(down)
        columns = left[chosen, None] + np.arange(across)
        pixels[rows[:, :, None], columns[:, None, :]] = colors[chosen, None, None]
    image = QImage(pixels.data, wide, high, 4 * wide, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    p.drawImage(QPointF(0, 0), image)


def _whole(pixels: np.ndarray) -> np.ndarray:
    """Whole pixels. Halves go up, wherever the view is, so that a pan moves everything alike."""
    return np.asarray(np.floor(pixels + (0.5 + 1e-6)))


def _inside(rect: np.ndarray, area: QRectF, margin: float) -> np.ndarray:
    """Rows whose rectangle meets the area."""
    if not len(rect):
        return np.zeros(0, np.int64)
    return np.nonzero(
        (rect[:, 0] + rect[:, 2] + margin >= area.left())
        & (rect[:, 0] - margin <= area.right())
        & (rect[:, 1] + rect[:, 3] + margin >= area.top())
        & (rect[:, 1] - margin <= area.bottom())
    )[0]


def _outline(rect: QRectF, shape: int, r: float, cut: float) -> QPainterPath:
    """Boxes whose corners are not all alike."""
    x, y, w, h = rect.x(), rect.y(), rect.width(), rect.height()
    r = min(r, w / 2, h / 2)
    cut = min(cut, w / 2, h)
    top = r if shape in (Shape.ROUND_TOP, Shape.CUT, Shape.CUT_TOP) else 0.0
    bottom = r if shape in (Shape.ROUND_BOTTOM, Shape.CUT) else 0.0
    path = QPainterPath(QPointF(x + top, y))
    if shape in (Shape.CUT, Shape.CUT_TOP):
        path.lineTo(x + w - cut, y)
        path.lineTo(x + w, y + cut)
    else:
        path.lineTo(x + w - top, y)
        path.quadTo(x + w, y, x + w, y + top)
    path.lineTo(x + w, y + h - bottom)
    path.quadTo(x + w, y + h, x + w - bottom, y + h)
    path.lineTo(x + bottom, y + h)
    path.quadTo(x, y + h, x, y + h - bottom)
    path.lineTo(x, y + top)
    path.quadTo(x, y, x + top, y)
    path.closeSubpath()
    return path


__all__ = ["PicturePainter", "color"]
