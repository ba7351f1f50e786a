"""The inputs of the text, one row each: turning one writes it into the text, and the text moves the sliders."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial

import numpy as np
from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from gradstudio.app.fonts import words
from gradstudio.app.inputs.grid import Grid
from gradstudio.app.inputs.row_menus import RowMenus
from gradstudio.app.inputs.rows import ArrayRow, InputRow, NumberRow, name_of
from gradstudio.app.inputs.turning import Turning
from gradstudio.app.plain import label
from gradstudio.app.theme import colors
from gradstudio.language.parsing import LIVE_TOKENS
from gradstudio.picture.color import Scale, scale_of
from gradstudio.picture.tokens import Theme
from gradstudio.studio.edits.edit import Edit, Refused
from gradstudio.studio.edits.literals import ArrayLiteral, Literal, Written, literals
from gradstudio.studio.input_gradients import InputGradients
from gradstudio.studio.inputs import Inputs
from gradstudio.studio.outcome import View
from gradstudio.studio.ports import Post
from gradstudio.studio.session import Session

_SETTLE = 150
"""Milliseconds after a key in the text until it is looked through."""

_LONG = 8000
"""Characters of a text that takes a noticeable time to be looked through."""

_EMPTY = "No numbers to turn yet. Type x = 0.5, use the Insert menu, or drop a data file or picture on the window."

_TOO_LONG = f"This text has more than {LIVE_TOKENS:,} words and signs: too many for sliders. It runs as always."


class InputsPanel(QWidget):
    """Signal counted(rows): how many inputs there are."""

    counted = Signal(int)

    def __init__(self, session: Session, theme: Theme, post: Post, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self._post = post
        self.inputs = Inputs()
        self.rows: list[InputRow] = []
        self.grid: Grid | None = None
        self.menus = RowMenus(self)
        self.theme = theme
        self._gradients = InputGradients()
        self._scale: Scale | None = None  # a locked one
        self._held = -1
        self._like = ""
        self._turning = Turning(session, self)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._on_settled)
        self._note = label("")
        self._note.setFont(words(11))
        self._note.setWordWrap(True)
        self._note.setContentsMargins(12, 8, 12, 8)
        self._inside = QWidget()
        self._column = QVBoxLayout(self._inside)
        self._column.setContentsMargins(0, 4, 0, 4)
        self._column.setSpacing(0)
        self._column.addWidget(self._note)
        self._column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(self._inside)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(area)
        self.setAccessibleName("Inputs")
        self._listeners = (
            (session.document_changed, self._on_document_changed),
            (session.runs.drawn, self._on_drawn),
            (session.runs.stale, self._on_stale),
        )
        for event, listener in self._listeners:
            event.connect(listener)  # type: ignore[attr-defined]
        self.set_theme(theme)
        self._on_document_changed()

    def close_down(self) -> None:
        """The window goes: hear nothing any more."""
        self._timer.stop()
        self._turning.close()
        for event, listener in self._listeners:
            event.disconnect(listener)  # type: ignore[attr-defined]

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self.theme = theme
        c = colors(theme.name)
        self._inside.setStyleSheet(f"QWidget#inputs {{ background: {c.panel}; }}")
        self._inside.setObjectName("inputs")
        self._note.setStyleSheet(f"color: {c.muted};")
        for row in self.rows:
            row.set_theme(theme)
        if self.grid is not None:
            self.grid.set_theme(theme)

    def set_scale(self, scale: Scale | None) -> None:
        """The range of the colours, where a person locked it."""
        self._scale = scale
        self._show_gradients()

    # the text

    def follow(self, text: str) -> None:
        """The text was edited, here or elsewhere."""
        if text != self.inputs.text:
            self._timer.start(_SETTLE)

    def settle(self) -> None:
        """Look through the text now, if that is still to be done."""
        self._timer.stop()
        if self.inputs.text != self.session.document.text:
            self.read()

    def _on_document_changed(self) -> None:
        self._timer.stop()
        self.inputs.forget()
        self._show()
        self._on_settled()

    def _on_settled(self) -> None:
        """The text has been another one for a while: look through it; a long one in a thread."""
        text = self.session.document.text
        if len(text) < _LONG:
            self.read()
            return

        def work() -> None:
            found = literals(text)
            self._post(lambda: self._adopt(text, found))

        threading.Thread(target=work, name="inputs", daemon=True).start()

    def _adopt(self, text: str, found: tuple[Written, ...] | None) -> None:
        if text == self.session.document.text and text != self.inputs.text:
            self.inputs.adopt(text, found)
            self._show()

    def read(self) -> None:
        """Look through the text and show what is in it."""
        self.inputs.set_text(self.session.document.text)
        self._show()

    def _show(self) -> None:
        """Rows for all entries; those that fit are used again."""
        entries = self.inputs.entries
        for at, entry in enumerate(entries):
            kind = NumberRow if isinstance(entry.written, Literal) else ArrayRow
            if at == len(self.rows) or type(self.rows[at]) is not kind:
                self._put(at, kind(self.theme))
        while len(self.rows) > len(entries):
            self._take(len(self.rows) - 1)
        for row, entry in zip(self.rows, entries, strict=True):
            row.setEnabled(self.inputs.is_current)
            if isinstance(row, NumberRow) and isinstance(entry.written, Literal):
                assert entry.range is not None
                row.show_literal(entry.written, name_of(entry.written), entry.range)
            elif isinstance(row, ArrayRow) and isinstance(entry.written, ArrayLiteral):
                row.show_array(entry.written, name_of(entry.written))
        more = self.inputs.more
        is_too_long = self.inputs.is_too_long
        self._note.setText(_TOO_LONG if is_too_long else f"and {more} more numbers in the text" if more else _EMPTY)
        self._note.setVisible(more > 0 or not entries or is_too_long)
        self._show_gradients()
        self._show_grid()
        self.counted.emit(len(entries))

    def _put(self, at: int, row: InputRow) -> None:
        if at < len(self.rows):
            self._take(at)
        self.rows.insert(at, row)
        self._column.insertWidget(at, row)
        row.show()  # at once: a layout would show it with the next event, and it can take no focus until then
        row.place_wanted.connect(partial(self.go_to, row))
        row.menu_wanted.connect(partial(self._open_menu, row))
        if isinstance(row, NumberRow):
            row.taken.connect(partial(self._on_taken, row))
            row.turned.connect(partial(self._on_turned, row))
            row.let_go.connect(self._on_let_go)
            row.typed.connect(partial(self._on_typed, row))
        elif isinstance(row, ArrayRow):
            row.opened.connect(partial(self.open_grid, row))

    def _take(self, at: int) -> None:
        row = self.rows.pop(at)
        self._column.removeWidget(row)
        row.hide()
        row.deleteLater()

    # gradients

    def _on_drawn(self, view: View | None) -> None:
        if not self._timer.isActive():  # else the text is about to be looked through: the picture comes first
            self._show_gradients()

    def _on_stale(self, is_stale: bool) -> None:
        for row in self.rows:
            row.chip.set_stale(is_stale)

    def _show_gradients(self) -> None:
        """Those of the picture shown, which may be of a text with other lines: inputs are known by their names."""
        view = self.session.runs.view
        found = {g.key: g for g in self._gradients.of(view)} if view is not None else {}
        scale = self._scale or (scale_of(view.trace, view.sweep) if view is not None else Scale())
        for row, entry in zip(self.rows, self.inputs.entries, strict=False):
            gradient = found.get(entry.key)
            if view is None or gradient is None:
                row.chip.clear()
            else:
                row.chip.set_stale(self.session.runs.is_stale)
                row.chip.show_gradient(view, gradient, scale)

    # turning

    def _on_taken(self, row: NumberRow, is_key: bool) -> None:
        self.settle()
        if row not in self.rows:
            return
        self._held = self.rows.index(row)
        entry = self.inputs.entries[self._held]
        self._like = entry.written.text if isinstance(entry.written, Literal) else ""
        self._turning.begin(f"slider:{entry.key[0]}:{entry.key[1]}", is_key)

    def _on_turned(self, row: NumberRow, value: float) -> None:
        if self._held >= 0:
            self._turning.turn(partial(self._turn, self._held, row, value))

    def _turn(self, at: int, row: NumberRow, value: float) -> Edit | None:
        """The edit of a number in the hand; the rows know it already when the text comes back."""
        self.settle()
        try:
            edit = self.inputs.turned(at, value, self._like)
        except Refused as error:
            self.session.refused.emit(str(error))
            return None
        entry = self.inputs.entries[at]
        assert isinstance(entry.written, Literal)
        row.field.show_text(entry.written.text)
        return edit

    def _on_let_go(self) -> None:
        self._turning.end()
        self._held = -1
        self._show()

    def _on_typed(self, row: NumberRow, text: str) -> None:
        self.settle()
        if not self.attempt(lambda: self.inputs.typed(self.rows.index(row), text)):
            row.field.put_back()

    def attempt(self, give: Callable[[], Edit | None]) -> bool:
        """Make an edit and let it go out; False, and a line that says why, if it was refused."""
        self.settle()
        try:
            edit = give()
        except Refused as error:
            self.session.refused.emit(str(error))
            return False
        if edit is not None:
            self.session.apply(edit)
        self._on_settled()
        return True

    # menu

    def go_to(self, row: InputRow) -> None:
        """Put the text's cursor at an input."""
        written = self.inputs.entries[self.rows.index(row)].written
        text = self.inputs.text
        first = text.rfind("\n", 0, written.start) + 1
        column = written.start - first
        self.session.selection.go_to((written.line, column, written.line, column))

    def _open_menu(self, row: InputRow, place: QPoint) -> None:
        self.settle()
        if row in self.rows:
            self.menus.menu_of(row).popup(place)

    # arrays

    def open_grid(self, row: InputRow) -> None:
        """Show the numbers of an array, to be edited."""
        self.settle()
        at = self.rows.index(row)
        key = self.inputs.entries[at].key
        if self.grid is not None:
            self.grid.close()
        array = self.inputs.array(at)
        self.grid = Grid(self, self.theme, f"{name_of(array)}, line {array.line}", array.values, array.is_whole)
        self.grid.key = key
        self.grid.changed.connect(self._on_grid_changed)
        self.grid.destroyed.connect(self._on_grid_gone)
        self.grid.open_at(row)

    def _on_grid_changed(self, values: np.ndarray) -> None:
        grid = self.grid
        at = self._row_of(grid.key) if grid is not None else -1
        if grid is None or at < 0:
            return
        try:
            self.settle()
            edit = self.inputs.changed(at, values)
        except Refused as error:
            grid.refuse(str(error))
            return
        if edit is not None:
            self.session.apply(edit)
        self._on_settled()

    def _row_of(self, key: tuple[str, int]) -> int:
        return next((k for k, entry in enumerate(self.inputs.entries) if entry.key == key), -1)

    def _show_grid(self) -> None:
        if self.grid is None:
            return
        at = self._row_of(self.grid.key)
        written = self.inputs.entries[at].written if at >= 0 else None
        if isinstance(written, ArrayLiteral):
            self.grid.show_values(written.values, written.is_whole)
        else:
            self.grid.close()

    def _on_grid_gone(self) -> None:
        self.grid = None
