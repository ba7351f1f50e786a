"""Text choice: a list of texts, each beside the one it would replace or be kept from, and what can be done with it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from gradstudio.app.compare import Differences, Side
from gradstudio.app.fonts import words
from gradstudio.app.plain import label, tip
from gradstudio.app.theme import Colors
from gradstudio.picture.fonts import plain

_LIST = 264  # width
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_LONGEST = 200  # characters of a line about a text


@dataclass(frozen=True, slots=True)
class Entry:
    """One of the texts: its name, what is said below it, both sides, and its buttons as words and key, the usual one
    last."""

    title: str
    said: tuple[str, ...]
    sides: Callable[[], tuple[Side, Side]]
    buttons: tuple[tuple[str, str], ...]


class TextChoice(QDialog):
    """The list at the left, both sides of the chosen entry at the right. `act(number, key)` is called when a button is
    pressed ("" for the one that closes), and gives the entries that are left then; the dialog closes where none are."""

    def __init__(
        self,
        colors: Colors,
        title: str,
        said: str,
        entries: tuple[Entry, ...],
        act: Callable[[int, str], tuple[Entry, ...]],
        close: str = "Close",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._colors = colors
        self._act = act
        self._entries: tuple[Entry, ...] = ()
        self._buttons: list[QPushButton] = []
        self.rows: Differences | None = None
        self.setWindowTitle(title)
        head = label(said, self)
        head.setWordWrap(True)
        head.setContentsMargins(16, 12, 16, 12)
        self.list = QListWidget(self)
        self.list.setAccessibleName(title)
        self.list.setFixedWidth(_LIST)
        self.list.setFrameShape(QListWidget.Shape.NoFrame)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setItemDelegate(_Painter(self))
        self.list.setStyleSheet(f"QListWidget {{ background: {colors.panel}; outline: none; }}")
        self.list.currentRowChanged.connect(self._on_row_changed)
        self._middle = QHBoxLayout()
        self._middle.setSpacing(1)
        self._middle.addWidget(self.list)
        self._close = QPushButton(close, self)
        self._close.setAutoDefault(False)
        self._close.clicked.connect(lambda: self._on_pressed(""))
        self._bottom = QHBoxLayout()
        self._bottom.setContentsMargins(16, 12, 16, 12)
        self._bottom.setSpacing(8)
        self._bottom.addWidget(self._close)
        self._bottom.addStretch(1)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(head)
        box.addLayout(self._middle, 1)
        box.addLayout(self._bottom)
        self.resize(self.sizeHint())
        self._show(entries)

    def sizeHint(self) -> QSize:
        return QSize(1120, 640)

    def choose(self, text: str) -> None:
        """Press the button with these words."""
        next(b for b in (*self._buttons, self._close) if b.text() == text).click()

    @property
    def words(self) -> list[str]:
        """What the buttons of the chosen entry say."""
        return [button.text() for button in self._buttons]

    def _show(self, entries: tuple[Entry, ...]) -> None:
        self._entries = entries
        self.list.clear()
        for entry in entries:
            item = QListWidgetItem(plain(entry.title, _LONGEST))
            item.setData(Qt.ItemDataRole.UserRole, [plain(line, _LONGEST) for line in entry.said])
            item.setToolTip(tip("\n".join((entry.title, *entry.said))))
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        self.list.setFocus()

    def _on_row_changed(self, row: int) -> None:
        for button in self._buttons:
            self._bottom.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._buttons = []
        if self.rows is not None:
            self._middle.removeWidget(self.rows)
            self.rows.hide()
            self.rows.deleteLater()
            self.rows = None
        if not 0 <= row < len(self._entries):
            return
        self.rows = Differences(self._colors, *self._entries[row].sides(), parent=self)
        self.rows.step(1)
        self._middle.addWidget(self.rows, 1)
        for text, key in self._entries[row].buttons:
            button = QPushButton(text, self)
            button.setAutoDefault(False)
            button.clicked.connect(lambda _=False, key=key: self._on_pressed(key))
            self._bottom.addWidget(button)
            self._buttons.append(button)
        if self._buttons:
            self._buttons[-1].setDefault(True)

    def _on_pressed(self, key: str) -> None:
        left = self._act(self.list.currentRow(), key)
        if left:
            self._show(left)
        else:
            self.accept()


class _Painter(QStyledItemDelegate):
    """The name of a text, and below it what is said of it."""

    def __init__(self, dialog: TextChoice) -> None:
        super().__init__(dialog)
        self._colors = dialog._colors

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(_LIST, 16 + 20 + 17 * len(index.data(Qt.ItemDataRole.UserRole)))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        c, rect = self._colors, QRectF(option.rect)
        is_chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.fillRect(rect, QColor(c.selected if is_chosen else c.panel))
        painter.fillRect(QRectF(rect.left(), rect.bottom() - 1, rect.width(), 1), QColor(c.hairline))
        if is_chosen:
            painter.fillRect(QRectF(rect.left(), rect.top(), 3, rect.height() - 1), QColor(c.accent))
        y = rect.top() + 8
        for number, line in enumerate((index.data(), *index.data(Qt.ItemDataRole.UserRole))):
            font, height = (words(11), 17) if number else (words(12, 600), 20)
            painter.setFont(font)
            painter.setPen(QColor(c.ink2 if number else c.ink))
            room = QRectF(rect.left() + 16, y, rect.width() - 28, height)
            painter.drawText(
                room, _LEFT, QFontMetricsF(font).elidedText(line, Qt.TextElideMode.ElideMiddle, room.width())
            )
            y += height
        painter.restore()


def when(moment: float, now: float | None = None) -> str:
    """ "today 14:32", "yesterday 09:10", "24 Nov 2026, 14:32"."""
    then, today = time.localtime(moment), time.localtime(time.time() if now is None else now)
    clock = time.strftime("%H:%M", then)
    if then[:3] == today[:3]:
        return f"today {clock}"
    noon = time.mktime((*today[:3], 12, 0, 0, 0, 0, -1))
    if then[:3] == time.localtime(noon - 86400)[:3]:
        return f"yesterday {clock}"
    return dated(moment)


def dated(moment: float) -> str:
    """ "24 Nov 2026, 14:32"."""
    then = time.localtime(moment)
    return time.strftime(f"{then.tm_mday} %b %Y, %H:%M", then)


def counted(number: int, word: str) -> str:
    """ "1 line", "12 lines"."""
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"
