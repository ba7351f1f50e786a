"""GraphML: the graph for Gephi, yEd, Cytoscape and networkx, without numbers or places."""

from __future__ import annotations

from gradstudio.export.base import Exporter, Job


def write(job: Job) -> bytes:
    """All nodes, with nothing folded, with title, op, shape and line; edges with their input slot."""
    from gradstudio.graph.to_networkx import graphml  # networkx takes a fifth of a second to load

    return graphml(job.whole)


GRAPHML = Exporter("graphml", (".graphml",), "GraphML graph", write)
