"""Renaming in place: a field over the name, every place of it marked, and in words what Enter does or why it cannot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFocusEvent, QFontMetricsF, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLineEdit, QWidget

from gradstudio.app.controls import ground
from gradstudio.app.editor.places import Span, cursor_over, place_of
from gradstudio.app.fonts import code, words
from gradstudio.app.plain import label
from gradstudio.language.names import Occurrences, occurrences, renamed
from gradstudio.studio.edits.edit import Edit

if TYPE_CHECKING:
    from gradstudio.app.editor.editor import CodeEditor

_WIDTH = 300


class _Field(QLineEdit):
    """Esc and the loss of the focus leave the text as it is."""

    def __init__(self, owner: RenameField) -> None:
        super().__init__(owner)
        self._owner = owner

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._owner.leave()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._owner.apply()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self._owner.leave()


class RenameField(QWidget):
    """Opened over the name at the cursor; it emits the editor's edit_wanted with the new text."""

    def __init__(self, editor: CodeEditor) -> None:
        super().__init__(editor)
        self._editor = editor
        self._found: Occurrences | None = None
        self._place = (0, 0)
        self._is_possible = False
        self.field = _Field(self)
        self.field.setAccessibleName("New name")
        self.field.setMaxLength(200)
        self.field.textChanged.connect(self._on_changed)
        self.said = label("", self)
        self.said.setWordWrap(True)
        self.hide()

    def open(self) -> None:
        """Over the name at the cursor; without one, say so."""
        editor = self._editor
        line, column = place_of(editor.textCursor())
        found = occurrences(editor.text(), line, column)
        try:
            renamed(editor.text(), line, column, found.name if found is not None else "")
        except ValueError as error:
            said = str(error)
            editor.refused.emit(said[:1].upper() + said[1:] + ".")
            return
        assert found is not None
        here = next(s for s in found.spans if s[0] == line and s[1] <= column <= s[3])
        self._found, self._place = found, (here[0], here[1])
        editor.names.show(found.spans)
        self._style()
        self.field.setText(found.name)
        self.field.selectAll()
        self._on_changed()
        cursor = cursor_over(editor.document(), here)
        rect = editor.cursorRect(cursor) if cursor is not None else QRect()
        if cursor is not None:
            cursor.setPosition(cursor.anchor())
            rect = editor.cursorRect(cursor)
        corner = editor.viewport().mapTo(editor, rect.topLeft())
        width = min(_WIDTH, editor.width() - 8)
        height = rect.height() + 8 + self._words_height()
        below = corner.y() - 4 + height <= editor.height()
        self.setGeometry(
            max(4, min(corner.x() - 9, editor.width() - width - 4)),
            corner.y() - 4 if below else max(0, editor.height() - height),
            width,
            height,
        )
        self.field.setGeometry(5, 4, width - 10, rect.height())
        self.said.setGeometry(9, rect.height() + 6, width - 18, self._words_height() - 4)
        self.show()
        self.raise_()
        editor.refresh_selections()
        self.field.setFocus()

    def preview(self) -> tuple[tuple[Span, ...], str]:
        """Where another name would stand, and which; nowhere unless one that can be is typed."""
        if self._found is None or not self._is_possible or self.field.text().strip() == self._found.name:
            return (), ""
        return self._found.spans, self.field.text().strip()

    def apply(self) -> None:
        """Rename, if that can be; the field stays open with the reason if not."""
        editor, new = self._editor, self.field.text().strip()
        try:
            text = renamed(editor.text(), *self._place, new)
        except ValueError:
            self._on_changed()
            return
        found, (line, column) = self._found, self._place
        self.leave()
        if found is not None and new != found.name:
            editor.edit_wanted.emit(Edit(f"Rename {found.name} to {new}", text, line, new))
            editor.go_to((line, column, line, column))

    def leave(self) -> None:
        """Close; the text stays as it is."""
        if self.isHidden():
            return
        self._found = None
        self.hide()
        self._editor.setFocus()
        self._editor.names.mark()
        self._editor.refresh_selections()

    def _on_changed(self) -> None:
        """Say what Enter would do."""
        if self._found is None:
            return
        c = self._editor.colors
        try:
            renamed(self._editor.text(), *self._place, self.field.text())
        except ValueError as error:
            self._is_possible = False
            said, ink = str(error), c.error
        else:
            self._is_possible = True
            places, lines = len(self._found.spans), len({span[0] for span in self._found.spans})
            where = f"{places} places" if places > 1 else "one place"
            where += f" in {lines} lines" if lines > 1 else ""
            said, ink = f"Enter renames {where}, Esc leaves", c.muted
        self.said.setText(said[:1].upper() + said[1:])
        self.said.setStyleSheet(f"color: {ink}; background: transparent;")
        self._editor.viewport().update()

    def _words_height(self) -> int:
        """Two lines, so that a reason has room and nothing moves when one comes."""
        return round(2 * QFontMetricsF(words(11)).height()) + 10

    def _style(self) -> None:
        c = self._editor.colors
        self.said.setFont(words(11))
        self.said.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.field.setFont(code(self._editor.text_size))
        self.field.setStyleSheet(
            f"QLineEdit {{ background: {c.panel}; color: {c.ink}; border: none; padding: 0 2px;"
            f" selection-background-color: {c.selected}; selection-color: {c.ink}; }}"
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        c = self._editor.colors
        painter = QPainter(self)
        try:
            ground(painter, self.rect(), c.raised, c.control, 6)
            painter.setPen(QPen(QColor(c.accent), 1.5))
            painter.setBrush(QColor(c.panel))
            painter.drawRoundedRect(QRectF(self.field.geometry()).adjusted(-1, -1, 1, 1), 4, 4)
        finally:
            painter.end()
