"""Opening as little as needed to see one record."""

from __future__ import annotations

import numpy as np

from gradstudio.graph.boxes import boxes_of
from gradstudio.graph.closing import Closing
from gradstudio.graph.fold_state import FoldState, open_, open_pass
from gradstudio.graph.model import Graph
from gradstudio.graph.wanted import part, with_node


def reveal(whole: Graph, state: FoldState, record: int) -> FoldState:
    """The state with the groups and the pass opened that hide a record, and the record wanted; the same one where it is
    drawn already, or is no part of the graph."""
    node = int(np.searchsorted(whole.record, record))
    if node >= len(whole.record) or whole.record[node] != record:
        return state
    state = with_node(whole, state, node)
    whole = part(whole, state)
    node = int(np.searchsorted(whole.record, record))
    for _ in range(len(whole.groups)):
        boxes = boxes_of(whole, Closing(whole, state))
        if boxes.of_node[node] < 0:
            break
        box, holder = boxes.boxes[boxes.of_node[node]], int(boxes.holder[node])
        if box.stack is not None and holder in box.groups:
            state = open_pass(state, box.stack.id, box.stack.number(holder))
        else:
            state = open_(state, whole.groups[holder].id)
    return state
