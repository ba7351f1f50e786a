"""A histogram of an array: grey bars for values, signed colours for gradients. pyqtgraph draws it."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPen
from PySide6.QtWidgets import QSizePolicy, QStackedLayout, QWidget

from gradstudio.app.canvas.painter import color
from gradstudio.app.fonts import mono
from gradstudio.app.plain import label
from gradstudio.picture.color import Scale, signed
from gradstudio.picture.numbers import number
from gradstudio.picture.tokens import Theme

_BINS = 36
_LARGEST = float(np.finfo(np.float64).max)


class Histogram(QWidget):
    """Finite elements in up to 36 bins, with the smallest and largest written below."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._counts = np.zeros(0, np.int64)
        self._edges = np.zeros(0)
        self._scale: Scale | None = None
        self._plot: Any = None  # a pyqtgraph PlotWidget, made when there is first something to plot
        self._empty = label("no finite elements")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._pages = QStackedLayout(self)
        self._pages.setContentsMargins(0, 0, 0, 0)
        self._pages.addWidget(self._empty)
        self.setFixedHeight(138)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Distribution")

    def sizeHint(self) -> QSize:
        return QSize(288, 138)

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._theme = theme
        self._show()

    def set_values(self, array: np.ndarray, scale: Scale | None = None) -> None:
        """The elements to count; with a scale they are gradients and bars take its colours."""
        flat = np.asarray(array, np.float64).ravel()
        flat = flat[np.isfinite(flat)]
        self._scale = scale
        if flat.size:
            low, high = float(flat.min()), float(flat.max())
            if low == high:
                pad = max(abs(low) * 0.5, 0.5)
                low, high = max(low - pad, -_LARGEST), min(high + pad, _LARGEST)
            # Near the largest numbers there are, the distance of the ends would overflow.
            part = 0.25 if max(-low, high) > _LARGEST / 4 else 1.0
            bins = min(_BINS, max(5, flat.size))
            self._counts, edges = np.histogram(flat * part, bins=bins, range=(low * part, high * part))
            self._edges = edges / part
        else:
            self._counts, self._edges = np.zeros(0, np.int64), np.zeros(0)
        self._show()

    def _show(self) -> None:
        if not len(self._counts):
            self._pages.setCurrentWidget(self._empty)
            return
        import pyqtgraph as pg  # a third of a second to load: not before the first array is looked at

        if self._plot is None:
            self._plot = _plain_plot(pg)
            self._pages.addWidget(self._plot)
        t, plot, bins = self._theme, self._plot, len(self._counts)
        plot.setBackground(color(t.surface["sunken"]))
        plot.clear()
        middles = self._edges[:-1] / 2 + self._edges[1:] / 2
        fills = signed(t, self._scale, middles) if self._scale is not None else np.full(bins, t.ink["faint"])
        edge = QPen(color(t.control), 0) if self._scale is not None else QPen(Qt.PenStyle.NoPen)
        # Bars stand at 0, 1, 2, ...: the axis is written from the edges, so that no number is too large to plot.
        bars = pg.BarGraphItem(
            x=np.arange(bins) + 0.5,
            width=0.86,
            height=self._counts,
            pens=[edge] * bins,
            brushes=[color(f) for f in fills],
        )
        plot.addItem(bars)
        low, high = float(self._edges[0]), float(self._edges[-1])
        ticks = [(0.0, number(low, 3)), (float(bins), number(high, 3))]
        if low < 0 < high:
            zero = bins * (-low / 2) / (high / 2 - low / 2)
            pen = QPen(color(t.ink["ink"]), 0, Qt.PenStyle.DotLine)
            plot.addItem(pg.InfiniteLine(zero, pen=pen))
            if 0.2 * bins < zero < 0.8 * bins:
                ticks.insert(1, (zero, "0"))
        axis = plot.getAxis("bottom")
        axis.setTicks([ticks])
        axis.setPen(QPen(color(t.hairline), 0))
        axis.setTextPen(QPen(color(t.ink["muted"])))
        plot.setXRange(-0.11 * bins, 1.11 * bins, padding=0)  # room for the numbers at both ends
        plot.setYRange(0, float(self._counts.max()) * 1.06, padding=0)
        self._pages.setCurrentWidget(plot)


def _plain_plot(pg: Any) -> Any:
    """A plot that only shows: no menu, no panning, one axis."""
    plot = pg.PlotWidget()
    plot.setMenuEnabled(False)
    plot.setMouseEnabled(x=False, y=False)
    plot.hideButtons()
    plot.hideAxis("left")
    plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    plot.viewport().setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    axis = plot.getAxis("bottom")
    axis.setTickFont(mono(10))
    axis.setStyle(tickLength=3, tickTextOffset=3)
    return plot
