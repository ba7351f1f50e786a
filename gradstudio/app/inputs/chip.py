"""The gradient of an input: its number on the colour that the canvas gives it, or why there is none."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gradstudio.app.canvas.painter import color
from gradstudio.app.fonts import mono
from gradstudio.app.plain import tip
from gradstudio.picture.color import Scale, magnitude, signed, text_on
from gradstudio.picture.fonts import plain
from gradstudio.picture.numbers import gradient_text
from gradstudio.picture.tokens import Theme
from gradstudio.studio.input_gradients import InputGradient
from gradstudio.studio.outcome import View

WIDTH = 78
_HIGH = 18
_MIDDLE = Qt.AlignmentFlag.AlignCenter


@dataclass(frozen=True, slots=True)
class _Shown:
    """What it says, on which ground; no ground: there is no gradient."""

    text: str
    ground: int | None
    ink: int
    is_nan: bool = False


class GradientChip(QWidget):
    """78 px wide, so that nothing moves when a gradient comes or goes."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._shown: _Shown | None = None
        self._last: tuple[View, InputGradient, Scale] | None = None
        self._is_stale = False
        self.text = ""
        self.setFixedSize(WIDTH, _HIGH + 2)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("gradient")

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, _HIGH + 2)

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._theme = theme
        self._refresh()

    def set_stale(self, is_stale: bool) -> None:
        """The number is of an older text."""
        if is_stale != self._is_stale:
            self._is_stale = is_stale
            self.update()

    def clear(self) -> None:
        """No picture, no gradient."""
        self._last = self._shown = None
        self.text = ""
        self.setToolTip("")
        self.update()

    def show_gradient(self, view: View, gradient: InputGradient, scale: Scale) -> None:
        """The gradient of an input in the sweep that the view shows."""
        self._last = (view, gradient, scale)
        self._refresh()

    def _refresh(self) -> None:
        if self._last is None:
            self.update()
            return
        view, gradient, scale = self._last
        if gradient.row < 0:
            self._shown, self.text = None, ""
            self.setToolTip(tip(gradient.why))
            self.setAccessibleDescription(gradient.why)
            self.update()
            return
        sweep, row, t = view.trace.sweeps[view.sweep], gradient.row, self._theme
        c = sweep.cotangents
        is_scalar = c.shapes[c.shape[row]] == ()
        text = gradient_text(c, row, 9)
        if c.nan[row]:
            self._shown = _Shown(text, t.nan_soft, t.nan_text, True)
        elif c.size[row] == c.zero[row]:
            self._shown = _Shown("0", t.zero_fill, t.zero_text)
        else:
            one = np.array([c.mean[row] if is_scalar else c.rms[row]])
            ground = signed(t, scale, one) if is_scalar else magnitude(t, one)
            self._shown = _Shown(text, int(ground[0]), int(text_on(ground)[0]))
        target = plain(sweep.target_names[0]) if sweep.target_names else ""
        self.text = text
        kind = "" if is_scalar else " (root mean square)"
        said = f"∂{target or 'target'}/∂{gradient.key[0] or 'input'} = {gradient_text(c, row)}{kind}"
        self.setToolTip(tip(said))
        self.setAccessibleDescription(said)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        t, shown = self._theme, self._shown
        p = QPainter(self)
        try:
            p.setRenderHint(QPainter.RenderHint.Antialiasing)
            rect = QRectF(0.5, 1.5, WIDTH - 1, _HIGH - 1)
            p.setFont(mono(10.5))
            if shown is None:
                if self._last is not None:
                    p.setPen(QPen(color(t.ink["faint"]), 1))
                    p.drawText(rect, _MIDDLE, "–")
                return
            ground = t.stale_header if self._is_stale else shown.ground
            p.setPen(QPen(color(t.control), 1))
            p.setBrush(color(ground) if ground is not None else Qt.BrushStyle.NoBrush)
            p.drawRoundedRect(rect, 3, 3)
            if shown.is_nan and not self._is_stale:
                p.setPen(Qt.PenStyle.NoPen)
                p.setBrush(_hatched(t))
                p.drawRoundedRect(QRectF(1, 2, 8, _HIGH - 2), 2, 2)
            p.setPen(color(t.ink["muted"] if self._is_stale else shown.ink))
            p.drawText(rect, _MIDDLE, f"∂ {shown.text}")
        finally:
            p.end()


def _hatched(theme: Theme) -> QColor:
    return color(theme.nan_hatch)
