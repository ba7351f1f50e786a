"""CodeEditor: the text of the computation, its gutters, underlined problems and completion."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator

from PySide6.QtCore import QEvent, QMimeData, QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QHelpEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextBlock,
    QTextCharFormat,
    QTextCursor,
)
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QToolTip, QWidget

from gradstudio.app.editor import typing
from gradstudio.app.editor.completion import CompletionList
from gradstudio.app.editor.gutter import LEFT, RIGHT, LineNumbers, Mark, Marks
from gradstudio.app.editor.highlighter import Highlighter, utf16_length
from gradstudio.app.fonts import code, mono
from gradstudio.app.theme import Colors

TOP = 6
"""Pixels above the first line."""

LINE_LIMIT = 100_000
"""Characters of the longest line that is pasted: no program may have longer ones, and laying them out takes seconds."""

TEXT_LIMIT = 4 << 20

Span = tuple[int, int, int, int]
Proposals = Callable[[str, str], list]  # (line up to the cursor, whole text) -> completions


class CodeEditor(QPlainTextEdit):
    """A plain text editor for code. Lines count from 1.

    Signals: edited(text) after each change by the person; line_changed(line) when the cursor is in another line;
    refused(message) when a paste is too large.
    """

    edited = Signal(str)
    line_changed = Signal(int)
    refused = Signal(str)

    def __init__(self, colors: Colors, proposals: Proposals | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.colors = colors
        self.proposals = proposals
        self.text_size = 12
        self.marks: dict[int, Mark] = {}
        self.error_lines: frozenset[int] = frozenset()
        self.sweep_line = 0
        self.is_stale = False
        self._problems: list[tuple[Span, str, str]] = []  # span, severity, message
        self._shown_span: Span | None = None
        self._line = 1
        self._is_loading = False
        self.setAccessibleName("Code")
        self.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setCursorWidth(2)
        self.setTabChangesFocus(False)
        self.document().setDocumentMargin(0)
        self.document().clearUndoRedoStacks()  # the margin was a step
        self.numbers = LineNumbers(self)
        self.right = Marks(self)
        self.setViewportMargins(LEFT, TOP, RIGHT, 0)
        self.completions = CompletionList(colors, self)
        self.completions.picked.connect(self._take)
        self.highlighter = Highlighter(self.document(), colors)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(0)
        self._later.timeout.connect(self._complete)
        self.set_text_size(12)
        self.set_colors(colors)
        self.blockCountChanged.connect(self._on_view_changed)
        self.updateRequest.connect(self._on_update_request)
        self.cursorPositionChanged.connect(self._on_cursor_moved)
        self.textChanged.connect(self._on_text_changed)

    # text

    def text(self) -> str:
        """The whole text with \\n line ends; no-break spaces and the like are kept, unlike in toPlainText()."""
        return self.document().toRawText().replace("\u2029", "\n")

    def load(self, text: str) -> None:
        """Another document: no undo back into the one before, no signal."""
        self._is_loading = True
        try:
            self.completions.hide()
            self.set_problems([])
            self.set_marks({}, 0)
            self._shown_span = None
            self.setPlainText(text)
            self.document().clearUndoRedoStacks()
            self.moveCursor(QTextCursor.MoveOperation.Start)
        finally:
            self._is_loading = False
        self._refresh_marks()

    def replace_all(self, text: str) -> None:
        """The same document with other text (reloaded from disk): one step that can be undone; the cursor stays."""
        at = self.textCursor().position()
        cursor = QTextCursor(self.document())
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.insertText(text)
        cursor.setPosition(min(at, self.document().characterCount() - 1))
        self.setTextCursor(cursor)

    def set_colors(self, colors: Colors) -> None:
        """Change the theme."""
        self.colors = self.completions.colors = colors
        self.setStyleSheet(
            f"QPlainTextEdit {{ background: {colors.panel}; color: {colors.ink}; border: none;"
            f" selection-background-color: {colors.selected}; selection-color: {colors.ink}; }}"
        )
        self.highlighter.set_colors(colors)
        self._refresh_marks()

    def set_text_size(self, size: int) -> None:
        """Pixels of the code; 12 gives lines of 20."""
        self.text_size = size
        font = code(size)
        self.setFont(font)
        self.document().setDefaultFont(font)
        self.setTabStopDistance(QFontMetricsF(font).horizontalAdvance(" ") * 4)
        self._on_view_changed()

    # what the studio shows in it

    def set_problems(self, problems: list[tuple[Span, str, str]]) -> None:
        """Underline places: (span, "error" | "warn" | "info", message)."""
        self._problems = problems
        self.error_lines = frozenset(span[0] for span, severity, _ in problems if severity == "error" and span[0] > 0)
        self._refresh_marks()

    def set_marks(self, marks: dict[int, Mark], sweep_line: int) -> None:
        """Values and gradients beside the lines, and the line of the sweep shown (0: none)."""
        self.marks, self.sweep_line = marks, sweep_line
        self.viewport().update()
        self.numbers.update()
        self.right.update()

    def set_stale(self, is_stale: bool) -> None:
        """The values beside the lines are of an older text."""
        self.is_stale = is_stale
        self.viewport().update()
        self.right.update()

    def show_span(self, span: Span | None) -> None:
        """Mark where the selected node comes from; None takes the mark off."""
        self._shown_span = span
        self._refresh_marks()

    def go_to(self, span: Span) -> None:
        """Put the cursor at a place and bring it into view."""
        cursor = self._cursor(span)
        if cursor is None:
            return
        cursor.setPosition(cursor.anchor())
        self.setTextCursor(cursor)
        block = cursor.block()
        if not self.viewport().rect().contains(self.cursorRect(cursor)) or not block.isVisible():
            self.centerCursor()

    def go_to_line(self, line: int) -> None:
        """Put the cursor at the start of a line's code."""
        block = self.document().findBlockByNumber(line - 1)
        if block.isValid():
            text = block.text()
            self.go_to((line, len(text) - len(text.lstrip()), line, len(text)))
            self.setFocus()

    # geometry

    def active_line(self) -> int:
        """The cursor's line."""
        return self.textCursor().blockNumber() + 1

    def visible_lines(self) -> Iterator[tuple[int, float, float]]:
        """Line, top and height of each line in view, in the gutters' coordinates."""
        block = self.firstVisibleBlock()
        offset = self.contentOffset()
        while block.isValid():
            rect = self.blockBoundingGeometry(block).translated(offset)
            if rect.top() > self.viewport().height():
                return
            yield block.blockNumber() + 1, rect.top() + TOP, rect.height()
            block = block.next()

    def line_at(self, y: float) -> int:
        """The line at a height in the gutters' coordinates; 0 below the last."""
        return next((number for number, top, height in self.visible_lines() if top <= y < top + height), 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_gutters()

    def _place_gutters(self) -> None:
        area = self.contentsRect()
        view = self.viewport().geometry()
        self.numbers.setGeometry(QRect(area.left(), area.top(), LEFT, area.height()))
        self.right.setGeometry(QRect(view.right() + 1, area.top(), RIGHT, area.height()))

    def _on_view_changed(self, *_: object) -> None:
        self.numbers.update()
        self.right.update()

    def _on_update_request(self, rect: QRect, dy: int) -> None:
        if dy:
            self.completions.hide()
        self._on_view_changed()
        if rect.contains(self.viewport().rect()):
            self._place_gutters()

    # painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        try:
            self._paint_guides(painter)
        finally:
            painter.end()
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        try:
            self._paint_guides(painter)
            self._paint_values(painter)
        finally:
            painter.end()

    def _paint_guides(self, painter: QPainter) -> None:
        """Thin lines down the indentation; through empty lines too, where the code goes on below."""
        step = QFontMetricsF(self.font()).horizontalAdvance(" ") * 4
        left = self.contentOffset().x()
        color = QColor(self.colors.hairline)
        for number, top, height in self.visible_lines():
            block = self.document().findBlockByNumber(number - 1)
            for level in range(_levels(block)):
                painter.fillRect(QRectF(round(left + level * step) + 2, top - TOP, 1, height), color)

    def _paint_values(self, painter: QPainter) -> None:
        """Values right-aligned before the gutter, where the code of the line leaves room."""
        c = self.colors
        font = mono(max(self.text_size - 1, 8))
        metrics = QFontMetricsF(font)
        letter = QFontMetricsF(self.font()).horizontalAdvance(" ")
        painter.setFont(font)
        painter.setPen(QColor(c.muted if self.is_stale else c.ink2))
        right = self.viewport().width() - 4
        left = self.contentOffset().x()
        for number, top, height in self.visible_lines():
            mark = self.marks.get(number)
            if mark is None or not mark.value:
                continue
            width = metrics.horizontalAdvance(mark.value)
            block = self.document().findBlockByNumber(number - 1)
            if left + letter * len(block.text()) + 6 > right - width:
                continue
            rect = QRectF(right - width, top - TOP, width + 1, height)
            painter.drawText(rect, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, mark.value)

    def _refresh_marks(self) -> None:
        """Everything drawn as extra selections: active line, span of the selected node, brackets, problems."""
        c = self.colors
        found: list[QTextEdit.ExtraSelection] = []
        for line in (self.active_line(), *self.error_lines):
            block = self.document().findBlockByNumber(line - 1)
            if block.isValid():
                selection = QTextEdit.ExtraSelection()
                selection.cursor = QTextCursor(block)
                selection.format.setBackground(QColor(c.error_soft if line in self.error_lines else c.current_line))
                selection.format.setProperty(QTextCharFormat.Property.FullWidthSelection, True)
                found.append(selection)
        if self._shown_span is not None:
            self._add(found, self._shown_span, background=c.accent_soft if not c.is_dark else c.selected)
        found.extend(self._brackets())
        for span, severity, _ in self._problems:
            self._add(found, span, underline={"error": c.error, "warn": c.warn}.get(severity, c.info))
        self.setExtraSelections(found)
        self._on_view_changed()

    def _add(
        self, found: list[QTextEdit.ExtraSelection], span: Span, background: str = "", underline: str = ""
    ) -> None:
        cursor = self._cursor(span)
        if cursor is None:
            return
        selection = QTextEdit.ExtraSelection()
        selection.cursor = cursor
        if background:
            selection.format.setBackground(QColor(background))
        if underline:
            selection.format.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
            selection.format.setUnderlineColor(QColor(underline))
        found.append(selection)

    def _brackets(self) -> list[QTextEdit.ExtraSelection]:
        cursor = self.textCursor()
        if cursor.hasSelection():
            return []
        block = cursor.block()
        column, line = cursor.positionInBlock(), block.text()
        if not line.isascii() or not any(0 <= k < len(line) and line[k] in "()[]{}" for k in (column - 1, column)):
            return []
        start = max(0, block.blockNumber() - 200)
        first = self.document().findBlockByNumber(start)
        reach = QTextCursor(first)
        last = self.document().findBlockByNumber(min(block.blockNumber() + 200, self.blockCount() - 1))
        reach.setPosition(last.position() + last.length() - 1, QTextCursor.MoveMode.KeepAnchor)
        text = reach.selectedText()
        found = []
        for at in (cursor.position() - 1 - first.position(), cursor.position() - first.position()):
            other = typing.partner(text, at) if text.isascii() or len(text) == utf16_length(text) else -1
            if other < 0:
                continue
            for position in (at, other):
                selection = QTextEdit.ExtraSelection()
                selection.cursor = QTextCursor(self.document())
                selection.cursor.setPosition(first.position() + position)
                selection.cursor.setPosition(first.position() + position + 1, QTextCursor.MoveMode.KeepAnchor)
                selection.format.setBackground(QColor(self.colors.selected))
                found.append(selection)
            break
        return found

    def _cursor(self, span: Span) -> QTextCursor | None:
        """A cursor over a span; at least one character wide where the line has one. None if there is no such line."""
        line, column, end_line, end_column = span
        first, last = self.document().findBlockByNumber(line - 1), self.document().findBlockByNumber(end_line - 1)
        if line <= 0 or not first.isValid():
            return None
        if not last.isValid() or end_line < line:
            last, end_column = first, len(first.text())
        start = first.position() + utf16_length(first.text()[: max(column, 0)])
        end = last.position() + utf16_length(last.text()[: max(end_column, 0)])
        if end <= start:
            end = min(start + 1, first.position() + first.length() - 1)
            start = max(min(start, end - 1), first.position())
        cursor = QTextCursor(self.document())
        cursor.setPosition(start)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        return cursor

    # events

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            self._show_tip(event)
            return True
        return super().event(event)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            self._show_tip(event)
            return True
        return super().viewportEvent(event)

    def _show_tip(self, event: QHelpEvent) -> None:
        position = self.cursorForPosition(self.viewport().mapFromGlobal(event.globalPos())).position()
        for span, _, message in self._problems:
            cursor = self._cursor(span)
            if cursor is not None and cursor.selectionStart() <= position <= cursor.selectionEnd():
                QToolTip.showText(event.globalPos(), f"<p style='white-space:pre'>{html.escape(message)}</p>", self)
                return
        QToolTip.hideText()

    def _on_text_changed(self) -> None:
        if self._is_loading:
            return
        self.edited.emit(self.text())

    def _on_cursor_moved(self) -> None:
        self._refresh_marks()
        line = self.active_line()
        if line != self._line:
            self._line = line
            self.line_changed.emit(line)

    def focusOutEvent(self, event: object) -> None:
        self.completions.hide()
        super().focusOutEvent(event)  # type: ignore[arg-type]

    def insertFromMimeData(self, source: QMimeData) -> None:
        text = source.text()
        longest = max(map(len, text.splitlines()), default=0)
        if len(text) + self.document().characterCount() > TEXT_LIMIT:
            self.refused.emit(f"Nothing was pasted: a computation file may have {TEXT_LIMIT >> 20} MiB of text.")
        elif longest > LINE_LIMIT:
            self.refused.emit(
                f"Nothing was pasted: a line of it has {longest:,} characters; lines may have {LINE_LIMIT:,}."
            )
        elif "\0" in text:
            self.refused.emit("Nothing was pasted: it is not text.")
        else:
            self.textCursor().insertText(text)
            self.ensureCursorVisible()

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return source.hasText()

    def createMimeDataFromSelection(self) -> QMimeData:
        data = QMimeData()
        data.setText(self.textCursor().selectedText().replace("\u2029", "\n"))
        return data

    # keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.completions.isVisible() and self._completion_key(event):
            return
        key, plain = event.key(), not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if key == Qt.Key.Key_Space and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            self._complete(is_asked=True)
        elif (
            key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers() & Qt.KeyboardModifier.ControlModifier
        ):
            self._break_line()
        elif key == Qt.Key.Key_Tab and plain:
            self._indent()
        elif key == Qt.Key.Key_Backtab:
            self._change_lines(typing.dedented)
        elif key == Qt.Key.Key_Backspace and plain and self._unindent_at_cursor():
            pass
        else:
            super().keyPressEvent(event)
            self._propose_after(event)

    def complete(self) -> None:
        """Propose words for the one at the cursor, because a person asked."""
        self.setFocus()
        self._complete(is_asked=True)

    def toggle_comment(self) -> None:
        """Comment the selected lines, or uncomment them."""
        self._change_lines(typing.toggled_comment)

    def _completion_key(self, event: QKeyEvent) -> bool:
        key = event.key()
        if key == Qt.Key.Key_Escape:
            self.completions.hide()
        elif key in (Qt.Key.Key_Tab, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._take(self.completions.word())
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.completions.move_by(-1 if key == Qt.Key.Key_Up else 1)
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            self.completions.move_by(-7 if key == Qt.Key.Key_PageUp else 7)
        else:
            return False
        return True

    def _propose_after(self, event: QKeyEvent) -> None:
        """Open, follow or close the list after a key."""
        typed = event.text()
        goes_on = event.key() == Qt.Key.Key_Backspace and self.completions.isVisible()
        if goes_on or (typed and (typed.isalnum() or typed in "_.")):
            self._later.start()
        elif typed or event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End):
            self.completions.hide()

    def _complete(self, is_asked: bool = False) -> None:
        before = self._before_cursor()
        word = _last_word(before)
        follows_point = before[: len(before) - len(word)].endswith(".")
        enough = is_asked or len(word) >= 2 or (follows_point and not word[:1].isdigit())
        if self.proposals is None or not enough or self.isReadOnly():
            self.completions.hide()
            return
        found = self.proposals(before, self.text())
        if not found or (len(found) == 1 and found[0].word == word and not is_asked):
            self.completions.hide()
            return
        rect = self.cursorRect()
        corner = self.viewport().mapTo(self, rect.topLeft())
        indent = QFontMetricsF(self.font()).horizontalAdvance(word) + 12
        corner.setX(round(corner.x() - indent))
        self.completions.open(found, corner, rect.height())

    def _take(self, word: str) -> None:
        self.completions.hide()
        before = _last_word(self._before_cursor())
        cursor = self.textCursor()
        cursor.movePosition(QTextCursor.MoveOperation.Left, QTextCursor.MoveMode.KeepAnchor, utf16_length(before))
        cursor.insertText(word)
        self.setTextCursor(cursor)

    def _before_cursor(self) -> str:
        cursor = self.textCursor()
        start = QTextCursor(cursor)
        start.setPosition(cursor.block().position())
        start.setPosition(cursor.position(), QTextCursor.MoveMode.KeepAnchor)
        return start.selectedText()

    def _break_line(self) -> None:
        indent = typing.next_indent(self._before_cursor())
        self.textCursor().insertText("\n" + indent)
        self.ensureCursorVisible()

    def _indent(self) -> None:
        cursor = self.textCursor()
        if cursor.hasSelection():
            self._change_lines(typing.indented)
        else:
            cursor.insertText(" " * (4 - cursor.positionInBlock() % 4))

    def _unindent_at_cursor(self) -> bool:
        """Backspace in leading white space goes back one step."""
        cursor, before = self.textCursor(), self._before_cursor()
        if cursor.hasSelection() or not before or before.strip(" ") or len(before) % 4:
            return False
        cursor.movePosition(QTextCursor.MoveOperation.Left, QTextCursor.MoveMode.KeepAnchor, 4)
        cursor.removeSelectedText()
        return True

    def _change_lines(self, change: Callable[[list[str]], list[str]]) -> None:
        """Apply a change to the selected lines as one step; they stay selected if they were."""
        cursor = self.textCursor()
        had_selection = cursor.hasSelection()
        document = self.document()
        first, last = document.findBlock(cursor.selectionStart()), document.findBlock(cursor.selectionEnd())
        if had_selection and last.position() == cursor.selectionEnd() and last != first:
            last = last.previous()
        lines = []
        block = first
        while block.isValid():
            lines.append(block.text())
            if block == last:
                break
            block = block.next()
        changed = change(lines)
        if changed == lines:
            return
        column, number = cursor.positionInBlock(), cursor.blockNumber()
        grown = (
            len(changed[number - first.blockNumber()]) - len(lines[number - first.blockNumber()])
            if number <= last.blockNumber()
            else 0
        )
        edit = QTextCursor(document)
        edit.setPosition(first.position())
        edit.setPosition(last.position() + last.length() - 1, QTextCursor.MoveMode.KeepAnchor)
        start = edit.selectionStart()
        edit.insertText("\n".join(changed))
        if had_selection:
            end = edit.position()
            edit.setPosition(start)
            edit.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        else:
            edit.setPosition(document.findBlockByNumber(number).position() + max(column + grown, 0))
        self.setTextCursor(edit)


def _levels(block: QTextBlock) -> int:
    """How many steps a line is indented; an empty one as its neighbours are."""
    text = block.text()
    if text.strip():
        return (len(text) - len(text.lstrip(" "))) // 4
    after = block.next()
    for _ in range(20):
        if not after.isValid() or after.text().strip():
            break
        after = after.next()
    before = block.previous()
    for _ in range(20):
        if not before.isValid() or before.text().strip():
            break
        before = before.previous()
    if not after.isValid() or not before.isValid():
        return 0
    return min(_levels(after), _levels(before)) if after.text().strip() and before.text().strip() else 0


def _last_word(text: str) -> str:
    """The identifier at the end of a text."""
    position = len(text)
    while position and (text[position - 1].isalnum() or text[position - 1] == "_"):
        position -= 1
    return text[position:]
