"""Cells of nodes' small strips: health bars of rows and thumbnails of values, of many nodes at once."""

from __future__ import annotations

import numpy as np

from gradstudio.engine.trace import Summaries
from gradstudio.picture.color import Scale, ramp, signed
from gradstudio.picture.tokens import Theme

_STRIPE = 5.0  # pixels from one stripe of the negative part to the next
_DARK = 0.4  # of a stripe; the rest is white
Cells = tuple[np.ndarray, np.ndarray, np.ndarray]
"""How many cells each strip has; the share and the colour of each cell, one strip after the other."""


def health(theme: Theme, s: Summaries, rows: np.ndarray, height: float, gradient: bool) -> Cells:
    """Bars, from the top: NaN, infinite, positive, zero and negative elements. No row may be empty.

    height: of a bar in pixels. The negative part of a gradient is striped, so that the sign survives without colour.
    """
    if gradient:
        negative, zero, positive = theme.signed_line[0], theme.zero_fill, theme.signed_line[2]
    else:
        negative, zero, positive = theme.thumbnail[1], theme.surface["node"], theme.edge_dimmed
    counts = np.stack([c[rows] for c in (s.nan, s.infinite, s.positive, s.zero, s.negative)], axis=1)
    shares = counts / counts.sum(axis=1, keepdims=True)
    there = counts > 0
    lead, less = there[:, :4], there[:, 4]
    pieces = np.where(less, np.maximum(np.round(shares[:, 4] * height / _STRIPE), 1), 0).astype(np.int64)
    if not gradient:
        pieces = np.minimum(pieces, 1)
    each = 2 if gradient else 1
    leading = lead.sum(axis=1)
    total = leading + each * pieces
    start = np.cumsum(total) - total
    sizes, colors = np.empty(int(total.sum())), np.empty(int(total.sum()), np.uint32)
    at = (start[:, None] + np.cumsum(lead, axis=1) - 1)[lead]
    sizes[at] = shares[:, :4][lead]
    palette = np.array([theme.nan_hatch, theme.infinite_outline, positive, zero], np.uint32)
    colors[at] = np.broadcast_to(palette, lead.shape)[lead]
    bar = np.repeat(np.arange(len(rows)), pieces)
    number = np.arange(len(bar)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    at = (start + leading)[bar] + each * number
    part = shares[bar, 4] / pieces[bar]
    sizes[at], colors[at] = part * (_DARK if gradient else 1.0), negative
    if gradient:
        sizes[at + 1], colors[at + 1] = part * (1.0 - _DARK), 0xFFFFFFFF
    return total, sizes, colors


def bins_of(s: Summaries, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How many bins the thumbnail of each row has, and all bins, one row after the other."""
    begin = s.thumbnail_start[rows]
    count = s.thumbnail_start[rows + 1] - begin
    at = np.repeat(begin - (np.cumsum(count) - count), count) + np.arange(int(count.sum()))
    return count, s.thumbnail[at]


def value_cells(theme: Theme, count: np.ndarray, bins: np.ndarray) -> np.ndarray:
    """uint32 colour of each bin of values: from the smallest to the largest finite one of its row.

    count: how many bins each row has, at least one.
    """
    low, high = theme.thumbnail
    start = np.cumsum(count) - count
    bins = bins.astype(np.float64)
    finite = np.isfinite(bins)
    least = np.minimum.reduceat(np.where(finite, bins, np.inf), start)
    span = np.maximum.reduceat(np.where(finite, bins, -np.inf), start) - least
    flat = ~(span > 0)  # all equal, or none finite
    with np.errstate(invalid="ignore", divide="ignore"):
        part = (bins - np.repeat(np.where(flat, 0.0, least), count)) / np.repeat(np.where(flat, 1.0, span), count)
    part[np.repeat(flat, count)] = 0.5
    table = ramp((f"#{low & 0xFFFFFF:06X}", f"#{high & 0xFFFFFF:06X}"))
    cells: np.ndarray = table[np.clip(np.nan_to_num(part, nan=0.0, posinf=1.0, neginf=0.0) * 256, 0, 256).astype(int)]
    return _broken(theme, cells, bins)


def gradient_cells(theme: Theme, scale: Scale, bins: np.ndarray) -> np.ndarray:
    """uint32 colour of each bin of cotangents, on the signed scale."""
    return _broken(theme, signed(theme, scale, bins), bins)


def _broken(theme: Theme, cells: np.ndarray, bins: np.ndarray) -> np.ndarray:
    cells[np.isnan(bins)] = theme.nan_hatch
    cells[np.isinf(bins)] = theme.infinite_outline
    return cells
