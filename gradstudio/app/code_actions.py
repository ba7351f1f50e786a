"""CODE_ACTIONS: what a person can do with the code, a part of ACTIONS."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from gradstudio.app.action import Action

if TYPE_CHECKING:
    from gradstudio.app.main_window import MainWindow


def _on_lines(name: str, text: str, key: str, run: Callable[[MainWindow], object]) -> Action:
    """An entry of the submenu of what is done with whole lines."""
    return Action(name, "Edit", text, (key,), run, in_editor=True, inside="lines")


def _has_problems(w: MainWindow) -> bool:
    return bool(w.problems)


CODE_ACTIONS: tuple[Action, ...] = (
    Action(
        "comment",
        "Edit",
        "Comment or uncomment",
        ("Ctrl+/",),
        lambda w: w.editor.lines.toggle_comment(),
        starts_group=True,
    ),
    Action("lines", "Edit", "Lines", (), lambda w: None, submenu="lines"),
    _on_lines("duplicate-lines", "Duplicate", "Ctrl+D", lambda w: w.editor.lines.duplicate()),
    _on_lines("lines-up", "Move up", "Alt+Up", lambda w: w.editor.lines.move(-1)),
    _on_lines("lines-down", "Move down", "Alt+Down", lambda w: w.editor.lines.move(1)),
    _on_lines("delete-lines", "Delete", "Ctrl+Shift+K", lambda w: w.editor.lines.delete()),
    _on_lines("indent", "Indent", "Ctrl+]", lambda w: w.editor.lines.indent()),
    _on_lines("dedent", "Outdent", "Ctrl+[", lambda w: w.editor.lines.dedent()),
    Action(
        "complete",
        "Edit",
        "Complete the word",
        ("Ctrl+Space",),
        lambda w: w.editor.complete(),
        starts_group=True,
    ),
    Action("signature", "Edit", "Show the parameters", ("Ctrl+Shift+Space",), lambda w: w.editor.show_signature()),
    Action(
        "definition",
        "Edit",
        "Go to the definition",
        ("F12",),
        lambda w: w.editor.names.go_to_definition(),
    ),
    Action("rename", "Edit", "Rename…", ("F2",), lambda w: w.editor.rename.open(), in_editor=True),
    Action("fix", "Edit", "Fix what is wrong…", ("Ctrl+.",), lambda w: w.editor.fixing.open_at_cursor(), _has_problems),
    Action("find", "Edit", "Find in text", ("Ctrl+F",), lambda w: w.find_bar.open(), starts_group=True),
    Action("replace", "Edit", "Replace in text", ("Ctrl+H",), lambda w: w.find_bar.open(replaces=True)),
    Action(
        "find-next", "Edit", "Find next", ("F3",), lambda w: w.find_bar.step(1), lambda w: bool(w.find_bar.wanted())
    ),
    Action(
        "find-previous",
        "Edit",
        "Find previous",
        ("Shift+F3",),
        lambda w: w.find_bar.step(-1),
        lambda w: bool(w.find_bar.wanted()),
    ),
)
