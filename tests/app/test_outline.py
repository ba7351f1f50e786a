"""The outline: tree and table of the whole graph, sorted, filtered, searched by letters, in step with a selection."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from outlined import DISPLAY, FALLING, LOOPS, cells, record, rows, timed
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from scenes import POISON, PRODUCT, whole

from gradstudio.app.panels.outline import Outline
from gradstudio.app.panels.outline_columns import (
    BYTES,
    GRADIENT,
    LINE,
    MAGNITUDE,
    NAME,
    OP,
    PROBLEM,
    SHAPE,
    TIME,
    VALUE,
)
from gradstudio.engine.problem import Problem
from gradstudio.picture.tokens import load_theme

# what it shows


def test_the_tree_has_groups_as_branches_and_nodes_in_the_order_of_the_tape(outline: Outline) -> None:
    assert rows(outline.models[0]) == [
        *("for i in range(2)", "pass 1", "scaled()", "w", "y", "x", "pass 2", "scaled()", "y"),
        "loss",
    ]


def test_the_table_has_the_nodes_alone(outline: Outline) -> None:
    outline.set_mode(1)
    model = outline.models[1]
    assert rows(model) == ["w", "x", "y", "y", "loss"]
    assert rows(model, LINE) == ["2", "3", "5", "5", "10"]


def test_every_column_says_what_the_node_holds_as_the_picture_writes_it(
    outline: Outline,
) -> None:
    graph, trace = whole(LOOPS)
    outline.set_view(graph, timed(trace, 1.5e-6))
    assert cells(outline.models[0], "w") == {
        "name": "w", "op": "parameter", "line": "2", "shape": "[2]", "value": "μ −0.5000", "gradient": "4.00",
        "|gradient|": "4.00", "bytes": "16 B", "time": "", "problem": "",
    }  # fmt: skip
    assert cells(outline.models[0], "x")["gradient"] == "−4.000"
    assert cells(outline.models[0], "loss") == {
        "name": "loss", "op": "sum", "line": "10", "shape": "", "value": "−4.000", "gradient": "+1.000",
        "|gradient|": "1.00", "bytes": "8 B", "time": "1.5 µs", "problem": "",
    }  # fmt: skip


def test_a_group_has_sums_and_the_largest_gradient_in_it(outline: Outline) -> None:
    graph, trace = whole(LOOPS)
    outline.set_view(graph, timed(trace, 1.5e-6))
    assert cells(outline.models[0], "for i in range(2)") == {
        "name": "for i in range(2)", "op": "loop", "line": "8", "shape": "", "value": "", "gradient": "",
        "|gradient|": "4.00", "bytes": "56 B", "time": "3.0 µs", "problem": "",
    }  # fmt: skip
    assert cells(outline.models[0], "pass 2")["|gradient|"] == "1.00"
    assert cells(outline.models[0], "pass 2")["time"] == "1.5 µs"


def test_what_has_no_gradient_says_so_in_words(outline: Outline) -> None:
    outline.set_view(*whole(PRODUCT))
    model = outline.models[0]
    assert cells(model, "aside")["gradient"] == "None"
    assert cells(model, "aside")["|gradient|"] == ""
    assert model.chip(whole(PRODUCT)[0].title.index("aside")) is None


def test_nan_has_its_own_ground(outline: Outline) -> None:
    graph, trace = whole(POISON)
    outline.set_view(graph, trace)
    model = outline.models[0]
    assert cells(model, "s")["gradient"] == "NaN"
    assert model.chip(graph.title.index("s")) == load_theme("light").nan_soft


def test_problems_mark_their_node_and_all_that_holds_it(outline: Outline) -> None:
    graph, trace = whole(LOOPS)
    at = record(graph, "y")
    problems = [Problem("info", "none", "fine", record=at), Problem("warn", "nan", "is NaN", hint="mend", record=at)]
    outline.set_view(graph, trace, problems)
    columns = outline.models[0].columns
    assert columns is not None
    marked = [columns.text(i, NAME) for i in range(columns.nodes + columns.groups) if columns.severity(i)]
    assert marked == ["y", "for i in range(2)", "pass 1", "scaled()"]
    item = graph.title.index("y")
    model = outline.models[0]
    index = model.index_of(item, PROBLEM)
    assert not model.data(index, Qt.ItemDataRole.DecorationRole).isNull()  # type: ignore[attr-defined]
    assert model.data(index, Qt.ItemDataRole.ToolTipRole) == "is NaN\nmend"
    assert columns.spoken(item).endswith("warning")
    outline.set_view(graph, trace)
    assert columns.severity(item) == ""


# order


@pytest.mark.parametrize(
    ("column", "wanted"),
    [
        (NAME, ["loss", "w", "x", "y", "y"]),
        (OP, ["y", "y", "w", "x", "loss"]),
        (LINE, ["w", "x", "y", "y", "loss"]),
        (SHAPE, ["x", "loss", "w", "y", "y"]),
        (VALUE, ["loss", "y", "y", "w", "x"]),
        (GRADIENT, ["x", "y", "loss", "y", "w"]),
        (MAGNITUDE, ["y", "loss", "y", "w", "x"]),
        (BYTES, ["x", "loss", "w", "y", "y"]),
        (PROBLEM, ["w", "x", "y", "y", "loss"]),
        (-1, ["w", "x", "y", "y", "loss"]),
    ],
)
def test_the_table_sorts_by_numbers_and_keeps_the_tape_among_equals(
    outline: Outline, column: int, wanted: list[str]
) -> None:
    outline.set_mode(1)
    model = outline.models[1]
    model.sort(column)
    assert rows(model) == wanted
    values = outline.models[1].columns.numbers(column) if column >= 0 else np.arange(5.0)  # type: ignore[union-attr]
    model.sort(column, FALLING)
    items = [model.index(row, 0).internalId() for row in range(5)]
    assert (np.diff(np.nan_to_num(values[items])) <= 0).all() or column < 0


def test_times_sort_and_leaves_have_none(outline: Outline) -> None:
    graph, trace = whole(LOOPS)
    seconds = np.zeros(len(trace.records.op), np.float32)
    seconds[record(graph, "y")], seconds[record(graph, "loss")] = 0.002, 0.001
    outline.set_view(graph, replace(trace, records=replace(trace.records, seconds=seconds)))
    outline.set_mode(1)
    outline.models[1].sort(TIME, FALLING)
    assert rows(outline.models[1])[:2] == ["y", "loss"]
    assert rows(outline.models[1], TIME) == ["2.0 ms", "1.0 ms", "", "", ""]


def test_empty_cells_come_last_both_ways(outline: Outline) -> None:
    outline.set_view(*whole(PRODUCT))
    outline.set_mode(1)
    for order in (Qt.SortOrder.AscendingOrder, FALLING):
        outline.models[1].sort(GRADIENT, order)
        assert rows(outline.models[1])[-2:] == ["unused", "aside"]


def test_branches_sort_among_themselves(outline: Outline) -> None:
    model = outline.models[0]
    model.sort(MAGNITUDE, FALLING)
    assert rows(model) == [
        *("for i in range(2)", "pass 1", "scaled()", "w", "y", "x", "pass 2", "scaled()", "y"),
        "loss",
    ]
    model.sort(MAGNITUDE)
    assert rows(model)[:4] == ["loss", "for i in range(2)", "pass 2", "scaled()"]


def test_ctrl_and_a_number_sort_by_that_column_and_turn_it_round(outline: Outline, qtbot: QtBot) -> None:
    outline.set_mode(1)
    key, control = Qt.Key(Qt.Key.Key_1 + MAGNITUDE), Qt.KeyboardModifier.ControlModifier
    qtbot.keyClick(outline.table, key, control)
    assert rows(outline.models[1])[-1] == "x"
    assert outline.models[1].headerData(MAGNITUDE, Qt.Orientation.Horizontal, DISPLAY) == "↑ |gradient|"
    qtbot.keyClick(outline.table, key, control)
    assert rows(outline.models[1])[0] == "w"
    said = outline.models[1].headerData(MAGNITUDE, Qt.Orientation.Horizontal, Qt.ItemDataRole.AccessibleTextRole)
    assert said == "|gradient|, sorted, falling"
    qtbot.keyClick(outline.table, Qt.Key.Key_0, control)
    assert rows(outline.models[1]) == ["w", "x", "y", "y", "loss"]


# filter


def test_a_filter_keeps_what_fits_and_the_branches_to_it(outline: Outline) -> None:
    outline.field.setText("op == multiply and |g| > 1.5")
    assert rows(outline.models[0]) == ["for i in range(2)", "pass 1", "scaled()", "y"]
    assert outline.said.text() == "1 of 5 nodes"
    outline.set_mode(1)
    assert rows(outline.models[1]) == ["y"]
    outline.field.setText("")
    assert outline.said.text() == "5 nodes"
    assert len(rows(outline.models[1])) == 5


def test_a_wrong_filter_is_said_and_the_rows_stay(outline: Outline) -> None:
    outline.field.setText("op == multiply")
    outline.field.setText("op == multiply and")
    assert "missing before the end (at character 19)" in outline.said.text()
    assert "y" in rows(outline.models[0])
    assert "w" not in rows(outline.models[0])


def test_enter_in_the_filter_goes_to_the_first_row(outline: Outline, qtbot: QtBot) -> None:
    told: list[int] = []
    outline.record_selected.connect(told.append)
    outline.field.setFocus()
    qtbot.keyClicks(outline.field, "L10")
    qtbot.keyClick(outline.field, Qt.Key.Key_Return)
    assert outline.tree.hasFocus()
    assert told == [record(whole(LOOPS)[0], "loss")]


# selection


def test_moving_tells_the_record_and_enter_asks_for_it(outline: Outline, qtbot: QtBot) -> None:
    selected: list[int] = []
    activated: list[int] = []
    outline.record_selected.connect(selected.append)
    outline.record_activated.connect(activated.append)
    graph, _ = whole(LOOPS)
    outline.tree.setFocus()
    outline.tree.setCurrentIndex(outline.models[0].index(0, 0))
    for _ in range(4):  # loop, pass, call, y
        qtbot.keyClick(outline.tree, Qt.Key.Key_Down)
    qtbot.keyClick(outline.tree, Qt.Key.Key_Return)
    assert selected == [record(graph, "w"), record(graph, "y")]
    assert activated == [record(graph, "y")]


def test_enter_on_a_branch_opens_and_closes_it(outline: Outline, qtbot: QtBot) -> None:
    index = outline.models[0].index(0, 0)
    outline.tree.setCurrentIndex(index)
    assert outline.tree.isExpanded(index)
    qtbot.keyClick(outline.tree, Qt.Key.Key_Return)
    assert not outline.tree.isExpanded(index)
    qtbot.keyClick(outline.tree, Qt.Key.Key_Return)
    assert outline.tree.isExpanded(index)


def test_selecting_from_outside_opens_the_way_and_tells_nobody(outline: Outline) -> None:
    told: list[int] = []
    outline.record_selected.connect(told.append)
    outline.tree.collapseAll()
    graph, _ = whole(LOOPS)
    outline.select_record(record(graph, "y"))
    current = outline.tree.currentIndex()
    assert current.internalId() == graph.title.index("y")
    assert outline.tree.isExpanded(current.parent())
    outline.set_mode(1)
    assert outline.table.currentIndex().internalId() == graph.title.index("y")
    outline.select_record(-1)
    assert not outline.table.currentIndex().isValid()
    assert told == []


def test_letters_go_to_the_next_name_that_begins_so(outline: Outline, qtbot: QtBot, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    clock = [0.0]
    monkeypatch.setattr("gradstudio.app.panels.outline.time.monotonic", lambda: clock[0])
    outline.set_mode(1)
    told: list[int] = []
    outline.record_selected.connect(told.append)
    graph, _ = whole(LOOPS)
    for letters in ("y", "y", "y", "lo", "q"):
        clock[0] += 60.0
        qtbot.keyClicks(outline.table, letters)
    ys = [int(graph.record[i]) for i, title in enumerate(graph.title) if title == "y"]
    assert told == [ys[0], ys[1], ys[0], record(graph, "loss")]


# new runs


def test_a_new_run_keeps_branches_and_the_selected_node(outline: Outline) -> None:
    graph, _ = whole(LOOPS)
    outline.tree.collapse(outline.models[0].index_of(len(graph.record) + 1))  # pass 1
    outline.select_record(record(graph, "loss"))
    after, trace = whole(LOOPS.replace("x = gs.Variable(2.0)", "x = gs.Variable(2.0)\nextra = gs.constant(1.0) * 2.0"))
    told: list[int] = []
    outline.record_selected.connect(told.append)
    outline.set_view(after, trace)
    assert outline.tree.currentIndex().internalId() == after.title.index("loss")
    opened = {g.title: outline.tree.isExpanded(outline.models[0].index_of(len(after.record) + k))
              for k, g in enumerate(after.groups)}  # fmt: skip
    assert (opened["pass 1"], opened["pass 2"], opened["for i in range(2)"]) == (False, True, True)
    assert told == []


def test_other_values_of_the_same_ops_change_the_cells_only(outline: Outline) -> None:
    graph, trace = whole(LOOPS)
    resets: list[None] = []
    outline.models[0].modelReset.connect(lambda: resets.append(None))
    mean = trace.records.values.mean + 1.0
    again = replace(trace, records=replace(trace.records, values=replace(trace.records.values, mean=mean)))
    outline.set_view(graph, again)
    assert cells(outline.models[0], "loss")["value"] == "−3.000"
    assert resets == []


def test_a_hidden_outline_waits_until_it_is_shown(outline: Outline) -> None:
    outline.hide()
    outline.set_view(*whole(PRODUCT))
    assert outline.models[0].columns is not None
    assert outline.models[0].columns.graph is whole(LOOPS)[0]
    outline.select_record(record(whole(PRODUCT)[0], "z"))
    outline.show()
    assert "unused" in rows(outline.models[0])
    assert outline.tree.currentIndex().internalId() == whole(PRODUCT)[0].title.index("z")


def test_without_a_run_there_is_nothing(outline: Outline, qtbot: QtBot) -> None:
    outline.set_view(None, None)
    assert rows(outline.models[0]) == []
    assert outline.said.text() == "Nothing has run yet."
    outline.field.setText("g < 1")
    qtbot.keyClicks(outline.tree, "x")
    qtbot.keyClick(outline.field, Qt.Key.Key_Return)
