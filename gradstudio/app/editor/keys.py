"""Keys: what the editor does with them beyond inserting a character, and the completion they open."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QKeyCombination, QObject, Qt, QTimer
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QKeySequence, QTextCursor

from gradstudio.app.editor import typing
from gradstudio.app.editor.highlighter import utf16_length, utf16_slice
from gradstudio.app.editor.places import text_before
from gradstudio.language.calls import standing
from gradstudio.studio.step_names import of_text

if TYPE_CHECKING:
    from gradstudio.app.editor.editor import CodeEditor
    from gradstudio.language.complete import Completion

_REDO = QKeyCombination(Qt.KeyboardModifier.ControlModifier, Qt.Key.Key_Y)  # beside the system's own

Proposals = Callable[[str, str], "list[Completion]"]
"""(text up to the cursor, whole text) -> what may follow."""


class Keys(QObject):
    """The keys of one editor."""

    def __init__(self, editor: CodeEditor, proposals: Proposals | None) -> None:
        super().__init__(editor)
        self._editor = editor
        self._proposals = proposals
        self._list = editor.completions
        self._list.picked.connect(self.take)
        self._tip = editor.signature
        self._is_tip_wanted = False
        # Enter takes a proposal only after a person asked for the list or moved in it: what is typed is never replaced.
        self._is_chosen = False
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(0)
        self._later.timeout.connect(self._on_later)

    def _on_later(self) -> None:
        if self._is_tip_wanted:
            self._is_tip_wanted = False
            self._tip.open()
        self.complete()

    def press(self, event: QKeyEvent) -> bool:
        """Do what a key means here; False leaves it to the plain editor."""
        if self._list.isVisible() and self._completion_key(event):
            return True
        if self._editor.fixing.is_open():
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._editor.fixing.apply()
                return True
            self._editor.fixing.hide()
            if event.key() == Qt.Key.Key_Escape:
                return True
        if self._edit_key(event):
            return True
        key, plain = event.key(), not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        has_control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        # Programs that type for a person send a line feed, which Qt has no key for.
        if (key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) or event.text() == "\n") and not has_control:
            self._list.hide()
            self._break_line()
        elif key == Qt.Key.Key_Escape and self._tip.isVisible():
            self._tip.hide()
        elif key == Qt.Key.Key_Tab and plain:
            self._indent()
        elif key == Qt.Key.Key_Backtab:
            self._editor.lines.dedent()
        elif key == Qt.Key.Key_Backspace and plain:
            return self._unindent_at_cursor() or self._remove_pair()
        elif key == Qt.Key.Key_Home and not has_control:
            self._go_home(bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        elif len(event.text()) == 1 and not has_control and self._pair(event.text()):
            self.after(event)
        else:
            return False
        return True

    def _edit_key(self, event: QKeyEvent) -> bool:
        """Keys that the plain editor would take for itself."""
        if event.matches(QKeySequence.StandardKey.Undo):
            self._editor.undo()
        elif event.matches(QKeySequence.StandardKey.Redo) or event.keyCombination() == _REDO:
            self._editor.redo()
        elif event.matches(QKeySequence.StandardKey.Cut):
            self._editor.cut()
        elif event.matches(QKeySequence.StandardKey.Copy):
            self._editor.copy()
        else:
            return False
        return True

    def _completion_key(self, event: QKeyEvent) -> bool:
        key = event.key()
        if key == Qt.Key.Key_Escape:
            self._list.hide()
        elif key == Qt.Key.Key_Tab or (self._is_chosen and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter)):
            self.take(self._list.word())
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._is_chosen = True
            self._list.move_by(-1 if key == Qt.Key.Key_Up else 1)
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            self._is_chosen = True
            self._list.move_by(-7 if key == Qt.Key.Key_PageUp else 7)
        else:
            return False
        return True

    def after(self, event: QKeyEvent) -> None:
        """Open, follow or close the list after a key."""
        typed = event.text()
        goes_on = event.key() == Qt.Key.Key_Backspace and self._list.isVisible()
        if typed and typed in "(,":
            self._is_tip_wanted = True
            self._later.start()
        elif goes_on or (typed and (typed.isalnum() or typed in "_.")):
            self._later.start()
        elif typed or event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End):
            self._list.hide()

    def complete(self, is_asked: bool = False) -> None:
        """Propose words for the one at the cursor: from two letters on, after a point, or because a person asked."""
        before = self._before_cursor()
        word = _last_word(before)
        follows_point = before[: len(before) - len(word)].endswith(".")
        enough = is_asked or len(word) >= 2 or (follows_point and not word[:1].isdigit())
        if self._proposals is None or not enough or self._editor.isReadOnly():
            self._list.hide()
            return
        found = self._proposals(text_before(self._editor.textCursor()), self._editor.text())
        if not found or (len(found) == 1 and found[0].word == word and not is_asked):
            self._list.hide()
            return
        rect = self._editor.cursorRect()
        corner = self._editor.viewport().mapTo(self._editor, rect.topLeft())
        indent = QFontMetricsF(self._editor.font()).horizontalAdvance(word) + 12
        corner.setX(round(corner.x() - indent))
        self._is_chosen = is_asked
        self._list.open(found, corner, rect.height(), word)
        if self._tip.isVisible() and self._tip.geometry().intersects(self._list.geometry()):
            self._tip.hide()

    def take(self, word: str) -> None:
        """Put a word in the place of the one at the cursor."""
        self._list.hide()
        before = _last_word(self._before_cursor())
        cursor = self._editor.textCursor()
        cursor.movePosition(QTextCursor.MoveOperation.Left, QTextCursor.MoveMode.KeepAnchor, utf16_length(before))
        with self._editor.step(of_text("Complete", word)):
            cursor.insertText(word)
            self._editor.setTextCursor(cursor)

    def _before_cursor(self) -> str:
        cursor = self._editor.textCursor()
        start = QTextCursor(cursor)
        start.setPosition(cursor.block().position())
        start.setPosition(cursor.position(), QTextCursor.MoveMode.KeepAnchor)
        return start.selectedText()

    def _after_cursor(self) -> str:
        cursor = self._editor.textCursor()
        return utf16_slice(cursor.block().text(), cursor.selectionEnd() - cursor.block().position())

    def _break_line(self) -> None:
        with self._editor.step(""):
            cursor = self._editor.textCursor()
            cursor.removeSelectedText()
            self._editor.setTextCursor(cursor)
            self._put(*typing.broken(self._before_cursor(), self._after_cursor()))
        self._editor.ensureCursorVisible()

    def _put(self, before: str, after: str) -> None:
        """Insert text before and after the cursor as one step."""
        with self._editor.step(""):
            cursor = self._editor.textCursor()
            cursor.insertText(before + after)
            cursor.setPosition(cursor.position() - utf16_length(after))
            self._editor.setTextCursor(cursor)

    def _pair(self, char: str) -> bool:
        """A bracket or quote: close it, step over it, or put it around what is selected."""
        cursor = self._editor.textCursor()
        if self._editor.isReadOnly():
            return False
        if cursor.hasSelection():
            pair = typing.around(char)
            if pair is None:
                return False
            start, inside = cursor.selectionStart(), cursor.selectedText().replace("\u2029", "\n")
            with self._editor.step(""):
                cursor.insertText(pair[0] + inside + pair[1])
                cursor.setPosition(start + 1)
                cursor.setPosition(start + 1 + utf16_length(inside), QTextCursor.MoveMode.KeepAnchor)
                self._editor.setTextCursor(cursor)
            return True
        if typing.around(char) is None and char not in ")]}":
            return False
        is_code = standing(text_before(self._editor.textCursor())).is_code
        found = typing.typed(char, self._before_cursor(), self._after_cursor(), is_code)
        if found is None:
            return False
        text, on = found
        if text:
            self._put(text[:on], text[on:])
        else:
            cursor.setPosition(cursor.position() + on)
            self._editor.setTextCursor(cursor)
        return True

    def _remove_pair(self) -> bool:
        cursor = self._editor.textCursor()
        if cursor.hasSelection() or not typing.is_empty_pair(self._before_cursor(), self._after_cursor()):
            return False
        cursor.setPosition(cursor.position() - 1)
        cursor.setPosition(cursor.position() + 2, QTextCursor.MoveMode.KeepAnchor)
        cursor.removeSelectedText()
        return True

    def _go_home(self, keeps: bool) -> None:
        cursor = self._editor.textCursor()
        column = typing.home_column(cursor.block().text(), cursor.positionInBlock())
        mode = QTextCursor.MoveMode.KeepAnchor if keeps else QTextCursor.MoveMode.MoveAnchor
        cursor.setPosition(cursor.block().position() + column, mode)
        self._editor.setTextCursor(cursor)
        self._list.hide()

    def _indent(self) -> None:
        cursor = self._editor.textCursor()
        if cursor.hasSelection():
            self._editor.lines.indent()
        else:
            cursor.insertText(" " * (4 - cursor.positionInBlock() % 4))

    def _unindent_at_cursor(self) -> bool:
        """Backspace in leading white space goes back one step."""
        cursor, before = self._editor.textCursor(), self._before_cursor()
        if cursor.hasSelection() or not before or before.strip(" ") or len(before) % 4:
            return False
        cursor.movePosition(QTextCursor.MoveOperation.Left, QTextCursor.MoveMode.KeepAnchor, 4)
        cursor.removeSelectedText()
        return True


def _last_word(text: str) -> str:
    """The identifier at the end of a text."""
    position = len(text)
    while position and (text[position - 1].isalnum() or text[position - 1] == "_"):
        position -= 1
    return text[position:]
