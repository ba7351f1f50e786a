"""Welcome: what an empty canvas says: how to begin, with an example that can be taken."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton, QWidget

from gradstudio.app.canvas.building.bubble import draw_key
from gradstudio.app.fonts import mono, words
from gradstudio.app.theme import Colors, colors

EXAMPLE = "x = 3.0\ny = sin(x) ** 2 + x\n"
WIDTH, HEIGHT = 420, 330
_CENTER = Qt.AlignmentFlag.AlignCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_WAYS = (
    (("Shift", "A"), "adds an operation or a number"),
    (("Right click",), "does the same, where you click"),
    (("Drop",), "a data file, or an operation from the list"),
)
_ROW, _TOP = 30, 62
_CODE = 74


class Welcome(QWidget):
    """Signals: operation_wanted(); example_wanted(text)."""

    operation_wanted = Signal()
    example_wanted = Signal(str)

    def __init__(self, parent: QWidget, theme: str) -> None:
        super().__init__(parent)
        self._colors: Colors = colors(theme)
        self.setFixedSize(WIDTH, HEIGHT)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.add = QPushButton("Add an operation", self)
        self.add.setDefault(True)
        self.example = QPushButton("Take this", self)
        self.example.setToolTip("Enter, on the network")
        for button, clicked in ((self.add, self.operation_wanted), (self.example, None)):
            button.setCursor(Qt.CursorShape.PointingHandCursor)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the canvas has it, and keys for both
            if clicked is not None:
                button.clicked.connect(clicked)
        self.example.clicked.connect(lambda: self.example_wanted.emit(EXAMPLE))
        self.add.setGeometry((WIDTH - 160) // 2, _TOP + _ROW * len(_WAYS) + 12, 160, 30)
        self.example.setGeometry(WIDTH - 32 - 104, self._code_rect().toRect().bottom() - 38, 92, 28)
        self.set_theme(theme)

    def set_theme(self, theme: str) -> None:
        """Other colours."""
        c = self._colors = colors(theme)
        self.add.setStyleSheet(
            f"QPushButton {{ background: {c.accent}; color: {c.on_accent}; border: none; border-radius: 4px;"
            f" font-weight: 600; min-height: 30px; }}"
        )
        self.update()

    def settle(self) -> None:
        """Stand in the middle of the canvas."""
        canvas = self.parentWidget()
        self.move((canvas.width() - WIDTH) // 2, max((canvas.height() - HEIGHT) // 2, 0))

    def _code_rect(self) -> QRectF:
        return QRectF(32.5, HEIGHT - _CODE - 12.5, WIDTH - 65, _CODE)

    def paintEvent(self, event: QPaintEvent) -> None:
        c = self._colors
        p = QPainter(self)
        try:
            p.setRenderHint(QPainter.RenderHint.Antialiasing)
            p.setFont(words(16, 600))
            p.setPen(QColor(c.ink))
            p.drawText(QRectF(0, 12, WIDTH, 28), _CENTER, "Nothing is computed yet")
            for row, (keys, does) in enumerate(_WAYS):
                self._draw_way(p, _TOP + _ROW * row, keys, does)
            top = self._code_rect().top() - 26
            p.setFont(words(12))
            p.setPen(QColor(c.muted))
            p.drawText(QRectF(0, top, WIDTH, 20), _CENTER, "or type on the left, for example")
            self._draw_code(p)
        finally:
            p.end()

    def _draw_way(self, p: QPainter, top: float, keys: tuple[str, ...], does: str) -> None:
        """Keys right-aligned at a common line, what they do left-aligned behind it."""
        metrics, middle = QFontMetricsF(words(11, 500)), 148.0
        x = middle
        for key in reversed(keys):
            wide = max(metrics.horizontalAdvance(key) + 14, 22.0)
            draw_key(p, QRectF(x - wide, top + 2, wide, 20), key, self._colors)
            x -= wide + 5
        p.setFont(words(12))
        p.setPen(QColor(self._colors.ink2))
        p.drawText(QRectF(middle + 12, top, WIDTH - middle, 24), _LEFT, does)

    def _draw_code(self, p: QPainter) -> None:
        c, rect = self._colors, self._code_rect()
        p.setPen(QPen(QColor(c.control), 1.0))
        p.setBrush(QColor(c.panel))
        p.drawRoundedRect(rect, 6, 6)
        p.setFont(mono(12))
        step = QFontMetricsF(mono(12)).horizontalAdvance("x")
        for row, line in enumerate(EXAMPLE.splitlines()):
            x = rect.left() + 16
            for part, ink in _colored(line, c):
                p.setPen(QColor(ink))
                p.drawText(QRectF(x, rect.top() + 14 + 22 * row, 260, 22), _LEFT, part)
                x += step * len(part)


def _colored(line: str, c: Colors) -> list[tuple[str, str]]:
    """The parts of a line of the example, as the editor colours them."""
    parts: list[tuple[str, str]] = []
    word = ""
    for char in f"{line} ":
        if char.isalnum() or char in "._":
            word += char
            continue
        ink = c.function if char == "(" else c.number if word[:1].isdigit() else c.ink
        if word:
            parts.append((word, ink))
        parts.append((char, c.ink))
        word = ""
    return parts
