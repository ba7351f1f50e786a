"""The legend strip under the canvas: what each colour means, always in view, and what a person chooses of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget

from gradstudio.app.canvas.painter import color
from gradstudio.app.panels.legend_parts import TITLE, Bar, Choice, Lock, draw_scale, draw_title, overhang
from gradstudio.app.theme import colors
from gradstudio.picture.color import Scale, scale_of
from gradstudio.picture.fonts import width
from gradstudio.picture.legend import ScaleLegend, legend, legends
from gradstudio.picture.model import Look
from gradstudio.picture.tokens import Theme
from gradstudio.studio.outcome import View
from gradstudio.studio.session import Session

_HEIGHT = 32
_ROOM = 600  # below this width the scale of arrays is left out
_LEAST = 420  # the same where there are arrays to read on it; the words of the lock give way before it
_MORE = 220  # what the scale of a measure takes
_LEFT = 8
_GAP = 14  # between a scale and the next title
_WIDEST = 208.0  # of the first bar
_SMALLER = 0.66  # the other bars, as a share of it
ARRAYS = (("rms", "root mean square"), ("max", "largest magnitude"), ("mean", "mean"))
"""What may stand for an array: word and meaning."""


class Legend(QWidget):
    """Shows the scales in the range of the sweep that is shown, or in a locked one.

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
        self._view: View | None = None
        self._has_arrays = False  # whether the sweep shown has a cotangent that is one
        self._bars: list[Bar] = []
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
        self._view = view
        self._own = scale_of(view.trace, view.sweep) if view is not None else Scale()
        self._has_arrays = view is not None and _has_arrays(view)
        self._arrange()

    def _scales(self) -> tuple[ScaleLegend, ...]:
        """The measure's, if there is one, the signed one and that of arrays."""
        if self._view is None:
            return legend(self._theme, self.scale, self._array)
        look = Look(scale=self.scale, array=self._array, measure=self._measure)
        return legends(self._theme, look, self._view.graph, self._view.trace)

    def _arrange(self) -> None:
        """Give every part its place: the scale of arrays and the words of the lock only where they fit."""
        scales = self._scales()
        *first, signed, arrays = scales
        said = "locked" if self.is_locked else "this run"
        title = next((title for name, title in self._measures if name == self._measure), "")
        words = f"signed scale from {signed.ticks[0][1]} to {signed.ticks[-1][1]}, range: {said}, arrays: {self._array}"
        self.setAccessibleDescription(f"coloured by {title}, {words}" if self._measure else words)
        is_wide = self.width() >= (_LEAST if self._has_arrays else _ROOM) + (_MORE if first else 0)
        self._colors.show_text(scales[0].title if first or not title else title, 140.0 if is_wide else 96.0)
        self._arrays.show_text(arrays.title, 120.0)
        self._arrays.setVisible(is_wide)
        self._colors.move(_LEFT, 3)
        needed = (540.0 if is_wide else 340.0) + (_MORE if first else 0)
        self._lock.show_text(f"range: {said}", self.width() - needed)
        self._lock.move(self.width() - self._lock.width() - _LEFT, 3)
        titles = [self._colors.width(), *([_wide(signed.title)] if first else []), self._arrays.width()]
        shown = list(zip(scales, titles, strict=True))[: None if is_wide else -1]
        self._bars = self._spread(shown)
        if is_wide:
            self._arrays.move(round(self._bars[-1].title), 3)
        self.update()

    def _spread(self, shown: list[tuple[ScaleLegend, float]]) -> list[Bar]:
        """Places for titles of a width and the bars behind them, side by side up to the lock."""
        room = self._lock.geometry().left() - 8.0 - _LEFT - _GAP * (len(shown) - 1)
        room -= sum(title + 2 * overhang(scale) for scale, title in shown)
        wide = min(_WIDEST, room / sum(1.0 if k == 0 else _SMALLER for k in range(len(shown))))
        bars, x = [], float(_LEFT)
        for k, (scale, title) in enumerate(shown):
            left = x + title + overhang(scale)
            right = left + wide * (1.0 if k == 0 else _SMALLER)
            bars.append(Bar(scale, x, left, right))
            x = right + overhang(scale) + _GAP
        return bars

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()

    def paintEvent(self, event: QPaintEvent) -> None:
        p = QPainter(self)
        try:
            p.setRenderHint(QPainter.RenderHint.Antialiasing)
            p.fillRect(self.rect(), color(self._theme.surface["panel"]))
            p.fillRect(QRectF(0, 0, self.width(), 1), color(self._theme.hairline))
            for k, bar in enumerate(self._bars):
                if k == 1 and self._measure:
                    draw_title(p, self._theme, bar)
                draw_scale(p, self._theme, bar)
        finally:
            p.end()


def _has_arrays(view: View) -> bool:
    if not 0 <= view.sweep < len(view.trace.sweeps):
        return False
    return bool((view.trace.sweeps[view.sweep].cotangents.size > 1).any())


def _wide(title: str) -> float:
    """Room for a title that is painted."""
    return width(title, TITLE) + 8.0
