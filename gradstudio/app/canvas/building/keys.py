"""KEYS: the keys of what can be built, for the canvas and for the menus."""

from __future__ import annotations

KEYS: dict[str, tuple[str, ...]] = {
    "add": ("Shift+A",),
    "between": ("B",),
    "disconnect": ("Shift+X",),
    "connect": ("C",),
    "connect-into": ("Shift+C",),
    "value": ("E",),
    "rename": ("F2",),
    "input": ("N",),
    "duplicate": ("Ctrl+D",),
    "delete": ("Delete", "X"),
    "target": ("T",),
    "sources": ("W",),
    "stop-gradient": ("S",),
    "extract": ("Ctrl+G",),
    "inline": ("Ctrl+Shift+G",),
    "loop": ("L",),
}
"""By the name of the command, as Qt writes keys."""
