"""The search field finds commands, operations, examples and files below the nodes, and does them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gradstudio.app.actions import ACTIONS
from gradstudio.app.command_field import CommandField
from gradstudio.app.main_window import MainWindow
from gradstudio.app.palette.rows import Row

Typed = Callable[[str], None]
SUMS = "import gradstudio as gs\nx = gs.Variable(3.0)\nsquare = x * x\nsaved = square + x\n"


@pytest.fixture
def field(window: MainWindow) -> CommandField:
    """The field of a window, opened by its key."""
    window.editor.setFocus()
    window.actions_by_id["find-node"].trigger()
    return window.toolbar.finder


def rows(field: CommandField) -> list[str]:
    return [row.text for row in field.others.rows.rows]


def row(field: CommandField, text: str) -> Row:
    return next(row for row in field.others.rows.rows if row.text == text)


def test_the_key_opens_it_also_where_there_is_no_picture(field: CommandField, qtbot: QtBot) -> None:
    assert field.window().focusWidget() is field
    qtbot.keyClicks(field, "dark")
    assert rows(field) == ["Commands", "Dark theme"]
    assert field._popup.isVisible()


def test_enter_does_the_command_and_gives_the_focus_back(window: MainWindow, field: CommandField, qtbot: QtBot) -> None:
    qtbot.keyClicks(field, "dark the")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert window.settings.theme == "dark"
    assert field.text() == ""
    assert not field._popup.isVisible()
    assert window.focusWidget() is window.editor, "where the person was"


def test_every_action_of_the_menus_is_found_by_its_words_with_its_key(field: CommandField) -> None:
    field.setText(">")
    listed = {row.id: row for row in field.others.rows.rows if not row.is_section}
    for action in ACTIONS:
        if action.submenu or action.id == "find-node":
            continue
        found = listed[f"action/{action.id}"]
        assert (found.text, found.note, found.right) == (action.text, action.menu, (*action.keys, "")[0])
    for action in ACTIONS:
        if not action.submenu and action.id != "find-node":
            field.setText(f">{action.menu} {action.text.rstrip('…')}")
            assert f"action/{action.id}" in [row.id for row in field.others.rows.rows], action.text


def test_what_cannot_be_done_now_is_last_and_muted_and_does_nothing(
    window: MainWindow, field: CommandField, qtbot: QtBot
) -> None:
    assert not window.actions_by_id["zoom-in"].isEnabled(), "there is no picture"
    field.setText(">")
    enabled = [row.is_enabled for row in field.others.rows.rows if not row.is_section]
    assert enabled == sorted(enabled, reverse=True)
    assert False in enabled
    qtbot.keyClicks(field, "zoom")
    assert rows(field) == ["Commands", "Zoom in", "Zoom out"]
    assert field.others.current is None
    zoom = window.canvas.zoom
    qtbot.keyClick(field, Qt.Key.Key_Return)
    window.commands.run("action/zoom-in")
    assert window.canvas.zoom == zoom


def test_what_is_on_has_a_tick(window: MainWindow, field: CommandField) -> None:
    window.set_theme("light")
    field.setText("theme")
    assert row(field, "Light theme").icon == "tick"
    assert row(field, "Dark theme").icon == ""


def test_nodes_come_first_and_keep_their_keys(
    window: MainWindow, type_text: Typed, field: CommandField, qtbot: QtBot
) -> None:
    type_text(SUMS)
    window.actions_by_id["find-node"].trigger()
    qtbot.keyClicks(field, "sav")
    assert len(field.hits.nodes) == 1
    assert rows(field) == ["Commands", "Save", "Save as…"]
    assert field.others.current is None
    assert "Tab to the commands" in field.said.text()
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert window.canvas.selected >= 0
    assert window.view is not None
    assert window.view.graph.title[window.canvas.selected] == "saved"
    assert field.text() == "sav"


def test_down_goes_on_into_the_commands_and_the_ends_meet(
    window: MainWindow, type_text: Typed, field: CommandField, qtbot: QtBot
) -> None:
    type_text(SUMS)
    window.actions_by_id["find-node"].trigger()
    qtbot.keyClicks(field, "sav")
    assert len(field.hits.nodes) == 1
    names = [text for text in rows(field) if text not in ("Commands", "Operations", "Examples")]
    walked = []
    for _ in range(len(names) + 1):
        qtbot.keyClick(field, Qt.Key.Key_Down)
        walked.append(field.others.current.text if field.others.current is not None else "node")
    assert walked == [*names, "node"]
    qtbot.keyClick(field, Qt.Key.Key_Up)
    assert field.others.current is not None
    assert field.others.current.text == names[-1]


def test_tab_goes_to_and_fro_between_nodes_and_commands(
    window: MainWindow, type_text: Typed, field: CommandField, qtbot: QtBot
) -> None:
    type_text(SUMS)
    window.actions_by_id["find-node"].trigger()
    qtbot.keyClicks(field, "sav")
    qtbot.keyClick(field, Qt.Key.Key_Tab)
    assert field.others.current is not None
    assert field._current() == -1, "one row is marked, not two"
    qtbot.keyClick(field, Qt.Key.Key_Tab)
    assert field.others.current is None
    assert field._current() == 0
    assert window.focusWidget() is field


def test_words_of_a_command_dim_no_node_and_a_filter_finds_no_command(
    window: MainWindow, type_text: Typed, field: CommandField, qtbot: QtBot
) -> None:
    type_text(SUMS)
    told: list[object] = []
    field.hits_changed.connect(told.append)
    window.actions_by_id["find-node"].trigger()
    field.setText("dark")
    assert told == [], "nothing was looked for among the nodes that could be lit"
    field.setText("op == add")
    assert rows(field) == []
    assert len(field.hits.nodes) == 1
    field.setText("zzzz")
    assert field.said.text() == "No node and no command fits."


def test_operations_are_offered_once_they_can_be_added(window: MainWindow, field: CommandField, qtbot: QtBot) -> None:
    window.commands.add = None
    field.setText("softmax")
    assert "Operations" not in rows(field)
    added: list[str] = []
    window.commands.add = added.append
    field.clear()
    qtbot.keyClicks(field, "logistic")
    assert rows(field)[:2] == ["Operations", "sigmoid"]
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert added == ["sigmoid"]
    assert window.settings.recent_ops == ["sigmoid"]


def test_examples_and_recent_files_are_opened(
    window: MainWindow, field: CommandField, qtbot: QtBot, tmp_path: Path
) -> None:
    window.files.may_leave = lambda *_: True  # type: ignore[method-assign]
    path = tmp_path / "orbit.grad"
    path.write_text("x = 1.0\n")
    window.settings.remember(path)
    qtbot.keyClicks(field, "orb")
    assert rows(field) == ["Recent files", "orbit.grad"]
    assert row(field, "orbit.grad").note == str(tmp_path)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert window.session.document.path == path
    window.actions_by_id["find-node"].trigger()
    qtbot.keyClicks(field, "nested")
    assert rows(field) == ["Examples", "Nested tapes"]
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert window.session.document.name.startswith("nested-tapes")


def test_down_in_an_empty_field_lists_all_commands_and_escape_closes(
    window: MainWindow, field: CommandField, qtbot: QtBot
) -> None:
    qtbot.keyClick(field, Qt.Key.Key_Down)
    assert rows(field)[:2] == ["Commands", "New"]
    assert field._popup.isVisible()
    assert window.rect().contains(field._popup.geometry())
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == ""
    assert not field._popup.isVisible()


def test_a_click_does_a_command(window: MainWindow, field: CommandField, qtbot: QtBot) -> None:
    qtbot.keyClicks(field, "dark")
    place = field.others.visualRect(field.others.rows.index(1)).center()
    qtbot.mouseClick(field.others.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert window.settings.theme == "dark"


def test_in_a_narrow_window_the_field_is_there_while_it_is_used(
    window: MainWindow, field: CommandField, qtbot: QtBot
) -> None:
    window.editor.setFocus()
    window.resize(window.minimumSize())
    QApplication.processEvents()
    assert not field.isVisible()
    window.actions_by_id["find-node"].trigger()
    assert field.isVisible()
    assert window.focusWidget() is field
    assert window.toolbar.rect().contains(field.geometry())
    qtbot.keyClicks(field, "dark")
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    window.editor.setFocus()
    assert not field.isVisible()
