"""The name at the cursor: marked wherever it stands, followed to its definition, underlined while Ctrl is held."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QMouseEvent

from gradstudio.app.editor.places import Span, place_of
from gradstudio.engine.primitive import NAMES
from gradstudio.language.bindings import bindings_of
from gradstudio.language.names import Occurrences, occurrences

if TYPE_CHECKING:
    from gradstudio.app.editor.editor import CodeEditor

_REST = 200
"""Milliseconds after the last key or step of the cursor; a large text takes as long to read."""

_MOST = 500
"""Places marked at once; each costs the editor time at every step of the cursor."""


_LONG = 8000
"""Characters of a text that takes a noticeable time to be looked through: a thread does that first."""


class NamesAt(QObject):
    """The names of one editor's text."""

    _read = Signal(str)  # a text whose names are known now, from the thread

    def __init__(self, editor: CodeEditor) -> None:
        super().__init__(editor)
        self._editor = editor
        self.spans: tuple[Span, ...] = ()
        self.link: Span | None = None
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_REST)
        self._later.timeout.connect(self._on_rest)
        self._known = ""  # the last long text whose names are known
        self._thread: threading.Thread | None = None
        self._read.connect(self._on_read)

    def wait(self) -> None:
        """The cursor moved: mark the name there once it rests."""
        self._later.start()

    def forget(self) -> None:
        """The text changed: the places are not where they were."""
        self.link = None
        if self.spans:
            self.spans = ()
            self._editor.refresh_selections()
        self._later.start()

    def mark(self) -> None:
        """Mark every place of the name at the cursor."""
        self._later.stop()
        found = None if self._editor.textCursor().hasSelection() else self.at_cursor()
        self.show(found.spans if found is not None and len(found.spans) > 1 else ())

    def _on_rest(self) -> None:
        """Nothing has happened for a while: mark the name; those of a long text are looked for in a thread first."""
        text = self._editor.text()
        if len(text) < _LONG or text == self._known:
            self.mark()
        elif self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._work, args=(text,), name="names", daemon=True)
            self._thread.start()
        else:
            self._later.start()

    def _work(self, text: str) -> None:
        bindings_of(text)  # which keeps them
        with suppress(RuntimeError):  # the window is gone
            self._read.emit(text)

    def _on_read(self, text: str) -> None:
        self._known = text
        if text == self._editor.text():
            self.mark()

    def show(self, spans: tuple[Span, ...]) -> None:
        """Mark places; of very many, those nearest to the cursor."""
        if len(spans) > _MOST:
            line = self._editor.active_line()
            spans = tuple(sorted(spans, key=lambda span: abs(span[0] - line))[:_MOST])
        if spans != self.spans:
            self.spans = spans
            self._editor.refresh_selections()

    def at_cursor(self) -> Occurrences | None:
        """The name at the cursor."""
        return occurrences(self._editor.text(), *place_of(self._editor.textCursor()))

    def go_to_definition(self) -> None:
        """Put the cursor where the name at it is given its value; say so where that is not in the text."""
        line, column = place_of(self._editor.textCursor())
        found = occurrences(self._editor.text(), line, column)
        span = found.definition_for(line, column) if found is not None else None
        if span is not None:
            self._editor.go_to(span)
            self._editor.setFocus()
        elif found is None:
            self._editor.refused.emit("There is no name at the cursor to follow.")
        elif found.name in NAMES:
            self._editor.refused.emit(f"{found.name} is an operation of the library: no line of this text defines it.")
        else:
            self._editor.refused.emit(f"No line of this text gives {found.name} a value.")

    # the mouse

    def move(self, event: QMouseEvent) -> None:
        """Underline a name under the pointer while Ctrl is held."""
        holds = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        link = self._definition_under(event.position().toPoint())[0] if holds and not event.buttons() else None
        if link != self.link:
            self.link = link
            shape = Qt.CursorShape.PointingHandCursor if link is not None else Qt.CursorShape.IBeamCursor
            self._editor.viewport().setCursor(shape)
            self._editor.refresh_selections()

    def click(self, event: QMouseEvent) -> bool:
        """Follow the name that was clicked with Ctrl held; False if there is none."""
        if event.button() != Qt.MouseButton.LeftButton:
            return False
        if not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            return False
        _, definition = self._definition_under(event.position().toPoint())
        if definition is None:
            return False
        self._editor.go_to(definition)
        self.link = None
        self._editor.viewport().setCursor(Qt.CursorShape.IBeamCursor)
        self._editor.refresh_selections()
        return True

    def _definition_under(self, point: QPoint) -> tuple[Span | None, Span | None]:
        """The name under the pointer and its definition."""
        line, column = place_of(self._editor.cursorForPosition(point))
        found = occurrences(self._editor.text(), line, column)
        if found is None:
            return None, None
        here = next((s for s in found.spans if s[0] == line and s[1] <= column <= s[3]), None)
        definition = found.definition_for(line, column)
        return (here, definition) if definition is not None else (None, None)
