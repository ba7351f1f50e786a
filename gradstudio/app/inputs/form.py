"""Form: a few fields in a popup, with what they will make shown below them while they are filled; Enter makes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QFontMetricsF, QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gradstudio.app.controls import Segments
from gradstudio.app.fonts import mono, words
from gradstudio.app.inputs.popup import Popup
from gradstudio.app.plain import label
from gradstudio.picture.tokens import Theme
from gradstudio.studio.edits.edit import Refused

WIDE = 400
_LINES = 8  # of a preview
_PREVIEW = 364


@dataclass(frozen=True, slots=True)
class Ask:
    """One field. kind: "line", "lines" (several, e.g. pasted cells), "choice" of `options`, or "check"."""

    id: str
    text: str
    value: str = ""
    kind: str = "line"
    options: tuple[str, ...] = ()


class Form(Popup):
    """make(answers) gives something, or raises Refused; preview(something) are the lines shown; write(something) is
    called once, on Enter."""

    def __init__(
        self,
        parent: QWidget,
        theme: Theme,
        title: str,
        asks: tuple[Ask, ...],
        make: Callable[[dict[str, str]], object],
        preview: Callable[[object], str],
        write: Callable[[object], None],
        word: str = "Write the line",
    ) -> None:
        super().__init__(parent, theme, title)
        self._make, self._preview, self._write = make, preview, write
        self.fields: dict[str, QWidget] = {}
        self.names: dict[str, QLabel] = {}
        c = self.colors
        head = label(title)
        head.setFont(words(12, 600))
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        for row, ask in enumerate(asks):
            field = self._field(ask)
            self.fields[ask.id] = field
            if ask.kind == "check":
                grid.addWidget(field, row, 1)
                continue
            name = label(ask.text)
            name.setFont(words(12))
            name.setBuddy(field)
            self.names[ask.id] = name
            top = Qt.AlignmentFlag.AlignTop if ask.kind == "lines" else Qt.AlignmentFlag.AlignVCenter
            grid.addWidget(name, row, 0, Qt.AlignmentFlag.AlignLeft | top)
            grid.addWidget(field, row, 1)
        self.preview = label("")
        self.preview.setFont(mono(11))
        self.preview.setContentsMargins(10, 7, 10, 7)
        self.preview.setFixedWidth(_PREVIEW + 12)
        self.refusal = label("")
        self.refusal.setFont(words(11))
        self.refusal.setWordWrap(True)
        self.refusal.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.refusal.setStyleSheet(f"color: {c.error};")
        self.refusal.setFixedWidth(_PREVIEW + 12)
        self.button = QPushButton(word)
        self.button.setDefault(True)
        self.button.clicked.connect(self.write)
        hint = label("Enter" if all(a.kind != "lines" for a in asks) else "Ctrl+Enter")
        hint.setFont(words(10))
        hint.setStyleSheet(f"color: {c.muted};")
        foot = QHBoxLayout()
        foot.addWidget(hint)
        foot.addStretch(1)
        foot.addWidget(self.button)
        box = QVBoxLayout(self)
        box.setContentsMargins(12, 10, 12, 12)
        box.setSpacing(10)
        box.addWidget(head)
        box.addLayout(grid)
        box.addWidget(self.preview)
        box.addWidget(self.refusal)
        box.addLayout(foot)
        self.setFixedWidth(WIDE)
        self.preview.setStyleSheet(
            f"background: {c.sunken}; color: {c.ink}; border: 1px solid {c.hairline}; border-radius: 4px;"
        )
        self._refresh()

    def _field(self, ask: Ask) -> QWidget:
        c = self.colors
        if ask.kind == "check":
            check = QCheckBox(ask.text)
            check.setChecked(bool(ask.value))
            check.toggled.connect(self._refresh)
            return check
        if ask.kind == "choice":
            choice = Segments(c, tuple((option, "") for option in ask.options))
            choice.set_current(ask.options.index(ask.value))
            choice.setAccessibleName(ask.text)
            choice.chosen.connect(self._refresh)
            return choice
        if ask.kind == "lines":
            lines = QPlainTextEdit(ask.value)
            lines.setFont(mono(11))
            lines.setFixedHeight(92)
            lines.setTabChangesFocus(True)
            lines.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
            lines.setStyleSheet(
                f"QPlainTextEdit {{ background: {c.panel}; border: 1px solid {c.control}; border-radius: 4px; }}"
                f"QPlainTextEdit:focus {{ border-color: {c.accent}; }}"
            )
            lines.textChanged.connect(self._refresh)
            lines.installEventFilter(self)
            lines.setAccessibleName(ask.text)
            return lines
        line = QLineEdit(ask.value)
        line.setFont(mono(11))
        line.setFixedHeight(24)
        line.setMaxLength(400)
        line.textChanged.connect(self._refresh)
        line.returnPressed.connect(self.write)
        line.setAccessibleName(ask.text)
        return line

    def open_at(self, anchor: QWidget) -> None:
        super().open_at(anchor)
        first = next(iter(self.fields.values()))
        first.setFocus()
        if isinstance(first, QLineEdit):
            first.selectAll()

    def answers(self) -> dict[str, str]:
        """What is in the fields; a checked box says "yes"."""
        return {name: _answer(field) for name, field in self.fields.items()}

    def write(self) -> None:
        """Make it, unless it is refused."""
        try:
            made = self._make(self.answers())
            self._write(made)
        except Refused as error:
            self._refuse(str(error))
            return
        self.finish()

    def _refresh(self, *_: object) -> None:
        try:
            shown = self._preview(self._make(self.answers()))
        except Refused as error:
            self._refuse(str(error))
            return
        self.refusal.hide()
        self.button.setEnabled(True)
        metrics = QFontMetricsF(self.preview.font())
        lines = shown.split("\n")
        cut = [metrics.elidedText(line, Qt.TextElideMode.ElideRight, _PREVIEW - 10) for line in lines[:_LINES]]
        self.preview.setText("\n".join([*cut, "…"] if len(lines) > _LINES else cut))
        self.preview.setVisible(bool(shown))
        self.fit()

    def _refuse(self, why: str) -> None:
        if self.preview.isVisible():
            self.refusal.setMinimumHeight(self.preview.height())  # nothing moves while a number is being typed
        self.preview.hide()
        self.refusal.setText(why)
        self.refusal.show()
        self.button.setEnabled(False)
        self.fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            if is_enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self.write()
                return True
        return super().eventFilter(watched, event)


def _answer(field: QWidget) -> str:
    if isinstance(field, QCheckBox):
        return "yes" if field.isChecked() else ""
    if isinstance(field, Segments):
        return field.parts[field.current][0]
    if isinstance(field, QPlainTextEdit):
        return field.toPlainText()
    assert isinstance(field, QLineEdit)
    return field.text()
