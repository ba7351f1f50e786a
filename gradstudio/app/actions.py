"""ACTIONS: everything a person can do, once. Menu bar, shortcuts, the sheet of keys and the toolbar all read it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from gradstudio.app.action import Action
from gradstudio.app.code_actions import CODE_ACTIONS
from gradstudio.graph.fold_state import FoldState, close_all, open_all

if TYPE_CHECKING:
    from gradstudio.app.main_window import MainWindow

MENUS = ("File", "Edit", "Insert", "View", "Graph", "Run", "Help")


def _layer(number: int) -> Callable[[MainWindow], object]:
    return lambda w: w.set_layer(number)


def _is_layer(number: int) -> Callable[[MainWindow], bool]:
    return lambda w: w.settings.layer == number


def _has_picture(w: MainWindow) -> bool:
    return w.view is not None


def _is_directed(direction: str) -> Callable[[MainWindow], bool]:
    return lambda w: w.view is not None and w.view.arrangement.direction == direction


def _has_node(w: MainWindow) -> bool:
    return w.view is not None and w.canvas.selected >= 0


def _has_folds(w: MainWindow) -> bool:
    return w.view is not None and bool(w.view.whole.groups)


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
        lambda w: w.editor.cut(),
        lambda w: w.editor.textCursor().hasSelection(),
        starts_group=True,
    ),
    Action(
        "copy", "Edit", "Copy", ("Ctrl+C",), lambda w: w.editor.copy(), lambda w: w.editor.textCursor().hasSelection()
    ),
    Action("paste", "Edit", "Paste", ("Ctrl+V",), lambda w: w.editor.paste()),
    Action("select-all", "Edit", "Select all", ("Ctrl+A",), lambda w: w.editor.selectAll()),
    *CODE_ACTIONS,
    Action("find-node", "Edit", "Find node or command", ("Ctrl+P",), lambda w: w.toolbar.open_finder()),
    Action("insert-number", "Insert", "Number…", ("Ctrl+Shift+N",), lambda w: w.inputs.insert("number")),
    Action("insert-array", "Insert", "Array…", ("Ctrl+Shift+A",), lambda w: w.inputs.insert("array")),
    Action("insert-range", "Insert", "Range…", ("Ctrl+Shift+R",), lambda w: w.inputs.insert("range")),
    Action("insert-random", "Insert", "Random numbers…", ("Ctrl+Shift+M",), lambda w: w.inputs.insert("random")),
    Action("insert-file", "Insert", "Data file…", ("Ctrl+Shift+O",), lambda w: w.inputs.insert_file()),
    Action(
        "make-input",
        "Insert",
        "Make the number at the cursor an input…",
        ("Ctrl+Shift+I",),
        lambda w: w.inputs.make_input(),
    ),
    Action(
        "dark", "View", "Dark theme", (), lambda w: w.set_theme("dark"), is_checked=lambda w: w.settings.theme == "dark"
    ),
    Action(
        "light",
        "View",
        "Light theme",
        (),
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
        (),
        lambda w: w.toggle_dock("inspector"),
        is_checked=lambda w: w.is_dock_open("inspector"),
        starts_group=True,
    ),
    Action(
        "inputs", "View", "Inputs", (), lambda w: w.toggle_dock("inputs"), is_checked=lambda w: w.is_dock_open("inputs")
    ),
    Action(
        "bottom",
        "View",
        "Problems and console",
        (),
        lambda w: w.toggle_dock("bottom"),
        is_checked=lambda w: w.is_dock_open("bottom"),
    ),
    Action(
        "open-group",
        "Graph",
        "Open",
        ("+", "="),
        lambda w: w.canvas.unfolding.open(),
        lambda w: w.canvas.unfolding.can_open(),
        on_canvas=True,
    ),
    Action(
        "close-group",
        "Graph",
        "Close",
        ("Backspace", "-"),
        lambda w: w.canvas.unfolding.close(),
        lambda w: w.canvas.unfolding.can_close(),
        on_canvas=True,
    ),
    Action("open-all", "Graph", "Open everything", ("Ctrl+Shift+G",), lambda w: w.refold(open_all()), _has_folds),
    Action("close-all", "Graph", "Close everything", ("Ctrl+G",), lambda w: w.refold(close_all()), _has_folds),
    Action("fold-itself", "Graph", "Fold by itself", (), lambda w: w.refold(FoldState()), _has_folds),
    Action(
        "next-pass",
        "Graph",
        "Next pass",
        (),  # Alt+Right on the canvas, which is the next sweep's everywhere else
        lambda w: w.canvas.unfolding.step(1),
        lambda w: w.canvas.unfolding.can_step(),
        starts_group=True,
    ),
    Action(
        "previous-pass",
        "Graph",
        "Previous pass",
        (),
        lambda w: w.canvas.unfolding.step(-1),
        lambda w: w.canvas.unfolding.can_step(),
    ),
    Action(
        "upstream",
        "Graph",
        "Light what it depends on",
        ("U",),
        lambda w: w.canvas.lights.toggle_upstream(),
        lambda w: w.canvas.lights.can_light(),
        on_canvas=True,
        starts_group=True,
    ),
    Action(
        "downstream",
        "Graph",
        "Light what depends on it",
        ("D",),
        lambda w: w.canvas.lights.toggle_downstream(),
        lambda w: w.canvas.lights.can_light(),
        on_canvas=True,
    ),
    Action(
        "second",
        "Graph",
        "Keep it as one end of a path",
        ("K",),
        lambda w: w.canvas.keep_second(),
        _has_node,
        on_canvas=True,
    ),
    Action(
        "path",
        "Graph",
        "Light the path between two nodes",
        ("P",),
        lambda w: w.canvas.lights.toggle_path(),
        lambda w: w.canvas.lights.can_path(),
        on_canvas=True,
    ),
    Action(
        "isolate",
        "Graph",
        "Isolate",
        ("I",),
        lambda w: w.canvas.lights.toggle_isolated(),
        lambda w: w.canvas.lights.can_isolate(),
        on_canvas=True,
    ),
    Action(
        "hide",
        "Graph",
        "Hide",
        ("H",),
        lambda w: w.canvas.lights.hide(),
        lambda w: w.canvas.lights.can_light(),
        on_canvas=True,
    ),
    Action(
        "show-hidden",
        "Graph",
        "Show what is hidden",
        ("Alt+H",),
        lambda w: w.canvas.lights.show_all(),
        lambda w: w.canvas.lights.can_show_all(),
        on_canvas=True,
    ),
    Action(
        "to-right",
        "Graph",
        "From left to right",
        (),
        lambda w: w.session.turn("right"),
        _has_picture,
        _is_directed("right"),
        starts_group=True,
    ),
    Action(
        "downwards",
        "Graph",
        "From top to bottom",
        (),
        lambda w: w.session.turn("down"),
        _has_picture,
        _is_directed("down"),
    ),
    Action(
        "unmove",
        "Graph",
        "Put moved nodes back",
        (),
        lambda w: w.session.unmove(),
        lambda w: w.view is not None and bool(w.view.arrangement.moved),
    ),
    Action("run", "Run", "Run", ("F5",), lambda w: w.run()),
    Action("stop", "Run", "Stop", ("Shift+F5",), lambda w: w.stop(), lambda w: w.is_running),
    Action(
        "live",
        "Run",
        "Run while typing",
        (),
        lambda w: w.set_live(not w.settings.live),
        is_checked=lambda w: w.settings.live,
    ),
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
        lambda w: w.presenter.passes.can_step(),
    ),
    Action(
        "previous-turn",
        "Run",
        "Previous pass of the loop",
        ("Alt+PgUp",),
        lambda w: w.presenter.passes.step_at_cursor(-1),
        lambda w: w.presenter.passes.can_step(),
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
    Action("node-sheet", "Help", "Node sheet", (), lambda w: w.show_node_sheet()),
    Action("about", "Help", "About GradStudio", (), lambda w: w.show_about()),
)


def shortcut_groups() -> list[tuple[str, list[tuple[str, str]]]]:
    """For the sheet: menu -> (what, its first key)."""
    return [(menu, [(a.text.rstrip("…"), a.keys[0]) for a in ACTIONS if a.menu == menu and a.keys]) for menu in MENUS]
