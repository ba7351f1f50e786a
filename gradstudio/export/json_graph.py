"""JSON: the graph of one view with its numbers and places, for other programs."""

from __future__ import annotations

import json
import math
from typing import Any

from gradstudio.export.base import Exporter, Job
from gradstudio.export.rows import Numbers, rows

VERSION = 1


def write(job: Job) -> bytes:
    """One JSON object; NaN and infinities are the strings "NaN", "Infinity" and "-Infinity"."""
    graph, trace = job.whole, job.trace
    box = dict(zip(job.graph.ids, job.layout.boxes.tolist(), strict=True))
    sweep = trace.sweeps[job.sweep] if 0 <= job.sweep < len(trace.sweeps) else None
    nodes: list[dict[str, Any]] = []
    for node, row in enumerate(rows(job, graph)):
        nodes.append(
            {
                "id": row.id,
                "name": row.name,
                "op": row.op,
                "label": row.label,
                "kind": row.kind,
                "line": row.line or None,
                "group": int(graph.group[node]) if graph.group[node] >= 0 else None,
                "target": row.is_target,
                "source": row.is_source,
                "value": _numbers(row.value),
                "gradient": None if row.gradient is None else _numbers(row.gradient),
                "box": box.get(row.id),  # none while it lies in a closed group
            }
        )
    edges = []
    for edge in range(len(graph.edge_source)):
        back = int(graph.edge_backward[edge])
        edges.append(
            {
                "source": graph.ids[graph.edge_source[edge]],
                "target": graph.ids[graph.edge_target[edge]],
                "slot": int(graph.edge_slot[edge]),
                "elements": int(graph.edge_elements[edge]),
                "gradient": None
                if sweep is None or back < 0
                else {
                    "share": _finite(float(sweep.edge_share[back])),
                    "sign": int(sweep.edge_sign[back]),
                    "rms": _finite(float(sweep.edge_rms[back])),
                },
            }
        )
    whole = {
        "format": "gradstudio graph",
        "version": VERSION,
        "program": job.name,
        "sweep": None
        if sweep is None
        else {
            "number": job.sweep + 1,
            "target": list(sweep.target_names),
            "sources": list(sweep.source_names),
            "connected": list(sweep.connected),
            "line": sweep.span[0] or None,
            "automatic": sweep.automatic,
        },
        "nodes": nodes,
        "edges": edges,
        "groups": [
            {"parent": g.parent if g.parent >= 0 else None, "kind": g.kind, "title": g.title, "line": g.line or None}
            for g in graph.groups
        ],
    }
    return (json.dumps(whole, allow_nan=False, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "replace")


def _numbers(found: Numbers) -> dict[str, Any]:
    return {
        "shape": list(found.shape),
        "dtype": found.dtype,
        "elements": [_finite(x) for x in found.elements] or None,
        "mean": _finite(found.mean),
        "min": found.minimum,
        "max": found.maximum,
        "rms": _finite(found.rms),
        "nan": found.nan,
        "infinite": found.infinite,
    }


def _finite(x: float | None) -> float | str | None:
    if x is None or math.isfinite(x):
        return x
    return "NaN" if math.isnan(x) else "Infinity" if x > 0 else "-Infinity"


JSON = Exporter("json", (".json",), "Graph as JSON", write)
