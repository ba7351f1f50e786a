"""The panels: what they say of a node, a run and its problems, and how little they ask for."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot
from scenes import ARRAYS, POISON, PRODUCT, PlainSession, Scene, scene

from gradstudio.app.facts import memory, statistics
from gradstudio.app.panels import PANELS
from gradstudio.app.panels.array_table import MOST, ArrayModel, ArrayTable
from gradstudio.app.panels.console import LINES, Console
from gradstudio.app.panels.contributions import contributions
from gradstudio.app.panels.inspector import Inspector, numpy_literal
from gradstudio.app.panels.problems import Problems
from gradstudio.app.panels.source_page import CodeBlock, NodeLink
from gradstudio.app.plots.histogram import Histogram
from gradstudio.app.plots.image import MOST as CELLS
from gradstudio.app.plots.image import as_matrix, cell_colors, cells
from gradstudio.engine.problem import Problem
from gradstudio.picture.color import Scale, signed
from gradstudio.picture.tokens import load_theme
from gradstudio.worker.messages import Value

_DISPLAY = Qt.ItemDataRole.DisplayRole


@pytest.fixture
def session() -> PlainSession:
    return PlainSession()


@pytest.fixture
def inspector(application: QApplication, session: PlainSession, qtbot: QtBot) -> Inspector:
    made = Inspector(session, load_theme("light"))
    qtbot.addWidget(made)
    made.resize(320, 600)
    made.show()
    return made


def _select(session: PlainSession, shown: Scene, title: str) -> None:
    session.show(shown)
    session.selection.set_graph(shown.graph)
    session.selection.select(shown.node(title))


def _said(widget: QWidget) -> list[str]:
    """Every label in view."""
    return [label.text() for label in widget.findChildren(QLabel) if label.isVisible() and label.text()]


def _pixels(widget: QWidget) -> np.ndarray:
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    return np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), image.bytesPerLine() // 4).copy()


# inspector


def test_the_inspector_asks_for_a_node_until_one_is_selected(inspector: Inspector, session: PlainSession) -> None:
    assert _said(inspector) == ["Click a node to see its value, its gradient and where it comes from."]
    _select(session, scene(PRODUCT), "y")
    assert "9.000" in _said(inspector)
    session.selection.select(None)
    assert _said(inspector)[0].startswith("Click a node")


def test_the_header_names_the_node(inspector: Inspector, session: PlainSession) -> None:
    told: list[tuple[str, str]] = []
    inspector.header_changed.connect(lambda title, words: told.append((title, words)))
    _select(session, scene(ARRAYS), "square")
    assert told[-1] == ("square", "multiply, line 4, [2,3] float64")


def test_a_scalar_is_shown_large_and_exactly(inspector: Inspector, session: PlainSession) -> None:
    _select(session, scene(PRODUCT), "z")
    assert _said(inspector) == ["81.00", "exactly 81.0"]


def test_a_gradient_is_shown_with_its_sign_and_where_it_comes_from(inspector: Inspector, session: PlainSession) -> None:
    shown = scene(PRODUCT)
    _select(session, shown, "x")
    inspector.open_page("Gradient")
    assert _said(inspector) == ["+108.0", "exactly 108.0"]
    parts = contributions(shown.graph, shown.trace, shown.node("x"))
    assert [(p.name, p.sign, round(p.rms)) for p in parts] == [("y, input 1", 1, 54), ("y, input 2", 1, 54)]
    assert sum(p.share for p in parts) == pytest.approx(1.0)


def test_a_gradient_that_is_not_there_says_why(inspector: Inspector, session: PlainSession) -> None:
    _select(session, scene(PRODUCT), "aside")
    inspector.open_page("Gradient")
    assert _said(inspector) == ["None: no recorded path leads from here to the target"]


def test_a_nan_gradient_says_so(inspector: Inspector, session: PlainSession) -> None:
    _select(session, scene(POISON), "s")
    inspector.open_page("Gradient")
    said = _said(inspector)
    assert said[0] == "NaN"
    assert "undefined" in said[1]


def test_arrays_come_only_when_their_tab_is_open(inspector: Inspector, session: PlainSession) -> None:
    shown = scene(ARRAYS)
    record = int(shown.graph.record[shown.node("w")])
    _select(session, shown, "w")
    assert session.asked == [(record, -1)]
    inspector.open_page("Gradient")
    assert session.asked == [(record, -1), (record, shown.graph.sweep)]
    inspector.open_page("Value")
    inspector.open_page("Source")
    assert len(session.asked) == 2, "nothing is fetched twice"


def test_statistics_are_there_before_the_array_and_complete_with_it(
    inspector: Inspector, session: PlainSession
) -> None:
    _select(session, scene(ARRAYS), "w")
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
    _select(session, shown, "w")
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
    _select(session, shown, "w")
    old = session.runs.view
    assert old is not None
    session.show(scene(ARRAYS.replace("5.0", "7.0")))
    session.selection.set_graph(shown.graph)
    session.runs.value.emit(Value(old.run, *session.asked[0], np.ones((2, 3))))
    assert not inspector.value.has_table


def test_a_new_run_of_the_same_node_keeps_the_tab_and_asks_again(inspector: Inspector, session: PlainSession) -> None:
    shown = scene(ARRAYS)
    _select(session, shown, "w")
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
    _select(session, scene(ARRAYS), "w")
    session.answer(np.ones((2, 3)))
    again = scene(ARRAYS.replace("5.0", "7.0"))
    session.selection.set_graph(again.graph)
    session.show(again)
    qtbot.waitUntil(lambda: not inspector.value.has_table)


def test_copy_as_numpy_gives_code_that_makes_the_array(inspector: Inspector, session: PlainSession) -> None:
    _select(session, scene(ARRAYS), "w")
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
    _select(session, shown, "y")
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
    _select(session, scene(ARRAYS), "w")
    session.answer(np.arange(6.0).reshape(2, 3) - 2)
    for name in ("light", "dark"):
        inspector.set_theme(load_theme(name))
        pixels = _pixels(inspector)
        assert int(pixels[pixels.shape[0] // 2, 4]) == load_theme(name).surface["panel"]


# parts of the inspector


def test_the_table_is_lazy_and_cut_where_it_would_be_endless(application: QApplication) -> None:
    model = ArrayModel(load_theme("light"))
    model.set_matrix(np.broadcast_to(np.float64(1.5), (10**7, 10**5)))
    assert (model.rowCount(), model.columnCount()) == (MOST, MOST)
    assert model.data(model.index(7, 8), _DISPLAY) == "1.500"


def test_slices_of_an_array_of_four_axes(application: QApplication, qtbot: QtBot) -> None:
    table = ArrayTable(load_theme("light"))
    qtbot.addWidget(table)
    array = np.arange(2 * 3 * 4 * 5).reshape(2, 3, 4, 5)
    table.set_array(array)
    assert len(table.spins) == 2
    table.spins[0].setValue(1)
    table.spins[1].setValue(2)
    assert table.model.data(table.model.index(3, 4), _DISPLAY) == str(array[1, 2, 3, 4])
    table.set_array(array + 1)
    assert table.model.data(table.model.index(3, 4), _DISPLAY) == str(array[1, 2, 3, 4] + 1), "the slice is kept"


def test_a_gradients_cells_have_its_colours_and_signs(application: QApplication) -> None:
    theme, scale = load_theme("light"), Scale(1.0)
    model = ArrayModel(theme)
    model.set_matrix(np.array([[0.5, np.nan]]), scale)
    assert model.data(model.index(0, 0), _DISPLAY) == "+0.5000"
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


# problems


@pytest.fixture
def problems(application: QApplication, session: PlainSession, qtbot: QtBot) -> Problems:
    made = Problems(session, load_theme("light"))
    qtbot.addWidget(made)
    made.resize(900, 140)
    made.show()
    return made


_ERROR = Problem("error", "nan", "NaN is born here", (4, 4, 4, 9), "guard the input")
_WARN = Problem("warn", "none", "no gradient reaches it", (2, 0, 2, 6))
_INFO = Problem("info", "note", "<b>only</b> a note", (3, 0, 3, 1))


def test_problems_are_listed_errors_first_and_counted(problems: Problems, session: PlainSession) -> None:
    counted: list[tuple[int, str]] = []
    problems.count_changed.connect(lambda count, worst: counted.append((count, worst)))
    assert _said(problems) == ["No problems."]
    session.end("", _INFO, _WARN, _ERROR)
    assert [p.severity for p in problems.problems] == ["error", "warn", "info"]
    session.end("", _INFO)
    session.end("")
    assert counted == [(2, "error"), (1, "info"), (0, "")]
    assert _said(problems) == ["No problems."]


def test_a_row_says_node_line_cause_and_remedy(problems: Problems, session: PlainSession) -> None:
    shown = scene(POISON)
    session.show(shown)
    record = int(shown.graph.record[shown.node("inv")])
    session.end(shown.text, Problem("error", "nan", "it is born here", (4, 10, 4, 13), "guard it", record))
    model = problems.model
    row = [model.data(model.index(0, column), _DISPLAY) for column in range(model.columnCount())]
    assert row == ["", "inv", "line 4", "it is born here", "guard it"]


def test_a_click_on_a_problem_leads_to_its_place_and_node(
    problems: Problems, session: PlainSession, qtbot: QtBot
) -> None:
    shown = scene(POISON)
    session.show(shown)
    session.selection.set_graph(shown.graph)
    record = int(shown.graph.record[shown.node("inv")])
    span = (4, 10, 4, 13)
    session.end(shown.text, Problem("error", "nan", "born", span, "", record))
    places: list[object] = []
    session.selection.place_wanted.connect(places.append)
    table = problems._table
    center = table.visualRect(problems.model.index(0, 3)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=center)
    assert places == [span]
    assert session.selection.node == shown.node("inv")


def test_hostile_problems_are_plain_text(problems: Problems, session: PlainSession) -> None:
    session.end("", Problem("error", "x", "<img src=x>\u202e\nsecond", (1, 0, 1, 1), "<i>mend</i>"))
    model = problems.model
    assert model.data(model.index(0, 3), _DISPLAY) == "<img src=x>\\u202e⏎second"
    tip = model.data(model.index(0, 3), Qt.ItemDataRole.ToolTipRole)
    assert isinstance(tip, str)
    assert "<img" not in tip


# console


@pytest.fixture
def console(application: QApplication, session: PlainSession, qtbot: QtBot) -> Console:
    made = Console(session, load_theme("light"))
    qtbot.addWidget(made)
    made.show()
    return made


def test_a_new_runs_output_takes_the_place_of_the_old(console: Console, session: PlainSession) -> None:
    session.runs.printed.emit("one\n")
    session.runs.printed.emit("two\n")
    assert console.text() == "one\ntwo\n"
    session.runs.started.emit()
    assert console.text() == "one\ntwo\n", "nothing flickers while a run is under way"
    session.runs.printed.emit("three")
    assert console.text() == "three"
    session.runs.started.emit()
    session.end("")
    assert console.text() == ""


def test_output_is_plain_and_capped(console: Console) -> None:
    console.append("<b>bold</b>\x1b[31m\x00\x07\n")
    assert console.text() == "<b>bold</b>[31m\n"
    console.clear()
    for _ in range(3):
        console.append("x" * 8000)
    assert len(console.text()) == 10_001
    assert console.text().endswith("…")
    console.clear()
    console.append("\n".join(map(str, range(3 * LINES))))
    lines = console.text().split("\n")
    assert len(lines) <= LINES
    assert lines[-1] == str(3 * LINES - 1)


def test_output_can_be_copied_and_cleared(console: Console, qtbot: QtBot) -> None:
    console.append("7 rows\n")
    qtbot.mouseClick(console.copy_button, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == "7 rows\n"
    qtbot.mouseClick(console.clear_button, Qt.MouseButton.LeftButton)
    assert console.text() == ""


@pytest.mark.parametrize("panel", PANELS, ids=[panel.title for panel in PANELS])
def test_every_panel_has_a_title_and_both_themes(
    panel: Callable[..., QWidget], application: QApplication, session: PlainSession, qtbot: QtBot
) -> None:
    made = panel(session, load_theme("light"))
    qtbot.addWidget(made)
    made.resize(600, 140)
    made.show()
    for name in ("dark", "light"):
        made.set_theme(load_theme(name))  # type: ignore[attr-defined]
        assert int(_pixels(made)[120, 300]) == load_theme(name).surface["panel"]
