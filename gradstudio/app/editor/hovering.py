"""The card beside an expression under the pointer: the value it had, and the gradient that reached it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, QPointF, QRectF, QTimer
from PySide6.QtGui import QMouseEvent

from gradstudio.app.canvas.card import HoverCard
from gradstudio.app.canvas.said import Said, of_node
from gradstudio.app.editor.places import Span, cursor_over, place_of
from gradstudio.graph.neighbours import Neighbours
from gradstudio.graph.query import node_of_record
from gradstudio.picture.fonts import plain
from gradstudio.picture.numbers import value_text
from gradstudio.picture.tokens import load_theme, tokens
from gradstudio.studio.outcome import View
from gradstudio.studio.pointing import pass_words, pointed_at

if TYPE_CHECKING:
    from gradstudio.app.editor.editor import CodeEditor

Asks = Callable[[int, int], "tuple[Span, Said] | None"]
"""(line, column) -> what is said of the expression there, and where it stands."""

_CALM = 2
"""Code is read with the pointer in it: the card waits longer than over the network."""


class Hovering(QObject):
    """Follows the pointer over one editor."""

    def __init__(self, editor: CodeEditor) -> None:
        super().__init__(editor)
        self._editor = editor
        self.asks: Asks | None = None
        self.card: HoverCard | None = None  # made when it is first needed: it lies over the whole window
        self.span: Span | None = None
        self._point = QPoint()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_CALM * tokens()["animation_ms"]["tooltip_delay"])
        self._timer.timeout.connect(self.show)

    def move(self, event: QMouseEvent) -> None:
        """The pointer is somewhere else: a card stays while it is over the same expression."""
        self._point = event.position().toPoint()
        if event.buttons():
            self.hide()
        elif self.span is None or not self._is_over(self.span):
            self.hide()
            self._timer.start()

    def hide(self) -> None:
        """Nothing is said any more."""
        self._timer.stop()
        if self.card is not None:
            self.card.hide()
        if self.span is not None:
            self.span = None
            self._editor.refresh_selections()

    def show(self) -> None:
        """Say what is under the pointer."""
        editor = self._editor
        if self.asks is None or editor.is_busy() or editor.problem_at(self._point) is not None:
            return
        cursor = editor.cursorForPosition(self._point)
        line, column = place_of(cursor)
        if column >= len(cursor.block().text()) or not editor.cursorRect(cursor).adjusted(-12, 0, 12, 0).contains(
            self._point
        ):
            return  # beside the text
        found = self.asks(line, column)
        if found is None:
            return
        self.span, said = found
        if self.card is None:
            self.card = HoverCard(editor.window())
            self.card.show_said(said, load_theme(editor.colors.name), QRectF())  # fonts measure from the first time on
        self.card.show_said(said, load_theme(editor.colors.name), self._rect(self.span), is_below=True)
        editor.refresh_selections()

    def _is_over(self, span: Span) -> bool:
        line, column = place_of(self._editor.cursorForPosition(self._point))
        return span[:2] <= (line, column) <= span[2:]

    def _rect(self, span: Span) -> QRectF:
        """Where an expression stands in the window; of several lines, the first."""
        editor = self._editor
        cursor = cursor_over(editor.document(), span)
        if cursor is None:
            return QRectF(self._point, self._point)
        end = cursor.selectionEnd()
        cursor.setPosition(cursor.selectionStart())
        first = editor.cursorRect(cursor)
        cursor.setPosition(end)
        last = editor.cursorRect(cursor)
        right = last.right() if last.top() == first.top() else first.right() + 40
        corner = editor.viewport().mapTo(editor.window(), first.topLeft())
        return QRectF(QPointF(corner), QPointF(corner + QPoint(right - first.left(), first.height())))


class SaidOfText:
    """Says what expressions of the text of a view had as values."""

    def __init__(self) -> None:
        self._of: View | None = None
        self._near: Neighbours | None = None

    def at(self, view: View, line: int, column: int) -> tuple[Span, Said] | None:
        """Of the expression or name at a place; None where nothing was computed."""
        found = pointed_at(view, line, column)
        if found is None:
            return None
        if view is not self._of or self._near is None:
            self._of, self._near = view, Neighbours(view.whole)
        values = view.trace.records.values
        node = node_of_record(view.whole, found.record)
        if node >= 0:
            said = of_node(view.whole, view.trace, self._near, node)
        else:
            shape = values.shapes[values.shape[found.record]]
            words = f"{list(shape) if shape else 'scalar'} {values.dtypes[values.dtype[found.record]]}"
            note = "not on the way to the target of this sweep: it has no gradient" if view.sweep >= 0 else ""
            said = Said("", (("shape", words), ("value", value_text(values, found.record))), note)
        turn = pass_words(view.trace, found.record)
        rows = (("pass", turn), *said.rows) if turn else said.rows
        return found.span, replace(said, title=plain(found.source, 60), rows=rows)
