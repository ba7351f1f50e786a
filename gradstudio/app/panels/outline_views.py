"""The two views of the outline: a tree and a table that look, search and sort alike."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QTreeView,
    QWidget,
)

from gradstudio.app.canvas.painter import color
from gradstudio.app.fonts import words
from gradstudio.app.panels.outline_columns import GRADIENT, HEADS, NAME
from gradstudio.app.panels.outline_model import OutlineModel
from gradstudio.app.theme import Colors

_ROW = 24
_WIDTHS = (210, 150, 52, 84, 96, 96, 84, 78, 74, 64)
_Index = QModelIndex | QPersistentModelIndex


class _GradientCell(QStyledItemDelegate):
    """The gradient on a chip of its colour, as everywhere else."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        model = index.model()
        chip = model.chip(model.item(index)) if isinstance(model, OutlineModel) else None
        if chip is None:
            super().paint(painter, option, index)
            return
        own = QStyleOptionViewItem(option)
        self.initStyleOption(own, index)
        text, own.text = own.text, ""
        style = option.widget.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, own, painter, option.widget)
        rect = QRectF(option.rect).adjusted(4, 3, -2, -3)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color(chip))
        painter.drawRoundedRect(rect, 3, 3)
        painter.setFont(own.font)
        painter.setPen(own.palette.color(QPalette.ColorRole.Text))
        painter.drawText(rect.adjusted(4, 0, -5, 0), Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
        painter.restore()


class _Alike:
    """What tree and table have in common."""

    def _prepare(self: QAbstractItemView, head: QHeaderView, name: str) -> None:  # type: ignore[misc]
        self.setItemDelegateForColumn(GRADIENT, _GradientCell(self))
        self.setFrameShape(QAbstractItemView.Shape.NoFrame)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setTabKeyNavigation(False)
        self.setFont(words(12))
        self.setAccessibleName(name)
        self.setAccessibleDescription(
            "Arrows move, letters jump to a name, Enter shows a node, Ctrl and a number sorts by that column."
        )
        head.setFont(words(11))
        head.setFixedHeight(26)
        head.setHighlightSections(False)
        head.setSectionsClickable(True)
        head.setSortIndicatorShown(True)
        head.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        head.setSortIndicatorClearable(True)
        head.setMinimumSectionSize(40)
        head.setStretchLastSection(True)
        self.setSortingEnabled(True)

    def set_widths(self, head: QHeaderView) -> None:
        """How wide the columns are at first."""
        for column, width in enumerate(_WIDTHS):
            head.resizeSection(column, width)

    def set_colors(self: QAbstractItemView, c: Colors) -> None:  # type: ignore[misc]
        """Other colours."""
        kind = type(self).__mro__[2].__name__
        self.setStyleSheet(
            f"{kind} {{ background: {c.panel}; color: {c.ink}; outline: none; }}"
            f"{kind}::item {{ height: {_ROW}px; padding: 0 6px; border: none; }}"
            f"{kind}::item:hover {{ background: {c.hover}; }}"
            f"{kind}::item:selected {{ background: {c.selected}; color: {c.ink}; }}"
            f"QHeaderView {{ background: {c.sunken}; }}"
            f"QHeaderView::section {{ background: {c.sunken}; color: {c.muted}; border: none; "
            f"border-bottom: 1px solid {c.hairline}; padding: 0 6px; }}"
            f"QHeaderView::section:hover {{ color: {c.ink}; background: {c.hover}; }}"
            "QHeaderView::up-arrow, QHeaderView::down-arrow { image: none; width: 0; height: 0; }"
        )


class OutlineTree(_Alike, QTreeView):
    """Groups as branches. Signals: typed(text) for a letter that looks for a name; sort_wanted(column)."""

    typed = Signal(str)
    sort_wanted = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setUniformRowHeights(True)
        self.setExpandsOnDoubleClick(False)
        self.setIndentation(14)
        self.setTreePosition(NAME)
        self._prepare(self.header(), "Outline as a tree")

    def keyboardSearch(self, search: str) -> None:
        self.typed.emit(search)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if (column := _column_of(event)) is not None:
            self.sort_wanted.emit(column)
        elif event.key() == Qt.Key.Key_Asterisk:  # Qt would open everything below, however much that is
            self.expand(self.currentIndex().siblingAtColumn(0))
        else:
            super().keyPressEvent(event)


class OutlineTable(_Alike, QTableView):
    """Nodes alone. Signals as in OutlineTree."""

    typed = Signal(str)
    sort_wanted = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(_ROW)
        self._prepare(self.horizontalHeader(), "Outline as a table")

    def keyboardSearch(self, search: str) -> None:
        self.typed.emit(search)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if (column := _column_of(event)) is not None:
            self.sort_wanted.emit(column)
        else:
            super().keyPressEvent(event)


def _column_of(event: QKeyEvent) -> int | None:
    """The column that Ctrl and a number ask to be sorted by: 1 is the first, 0 none (-1)."""
    if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
        number = event.key() - Qt.Key.Key_0
        if 0 <= number < len(HEADS):
            return number - 1
    return None
