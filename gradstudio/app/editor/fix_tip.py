"""The tip of a fix: what is wrong, what would be done, and the lines before and after."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QEnterEvent, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from gradstudio.app.controls import ground
from gradstudio.app.fonts import mono, words
from gradstudio.app.icons import pixmap
from gradstudio.app.plain import label
from gradstudio.app.theme import Colors
from gradstudio.engine.problem import Problem
from gradstudio.picture.fonts import plain
from gradstudio.studio.fixes import ChangedLine

_WIDTH = 400
_ROW = 20
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class ChangedLines(QWidget):
    """Lines that go and lines that come, each with its sign and number."""

    def __init__(self, colors: Colors, parent: QWidget) -> None:
        super().__init__(parent)
        self.colors = colors
        self._lines: tuple[ChangedLine, ...] = ()
        self._indent = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Lines that change")

    def set_lines(self, lines: tuple[ChangedLine, ...]) -> None:
        """Show other lines; what all are indented by is left out."""
        self._lines = lines
        full = [line.text for line in lines if line.text.strip()]
        self._indent = min((len(text) - len(text.lstrip()) for text in full), default=0)
        self.setFixedHeight(_ROW * len(lines) + 6)
        self.setAccessibleDescription("\n".join(self.said()))
        self.update()

    def said(self) -> list[str]:
        """ "- x = 3", "+ x = 3.0"."""
        return [f"{line.sign} {line.text}" for line in self._lines]

    def sizeHint(self) -> QSize:
        return QSize(_WIDTH - 24, self.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        c = self.colors
        painter = QPainter(self)
        try:
            ground(painter, self.rect(), c.sunken, c.hairline, 4)
            metrics = QFontMetricsF(mono(11))
            for row, line in enumerate(self._lines):
                top = 3 + row * _ROW
                is_new = line.sign == "+"
                if is_new:
                    painter.fillRect(QRectF(1, top, self.width() - 2, _ROW), QColor(c.accent_soft))
                painter.setFont(mono(11))
                painter.setPen(QColor(c.muted))
                painter.drawText(QRectF(0, top, 30, _ROW), _RIGHT, str(line.number))
                painter.setPen(QColor(c.ink if is_new else c.muted))
                painter.drawText(QRectF(38, top, 12, _ROW), _LEFT, "+" if is_new else "−")
                room = self.width() - 62
                text = metrics.elidedText(plain(line.text[self._indent :], 300), Qt.TextElideMode.ElideRight, room)
                rect = QRectF(54, top, room + 4, _ROW)
                painter.drawText(rect, _LEFT, text)
                if not is_new and text:
                    middle = top + _ROW / 2
                    painter.drawLine(54, round(middle), 54 + round(metrics.horizontalAdvance(text)), round(middle))
        finally:
            painter.end()


class FixTip(QWidget):
    """Shown at a problem. Armed, it was asked for, and Enter in the editor applies it; else only its button does."""

    applied = Signal()
    entered = Signal()
    left = Signal()

    def __init__(self, parent: QWidget, colors: Colors) -> None:
        super().__init__(parent)
        self.colors = colors
        self.is_armed = False
        self._said = label("", self)
        self._said.setWordWrap(True)
        self._said.setFont(words(11.5))
        self._icon = label("", self)
        self._words = label("", self)
        self._words.setFont(words(12, 600))
        self.lines = ChangedLines(colors, self)
        self.keys = label("", self)
        self.keys.setFont(words(11))
        self.button = QPushButton("Apply", self)
        self.button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.button.clicked.connect(self.applied)
        head = QHBoxLayout()
        head.setSpacing(6)
        head.addWidget(self._icon)
        head.addWidget(self._words, 1)
        foot = QHBoxLayout()
        foot.addWidget(self.keys, 1)
        foot.addWidget(self.button)
        box = QVBoxLayout(self)
        box.setContentsMargins(12, 10, 12, 10)
        box.setSpacing(7)
        box.addWidget(self._said)
        box.addLayout(head)
        box.addWidget(self.lines)
        box.addLayout(foot)
        self.setAccessibleName("Fix")
        self.set_colors(colors)
        self.hide()

    def set_colors(self, colors: Colors) -> None:
        """Change the theme."""
        self.colors = self.lines.colors = c = colors
        self._said.setStyleSheet(f"color: {c.ink2};")
        self._words.setStyleSheet(f"color: {c.ink};")
        self.keys.setStyleSheet(f"color: {c.muted};")
        self._icon.setPixmap(pixmap("fix", c.accent, 16, self.devicePixelRatioF()))
        self.button.setStyleSheet(
            f"QPushButton {{ background: {c.accent}; color: {c.on_accent}; border: none; border-radius: 4px;"
            " min-height: 24px; padding: 0 12px; }"
        )

    def show_fix(
        self,
        problem: Problem,
        fix: str,
        changes: tuple[ChangedLine, ...],
        corner: QPoint,
        line_height: int,
        is_armed: bool,
    ) -> None:
        """Appear below the line whose top left is `corner`, or above it."""
        self.is_armed = is_armed
        self._said.setText(plain(problem.message, 300))
        self._words.setText(fix[:1].upper() + plain(fix, 60)[1:])
        self.lines.set_lines(changes)
        self.keys.setText("Enter applies, Esc leaves" if is_armed else "Ctrl+. does it, too")
        self.setFixedWidth(_WIDTH)
        self.show()
        self.layout().activate()
        self.setFixedHeight(self.layout().totalHeightForWidth(_WIDTH))
        area = self.parentWidget().rect()
        x = max(4, min(corner.x() - 12, area.width() - _WIDTH - 4))
        below = corner.y() + line_height + 4
        y = below if below + self.height() <= area.height() - 4 else max(4, corner.y() - self.height() - 4)
        self.move(x, y)
        self.raise_()

    def said(self) -> list[str]:
        """Everything on it, line by line."""
        return [self._said.text(), self._words.text(), *self.lines.said(), self.keys.text()]

    def enterEvent(self, event: QEnterEvent) -> None:
        self.entered.emit()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self.left.emit()
        super().leaveEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        c = self.colors
        painter = QPainter(self)
        try:
            ground(painter, self.rect(), c.raised, c.control, 8)
        finally:
            painter.end()
