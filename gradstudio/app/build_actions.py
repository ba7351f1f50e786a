"""BUILD: what can be built on the canvas, as actions: each one is an edit of the text."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from gradstudio.app.action import Action
from gradstudio.app.canvas.building.keys import KEYS

if TYPE_CHECKING:
    from gradstudio.app.main_window import MainWindow


def _do(name: str) -> Callable[[MainWindow], object]:
    return lambda w: w.canvas.builder.orders.do(name)


def _can(name: str) -> Callable[[MainWindow], bool]:
    return lambda w: not w.canvas.builder.orders.why(name)


def _seems(name: str) -> Callable[[MainWindow], bool]:
    return lambda w: w.canvas.builder.orders.seems_possible(name)


def _why(name: str) -> Callable[[MainWindow], str]:
    return lambda w: w.canvas.builder.orders.why(name)


def _build(name: str, text: str, starts_group: bool = False) -> Action:
    return Action(
        f"build-{name}",
        "Build",
        text,
        KEYS.get(name, ()),
        _do(name),
        _can(name),
        on_canvas=True,
        starts_group=starts_group,
        why_not=_why(name),
        seems_enabled=_seems(name),
    )


BUILD: tuple[Action, ...] = (
    _build("add", "Add an operation…"),
    _build("between", "Add an operation on the wire…"),
    _build("connect", "Connect its value to…", starts_group=True),
    _build("connect-into", "Connect its inputs to…"),
    _build("disconnect", "Take the wire away"),
    _build("value", "Type the value…", starts_group=True),
    _build("rename", "Rename…"),
    _build("input", "Make an input with a slider…"),
    _build("duplicate", "Duplicate", starts_group=True),
    _build("delete", "Delete"),
    _build("target", "Make this the target", starts_group=True),
    _build("sources", "Add to the sources, or take out"),
    _build("stop-gradient", "Stop the gradient here, or let it through"),
    _build("extract", "Make a function of it…", starts_group=True),
    _build("inline", "Put it into the lines that use it"),
    _build("loop", "Repeat it in a loop…"),
)

AT: dict[str, tuple[str, ...]] = {
    "node": (
        "add", "connect", "connect-into", "", "value", "rename", "input", "", "duplicate", "delete", "", "target",
        "sources", "stop-gradient", "", "extract", "inline", "loop",
    ),
    "input": ("connect-into", "value", "input", "", "between", "disconnect"),
    "output": ("connect", "add"),
    "constant": ("value", "input", "connect-into"),
    "edge": ("between", "disconnect"),
    "chip": ("between", "disconnect"),
    "": ("add",),
}  # fmt: skip
"""What the menu under the pointer offers, by what lies there; "" is a line between groups."""
