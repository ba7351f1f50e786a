"""The inspector and its parts: numbers, arrays and where a node comes from."""

from __future__ import annotations

import numpy as np
import pytest
from hearing import pixels_of, select_node, words_of
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from scenes import ARRAYS, POISON, PRODUCT, PlainSession, scene

from gradstudio.app.facts import memory, statistics
from gradstudio.app.panels.array_table import MOST, ArrayModel, ArrayTable
from gradstudio.app.panels.contributions import contributions
from gradstudio.app.panels.inspector import Inspector, numpy_literal
from gradstudio.app.panels.source_page import CodeBlock, NodeLink
from gradstudio.app.plots.histogram import Histogram
from gradstudio.app.plots.image import MOST as CELLS
from gradstudio.app.plots.image import as_matrix, cell_colors, cells
from gradstudio.picture.color import Scale, signed
from gradstudio.picture.tokens import load_theme
from gradstudio.worker.messages import Value

# inspector

DISPLAY = Qt.ItemDataRole.DisplayRole


def test_the_inspector_asks_for_a_node_until_one_is_selected(inspector: Inspector, session: PlainSession) -> None:
    assert words_of(inspector) == ["Click a node to see its value, its gradient and where it comes from."]
    select_node(session, scene(PRODUCT), "y")
    assert "9.000" in words_of(inspector)
    session.selection.select(None)
    assert words_of(inspector)[0].startswith("Click a node")


def test_the_header_names_the_node(inspector: Inspector, session: PlainSession) -> None:
    told: list[tuple[str, str]] = []
    inspector.header_changed.connect(lambda title, words: told.append((title, words)))
    select_node(session, scene(ARRAYS), "square")
    assert told[-1] == ("square", "multiply, line 4, [2,3] float64")


def test_a_scalar_is_shown_large_and_exactly(inspector: Inspector, session: PlainSession) -> None:
    select_node(session, scene(PRODUCT), "z")
    assert words_of(inspector) == ["81.00", "exactly 81.0"]


def test_a_gradient_is_shown_with_its_sign_and_where_it_comes_from(inspector: Inspector, session: PlainSession) -> None:
    shown = scene(PRODUCT)
    select_node(session, shown, "x")
    inspector.open_page("Gradient")
    assert words_of(inspector) == ["+108.0", "exactly 108.0"]
    parts = contributions(shown.graph, shown.trace, shown.node("x"))
    assert [(p.name, p.sign, round(p.rms)) for p in parts] == [("y, input 1", 1, 54), ("y, input 2", 1, 54)]
    assert sum(p.share for p in parts) == pytest.approx(1.0)


def test_an_edge_is_shown_until_a_node_is_selected(inspector: Inspector, session: PlainSession) -> None:
    shown = scene(PRODUCT)
    select_node(session, shown, "x")
    session.selection.select(None)
    g = shown.graph
    (edge,) = np.flatnonzero((g.edge_source == shown.node("x")) & (g.edge_slot == 1))
    inspector.show_edge(int(edge))
    forward, back, words = inspector.edge.said()
    assert forward == [("from", "x, line 2"), ("to", "y, line 5"), ("input", "2"), ("carries", "scalar")]
    assert back == [
        ("arrives", "+18.00"), ("local derivative", "× +3.000"), ("product", "+54.00"), ("share", "50.0 %")
    ]  # fmt: skip
    assert words.startswith("The product is the gradient that arrives at y, times the local derivative.")
    assert inspector.edge.isVisibleTo(inspector)
    other = scene(PRODUCT.replace("3.0", "2.0"))
    session.show(other)
    assert dict(inspector.edge.said()[1])["local derivative"] == "× +2.000", "the same edge of the next run"
    session.show(shown)
    inspector.show_edge(-1)
    assert words_of(inspector)[0].startswith("Click a node")
    inspector.show_edge(int(edge))
    session.selection.select(shown.node("z"))
    assert not inspector.edge.isVisibleTo(inspector)
    session.selection.select(None)
    assert words_of(inspector)[0].startswith("Click a node")


def test_an_edge_of_arrays_says_sizes_and_sign_and_one_without_a_gradient_says_so(
    inspector: Inspector, session: PlainSession
) -> None:
    shown = scene(ARRAYS)
    select_node(session, shown, "square")
    session.selection.select(None)
    back = shown.graph.edge_backward
    inspector.show_edge(int(np.flatnonzero(back >= 0)[0]))
    names = [name for name, _ in inspector.edge.said()[1]]
    assert names == ["arrives", "gain", "product", "sign", "share"]
    aside = scene(PRODUCT)
    select_node(session, aside, "aside")
    session.selection.select(None)
    inspector.show_edge(int(np.flatnonzero(aside.graph.edge_backward < 0)[0]))
    assert inspector.edge.said()[1:] == ([], "Nothing flows back along this edge.")


def test_a_gradient_that_is_not_there_says_why(inspector: Inspector, session: PlainSession) -> None:
    select_node(session, scene(PRODUCT), "aside")
    inspector.open_page("Gradient")
    assert words_of(inspector) == ["None: no recorded path leads from here to the target"]


def test_a_nan_gradient_says_so(inspector: Inspector, session: PlainSession) -> None:
    select_node(session, scene(POISON), "s")
    inspector.open_page("Gradient")
    said = words_of(inspector)
    assert said[0] == "NaN"
    assert "undefined" in said[1]


def test_arrays_come_only_when_their_tab_is_open(inspector: Inspector, session: PlainSession) -> None:
    shown = scene(ARRAYS)
    record = int(shown.graph.record[shown.node("w")])
    select_node(session, shown, "w")
    assert session.asked == [(record, -1)]
    inspector.open_page("Gradient")
    assert session.asked == [(record, -1), (record, shown.graph.sweep)]
    inspector.open_page("Value")
    inspector.open_page("Source")
    assert len(session.asked) == 2, "nothing is fetched twice"


def test_statistics_are_there_before_the_array_and_complete_with_it(
    inspector: Inspector, session: PlainSession
) -> None:
    select_node(session, scene(ARRAYS), "w")
    before = dict(inspector.value._rows.rows())
    assert "median" not in before
    assert before["mean"] == "0.3333"
    session.answer(np.array([[1.0, -2.0, 0.0], [4.0, 5.0, -6.0]]))
    rows = dict(inspector.value._rows.rows())
    assert rows["median"] == "0.5000"
    assert rows["minimum"] == "−6.000"
    assert rows["maximum"] == "5.000"
    assert rows["negative, zero, positive"] == "2, 1, 3"
    assert rows["size in memory"] == "48 B"
    assert rows["standard deviation"] == before["standard deviation"] == "3.682"


def test_the_table_appears_with_the_array_and_stays_open_for_other_nodes(
    inspector: Inspector, session: PlainSession
) -> None:
    shown = scene(ARRAYS)
    select_node(session, shown, "w")
    assert not inspector.table_button.isVisible()
    session.answer(np.arange(6.0).reshape(2, 3))
    inspector.table_button.setChecked(True)
    assert inspector.value.currentIndex() == 1
    session.selection.select(shown.node("loss"))
    assert inspector.value.currentIndex() == 0
    session.selection.select(shown.node("square"))
    session.answer(np.arange(6.0).reshape(2, 3))
    assert inspector.value.currentIndex() == 1


def test_an_array_of_an_older_run_is_not_shown(inspector: Inspector, session: PlainSession) -> None:
    shown = scene(ARRAYS)
    select_node(session, shown, "w")
    old = session.runs.view
    assert old is not None
    session.show(scene(ARRAYS.replace("5.0", "7.0")))
    session.selection.set_graph(shown.graph)
    session.runs.value.emit(Value(old.run, *session.asked[0], np.ones((2, 3))))
    assert not inspector.value.has_table


def test_a_new_run_of_the_same_node_keeps_the_tab_and_asks_again(inspector: Inspector, session: PlainSession) -> None:
    shown = scene(ARRAYS)
    select_node(session, shown, "w")
    inspector.open_page("Gradient")
    session.answer(np.ones((2, 3)))
    assert inspector.gradient.has_table
    asked = len(session.asked)
    again = scene(ARRAYS.replace("5.0", "7.0"))
    session.selection.set_graph(again.graph)
    session.show(again)
    assert inspector.page() == "Gradient"
    assert len(session.asked) == asked + 1
    assert inspector.gradient.has_table, "the last array stays while the next is on its way"


def test_what_never_comes_does_not_leave_an_old_array_in_view(
    inspector: Inspector, session: PlainSession, qtbot: QtBot
) -> None:
    select_node(session, scene(ARRAYS), "w")
    session.answer(np.ones((2, 3)))
    again = scene(ARRAYS.replace("5.0", "7.0"))
    session.selection.set_graph(again.graph)
    session.show(again)
    qtbot.waitUntil(lambda: not inspector.value.has_table)


def test_copy_as_numpy_gives_code_that_makes_the_array(inspector: Inspector, session: PlainSession) -> None:
    select_node(session, scene(ARRAYS), "w")
    assert not inspector.copy_button.isEnabled()
    array = np.array([[1.0, np.nan, -0.1], [np.inf, 1e-300, -np.inf]])
    session.answer(array)
    inspector.copy_button.click()
    copied = QGuiApplication.clipboard().text()
    np.testing.assert_array_equal(eval(copied, {"np": np}), array)


@pytest.mark.parametrize(
    "array",
    [np.array(2.5), np.array(np.nan), np.array([True, False]), np.array([1, -2], np.int8), np.array([1 + 2j, -3j])],
    ids=["scalar", "nan", "bool", "int8", "complex"],
)
def test_every_kind_of_array_is_copied(array: np.ndarray) -> None:
    made = np.asarray(eval(numpy_literal(array), {"np": np}))
    np.testing.assert_array_equal(made, array)
    assert array.ndim == 0 or made.dtype == array.dtype


def test_a_very_long_array_is_copied_in_part_and_says_so() -> None:
    text = numpy_literal(np.zeros((5000, 3)))
    assert text.endswith("# the first 333 of 5,000")
    assert eval(text, {"np": np}).shape == (333, 3)


def test_the_source_tab_marks_the_expression_and_links_its_neighbours(
    inspector: Inspector, session: PlainSession, qtbot: QtBot
) -> None:
    shown = scene(PRODUCT)
    select_node(session, shown, "y")
    inspector.open_page("Source")
    (code,) = inspector.source.findChildren(CodeBlock)
    begin, end = code._marked(5, 100)
    assert code._lines[0][begin:end] == "x * x"

    def links() -> dict[str, NodeLink]:
        return {link.name: link for link in inspector.source.findChildren(NodeLink) if link.isVisible()}

    qtbot.waitUntil(lambda: set(links()) == {"x", "z"})
    qtbot.mouseClick(links()["z"], Qt.MouseButton.LeftButton)
    assert session.selection.node == shown.node("z")


def test_the_source_of_a_node_in_a_loop_names_the_pass(inspector: Inspector, session: PlainSession) -> None:
    shown = scene("import gradstudio as gs\nx = gs.Variable(2.0)\nfor k in range(3):\n    x2 = x * x\n")
    session.show(shown)
    session.selection.set_graph(shown.graph)
    session.selection.select(len(shown.graph.record) - 1)
    inspector.open_page("Source")
    path = inspector.source._path(shown.graph, len(shown.graph.record) - 1)
    assert "range(3)" in path
    assert "pass 3" in path


def test_the_inspector_is_painted_in_both_themes(inspector: Inspector, session: PlainSession) -> None:
    select_node(session, scene(ARRAYS), "w")
    session.answer(np.arange(6.0).reshape(2, 3) - 2)
    for name in ("light", "dark"):
        inspector.set_theme(load_theme(name))
        pixels = pixels_of(inspector)
        assert int(pixels[pixels.shape[0] // 2, 4]) == load_theme(name).surface["panel"]


# parts of the inspector


def test_the_table_is_lazy_and_cut_where_it_would_be_endless(application: QApplication) -> None:
    model = ArrayModel(load_theme("light"))
    model.set_matrix(np.broadcast_to(np.float64(1.5), (10**7, 10**5)))
    assert (model.rowCount(), model.columnCount()) == (MOST, MOST)
    assert model.data(model.index(7, 8), DISPLAY) == "1.500"


def test_slices_of_an_array_of_four_axes(application: QApplication, qtbot: QtBot) -> None:
    table = ArrayTable(load_theme("light"))
    qtbot.addWidget(table)
    array = np.arange(2 * 3 * 4 * 5).reshape(2, 3, 4, 5)
    table.set_array(array)
    assert len(table.spins) == 2
    table.spins[0].setValue(1)
    table.spins[1].setValue(2)
    assert table.model.data(table.model.index(3, 4), DISPLAY) == str(array[1, 2, 3, 4])
    table.set_array(array + 1)
    assert table.model.data(table.model.index(3, 4), DISPLAY) == str(array[1, 2, 3, 4] + 1), "the slice is kept"


def test_a_gradients_cells_have_its_colours_and_signs(application: QApplication) -> None:
    theme, scale = load_theme("light"), Scale(1.0)
    model = ArrayModel(theme)
    model.set_matrix(np.array([[0.5, np.nan]]), scale)
    assert model.data(model.index(0, 0), DISPLAY) == "+0.5000"
    ground = model.data(model.index(0, 0), Qt.ItemDataRole.BackgroundRole)
    assert ground.rgba() == int(signed(theme, scale, np.array([0.5]))[0])  # type: ignore[attr-defined]
    nan = model.data(model.index(0, 1), Qt.ItemDataRole.BackgroundRole)
    assert nan.rgba() == theme.nan_soft  # type: ignore[attr-defined]


def test_a_histogram_counts_the_finite_elements(application: QApplication, qtbot: QtBot) -> None:
    histogram = Histogram(load_theme("light"))
    qtbot.addWidget(histogram)
    histogram.set_values(np.array([0.0, 1.0, 1.0, np.nan, np.inf]))
    assert histogram._counts.sum() == 3
    assert histogram._counts[-1] == 2
    for odd in (np.zeros(0), np.array([np.nan]), np.full(5, 1e308), np.array([-1.7e308, 1.7e308]), np.array([5, 5])):
        histogram.set_values(odd)
        histogram.grab()


def test_the_image_has_one_cell_for_each_element(application: QApplication) -> None:
    assert as_matrix(np.zeros((2, 3, 4))).shape == (6, 4)
    assert as_matrix(np.zeros(200)).shape == (10, 20)
    odd = as_matrix(np.arange(7.0))
    assert odd.size >= 7
    np.testing.assert_array_equal(odd.ravel()[:7], np.arange(7.0))


def test_a_block_of_an_image_keeps_the_largest_gradient_and_the_mean_value() -> None:
    wide = np.zeros((1, CELLS * 4))
    wide[0, 4:8] = (3.0, -5.0, 1.0, 1.0)
    wide[0, 8] = np.nan
    gradients, values = cells(wide, True), cells(wide, False)
    assert gradients.shape == (1, CELLS)
    assert gradients[0, 1] == -5.0
    assert values[0, 1] == 0.0
    assert np.isnan(gradients[0, 2])
    assert np.isnan(values[0, 2])


def test_odd_numbers_have_their_own_colour_in_an_image() -> None:
    theme = load_theme("dark")
    shades = cell_colors(theme, np.array([[np.nan, np.inf, 0.0, 1.0]]), None)[0].tolist()
    assert shades[0] == theme.nan_hatch
    assert shades[1] == theme.infinite_outline
    assert shades[2:] == list(theme.thumbnail)


def test_statistics_count_what_is_not_finite() -> None:
    shown = scene(POISON)
    row = int(shown.graph.record[shown.node("inv")])
    rows = dict(statistics(shown.trace.records.values, row))
    assert rows["NaN, infinite"] == "0, 1"
    assert rows["maximum"] == "0.5000"


def test_memory_is_written_for_people() -> None:
    assert [memory(n) for n in (0, 8, 999, 1600, 4_200_000, 10**12)] == [
        "0 B", "8 B", "999 B", "1.6 kB", "4.2 MB", "1000.0 GB",
    ]  # fmt: skip
