"""The dock below the code: the numbers of the text that can be turned, and behind them the operations to build with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QStackedWidget

from gradstudio.app.dock_tabs import ClosableTabs
from gradstudio.app.palette.operations import Operations
from gradstudio.app.theme import colors
from gradstudio.picture.tokens import Theme

if TYPE_CHECKING:
    from gradstudio.app.main_window import MainWindow

HIGH = 232
"""Pixels of the dock in a new window."""

INPUTS, OPERATIONS = 0, 1


class LeftDock(QDockWidget):
    """Signals of `operations` are for whoever builds."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__("Inputs and operations", window)
        self.setObjectName("left")
        self.setFeatures(QDockWidget.DockWidgetFeature.DockWidgetClosable)
        self.operations = Operations(window.session, window.theme)
        self._pages = QStackedWidget(self)
        self._pages.addWidget(window.inputs.panel)
        self._pages.addWidget(self.operations)
        self._pages.setMinimumHeight(96)  # both scroll: the code above needs the room
        self.setWidget(self._pages)
        self._tabs = ClosableTabs(window.colors, "Inputs and operations", ("Inputs", Operations.title), self)
        self._tabs.chosen.connect(self._pages.setCurrentIndex)
        self._tabs.chosen.connect(window.refresh_actions)
        self.setTitleBarWidget(self._tabs)
        window.inputs.wanted.connect(lambda: self.open(INPUTS))
        window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, self)
        window.splitDockWidget(window.code_dock, self, Qt.Orientation.Vertical)

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self.operations.set_theme(theme)
        self._tabs.set_colors(colors(theme.name))

    def open(self, page: int) -> None:
        """Show INPUTS or OPERATIONS."""
        self.show()
        self._tabs.set_current(page)

    def is_open(self, page: int) -> bool:
        """Whether a page is the one in front."""
        return not self.isHidden() and self._tabs.current == page

    def toggle(self, page: int) -> None:
        """Show a page; if it is in front, close the dock."""
        if self.is_open(page):
            self.hide()
        else:
            self.open(page)
