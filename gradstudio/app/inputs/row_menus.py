"""What can be done with one input beside turning it: its menu, and the forms that the menu opens."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from gradstudio.app.inputs.forms import make_input_form, range_form
from gradstudio.app.inputs.rows import InputRow, name_of
from gradstudio.studio.edits.edit import Edit
from gradstudio.studio.edits.literals import ArrayLiteral, Literal
from gradstudio.studio.input_ranges import Range

if TYPE_CHECKING:
    from gradstudio.app.inputs.panel import InputsPanel


class RowMenus:
    """The menus of one panel's rows."""

    def __init__(self, panel: InputsPanel) -> None:
        self._panel = panel

    def menu_of(self, row: InputRow) -> QMenu:
        """What can be done with an input."""
        panel = self._panel
        inputs, at = panel.inputs, panel.rows.index(row)
        menu = QMenu(panel)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

        def add(text: str, act: Callable[[], object], is_enabled: bool = True) -> QAction:
            action = menu.addAction(text)
            action.triggered.connect(lambda _=False: act())
            action.setEnabled(is_enabled and inputs.is_current)
            return action

        written = inputs.entries[at].written
        if isinstance(written, ArrayLiteral):
            add("Edit the numbers…", lambda: panel.open_grid(row))
        elif written.name:
            range_ = inputs.entries[at].range
            is_log = range_ is not None and range_.scale == "log"
            other = "linear" if is_log else "log"
            add("Set the range…", lambda: self.open_range(row))
            log = add(
                "Logarithmic", lambda: panel.attempt(lambda: inputs.scaled(at, other)), is_log or written.value > 0
            )
            log.setCheckable(True)
            log.setChecked(is_log)
            add("Usual range", lambda: panel.attempt(lambda: inputs.ranged(at, None)), inputs.has_range(at))
        else:
            add("Make it an input…", lambda: self.open_make_input(row))
        menu.addSeparator()
        if isinstance(written, Literal):
            value, first = inputs.first(at)
            add(f"Back to {first}", lambda: panel.attempt(lambda: inputs.reset(at)), value != written.value)
        add(f"Go to line {written.line}", lambda: panel.go_to(row))
        return menu

    def open_range(self, row: InputRow) -> None:
        """Ask for a range below the row."""
        panel = self._panel
        at = panel.rows.index(row)
        entry = panel.inputs.entries[at]
        assert entry.range is not None
        name = name_of(entry.written)
        range_form(panel, panel.theme, name, entry.range, partial(self._set_range, at)).open_at(row)

    def _set_range(self, at: int, wanted: Range) -> None:
        panel = self._panel
        panel.settle()
        panel.session.apply(panel.inputs.ranged(at, wanted))
        panel.read()

    def open_make_input(self, row: InputRow) -> None:
        """Ask what a number in an expression is to be called."""
        panel = self._panel
        literal = panel.inputs.literal(panel.rows.index(row))
        column = literal.start - panel.inputs.text.rfind("\n", 0, literal.start) - 1

        def done(edit: Edit) -> None:
            panel.session.apply(edit)
            panel.read()

        session = panel.session
        make_input_form(panel, panel.theme, lambda: session.document.text, literal, column, done).open_at(row)
