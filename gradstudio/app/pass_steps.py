"""Going through the passes of loops from the code: the gutter and the network show the same one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from gradstudio.graph.fold_state import move_pass
from gradstudio.studio.outcome import View
from gradstudio.studio.passes import Choice, loop_around

if TYPE_CHECKING:
    from gradstudio.app.main_window import MainWindow


class PassSteps(QObject):
    """Steps that a person takes from one pass to another, in one window."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._wanted: dict[int, int] = {}  # line of a loop -> steps that are on their way
        self._of: View | None = None
        window.editor.right.stepped.connect(self.step)

    def can_step(self, by: int) -> bool:
        """Whether there is a loop that the cursor means, and a pass so many further on."""
        view, line = self._window.view, self._line()
        return view is not None and line > 0 and view.passages[line].step(by) is not None

    def step_at_cursor(self, by: int) -> None:
        """Another pass of the loop around the cursor."""
        line = self._line()
        if line:
            self.step(line, by)

    def step(self, line: int, by: int) -> None:
        """Show the pass so many further on of the loop in a line."""
        view = self._window.view
        if view is None or line not in view.passages:
            return
        if view is not self._of:
            self._of, self._wanted = view, {}
        # What is asked for quickly comes as one picture: count on from what is on its way.
        steps = self._wanted.get(line, 0) + by
        choice = view.passages[line].step(steps)
        if choice is not None:
            self._wanted[line] = steps
            self._show(choice)

    def _line(self) -> int:
        view = self._window.view
        if view is None or not view.passages:
            return 0
        return loop_around(view.text, self._window.editor.active_line(), view.passages)

    def _show(self, choice: Choice) -> None:
        session = self._window.session
        if choice.sweep >= 0:
            session.runs.choose(choice.sweep)
        elif choice.instead:
            session.fold(lambda folds: move_pass(folds, choice.stack, choice.instead, choice.number))
        else:
            session.runs.choose_pass(choice.stack, choice.number)
