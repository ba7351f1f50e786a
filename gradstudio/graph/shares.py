"""Shares: how much of what reaches a node each drawn edge brings back, over all that is bundled in it."""

from __future__ import annotations

import numpy as np

from gradstudio.engine.trace import Sweep
from gradstudio.graph.kept import kept
from gradstudio.graph.model import Graph


@kept()
def shares(graph: Graph, sweep: Sweep) -> np.ndarray:
    """0..1 for each edge (float64 (m,)), 0 where nothing flows back.

    That of a bundle is the sum over its edges; where they come from several nodes, which each have a gradient of their
    own, the mean of the nodes' sums.
    """
    back = graph.edge_backward
    out = np.where(back >= 0, sweep.edge_share[back], 0.0) if len(sweep.edge_share) else np.zeros(len(back))
    if len(graph.part_edge):
        parts = sweep.edge_share[graph.part_backward] * graph.part_weight
        bundled = np.unique(graph.part_edge)
        out[bundled] = np.bincount(graph.part_edge, parts, minlength=len(out))[bundled]
    out.flags.writeable = False
    return out
