"""Offering fixes: a bulb at the line, a tip that shows which lines change, and the edit once a person wants it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from gradstudio.app.editor.fix_tip import FixTip
from gradstudio.app.editor.places import Span, cursor_over, place_of
from gradstudio.engine.problem import Problem
from gradstudio.studio.fixes import MOST_FIXES, Fix, changed_lines, fix_of

if TYPE_CHECKING:
    from gradstudio.app.editor.editor import CodeEditor

_REST = 250
"""Milliseconds after a run until fixes are looked for, so that they cost nothing while a person types."""

_GRACE = 300
"""Milliseconds in which the pointer may cross from the text into the tip."""


class Fixing(QObject):
    """The fixes of one editor's problems."""

    def __init__(self, editor: CodeEditor) -> None:
        super().__init__(editor)
        self._editor = editor
        self._problems: tuple[Problem, ...] = ()
        self.fixes: list[tuple[Problem, Fix]] = []
        self.tip: FixTip | None = None  # made when it is first needed: it lies over the whole window
        self._text = ""
        self._shown: Fix | None = None
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_REST)
        self._later.timeout.connect(self.refresh)
        self._leaving = QTimer(self)
        self._leaving.setSingleShot(True)
        self._leaving.setInterval(_GRACE)
        self._leaving.timeout.connect(self.hide)

    def set_problems(self, problems: Sequence[Problem], text: str) -> None:
        """What is wrong with a text."""
        self._problems, self._text, self.fixes = tuple(problems), text, []
        self.hide()
        self._later.start()

    def forget(self) -> None:
        """The text is another one now; it may become the one that was run again."""
        self.hide()
        self.fixes = []
        if self._problems:
            self._later.start()

    def refresh(self) -> None:
        """Look for the fixes now."""
        self._later.stop()
        is_same = self._editor.text() == self._text
        problems = self._problems[:MOST_FIXES] if is_same else ()
        found = [(problem, fix_of(problem, self._text)) for problem in problems]
        self.fixes = [(problem, fix) for problem, fix in found if fix is not None]
        self._editor.numbers.update()

    def lines(self) -> frozenset[int]:
        """Lines that a bulb stands beside."""
        return frozenset(_line(problem, fix) for problem, fix in self.fixes)

    # showing

    def is_open(self) -> bool:
        """Whether Enter applies a fix."""
        return self.tip is not None and self.tip.isVisible() and self.tip.is_armed

    def open_at_cursor(self) -> None:
        """Offer the fix nearest to the cursor; say so where there is none."""
        self._look()
        if not self.fixes:
            self._editor.refused.emit("No fix is known for what is wrong here." if self._problems else "No problems.")
            return
        place = place_of(self._editor.textCursor())
        self._open(*min(self.fixes, key=lambda found: _distance(found[0], found[1], place)))

    def open_in_line(self, line: int) -> None:
        """Offer the fix of a line."""
        self._look()
        found = next((found for found in self.fixes if _line(*found) == line), None)
        if found is not None:
            self._open(*found)

    def open_for(self, problem: Problem) -> None:
        """Offer the fix of a problem."""
        self._look()
        found = next((found for found in self.fixes if found[0] == problem), None)
        if found is not None:
            self._open(*found)

    def hover(self, problem: Span) -> bool:
        """Show the fix of the problem under the pointer, for the pointer; False if it has none."""
        self._look()
        found = next(((p, fix) for p, fix in self.fixes if p.span == problem), None)
        if found is None:
            return False
        if not self.is_open():
            self._show(*found, is_armed=False)
        return True

    def leave(self) -> None:
        """The pointer is elsewhere: a tip that only it opened goes, unless it comes back soon."""
        if self.tip is not None and self.tip.isVisible() and not self.tip.is_armed:
            self._leaving.start()

    def hide(self) -> None:
        """Nothing is offered any more."""
        self._leaving.stop()
        if self.tip is not None:
            self.tip.hide()

    def apply(self) -> None:
        """Make the edit that is shown, as one step."""
        fix, editor = self._shown, self._editor
        self.hide()
        if fix is None or editor.text() != self._text:
            return
        editor.setFocus()
        editor.edit_wanted.emit(fix.edit)

    # inside

    def _look(self) -> None:
        if self._later.isActive():
            self.refresh()

    def _open(self, problem: Problem, fix: Fix) -> None:
        """Go to the place and show what Enter would do."""
        line, (at, _) = _line(problem, fix), place_of(self._editor.textCursor())
        if at != line:
            span = problem.span if problem.span[0] == line else (line, 0, line, 0)
            self._editor.go_to(span)
        self._editor.setFocus()
        self._editor.completions.hide()
        self._show(problem, fix, is_armed=True)

    def _show(self, problem: Problem, fix: Fix, is_armed: bool) -> None:
        editor = self._editor
        if self.tip is None:
            self.tip = FixTip(editor.window(), editor.colors)
            self.tip.applied.connect(self.apply)
            self.tip.entered.connect(self._leaving.stop)
            self.tip.left.connect(self.leave)
        self._leaving.stop()
        self._shown = fix
        line = _line(problem, fix)
        span = problem.span if problem.span[0] == line else (line, 0, line, 1)
        cursor = cursor_over(editor.document(), span)
        if cursor is None:
            return
        cursor.setPosition(cursor.selectionStart())
        rect = editor.cursorRect(cursor)
        corner = editor.viewport().mapTo(editor.window(), rect.topLeft())
        changes = changed_lines(self._text, fix.edit.text)
        self.tip.set_colors(editor.colors)
        self.tip.show_fix(problem, fix.words, changes, corner, rect.height(), is_armed)


def _line(problem: Problem, fix: Fix) -> int:
    return problem.span[0] or fix.edit.line


def _distance(problem: Problem, fix: Fix, place: tuple[int, int]) -> tuple[int, int]:
    line = _line(problem, fix)
    inside = problem.span[1] <= place[1] <= problem.span[3]
    return abs(line - place[0]), 0 if inside else abs(problem.span[1] - place[1]) + 1
