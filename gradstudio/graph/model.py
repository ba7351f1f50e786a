"""The picture as data: nodes, edges and groups, without any position or colour.

Columnar like the trace it is built from. Row number = node number (dense, 0..n-1); `ids` are strings that stay the
same when an edit elsewhere in the file changes the numbering.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np

FAMILIES = ("arithmetic", "elementary", "network", "linalg", "reduction", "shape", "loss", "control", "leaf")
"""Op families in the order of the theme's tokens; each has an icon and a header tint."""

_COUNT = re.compile(r"[\W_]*\d+")


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """Nodes that belong together: a scope of the program, the backward ops of one sweep, or a section of many lines."""

    id: str
    parent: int  # index into Graph.groups, -1 at the top
    kind: str  # "loop" | "pass" | "call" | "block" (a name_scope or a composite op) | "sweep" | "section"
    title: str
    line: int
    number: int = 0  # which pass of its loop, or which of the equal calls in its run, from 1; 0 for any other group
    run: int = -1  # the same for three or more equal groups that follow one another, so that they can be a stack


def kind_and_name(g: Group) -> tuple[str, str]:
    """What equal groups have in common: all passes are called alike, and so are the blocks layer_1 and layer_2."""
    if g.kind in ("pass", "sweep", "section"):
        return g.kind, ""
    return g.kind, _COUNT.sub("", g.title) if g.kind == "block" else g.title


def moved(g: Group, parent: int) -> Group:
    """The same group in another one."""
    return Group(g.id, parent, g.kind, g.title, g.line, g.number, g.run)


@dataclass(frozen=True, slots=True, eq=False)
class Fold:
    """What one box hides: a closed group, or several equal passes lying on one another (a stack)."""

    id: str  # of the box; what a FoldState names
    kind: str  # "group" | "stack"
    title: str  # "linear()", "for t in range(60)", "1 to 36"
    line: int
    end_line: int
    ops: int  # how many ops it hides
    parameters: int  # how many parameters it hides
    groups: np.ndarray  # int32 (p,): the groups it hides: one, or one for each pass, in order
    first: int  # number of its first pass (Group.number); 1 for a closed group
    of: int  # passes of the whole loop or run of equal calls, of which it may hide only some; 1 for a closed group
    chosen: int  # which of its passes the box shows, 0..p-1
    record: np.ndarray  # int32 (p,): the record each pass hands on; the box shows that of the chosen pass
    unit: str = "pass"  # what each of its groups is: kind of Group


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """An open group that is drawn around its boxes."""

    id: str  # what a FoldState names to close it
    group: int  # index into Graph.groups; every box whose group is this one or lies below it is inside
    title: str  # "linear(), lines 4 to 6", "pass 37"
    stack: str  # the stack an open pass came from, "" for any other group
    number: int  # of the pass, from 1; 0 for any other group
    of: int  # how many passes the stack has; 0 for any other group


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False)
class Graph:
    """What is to be drawn for one view of a trace (all records, or those one sweep can see).

    A row is a node, or a box that hides several (fold >= 0); then record, title and the rest are those of what the box
    hands on. The whole graph hides nothing.
    """

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
    edge_count: np.ndarray  # int32 (m,): how many edges of the whole graph this one stands for
    fold: np.ndarray  # int32 (n,): index into folds of a box that hides nodes, -1 for a node
    folds: tuple[Fold, ...]
    frames: tuple[Frame, ...]  # open groups, outer ones first
    hidden_record: np.ndarray  # int32 (h,): records of nodes that lie in boxes, ascending
    hidden_node: np.ndarray  # int32 (h,): the box each of them lies in
    whole_nodes: int  # how many nodes and edges there are with nothing folded
    whole_edges: int
    cut_off: np.ndarray = field(  # int32 (n,), or empty: edges of each node that lead to what a person hid
        default_factory=lambda: np.zeros(0, np.int32)
    )
    # What flowed back along the edges of bundles, by bundle: edges that stand for one edge alone are not here.
    part_edge: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int32))  # int32 (p,): the bundle, ascending
    part_backward: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int32))  # int32 (p,): as edge_backward
    part_weight: np.ndarray = field(  # float64 (p,): 1 / the number of nodes that the bundle comes from
        default_factory=lambda: np.zeros(0)
    )
