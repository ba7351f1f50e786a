"""An array as an image: one cell for each element, or for a block of elements where there are too many."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gradstudio.app.canvas.painter import color
from gradstudio.picture.color import Scale, ramp, signed
from gradstudio.picture.tokens import Theme

MOST = 96
"""Cells across and down."""
_HIGH = 112


def as_matrix(array: np.ndarray) -> np.ndarray:
    """The array with two axes: the last axis across and all others down; one axis is wrapped into rows of equal
    length where its length allows it, like the lines of a text."""
    if array.ndim > 1:
        return array.reshape(-1, array.shape[-1])
    n = array.size
    across = max(1, min(MOST, int(np.ceil(np.sqrt(2 * n)))))
    for length in range(across, max(across // 2, 1) - 1, -1):
        if n % length == 0:
            across = length
            break
    down = -(-n // across)
    if down * across == n:
        return array.reshape(down, across)
    full = np.full(down * across, np.nan, np.float64)
    full[:n] = array
    return full.reshape(down, across)


def cells(matrix: np.ndarray, is_gradient: bool) -> np.ndarray:
    """At most MOST by MOST numbers (float64): the mean of each block of values, or the entry of largest magnitude of
    a gradient, since signs would cancel; NaN wins in its block."""
    out = np.asarray(np.abs(matrix) if matrix.dtype.kind == "c" else matrix, np.float64)
    for axis in (0, 1):
        n = out.shape[axis]
        if n <= MOST:
            continue
        at = np.linspace(0, n, MOST, endpoint=False).astype(np.int64)
        if is_gradient:
            low, high = np.minimum.reduceat(out, at, axis=axis), np.maximum.reduceat(out, at, axis=axis)
            out = np.where(np.abs(low) > np.abs(high), low, high)
        else:
            counts = np.diff(np.append(at, n)).reshape((-1, 1) if axis == 0 else (1, -1))
            with np.errstate(invalid="ignore", over="ignore"):
                out = np.add.reduceat(out, at, axis=axis) / counts
    return out


def cell_colors(theme: Theme, numbers: np.ndarray, scale: Scale | None) -> np.ndarray:
    """uint32 colours: greys from the smallest to the largest for values, the signed scale for gradients."""
    finite = np.isfinite(numbers)
    if scale is not None:
        out = signed(theme, scale, np.where(finite, numbers, 0.0)).copy()
    else:
        part = np.full(numbers.shape, 0.5)
        if finite.any():
            low, high = float(numbers[finite].min()), float(numbers[finite].max())
            with np.errstate(over="ignore", invalid="ignore"):
                span = high - low
                if 0 < span < np.inf:
                    part = np.clip(np.where(finite, (numbers - low) / span, 0.0), 0.0, 1.0)
        table = ramp(tuple(f"#{c & 0xFFFFFF:06X}" for c in theme.thumbnail))
        out = table[np.round(part * 256).astype(int)].copy()
    out[np.isnan(numbers)] = theme.nan_hatch
    out[np.isinf(numbers)] = theme.infinite_outline
    return out


class ImageStrip(QWidget):
    """The image, as wide as its place."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._numbers = np.zeros((0, 0))
        self._rest = 0  # cells of the last row that stand for nothing
        self._scale: Scale | None = None
        self.setFixedHeight(_HIGH)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("The array as an image")

    def sizeHint(self) -> QSize:
        return QSize(288, _HIGH)

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._theme = theme
        self.update()

    def set_array(self, array: np.ndarray, scale: Scale | None = None) -> str:
        """Show an array with at least one element; gives its size in words. With a scale it is a gradient."""
        matrix = as_matrix(array)
        self._scale = scale
        self._rest = matrix.size - array.size if max(matrix.shape) <= MOST else 0
        self._numbers = cells(matrix, scale is not None)
        down = self._numbers.shape[0]
        self.setFixedHeight(min(_HIGH, max(24, 24 * down)))
        self.update()
        columns, rows = matrix.shape[1], matrix.shape[0]
        return f"{columns:,} {'column' if columns == 1 else 'columns'} × {rows:,} {'row' if rows == 1 else 'rows'}"

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._numbers.size:
            return
        t = self._theme
        shades = cell_colors(t, self._numbers, self._scale)
        if self._rest:
            shades[-1, shades.shape[1] - self._rest :] = t.surface["panel"]
        shades = np.ascontiguousarray(shades)
        down, across = shades.shape
        image = QImage(shades.data, across, down, across * 4, QImage.Format.Format_RGB32)
        p = QPainter(self)
        try:
            p.drawImage(QRectF(0.5, 0.5, self.width() - 1, self.height() - 1), image, QRectF(0, 0, across, down))
            p.setPen(QPen(color(t.hairline), 1.0))
            if across <= 64 and down <= 32:
                wide, high = (self.width() - 1) / across, (self.height() - 1) / down
                for k in range(1, across):
                    p.drawLine(round(k * wide), 0, round(k * wide), self.height())
                for k in range(1, down):
                    p.drawLine(0, round(k * high), self.width(), round(k * high))
            p.drawRect(0, 0, self.width() - 1, self.height() - 1)
        finally:
            p.end()
