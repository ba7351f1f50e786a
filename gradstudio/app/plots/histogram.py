"""A histogram of an array, painted as the design shows it: grey bars for values, signed colours for gradients."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gradstudio.app.canvas.painter import color
from gradstudio.app.fonts import mono
from gradstudio.picture.color import Scale, signed
from gradstudio.picture.numbers import number
from gradstudio.picture.tokens import Theme

_BINS = 36


class Histogram(QWidget):
    """Finite elements in up to 36 bins, with the smallest and largest written below."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._counts = np.zeros(0, np.int64)
        self._edges = np.zeros(0)
        self._scale: Scale | None = None
        self.setFixedHeight(138)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Distribution")

    def sizeHint(self) -> QSize:
        return QSize(288, 138)

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._theme = theme
        self.update()

    def set_values(self, array: np.ndarray, scale: Scale | None = None) -> None:
        """The elements to count; with a scale they are gradients and bars take its colours."""
        flat = np.asarray(array, np.float64).ravel()
        flat = flat[np.isfinite(flat)]
        self._scale = scale
        if flat.size:
            low, high = float(flat.min()), float(flat.max())
            if low == high or not np.isfinite(high - low):
                pad = max(abs(low) * 0.5, 0.5)
                low, high = max(low - pad, -1e308), min(high + pad, 1e308)
            self._counts, self._edges = np.histogram(flat, bins=min(_BINS, max(5, flat.size)), range=(low, high))
        else:
            self._counts, self._edges = np.zeros(0, np.int64), np.zeros(0)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        t = self._theme
        p = QPainter(self)
        try:
            p.setRenderHint(QPainter.RenderHint.Antialiasing)
            frame = QRectF(0.5, 0.5, self.width() - 1, self.height() - 21)
            p.setPen(QPen(color(t.hairline), 1.0))
            p.setBrush(color(t.surface["sunken"]))
            p.drawRoundedRect(frame, 4, 4)
            if not len(self._counts):
                p.setPen(color(t.ink["muted"]))
                p.drawText(frame, Qt.AlignmentFlag.AlignCenter, "no finite elements")
                return
            inner = frame.adjusted(8, 8, -8, 0)
            wide = inner.width() / len(self._counts)
            top = float(self._counts.max())
            middles = (self._edges[:-1] + self._edges[1:]) / 2
            fills = (
                signed(t, self._scale, middles) if self._scale is not None else np.full(len(middles), t.ink["faint"])
            )
            for k, count in enumerate(self._counts.tolist()):
                if count:
                    high = max(2.0, inner.height() * count / top)
                    bar = QRectF(inner.left() + k * wide, inner.bottom() - high, max(wide - 1.0, 1.0), high)
                    p.fillRect(bar, color(fills[k]))
                    if self._scale is not None:
                        p.setPen(QPen(color(t.control), 0.6))
                        p.setBrush(Qt.BrushStyle.NoBrush)
                        p.drawRect(bar)
            low, high_edge = float(self._edges[0]), float(self._edges[-1])
            if low < 0 < high_edge:
                zero = inner.left() + inner.width() * (-low) / (high_edge - low)
                p.setPen(QPen(color(t.ink["ink"]), 1.0, Qt.PenStyle.DotLine))
                p.drawLine(QPointF(zero, frame.top() + 4), QPointF(zero, frame.bottom()))
            p.setFont(mono(10))
            p.setPen(color(t.ink["muted"]))
            base = QRectF(0, self.height() - 17, self.width(), 16)
            left, right = number(low, 3), number(high_edge, 3)
            p.drawText(base, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, left)
            p.drawText(base, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, right)
            if low < 0 < high_edge and 6.0 * len(left) + 10 < zero < self.width() - 6.0 * len(right) - 10:
                p.drawText(QRectF(zero - 10, base.y(), 20, 16), Qt.AlignmentFlag.AlignCenter, "0")
        finally:
            p.end()
