"""Changes: what the editor knows of a change besides the text: its name, and the cursor before and after it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QTextCursor

from gradstudio.studio.steps import Cursor, difference

if TYPE_CHECKING:
    from gradstudio.app.editor.editor import CodeEditor

_CODEC, _ERRORS = "utf-16-le", "surrogatepass"
_START = Cursor(0, 0)


class Changes(QObject):
    """Follows the cursor of one editor. Signal cursor_moved(): nothing but the cursor was changed.

    Qt counts UTF-16 units; here everything is in characters, as everywhere else.
    """

    cursor_moved = Signal()

    def __init__(self, editor: CodeEditor) -> None:
        super().__init__(editor)
        self.name = ""  # of the change under way; "" while a person types
        self.cursors = (_START, _START)  # before and after the last change
        self._editor = editor
        self._depth = 0  # of steps within one another
        self._is_wide = False  # whether the text has characters of two units
        self._is_changing = False  # the text is another one already, and nobody was told yet
        editor.document().contentsChange.connect(self._on_contents_change)
        editor.cursorPositionChanged.connect(self._note_cursor)
        editor.selectionChanged.connect(self._note_cursor)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """What is changed inside is one step of the history, called so, unless it is part of another one; without a
        name it is typed. Where the cursor goes inside is no move."""
        block = QTextCursor(self._editor.document())
        outer, self.name = self.name, self.name or name
        self._depth += 1
        block.beginEditBlock()
        try:
            yield
        finally:
            self._depth -= 1
            block.endEditBlock()  # the editor tells of the change here, with the name
            self.name = outer
            self._note_cursor()

    def begin(self, text: str) -> None:
        """Another document: the cursor is at its start."""
        self._is_wide = self._editor.document().characterCount() - 1 != len(text)
        self._is_changing = False
        self.cursors = (_START, _START)

    def end(self, text: str) -> None:
        """The text was changed into this one."""
        self._is_wide = self._editor.document().characterCount() - 1 != len(text)
        self._is_changing = False
        self.cursors = (self.cursors[1], self._cursor(text))

    def replace(self, before: str, after: str) -> None:
        """Make the document's text another one, and touch nothing that is the same in both."""
        cursor = QTextCursor(self._editor.document())
        cursor.beginEditBlock()
        for change in reversed(difference(before, after)):
            self._select(cursor, before, Cursor(change.start, change.start + len(change.old)))
            cursor.insertText(change.new)
        cursor.endEditBlock()

    def cursor_at(self, wanted: Cursor) -> QTextCursor:
        """The editor's cursor, put somewhere else."""
        cursor = self._editor.textCursor()
        self._select(cursor, self._editor.text(), wanted)
        return cursor

    def _select(self, cursor: QTextCursor, text: str, wanted: Cursor) -> None:
        for place, mode in (
            (wanted.anchor, QTextCursor.MoveMode.MoveAnchor),
            (wanted.position, QTextCursor.MoveMode.KeepAnchor),
        ):
            cursor.setPosition(len(text[:place].encode(_CODEC, _ERRORS)) // 2 if self._is_wide else place, mode)

    def _cursor(self, text: str = "") -> Cursor:
        cursor = self._editor.textCursor()
        anchor, position = cursor.anchor(), cursor.position()
        if self._is_wide:
            units = (text or self._editor.text()).encode(_CODEC, _ERRORS)
            anchor, position = (len(units[: 2 * at].decode(_CODEC, _ERRORS)) for at in (anchor, position))
        return Cursor(anchor, position)

    def _on_contents_change(self, _position: int, removed: int, added: int) -> None:
        """Before anything else hears of a change: where the cursor is from now on is no move."""
        self._is_changing = self._is_changing or bool(removed or added)

    def _note_cursor(self) -> None:
        if self._is_changing or self._depth:
            return
        cursor = self._cursor()
        if cursor != self.cursors[1]:
            self.cursors = (cursor, cursor)
            self.cursor_moved.emit()
