"""A lazy table of an array's last two axes, with a spin box for every axis before them."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSpinBox, QTableView, QVBoxLayout, QWidget

from gradstudio.app.fonts import mono, words
from gradstudio.picture.numbers import number, whole

_MOST = 2000  # rows or columns that are offered
_Index = QModelIndex | QPersistentModelIndex


class ArrayModel(QAbstractTableModel):
    """A matrix; cells are formatted when they are seen."""

    def __init__(self) -> None:
        super().__init__()
        self._matrix = np.zeros((0, 0))

    def set_matrix(self, matrix: np.ndarray) -> None:
        """Show another matrix (two axes)."""
        self.beginResetModel()
        self._matrix = matrix
        self.endResetModel()

    def rowCount(self, parent: _Index | None = None) -> int:
        return min(int(self._matrix.shape[0]), _MOST)

    def columnCount(self, parent: _Index | None = None) -> int:
        return min(int(self._matrix.shape[1]), _MOST)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> object:
        return str(section) if role == Qt.ItemDataRole.DisplayRole else None

    def data(self, index: _Index, role: int = 0) -> object:
        if role == Qt.ItemDataRole.DisplayRole:
            return cell_text(self._matrix[index.row(), index.column()])
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None


def cell_text(x: object) -> str:
    """One element."""
    value = np.asarray(x)
    if value.dtype.kind == "b":
        return "true" if value else "false"
    if value.dtype.kind in "iu":
        return whole(int(value))
    if value.dtype.kind == "c":
        return f"{number(float(value.real))} {number(float(value.imag), sign=True)}i"
    return number(float(value))


class ArrayTable(QWidget):
    """The table with its slice chooser."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._array = np.zeros(0)
        self._model = ArrayModel()
        self._view = QTableView()
        self._view.setModel(self._model)
        self._view.setFont(mono(10.5))
        self._view.horizontalHeader().setFont(mono(9))
        self._view.verticalHeader().setFont(mono(9))
        self._view.horizontalHeader().setDefaultSectionSize(72)
        self._view.verticalHeader().setDefaultSectionSize(20)
        self._view.setTabKeyNavigation(False)
        self._view.setAccessibleName("Elements")
        self._slices = QHBoxLayout()
        self._spins: list[QSpinBox] = []
        self._note = QLabel()
        self._note.setFont(words(11))
        self._note.hide()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(6)
        box.addLayout(self._slices)
        box.addWidget(self._view, 1)
        box.addWidget(self._note)

    def set_array(self, array: np.ndarray) -> None:
        """Show an array of one axis or more."""
        leading = array.shape[:-2]
        if leading != self._array.shape[:-2]:
            for spin in self._spins:
                self._slices.removeWidget(spin)
                spin.deleteLater()
            self._spins = []
            for axis, length in enumerate(leading):
                spin = QSpinBox()
                spin.setRange(0, max(length - 1, 0))
                spin.setPrefix(f"axis {axis}: ")
                spin.setAccessibleName(f"index along axis {axis}")
                spin.valueChanged.connect(self._refresh)
                self._slices.addWidget(spin)
                self._spins.append(spin)
        self._array = array
        self._refresh()

    def _refresh(self) -> None:
        part = self._array[tuple(s.value() for s in self._spins)] if self._spins else self._array
        matrix = part.reshape(-1, 1) if part.ndim < 2 else part
        self._model.set_matrix(matrix)
        self._view.horizontalHeader().setVisible(matrix.shape[1] > 1)
        cut = max(matrix.shape) > _MOST
        self._note.setVisible(cut)
        self._note.setText(f"the first {_MOST} of {max(matrix.shape)} are shown" if cut else "")
