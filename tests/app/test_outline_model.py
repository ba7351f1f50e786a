"""The outline where it is long, and the model behind it."""

from __future__ import annotations

import numpy as np
import pytest
from outlined import DISPLAY, FALLING, LOOPS, record, rows
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from scenes import chain, scene, whole

from gradstudio.app.facts import duration
from gradstudio.app.panels.outline import Outline
from gradstudio.app.panels.outline_branches import Branches
from gradstudio.app.panels.outline_columns import (
    MAGNITUDE,
    NAME,
    TIME,
    VALUE,
    Columns,
)
from gradstudio.app.panels.outline_model import OutlineModel
from gradstudio.picture.tokens import load_theme

# long branches


def test_a_long_branch_is_divided_into_pages_that_say_what_is_in_them(outline: Outline) -> None:
    graph, trace = whole(chain(2500))
    outline.set_view(graph, trace)
    model = outline.models[0]
    (loop,) = [i for i in range(model.rowCount()) if model.rowCount(model.index(i, 0))]
    above = model.index(loop, 0)
    pages = [model.index(i, 0, above) for i in range(model.rowCount(above))]
    assert [model.rowCount(page) for page in pages] == [1000, 1000, 500]
    assert model.data(pages[1], DISPLAY) == "1,001 to 2,000: pass 1001 to pass 2000"
    assert model.data(pages[1].siblingAtColumn(VALUE), DISPLAY) is None
    last = int(graph.record[-1])
    outline.select_record(last)
    index = outline.tree.currentIndex()
    assert index.internalId() == len(graph.record) - 1
    assert index.parent().parent() == pages[2]
    assert outline.tree.isExpanded(pages[2])
    assert not outline.tree.isExpanded(pages[1])
    assert len(model.shown_nodes()) == len(graph.record)
    model.sort(MAGNITUDE, FALLING)
    above = next(model.index(i, 0) for i in range(model.rowCount()) if model.rowCount(model.index(i, 0)))
    assert [model.rowCount(model.index(i, 0, above)) for i in range(3)] == [1000, 1000, 500]


def test_enter_and_star_on_a_page_open_it_alone(outline: Outline, qtbot: QtBot) -> None:
    outline.set_view(*whole(chain(2500)))
    model = outline.models[0]
    above = next(model.index(i, 0) for i in range(model.rowCount()) if model.rowCount(model.index(i, 0)))
    outline.tree.setCurrentIndex(above)
    qtbot.keyClick(outline.tree, Qt.Key.Key_Asterisk)
    page = model.index(1, 0, above)
    assert outline.tree.isExpanded(above)
    assert not outline.tree.isExpanded(page)
    outline.tree.setCurrentIndex(page)
    qtbot.keyClick(outline.tree, Qt.Key.Key_Return)
    assert outline.tree.isExpanded(page)


def test_no_item_is_lost_between_pages() -> None:
    rng = np.random.default_rng(3)
    parent = np.array([-1 if i < 3 else rng.integers(0, 3) for i in range(500)])
    key = rng.random(500)
    kept = rng.random(500) < 0.9
    kept[:3] = True
    whole_tree, paged = Branches(parent, kept, (key,), 0), Branches(parent, kept, (key,), 7)
    for item in (-1, 0, 1, 2):
        wanted = whole_tree.children(item).tolist()
        found = [
            i
            for page in paged.children(item).tolist()
            for i in (paged.children(page).tolist() if page >= 500 else [page])
        ]
        assert found == wanted == sorted(wanted, key=key.__getitem__)
        assert paged.rows(item) <= max(-(-len(wanted) // 7), 7)
    for item in range(500):
        above = paged.parent(item)
        assert paged.place(item) < 7
        assert (paged.row(above, paged.place(item)) == item) == kept[item]
        assert (paged.parent(above) if above >= 500 else above) == parent[item] or not kept[item]
    assert paged.row(0, 100) == paged.row(-1, 3) == -1


# the model


@pytest.mark.parametrize("is_tree", [True, False])
def test_the_model_keeps_qts_rules(application: QApplication, is_tree: bool) -> None:
    model = OutlineModel(load_theme("light"), is_tree)
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    columns = Columns(*whole(LOOPS))
    model.set_columns(columns)
    model.sort(VALUE, FALLING)
    model.set_columns(columns, columns.graph.line > 4)
    model.renew(columns)
    model.sort(-1)
    model.set_columns(None)
    assert tester.model() is model


def test_a_selected_row_stays_selected_when_the_order_changes(outline: Outline) -> None:
    graph, _ = whole(LOOPS)
    outline.set_mode(1)
    outline.select_record(record(graph, "loss"))
    assert outline.table.currentIndex().row() == 4
    outline.models[1].sort(NAME)
    current = outline.table.currentIndex()
    assert (current.row(), current.internalId()) == (0, graph.title.index("loss"))


def test_rows_are_written_only_when_seen(outline: Outline, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    asked: set[int] = set()
    text = Columns.text
    monkeypatch.setattr(Columns, "text", lambda self, item, column: (asked.add(item), text(self, item, column))[1])
    outline.set_mode(1)
    outline.set_view(*whole(chain(3000)))
    outline.grab()
    assert outline.models[1].rowCount() == 3001
    assert 0 < len(asked) < 100


def test_a_screen_reader_hears_the_whole_row(outline: Outline) -> None:
    model = outline.models[0]
    index = model.index_of(whole(LOOPS)[0].title.index("w"))
    said = model.data(index, Qt.ItemDataRole.AccessibleTextRole)
    assert said == "w, parameter, line 2, shape [2], value μ −0.5000, gradient 4.00"
    assert model.data(index.siblingAtColumn(TIME), Qt.ItemDataRole.AccessibleTextRole) == "time none"
    for part in (outline.field, outline.switch, outline.tree, outline.table):
        assert part.accessibleName()


def test_it_is_painted_in_both_themes_with_the_gradients_colours(outline: Outline) -> None:
    graph, _ = whole(LOOPS)
    for name in ("light", "dark"):
        theme = load_theme(name)
        outline.set_theme(theme)
        image = outline.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
        pixels = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), image.bytesPerLine() // 4)
        assert (pixels == theme.surface["panel"]).any()
        for title in ("w", "x", "loss"):
            chip = outline.models[0].chip(graph.title.index(title))
            assert (pixels == chip).sum() > 200, title


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(7.4e-7, "740 ns"), (0.0, "0 ns"), (1.6e-6, "1.6 µs"), (9.996e-4, "1.0 ms"), (0.0125, "12.5 ms"), (3.21, "3.2 s")],
)
def test_times_are_written_in_their_unit(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_the_scene_of_a_folded_graph_is_listed_too(outline: Outline) -> None:
    shown = scene(chain(400))
    outline.set_view(shown.graph, shown.trace)
    assert len(rows(outline.models[0])) >= len(shown.graph.record)
