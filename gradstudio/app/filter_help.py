"""The filter language on one card, for the tooltips of the fields that understand it."""

from __future__ import annotations

import html

from gradstudio.graph.filter_words import HELP


def filter_help() -> str:
    """A tooltip: what can be written, and what it means."""
    rows = "".join(
        f"<tr><td style='padding-right:14px; white-space:pre'><b>{html.escape(written)}</b></td>"
        f"<td>{html.escape(means)}</td></tr>"
        for written, means in HELP
    )
    return f"<table cellspacing='2'>{rows}</table>"
