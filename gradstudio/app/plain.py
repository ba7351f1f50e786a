"""Plain text for widgets that guess: Qt shows a tooltip as rich text if it looks like it."""

from __future__ import annotations

import html

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

LONGEST = 600


def tip(text: str) -> str:
    """A tooltip that shows exactly this text (cut if it is very long)."""
    text = text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
    if "<" not in text:
        return text
    return f"<p style='white-space:pre-wrap'>{html.escape(text)}</p>"


def label(text: str, parent: QWidget | None = None) -> QLabel:
    """A label that never interprets its text."""
    made = QLabel(parent)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setText(text)
    return made
