"""Bytes out: each format is one file and one line in EXPORTERS."""

from __future__ import annotations

from gradstudio.export.base import Exporter, Job
from gradstudio.export.csv_table import CSV
from gradstudio.export.graphml import GRAPHML
from gradstudio.export.html_report import HTML
from gradstudio.export.json_graph import JSON
from gradstudio.export.pdf import PDF
from gradstudio.export.png import PNG
from gradstudio.export.svg import SVG

__all__ = ["EXPORTERS", "Exporter", "Job", "exporter_for"]

EXPORTERS: tuple[Exporter, ...] = (SVG, PNG, PDF, HTML, CSV, JSON, GRAPHML)


def exporter_for(suffix: str) -> Exporter | None:
    """The exporter that writes files of a suffix (".svg"), None if there is none."""
    return next((exporter for exporter in EXPORTERS if suffix.lower() in exporter.suffixes), None)
