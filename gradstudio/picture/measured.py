"""A number of each node as a colour, neither that of gradients nor the accent: from little to much, in the greys of
values."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gradstudio.engine.trace import Trace
from gradstudio.graph.measures import measure
from gradstudio.graph.model import Graph
from gradstudio.picture.color import ramp
from gradstudio.picture.numbers import number
from gradstudio.picture.tokens import Theme

_FAR = 100.0
"""Positive numbers that span more than this are shown by their logarithm."""
_PREFIXES = {
    "s": ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns")),
    "B": ((1e9, "GB"), (1e6, "MB"), (1e3, "kB"), (1.0, "B")),
}


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """The numbers of one measure, and the range their colours span."""

    title: str
    unit: str
    values: np.ndarray  # float64 (n,), NaN where a node has none
    low: float
    high: float
    is_log: bool

    def position(self, x: np.ndarray) -> np.ndarray:
        """0..1 for each number: where it stands in the range; NaN stays NaN."""
        if not self.high > self.low:
            return np.where(np.isnan(x), np.nan, 0.5)
        with np.errstate(divide="ignore", invalid="ignore"):
            if self.is_log:
                part = np.log(x / self.low) / np.log(self.high / self.low)
            else:
                part = (x - self.low) / (self.high - self.low)
        return np.asarray(np.clip(part, 0.0, 1.0))

    def at(self, position: float) -> float:
        """The number at a place of the range."""
        if self.is_log:
            return float(self.low * (self.high / self.low) ** position)
        return self.low + (self.high - self.low) * position

    def colors(self, theme: Theme) -> np.ndarray:
        """uint32 colour of each node; that of its surface where it has no such number."""
        part = self.position(self.values)
        known = ~np.isnan(part)
        out = np.full(len(part), theme.surface["node"], np.uint32)
        out[known] = shades(theme)[np.round(part[known] * 256).astype(int)]
        return out

    def text(self, x: float, digits: int = 4) -> str:
        """A number with its unit: "12.30 µs", "8.2 kB", "3"."""
        if np.isnan(x):
            return "–"
        for size, unit in _PREFIXES.get(self.unit, ()):
            if abs(x) >= size or size == _PREFIXES[self.unit][-1][0] or (x == 0 and unit == self.unit):
                return f"{_plain(x / size, digits)} {unit}"
        return _plain(x, digits)


def measured(graph: Graph, trace: Trace, name: str) -> Measured | None:
    """The measure of that name for a graph; None for "". Raises KeyError for a name that no measure has."""
    if not name:
        return None
    found = measure(name)
    values = found.values(graph, trace)
    finite = values[np.isfinite(values)]
    if not len(finite):
        return Measured(found.title, found.unit, values, 0.0, 0.0, False)
    positive = finite[finite > 0]
    is_log = len(positive) > 0 and finite.min() >= 0 and bool(positive.max() > _FAR * positive.min())
    low = positive.min() if is_log else finite.min()
    return Measured(found.title, found.unit, values, float(low), float(finite.max()), is_log)


def shades(theme: Theme) -> np.ndarray:
    """uint32 (257,): the colours of measures."""
    low, high = theme.thumbnail
    return ramp((f"#{low & 0xFFFFFF:06X}", f"#{high & 0xFFFFFF:06X}"))


def _plain(x: float, digits: int) -> str:
    """Whole numbers without decimals."""
    return f"{int(x)}".replace("-", "−") if x == int(x) and abs(x) < 1e6 else number(x, digits)
