"""Whole lines: indent, comment, duplicate, move and delete those that the selection touches, each as one step."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtGui import QTextBlock, QTextCursor

from gradstudio.app.editor import typing

if TYPE_CHECKING:
    from gradstudio.app.editor.editor import CodeEditor


class LineEdits:
    """What one editor does with whole lines."""

    def __init__(self, editor: CodeEditor) -> None:
        self._editor = editor

    def can_move(self, by: int) -> bool:
        """Whether there is a line above (-1) or below (1)."""
        first, last = self._ends()
        return (first.previous() if by < 0 else last.next()).isValid()

    def can_change(self, change: Callable[[list[str]], list[str]]) -> bool:
        """Whether a change would make the lines others."""
        lines = self._texts(*self._ends())
        return change(lines) != lines

    def indent(self) -> None:
        """One step to the right."""
        self.change(typing.indented, "Indent")

    def dedent(self) -> None:
        """One step to the left."""
        self.change(typing.dedented, "Indent less")

    def toggle_comment(self) -> None:
        """Comment the lines, or uncomment them."""
        self.change(typing.toggled_comment, "Comment or uncomment")

    def change(self, change: Callable[[list[str]], list[str]], name: str) -> None:
        """Apply a change to the lines, as one step with a name; they stay selected if they were."""
        cursor = self._editor.textCursor()
        had_selection = cursor.hasSelection()
        first, last = self._ends()
        lines = self._texts(first, last)
        changed = change(lines)
        if changed == lines:
            return
        column, number = cursor.positionInBlock(), cursor.blockNumber()
        row = number - first.blockNumber()
        grown = len(changed[row]) - len(lines[row]) if row < len(lines) else 0
        with self._editor.step(name):
            edit = self._over(first, last)
            start = edit.selectionStart()
            edit.insertText("\n".join(changed))
            if had_selection:
                end = edit.position()
                edit.setPosition(start)
                edit.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
            else:
                edit.setPosition(self._editor.document().findBlockByNumber(number).position() + max(column + grown, 0))
            self._editor.setTextCursor(edit)

    def duplicate(self) -> None:
        """Write the lines once more below; the cursor goes along."""
        first, last = self._ends()
        lines = self._texts(first, last)
        count = len(lines)
        edit = QTextCursor(last)
        edit.movePosition(QTextCursor.MoveOperation.EndOfBlock)
        kept = self._places()
        with self._editor.step(_called("Duplicate", count)):
            edit.insertText("\n" + "\n".join(lines))
            self._restore(kept, count)

    def move(self, by: int) -> None:
        """Change places with the line above (-1) or below (1)."""
        first, last = self._ends()
        other = first.previous() if by < 0 else last.next()
        if not other.isValid():
            return
        kept = self._places()
        lines = self._texts(first, last)
        if by < 0:
            edit, moved = self._over(other, last), [*lines, other.text()]
        else:
            edit, moved = self._over(first, other), [other.text(), *lines]
        with self._editor.step(_called("Move", len(lines), " up" if by < 0 else " down")):
            edit.insertText("\n".join(moved))
            self._restore(kept, by)

    def delete(self) -> None:
        """Take the lines out, with their ends."""
        first, last = self._ends()
        column = self._editor.textCursor().positionInBlock()
        edit = self._over(first, last)
        if last.next().isValid():
            edit.setPosition(last.next().position(), QTextCursor.MoveMode.KeepAnchor)
        elif first.previous().isValid():
            edit.setPosition(first.position() - 1)
            edit.setPosition(last.position() + last.length() - 1, QTextCursor.MoveMode.KeepAnchor)
        with self._editor.step(_called("Delete", len(self._texts(first, last)))):
            edit.removeSelectedText()
            block = edit.block()
            edit.setPosition(block.position() + min(column, block.length() - 1))
            self._editor.setTextCursor(edit)

    def _ends(self) -> tuple[QTextBlock, QTextBlock]:
        """First and last of the lines that the selection touches; one that it only reaches is not meant."""
        cursor, document = self._editor.textCursor(), self._editor.document()
        first, last = document.findBlock(cursor.selectionStart()), document.findBlock(cursor.selectionEnd())
        if cursor.hasSelection() and last.position() == cursor.selectionEnd() and last != first:
            last = last.previous()
        return first, last

    def _texts(self, first: QTextBlock, last: QTextBlock) -> list[str]:
        return self._over(first, last).selectedText().split("\u2029")

    def _over(self, first: QTextBlock, last: QTextBlock) -> QTextCursor:
        cursor = QTextCursor(self._editor.document())
        cursor.setPosition(first.position())
        cursor.setPosition(last.position() + last.length() - 1, QTextCursor.MoveMode.KeepAnchor)
        return cursor

    def _places(self) -> list[tuple[int, int]]:
        """Line and column of both ends of the selection."""
        cursor, document = self._editor.textCursor(), self._editor.document()
        places = []
        for position in (cursor.anchor(), cursor.position()):
            block = document.findBlock(position)
            places.append((block.blockNumber(), position - block.position()))
        return places

    def _restore(self, places: list[tuple[int, int]], by: int) -> None:
        """Select the same again, so many lines further down."""
        cursor, document = self._editor.textCursor(), self._editor.document()
        for (line, column), mode in zip(
            places, (QTextCursor.MoveMode.MoveAnchor, QTextCursor.MoveMode.KeepAnchor), strict=True
        ):
            block = document.findBlockByNumber(min(line + by, document.blockCount() - 1))
            cursor.setPosition(block.position() + min(column, block.length() - 1), mode)
        self._editor.setTextCursor(cursor)


def _called(verb: str, lines: int, how: str = "") -> str:
    """ "Move a line up", "Delete 3 lines"."""
    return f"{verb} {'a line' if lines == 1 else f'{lines:,} lines'}{how}"
