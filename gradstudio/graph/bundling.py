"""Edges between boxes: all that lead from one box to another become one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gradstudio.graph.model import Fold, Graph


@dataclass(frozen=True, slots=True, eq=False)
class Edges:
    """Columns of a Graph."""

    source: np.ndarray
    target: np.ndarray
    slot: np.ndarray
    elements: np.ndarray
    backward: np.ndarray
    count: np.ndarray
    part_edge: np.ndarray
    part_backward: np.ndarray
    part_weight: np.ndarray


def bundled(whole: Graph, row: np.ndarray, fold_of: np.ndarray, holder: np.ndarray, folds: tuple[Fold, ...]) -> Edges:
    """The edges between rows. row: of each node; fold_of: of each row; holder: the pass or group each node lies in.

    An edge between two nodes stays as it is. A bundle carries the largest value of its edges, and of what flowed back
    the part that belongs to the pass its box shows, else that of the largest value; all parts are listed beside it.
    """
    source, target = row[whole.edge_source], row[whole.edge_target]
    kept = np.flatnonzero(source != target)
    source, target = source[kept], target[kept]
    slot, elements, backward = whole.edge_slot[kept], whole.edge_elements[kept], whole.edge_backward[kept]
    is_bundle = (fold_of[source] >= 0) | (fold_of[target] >= 0)
    shown = np.append(np.full(len(whole.groups), False), False)
    shown[[int(f.groups[f.chosen]) for f in folds]] = True
    is_shown = shown[holder[whole.edge_source[kept]]] * 1 + shown[holder[whole.edge_target[kept]]]

    part = np.where(is_bundle, 0, slot + 1)
    worth = np.lexsort((np.arange(len(kept)), elements, is_shown, backward >= 0, part, source, target))
    first = (
        np.flatnonzero(
            np.append(
                True,
                (source[worth][1:] != source[worth][:-1])
                | (target[worth][1:] != target[worth][:-1])
                | (part[worth][1:] != part[worth][:-1]),
            )
        )
        if len(kept)
        else np.zeros(0, np.int64)
    )
    best = worth[np.append(first[1:], len(worth)) - 1] if len(kept) else first
    least = np.minimum.reduceat(slot[worth], first) if len(kept) else slot
    most = np.maximum.reduceat(elements[worth], first) if len(kept) else elements
    count = np.diff(np.append(first, len(worth)))
    source, target = source[best], target[best]
    into_box = fold_of[target] >= 0
    order = np.lexsort((source, np.where(into_box, 0, least), target))
    slot = least[order].astype(np.int64)
    source, target = source[order], target[order]
    begins = np.searchsorted(target, target)
    slot = np.where(fold_of[target] >= 0, np.arange(len(target)) - begins, slot)
    number = np.empty(len(order), np.int64)  # of each bundle, among the edges
    number[order] = np.arange(len(order))
    owner = np.empty(len(kept), np.int64)
    owner[worth] = np.repeat(number, count)
    flows = np.flatnonzero((count[order][owner] > 1) & (backward >= 0)) if len(kept) else owner
    flows = flows[np.argsort(owner[flows], kind="stable")]
    return Edges(
        source.astype(np.int32),
        target.astype(np.int32),
        slot.astype(np.int32),
        most[order].astype(np.int64),
        backward[best][order].astype(np.int32),
        count[order].astype(np.int32),
        owner[flows].astype(np.int32),
        backward[flows].astype(np.int32),
        _weights(owner[flows], whole.edge_source[kept][flows]),
    )


def _weights(bundle: np.ndarray, source: np.ndarray) -> np.ndarray:
    """For each part of a bundle, 1 / the number of nodes that the parts of that bundle come from."""
    if not len(bundle):
        return np.zeros(0)
    pairs = np.unique(np.column_stack([bundle, source]), axis=0)
    return np.asarray(1.0 / np.bincount(pairs[:, 0])[bundle])
