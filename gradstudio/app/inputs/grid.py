"""Grid: the numbers of an array in the text, edited cell by cell or pasted from a spreadsheet."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QEvent, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QSpinBox,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from gradstudio.app.fonts import mono, words
from gradstudio.app.inputs.popup import Popup
from gradstudio.app.plain import label
from gradstudio.picture.tokens import Theme
from gradstudio.studio.edits.edit import Refused
from gradstudio.studio.edits.literals import MOST_ELEMENTS, too_many
from gradstudio.studio.edits.number_text import number_text
from gradstudio.studio.edits.typed_numbers import cells, number

_Index = QModelIndex | QPersistentModelIndex
_ROLE = Qt.ItemDataRole
_CELL = (76, 24)
_SHOWN = (5, 8)  # columns and rows in view


class GridModel(QAbstractTableModel):
    """A matrix whose cells may be written. Signals: written(row, column, value); refused(why)."""

    written = Signal(int, int, float)
    refused = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.matrix = np.zeros((0, 0))
        self.like = "1.0"

    def show(self, matrix: np.ndarray, like: str) -> None:
        """Another matrix; where its shape is the same, selection and place stay."""
        if matrix.shape == self.matrix.shape and like == self.like:
            self.matrix = matrix
            self.dataChanged.emit(self.index(0, 0), self.index(matrix.shape[0] - 1, matrix.shape[1] - 1))
            return
        self.beginResetModel()
        self.matrix, self.like = matrix, like
        self.endResetModel()

    def rowCount(self, parent: _Index | None = None) -> int:
        return int(self.matrix.shape[0])

    def columnCount(self, parent: _Index | None = None) -> int:
        return int(self.matrix.shape[1])

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> object:
        return str(section) if role == _ROLE.DisplayRole else None

    def flags(self, index: _Index) -> Qt.ItemFlag:
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEditable

    def data(self, index: _Index, role: int = 0) -> object:
        if role in (_ROLE.DisplayRole, _ROLE.EditRole):
            return self.text(index.row(), index.column())
        if role == _ROLE.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def text(self, row: int, column: int) -> str:
        """A cell as it is written."""
        return number_text(float(self.matrix[row, column]), self.like)

    def setData(self, index: _Index, value: object, role: int = _ROLE.EditRole) -> bool:
        try:
            self.written.emit(index.row(), index.column(), number(str(value), "The cell"))
        except Refused as error:
            self.refused.emit(str(error))
            return False
        return True


class Grid(Popup):
    """Signal changed(array): the array is to have these numbers; what it then has comes back by show_values()."""

    changed = Signal(object)

    def __init__(self, parent: QWidget, theme: Theme, title: str, values: np.ndarray, is_whole: bool) -> None:
        super().__init__(parent, theme, f"Numbers of {title}")
        self.key: tuple[str, int] = ("", 0)
        self.values = values
        self.model = GridModel()
        self.model.written.connect(self._on_written)
        self.model.refused.connect(self.refuse)
        self.table = QTableView()
        self.table.setModel(self.model)
        self.table.setFont(mono(11))
        self.table.setAccessibleName(f"Numbers of {title}")
        self.table.installEventFilter(self)
        self.table.setEditTriggers(QTableView.EditTrigger.AllEditTriggers & ~QTableView.EditTrigger.CurrentChanged)
        for head, size in ((self.table.horizontalHeader(), _CELL[0]), (self.table.verticalHeader(), _CELL[1])):
            head.setFont(mono(10))
            head.setDefaultSectionSize(size)
            head.setMinimumSectionSize(20)
            head.setHighlightSections(False)
        self.spins: list[QSpinBox] = []
        slices = QHBoxLayout()
        for axis, length in enumerate(values.shape[:-2]):
            spin = QSpinBox()
            spin.setRange(0, length - 1)
            spin.setPrefix(f"axis {axis}: ")
            spin.setAccessibleName(f"index along axis {axis}")
            spin.valueChanged.connect(self._refresh)
            slices.addWidget(spin)
            self.spins.append(spin)
        slices.addStretch(1)
        head_line = label(title)
        head_line.setFont(words(12, 600))
        self.note = label("")
        self.note.setFont(words(11))
        self.note.setWordWrap(True)
        self.buttons: dict[str, QPushButton] = {}
        buttons = QGridLayout()
        buttons.setSpacing(6)
        asked = (("Add row", 0, 1), ("Remove row", 0, -1), ("Add column", 1, 1), ("Remove column", 1, -1))
        for place, (word, axis, by) in enumerate(asked):
            if values.ndim > 2 or axis >= values.ndim:
                continue
            button = QPushButton(word)
            button.setFont(words(11))
            button.setStyleSheet("min-height: 22px; padding: 0 8px;")
            button.setAutoDefault(False)
            button.clicked.connect(lambda _=False, axis=axis, by=by: self.resize_by(axis, by))
            buttons.addWidget(button, 0, place)
            self.buttons[word] = button
        foot = QHBoxLayout()
        foot.addLayout(buttons)
        foot.addStretch(1)
        box = QVBoxLayout(self)
        box.setContentsMargins(12, 10, 12, 12)
        box.setSpacing(8)
        box.addWidget(head_line)
        if self.spins:
            box.addLayout(slices)
        box.addWidget(self.table, 1)
        box.addWidget(self.note)
        box.addLayout(foot)
        self.set_theme(theme)
        self.show_values(values, is_whole)

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self.theme = theme
        c = self.colors
        self.table.setStyleSheet(
            f"QTableView {{ background: {c.panel}; gridline-color: {c.hairline}; color: {c.ink};"
            f" border: 1px solid {c.control}; }}"
            f"QTableView::item:selected {{ background: {c.selected}; color: {c.ink}; }}"
            f"QTableView QLineEdit {{ border: 1px solid {c.accent}; border-radius: 0; padding: 0 4px; }}"
            f"QHeaderView, QTableCornerButton::section {{ background: {c.sunken}; border: none; }}"
            f"QHeaderView::section {{ background: {c.sunken}; color: {c.muted}; border: none; padding: 0 6px; }}"
        )
        self.update()

    def _fit(self) -> None:
        """As large as its numbers, up to a size."""
        across, down = min(self.model.columnCount(), _SHOWN[0]), min(self.model.rowCount(), _SHOWN[1])
        head = _CELL[1] if self.values.ndim > 1 else 0
        bar = 12 if self.model.columnCount() > _SHOWN[0] else 0
        self.table.setFixedSize(max(across * _CELL[0] + 56, 384), max(down, 2) * _CELL[1] + head + bar + 4)
        self.fit()

    def open_at(self, anchor: QWidget) -> None:
        super().open_at(anchor)
        self.table.setFocus()
        self.table.setCurrentIndex(self.model.index(0, 0))

    # what is shown

    def show_values(self, values: np.ndarray, is_whole: bool) -> None:
        """The array as it stands in the text now."""
        if values.ndim != self.values.ndim:
            self.close()
            return
        self.values = values
        for spin, length in zip(self.spins, values.shape[:-2], strict=True):
            spin.setMaximum(length - 1)
        self._like = "1" if is_whole else "1.0"
        self._refresh()

    def _refresh(self, *_: object) -> None:
        part: np.ndarray = self.values[tuple(s.value() for s in self.spins)] if self.spins else self.values
        self.model.show(part.reshape(-1, 1) if part.ndim < 2 else part, self._like)
        self.table.horizontalHeader().setVisible(self.values.ndim > 1)
        is_narrow = self.model.columnCount() <= _SHOWN[0]
        mode = QHeaderView.ResizeMode.Stretch if is_narrow else QHeaderView.ResizeMode.Interactive
        self.table.horizontalHeader().setSectionResizeMode(mode)
        self._fit()
        self.note.setStyleSheet(f"color: {self.colors.muted};")
        size = " × ".join(map(str, self.values.shape))
        self.note.setText(f"{size} {'number' if self.values.size == 1 else 'numbers'}. Ctrl+V pastes cells.")
        rows, columns = self.model.matrix.shape
        for word, button in self.buttons.items():
            button.setEnabled(word.startswith("Add") or (rows if word == "Remove row" else columns) > 1)

    def refuse(self, why: str) -> None:
        """Say why something was not done; the numbers stay as they are."""
        self.note.setStyleSheet(f"color: {self.colors.error};")
        self.note.setText(why)

    # what is asked for

    def _on_written(self, row: int, column: int, value: float) -> None:
        if self.model.matrix[row, column] != value:
            matrix = self.model.matrix.copy()
            matrix[row, column] = value
            self._want(matrix)

    def resize_by(self, axis: int, by: int) -> None:
        """A row (axis 0) or column (1) more or less, at the one that is chosen."""
        matrix, index = self.model.matrix, self.table.currentIndex()
        at = index.row() if axis == 0 else index.column()
        at = at if at >= 0 else matrix.shape[axis] - 1
        if by > 0:
            self._want(np.insert(matrix, at + 1, 0.0, axis))
        elif matrix.shape[axis] > 1:
            self._want(np.delete(matrix, at, axis))
        row, column = (at + by, index.column()) if axis == 0 else (index.row(), at + by)
        rows, columns = self.model.matrix.shape
        self.table.setCurrentIndex(self.model.index(min(max(row, 0), rows - 1), min(max(column, 0), columns - 1)))
        self.table.setFocus()

    def paste(self, text: str) -> None:
        """Cells of a spreadsheet, from the chosen cell on; the array grows where they reach beyond it."""
        try:
            new = cells(text)
        except Refused as error:
            self.refuse(str(error))
            return
        matrix, index = self.model.matrix, self.table.currentIndex()
        row, column = max(index.row(), 0), max(index.column(), 0)
        if self.values.ndim == 1 and new.shape[0] == 1:
            new = new.reshape(-1, 1)  # a row of a spreadsheet into an array of one axis
        rows, columns = max(row + new.shape[0], matrix.shape[0]), max(column + new.shape[1], matrix.shape[1])
        if rows * columns > MOST_ELEMENTS:
            self.refuse(too_many(rows * columns))
            return
        if (rows, columns) != matrix.shape and (self.spins or (self.values.ndim == 1 and columns > 1)):
            self.refuse(f"{new.shape[0]} × {new.shape[1]} cells do not fit here, and this array cannot grow that way.")
            return
        grown = np.zeros((rows, columns))
        grown[: matrix.shape[0], : matrix.shape[1]] = matrix
        grown[row : row + new.shape[0], column : column + new.shape[1]] = new
        self._want(grown)

    def copy(self) -> None:
        """The chosen cells, for a spreadsheet."""
        chosen = self.table.selectionModel().selectedIndexes()
        if not chosen:
            return
        rows, columns = sorted({i.row() for i in chosen}), sorted({i.column() for i in chosen})
        lines = ["\t".join(self.model.text(r, c) for c in columns) for r in rows]
        QGuiApplication.clipboard().setText("\n".join(lines))

    def _want(self, matrix: np.ndarray) -> None:
        if self.spins:
            whole = self.values.copy()
            whole[tuple(s.value() for s in self.spins)] = matrix
        else:
            whole = matrix.reshape(-1) if self.values.ndim == 1 else matrix
        self.changed.emit(whole)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is not self.table or not isinstance(event, QKeyEvent):
            return super().eventFilter(watched, event)
        pastes, copies = (event.matches(k) for k in (QKeySequence.StandardKey.Paste, QKeySequence.StandardKey.Copy))
        if event.type() == QEvent.Type.ShortcutOverride and (pastes or copies):
            event.accept()  # the keys are meant for the cells, not for the text
            return True
        if event.type() != QEvent.Type.KeyPress:
            return super().eventFilter(watched, event)
        if pastes:
            self.paste(QGuiApplication.clipboard().text())
        elif copies:
            self.copy()
        elif event.key() == Qt.Key.Key_Escape:
            self.finish()
        else:
            return super().eventFilter(watched, event)
        return True
