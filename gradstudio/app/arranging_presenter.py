"""ArrangingPresenter: what a person folds, isolates, hides and moves on the canvas becomes the text's arrangement."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from gradstudio.graph import fold_state
from gradstudio.graph.fold_state import FoldState, Way
from gradstudio.studio.outcome import View

if TYPE_CHECKING:
    from gradstudio.app.main_window import MainWindow


class ArrangingPresenter(QObject):
    """Joins one window's canvas to its session, as far as it arranges the picture."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._session = window.session
        self._opened: tuple[object, ...] = ()  # the group, or stack and pass, that a person opens
        canvas, lights = window.canvas, window.canvas.lights
        canvas.node_moved.connect(self._session.move)
        canvas.fold_closed.connect(self._on_fold_closed)
        for signal, change in (
            (canvas.fold_opened, fold_state.open_),
            (canvas.pass_opened, fold_state.open_pass),
            (canvas.pass_moved, fold_state.move_pass),
        ):
            signal.connect(partial(self._on_fold_changed, change))
        lights.isolate_wanted.connect(self._on_isolate_wanted)
        lights.hide_wanted.connect(self._on_hide_wanted)
        lights.all_wanted.connect(self._on_all_wanted)

    def show_opened(self, view: View) -> None:
        """Go to the frame of the group or pass that was just opened."""
        wanted, self._opened = self._opened, ()
        if not wanted:
            return
        stack, number = fold_state.stack_of(str(wanted[0])), wanted[-1] if len(wanted) > 1 else 0
        for k, frame in enumerate(view.graph.frames):
            if (frame.stack == stack and frame.number == (number or frame.number)) or frame.id == stack:
                self._window.canvas.choose_frame(k)
                return

    def _on_fold_changed(self, change: Callable[..., FoldState], *what: object) -> None:
        """The canvas asks for one of the steps of graph.fold_state; what it opens is shown once it is there."""
        self._opened = what
        self._session.fold(lambda folds: change(folds, *what))

    def _on_fold_closed(self, name: str) -> None:
        """A frame is closed: a pass goes back on its stack, any other group becomes a box."""
        view = self._window.view
        frame = next((f for f in view.graph.frames if f.id == name), None) if view is not None else None
        if frame is not None and frame.stack:
            self._session.fold(lambda folds: fold_state.close_pass(folds, frame.stack, frame.number))
        else:
            self._session.fold(lambda folds: fold_state.close(folds, name))

    def _on_isolate_wanted(self, ways: tuple[Way, ...]) -> None:
        self._session.fold(lambda folds: fold_state.isolate(folds, ways))

    def _on_hide_wanted(self, names: tuple[str, ...]) -> None:
        self._session.fold(lambda folds: fold_state.hide(folds, names))

    def _on_all_wanted(self) -> None:
        self._session.fold(fold_state.show_all)
