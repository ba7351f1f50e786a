"""Folding: the graph that is drawn, with closed groups as single boxes and equal passes as stacks."""

from __future__ import annotations

import numpy as np

from gradstudio.engine.trace import Kind
from gradstudio.graph.boxes import boxes_of, family, folds_of, label
from gradstudio.graph.bundling import bundled
from gradstudio.graph.closing import Closing
from gradstudio.graph.fold_state import FoldState
from gradstudio.graph.frames import frames_of
from gradstudio.graph.model import Graph
from gradstudio.graph.tree import line_spans
from gradstudio.graph.wanted import part

__all__ = ["FoldState", "fold"]


def fold(whole: Graph, state: FoldState) -> Graph:
    """The graph to draw: what is wanted of `whole`, with closed groups as single boxes and equal passes as stacks.

    Rows stay in the order of the tape; a box stands where its last op stood (without one: its first leaf), so no
    edge leads back to an earlier row.
    """
    whole = part(whole, state)
    if not whole.groups:
        return whole
    closing = Closing(whole, state)
    boxes = boxes_of(whole, closing)
    n = len(whole.record)
    alone = np.flatnonzero(boxes.of_node < 0)
    count = len(boxes.boxes)
    is_call = np.array([g.kind == "call" for g in whole.groups], bool)
    is_op = whole.kind == Kind.OP
    spans = line_spans(closing.tree, is_call, whole.group[is_op], whole.line[is_op])
    folds, shown = folds_of(whole, boxes, state, spans)
    inside = np.flatnonzero(boxes.of_node >= 0)
    owner = boxes.of_node[inside]
    place = np.full(count, -1)
    ops = is_op[inside]
    np.maximum.at(place, owner[ops], inside[ops])
    for leaves in np.flatnonzero(place < 0).tolist():
        place[leaves] = inside[owner == leaves].min()
    order = np.argsort(np.concatenate([alone, place]), kind="stable")
    at = np.concatenate([alone, shown])[order]  # the node that each row shows
    fold_of = np.concatenate([np.full(len(alone), -1), np.arange(count)])[order].astype(np.int32)
    row_of_box = np.empty(count, np.int64)
    row_of_box[fold_of[fold_of >= 0]] = np.flatnonzero(fold_of >= 0)
    row = np.empty(n, np.int64)
    row[at[fold_of < 0]] = np.flatnonzero(fold_of < 0)
    row[inside] = row_of_box[owner]

    ids = [whole.ids[i] for i in at.tolist()]
    title, words = [whole.title[i] for i in at.tolist()], [whole.label[i] for i in at.tolist()]
    symbol = [whole.symbol[i] for i in at.tolist()]
    kind, families = whole.kind[at], whole.family[at]
    line, group = whole.line[at], whole.group[at]
    for number, (found, box) in enumerate(zip(folds, boxes.boxes, strict=True)):
        i = int(row_of_box[number])
        ids[i], title[i], words[i], line[i], group[i] = found.id, found.title, label(found), found.line, box.parent
        symbol[i] = f"×{len(found.groups)}" if found.kind == "stack" else ""
        kind[i], families[i] = Kind.OP, family(whole, found)
    targets, sources = np.zeros(len(at), bool), np.zeros(len(at), bool)
    targets[row[whole.is_target]] = True
    sources[row[whole.is_source]] = True
    edges = bundled(whole, row, fold_of, boxes.holder, folds)
    has_chip = boxes.of_node[whole.chip_node] < 0
    hidden = inside[np.argsort(whole.record[inside], kind="stable")]
    return Graph(
        sweep=whole.sweep,
        ids=tuple(ids),
        record=whole.record[at],
        kind=kind,
        family=families,
        title=tuple(title),
        label=tuple(words),
        symbol=tuple(symbol),
        shape=tuple(whole.shape[i] for i in at.tolist()),
        line=line,
        group=group,
        is_target=targets,
        is_source=sources,
        edge_source=edges.source,
        edge_target=edges.target,
        edge_slot=edges.slot,
        edge_elements=edges.elements,
        edge_backward=edges.backward,
        chip_node=row[whole.chip_node[has_chip]].astype(np.int32),
        chip_slot=whole.chip_slot[has_chip],
        chip_text=tuple(whole.chip_text[i] for i in np.flatnonzero(has_chip).tolist()),
        groups=whole.groups,
        edge_count=edges.count,
        fold=fold_of,
        folds=folds,
        frames=frames_of(whole, closing, boxes.open, group, spans),
        hidden_record=whole.record[hidden],
        hidden_node=row[hidden].astype(np.int32),
        whole_nodes=whole.whole_nodes,
        whole_edges=whole.whole_edges,
        cut_off=_summed(whole.cut_off, row, len(at)),
        part_edge=edges.part_edge,
        part_backward=edges.part_backward,
        part_weight=edges.part_weight,
    )


def _summed(of_node: np.ndarray, row: np.ndarray, rows: int) -> np.ndarray:
    """A count of each node, or of none, for each row."""
    if not len(of_node):
        return of_node
    return np.bincount(row, of_node, minlength=rows).astype(np.int32)
