"""Views: the pictures of the trace shown, one for each sweep looked at, drawn here or in the drawing process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from gradstudio.engine.trace import Trace, is_renewal
from gradstudio.graph.build import build
from gradstudio.graph.fold_state import FoldState, Way
from gradstudio.graph.model import Graph
from gradstudio.graph.sharing import sharing
from gradstudio.layout.model import Before, Layout
from gradstudio.studio.arrangement import Arrangement, is_same_program
from gradstudio.studio.line_notes import line_notes
from gradstudio.studio.outcome import View
from gradstudio.studio.passes import passages
from gradstudio.studio.ports import WorkerClient
from gradstudio.worker.drawing import arrange
from gradstudio.worker.messages import Drawn

INLINE_NODES = 500
"""Pictures of fewer nodes are laid out here (a few ms); larger ones in the drawing process, so that the window keeps
its interpreter."""

INLINE_RECORDS = 20_000
"""The same for the whole trace, which has to be looked through."""


PLACES = 8
"""Of how many pictures of a program it is known where their nodes stood."""

_Shown = tuple[tuple[Way, ...], tuple[tuple[str, int], ...]]
"""What is isolated, and which passes are open."""


class Show(Protocol):
    """Where a finished view goes. is_stale: the text has changed since; None: as it was."""

    def __call__(self, view: View, is_stale: bool | None) -> None: ...


@dataclass(frozen=True, slots=True)
class _Drawing:
    """A picture that the drawing process works on."""

    number: int
    run: int
    text: str
    trace: Trace
    sweep: int
    arrangement: Arrangement
    is_stale: bool | None  # as in Show


class Views:
    """Belongs to one thread, that of its Runs. busy(is_drawing) tells when the drawing process begins and ends;
    is_stopped() whether the thread is about to be told to give up."""

    def __init__(
        self, client: WorkerClient, show: Show, busy: Callable[[bool], None], is_stopped: Callable[[], bool]
    ) -> None:
        self._client = client
        self._show = show
        self._busy = busy
        self._is_stopped = is_stopped
        self.trace: Trace | None = None  # of the picture shown
        self.sweep = -1  # its sweep
        self._views: dict[int, View] = {}
        self._wholes: dict[int, Graph] = {}  # whole graphs of self._of, by sweep
        self._of: Trace | None = None
        self._sent: tuple[Trace, int] | None = None  # what the drawing process has
        self._drawing: _Drawing | None = None
        self._places: dict[_Shown, Before] = {}  # where nodes stood before, by what was isolated and open

    @property
    def shown(self) -> View | None:
        """The view of the sweep shown."""
        return self._views.get(self.sweep)

    @property
    def is_drawing(self) -> bool:
        """Whether the drawing process is at work."""
        return self._drawing is not None

    def draw(self, run: int, text: str, trace: Trace, sweep: int, arrangement: Arrangement) -> None:
        """Draw a sweep of another trace; the views of the one before go."""
        self._views = {}
        self._places = {(only, ()): place for (only, _), place in self._places.items()}  # the last of each
        self._draw(_Drawing(0, run, text, trace, sweep, arrangement, False))

    def renew(self, run: int, text: str, trace: Trace) -> bool:
        """Show another run of the same ops: graphs and layouts stay. False if there is nothing to be kept."""
        drawing, shown = self._drawing, self.shown
        if drawing is not None and is_renewal(trace, drawing.trace):
            self._drawing = replace(drawing, run=run, text=text, trace=trace)
            self._views = {}
            return True
        if drawing is not None or shown is None or not is_renewal(trace, shown.trace):
            return False
        for sweep, view in self._views.items():
            notes = line_notes(trace, sweep, view.whole, view.passages)
            self._views[sweep] = replace(view, run=run, text=text, trace=trace, notes=notes)
        self.trace = self._of = trace
        self._show(self._views[self.sweep], False)
        return True

    def rearrange(self, text: str, arrangement: Arrangement) -> None:
        """The same picture, folded, moved or turned in another way; text: the program with that in its header."""
        drawing, shown = self._drawing, self.shown
        if drawing is None:
            if shown is None:
                return
            self._views = {shown.sweep: shown}
            drawing = _Drawing(0, shown.run, shown.text, shown.trace, shown.sweep, arrangement, None)
        if is_same_program(drawing.text, text):
            drawing = replace(drawing, text=text)
        self._draw(replace(drawing, arrangement=arrangement))

    def choose(self, sweep: int, arrangement: Arrangement) -> None:
        """Show another sweep of the trace shown."""
        shown = self.shown
        if self.trace is None or shown is None or not -1 <= sweep < len(self.trace.sweeps):
            return
        known = self._views.get(sweep)
        if known is not None:
            self.sweep = sweep
            self._cancel()
            self._show(known, None)
        else:
            self._draw(_Drawing(0, shown.run, shown.text, self.trace, sweep, arrangement, None))

    def drawn(self, message: Drawn) -> None:
        """The drawing process is done, or has a picture without lines."""
        drawing = self._drawing
        if drawing is None or message.run != drawing.number:
            return
        if not message.is_coarse:
            self._end_drawing()
        whole = sharing(message.whole) if message.whole is not None else self._whole(drawing)
        if whole is not None and not self._is_given_up():
            graph = sharing(message.graph, whole)
            if not self._is_given_up():
                self._keep(drawing, whole, graph, message.layout)

    def give_up(self) -> None:
        """The drawing under way will not come, or is not wanted any more."""
        self._sent = None
        self._cancel()

    def forget(self) -> None:
        """Another document."""
        self._cancel()
        self.trace, self.sweep, self._of = None, -1, None
        self._views, self._wholes, self._places = {}, {}, {}

    # inside

    def _draw(self, wanted: _Drawing) -> None:
        whole = self._whole(wanted)
        records = len(wanted.trace.records.op)
        size = whole.whole_nodes if whole is not None else self._size(wanted)
        folds, options = wanted.arrangement.folds, wanted.arrangement.options
        place = self._before(folds)
        if size < INLINE_NODES and records < INLINE_RECORDS:
            whole = whole or build(wanted.trace, wanted.text, wanted.sweep)
            graph, layout = arrange(whole, folds, options, place)
            self._cancel()
            self._keep(wanted, whole, graph, layout)
            return
        has = self._sent is not None and self._sent[0] is wanted.trace and self._sent[1] == wanted.sweep
        trace = None if has and whole is not None else wanted.trace
        number = self._client.draw(trace, wanted.text, wanted.sweep, folds, options, place)
        self._sent = (wanted.trace, wanted.sweep)
        self._drawing = replace(wanted, number=number)
        self._busy(True)

    def _before(self, folds: FoldState) -> Before | None:
        """Where nodes stood when the same was isolated and open, else when the same was isolated."""
        alike = [place for (only, _), place in self._places.items() if only == folds.only]
        return self._places.get((folds.only, folds.passes), alike[-1] if alike else None)

    def _size(self, wanted: _Drawing) -> int:
        """About how many nodes a view will have."""
        sweeps = wanted.trace.sweeps
        return len(sweeps[wanted.sweep].record) if wanted.sweep >= 0 else len(wanted.trace.records.op)

    def _whole(self, wanted: _Drawing) -> Graph | None:
        """The whole graph, where it is known: of this trace, or of one that differs from it in values only."""
        if self._of is not wanted.trace and not is_renewal(wanted.trace, self._of):
            return None
        return self._wholes.get(wanted.sweep)

    def _keep(self, wanted: _Drawing, whole: Graph, graph: Graph, layout: Layout) -> None:
        trace, sweep = wanted.trace, wanted.sweep
        if self._of is not trace:
            self._of, self._wholes = trace, {}
        self._wholes[sweep] = whole
        known, folds = self._views.get(sweep), wanted.arrangement.folds
        if known is not None and known.trace is trace and known.whole is whole and known.arrangement.folds == folds:
            found, notes = known.passages, known.notes  # the same picture without lines was here before
        else:
            found = passages(trace, sweep, whole, folds)
            if self._is_given_up():
                return
            notes = line_notes(trace, sweep, whole, found)
        view = View(wanted.run, wanted.text, trace, sweep, whole, graph, layout, notes, wanted.arrangement, found)
        self.trace, self.sweep = trace, sweep
        self._views[sweep] = view
        self._places.pop(key := (folds.only, folds.passes), None)
        self._places[key] = Before(graph.ids, layout.cells, layout.columns, layout.direction)
        if len(self._places) > PLACES:
            del self._places[next(iter(self._places))]
        self._show(view, wanted.is_stale)

    def _is_given_up(self) -> bool:
        """Whether a person has stopped the drawing under way: then what has come of it is not worth more time."""
        return self._drawing is not None and self._is_stopped()

    def _cancel(self) -> None:
        if self._drawing is not None:
            self._client.stop_drawing()
            self._sent = None
            self._end_drawing()

    def _end_drawing(self) -> None:
        self._drawing = None
        self._busy(False)
