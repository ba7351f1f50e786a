"""The picture as data: nodes, edges and groups, without any position or colour.

Columnar like the trace it is built from. Row number = node number (dense, 0..n-1); `ids` are strings that stay the
same when an edit elsewhere in the file changes the numbering.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

FAMILIES = ("arithmetic", "elementary", "network", "linalg", "reduction", "shape", "loss", "control", "leaf")
"""Op families in the order of the theme's tokens; each has an icon and a header tint."""


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """Nodes that belong together: a loop, a pass, a call, or the backward ops of one sweep."""

    id: str
    parent: int  # index into Graph.groups, -1 at the top
    kind: str  # "loop" | "pass" | "call" | "block" | "sweep"
    title: str
    line: int


@dataclass(frozen=True, slots=True, eq=False)
class Graph:
    """What is to be drawn for one view of a trace (all records, or those one sweep can see)."""

    sweep: int  # the sweep shown, -1 for none
    ids: tuple[str, ...]
    record: np.ndarray  # int32 (n,): record number in the trace
    kind: np.ndarray  # uint8 (n,): engine.trace.Kind
    family: np.ndarray  # uint8 (n,): index into FAMILIES
    title: tuple[str, ...]  # the user's name, else the source text: "loss", "X @ w"
    label: tuple[str, ...]  # header text: "matmul", "sum axis 1", "times 0.02", "parameter", "data"
    symbol: tuple[str, ...]  # short op sign for small nodes: "+", "@", "tanh", "" for leaves
    shape: tuple[str, ...]  # "[200,3]"; "" for scalars
    line: np.ndarray  # int32 (n,)
    group: np.ndarray  # int32 (n,): innermost group, -1 for none
    is_target: np.ndarray  # bool (n,)
    is_source: np.ndarray  # bool (n,)
    edge_source: np.ndarray  # int32 (m,): node number the value comes from
    edge_target: np.ndarray  # int32 (m,): node number of its consumer
    edge_slot: np.ndarray  # int32 (m,): input slot at the consumer
    edge_elements: np.ndarray  # int64 (m,): how many numbers flow
    edge_backward: np.ndarray  # int32 (m,): row of the sweep's edge_* columns, -1 if nothing flowed back
    chip_node: np.ndarray  # int32 (c,): constants shown as chips over an input port
    chip_slot: np.ndarray  # int32 (c,)
    chip_text: tuple[str, ...]
    groups: tuple[Group, ...]
