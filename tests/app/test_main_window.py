"""The whole window: what is typed is run and shown, and everything points at the same node."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gradstudio.app.actions import ACTIONS, MENUS, shortcut_groups
from gradstudio.app.main_window import MainWindow
from gradstudio.app.panels.console import Console
from gradstudio.app.panels.problems import Problems
from gradstudio.picture.model import Layer
from gradstudio.studio.examples import examples

FORMULA = "x = 3.0\ny = x * x\nz = y * y\n"
TWO_SWEEPS = """import gradstudio as gs
x = gs.constant(3.0)
with gs.GradientTape(persistent=True) as t:
    t.watch(x)
    y = x * x
    z = y * y
dz_dx = t.gradient(z, x)
dy_dx = t.gradient(y, x)
"""
Typed = Callable[[str], None]


def _panel(window: MainWindow, kind: type):  # type: ignore[no-untyped-def]
    return next(panel for panel in window.panels if isinstance(panel, kind))


def _node(window: MainWindow, title: str) -> int:
    assert window.view is not None
    return window.view.graph.title.index(title)


def test_typing_a_formula_draws_its_network(window: MainWindow, type_text: Typed) -> None:
    type_text(FORMULA)
    assert window.view is not None
    assert {"x", "y", "z"} <= set(window.view.graph.title)
    assert window.status.parts[0] == "Run complete"
    assert "z 81.00" in window.status.parts
    assert window.toolbar.sweeps.labels[0].title == "z → x"
    assert window.editor.marks[2].value == "9.000"
    assert window.editor.marks[2].fill.startswith("#")


def test_changing_a_number_changes_the_picture(window: MainWindow, type_text: Typed) -> None:
    type_text(FORMULA)
    type_text(FORMULA.replace("3.0", "2.0"))
    assert window.editor.marks[3].value == "16.00"


def test_a_syntax_error_keeps_the_last_picture_marks_it_stale_and_says_where(
    window: MainWindow, type_text: Typed, qtbot: QtBot
) -> None:
    type_text(FORMULA)
    good = window.view
    type_text(FORMULA + "w = (z\n")
    qtbot.waitUntil(lambda: window.session.runs.is_stale)
    assert window.view is good
    assert window.editor.is_stale
    assert window.status.severity == "error"
    assert "line 4" in window.status.parts[1]
    assert window.editor.error_lines == {4}
    assert _panel(window, Problems).problems[0].span[0] == 4
    type_text(FORMULA)
    qtbot.waitUntil(lambda: not window.session.runs.is_stale)
    assert not window.editor.error_lines
    assert not _panel(window, Problems).problems


def test_dividing_by_zero_names_the_line(window: MainWindow, type_text: Typed) -> None:
    type_text(FORMULA)
    type_text(FORMULA + "w = 1 / 0\n")
    assert window.status.parts[1].startswith("line 4: division by zero")


def test_an_endless_loop_leaves_the_window_responsive_and_stop_ends_it(
    window: MainWindow, type_text: Typed, qtbot: QtBot
) -> None:
    type_text(FORMULA)
    good = window.view
    window.editor.moveCursor(window.editor.textCursor().MoveOperation.End)
    window.editor.insertPlainText("while True:\n    pass\n")
    qtbot.waitUntil(lambda: window.is_running)
    window.editor.insertPlainText("# still typing\n")
    assert "still typing" in window.editor.text()
    qtbot.waitUntil(lambda: window.actions_by_id["stop"].isEnabled())
    window.actions_by_id["stop"].trigger()
    qtbot.waitUntil(lambda: not window.is_running and window.session.runs.is_stale, timeout=5000)
    assert window.view is good
    assert "stopped" in " ".join(window.status.parts)


def test_a_newer_text_supersedes_an_endless_run(window: MainWindow, type_text: Typed, qtbot: QtBot) -> None:
    window.editor.insertPlainText("while True:\n    pass\n")
    qtbot.waitUntil(lambda: window.is_running)
    type_text(FORMULA)
    assert window.status.parts[0] == "Run complete"


def test_clicking_a_node_selects_it_everywhere(window: MainWindow, type_text: Typed, qtbot: QtBot) -> None:
    type_text(FORMULA)
    node = _node(window, "y")
    window.canvas.setFocus()
    qtbot.mouseClick(window.canvas, Qt.MouseButton.LeftButton, pos=window.canvas.node_rect(node).center().toPoint())
    assert window.session.selection.node == node
    assert window.canvas.selected == node
    assert window.editor.active_line() == 2
    assert window.inspector_header.title == "y"
    assert "line 2" in window.inspector_header.subtitle


def test_the_selection_survives_an_edit_elsewhere(window: MainWindow, type_text: Typed) -> None:
    type_text(FORMULA)
    window.session.selection.select(_node(window, "z"))
    type_text("a = 1.0\n" + FORMULA.replace("z = y * y", "z = y * y + a"))
    selected = window.session.selection.node
    if selected is not None:
        assert window.view is not None
        assert selected == window.canvas.selected
        assert window.view.graph.title[selected] == window.inspector_header.title


def test_the_selected_node_stays_selected_when_a_number_changes(window: MainWindow, type_text: Typed) -> None:
    type_text(FORMULA)
    window.session.selection.select(_node(window, "y"))
    type_text(FORMULA.replace("3.0", "4.0"))
    assert window.canvas.selected == window.session.selection.node == _node(window, "y")
    assert window.inspector_header.title == "y"


def test_the_line_of_the_cursor_marks_its_nodes(window: MainWindow, type_text: Typed) -> None:
    type_text(FORMULA)
    window.editor.go_to_line(3)
    assert window.session.selection.marked == (_node(window, "z"),)


def test_hovering_a_node_marks_its_source_and_leaving_it_the_selected_one(window: MainWindow, type_text: Typed) -> None:
    type_text(FORMULA)

    def marked() -> list[str]:
        return [s.cursor.selectedText() for s in window.editor.extraSelections() if s.cursor.hasSelection()]

    window.session.selection.select(_node(window, "z"))
    assert marked() == ["y * y"]
    window.canvas.node_hovered.emit(_node(window, "y"))
    assert marked() == ["x * x"]
    window.canvas.node_hovered.emit(-1)
    assert marked() == ["y * y"]


def test_a_chip_selects_the_node_of_its_line(window: MainWindow, type_text: Typed, qtbot: QtBot) -> None:
    type_text(FORMULA)
    top = next(top for number, top, _ in window.editor.visible_lines() if number == 2)
    qtbot.mouseClick(window.editor.right, Qt.MouseButton.LeftButton, pos=QPoint(8, round(top) + 10))
    assert window.session.selection.node == _node(window, "y")


def test_choosing_a_sweep_draws_it_and_it_survives_a_run(window: MainWindow, type_text: Typed, qtbot: QtBot) -> None:
    type_text(TWO_SWEEPS)
    assert [label.title for label in window.toolbar.sweeps.labels] == ["z → x", "y → x"]
    assert window.toolbar.sweeps.current == 0, "the sweep that reaches most is shown first"
    window.actions_by_id["next-sweep"].trigger()
    qtbot.waitUntil(lambda: window.toolbar.sweeps.current == 1)
    assert window.editor.marks[2].tip.endswith("∂ +6.000")
    assert not window.actions_by_id["next-sweep"].isEnabled()
    type_text("# a line above\n" + TWO_SWEEPS.replace("3.0", "5.0"))
    assert window.toolbar.sweeps.current == 1
    assert window.editor.marks[3].tip.endswith("∂ +10.00")


def test_live_off_runs_only_when_asked(window: MainWindow, type_text: Typed, qtbot: QtBot) -> None:
    type_text(FORMULA)
    window.set_live(False)
    window.editor.selectAll()
    window.editor.insertPlainText("x = 1.0\ny = x + 1\n")
    qtbot.waitUntil(lambda: window.session.runs.is_stale)
    assert window.session.runs.outcome is not None
    assert window.session.runs.outcome.text == FORMULA
    window.actions_by_id["run"].trigger()
    qtbot.waitUntil(lambda: window.view is not None and "y = x + 1" in window.view.text)
    assert not window.session.runs.is_stale


def test_what_a_program_prints_is_in_the_console_and_only_the_last_run(window: MainWindow, type_text: Typed) -> None:
    type_text("print('first')\nx = 1.0\n")
    type_text("print('<b>second</b>')\nx = 1.0\n")
    assert _panel(window, Console).text() == "<b>second</b>\n"
    type_text("x = 1.0\n")
    assert _panel(window, Console).text() == ""


def test_the_theme_changes_at_once_and_is_remembered(window: MainWindow, type_text: Typed) -> None:
    type_text(FORMULA)
    light = window.grab().toImage().pixelColor(700, 300)
    window.actions_by_id["dark"].trigger()
    dark = window.grab().toImage().pixelColor(700, 300)
    assert light.lightness() > 200 > 60 > dark.lightness()
    assert window.settings.theme == "dark"
    assert window.actions_by_id["dark"].isChecked()
    assert not window.actions_by_id["light"].isChecked()
    window.set_theme("light")


def test_layers_are_chosen_by_key_on_the_canvas_and_by_the_toolbar(
    window: MainWindow, type_text: Typed, qtbot: QtBot
) -> None:
    type_text(FORMULA)
    window.canvas.setFocus()
    QTest.keyClick(window.canvas, Qt.Key.Key_1)
    assert window.settings.layer == Layer.VALUES
    assert window.toolbar.layers.current == 0
    window.toolbar.layers.chosen.emit(1)
    assert window.settings.layer == Layer.GRADIENTS
    window.editor.setFocus()
    before = window.editor.text()
    QTest.keyClick(window.editor, Qt.Key.Key_3)
    assert window.settings.layer == Layer.GRADIENTS, "in the code, 3 is a character"
    assert window.editor.text() == before + "3"


def test_no_two_actions_share_a_key_and_every_menu_has_entries() -> None:
    for elsewhere in ("on_canvas", "in_editor"):  # whose keys count in one place only
        keys = [key for action in ACTIONS if not getattr(action, elsewhere) for key in action.keys]
        assert len(keys) == len(set(keys))
    assert {action.menu for action in ACTIONS} == set(MENUS)
    assert len({action.id for action in ACTIONS}) == len(ACTIONS)


def test_the_sheet_of_keys_and_about_are_filled(window: MainWindow, type_text: Typed) -> None:
    type_text(FORMULA)
    window.actions_by_id["shortcuts"].trigger()
    assert window.dialogs.groups == shortcut_groups()  # type: ignore[attr-defined]
    assert ("Run", "F5") in dict(window.dialogs.groups)["Run"]  # type: ignore[attr-defined]
    window.actions_by_id["about"].trigger()
    assert any("Isolation active here" in line for line in window.dialogs.lines)  # type: ignore[attr-defined]


def test_actions_without_a_picture_are_off(window: MainWindow, qtbot: QtBot) -> None:
    assert not window.actions_by_id["export-graph"].isEnabled()
    qtbot.waitUntil(lambda: not window.actions_by_id["stop"].isEnabled())  # the empty text runs first
    assert not window.actions_by_id["undo"].isEnabled()
    assert window.actions_by_id["run"].isEnabled()


def test_the_node_finder_selects_what_it_finds(window: MainWindow, type_text: Typed, qtbot: QtBot) -> None:
    type_text(FORMULA)
    window.actions_by_id["find-node"].trigger()
    qtbot.keyClicks(window.toolbar.finder, "z")
    qtbot.keyClick(window.toolbar.finder, Qt.Key.Key_Return)
    assert window.session.selection.node == _node(window, "z")
    assert window.toolbar.finder.matches("L2") == [_node(window, "y")]


def test_problems_lead_to_their_line(window: MainWindow, type_text: Typed) -> None:
    type_text(FORMULA + "\nnope + 1\n")
    window.editor.go_to_line(1)
    window.actions_by_id["next-problem"].trigger()
    assert window.editor.active_line() == 5


@pytest.mark.parametrize("example", examples(), ids=lambda e: e.path.stem)
def test_every_example_opens_and_runs(window: MainWindow, qtbot: QtBot, example) -> None:  # type: ignore[no-untyped-def]
    window.files.open_example(example.path)
    qtbot.waitUntil(lambda: window.view is not None, timeout=15000)
    assert window.session.document.name == example.path.name
    assert not window.session.document.is_modified
    assert window.session.document.path is None, "saving an example asks for a place of one's own"
    assert window.status.severity != "error"
    assert window.session.selection.node is not None, "the inspector has something to show"
    assert window.inspector_header.subtitle


@pytest.mark.parametrize("size", [(1280, 800), (1440, 900), (1920, 1080)])
def test_the_parts_have_the_sizes_of_the_design(window: MainWindow, qtbot: QtBot, size: tuple[int, int]) -> None:
    window.resize(*size)
    qtbot.waitUntil(lambda: window.width() == size[0])
    assert window.menuBar().height() == 28
    assert (window.toolbar.height(), window.toolbar.width()) == (40, size[0])
    assert window.code_header.height() == window.canvas_header.height() == window.inspector_header.height() == 32
    assert window.legend.height() == 32
    assert window.tabs.height() == 27
    assert (window.status.height(), window.status.width()) == (24, size[0])
    assert window.editor.width() == 432
    assert window.inspector.width() == 320
    assert window.toolbar.run.geometry().getRect() == (8, 6, 84, 28)
    assert window.toolbar.sweeps.geometry().getRect() == (440, 6, 340, 28)


def test_a_first_start_never_meets_an_empty_window(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    from gradstudio.app.main import open_first

    open_first(window, tmp_path / "gone.grad")
    qtbot.waitUntil(lambda: window.view is not None, timeout=15000)
    assert window.session.document.name == examples()[0].path.name
    assert "gone.grad was not opened" in window.notice.text


def test_an_error_of_the_program_itself_is_one_line_and_a_log_entry(window: MainWindow, config_folder: Path) -> None:
    import logging

    from gradstudio.app.main import Mishap, log, write_log

    write_log()
    try:
        Mishap(window)(ValueError, ValueError("inside"), None)
        assert "ValueError" in window.status.parts[0]
        assert "inside" in (config_folder / "gradstudio.log").read_text()
    finally:
        for handler in list(log.handlers):
            if isinstance(handler, logging.FileHandler):
                handler.close()
                log.removeHandler(handler)
        log.propagate = True


def test_an_error_while_the_window_closes_is_told_and_never_ends_the_process(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[str] = []
    monkeypatch.setattr("sys.excepthook", lambda _kind, error, _trace: heard.append(str(error)))

    def fails(*_: object) -> bool:
        raise OSError("no such disk")

    may_leave = window.files.may_leave
    window.files.may_leave = fails  # type: ignore[method-assign]
    assert not window.close()
    assert window.isVisible()
    assert heard == ["no such disk"]
    window.files.may_leave = may_leave  # type: ignore[method-assign]
    monkeypatch.setattr(window.session, "save_settings", fails)
    assert window.close()
    assert not window.isVisible()
    assert heard == ["no such disk"] * 2
