"""Edges as lines: forward ones as wide as the data they carry, backward ones by their share of the gradient."""

from __future__ import annotations

import numpy as np

from gradstudio.engine.trace import Trace
from gradstudio.graph.model import Graph
from gradstudio.layout.model import Layout, Routes
from gradstudio.picture.color import magnitude
from gradstudio.picture.columns import LineList
from gradstudio.picture.model import Layer, Lines
from gradstudio.picture.tokens import Theme

_VISIBLE = {"light": 0.45, "dark": 0.3}
"""Lines of small mixed-sign gradients start at this position of the size scale, to stand out from the canvas."""


def forward_width(elements: np.ndarray) -> np.ndarray:
    """Pixels, from the number of elements that flow."""
    return np.asarray(np.minimum(4.0, 1.0 + np.log2(np.maximum(elements, 1)) / 6.0))


def backward_width(share: np.ndarray) -> np.ndarray:
    """Pixels, from the share of the receiving node's gradient (0..1)."""
    with np.errstate(divide="ignore"):
        return np.asarray(1.0 + 2.2 * np.clip(1.0 + np.log10(share) / 3.0, 0.0, 1.0))


def lines(graph: Graph, layout: Layout, trace: Trace, theme: Theme, layer: Layer, stale: bool) -> Lines:
    """Forward lines first, backward lines above them."""
    out = LineList()
    halo = theme.surface["canvas"]
    widths = forward_width(graph.edge_elements)
    color = theme.edge if layer != Layer.GRADIENTS and not stale else theme.edge_dimmed
    for e in range(len(graph.edge_source)):
        out.add(_route(layout.forward, e), color, float(widths[e]), (7.0, 6.0), halo, e, False)
    if layer == Layer.VALUES or graph.sweep < 0:
        return out.freeze()
    sweep = trace.sweeps[graph.sweep]
    shown = np.nonzero(graph.edge_backward >= 0)[0]
    rows = graph.edge_backward[shown]
    sign = sweep.edge_sign[rows].astype(int)
    sized = backward_width(sweep.edge_share[rows])
    sized[np.isnan(sweep.edge_rms[rows])] = 3.2  # the way of a NaN is never thin
    mixed = magnitude(theme, sweep.edge_rms[rows], _VISIBLE[theme.name])
    for e, s, w, m, rms in zip(
        shown.tolist(), sign.tolist(), sized.tolist(), mixed.tolist(), sweep.edge_rms[rows].tolist(), strict=True
    ):
        c = theme.nan_hatch if rms != rms else theme.signed_line[1 + s] if s or rms == 0 else m
        if stale:
            c = theme.edge_dimmed
        dash = (5 + 0.5 * w, 2.5 + 0.25 * w)
        if s < 0:
            dash = (6 + 0.5 * w, 2 + 0.2 * w, 1 + 0.35 * w, 2 + 0.2 * w)  # type: ignore[assignment]
        out.add(_route(layout.backward, e), c, w, (5 + 0.9 * w, 5.2 + 1.24 * w), halo, e, True, dash)
    return out.freeze()


def _route(routes: Routes, e: int) -> np.ndarray:
    return routes.points[routes.start[e] : routes.start[e + 1]]
