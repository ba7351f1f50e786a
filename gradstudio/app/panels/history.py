"""History: every step that can be undone, by name; a click leads to the text as it was then."""

from __future__ import annotations

import time

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QSize, Qt, QTimer
from PySide6.QtGui import QBrush, QColor, QFont, QKeyEvent, QPainter, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from gradstudio.app.fonts import mono, words
from gradstudio.app.icons import pixmap
from gradstudio.app.plain import tip
from gradstudio.app.theme import Colors, colors
from gradstudio.picture.fonts import plain
from gradstudio.picture.tokens import Theme
from gradstudio.studio.history import History
from gradstudio.studio.session import Session
from gradstudio.studio.step_names import LONGEST
from gradstudio.studio.steps import Step

_HEADS = ("", "step", "line", "when")
_MARK, _NAME, _LINE, _WHEN = range(4)
_ROW = 24
_Index = QModelIndex | QPersistentModelIndex


class StepModel(QAbstractTableModel):
    """Row 0 is the text before all steps; each further row is the text after one more."""

    def __init__(self, shown: Colors) -> None:
        super().__init__()
        self.colors = shown
        self.steps: tuple[Step, ...] = ()
        self.at = 0
        self._is_whole = True

    def show(self, history: History) -> None:
        """Bring the rows up to date; those that stay are left alone, so that typing does not begin the list anew."""
        steps = history.steps
        shared = next((k for k, (a, b) in enumerate(zip(steps, self.steps, strict=False)) if a is not b), None)
        shared = min(len(steps), len(self.steps)) if shared is None else shared
        if shared < len(self.steps):
            self.beginRemoveRows(QModelIndex(), shared + 1, len(self.steps))
            self.steps = self.steps[:shared]
            self.endRemoveRows()
        if shared < len(steps):
            self.beginInsertRows(QModelIndex(), shared + 1, len(steps))
            self.steps = steps
            self.endInsertRows()
        self.at, self._is_whole = history.at, history.is_whole
        self.dataChanged.emit(self.index(0, 0), self.index(len(steps), _WHEN))

    def rowCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.steps) + 1

    def columnCount(self, parent: _Index | None = None) -> int:
        return len(_HEADS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> object:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return _HEADS[section]
        return None

    def data(self, index: _Index, role: int = 0) -> object:
        row, column = index.row(), index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(row, column)
        if role == Qt.ItemDataRole.ToolTipRole and column == _NAME:
            return tip(self._text(row, column))
        if role == Qt.ItemDataRole.AccessibleTextRole and column == _MARK:
            return "present" if row == self.at else "undone" if row > self.at else "done"
        if role == Qt.ItemDataRole.ForegroundRole:
            is_quiet = row > self.at or column in (_LINE, _WHEN)
            return QBrush(QColor(self.colors.muted if is_quiet else self.colors.ink))
        if role == Qt.ItemDataRole.FontRole and column in (_NAME, _WHEN):
            return _font(column, row == self.at, row > self.at)
        return None

    def _text(self, row: int, column: int) -> str:
        if row == 0:
            first = "The text as it was at first" if self._is_whole else "The earliest text that is kept"
            return first if column == _NAME else ""
        step = self.steps[row - 1]
        if column == _NAME:
            return plain(step.name, LONGEST)
        if column == _LINE:
            return f"line {step.line:,}" if step.line else ""
        return time.strftime("%H:%M:%S", time.localtime(step.time)) if column == _WHEN else ""


def _font(column: int, is_present: bool, is_undone: bool) -> QFont:
    if column == _WHEN:
        return mono(11)
    font = words(12, 600 if is_present else 400)
    font.setItalic(is_undone)
    return font


class _PresentMark(QStyledItemDelegate):
    """A triangle in front of the present step, so that not only the weight of the letters says it."""

    def __init__(self, owner: HistoryList) -> None:
        super().__init__(owner)
        self._owner = owner

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        super().paint(painter, option, index)
        if index.row() == self._owner.model.at:
            image = pixmap("chevron-right", self._owner.model.colors.accent, 12, self._owner.devicePixelRatioF())
            center = option.rect.center()
            painter.drawPixmap(center.x() - 5, center.y() - 5, image)

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(28, _ROW)


class _StepTable(QTableView):
    """Enter goes to the step under the cursor, as a click does."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.clicked.emit(self.currentIndex())
        else:
            super().keyPressEvent(event)


class HistoryList(QWidget):
    """The steps of the session's history, the oldest first; those that were undone are quiet."""

    id = "history"
    title = "History"

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.model = StepModel(colors(theme.name))
        self.table = table = _StepTable()
        table.setModel(self.model)
        table.setItemDelegateForColumn(_MARK, _PresentMark(self))
        table.setFrameShape(QTableView.Shape.NoFrame)
        table.setShowGrid(False)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        table.setTabKeyNavigation(False)
        table.setWordWrap(False)
        table.setFont(words(12))
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(_ROW)
        table.setAccessibleName("History")
        table.setAccessibleDescription("Arrows move, Enter goes to the text as it was after a step.")
        table.clicked.connect(self._on_chosen)
        self._shape_head(table.horizontalHeader())
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(table)
        self.setFocusProxy(table)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(0)
        self._later.timeout.connect(self._refresh)
        self.set_theme(theme)
        session.history_changed.connect(self._on_history_changed)

    @staticmethod
    def _shape_head(head: QHeaderView) -> None:
        head.setFont(words(11))
        head.setFixedHeight(26)
        head.setHighlightSections(False)
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        head.setMinimumSectionSize(28)
        for section, size in ((_MARK, 32), (_LINE, 90), (_WHEN, 90)):
            head.resizeSection(section, size)
            head.setSectionResizeMode(section, QHeaderView.ResizeMode.Fixed)
        head.setSectionResizeMode(_NAME, QHeaderView.ResizeMode.Stretch)

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        c = self.model.colors = colors(theme.name)
        self.table.setStyleSheet(
            f"QTableView {{ background: {c.panel}; color: {c.ink}; outline: none; }}"
            f"QHeaderView {{ background: {c.sunken}; }}"
            f"QHeaderView::section {{ background: {c.sunken}; color: {c.muted}; border: none; "
            f"border-bottom: 1px solid {c.hairline}; padding: 0 7px; }}"
            f"QTableView::item {{ padding: 0 4px; border: none; }}"
            f"QTableView::item:hover {{ background: {c.hover}; }}"
            f"QTableView::item:selected {{ background: {c.selected}; }}"
        )
        self.update()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._refresh()

    def _on_history_changed(self) -> None:
        """The list waits until the key is done, and until somebody looks."""
        if self.isVisible():
            self._later.start()

    def _refresh(self) -> None:
        self.model.show(self._session.history)
        present = self.model.index(self.model.at, _NAME)
        self.table.setCurrentIndex(present)
        self.table.scrollTo(present)

    def _on_chosen(self, index: QModelIndex) -> None:
        self._session.go_to_step(index.row())
