"""CodeEditor: the text of the computation, its gutters, underlined problems and completion."""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager

from PySide6.QtCore import QEvent, QMimeData, QPoint, QRect, Signal
from PySide6.QtGui import (
    QDropEvent,
    QFontMetricsF,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextCursor,
)
from PySide6.QtWidgets import QPlainTextEdit, QToolTip, QWidget

from gradstudio.app.editor import clipboard
from gradstudio.app.editor.changes import Changes
from gradstudio.app.editor.completion import CompletionList
from gradstudio.app.editor.fixing import Fixing
from gradstudio.app.editor.gutter import LEFT, RIGHT, TOP, LineNumbers, Mark, Marks
from gradstudio.app.editor.hidden import hidden_said, paint_hidden
from gradstudio.app.editor.highlighter import Highlighter
from gradstudio.app.editor.hovering import Hovering
from gradstudio.app.editor.keys import Keys, Proposals
from gradstudio.app.editor.line_edits import LineEdits
from gradstudio.app.editor.names_at import NamesAt
from gradstudio.app.editor.overlay import paint_guides, paint_renamed, paint_values
from gradstudio.app.editor.places import UNDERLINED, Span, cursor_over, selections
from gradstudio.app.editor.rename import RenameField
from gradstudio.app.editor.signature_tip import Helps, SignatureTip
from gradstudio.app.fonts import code
from gradstudio.app.theme import Colors
from gradstudio.studio.step_names import of_text
from gradstudio.studio.steps import Cursor


class CodeEditor(QPlainTextEdit):
    """A plain text editor for code. Lines count from 1. It has no history of its own: undoing is the session's.

    Signals: edited(text) after each change by the person, which `changes` knows more of; undo_wanted(), redo_wanted();
    edit_wanted(Edit) when a rename or a fix is to change the text; line_changed(line) when the cursor is in another
    line; refused(message) when something cannot be done.
    """

    edited = Signal(str)
    undo_wanted = Signal()
    redo_wanted = Signal()
    line_changed = Signal(int)
    refused = Signal(str)
    edit_wanted = Signal(object)

    def __init__(
        self,
        colors: Colors,
        proposals: Proposals | None = None,
        helps: Helps | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.colors = colors
        self.text_size = 12
        self.marks: Mapping[int, Mark] = {}
        self.error_lines: frozenset[int] = frozenset()
        self.sweep_line = 0
        self.is_stale = False
        self._problems: list[tuple[Span, str, str]] = []  # span, severity, message
        self.found: tuple[Span, ...] = ()  # what a search found
        self._shown_span: Span | None = None
        self._line = 1
        self._is_loading = False
        self.setAccessibleName("Code")
        self.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setCursorWidth(2)
        self.setTabChangesFocus(False)
        self.setMouseTracking(True)
        self.document().setDocumentMargin(0)
        self.setUndoRedoEnabled(False)
        self.numbers = LineNumbers(self)
        self.right = Marks(self)
        self.setViewportMargins(LEFT, TOP, RIGHT, 0)
        self.completions = CompletionList(colors, self)
        self.highlighter = Highlighter(self.document(), colors)
        self.signature = SignatureTip(self, helps)
        self.lines = LineEdits(self)
        self.names = NamesAt(self)
        self.rename = RenameField(self)
        self.hovering = Hovering(self)
        self.fixing = Fixing(self)
        self.keys = Keys(self, proposals)
        self.set_text_size(12)
        self.set_colors(colors)
        self.blockCountChanged.connect(self._on_view_changed)
        self.updateRequest.connect(self._on_update_request)
        self.changes = Changes(self)
        self.cursorPositionChanged.connect(self._on_cursor_moved)
        self.textChanged.connect(self._on_text_changed)

    # text

    def text(self) -> str:
        """The whole text with \\n line ends; no-break spaces and the like are kept, unlike in toPlainText()."""
        return self.document().toRawText().replace("\u2029", "\n")

    def load(self, text: str) -> None:
        """Another document: no signal."""
        self._is_loading = True
        try:
            self.completions.hide()
            self.signature.hide()
            self.set_problems([])
            self.fixing.set_problems((), "")
            self.set_marks({}, 0)
            self._shown_span = None
            self.setPlainText(text)
            self.moveCursor(QTextCursor.MoveOperation.Start)
        finally:
            self._is_loading = False
        self.changes.begin(text)
        self.refresh_selections()

    def replace_all(self, text: str) -> None:
        """The same document with other text (undone, read anew, or changed on the canvas).

        Only what differs is replaced, so that cursor, view and everything else in the text stay.
        """
        self.changes.replace(self.text(), text)

    def step(self, name: str) -> AbstractContextManager[None]:
        """What is changed inside is one step of the history, called so."""
        return self.changes.step(name)

    def undo(self) -> None:
        """Ask for the step before."""
        self.completions.hide()
        self.undo_wanted.emit()

    def redo(self) -> None:
        """Ask for the step that was undone."""
        self.completions.hide()
        self.redo_wanted.emit()

    def copy(self) -> None:
        """The selection goes to the clipboard, too."""
        clipboard.copy(self)

    def cut(self) -> None:
        """The selection goes to the clipboard."""
        clipboard.cut(self)

    def show_cursor(self, wanted: Cursor) -> None:
        """Put the cursor somewhere and bring it into view."""
        self._put_cursor(self.changes.cursor_at(wanted))

    def set_colors(self, colors: Colors) -> None:
        """Change the theme."""
        self.colors = self.completions.colors = colors
        self.setStyleSheet(
            f"QPlainTextEdit {{ background: {colors.panel}; color: {colors.ink}; border: none;"
            f" selection-background-color: {colors.selected}; selection-color: {colors.ink}; }}"
        )
        self.highlighter.set_colors(colors)
        self.refresh_selections()

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
        self._problems = problems[:UNDERLINED]
        self.error_lines = frozenset(span[0] for span, severity, _ in problems if severity == "error" and span[0] > 0)
        self.refresh_selections()

    def set_marks(self, marks: Mapping[int, Mark], sweep_line: int) -> None:
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
        self.refresh_selections()

    def go_to(self, span: Span) -> None:
        """Put the cursor at a place and bring it into view."""
        cursor = cursor_over(self.document(), span)
        if cursor is None:
            return
        cursor.setPosition(cursor.anchor())
        self._put_cursor(cursor)

    def _put_cursor(self, cursor: QTextCursor) -> None:
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
            self.hovering.hide()
            self.fixing.hide()
            self.completions.hide()
            self.signature.hide()
        self._on_view_changed()
        if rect.contains(self.viewport().rect()):
            self._place_gutters()

    # painting

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        try:
            paint_guides(self, painter)
            paint_renamed(self, painter)
            paint_values(self, painter)
            paint_hidden(self, painter)
        finally:
            painter.end()

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

    def problem_at(self, point: QPoint) -> int | None:
        """The number of the problem underlined at a point of the viewport."""
        position = self.cursorForPosition(point).position()
        for number, (span, _, _) in enumerate(self._problems):
            cursor = cursor_over(self.document(), span)
            if cursor is not None and cursor.selectionStart() <= position <= cursor.selectionEnd():
                return number
        return None

    def is_busy(self) -> bool:
        """Whether a person is in the middle of something that no card should cover."""
        return self.completions.isVisible() or self.rename.isVisible()

    def _show_tip(self, event: QHelpEvent) -> None:
        number = self.problem_at(self.viewport().mapFromGlobal(event.globalPos()))
        said = hidden_said(self, self.viewport().mapFromGlobal(event.globalPos()))
        if (number is None and not said) or (number is not None and self.fixing.hover(self._problems[number][0])):
            QToolTip.hideText()
            return
        message = html.escape(said if number is None else self._problems[number][2])
        QToolTip.showText(event.globalPos(), f"<p style='white-space:pre'>{message}</p>", self)

    def _on_text_changed(self) -> None:
        self.names.forget()
        self.fixing.forget()
        if self._is_loading:
            return
        text = self.text()
        self.changes.end(text)
        self.edited.emit(text)

    def _on_cursor_moved(self) -> None:
        self.refresh_selections()
        self.signature.follow()
        self.names.wait()
        line = self.active_line()
        if line != self._line:
            self._line = line
            self.line_changed.emit(line)

    def focusOutEvent(self, event: object) -> None:
        self.completions.hide()
        self.signature.hide()
        self.fixing.hide()
        super().focusOutEvent(event)  # type: ignore[arg-type]

    def insertFromMimeData(self, source: QMimeData) -> None:
        clipboard.take_in(self, source.text())

    def dropEvent(self, event: QDropEvent) -> None:
        with self.step(of_text("Drop", event.mimeData().text())):
            super().dropEvent(event)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return source.hasText() and not source.hasUrls()  # a dropped file is the window's

    def createMimeDataFromSelection(self) -> QMimeData:
        return clipboard.give_out(self)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self.names.move(event)
        self.hovering.move(event)
        if self.problem_at(event.position().toPoint()) is None:
            self.fixing.leave()

    def leaveEvent(self, event: QEvent) -> None:
        self.hovering.hide()
        self.fixing.leave()
        super().leaveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.hovering.hide()
        self.fixing.hide()
        if not self.names.click(event):
            super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self.hovering.hide()
        if not self.keys.press(event):
            super().keyPressEvent(event)
            self.keys.after(event)

    def complete(self) -> bool:
        """Propose words for the one at the cursor, because a person asked; whether there are any."""
        self.setFocus()
        self.keys.complete(is_asked=True)
        return self.completions.isVisible()

    def show_signature(self) -> bool:
        """Show the parameters of the call at the cursor, because a person asked; whether there is one."""
        self.setFocus()
        self.signature.open()
        return self.signature.isVisible()

    def refresh_selections(self) -> None:
        """Mark anew what is marked in the text."""
        self.setExtraSelections(selections(self, self._problems, self._shown_span))
        self._on_view_changed()
