"""Building: what canvas and palette can do to the text: every change of the picture as an Edit, none applied here."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from gradstudio.engine.primitive import TABLE
from gradstudio.engine.trace import Trace
from gradstudio.graph.model import Graph
from gradstudio.graph.query import node_of_record
from gradstudio.studio.edits import (
    adding,
    arguments,
    deleting,
    duplicating,
    extracting,
    fitting,
    inlining,
    looping,
    renaming,
    stopping,
    sweeping,
    wiring,
)
from gradstudio.studio.edits.edit import Edit, Refused
from gradstudio.studio.edits.fitting import Cure, Fit
from gradstudio.studio.edits.leaves import KINDS, add_leaf, kind_of
from gradstudio.studio.edits.made import Port
from gradstudio.studio.edits.make_input import make_input
from gradstudio.studio.edits.program import program_of
from gradstudio.studio.edits.subject import Subject, empty_subject
from gradstudio.studio.outcome import View

if TYPE_CHECKING:
    from gradstudio.studio.session import Session

LEAVES = (*(f"leaf:{kind}" for kind in KINDS), "leaf:gradient")
"""What the palette has beside the ops."""


class Building:
    """The edits of one session's picture. Nothing is changed here: the caller applies what it gets."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._applied: Edit | None = None  # whose result is selected once it is drawn

    # what can be done

    @property
    def why_not(self) -> str:
        """Why the picture cannot be edited now; "" if it can."""
        view, text = self._session.runs.view, self._session.document.text
        if view is None:
            outcome = self._session.runs.outcome
            is_empty = outcome is not None and outcome.text == text and outcome.finished.status == "ok"
            if is_empty or not text.strip():
                return ""
            return "There is no picture of this text yet; once it runs, it can be edited here."
        if view.text != text:
            return "The text has changed since this picture was drawn; it can be edited once the picture is new."
        try:
            program_of(text)
        except Refused as error:
            return str(error)
        return ""

    @property
    def entries(self) -> tuple[str, ...]:
        """What can be added: ops by canonical name, and leaves."""
        return (*TABLE, *LEAVES)

    def describe(self, node: int) -> str:
        """Where the text makes a node: "line 12, runs 60 times"; else why it cannot be edited."""
        try:
            return self._subject().made(node).where
        except Refused as error:
            return str(error)

    def ports(self, node: int) -> tuple[Port, ...]:
        """The inputs of a node; none where it cannot be edited."""
        try:
            return self._subject().ports(node)
        except Refused:
            return ()

    def fit(self, source: int, node: int, slot: int) -> Fit:
        """Whether a value of `source` may go into an input of `node`."""
        try:
            return fitting.fit(self._subject(), source, node, slot)
        except Refused as error:
            return Fit(False, "", why=str(error))

    def fits_after(self, source: int) -> Callable[[str], str]:
        """For each op of the palette, what it would make of a value; "" where nothing is known."""
        try:
            return fitting.fits_after(self._subject(), source)
        except Refused:
            return lambda entry: ""

    def variable(self, node: int) -> str:
        """The name of a node's variable; "" where it has none."""
        try:
            return renaming.name_of(self._subject(), node)
        except Refused:
            return ""

    def value_text(self, node: int) -> str:
        """The value of a leaf as the text writes it; "" where it does not."""
        try:
            return arguments.value_text(self._subject(), node)
        except Refused:
            return ""

    # edits

    def add(self, entry: str, sources: tuple[int, ...] = (), name: str = "") -> Edit:
        """A line that applies an op to nodes, or makes a leaf."""
        kind = kind_of(entry)
        if kind:
            return add_leaf(self._subject().program.text, kind, name)
        if entry in ("gradient", "leaf:gradient"):
            if not sources:
                raise Refused("Choose what to differentiate first, then by what.")
            return self.gradient(sources[0], tuple(sources[1:]))
        return adding.add(self._subject(), entry, tuple(sources), name)

    def add_between(self, entry: str, edge: int) -> Edit:
        """Put an op on a wire."""
        subject = self._subject()
        graph = subject.graph
        if not 0 <= edge < len(graph.edge_source):
            raise Refused("The picture has changed; choose the wire again.")
        source, node = int(graph.edge_source[edge]), int(graph.edge_target[edge])
        return adding.add_between(subject, entry, source, node, int(graph.edge_slot[edge]))

    def connect(self, source: int, node: int, slot: int, cure: Cure | None = None) -> Edit:
        """Let an input of `node` read `source`; cure: one of those that fit() named."""
        return fitting.connect(self._subject(), source, node, slot, cure)

    def reconnect(self, source: int, old: tuple[int, int], new: tuple[int, int], cure: Cure | None = None) -> Edit:
        """Take the wire of `source` from one input (node, slot) and put it into another."""
        return fitting.connect(self._subject(), source, *new, cure, None if old == new else old)

    def disconnect(self, node: int, slot: int) -> Edit:
        """Leave an input open."""
        return wiring.disconnect(self._subject(), node, slot)

    def set_argument(self, node: int, slot: int, text: str) -> Edit:
        """Write a number, a name or an expression as an argument."""
        return arguments.set_argument(self._subject(), node, slot, text)

    def set_value(self, node: int, text: str) -> Edit:
        """Write another value into a leaf."""
        return arguments.set_value(self._subject(), node, text)

    def rename(self, node: int, name: str) -> Edit:
        """Give a variable another name everywhere."""
        return renaming.rename(self._subject(), node, name)

    def delete(self, nodes: tuple[int, ...]) -> Edit:
        """Take nodes out."""
        return deleting.delete(self._subject(), nodes)

    def consequences(self, nodes: tuple[int, ...]) -> tuple[str, ...]:
        """What delete() would do, one line each."""
        try:
            return deleting.consequences(self._subject(), nodes)
        except Refused:
            return ()

    def duplicate(self, nodes: tuple[int, ...]) -> Edit:
        """Copies of nodes."""
        return duplicating.duplicate(self._subject(), nodes)

    def stop_gradient(self, node: int) -> Edit:
        """Let no gradient through a node, or again where none comes through."""
        subject = self._subject()
        return stopping.stop_gradient(subject.program, subject.made(node))

    def extract(self, nodes: tuple[int, ...], name: str) -> Edit:
        """Make a function of nodes."""
        subject = self._subject()
        made = [subject.made(node) for node in nodes]
        alone = made[0].expr if len(made) == 1 and not made[0].name else None
        what = alone if isinstance(alone, ast.expr) else [m.statement for m in made]
        return extracting.extract(subject.program, what, name)

    def inline(self, node: int) -> Edit:
        """Put a variable, or a function, into the lines that use it."""
        subject = self._subject()
        return inlining.inline(subject.program, subject.made(node))

    def make_input(self, node: int, slot: int, name: str, low: float, high: float) -> Edit:
        """Make a named input, with a range, of a constant."""
        subject = self._subject()
        port = wiring.wirable(subject, node, slot)
        if port.expr is None:
            raise Refused("Nothing is written for this input.")
        line, column = subject.program.span(port.expr)[:2]
        return make_input(subject.program.text, line, column, name, low, high)

    def gradient(self, target: int, sources: tuple[int, ...]) -> Edit:
        """Ask for the gradient of one node on others."""
        subject = self._subject()
        shown = None
        if 0 <= subject.graph.sweep < len(subject.trace.sweeps):
            sweep = subject.trace.sweeps[subject.graph.sweep]
            shown = None if sweep.automatic else sweep.span
        made = [subject.made(source) for source in sources]
        edit = sweeping.gradient(subject.program, subject.made(target), made, shown)
        if edit.text == subject.program.text:
            raise Refused("This gradient has that target and those sources already.")
        return edit

    def loop(self, nodes: tuple[int, ...], count: int) -> Edit:
        """Put the lines of nodes into a loop."""
        subject = self._subject()
        return looping.loop(subject.program, [subject.made(node).statement for node in nodes], count)

    # the selection

    def applied(self, edit: Edit) -> None:
        """An edit becomes the text: what it made is selected as soon as it is drawn."""
        self._applied = edit if edit.variable else None

    def drawn(self, view: View | None) -> None:
        """Another picture is shown."""
        edit = self._applied
        if edit is None or view is None:
            return
        if view.text == edit.text:
            record = _record_of(view.trace, view.whole, edit)
            if record >= 0 and not self._session.selection.select_record(record):
                self._session.show_record(record)  # it is not among what is isolated
        if view.text == self._session.document.text:
            self._applied = None

    # inside

    def _subject(self) -> Subject:
        """The picture and its text. Raises Refused where they do not belong together."""
        why = self.why_not
        if why:
            raise Refused(why)
        view, text = self._session.runs.view, self._session.document.text
        if view is None:
            return empty_subject(text)
        return Subject(program_of(text), view.trace, view.graph)


def _record_of(trace: Trace, graph: Graph, edit: Edit) -> int:
    """The record that an edit made or changed, as far as it is shown; -1 for none."""
    r = trace.records
    on_line = np.flatnonzero((r.span[:, 0] == edit.line) & (r.sweep < 0))
    named = [k for k in on_line.tolist() if r.name[k] >= 0 and r.strings[r.name[k]] == edit.variable]
    for record in reversed(named if edit.variable else on_line.tolist()):
        if node_of_record(graph, record) >= 0:
            return int(record)
    return -1


__all__ = ["LEAVES", "Building", "Cure", "Fit"]
