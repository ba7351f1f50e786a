"""The toolbar: run, stop, undo, redo, Live, the sweep and layer shown, the search, and the theme."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from gradstudio.app.command_field import CommandField
from gradstudio.app.controls import Divider, IconButton, RunButton, Segments, Switch
from gradstudio.app.plain import tip
from gradstudio.app.sweep_chooser import SweepChooser
from gradstudio.app.theme import Colors

HEIGHT = 40
LAYERS = (("Values", "1"), ("Gradients", "2"), ("Both", "3"), ("Local", "4"))
_SWEEP_X = 440
_LEAST = 120  # pixels of the field that searches


class Toolbar(QWidget):
    """Buttons trigger the actions given to them, so that menu, keys and toolbar are one list."""

    live_changed = Signal(bool)

    def __init__(self, colors: Colors, actions: dict[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.colors = colors
        self.setFixedHeight(HEIGHT)
        self.run = RunButton(colors, self)
        self.stop = IconButton(colors, "stop", "Stop (Shift+F5)", parent=self)
        self.undo = IconButton(colors, "undo", "Undo (Ctrl+Z)", parent=self)
        self.redo = IconButton(colors, "redo", "Redo (Ctrl+Shift+Z)", parent=self)
        self.live = Switch(colors, "Live", "Run while typing", self)
        self.sweeps = SweepChooser(colors, self)
        self.layers = Segments(colors, LAYERS, self)
        self.finder = CommandField(colors, self)
        self.theme = IconButton(colors, "moon", "Dark theme", parent=self)
        self._dividers = (Divider(colors, self), Divider(colors, self))
        for button, name in ((self.run, "run"), (self.stop, "stop"), (self.undo, "undo"), (self.redo, "redo")):
            follow(button, actions[name])
        self._has_room = True
        self.finder.closed.connect(self._on_finder_left)
        for button in (self.undo, self.redo):
            name_after(button, actions[button.icon_name])
        self.live.toggled.connect(self.live_changed)
        self.run.move(8, 6)
        self.stop.move(96, 6)
        self._dividers[0].move(132, 10)
        self.undo.move(140, 6)
        self.redo.move(168, 6)
        self._dividers[1].move(204, 10)
        self.live.move(216, 6)
        self.sweeps.move(_SWEEP_X, 6)
        self.layers.move(_SWEEP_X + self.sweeps.width() + 16, 6)
        self.set_colors(colors)

    def set_colors(self, colors: Colors) -> None:
        """Change the theme."""
        self.colors = colors
        for part in (self.run, self.stop, self.undo, self.redo, self.live, self.theme, *self._dividers):
            part.set_colors(colors)
        self.sweeps.set_colors(colors)
        self.layers.set_colors(colors)
        self.finder.set_colors(colors)
        self.theme.set_icon(*(("sun", "Light theme") if colors.is_dark else ("moon", "Dark theme")))
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.theme.move(self.width() - 8 - self.theme.width(), 6)
        left = self.layers.geometry().right() + 16
        right = self.theme.x() - 8
        width = min(240, right - left)
        self._has_room = width >= _LEAST
        if not self._has_room:
            width = 240  # over the other buttons, and only while it is used
        self.finder.setVisible(self._has_room or self.finder.hasFocus())
        self.finder.setGeometry(right - width, 6, width, 28)

    def open_finder(self) -> None:
        """Search; in a narrow window the field lies over other buttons for as long as it is used."""
        self.finder.open()

    def _on_finder_left(self) -> None:
        self.finder.setVisible(self._has_room)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self.colors.window))
        painter.fillRect(0, 0, self.width(), 1, QColor(self.colors.hairline))
        painter.fillRect(0, HEIGHT - 1, self.width(), 1, QColor(self.colors.hairline))
        painter.end()


def follow(button: QWidget, action: QAction) -> None:
    """Let a button trigger an action and be enabled with it."""
    button.clicked.connect(action.trigger)  # type: ignore[attr-defined]
    action.enabledChanged.connect(button.setEnabled)
    button.setEnabled(action.isEnabled())


def name_after(button: QWidget, action: QAction) -> None:
    """Let a button's tooltip say what its action would do now."""

    def name() -> None:
        button.setToolTip(tip(f"{action.text().replace('&&', '&')} ({action.shortcut().toString()})"))

    action.changed.connect(name)
    name()
