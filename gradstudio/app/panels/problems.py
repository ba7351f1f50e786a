"""Problems: what went wrong, where, why, and how to mend it; a click leads there."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLabel,
    QStackedLayout,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from gradstudio.app.canvas.painter import color
from gradstudio.app.fonts import words
from gradstudio.app.icons import pixmap
from gradstudio.engine.problem import Problem
from gradstudio.picture.fonts import plain
from gradstudio.picture.tokens import Theme

_HEADS = ("", "line", "what happened, and why", "how to mend it")
_Index = QModelIndex | QPersistentModelIndex


class ProblemModel(QAbstractTableModel):
    """One row for each problem."""

    def __init__(self) -> None:
        super().__init__()
        self.problems: list[Problem] = []

    def set_problems(self, problems: Sequence[Problem]) -> None:
        """Replace all rows."""
        self.beginResetModel()
        self.problems = list(problems)
        self.endResetModel()

    def rowCount(self, parent: _Index | None = None) -> int:
        return len(self.problems)

    def columnCount(self, parent: _Index | None = None) -> int:
        return len(_HEADS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> object:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return _HEADS[section]
        return None

    def data(self, index: _Index, role: int = 0) -> object:
        p = self.problems[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            line = f"line {p.span[0]}" if p.span[0] else ""
            return ("", line, plain(p.message, 300), plain(p.hint, 300))[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole and index.column() > 1:
            return plain(p.message + (f" — {p.hint}" if p.hint else ""), 300)
        if role == Qt.ItemDataRole.AccessibleTextRole and index.column() == 0:
            return {"error": "error", "warn": "warning"}.get(p.severity, "note")
        return None


class _IconDelegate(QStyledItemDelegate):
    """Octagon, triangle or circle by severity: the shape says it without the colour."""

    def __init__(self, owner: Problems) -> None:
        super().__init__(owner)
        self._owner = owner

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        super().paint(painter, option, index)
        p = self._owner.model.problems[index.row()]
        rect: QRect = option.rect  # type: ignore[attr-defined]
        image = pixmap(p.severity if p.severity in ("error", "warn") else "info", self._owner.severity_color(p.severity), 16, 1.0)
        painter.drawPixmap(rect.center().x() - 8, rect.center().y() - 8, image)

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(40, 28)


class Problems(QWidget):
    """Signal problem_activated(Problem): a row was clicked or chosen with Enter."""

    title = "Problems"
    problem_activated = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.model = ProblemModel()
        self._table = QTableView()
        self._table.setModel(self.model)
        self._table.setItemDelegateForColumn(0, _IconDelegate(self))
        self._table.setFrameShape(QTableView.Shape.NoFrame)
        self._table.setShowGrid(False)
        self._table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self._table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self._table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._table.setTabKeyNavigation(False)
        self._table.setWordWrap(False)
        self._table.setFont(words(12))
        self._table.verticalHeader().hide()
        self._table.verticalHeader().setDefaultSectionSize(28)
        head = self._table.horizontalHeader()
        head.setFont(words(11))
        head.setHighlightSections(False)
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        head.setMinimumSectionSize(32)
        head.resizeSection(0, 40)
        head.resizeSection(1, 70)
        head.setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        head.setSectionResizeMode(3, QHeaderView.ResizeMode.Stretch)
        self._table.setAccessibleName("Problems")
        self._table.clicked.connect(self._on_chosen)
        self._table.activated.connect(self._on_chosen)
        self._empty = QLabel("No problems.")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self._empty.setContentsMargins(16, 12, 16, 12)
        self._stack = QStackedLayout(self)
        self._stack.setContentsMargins(0, 0, 0, 0)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._table)
        self.set_theme(theme)

    def set_problems(self, problems: Sequence[Problem]) -> None:
        """Show these, errors first."""
        order = {"error": 0, "warn": 1}
        self.model.set_problems(sorted(problems, key=lambda p: order.get(p.severity, 2)))
        self._stack.setCurrentIndex(1 if problems else 0)

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._theme = theme
        self._empty.setStyleSheet(f"color: {QColor(color(theme.ink['muted'])).name()};")
        band, ink, line = (QColor(color(c)).name() for c in (theme.surface["band"], theme.ink["muted"], theme.hairline))
        self._table.setStyleSheet(
            f"QHeaderView::section {{ background: {band}; color: {ink}; border: none; border-bottom: 1px solid {line}; "
            f"padding: 4px 8px; }} QTableView::item {{ padding: 0 8px; border-bottom: 1px solid {line}; }}"
            f"QTableView::item:selected {{ background: {QColor(color(theme.accent_soft)).name()}; "
            f"color: {QColor(color(theme.ink['ink'])).name()}; }}"
        )
        self.update()

    def severity_color(self, severity: str) -> str:
        """ "#RRGGBB" of a severity."""
        t = self._theme
        return QColor(color({"error": t.error, "warn": t.warn}.get(severity, t.info))).name()

    @property
    def problems(self) -> list[Problem]:
        """What is shown, in order."""
        return self.model.problems

    def _on_chosen(self, index: QModelIndex) -> None:
        self.problem_activated.emit(self.model.problems[index.row()])
