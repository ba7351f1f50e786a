"""ACTIONS: everything a person can do, once. Menu bar, shortcuts, the sheet of keys and the toolbar all read it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication

from gradstudio.app.action import Action, always
from gradstudio.app.build_actions import BUILD
from gradstudio.app.canvas.walk import WALKING
from gradstudio.app.code_actions import CODE_ACTIONS
from gradstudio.app.graph_actions import GRAPH
from gradstudio.app.insert_actions import INSERT
from gradstudio.app.left_dock import INPUTS, OPERATIONS
from gradstudio.app.older_versions import show_older_versions
from gradstudio.app.trust_actions import TRUST

if TYPE_CHECKING:
    from gradstudio.app.main_window import MainWindow

MENUS = ("File", "Edit", "Insert", "View", "Build", "Graph", "Run", "Help")


def _layer(number: int) -> Callable[[MainWindow], object]:
    return lambda w: w.set_layer(number)


def _is_layer(number: int) -> Callable[[MainWindow], bool]:
    return lambda w: w.settings.layer == number


def _select_all(w: MainWindow) -> None:
    """All nodes while the network has the keys, else all of the text."""
    if w.canvas.hasFocus() and w.canvas.scene is not None:
        w.canvas.choose_all(list(range(len(w.canvas.scene.graph.ids))))
    else:
        w.editor.selectAll()


def _copy(w: MainWindow) -> None:
    """The lines of the selected nodes while the network has the keys, else the selected text."""
    if not w.canvas.hasFocus():
        w.editor.copy()
    elif w.view is not None:
        lines = w.editor.text().split("\n")
        numbers = sorted({int(w.view.graph.line[node]) for node in w.canvas.chosen})
        QGuiApplication.clipboard().setText(
            "".join(f"{lines[k - 1].strip()}\n" for k in numbers if 0 < k <= len(lines))
        )


def _cut(w: MainWindow) -> None:
    if w.canvas.hasFocus():
        w.say("Cut works on the code; X deletes nodes")
    else:
        w.editor.cut()


def _paste(w: MainWindow) -> None:
    if w.canvas.hasFocus():
        w.say("Only cells of a spreadsheet can be pasted into the network")
    else:
        w.editor.paste()


def _can_copy(w: MainWindow) -> bool:
    return bool(w.canvas.chosen) if w.canvas.hasFocus() else w.editor.textCursor().hasSelection()


def _has_something(w: MainWindow) -> bool:
    return w.view is not None if w.canvas.hasFocus() else not w.editor.document().isEmpty()


def _has_picture(w: MainWindow) -> bool:
    return w.view is not None


def _has_node(w: MainWindow) -> bool:
    return w.view is not None and w.canvas.selected >= 0


def _with_step(verb: str, name: str) -> str:
    """ "Undo add sigmoid"."""
    return f"{verb} {name[0].lower()}{name[1:]}" if name else verb


def _show_history(w: MainWindow) -> None:
    """Open the list of steps, with the keyboard in it."""
    w.show_tab("history")
    w.panels[w.tabs.current].setFocus()


ACTIONS: tuple[Action, ...] = (
    Action("new", "File", "New", ("Ctrl+N",), lambda w: w.new_file()),
    Action("open", "File", "Open…", ("Ctrl+O",), lambda w: w.open_file()),
    Action("recent", "File", "Open recent", (), lambda w: None, lambda w: bool(w.settings.recent), submenu="recent"),
    Action("examples", "File", "Examples", (), lambda w: None, submenu="examples"),
    Action("save", "File", "Save", ("Ctrl+S",), lambda w: w.save_file(), starts_group=True),
    Action("save-as", "File", "Save as…", ("Ctrl+Shift+S",), lambda w: w.save_file_as()),
    Action("older-versions", "File", "Older versions…", ("Ctrl+Alt+O",), show_older_versions),
    Action(
        "recovered",
        "File",
        "Recovered texts…",
        ("Ctrl+Alt+R",),
        lambda w: w.recovery.show(),
        lambda w: bool(w.recovery.offers),
    ),
    Action(
        "export-graph",
        "File",
        "Export graph…",
        ("Ctrl+E",),
        lambda w: w.export("graph"),
        _has_picture,
        starts_group=True,
    ),
    Action("export-report", "File", "Export report…", ("Ctrl+Shift+E",), lambda w: w.export("report"), _has_picture),
    Action("quit", "File", "Quit", ("Ctrl+Q",), lambda w: w.close(), starts_group=True),
    Action(
        "undo",
        "Edit",
        "Undo",
        ("Ctrl+Z",),
        lambda w: w.session.undo(),
        lambda w: bool(w.session.history.undo_name),
        text_of=lambda w: _with_step("Undo", w.session.history.undo_name),
    ),
    Action(
        "redo",
        "Edit",
        "Redo",
        ("Ctrl+Shift+Z", "Ctrl+Y"),
        lambda w: w.session.redo(),
        lambda w: bool(w.session.history.redo_name),
        text_of=lambda w: _with_step("Redo", w.session.history.redo_name),
    ),
    Action("history", "Edit", "History", ("Ctrl+Shift+H",), _show_history),
    Action(
        "cut",
        "Edit",
        "Cut",
        ("Ctrl+X",),
        _cut,
        lambda w: not w.canvas.hasFocus() and w.editor.textCursor().hasSelection(),
        starts_group=True,
        seems_enabled=always,
    ),
    Action("copy", "Edit", "Copy", ("Ctrl+C",), _copy, _can_copy, seems_enabled=always),
    Action("paste", "Edit", "Paste", ("Ctrl+V",), _paste, lambda w: not w.canvas.hasFocus(), seems_enabled=always),
    Action(
        "select-all",
        "Edit",
        "Select all",
        ("Ctrl+A",),
        _select_all,
        _has_something,
        seems_enabled=always,
    ),
    *CODE_ACTIONS,
    Action("find-node", "Edit", "Find node or command", ("Ctrl+P",), lambda w: w.toolbar.open_finder()),
    *INSERT,
    Action(
        "dark",
        "View",
        "Dark theme",
        ("Ctrl+Shift+D",),
        lambda w: w.set_theme("dark"),
        is_checked=lambda w: w.settings.theme == "dark",
    ),
    Action(
        "light",
        "View",
        "Light theme",
        ("Ctrl+Shift+L",),
        lambda w: w.set_theme("light"),
        is_checked=lambda w: w.settings.theme == "light",
    ),
    Action("values", "View", "Values", ("1",), _layer(0), is_checked=_is_layer(0), on_canvas=True, starts_group=True),
    Action("gradients", "View", "Gradients", ("2",), _layer(1), is_checked=_is_layer(1), on_canvas=True),
    Action("both", "View", "Both", ("3",), _layer(2), is_checked=_is_layer(2), on_canvas=True),
    Action("local", "View", "Local derivatives", ("4",), _layer(3), is_checked=_is_layer(3), on_canvas=True),
    Action(
        "zoom-in",
        "View",
        "Zoom in",
        ("Ctrl+=", "Ctrl++"),
        lambda w: w.canvas.zoom_in(),
        _has_picture,
        starts_group=True,
    ),
    Action("zoom-out", "View", "Zoom out", ("Ctrl+-",), lambda w: w.canvas.zoom_out(), _has_picture),
    Action("fit", "View", "Show everything", ("Home",), lambda w: w.canvas.fit(), _has_picture, on_canvas=True),
    Action(
        "frame",
        "View",
        "Show the selected node",
        ("F",),
        lambda w: w.canvas.frame_selected(),
        _has_node,
        on_canvas=True,
    ),
    Action(
        "map",
        "View",
        "Map",
        ("M",),
        lambda w: w.canvas.toggle_map(),
        _has_picture,
        lambda w: w.canvas.has_map,
        on_canvas=True,
    ),
    Action(
        "bigger",
        "View",
        "Bigger text",
        ("Alt+=", "Alt++"),
        lambda w: w.change_text_size(1),
        starts_group=True,
    ),
    Action("smaller", "View", "Smaller text", ("Alt+-",), lambda w: w.change_text_size(-1)),
    Action(
        "inspector",
        "View",
        "Inspector",
        ("Ctrl+Shift+J",),
        lambda w: w.toggle_dock("inspector"),
        is_checked=lambda w: w.is_dock_open("inspector"),
        starts_group=True,
    ),
    Action(
        "inputs",
        "View",
        "Inputs",
        ("Ctrl+Shift+U",),
        lambda w: w.left_dock.toggle(INPUTS),
        is_checked=lambda w: w.left_dock.is_open(INPUTS),
    ),
    Action(
        "operations",
        "View",
        "Operations",
        ("Ctrl+Shift+P",),
        lambda w: w.left_dock.toggle(OPERATIONS),
        is_checked=lambda w: w.left_dock.is_open(OPERATIONS),
    ),
    Action(
        "bottom",
        "View",
        "Problems and console",
        ("Ctrl+Shift+B",),
        lambda w: w.toggle_dock("bottom"),
        is_checked=lambda w: w.is_dock_open("bottom"),
    ),
    *BUILD,
    *GRAPH,
    Action("run", "Run", "Run", ("F5",), lambda w: w.run()),
    Action("stop", "Run", "Stop", ("Shift+F5",), lambda w: w.stop(), lambda w: w.is_running),
    Action(
        "live",
        "Run",
        "Run while typing",
        ("Ctrl+Shift+F5",),
        lambda w: w.set_live(not w.settings.live),
        is_checked=lambda w: w.settings.live,
    ),
    *TRUST,
    Action(
        "next-sweep",
        "Run",
        "Next sweep",
        ("Alt+Right",),
        lambda w: w.toolbar.sweeps.step(1),
        lambda w: w.can_step(1),
        starts_group=True,
    ),
    Action(
        "previous-sweep",
        "Run",
        "Previous sweep",
        ("Alt+Left",),
        lambda w: w.toolbar.sweeps.step(-1),
        lambda w: w.can_step(-1),
    ),
    Action(
        "next-turn",
        "Run",
        "Next pass of the loop",
        ("Alt+PgDown",),
        lambda w: w.presenter.passes.step_at_cursor(1),
        lambda w: w.presenter.passes.can_step(1),
    ),
    Action(
        "previous-turn",
        "Run",
        "Previous pass of the loop",
        ("Alt+PgUp",),
        lambda w: w.presenter.passes.step_at_cursor(-1),
        lambda w: w.presenter.passes.can_step(-1),
    ),
    Action(
        "next-problem",
        "Run",
        "Next problem",
        ("F8",),
        lambda w: w.next_problem(),
        lambda w: bool(w.problems),
        starts_group=True,
    ),
    Action("shortcuts", "Help", "Keyboard shortcuts", ("F1",), lambda w: w.show_shortcuts()),
    Action("node-sheet", "Help", "Node sheet", ("Shift+F1",), lambda w: w.show_node_sheet()),
    Action("about", "Help", "About GradStudio", ("Ctrl+F1",), lambda w: w.show_about()),
)


def shortcut_groups() -> list[tuple[str, list[tuple[str, str]]]]:
    """For the sheet: menu -> (what, its first key), and what keys do on the canvas beside that."""
    menus = [(menu, [(a.text.rstrip("…"), a.keys[0]) for a in ACTIONS if a.menu == menu and a.keys]) for menu in MENUS]
    return [*menus, ("In the network", list(WALKING))]
