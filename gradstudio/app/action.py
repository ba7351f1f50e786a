"""Action: one thing that a person can do, as menus, keys and the sheet of keys read it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gradstudio.app.main_window import MainWindow


def always(window: MainWindow) -> bool:
    """There is nothing to wait for."""
    return True


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to do. `keys` are tried in order by Qt; a checkable one says with `is_checked` whether it is on."""

    id: str
    menu: str
    text: str
    keys: tuple[str, ...]
    run: Callable[[MainWindow], object]
    is_enabled: Callable[[MainWindow], bool] = always
    is_checked: Callable[[MainWindow], bool] | None = None
    on_canvas: bool = False  # its key counts only while the canvas has the focus
    starts_group: bool = False  # a line above it in the menu
    submenu: str = ""  # "recent" | "examples": filled by the window; "lines": by the actions inside it
    text_of: Callable[[MainWindow], str] | None = None  # what the menu says now, instead of `text`
    in_editor: bool = False  # its key counts only while the code has the focus
    inside: str = ""  # the submenu it stands in
    why_not: Callable[[MainWindow], str] | None = None  # for a tooltip: why it does nothing now, "" if it does
    seems_enabled: Callable[[MainWindow], bool] | None = None  # is_enabled at a glance, while no menu is open
