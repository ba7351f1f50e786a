"""What the canvas asks the window for while a person builds: the palette."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QPoint

from gradstudio.studio.building import Building
from gradstudio.studio.edits.edit import Edit


@dataclass(frozen=True, slots=True)
class Asked:
    """The palette, at a point of the canvas."""

    at: QPoint
    hint: str  # what an op will take: "takes z [200]"; "" for nothing
    fits: Callable[[str], str] | None  # what each op would make of it
    make: Callable[[Building, str], Edit]  # the edit for an entry
    words: str = ""  # "after z"
    source: str = ""  # the id of the node that it takes
    has_values: bool = True  # what takes no input is offered too
