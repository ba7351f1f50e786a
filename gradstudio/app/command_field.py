"""The search field of the toolbar: it finds nodes, and below them commands, operations, examples and files."""

from __future__ import annotations

from collections.abc import Callable

import shiboken6
from PySide6.QtCore import QEvent, QModelIndex, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from gradstudio.app.filter_help import filter_help
from gradstudio.app.fonts import words
from gradstudio.app.node_finder import NodeFinder
from gradstudio.app.palette.list_view import HEIGHT, SECTION, ListView
from gradstudio.app.palette.rows import Row
from gradstudio.app.plain import label
from gradstudio.app.theme import Colors
from gradstudio.graph.filter import is_expression
from gradstudio.picture.tokens import load_theme

ONLY_COMMANDS = ">"
"""A text that begins so is about commands only."""

_NODES, _LONGEST, _TITLE = 5, 420, 20  # rows of nodes while there are others; pixels of the others; of a title
Find = Callable[[str, bool], list[Row]]


class CommandField(NodeFinder):
    """A field for nodes that finds commands as well, once it has been told where they are.

    Nodes come first and keep every key they have in NodeFinder. Down goes on from the last node into the commands,
    Tab goes to and fro between both, Enter does what is marked. Signal commanded(row id) when a command is to be done,
    closed() when the field has lost the focus.
    """

    commanded = Signal(str)
    closed = Signal()
    least_width = 400

    def __init__(self, colors: Colors, parent: QWidget | None = None) -> None:
        self._find: Find | None = None
        self._before: QWidget | None = None
        super().__init__(colors, parent)
        self.setPlaceholderText("Find node or command")
        self.setAccessibleName("Find node or command")
        self.setToolTip(filter_help() + "<p>Commands and operations are found by their words; <b>&gt;</b> alone lists "
                        "all commands.</p>")  # fmt: skip
        self.others = ListView(colors, load_theme(colors.name), self._popup)
        self.others.setAccessibleName("Commands found")
        self.others.taken.connect(self._do)
        box = self._popup.layout()
        assert isinstance(box, QVBoxLayout)
        box.insertWidget(1, self.others)
        self._title = label("Nodes", self._popup)
        self._title.setFont(words(11, 500))
        self._title.setFixedHeight(_TITLE)
        self._title.setContentsMargins(12, 0, 0, 0)
        box.insertWidget(0, self._title)
        self.set_colors(colors)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._on_focus_changed)

    def set_colors(self, colors: Colors) -> None:
        super().set_colors(colors)
        if hasattr(self, "others"):
            self.others.set_colors(colors, load_theme(colors.name))
            self._title.setStyleSheet(f"color: {colors.muted};")

    def set_source(self, find: Find) -> None:
        """Who finds commands: (text, whether there are no nodes above them) -> rows."""
        self._find = find

    def open(self) -> None:
        """Take the focus, with what was typed before marked."""
        self._on_focus_changed(self.window().focusWidget(), self)
        self.show()
        self.raise_()
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)

    # what is found

    @property
    def most_rows(self) -> int:
        return _NODES if self._has_others() else super().most_rows

    def is_open_for(self, text: str) -> bool:
        return super().is_open_for(text) or (self._find is not None and bool(text.strip()))

    def extra_height(self) -> int:
        """Makes the list of commands as high as its rows; gives that height."""
        rows = self.others.rows.rows
        self.others.setVisible(bool(rows))
        height = min(sum(SECTION if row.is_section else HEIGHT for row in rows), _LONGEST)
        window = self.window()
        room = window.height() - self.mapTo(window, self.rect().bottomLeft()).y() - 80
        height = max(HEIGHT, min(height, room - len(self.hits.nodes[: self.most_rows]) * HEIGHT))
        self.others.setFixedHeight(height)
        has_title = bool(rows) and len(self.hits.nodes) > 0
        self._title.setVisible(has_title)
        return (height + 2 if rows else 0) + (_TITLE + 2 if has_title else 0)

    def _has_others(self) -> bool:
        return bool(self.others.rows.rows)

    def searches_nodes(self, text: str) -> bool:
        return super().searches_nodes(text) and not text.lstrip().startswith(ONLY_COMMANDS)

    def finds_more(self, text: str) -> bool:
        """Looks for commands; a filter of nodes is no command."""
        is_only = text.lstrip().startswith(ONLY_COMMANDS)
        has_nodes = bool(len(self.hits.nodes))
        rows: list[Row] = []
        if self._find is not None and (is_only or (text.strip() and not is_expression(text))):
            rows = self._find(text.lstrip().removeprefix(ONLY_COMMANDS), not has_nodes)
        self.others.show_rows(rows, mark_first=not has_nodes)
        return bool(rows)

    def _say(self) -> None:
        super()._say()
        if not hasattr(self, "others") or self._wrong:
            return
        if self.others.current is not None:
            self._tell("Enter does it, Esc closes" + (", Tab goes to the nodes" if len(self.hits.nodes) else ""))
        elif self._has_others() and len(self.hits.nodes) and self._at < 0:
            self._tell(f"{self.said.text()}, Tab to the commands")
        elif self._find is not None and not self._has_others() and not len(self.hits.nodes):
            self._tell("No node and no command fits." if self._filter is not None else "No command fits.")

    def _tell(self, text: str) -> None:
        self.said.setText(text)
        self.said.setAccessibleName(text)

    # going to and fro

    def _go_to_others(self, by: int) -> None:
        """Mark the first (1) or last (-1) command; no node is marked then."""
        self._view.setCurrentIndex(QModelIndex())
        count = len(self.others.rows.rows)
        self.others.mark(self.others.rows.step(-1 if by > 0 else count, by))
        self._say()

    def _go_to_nodes(self, place: int) -> None:
        self.others.mark(-1)
        self._mark(place)
        self._say()

    def _walk(self, by: int) -> bool:
        """The next or previous row where it lies in the other list; gives whether it does."""
        nodes, rows = len(self.hits.nodes), self.others.rows
        if not self._has_others() or rows.first() < 0:
            return False
        if self.others.current is None:
            if nodes and self._current() != (nodes - 1 if by > 0 else 0):
                return False
            self._go_to_others(by)
            return True
        at = self.others.currentIndex().row()
        is_end = rows.step(at, by) <= at if by > 0 else rows.step(at, by) >= at
        if is_end and nodes:
            self._go_to_nodes(0 if by > 0 else nodes - 1)
        else:
            self.others.step(by)
        return True

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.closed.emit()

    def event(self, event: QEvent) -> bool:
        """Tab would leave the field before it became a key."""
        is_tab = event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and _is_tab(event)
        if is_tab and self._popup.isVisible() and self._has_others() and len(self.hits.nodes):
            if self.others.current is None:
                self._go_to_others(1)
            else:
                self._go_to_nodes(0)
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            if not self.text().strip() and self._find is not None and key == Qt.Key.Key_Down:
                self.setText(ONLY_COMMANDS)
                self._open_list()
                return
            self._open_list()
            if self._walk(1 if key == Qt.Key.Key_Down else -1):
                return
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.others.current is not None:
            self._do(self.others.current.id)
            return
        super().keyPressEvent(event)

    def _do(self, id: str) -> None:
        self.clear()
        self.close_list()
        before = self._before
        if before is not None and shiboken6.isValid(before) and before.isVisible() and before.isEnabled():
            before.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.left.emit()
        self.commanded.emit(id)

    def _on_focus_changed(self, old: QWidget | None, new: QWidget | None) -> None:
        """What had the focus gets it back, so that a command meets what it is about."""
        if new is self and old is not None and old is not self and old.window() is self.window():
            self._before = old


def _is_tab(event: QKeyEvent) -> bool:
    return event.key() in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab)
