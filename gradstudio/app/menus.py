"""Menus: the menu bar and all keys, built from ACTIONS."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu

from gradstudio.app.action import Action
from gradstudio.app.actions import ACTIONS, MENUS
from gradstudio.app.plain import menu_text, tip
from gradstudio.studio.examples import examples

if TYPE_CHECKING:
    from gradstudio.app.main_window import MainWindow

HEIGHT = 28
_HISTORY = tuple(entry for entry in ACTIONS if entry.id in ("undo", "redo"))
_IN_EDITOR = ("undo", "redo", "", "cut", "copy", "paste", "", "select-all", "comment")


class Menus:
    """The actions of one window, by id."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        bar = window.menuBar()
        bar.setNativeMenuBar(False)
        bar.setFixedHeight(HEIGHT)
        self._menus = {name: bar.addMenu(name) for name in MENUS}
        self.by_id: dict[str, QAction] = {}
        self._submenus: dict[str, QMenu] = {}
        for entry in ACTIONS:
            self._add(entry)
        for name, menu in self._menus.items():
            menu.setToolTipsVisible(True)
            menu.aboutToShow.connect(partial(self.refresh_exactly, name))
            menu.aboutToHide.connect(self.refresh)
        for example in examples():
            action = self._submenus["examples"].addAction(example.title)
            action.triggered.connect(partial(self._on_example, example.path))
        self.refresh_recent()
        window.editor.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        window.editor.customContextMenuRequested.connect(self._on_editor_menu)

    def refresh(self) -> None:
        """Enable and check every action as things are now."""
        for entry in ACTIONS:
            self._refresh(entry)

    def refresh_exactly(self, menu: str) -> None:
        """The same for a menu that opens: only what does something can be chosen, and says why where it does not."""
        self.refresh()
        for entry in ACTIONS:
            if entry.menu != menu or entry.seems_enabled is None:
                continue
            why = entry.why_not(self._window) if entry.why_not is not None else ""
            is_enabled = not why if entry.why_not is not None else entry.is_enabled(self._window)
            self.by_id[entry.id].setEnabled(is_enabled)
            self.by_id[entry.id].setToolTip(tip(why or entry.text))

    def refresh_history(self) -> None:
        """The same for what a key in the editor changes, so that typing costs no more than that."""
        for entry in _HISTORY:
            self._refresh(entry)

    def _refresh(self, entry: Action) -> None:
        action = self.by_id[entry.id]
        action.setEnabled((entry.seems_enabled or entry.is_enabled)(self._window))
        if entry.is_checked is not None:
            action.setChecked(entry.is_checked(self._window))
        if entry.text_of is not None:
            text = entry.text_of(self._window)
            action.setText(menu_text(text))
            action.setToolTip(tip(text))

    def refresh_recent(self) -> None:
        """The menu of recent files."""
        menu = self._submenus["recent"]
        menu.clear()
        for name in self._window.settings.recent:
            action = menu.addAction(menu_text(name))
            action.setToolTip(tip(name))
            action.triggered.connect(partial(self._on_recent, Path(name)))

    def _add(self, entry: Action) -> None:
        menu = self._submenus[entry.inside] if entry.inside else self._menus[entry.menu]
        if entry.starts_group:
            menu.addSeparator()
        if entry.submenu:
            self._submenus[entry.submenu] = menu.addMenu(entry.text)
            self.by_id[entry.id] = self._submenus[entry.submenu].menuAction()
            return
        action = self.by_id[entry.id] = QAction(entry.text, self._window)
        action.setShortcuts([QKeySequence(key) for key in entry.keys])
        action.setCheckable(entry.is_checked is not None)
        action.triggered.connect(partial(self._on_action, entry))
        if entry.on_canvas or entry.in_editor:
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            (self._window.canvas if entry.on_canvas else self._window.editor).addAction(action)
        else:
            self._window.addAction(action)
        menu.addAction(action)

    def editor_menu(self) -> QMenu:
        """What a right click into the code offers."""
        menu = QMenu(self._window.editor)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for name in _IN_EDITOR:
            if name:
                menu.addAction(self.by_id[name])
            else:
                menu.addSeparator()
        self.refresh_exactly("Edit")
        menu.aboutToHide.connect(self.refresh)
        return menu

    def _on_editor_menu(self, at: QPoint) -> None:
        self.editor_menu().popup(self._window.editor.viewport().mapToGlobal(at))

    def _on_action(self, entry: Action, _checked: bool = False) -> None:
        entry.run(self._window)
        self.refresh()

    def _on_example(self, path: Path, _checked: bool = False) -> None:
        self._window.files.open_example(path)

    def _on_recent(self, path: Path, _checked: bool = False) -> None:
        self._window.files.open_path(path)
