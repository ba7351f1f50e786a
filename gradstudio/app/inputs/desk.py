"""The inputs of one window: their panel, forms of the Insert menu, pasted cells, dropped files."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit

from gradstudio.app.inputs import forms
from gradstudio.app.inputs.form import Form
from gradstudio.app.inputs.intake import Intake
from gradstudio.app.inputs.panel import InputsPanel
from gradstudio.picture.tokens import Theme
from gradstudio.studio.edits.data_lines import add_array
from gradstudio.studio.edits.edit import Edit, Refused
from gradstudio.studio.edits.literals import MOST_ELEMENTS
from gradstudio.studio.edits.typed_numbers import cells

if TYPE_CHECKING:
    from gradstudio.app.main_window import MainWindow

_FORMS: dict[str, Callable[..., Form]] = {
    "number": forms.number_form,
    "range": forms.spaced_form,
    "random": forms.random_form,
}


class InputsDesk(QObject):
    """Signal wanted(): the panel is to be seen."""

    wanted = Signal()

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.panel = InputsPanel(window.session, window.theme, window.bridge.post)
        self.intake = Intake(window)
        self.form: Form | None = None
        window.editor.edited.connect(self.panel.follow)
        window.session.text_wanted.connect(self.panel.follow)
        window.legend.scale_changed.connect(self.panel.set_scale)
        for widget in (self.panel, window.canvas):
            widget.installEventFilter(self)

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self.panel.set_theme(theme)

    def insert(self, what: str) -> None:
        """Open the form of a new "number", "array", "range" or "random" numbers."""
        window = self._window

        def text() -> str:
            return window.session.document.text

        if what == "array":
            form = forms.array_form(window, window.theme, text, self._write, self.intake.add_array)
        else:
            form = _FORMS[what](window, window.theme, text, self._write)
        self.form = form
        form.open_at(window.code_header)

    def number_at_cursor(self) -> int:
        """The row of the number in an expression that the text's cursor stands at; -1 for none."""
        line, column = self._window.editor.active_line(), self._window.editor.textCursor().positionInBlock()
        for row, entry in enumerate(self.panel.inputs.entries[: len(self.panel.rows)]):
            written = entry.written
            if written.line == line and written.kind == "inside":
                first = self.panel.inputs.text.rfind("\n", 0, written.start) + 1
                if written.start - first <= column <= written.end - first:
                    return row
        return -1

    def make_input(self) -> None:
        """Ask what the number at the cursor is to be called."""
        self.panel.settle()
        row = self.number_at_cursor()
        if row < 0:
            said = "No number in an expression is at the cursor. Put it at one, such as the 0.02 of 0.02 * x."
            self._window.notice.say(said, (), "info")
            return
        self.wanted.emit()
        self.panel.menus.open_make_input(self.panel.rows[row])

    def insert_file(self) -> None:
        """Ask for a data file or picture."""
        self.intake.choose()

    def paste_cells(self, text: str) -> bool:
        """Cells of a spreadsheet become an array of the program; False for a text that is no table of numbers."""
        try:
            values = cells(text)
        except Refused:
            return False
        if values.size < 2:
            return False
        if values.size > MOST_ELEMENTS:
            self.intake.add_array(values, "table")
            return True
        try:
            edit = add_array(self._window.session.document.text, "table", values[0] if len(values) == 1 else values)
        except Refused as error:
            self._window.notice.say(str(error))
            return True
        self._write(edit)
        return True

    def _write(self, edit: Edit) -> None:
        self._window.session.apply(edit)
        self._window.session.selection.go_to((edit.line, 0, edit.line, 0))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Ctrl+V while canvas or inputs have the focus, and cells of a spreadsheet lie on the clipboard."""
        is_key = event.type() in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress)
        if not is_key or not isinstance(event, QKeyEvent) or not event.matches(QKeySequence.StandardKey.Paste):
            return super().eventFilter(watched, event)
        if isinstance(QApplication.focusWidget(), QLineEdit | QPlainTextEdit):
            return super().eventFilter(watched, event)
        text = QGuiApplication.clipboard().text()
        if event.type() == QEvent.Type.ShortcutOverride:
            if _is_table(text):
                event.accept()
                return True
            return super().eventFilter(watched, event)
        return self.paste_cells(text) or super().eventFilter(watched, event)

    def close_down(self) -> None:
        """The window goes: hear nothing any more."""
        self._window.session.text_wanted.disconnect(self.panel.follow)
        self.panel.close_down()


def _is_table(text: str) -> bool:
    """Whether a text looks like cells, without reading all of it."""
    try:
        return len(text) < 1 << 20 and cells(text).size > 1
    except Refused:
        return False
