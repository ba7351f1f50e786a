"""Plain text for widgets that guess: Qt shows a tooltip as rich text if it looks like it."""

from __future__ import annotations

import html

from PySide6.QtCore import Qt
from PySide6.QtGui import Qt as Guesses
from PySide6.QtWidgets import QLabel, QWidget

from gradstudio.picture.fonts import plain
from gradstudio.picture.visible import visible

LONGEST = 600


def tip(text: str) -> str:
    """A tooltip that shows exactly this text (cut if it is very long), with what is hidden in it spelled out."""
    text = text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
    text = "\n".join(map(visible, text.split("\n")))
    if "<" not in text and not Guesses.mightBeRichText(text):
        return text
    return f"<p style='white-space:pre-wrap'>{html.escape(text)}</p>"


def label(text: str, parent: QWidget | None = None) -> QLabel:
    """A label that never interprets its text."""
    made = QLabel(parent)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setText(text)
    return made


def menu_text(text: str, longest: int = 200) -> str:
    """What a menu or a button shows as exactly this text: no letter of it is underlined, no part a key."""
    return plain(text, longest).replace("&", "&&")


def title_text(text: str) -> str:
    """The same for the title of a window, in which Qt looks for a mark of its own."""
    return plain(text, 200).replace("[*]", "[*][*]")
