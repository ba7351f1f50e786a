"""CODE_ACTIONS: what a person can do with the code, a part of ACTIONS."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from gradstudio.app.action import Action, always
from gradstudio.app.editor import typing

if TYPE_CHECKING:
    from gradstudio.app.main_window import MainWindow


def _on_lines(
    name: str, text: str, key: str, run: Callable[[MainWindow], object], is_enabled: Callable[[MainWindow], bool]
) -> Action:
    """An entry of the submenu of what is done with whole lines. Its key always counts: the cursor moves on."""
    return Action(name, "Edit", text, (key,), run, is_enabled, in_editor=True, inside="lines", seems_enabled=always)


def _has_text(w: MainWindow) -> bool:
    return not w.editor.document().isEmpty()


def _complete(w: MainWindow) -> None:
    if not w.editor.complete():
        w.say("No word is proposed at the cursor")


def _show_signature(w: MainWindow) -> None:
    if not w.editor.show_signature():
        w.say("The cursor is in no call whose parameters are known")


def _has_problems(w: MainWindow) -> bool:
    return bool(w.problems)


CODE_ACTIONS: tuple[Action, ...] = (
    Action(
        "comment",
        "Edit",
        "Comment or uncomment",
        ("Ctrl+/",),
        lambda w: w.editor.lines.toggle_comment(),
        lambda w: w.editor.lines.can_change(typing.toggled_comment),
        starts_group=True,
        seems_enabled=always,
    ),
    Action("lines", "Edit", "Lines", (), lambda w: None, submenu="lines"),
    _on_lines("duplicate-lines", "Duplicate", "Ctrl+D", lambda w: w.editor.lines.duplicate(), always),
    _on_lines(
        "lines-up", "Move up", "Alt+Up", lambda w: w.editor.lines.move(-1), lambda w: w.editor.lines.can_move(-1)
    ),
    _on_lines(
        "lines-down", "Move down", "Alt+Down", lambda w: w.editor.lines.move(1), lambda w: w.editor.lines.can_move(1)
    ),
    _on_lines("delete-lines", "Delete", "Ctrl+Shift+K", lambda w: w.editor.lines.delete(), _has_text),
    _on_lines(
        "indent",
        "Indent",
        "Ctrl+]",
        lambda w: w.editor.lines.indent(),
        lambda w: w.editor.lines.can_change(typing.indented),
    ),
    _on_lines(
        "dedent",
        "Outdent",
        "Ctrl+[",
        lambda w: w.editor.lines.dedent(),
        lambda w: w.editor.lines.can_change(typing.dedented),
    ),
    Action(
        "complete",
        "Edit",
        "Complete the word",
        ("Ctrl+Space",),
        _complete,
        starts_group=True,
    ),
    Action("signature", "Edit", "Show the parameters", ("Ctrl+Shift+Space",), _show_signature),
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
