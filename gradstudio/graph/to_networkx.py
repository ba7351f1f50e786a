"""The graph as a networkx graph, for algorithms and for formats that networkx writes."""

from __future__ import annotations

import re

import networkx as nx

from gradstudio.graph.model import Graph

_NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def to_networkx(graph: Graph) -> nx.MultiDiGraph:
    """Nodes are the graph's string ids with title, op label, shape and line; edges carry their input slot.

    A box that hides nodes says how many ops lie in it and in how many passes; 0 ops says that it is a node. A bundle
    of edges carries their count.
    """
    out = nx.MultiDiGraph()
    for i, name in enumerate(graph.ids):
        fold = graph.folds[graph.fold[i]] if graph.fold[i] >= 0 else None
        out.add_node(
            name,
            title=graph.title[i],
            op=graph.label[i],
            shape=graph.shape[i],
            line=int(graph.line[i]),
            kind=int(graph.kind[i]),
            hidden_ops=fold.ops if fold is not None else 0,
            passes=len(fold.groups) if fold is not None else 0,
        )
    edges = zip(
        graph.edge_source.tolist(),
        graph.edge_target.tolist(),
        graph.edge_slot.tolist(),
        graph.edge_count.tolist(),
        strict=True,
    )
    for a, b, slot, count in edges:
        out.add_edge(graph.ids[a], graph.ids[b], slot=slot, count=count)
    return out


def graphml(graph: Graph) -> bytes:
    """The graph as a GraphML file (UTF-8). Characters that XML cannot hold are replaced by U+FFFD."""
    found = to_networkx(graph)
    for _, attributes in found.nodes(data=True):
        for name, value in attributes.items():
            if isinstance(value, str):
                attributes[name] = _NOT_XML.sub("\ufffd", value)
    found = nx.relabel_nodes(found, {name: _NOT_XML.sub("\ufffd", name) for name in found})
    return "\n".join(nx.generate_graphml(found)).encode() + b"\n"
