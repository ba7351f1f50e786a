"""What the editor paints over its code: thin lines down the indentation, the values beside the lines, and a name as it
is being renamed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QTextBlock

from gradstudio.app.editor.gutter import TOP
from gradstudio.app.fonts import mono

if TYPE_CHECKING:
    from gradstudio.app.editor.editor import CodeEditor

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


def paint_guides(editor: CodeEditor, painter: QPainter) -> None:
    """Thin lines down the indentation; through empty lines too, where the code goes on below."""
    step = QFontMetricsF(editor.font()).horizontalAdvance(" ") * 4
    left = editor.contentOffset().x()
    color = QColor(editor.colors.hairline)
    for number, top, height in editor.visible_lines():
        block = editor.document().findBlockByNumber(number - 1)
        for level in range(_levels(block)):
            painter.fillRect(QRectF(round(left + level * step) + 2, top - TOP, 1, height), color)


def paint_values(editor: CodeEditor, painter: QPainter) -> None:
    """Values right-aligned before the gutter, where the code of the line leaves room."""
    c = editor.colors
    font = mono(max(editor.text_size - 1, 8))
    metrics = QFontMetricsF(font)
    letter = QFontMetricsF(editor.font()).horizontalAdvance(" ")
    painter.setFont(font)
    painter.setPen(QColor(c.muted if editor.is_stale else c.ink2))
    right = editor.viewport().width() - 4
    left = editor.contentOffset().x()
    for number, top, height in editor.visible_lines():
        mark = editor.marks.get(number)
        if mark is None or not mark.value:
            continue
        width = metrics.horizontalAdvance(mark.value)
        block = editor.document().findBlockByNumber(number - 1)
        if left + letter * len(block.text()) + 6 > right - width:
            continue
        rect = QRectF(right - width, top - TOP, width + 1, height)
        painter.drawText(rect, _LEFT, mark.value)


def paint_renamed(editor: CodeEditor, painter: QPainter) -> None:
    """The lines in view as they would be with the name that is being typed into the field of a rename."""
    spans, new = editor.rename.preview()
    if not spans:
        return
    c = editor.colors
    metrics = QFontMetricsF(editor.font())
    left = editor.contentOffset().x()
    painter.setFont(editor.font())
    for number, top, height in editor.visible_lines():
        columns = [(span[1], span[3]) for span in spans if span[0] == number]
        if not columns:
            continue
        text = editor.document().findBlockByNumber(number - 1).text()
        x = left + metrics.horizontalAdvance(text[: columns[0][0]])
        ground = c.current_line if number == editor.active_line() else c.panel
        painter.fillRect(QRectF(x - 1, top - TOP, editor.viewport().width() - x + 1, height), QColor(ground))
        ends = [*[start for start, _ in columns[1:]], len(text)]
        for (_, after), end in zip(columns, ends, strict=True):
            for part, ink in ((new, c.accent), (text[after:end], c.ink)):
                width = metrics.horizontalAdvance(part)
                painter.setPen(QColor(ink))
                painter.drawText(QRectF(x, top - TOP, width + 2, height), _LEFT, part)
                x += width


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
