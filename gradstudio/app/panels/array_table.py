"""A lazy table of an array's last two axes, with a spin box for every axis before them."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QHBoxLayout, QSpinBox, QTableView, QVBoxLayout, QWidget

from gradstudio.app.canvas.painter import color
from gradstudio.app.fonts import mono, words
from gradstudio.app.plain import label
from gradstudio.app.theme import colors
from gradstudio.picture.color import Scale, signed, text_on
from gradstudio.picture.numbers import number, whole
from gradstudio.picture.tokens import Theme

MOST = 2000
"""Rows or columns that are offered; the note below says so where there are more."""
_Index = QModelIndex | QPersistentModelIndex
_ROLE = Qt.ItemDataRole


class ArrayModel(QAbstractTableModel):
    """A matrix; cells are written and coloured when they are seen."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._matrix = np.zeros((0, 0))
        self._scale: Scale | None = None

    def set_matrix(self, matrix: np.ndarray, scale: Scale | None = None) -> None:
        """Show another matrix (two axes); with a scale its cells are gradients."""
        self.beginResetModel()
        self._matrix, self._scale = matrix, scale
        self.endResetModel()

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self.beginResetModel()
        self._theme = theme
        self.endResetModel()

    def rowCount(self, parent: _Index | None = None) -> int:
        return min(int(self._matrix.shape[0]), MOST)

    def columnCount(self, parent: _Index | None = None) -> int:
        return min(int(self._matrix.shape[1]), MOST)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> object:
        return str(section) if role == _ROLE.DisplayRole else None

    def data(self, index: _Index, role: int = 0) -> object:
        if role == _ROLE.DisplayRole:
            return cell_text(self._matrix[index.row(), index.column()], self._scale is not None)
        if role == _ROLE.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role in (_ROLE.BackgroundRole, _ROLE.ForegroundRole) and self._scale is not None:
            return self._shade(self._matrix[index.row(), index.column()], role == _ROLE.BackgroundRole)
        return None

    def _shade(self, x: object, is_ground: bool) -> QColor:
        """Colours of one gradient."""
        value = float(np.real(np.asarray(x)))
        if np.isnan(value):
            return color(self._theme.nan_soft if is_ground else self._theme.nan_text)
        assert self._scale is not None
        ground = signed(self._theme, self._scale, np.array([value]))
        return color(ground[0] if is_ground else text_on(ground)[0])


def cell_text(x: object, is_signed: bool = False) -> str:
    """One element; gradients always carry their sign."""
    value = np.asarray(x)
    if value.dtype.kind == "b":
        return "true" if value else "false"
    if value.dtype.kind in "iu":
        return whole(int(value))
    if value.dtype.kind == "c":
        return f"{number(float(value.real))} {number(float(value.imag), sign=True)}i"
    return number(float(value), sign=is_signed)


class ArrayTable(QWidget):
    """The table with its slice chooser."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.array = np.zeros(0)
        self._scale: Scale | None = None
        self.model = ArrayModel(theme)
        self._view = QTableView()
        self._view.setModel(self.model)
        self._view.setFrameShape(QTableView.Shape.NoFrame)
        self._view.setFont(mono(10.5))
        for head, size in ((self._view.horizontalHeader(), 74), (self._view.verticalHeader(), 22)):
            head.setFont(mono(10))
            head.setDefaultSectionSize(size)
            head.setHighlightSections(False)
            head.setDefaultAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._view.setTabKeyNavigation(False)
        self._view.setAccessibleName("Elements")
        self._slices = QHBoxLayout()
        self.spins: list[QSpinBox] = []
        self.note = label("")
        self.note.setFont(words(11))
        self.note.hide()
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 10, 16, 8)
        box.setSpacing(6)
        box.addLayout(self._slices)
        box.addWidget(self._view, 1)
        box.addWidget(self.note)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        c = colors(theme.name)
        self.model.set_theme(theme)
        self._view.setStyleSheet(
            f"QTableView {{ background: {c.panel}; gridline-color: {c.hairline}; color: {c.ink}; }}"
            f"QTableView::item:selected {{ background: {c.selected}; color: {c.ink}; }}"
            f"QHeaderView, QTableCornerButton::section {{ background: {c.panel}; border: none; }}"
            f"QHeaderView::section {{ background: {c.panel}; color: {c.muted}; border: none; padding: 0 6px; }}"
        )
        self.note.setStyleSheet(f"color: {c.muted};")

    def set_array(self, array: np.ndarray, scale: Scale | None = None) -> None:
        """Show an array of one axis or more; the slice chosen before is kept where the shape is the same."""
        leading = array.shape[:-2]
        if leading != self.array.shape[:-2]:
            self._set_slices(leading)
        self.array, self._scale = array, scale
        self._refresh()

    def _set_slices(self, leading: tuple[int, ...]) -> None:
        for spin in self.spins:
            self._slices.removeWidget(spin)
            spin.deleteLater()
        self.spins = []
        for axis, length in enumerate(leading):
            spin = QSpinBox()
            spin.setRange(0, max(length - 1, 0))
            spin.setPrefix(f"axis {axis}: ")
            spin.setAccessibleName(f"index along axis {axis}")
            spin.valueChanged.connect(self._refresh)
            self._slices.addWidget(spin)
            self.spins.append(spin)

    def _refresh(self, *_: object) -> None:
        part: np.ndarray = self.array[tuple(s.value() for s in self.spins)] if self.spins else self.array
        matrix: np.ndarray = part.reshape(-1, 1) if part.ndim < 2 else part
        self.model.set_matrix(matrix, self._scale)
        self._view.horizontalHeader().setVisible(matrix.shape[1] > 1)
        is_cut = max(matrix.shape) > MOST
        self.note.setVisible(is_cut)
        self.note.setText(f"the first {MOST:,} of {max(matrix.shape):,} are shown" if is_cut else "")
