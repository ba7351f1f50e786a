"""Cells of a node's small strips: the health bar of a row and the thumbnail of a value."""

from __future__ import annotations

import numpy as np

from gradstudio.engine.trace import Summaries
from gradstudio.picture.color import ramp
from gradstudio.picture.tokens import Theme

_STRIPE = 5.0  # pixels from one stripe of the negative part to the next


def health(theme: Theme, s: Summaries, row: int, height: float, gradient: bool) -> tuple[list[float], list[int]]:
    """Shares and colours of a bar, from the top: NaN, infinite, positive, zero and negative elements.

    height: of the bar in pixels. The negative part of a gradient is striped, so that the sign survives without colour.
    """
    counts = [int(getattr(s, k)[row]) for k in ("nan", "infinite", "positive", "zero", "negative")]
    total = sum(counts)
    if gradient:
        negative, zero, positive = theme.signed_line[0], theme.zero_fill, theme.signed_line[2]
    else:
        negative, zero, positive = theme.thumbnail[1], theme.surface["node"], theme.edge_dimmed
    sizes: list[float] = []
    colors: list[int] = []
    for count, color in zip(counts, (theme.nan_hatch, theme.infinite_outline, positive, zero, negative), strict=True):
        if not count:
            continue
        share = count / total
        if gradient and color == negative:
            stripes = max(1, round(share * height / _STRIPE))
            for _ in range(stripes):
                sizes += [share / stripes * 0.55, share / stripes * 0.45]
                colors += [negative, 0xFFFFFFFF]
        else:
            sizes.append(share)
            colors.append(color)
    return sizes, colors


def value_cells(theme: Theme, bins: np.ndarray) -> np.ndarray:
    """uint32 colour of each bin of a value, from its smallest to its largest finite one."""
    low, high = theme.thumbnail
    finite = bins[np.isfinite(bins)]
    span = float(finite.max() - finite.min()) if finite.size else 0.0
    part = (bins - (finite.min() if finite.size else 0.0)) / span if span > 0 else np.full(len(bins), 0.5)
    table = ramp((f"#{low & 0xFFFFFF:06X}", f"#{high & 0xFFFFFF:06X}"))
    cells: np.ndarray = table[np.clip(np.nan_to_num(part, nan=0.0, posinf=1.0, neginf=0.0) * 256, 0, 256).astype(int)]
    cells[np.isnan(bins)] = theme.nan_hatch
    cells[np.isinf(bins)] = theme.infinite_outline
    return cells
