"""The signature of the call at the cursor, in a line above it; the parameter that is being given stands out."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from gradstudio.app.controls import ground
from gradstudio.app.editor.places import text_before
from gradstudio.app.fonts import mono

if TYPE_CHECKING:
    from gradstudio.app.editor.editor import CodeEditor
    from gradstudio.language.complete import Help

Helps = Callable[[str, str], "Help | None"]
"""(text up to the cursor, whole text) -> the call that is being written."""

_PAD, _LINE = 10, 18
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class SignatureTip(QWidget):
    """Opens with `(` or `,` or when asked for, follows the cursor while it is in the call, and closes with Esc."""

    def __init__(self, editor: CodeEditor, helps: Helps | None) -> None:
        super().__init__(editor)
        self._editor = editor
        self._helps = helps
        self._lines: list[list[tuple[str, bool]]] = []  # per line: text, whether it stands out
        self._help: Help | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName("Signature")
        self.hide()

    def open(self) -> None:
        """Show the call at the cursor, if there is one."""
        self.refresh()

    def follow(self) -> None:
        """The cursor moved: while open, show the call that it is in now."""
        if self.isVisible():
            self.refresh()

    def said(self) -> str:
        """The signature, with the present parameter in asterisks."""
        return "".join(f"*{text}*" if is_present else text for line in self._lines for text, is_present in line)

    def refresh(self) -> None:
        """Read the call at the cursor anew; none closes the tip."""
        editor = self._editor
        text = editor.text()
        help_ = self._helps(text_before(editor.textCursor()), text) if self._helps is not None else None
        if help_ is None or not help_.signature.parameters:
            self.hide()
            return
        self._help = help_
        self._set_lines(help_)
        self._place()
        self.show()
        self.raise_()
        self.update()

    def _set_lines(self, help_: Help) -> None:
        """Wrap between parameters."""
        most = self._editor.width() - 2 * _PAD - 8
        plain, bold = QFontMetricsF(mono(11)), QFontMetricsF(mono(11, 700))
        signature = help_.signature
        pieces = [(f"{signature.name}(", False)]
        last = len(signature.parameters) - 1
        for number, parameter in enumerate(signature.parameters):
            pieces.append((parameter, number == help_.present))
            pieces.append((")" if number == last else ", ", False))
        lines: list[list[tuple[str, bool]]] = [[]]
        used = 0.0
        for text, is_present in pieces:
            width = (bold if is_present else plain).horizontalAdvance(text)
            if used + width > most and lines[-1] and text not in (")", ", "):
                lines.append([("    ", False)])
                used = plain.horizontalAdvance("    ")
            lines[-1].append((text, is_present))
            used += width
        self._lines = lines

    def _place(self) -> None:
        editor = self._editor
        metrics, bold = QFontMetricsF(mono(11)), QFontMetricsF(mono(11, 700))
        widths = [sum((bold if b else metrics).horizontalAdvance(t) for t, b in line) for line in self._lines]
        width, height = round(max(widths)) + 2 * _PAD, _LINE * len(self._lines) + 8
        rect = editor.cursorRect()
        corner = editor.viewport().mapTo(editor, rect.topLeft())
        x = max(4, min(corner.x() - 24, editor.width() - width - 4))
        y = corner.y() - height - 3
        if y < 0:
            y = corner.y() + rect.height() + 3
        self.setGeometry(x, y, width, height)

    def paintEvent(self, event: QPaintEvent) -> None:
        c = self._editor.colors
        painter = QPainter(self)
        try:
            ground(painter, self.rect(), c.raised, c.control, 6)
            for row, line in enumerate(self._lines):
                x = float(_PAD)
                for text, is_present in line:
                    font = mono(11, 700 if is_present else 400)
                    width = QFontMetricsF(font).horizontalAdvance(text)
                    rect = QRectF(x, 4 + row * _LINE, width + 2, _LINE)
                    painter.setFont(font)
                    painter.setPen(QColor(c.ink if is_present or (text.endswith("(") and not row) else c.muted))
                    painter.drawText(rect, _LEFT, text)
                    if is_present:
                        painter.setPen(QPen(QColor(c.accent), 1.5))
                        end = rect.bottom() - 1
                        painter.drawLine(QPointF(x, end), QPointF(x + width, end))
                    x += width
        finally:
            painter.end()
