"""HTML report: one file with picture, sweep, nodes and program; readable offline."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import Any

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from gradstudio.diagnosis import diagnose
from gradstudio.export.base import Exporter, Job
from gradstudio.export.font_faces import font_faces, picture_texts
from gradstudio.export.rows import Row, rows
from gradstudio.export.shapes import plain
from gradstudio.export.svg import element
from gradstudio.picture.model import Font
from gradstudio.resources import resource

WORDS = Font("Inter", 13, 400)
TITLES = Font("Inter", 13, 600)
NUMBERS = Font("JetBrains Mono", 12, 400)


def write(job: Job) -> bytes:
    """The report as UTF-8; every text of the program is escaped, nothing is loaded from elsewhere."""
    nodes, picture = rows(job, job.whole), job.picture()
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, finalize=_plain, trim_blocks=True, lstrip_blocks=True
    )
    template = environment.from_string(resource("templates/report.html").read_text(encoding="utf-8"))
    drawing = ET.tostring(element(picture, rows(job, job.graph), f"{job.name}: graph"), encoding="unicode")
    content: dict[str, Any] = {
        "name": job.name,
        "nodes": nodes,
        "sweep": _sweep(job, nodes),
        "lines": job.text.rstrip("\n").expandtabs(4).split("\n"),
        "problems": [(p.severity, p.span[0], p.message, p.hint) for p in diagnose(job.trace, job.text)],
        "drawing": drawing,
        "color": _colors(job),
    }
    page = template.render(content, faces="")
    faces = font_faces([*picture_texts(picture), (WORDS, page), (TITLES, page), (NUMBERS, page)])
    return template.render(content, faces=faces).encode("utf-8", "replace")


def _plain(value: Any) -> Any:
    """Every text of the page without control characters; finished markup as it is."""
    return plain(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _sweep(job: Job, nodes: list[Row]) -> dict[str, Any] | None:
    """The gradient() call shown: target, and each source with its gradient."""
    if not 0 <= job.sweep < len(job.trace.sweeps):
        return None
    sweep = job.trace.sweeps[job.sweep]
    of_record = {int(record): row for record, row in zip(job.whole.record, nodes, strict=True)}
    sources = []
    for record, name, is_connected in zip(sweep.sources, sweep.source_names, sweep.connected, strict=True):
        row = of_record.get(record)
        gradient = str(row.gradient) if row is not None and row.gradient is not None and is_connected else "None"
        sources.append((name or (row.name if row is not None else "source"), row, gradient))
    targets = [name or "the result" for name in sweep.target_names]
    values = [str(of_record[record].value) if record in of_record else "" for record in sweep.target]
    return {
        "number": job.sweep + 1,
        "count": len(job.trace.sweeps),
        "line": sweep.span[0],
        "automatic": sweep.automatic,
        "targets": list(zip(targets, values, strict=True)),
        "sources": sources,
    }


def _colors(job: Job) -> dict[str, str]:
    theme = job.theme
    found = {
        "ground": theme.surface["panel"],
        "canvas": theme.surface["canvas"],
        "band": theme.surface["band"],
        "ink": theme.ink["ink"],
        "muted": theme.ink["muted"],
        "hairline": theme.hairline,
        "warn": theme.warn,
    }
    return {key: f"#{value & 0xFFFFFF:06x}" for key, value in found.items()}


HTML = Exporter("html", (".html", ".htm"), "HTML report", write, is_report=True)
