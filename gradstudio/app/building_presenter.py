"""BuildingPresenter: what a person builds on the canvas becomes edits of the session; palette, menu and status line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt, QTimer
from PySide6.QtWidgets import QMenu

from gradstudio.app.build_actions import AT
from gradstudio.app.canvas.building.asked import Asked
from gradstudio.app.editor.ghost_line import GhostLine
from gradstudio.app.palette.popup import OpPopup
from gradstudio.picture.fonts import plain
from gradstudio.studio.edits.edit import Edit
from gradstudio.studio.palette.source import Source

if TYPE_CHECKING:
    from gradstudio.app.main_window import MainWindow


_LATER = 40
"""Milliseconds after which the header says where a node is written."""


class BuildingPresenter(QObject):
    """Joins the builder of one window's canvas to its session, its menus and its palette."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._builder = builder = window.canvas.builder
        self.popup = OpPopup(window.colors, window.theme, window.settings, window.canvas)
        self.popup.picked.connect(self._on_picked)
        self.popup.left.connect(builder.orders.palette_left)
        self.popup.list.chosen.connect(self._on_looked_at)
        self.ghost_line = GhostLine(window.editor, window.colors)
        builder.orders.changed.connect(self._show_line)
        window.commands.add = builder.orders.add_op
        window.left_dock.operations.picked.connect(builder.orders.add_op)
        builder.use(window.session.building)
        builder.edit_wanted.connect(window.session.apply)
        builder.palette_wanted.connect(self._on_palette_wanted)
        builder.menu_wanted.connect(self._on_menu_wanted)
        builder.told.connect(self._on_told)
        builder.chosen.connect(window.refresh_actions)
        window.canvas.hover.describe = window.session.building.describe
        self._placing = QTimer(self)  # the picture comes before what is said of its nodes
        self._placing.setSingleShot(True)
        self._placing.setInterval(_LATER)
        self._placing.timeout.connect(self._show_place)
        window.canvas.lit_changed.connect(self._show_place)
        window.session.selection.node_changed.connect(self._show_place_soon)
        welcome = window.canvas.welcome
        welcome.operation_wanted.connect(self._on_operation_wanted)
        welcome.example_wanted.connect(self._on_example_wanted)

    def set_theme(self) -> None:
        """The window has other colours."""
        self.popup.set_colors(self._window.colors, self._window.theme)
        self.ghost_line.set_colors(self._window.colors)

    def _on_palette_wanted(self, asked: Asked) -> None:
        self.popup.open(asked.at, asked.hint, asked.fits, self._source(asked.source), asked.has_values)

    def _source(self, name: str) -> Source | None:
        """What is known of the value that an op will take, for the curves of the palette."""
        canvas = self._window.canvas
        node, scene = canvas.number_of(name), canvas.scene
        if node < 0 or scene is None or scene.graph.record[node] < 0:
            return None
        values, record = scene.trace.records.values, int(scene.graph.record[node])
        low, high = float(values.minimum[record]), float(values.maximum[record])
        return Source(plain(scene.graph.title[node], 24), low, high)

    def _on_picked(self, id: str) -> None:
        self._builder.orders.picked(id, self.popup.keeps_wire)
        self._window.left_dock.operations.refresh()
        self._window.canvas.setFocus()

    def _on_looked_at(self, id: str) -> None:
        self._builder.orders.look_at(id)

    def _show_line(self) -> None:
        """The editor shows the line that Enter would write."""
        edit = self._builder.orders.ahead.edit
        if edit is None or edit.line < 1:
            self.ghost_line.hide()
        else:
            self.ghost_line.show_line(edit.line, edit.text.split("\n")[edit.line - 1])

    def _on_operation_wanted(self) -> None:
        self._window.canvas.setFocus()
        self._builder.orders.do("add")

    def _on_example_wanted(self, text: str) -> None:
        """Write the example of an empty canvas, behind what the text says already."""
        before = self._window.session.document.text
        gap = "" if not before or before.endswith("\n") else "\n"
        self._window.session.apply(Edit("Begin with an example", before + gap + text))

    def menu(self, kind: str) -> QMenu:
        """The menu of what lies under the pointer; what is not possible there says why."""
        window = self._window
        window.menus.refresh_exactly("Build")
        menu = QMenu(window)
        menu.setToolTipsVisible(True)
        for name in AT.get(kind, AT[""]):
            if name:
                menu.addAction(window.actions_by_id[f"build-{name}"])
            else:
                menu.addSeparator()
        return menu

    def _on_menu_wanted(self, at: QPoint, kind: str) -> None:
        menu = self.menu(kind)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self._window.canvas.mapToGlobal(at))

    def close(self) -> None:
        """The window goes: hear nothing any more."""
        self._placing.stop()
        self._window.session.selection.node_changed.disconnect(self._show_place_soon)

    def _show_place_soon(self, *_: object) -> None:
        self._placing.start()

    def _show_place(self, *_: object) -> None:
        """The header of the network says what is lit, or else where the text makes the selected node."""
        window, node = self._window, self._window.session.selection.node
        words = window.canvas.lights.words
        if not words and node is not None and window.view is not None:
            title, said = plain(window.view.graph.title[node], 32), window.session.building.describe(node)
            words = said if said.startswith(title) else f"{title}: {said}"
        window.canvas_header.set_title("Network", words)

    def _on_told(self, words: str) -> None:
        status = self._window.status
        if words:
            status.show_parts("", [words, "Ctrl+Z takes back node, wire and line together"])
        else:
            self._window.presenter.show_status()
