"""The toolbar above and the status line below everything, and which docks own the corners."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMainWindow, QSizePolicy, QToolBar, QWidget

_DOCKS = Qt.DockWidgetArea


def place_bars(window: QMainWindow, toolbar: QWidget, status: QWidget) -> None:
    """Put them into a window; neither can be moved."""
    for corner, area in (
        (Qt.Corner.BottomLeftCorner, _DOCKS.BottomDockWidgetArea),
        (Qt.Corner.BottomRightCorner, _DOCKS.BottomDockWidgetArea),
        (Qt.Corner.TopLeftCorner, _DOCKS.LeftDockWidgetArea),
        (Qt.Corner.TopRightCorner, _DOCKS.RightDockWidgetArea),
    ):
        window.setCorner(corner, area)
    for name, widget, place in (
        ("tools", toolbar, Qt.ToolBarArea.TopToolBarArea),
        ("status", status, Qt.ToolBarArea.BottomToolBarArea),
    ):
        bar = QToolBar(name, window)
        bar.setObjectName(name)
        bar.setMovable(False)
        bar.setFloatable(False)
        bar.setStyleSheet("QToolBar { border: none; padding: 0; margin: 0; spacing: 0; }")
        widget.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        bar.addWidget(widget)
        bar.layout().setContentsMargins(0, 0, 0, 0)
        window.addToolBar(place, bar)
