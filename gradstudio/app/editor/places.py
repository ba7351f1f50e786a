"""Places in the text: spans as cursors, and everything the editor marks with extra selections."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QColor, QTextCharFormat, QTextCursor, QTextDocument
from PySide6.QtWidgets import QTextEdit

from gradstudio.app.editor import typing
from gradstudio.app.editor.highlighter import utf16_length, utf16_slice
from gradstudio.language.calls import REACH

if TYPE_CHECKING:
    from gradstudio.app.editor.editor import CodeEditor

Span = tuple[int, int, int, int]
_Selections = list[QTextEdit.ExtraSelection]
UNDERLINED = 500
"""Problems that are underlined; each costs the editor time at every step of the cursor."""
_BRACKET_LINES = 200  # on either side that are searched for a bracket's partner


def cursor_over(document: QTextDocument, span: Span) -> QTextCursor | None:
    """A cursor over a span; at least one character wide where the line has one. None if there is no such line."""
    line, column, end_line, end_column = span
    first, last = document.findBlockByNumber(line - 1), document.findBlockByNumber(end_line - 1)
    if line <= 0 or not first.isValid():
        return None
    if not last.isValid() or end_line < line:
        last, end_column = first, len(first.text())
    start = first.position() + utf16_length(first.text()[: max(column, 0)])
    end = last.position() + utf16_length(last.text()[: max(end_column, 0)])
    if end <= start:
        end = min(start + 1, first.position() + first.length() - 1)
        start = max(min(start, end - 1), first.position())
    cursor = QTextCursor(document)
    cursor.setPosition(start)
    cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
    return cursor


def text_before(cursor: QTextCursor) -> str:
    """The text up to a cursor, as far back as a call may reach."""
    start = QTextCursor(cursor)
    start.setPosition(max(cursor.position() - REACH, 0))
    start.setPosition(cursor.position(), QTextCursor.MoveMode.KeepAnchor)
    return start.selectedText().replace("\u2029", "\n")


def place_of(cursor: QTextCursor) -> tuple[int, int]:
    """Line and column of a cursor; columns in characters, where Qt counts UTF-16 units."""
    text, units = cursor.block().text(), cursor.positionInBlock()
    column = units if text.isascii() else len(text) - len(utf16_slice(text, units))
    return cursor.blockNumber() + 1, column


def selections(editor: CodeEditor, problems: list[tuple[Span, str, str]], shown: Span | None) -> _Selections:
    """Active line, lines with errors, the span of the selected node, where the name at the cursor stands, what a search
    found, a pair of brackets, underlined problems."""
    c = editor.colors
    marks: _Selections = []
    for line in (editor.active_line(), *editor.error_lines):
        block = editor.document().findBlockByNumber(line - 1)
        if block.isValid():
            selection = QTextEdit.ExtraSelection()
            selection.cursor = QTextCursor(block)
            selection.format.setBackground(QColor(c.error_soft if line in editor.error_lines else c.current_line))
            selection.format.setProperty(QTextCharFormat.Property.FullWidthSelection, True)
            marks.append(selection)
    if shown is not None:
        _add(editor, marks, shown, background=c.accent_soft if not c.is_dark else c.selected)
    for span in editor.names.spans:
        _add(editor, marks, span, background=c.selected if editor.rename.isVisible() else c.hover)
    for span in editor.found:
        _add(editor, marks, span, background=c.accent_soft)
    if editor.hovering.span is not None:
        _add(editor, marks, editor.hovering.span, background=c.hover)
    if editor.names.link is not None:
        _add(editor, marks, editor.names.link, link=c.accent)
    marks.extend(_brackets(editor))
    for span, severity, _ in problems:
        _add(editor, marks, span, underline={"error": c.error, "warn": c.warn}.get(severity, c.info))
    return marks


def _add(
    editor: CodeEditor, found: _Selections, span: Span, background: str = "", underline: str = "", link: str = ""
) -> None:
    cursor = cursor_over(editor.document(), span)
    if cursor is None:
        return
    selection = QTextEdit.ExtraSelection()
    selection.cursor = cursor
    if background:
        selection.format.setBackground(QColor(background))
    if underline:
        selection.format.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
        selection.format.setUnderlineColor(QColor(underline))
    if link:
        selection.format.setForeground(QColor(link))
        selection.format.setUnderlineStyle(QTextCharFormat.UnderlineStyle.SingleUnderline)
        selection.format.setUnderlineColor(QColor(link))
    found.append(selection)


def _brackets(editor: CodeEditor) -> _Selections:
    """The bracket beside the cursor and its partner."""
    cursor = editor.textCursor()
    if cursor.hasSelection():
        return []
    block = cursor.block()
    column, line = cursor.positionInBlock(), block.text()
    if not line.isascii() or not any(0 <= k < len(line) and line[k] in "()[]{}" for k in (column - 1, column)):
        return []
    start = max(0, block.blockNumber() - _BRACKET_LINES)
    first = editor.document().findBlockByNumber(start)
    reach = QTextCursor(first)
    last = editor.document().findBlockByNumber(min(block.blockNumber() + _BRACKET_LINES, editor.blockCount() - 1))
    reach.setPosition(last.position() + last.length() - 1, QTextCursor.MoveMode.KeepAnchor)
    text = reach.selectedText()
    found = []
    for at in (cursor.position() - 1 - first.position(), cursor.position() - first.position()):
        other = typing.partner(text, at) if text.isascii() or len(text) == utf16_length(text) else -1
        if other < 0:
            continue
        for position in (at, other):
            selection = QTextEdit.ExtraSelection()
            selection.cursor = QTextCursor(editor.document())
            selection.cursor.setPosition(first.position() + position)
            selection.cursor.setPosition(first.position() + position + 1, QTextCursor.MoveMode.KeepAnchor)
            selection.format.setBackground(QColor(editor.colors.selected))
            found.append(selection)
        break
    return found
