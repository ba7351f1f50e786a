"""Problems: what went wrong, where, why, and how to mend it; a click leads there."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStackedLayout,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from gradstudio.app.fonts import mono, words
from gradstudio.app.icons import pixmap
from gradstudio.app.plain import label, tip
from gradstudio.app.theme import colors
from gradstudio.engine.problem import Problem
from gradstudio.graph.query import node_of_record
from gradstudio.picture.fonts import plain
from gradstudio.picture.tokens import Theme
from gradstudio.studio.fixes import MOST_FIXES, fix_of
from gradstudio.studio.outcome import Outcome
from gradstudio.studio.session import Session

_HEADS = ("", "node", "line", "what happened, and why", "how to mend it", "")
_NODE, _LINE, _WHAT, _FIX = 1, 2, 3, 5
_WORST = ("error", "warn", "info")
_Index = QModelIndex | QPersistentModelIndex


class ProblemModel(QAbstractTableModel):
    """One row for each problem."""

    def __init__(self) -> None:
        super().__init__()
        self.problems: list[Problem] = []
        self._names: list[str] = []
        self.fixes: list[str] = []

    def set_problems(self, problems: Sequence[Problem], names: Sequence[str], fixes: Sequence[str]) -> None:
        """Replace all rows; names of the nodes they are about and what would fix them ("" for none), in the same
        order."""
        self.beginResetModel()
        self.problems, self._names = list(problems), [plain(name, 40) for name in names]
        self.fixes = [f"Fix: {plain(fix, 60)}" if fix else "" for fix in fixes]
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
            return (
                "",
                self._names[index.row()],
                line,
                plain(p.message, 300),
                plain(p.hint, 300),
                self.fixes[index.row()],
            )[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole and index.column() == _FIX:
            return "Show which lines change" if self.fixes[index.row()] else None
        if role == Qt.ItemDataRole.ToolTipRole and index.column() >= _WHAT:
            return tip(plain(p.message, 300) + (f"\n{plain(p.hint, 300)}" if p.hint else ""))
        if role == Qt.ItemDataRole.AccessibleTextRole and index.column() == 0:
            return {"error": "error", "warn": "warning"}.get(p.severity, "note")
        if role == Qt.ItemDataRole.FontRole and index.column() == _NODE:
            return mono(11.5, 600)
        return None


class _IconDelegate(QStyledItemDelegate):
    """Octagon, triangle or circle by severity: the shape says it without the colour."""

    def __init__(self, owner: Problems) -> None:
        super().__init__(owner)
        self._owner = owner

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        super().paint(painter, option, index)
        p = self._owner.model.problems[index.row()]
        rect: QRect = option.rect
        name = p.severity if p.severity in ("error", "warn") else "info"
        ratio = self._owner.devicePixelRatioF()
        image = pixmap(name, self._owner.severity_color(p.severity), 16, ratio)
        painter.drawPixmap(rect.center().x() - 8, rect.center().y() - 8, image)

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(40, 28)


class _FixDelegate(QStyledItemDelegate):
    """The fix as something to click."""

    def __init__(self, owner: Problems) -> None:
        super().__init__(owner)
        self._owner = owner

    def initStyleOption(self, option: QStyleOptionViewItem, index: _Index) -> None:
        super().initStyleOption(option, index)
        ink = QColor(self._owner.link_color())
        for role in (QPalette.ColorRole.Text, QPalette.ColorRole.HighlightedText):
            option.palette.setColor(role, ink)
        option.font = words(12, 500)


class Problems(QWidget):
    """The problems of the last run; a click goes to the place and selects the node.

    Signals: count_changed(how many errors and warnings, or notes if there are no others; the worst severity);
    fix_wanted(problem) when its fix is to be shown.
    """

    id = "problems"
    title = "Problems"
    count_changed = Signal(int, str)
    fix_wanted = Signal(object)

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._of: Outcome | None = None  # whose fixes these are
        self._fixes: list[str] = []
        self._theme = theme
        self.model = ProblemModel()
        self._table = QTableView()
        self._table.setModel(self.model)
        self._table.setItemDelegateForColumn(0, _IconDelegate(self))
        self._table.setItemDelegateForColumn(_FIX, _FixDelegate(self))
        self._table.setFrameShape(QTableView.Shape.NoFrame)
        self._table.setShowGrid(False)
        self._table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self._table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self._table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._table.setTabKeyNavigation(False)
        self._table.setWordWrap(False)
        self._table.setFont(words(12))
        self._table.verticalHeader().hide()
        self._table.verticalHeader().setDefaultSectionSize(32)
        self._shape_head(self._table.horizontalHeader())
        self._table.setAccessibleName("Problems")
        self._table.clicked.connect(self._on_chosen)
        self._table.activated.connect(self._on_chosen)
        self._empty = label("No problems.")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self._empty.setContentsMargins(16, 12, 16, 12)
        self._stack = QStackedLayout(self)
        self._stack.setContentsMargins(0, 0, 0, 0)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._table)
        self.set_theme(theme)
        session.document_changed.connect(self._refresh)
        session.runs.finished.connect(self._refresh)
        session.runs.drawn.connect(self._refresh)

    @staticmethod
    def _shape_head(head: QHeaderView) -> None:
        head.setFont(words(11))
        head.setFixedHeight(26)
        head.setHighlightSections(False)
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        head.setMinimumSectionSize(32)
        for section, size in ((0, 44), (_NODE, 110), (_LINE, 70), (_FIX, 210)):
            head.resizeSection(section, size)
            head.setSectionResizeMode(section, QHeaderView.ResizeMode.Fixed)
        for section in (_WHAT, _WHAT + 1):
            head.setSectionResizeMode(section, QHeaderView.ResizeMode.Stretch)

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._theme = theme
        c = colors(theme.name)
        self._empty.setStyleSheet(f"color: {c.muted}; background: {c.panel};")
        self._table.setStyleSheet(
            f"QTableView {{ background: {c.panel}; color: {c.ink}; }}"
            f"QHeaderView {{ background: {c.sunken}; }}"
            f"QHeaderView::section {{ background: {c.sunken}; color: {c.muted}; border: none; "
            f"border-bottom: 1px solid {c.hairline}; padding: 0 4px; }}"
            f"QTableView::item {{ padding: 0 4px; border-bottom: 1px solid {c.hairline}; }}"
            f"QTableView::item:selected {{ background: {c.selected}; color: {c.ink}; }}"
        )
        self.update()

    def severity_color(self, severity: str) -> str:
        """ "#RRGGBB" of a severity."""
        c = colors(self._theme.name)
        return {"error": c.error, "warn": c.warn}.get(severity, c.info)

    def link_color(self) -> str:
        """ "#RRGGBB" of what can be clicked."""
        return colors(self._theme.name).accent

    @property
    def problems(self) -> list[Problem]:
        """What is shown, in order: errors first."""
        return self.model.problems

    def _refresh(self, *_: object) -> None:
        outcome = self._session.runs.outcome
        found = () if outcome is None else outcome.problems
        shown = sorted(found, key=lambda p: _rank(p.severity))
        if self._of is not outcome:  # the pictures of one run change names only
            fixes = [self._fix(p) for p in shown[:MOST_FIXES]]
            self._of, self._fixes = outcome, fixes + [""] * (len(shown) - len(fixes))
        self.model.set_problems(shown, [self._name(p) for p in shown], self._fixes)
        self._table.setColumnHidden(_FIX, not any(self.model.fixes))
        self._stack.setCurrentIndex(1 if shown else 0)
        worst = shown[0].severity if shown else ""
        grave = sum(_rank(p.severity) < 2 for p in shown)
        self.count_changed.emit(grave or len(shown), worst)

    def _name(self, problem: Problem) -> str:
        """What the picture calls the node a problem is about."""
        view, outcome = self._session.runs.view, self._session.runs.outcome
        if problem.record < 0 or view is None or outcome is None or view.text != outcome.text:
            return ""
        node = node_of_record(view.graph, problem.record)
        return view.graph.title[node] if node >= 0 else ""

    def _fix(self, problem: Problem) -> str:
        """What would fix it, in a few words."""
        outcome = self._session.runs.outcome
        fix = fix_of(problem, outcome.text) if outcome is not None else None
        return fix.words if fix is not None else ""

    def _on_chosen(self, index: QModelIndex) -> None:
        problem = self.model.problems[index.row()]
        if index.column() == _FIX and self.model.fixes[index.row()]:
            self.fix_wanted.emit(problem)
            return
        self._session.selection.go_to(problem.span)
        if problem.record >= 0:
            self._session.selection.select_record(problem.record)


def _rank(severity: str) -> int:
    return _WORST.index(severity) if severity in _WORST else len(_WORST)
