"""Finding and replacing in the code: one or two lines under the editor."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QPushButton, QWidget

from gradstudio.app.controls import IconButton, PaintedButton
from gradstudio.app.editor.editor import CodeEditor
from gradstudio.app.editor.places import Span, cursor_over, place_of
from gradstudio.app.fonts import mono, words
from gradstudio.app.plain import label, tip
from gradstudio.app.theme import Colors
from gradstudio.studio.edits.edit import Edit
from gradstudio.studio.search import Query, find, replaced

_ROW = 34
_SHOWN = 500
"""Places that are marked at once; more than that nobody sees, and each costs the editor time."""


class _Toggle(PaintedButton):
    """A choice of how to search, as a few letters."""

    def __init__(self, colors: Colors, text: str, name: str, parent: QWidget) -> None:
        super().__init__(colors, QSize(24, 20), name, parent)
        self.setText(text)
        self.setCheckable(True)

    def draw(self, painter: QPainter) -> None:
        c = self.colors
        if self.isChecked():
            painter.setPen(QPen(QColor(c.accent), 1))
            painter.setBrush(QColor(c.accent_soft))
        else:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(c.hover) if self.underMouse() else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        painter.setPen(QColor(c.accent if self.isChecked() else c.ink2))
        painter.setFont(mono(11, 500))
        painter.drawText(QRectF(self.rect()), Qt.AlignmentFlag.AlignCenter, self.text())


class FindBar(QWidget):
    """Hidden until asked for; Enter goes on, Shift+Enter back, Esc closes. The second line replaces."""

    def __init__(self, colors: Colors, editor: CodeEditor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.colors = colors
        self._editor = editor
        self._spans: tuple[Span, ...] = ()
        self._problem = ""
        self.line = self._field("Find in text")
        self.by = self._field("Replace with")
        self.count = label("", self)
        self.count.setFont(words(11))
        self._case = _Toggle(colors, "Aa", "Match upper and lower case", self)
        self._word = _Toggle(colors, "W", "Whole words only", self)
        self._pattern = _Toggle(colors, ".*", "Regular expression", self)
        self._toggles = (self._case, self._word, self._pattern)
        self._back = IconButton(colors, "chevron-left", "Find previous (Shift+F3)", 24, 12, self)
        self._on = IconButton(colors, "chevron-right", "Find next (F3)", 24, 12, self)
        self._close = IconButton(colors, "close", "Close (Esc)", 24, 12, self)
        self._one = QPushButton("Replace", self)
        self._all = QPushButton("Replace all", self)
        self._lay_out()
        self._later = QTimer(self)  # one search after a burst of edits
        self._later.setSingleShot(True)
        self._later.setInterval(150)
        self._later.timeout.connect(self.refresh)
        self._connect()
        self.set_colors(colors)
        self.hide()

    def _field(self, name: str) -> QLineEdit:
        field = QLineEdit(self)
        field.setPlaceholderText(name)
        field.setAccessibleName(name)
        field.setFixedHeight(24)
        field.setMaxLength(1000)
        return field

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(8, 5, 8, 5)
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(5)
        inside = QHBoxLayout(self.line)
        inside.setContentsMargins(0, 0, 3, 0)
        inside.setSpacing(2)
        inside.addStretch(1)
        for toggle in self._toggles:
            inside.addWidget(toggle)
            toggle.setCursor(Qt.CursorShape.ArrowCursor)
        self.line.setTextMargins(0, 0, 82, 0)
        steps = QHBoxLayout()
        steps.setSpacing(2)
        steps.addWidget(self.count, 1)
        for button in (self._back, self._on, self._close):
            steps.addWidget(button)
        buttons = QHBoxLayout()
        buttons.setSpacing(6)
        for push in (self._one, self._all):
            push.setFixedHeight(24)
            push.setFont(words(11))
            push.setStyleSheet("QPushButton { min-height: 22px; max-height: 22px; padding: 0 10px; }")
            buttons.addWidget(push)
        buttons.addStretch(1)
        grid.addWidget(self.line, 0, 0)
        grid.addLayout(steps, 0, 1)
        grid.addWidget(self.by, 1, 0)
        grid.addLayout(buttons, 1, 1)
        grid.setColumnStretch(0, 1)
        grid.setColumnMinimumWidth(1, 168)
        QWidget.setTabOrder(self.line, self.by)

    def _connect(self) -> None:
        self._back.clicked.connect(lambda: self.step(-1))
        self._on.clicked.connect(lambda: self.step(1))
        self._close.clicked.connect(self.shut)
        self._one.clicked.connect(self.replace_one)
        self._all.clicked.connect(self.replace_all)
        self.line.textEdited.connect(self._on_edited)
        for toggle in self._toggles:
            toggle.toggled.connect(self._on_edited)
        self._editor.textChanged.connect(self._on_text_changed)
        self._editor.cursorPositionChanged.connect(self._say)

    def set_colors(self, colors: Colors) -> None:
        self.colors = colors
        for part in (self._back, self._on, self._close, *self._toggles):
            part.set_colors(colors)
        self._say()
        self.update()

    def wanted(self) -> str:
        """What is looked for."""
        return self.line.text()

    def query(self) -> Query:
        """What is looked for, and how."""
        return Query(self.line.text(), self._case.isChecked(), self._word.isChecked(), self._pattern.isChecked())

    def open(self, replaces: bool = False) -> None:
        """Show the line, with the selected words in it; with a second line to replace them."""
        chosen = self._editor.textCursor().selectedText()
        if chosen and "\u2029" not in chosen:
            self.line.setText(chosen)
        for part in (self.by, self._one, self._all):
            part.setVisible(replaces)
        self.setFixedHeight(_ROW + (29 if replaces else 0))
        self.show()
        self.line.setFocus()
        self.line.selectAll()
        self.refresh()

    def shut(self) -> None:
        """Back to the code."""
        self.hide()
        self._show(())
        self._editor.setFocus()

    def step(self, by: int) -> None:
        """Go to the next (1) or the previous (-1) place; the ends meet."""
        if not self.wanted():
            return
        self.refresh()
        if not self._spans:
            return
        cursor = self._editor.textCursor()
        here = self._editor.textCursor()
        here.setPosition(cursor.selectionEnd() if by > 0 else cursor.selectionStart())
        place = place_of(here)
        if by > 0:
            on = (k for k, s in enumerate(self._spans) if (s[0], s[1]) >= place)
            number = next(on, 0)
        else:
            number = max((k for k, s in enumerate(self._spans) if (s[2], s[3]) <= place), default=len(self._spans) - 1)
        self._select(number)

    def refresh(self) -> None:
        """Search anew."""
        self._later.stop()
        found = find(self._editor.text(), self.query())
        self._problem = found.problem
        self._show(found.spans)

    def replace_one(self) -> None:
        """Replace the place that is selected, and go on to the next."""
        self.refresh()
        number = self._chosen()
        if number < 0:
            self.step(1)
            return
        span = self._spans[number]
        if self._replace(span, f"Replace {_short(self.wanted())}"):
            line, column = place_of(self._editor.textCursor())
            after = next((k for k, s in enumerate(self._spans) if (s[0], s[1]) >= (line, column)), 0)
            if self._spans:
                self._select(after)

    def replace_all(self) -> None:
        """Replace every place, as one step."""
        self._replace(None, f"Replace all {_short(self.wanted())}")

    # inside

    def _replace(self, only: Span | None, name: str) -> bool:
        try:
            text, count = replaced(self._editor.text(), self.query(), self.by.text(), only)
        except ValueError as error:
            self._problem = str(error)
            self._say()
            return False
        if count:
            document = self._editor.document()
            cursor = cursor_over(document, only) if only is not None else None
            rest = document.characterCount() - cursor.selectionEnd() if cursor is not None else 0
            self._editor.edit_wanted.emit(Edit(name, text))
            if cursor is not None:  # behind what was put there
                after = self._editor.textCursor()
                after.setPosition(max(document.characterCount() - rest, 0))
                self._editor.setTextCursor(after)
        self.refresh()
        if only is None:
            self.count.setText(f"{count:,} replaced" if count else "not found")
        return bool(count)

    def _select(self, number: int) -> None:
        cursor = cursor_over(self._editor.document(), self._spans[number])
        if cursor is not None:
            self._editor.setTextCursor(cursor)
            self._editor.ensureCursorVisible()
        self._say()

    def _chosen(self) -> int:
        """Which place is selected, -1 for none."""
        cursor = self._editor.textCursor()
        start, end = self._editor.textCursor(), self._editor.textCursor()
        start.setPosition(cursor.selectionStart())
        end.setPosition(cursor.selectionEnd())
        span = (*place_of(start), *place_of(end))
        return self._spans.index(span) if span in self._spans else -1

    def _show(self, spans: tuple[Span, ...]) -> None:
        self._spans = spans
        self._editor.found = () if self.isHidden() else spans[:_SHOWN]
        self._editor.refresh_selections()
        self._say()

    def _say(self) -> None:
        """ "3 of 17"."""
        if self.isHidden():
            return
        number, total = self._chosen() + 1, len(self._spans)
        said = "" if not self.wanted() else "not found" if not total else f"{number} of {total:,}"
        if total and not number:
            said = f"{total:,} places" if total > 1 else "one place"
        self.count.setText(self._problem or said)
        self.count.setToolTip(tip(self._problem))
        is_wrong = bool(self._problem) or said == "not found"
        self.count.setStyleSheet(f"color: {self.colors.error if is_wrong else self.colors.muted};")
        self._one.setEnabled(total > 0)
        self._all.setEnabled(total > 0)

    def _on_edited(self, *_: object) -> None:
        cursor = self._editor.textCursor()
        cursor.setPosition(cursor.selectionStart())
        self._editor.setTextCursor(cursor)
        self.refresh()
        self.step(1)

    def _on_text_changed(self) -> None:
        """Places have moved."""
        if self.isVisible():
            self._editor.found = ()
            self._later.start()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.shut()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.focusWidget() is self.by:
                self.replace_one()
            else:
                self.step(-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self.colors.sunken))
        painter.fillRect(0, 0, self.width(), 1, QColor(self.colors.hairline))
        painter.end()


def _short(words: str) -> str:
    return words if len(words) <= 20 else words[:19] + "…"
