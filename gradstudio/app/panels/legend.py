"""The legend strip under the canvas: what each colour means, always in view, and what a person chooses of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget

from gradstudio.app.canvas.painter import color
from gradstudio.app.panels.legend_parts import Choice, Lock, draw_scale, overhang
from gradstudio.app.theme import colors
from gradstudio.picture.color import Scale, scale_of
from gradstudio.picture.legend import ScaleLegend, legend
from gradstudio.picture.tokens import Theme
from gradstudio.studio.outcome import View
from gradstudio.studio.session import Session

_HEIGHT = 32
_ROOM = 600  # below this width the second scale is left out
_LEFT = 8
_GAP = 22  # between the scales
ARRAYS = (("rms", "root mean square"), ("max", "largest magnitude"), ("mean", "mean"))
"""What may stand for an array: word and meaning."""


class Legend(QWidget):
    """Shows the two scales in the range of the sweep that is shown, or in a locked one.

    Signals: scale_changed(scale), None where it is the sweep's own; array_wanted("rms" | "max" | "mean"), what stands
    for the gradient of an array; measure_wanted(name), "" for the gradient.
    """

    scale_changed = Signal(object)
    array_wanted = Signal(str)
    measure_wanted = Signal(str)

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._own = Scale()  # of the sweep shown
        self._locked: Scale | None = None
        self._array = "rms"
        self._measure = ""
        self._measures: tuple[tuple[str, str], ...] = ()
        shell = colors(theme.name)
        self._colors = Choice(shell, "What colours the nodes", self)
        self._arrays = Choice(shell, "What stands for the gradient of an array", self)
        self._lock = Lock(shell, self)
        self._lock.toggled.connect(self.set_locked)
        self._colors.clicked.connect(self._choose_measure)
        self._arrays.clicked.connect(self._choose_array)
        session.runs.drawn.connect(self._on_drawn)
        self.setFixedHeight(_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Legend of gradient colours")
        self._arrange()

    def sizeHint(self) -> QSize:
        return QSize(400, _HEIGHT)

    # what the window tells it

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._theme = theme
        for part in (self._colors, self._arrays, self._lock):
            part.set_colors(colors(theme.name))
        self._arrange()

    def set_measures(self, measures: tuple[tuple[str, str], ...]) -> None:
        """What nodes can be coloured by beside the gradient: name and title of each."""
        self._measures = measures

    def set_measure(self, name: str) -> None:
        """Nodes are coloured by this measure now; "": by the gradient."""
        self._measure = name
        self._arrange()

    def set_array(self, name: str) -> None:
        """This stands for the gradient of an array now."""
        self._array = name
        self._arrange()

    @property
    def scale(self) -> Scale:
        """The range of the signed scale."""
        return self._locked if self._locked is not None else self._own

    @property
    def is_locked(self) -> bool:
        """Whether the range stays when another run or sweep is shown."""
        return self._locked is not None

    def set_locked(self, is_locked: bool) -> None:
        """Keep the range as it is now, or let each sweep have its own."""
        if is_locked != self.is_locked:
            self._locked = self._own if is_locked else None
            self._lock.setChecked(is_locked)
            self._arrange()
            self.scale_changed.emit(self._locked)

    # choosing

    def menu_of_measures(self) -> QMenu:
        """The gradient and every measure, one of them checked."""
        rows = (("", "Gradient"), *self._measures)
        return self._menu(rows, self._measure, self._want_measure)

    def menu_of_arrays(self) -> QMenu:
        """What may stand for an array, one of them checked."""
        rows = tuple((name, f"{name}: {meaning}") for name, meaning in ARRAYS)
        return self._menu(rows, self._array, self._want_array)

    def _menu(self, rows: tuple[tuple[str, str], ...], chosen: str, want: Callable[[str], None]) -> QMenu:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        group = QActionGroup(menu)
        for name, title in rows:
            action = QAction(title.replace("&", "&&"), menu)
            action.setCheckable(True)
            action.setChecked(name == chosen)
            action.triggered.connect(partial(want, name))
            group.addAction(action)
            menu.addAction(action)
        return menu

    def _choose_measure(self) -> None:
        self.menu_of_measures().popup(self._colors.mapToGlobal(QPoint(0, 0)))

    def _choose_array(self) -> None:
        self.menu_of_arrays().popup(self._arrays.mapToGlobal(QPoint(0, 0)))

    def _want_measure(self, name: str, _: bool = False) -> None:
        if name != self._measure:
            self.set_measure(name)
            self.measure_wanted.emit(name)

    def _want_array(self, name: str, _: bool = False) -> None:
        if name != self._array:
            self.set_array(name)
            self.array_wanted.emit(name)

    # painting

    def _on_drawn(self, view: View | None) -> None:
        self._own = scale_of(view.trace, view.sweep) if view is not None else Scale()
        self._arrange()

    def _scales(self) -> tuple[ScaleLegend, ScaleLegend]:
        return legend(self._theme, self.scale)

    def _arrange(self) -> None:
        """Give every part its place: the signed scale always, the other and the words of the lock where they fit."""
        signed, _ = self._scales()
        said = "locked" if self.is_locked else "this run"
        title = next((title for name, title in self._measures if name == self._measure), "Gradient")
        self.setAccessibleDescription(
            f"signed scale from {signed.ticks[0][1]} to {signed.ticks[-1][1]}, range: {said}, arrays: {self._array}"
        )
        is_wide = self.width() >= _ROOM
        self._colors.show_text(title, 140.0 if is_wide else 96.0)
        self._arrays.show_text(f"Arrays, {self._array}", 120.0)
        self._arrays.setVisible(is_wide)
        self._colors.move(_LEFT, 3)
        self._lock.show_text(f"range: {said}", self.width() - (540.0 if is_wide else 340.0))
        self._lock.move(self.width() - self._lock.width() - _LEFT, 3)
        (_, end), _ = self._bars()
        self._arrays.move(round(end + overhang(signed) + _GAP - 8), 3)
        self.update()

    def _bars(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """Left and right end of both bars; the second is empty where there is no room for it."""
        signed, sizes = self._scales()
        left = self._colors.geometry().right() + 1 + overhang(signed)
        end = self._lock.geometry().left() - 8.0
        if not self._arrays.isVisibleTo(self):
            right = min(left + 208.0, end - overhang(signed))
            return (left, right), (0.0, 0.0)
        free = end - left - overhang(signed) - _GAP - self._arrays.width() - 2 * overhang(sizes)
        wide = min(208.0, max(90.0, free * 0.6))
        begin = left + wide + overhang(signed) + _GAP - 8 + self._arrays.width() + overhang(sizes)
        return (left, left + wide), (begin, min(begin + wide * 0.66, end - overhang(sizes)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()

    def paintEvent(self, event: QPaintEvent) -> None:
        p = QPainter(self)
        try:
            p.setRenderHint(QPainter.RenderHint.Antialiasing)
            p.fillRect(self.rect(), color(self._theme.surface["panel"]))
            p.fillRect(QRectF(0, 0, self.width(), 1), color(self._theme.hairline))
            for scale, (left, right) in zip(self._scales(), self._bars(), strict=True):
                if right - left > 24.0:
                    draw_scale(p, self._theme, scale, left, right - left)
        finally:
            p.end()
