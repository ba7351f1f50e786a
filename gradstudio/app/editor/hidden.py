"""Characters that leave no mark of their own or turn those beside them: a flag is painted where each stands."""

from __future__ import annotations

import unicodedata
from itertools import islice
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPolygonF

from gradstudio.app.editor.gutter import TOP
from gradstudio.app.editor.highlighter import utf16_length
from gradstudio.app.editor.places import place_of
from gradstudio.language.parsing import HIDDEN

if TYPE_CHECKING:
    from gradstudio.app.editor.editor import CodeEditor

_MOST, _FEW = 200, 3  # flags in one line, and in a long one, where each place takes a while to find
_LONG = 2000


def paint_hidden(editor: CodeEditor, painter: QPainter) -> None:
    """A flag at each hidden character in view."""
    left = editor.contentOffset().x()
    color = QColor(editor.colors.error)
    for number, top, height in editor.visible_lines():
        block = editor.document().findBlockByNumber(number - 1)
        text = block.text()
        if text.isascii() and text.isprintable():
            continue
        for found in islice(HIDDEN.finditer(text), _MOST if len(text) < _LONG else _FEW):
            place = utf16_length(text[: found.start()])
            line = block.layout().lineForTextPosition(place)
            if not line.isValid():
                break
            x, y = left + _x(line.cursorToX(place)), top - TOP
            painter.fillRect(QRectF(x - 0.75, y + 1, 1.5, height - 2), color)
            painter.setPen(color)
            painter.setBrush(color)
            painter.drawPolygon(QPolygonF([QPointF(x, y + 1), QPointF(x + 5, y + 3.5), QPointF(x, y + 6)]))


def hidden_said(editor: CodeEditor, point: QPoint) -> str:
    """What is said of the hidden character at a point of the viewport; "" where there is none."""
    cursor = editor.cursorForPosition(point)
    column, text = place_of(cursor)[1], cursor.block().text()
    found = HIDDEN.search(text, max(column - 1, 0), column + 1)
    if found is None:
        return ""
    char = found.group()
    return f"a hidden character: {unicodedata.name(char, '')} U+{ord(char):04X}".replace(":  ", ": ")


def _x(found: object) -> float:
    return float(found[0] if isinstance(found, tuple | list) else found)  # type: ignore[arg-type]
