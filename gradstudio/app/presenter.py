"""Presenter: session events -> widgets, and what a person points at -> the session."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QTimer

from gradstudio.app.arranging_presenter import ArrangingPresenter
from gradstudio.app.building_presenter import BuildingPresenter
from gradstudio.app.canvas.lights import nodes_shown
from gradstudio.app.canvas.said import Said
from gradstudio.app.editor.hovering import SaidOfText
from gradstudio.app.editor.marking import MarksOf
from gradstudio.app.panels.problems import Problems
from gradstudio.app.pass_steps import PassSteps
from gradstudio.app.plain import title_text
from gradstudio.engine.problem import Problem
from gradstudio.engine.trace import Kind, Span, is_missing
from gradstudio.picture.numbers import number
from gradstudio.studio.memory import give_back
from gradstudio.studio.outcome import Outcome, View
from gradstudio.studio.sweeps import labels, target_value

if TYPE_CHECKING:
    from gradstudio.app.main_window import MainWindow

_SLOW = 300
"""Milliseconds a run may take before the status line speaks of it."""

_LATER = 2000
"""Milliseconds until the memory of a document that was closed goes back to the system."""


class Presenter(QObject):
    """Joins one window's widgets to its session."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._session = session = window.session
        self._began = 0.0
        self._problem = -1
        self._drawn: View | None = None  # what the canvas shows
        self._introduces = False  # the first picture of an example selects a node, so that the inspector has something
        self.building = BuildingPresenter(window)
        self._arranging = ArrangingPresenter(window)
        self._clock = QTimer(self)
        self._clock.setInterval(_SLOW)
        self._clock.timeout.connect(self._on_clock)
        self.passes = PassSteps(window)
        self._said = SaidOfText()
        window.editor.hovering.asks = self._said_at
        runs, selection = session.runs, session.selection
        self._connections = (
            (session.document_changed, self._on_document_changed),
            (session.title_changed, self._on_title_changed),
            (session.recent_changed, window.menus.refresh_recent),
            (session.text_wanted, window.editor.replace_all),
            (session.cursor_wanted, window.editor.show_cursor),
            (session.history_changed, window.menus.refresh_history),
            (session.refused, window.notice.say),
            (runs.started, self._on_started),
            (runs.finished, self._on_finished),
            (runs.drawn, self._on_drawn),
            (runs.drawing, self._on_drawing),
            (runs.stale, self._on_stale),
            (runs.failed, self._on_failed),
            (selection.node_changed, self._on_node_changed),
            (selection.hovered_changed, self._on_hovered_changed),
            (selection.lines_changed, self._on_lines_changed),
            (selection.place_wanted, self._on_place_wanted),
        )
        for event, listener in self._connections:
            event.connect(listener)  # type: ignore[attr-defined]
        window.editor.edited.connect(self._on_edited)
        window.editor.changes.cursor_moved.connect(session.pause)
        window.editor.undo_wanted.connect(session.undo)
        window.editor.redo_wanted.connect(session.redo)
        window.editor.edit_wanted.connect(session.apply)
        window.editor.line_changed.connect(self._on_line_changed)
        window.editor.right.clicked.connect(self._on_mark_clicked)
        for panel in window.panels:
            if isinstance(panel, Problems):
                panel.fix_wanted.connect(window.editor.fixing.open_for)
        window.canvas.node_selected.connect(self._on_canvas_selected)
        window.canvas.node_activated.connect(self._on_canvas_activated)
        window.canvas.node_hovered.connect(self._on_canvas_hovered)
        window.canvas.pass_chosen.connect(session.runs.choose_pass)

    def close(self) -> None:
        """The window goes: hear nothing any more."""
        self._clock.stop()
        self.building.close()
        for event, listener in self._connections:
            event.disconnect(listener)  # type: ignore[attr-defined]

    # document

    def _on_document_changed(self) -> None:
        window = self._window
        window.notice.hide()
        window.editor.load(self._session.document.text)
        self._introduces = self._session.document.path is None and bool(self._session.document.title)
        window.canvas.set_waiting(bool(self._session.document.text.strip()))
        window.status.show_parts("", ["Ready"])
        window.toolbar.sweeps.set_sweeps((), -1)
        QTimer.singleShot(_LATER, give_back)

    def _on_title_changed(self) -> None:
        document = self._session.document
        mark = " (deleted on disk) •" if document.is_gone else " •" if document.is_modified else ""
        self._window.code_header.set_title(document.name + mark)
        self._window.setWindowTitle(f"{title_text(document.name)}{mark} - GradStudio")

    # runs

    def _on_started(self) -> None:
        self._began = time.monotonic()
        self._clock.start()
        self._window.refresh_actions()

    def _on_clock(self) -> None:
        runs = self._session.runs
        if not runs.is_running and not runs.is_drawing:
            self._clock.stop()
            return
        seconds = time.monotonic() - self._began
        if not runs.is_running:
            self._window.status.show_parts("clock", [f"Drawing the network, {seconds:.0f} s", "Shift+F5 stops it"])
            return
        parts = ["Running"] if seconds < 2 else [f"Still running, {seconds:.0f} s", "Shift+F5 stops it"]
        self._window.status.show_parts("clock", parts)

    def _on_finished(self, outcome: Outcome) -> None:
        self._clock.stop()
        self._problem = -1
        window = self._window
        if outcome.finished.status != "ok":
            window.canvas.set_waiting(False)
        if outcome.text == self._session.document.text:
            window.editor.set_problems([(p.span, p.severity, _words(p)) for p in outcome.problems])
            window.editor.fixing.set_problems(outcome.problems, outcome.text)
        self.show_status()
        window.refresh_actions()

    def _on_drawn(self, view: View | None) -> None:
        window = self._window
        self._drawn = view
        window.canvas.set_waiting(False)
        if view is None:
            window.canvas.clear()
            window.toolbar.sweeps.set_sweeps((), -1)
            window.canvas_header.set_counts(0, 0)
            window.toolbar.finder.set_graph(None)
        else:
            window.canvas.lights.set_isolated(bool(view.arrangement.folds.only))
            window.canvas.set_scene(view.trace, view.graph, view.layout, window.theme)
            window.canvas.select(self._session.selection.node)
            self._arranging.show_opened(view)
            if self._introduces:
                self._introduces = False
                self._session.selection.select_record(_telling_record(view))
            window.toolbar.sweeps.set_sweeps(labels(view.trace), view.sweep)
            window.canvas_header.set_counts(
                view.whole.whole_nodes, view.whole.whole_edges, len(view.graph.ids), nodes_shown(view.graph)
            )
            window.toolbar.finder.set_graph(view.whole, view.trace)
        self._refresh_marks()
        self._session.selection.mark_line(window.editor.active_line() if window.editor.hasFocus() else 0)
        if self._session.runs.outcome is not None:
            self.show_status()
        window.refresh_actions()

    def _on_drawing(self, is_drawing: bool) -> None:
        if is_drawing:
            self._began = time.monotonic()
            self._clock.start()
        self._window.refresh_actions()

    def set_theme(self) -> None:
        """The window has other colours."""
        self.building.set_theme()
        self._refresh_marks()

    def _refresh_marks(self) -> None:
        """The gutter's values and chips, in the present theme."""
        view = self._window.view
        if view is None:
            self._window.editor.set_marks({}, 0)
            return
        line = view.trace.sweeps[view.sweep].span[0] if view.sweep >= 0 else 0
        self._window.editor.set_marks(MarksOf(view, self._window.theme), line)

    def _on_stale(self, is_stale: bool) -> None:
        self._window.canvas.set_stale(is_stale)
        self._window.editor.set_stale(is_stale)
        is_live = self._session.settings.live and not self._session.gate.is_full
        if is_stale and not self._session.runs.is_running and not is_live:
            self._window.status.show_parts("info", ["Edited since the last run", "F5 runs it"])

    def _on_failed(self, message: str) -> None:
        self._window.canvas.set_waiting(False)
        self._window.status.show_parts("error", [message], "error")

    def say(self, text: str) -> None:
        """One line until the next run."""
        parts = self._window.status.parts
        self._window.status.show_parts("tick", [text, *parts[1:]])

    # status

    def show_status(self) -> None:
        """How the last run ended."""
        outcome, view = self._session.runs.outcome, self._session.runs.view
        if outcome is None:
            return
        if outcome.finished.status != "ok":
            first = next((p for p in outcome.problems if p.severity == "error"), None)
            line = f"line {first.span[0]}: " if first is not None and first.span[0] > 0 else ""
            said = f"{line}{_words(first)}" if first is not None else "The run did not finish"
            self._window.status.show_parts("error", [_count(outcome.problems), said], "error")
            return
        errors = any(p.severity == "error" for p in outcome.problems)
        warns = any(p.severity == "warn" for p in outcome.problems)
        parts = [_count(outcome.problems) if errors or warns else "Run complete"]
        icon = "error" if errors else "warn" if warns else "tick"
        if view is not None and view.text == outcome.text:
            parts += _facts(view)
        parts.append(_duration(outcome.finished.seconds))
        parts.append(_place(view))
        self._window.status.show_parts(icon, parts, "error" if errors else "warn" if warns else "")

    # selection

    def _on_canvas_selected(self, node: int) -> None:
        self._session.selection.select(node if node >= 0 else None)

    def _on_canvas_activated(self, node: int) -> None:
        self._session.selection.select(node)
        self._go_to_node(node)
        self._window.editor.setFocus()

    def _on_canvas_hovered(self, node: int) -> None:
        self._session.selection.hover(node if node >= 0 else None)

    def _on_node_changed(self, node: int | None) -> None:
        window = self._window
        window.editor.show_span(self._span(node))
        if self._drawn is not window.view:
            return  # the canvas still shows the graph before; it gets the selection with the new one
        window.canvas.select(node)
        if node is not None and window.canvas.hasFocus():
            self._go_to_node(node)
        window.refresh_actions()

    def _on_hovered_changed(self, node: int | None) -> None:
        """While the pointer is over a node, its source is marked; then the selected one's again."""
        self._window.editor.show_span(self._span(self._session.selection.node if node is None else node))

    def _on_lines_changed(self, nodes: tuple[int, ...]) -> None:
        self._window.canvas.highlight(list(nodes))

    def _on_place_wanted(self, span: Span) -> None:
        self._window.editor.go_to(span)
        self._window.editor.setFocus()

    def _on_edited(self, text: str) -> None:
        """Places in the text have moved: what points at them waits for the next run."""
        changes = self._window.editor.changes
        self._session.edit(text, changes.name, changes.cursors)
        self._window.editor.show_span(None)

    def _on_line_changed(self, line: int) -> None:
        self._session.selection.mark_line(line)

    def _on_mark_clicked(self, line: int) -> None:
        view = self._window.view
        note = view.notes.get(line) if view is not None else None
        if note is not None:
            self._session.selection.select_record(note.record)

    def _said_at(self, line: int, column: int) -> tuple[Span, Said] | None:
        """What is known of the expression at a place, while the text is still the one that was run."""
        view = self._window.view
        if view is None or view.text != self._session.document.text:
            return None
        return self._said.at(view, line, column)

    def _go_to_node(self, node: int) -> None:
        span = self._span(node)
        if span is not None:
            self._window.editor.go_to(span)

    def _span(self, node: int | None) -> Span | None:
        """Where a node comes from, while the text is still the one that made it."""
        view = self._window.view
        if node is None or view is None or view.text != self._session.document.text:
            return None
        row = view.trace.records.span[int(view.graph.record[node])]
        span = (int(row[0]), int(row[1]), int(row[2]), int(row[3]))
        return span if span[0] > 0 else None

    def next_problem(self) -> None:
        """Show the next problem's place and node."""
        problems = self._window.problems
        if problems:
            self._problem = (self._problem + 1) % len(problems)
            problem = problems[self._problem]
            self._window.show_tab("problems")
            if problem.record >= 0:
                self._session.show_record(problem.record)
            self._session.selection.go_to(problem.span)


def _telling_record(view: View) -> int:
    """The record with most to see: the first named op of the most elements that a gradient reaches; -1 for none."""
    notes = [note for note in view.notes.values() if note.row >= 0 and view.whole.kind[note.node] == Kind.OP]
    sizes = view.trace.records.values.size
    return max(notes, key=lambda note: int(sizes[note.record])).record if notes else -1


def _words(problem: Problem) -> str:
    return f"{problem.message} ({problem.hint})" if problem.hint else problem.message


def _count(problems: tuple[Problem, ...]) -> str:
    """ "1 error, 2 warnings"."""
    parts = []
    for severity, word in (("error", "error"), ("warn", "warning")):
        count = sum(p.severity == severity for p in problems)
        if count:
            parts.append(f"{count} {word}{'' if count == 1 else 's'}")
    return ", ".join(parts) or "Not complete"


def _facts(view: View) -> list[str]:
    """What the picture holds, and the target's value."""
    is_op = view.whole.kind == Kind.OP
    waiting = int(np.count_nonzero(is_missing(view.trace.records.values)[view.whole.record[is_op]]))
    forward = int(np.count_nonzero(is_op)) - waiting
    facts = [f"{forward:,} {'op' if forward == 1 else 'ops'} forward"]
    if waiting:
        facts = [f"{forward:,} {'op' if forward == 1 else 'ops'} run, {waiting:,} waiting"]
    if view.sweep >= 0:
        sweep = view.trace.sweeps[view.sweep]
        facts[0] += f", {len(np.unique(sweep.edge_record)):,} backward"
    edges = view.whole.whole_edges
    facts.append(f"{edges:,} {'edge' if edges == 1 else 'edges'}")
    if view.sweep >= 0:
        target = target_value(view.trace, view.trace.sweeps[view.sweep])
        if target is not None:
            facts.append(f"{target[0][:40]} {number(target[1])}")
    return facts


def _duration(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"


def _place(view: View | None) -> str:
    """Where it ran, and in which numbers."""
    if view is None:
        return "CPU"
    values = view.trace.records.values
    kinds = [values.dtypes[k] for k in np.unique(values.dtype) if values.dtypes[k].startswith(("float", "complex"))]
    return "CPU, " + " and ".join(kinds[:2]) if kinds else "CPU"
