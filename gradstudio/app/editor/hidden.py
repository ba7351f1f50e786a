"""Characters that leave no mark of their own or turn those beside them: a flag is painted where each stands."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPolygonF, QTextBlock

from gradstudio.app.editor.gutter import TOP
from gradstudio.app.editor.highlighter import utf16_length
from gradstudio.language.parsing import HIDDEN

if TYPE_CHECKING:
    from gradstudio.app.editor.editor import CodeEditor

_MOST, _FEW = 200, 3  # flags in one line, and in a long one, where each place takes a while to find
_LONG = 2000


_NEAR = 6  # pixels


def paint_hidden(editor: CodeEditor, painter: QPainter) -> None:
    """A flag at each hidden character in view."""
    color = QColor(editor.colors.error)
    painter.setPen(color)
    painter.setBrush(color)
    for number, top, height in editor.visible_lines():
        y = top - TOP
        for x, _ in _flags(editor, editor.document().findBlockByNumber(number - 1)):
            painter.fillRect(QRectF(x - 0.75, y + 1, 1.5, height - 2), color)
            painter.drawPolygon(QPolygonF([QPointF(x, y + 1), QPointF(x + 5, y + 3.5), QPointF(x, y + 6)]))


def hidden_said(editor: CodeEditor, point: QPoint) -> str:
    """What is said of the hidden character at a point of the viewport; "" where there is none."""
    for x, char in _flags(editor, editor.cursorForPosition(point).block()):
        if -_NEAR / 2 <= point.x() - x <= _NEAR:
            return f"a hidden character, {unicodedata.name(char, 'a control')} (U+{ord(char):04X})"
    return ""


def _flags(editor: CodeEditor, block: QTextBlock) -> Iterator[tuple[float, str]]:
    """Where the hidden characters of a line stand, in the viewport, and which they are."""
    text = block.text()
    if text.isascii() and text.isprintable():
        return
    left = editor.contentOffset().x()
    for found in islice(HIDDEN.finditer(text), _MOST if len(text) < _LONG else _FEW):
        place = utf16_length(text[: found.start()])
        line = block.layout().lineForTextPosition(place)
        if line.isValid():
            at: object = line.cursorToX(place)  # Qt gives the place back beside it
            yield left + float(at[0] if isinstance(at, tuple) else at), found.group()  # type: ignore[arg-type]
