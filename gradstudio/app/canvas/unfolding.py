"""Unfolding: what a person does to open and close boxes, and to go through the passes of a stack."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from gradstudio.app.canvas.said import fold_of
from gradstudio.app.canvas.selectable import Selectable
from gradstudio.app.canvas.walk import frame_around
from gradstudio.graph.model import Fold, Frame

_TOGETHER_MS = 16


class Unfolding(QObject):
    """Signals: opened(id) and closed(id) of a box or frame; pass_chosen(stack, number), at most one every 16 ms;
    pass_opened(stack, number); pass_moved(stack, from, to): the open pass gives way to its neighbour. Numbers of passes
    count from 1 over the whole run of equals."""

    opened = Signal(str)
    closed = Signal(str)
    pass_chosen = Signal(str, int)
    pass_opened = Signal(str, int)
    pass_moved = Signal(str, int, int)

    def __init__(self, canvas: Selectable) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._waiting: tuple[str, int] | None = None
        self._last: tuple[str, int] | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_TOGETHER_MS)
        self._timer.timeout.connect(self._send)
        canvas.scene_changed.connect(self._on_scene_changed)

    def fold(self) -> Fold | None:
        """What the selected box hides; None for a node, or if nothing is selected."""
        scene = self._canvas.scene
        return fold_of(scene.graph, self._canvas.selected) if scene is not None and self._canvas.selected >= 0 else None

    def frame(self) -> Frame | None:
        """The selected frame, or the innermost one around the selected node."""
        scene = self._canvas.scene
        if scene is None:
            return None
        k = self._canvas.selected_frame
        if k < 0 and self._canvas.selected >= 0:
            k = frame_around(scene.graph, self._canvas.selected)
        return scene.graph.frames[k] if k >= 0 else None

    def can_open(self) -> bool:
        """Whether a box is selected that can be opened."""
        return self.fold() is not None

    def can_close(self) -> bool:
        """Whether there is an open frame around what is selected."""
        return self.frame() is not None

    def can_step(self) -> bool:
        """Whether a stack or an open pass is selected, whose neighbours can be gone to."""
        fold, frame = self.fold(), self.frame()
        return (fold is not None and fold.kind == "stack") or (frame is not None and bool(frame.stack))

    def open(self) -> None:
        """Open the selected box."""
        fold = self.fold()
        if fold is not None:
            self.opened.emit(fold.id)

    def open_pass(self) -> None:
        """Open the pass that the selected stack shows; open any other selected box."""
        fold = self.fold()
        if fold is not None and fold.kind == "stack":
            self.pass_opened.emit(fold.id, fold.first + fold.chosen)
        else:
            self.open()

    def close(self) -> None:
        """Close the frame around what is selected."""
        frame = self.frame()
        if frame is not None:
            self.closed.emit(frame.id)

    def step(self, by: int) -> None:
        """The pass after (1) or before (-1) the one a selected stack shows, or that is open."""
        fold, frame = self.fold(), self.frame()
        if fold is not None and fold.kind == "stack":
            _, number = self._last if self._last is not None and self._last[0] == fold.id else ("", 0)
            number = (number or fold.first + fold.chosen) + by
            self.choose(fold, min(max(number, fold.first), fold.first + len(fold.groups) - 1))
        elif frame is not None and frame.stack and 1 <= frame.number + by <= frame.of:
            self.pass_moved.emit(frame.stack, frame.number, frame.number + by)

    def go_to_end(self, way: int) -> None:
        """The last (1) or first (-1) pass of a selected stack, or in place of the open one."""
        fold, frame = self.fold(), self.frame()
        if fold is not None and fold.kind == "stack":
            self.choose(fold, fold.first if way < 0 else fold.first + len(fold.groups) - 1)
        elif frame is not None and frame.stack and frame.number != (end := 1 if way < 0 else frame.of):
            self.pass_moved.emit(frame.stack, frame.number, end)

    def choose(self, fold: Fold, number: int) -> None:
        """Let a stack show a pass: at once, then no more often than every 16 ms."""
        if (fold.id, number) == (self._last or (fold.id, fold.first + fold.chosen)):
            return
        self._last = self._waiting = (fold.id, number)
        if not self._timer.isActive():
            self._send()

    def _send(self) -> None:
        if self._waiting is not None:
            stack, number = self._waiting
            self._waiting = None
            self._timer.start()
            self.pass_chosen.emit(stack, number)

    def _on_scene_changed(self) -> None:
        if self._waiting is None:
            self._last = None
