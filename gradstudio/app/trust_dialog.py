"""The one question of trust: may this file, by these bytes, run as full Python? Every short way out keeps it safe."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gradstudio.app.fonts import mono, words
from gradstudio.app.icons import pixmap
from gradstudio.app.plain import label
from gradstudio.app.theme import Colors
from gradstudio.language.needs import Need
from gradstudio.picture.fonts import plain
from gradstudio.picture.visible import visible

WARNING = (
    "This file wants full Python. It could read, change or delete any of your files. "
    "If you did not write it, choose Keep safe."
)
_WIDTH = 560
_LINES, _SHOWN = 20, 8  # lines that are listed, and how many of them show without scrolling
_LONGEST = 160  # characters of a line
_DIGITS = 16


@dataclass(frozen=True, slots=True)
class TrustQuestion:
    """What is asked about: a name and a folder as the person knows them, the text's SHA-256, the lines that need it."""

    name: str
    folder: Path | None
    digest: str
    needs: tuple[Need, ...]

    @property
    def lines(self) -> list[str]:
        """The lines, with their numbers; hidden characters are spelled, and long ones cut."""
        wide = len(str(max((need.line for need in self.needs), default=0)))
        said = [f"{need.line:>{wide}}  {_cut(visible(need.text.strip()))}" for need in self.needs[:_LINES]]
        more = len(self.needs) - _LINES
        return [*said, f"and {more} more"] if more > 0 else said


class TrustDialog(QDialog):
    """Accepted only by the button that says so."""

    def __init__(self, question: TrustQuestion, colors: Colors, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Allow full Python?")
        self.setFixedWidth(_WIDTH)
        box = QVBoxLayout(self)
        box.setContentsMargins(24, 20, 24, 16)
        box.setSpacing(12)
        box.addLayout(self._head(colors))
        box.addLayout(self._facts(question))
        lines = label("These lines need it:" if len(question.needs) > 1 else "This line needs it:", self)
        box.addWidget(lines)
        box.addWidget(self._list(question, colors))
        warning = label(WARNING, self)
        warning.setWordWrap(True)
        warning.setFont(words(12, 600))
        box.addWidget(warning)
        kept = label("It is allowed for exactly these bytes, and for what you change in this window.", self)
        kept.setWordWrap(True)
        box.addWidget(kept)
        self.keep, self.allow = QPushButton("Keep safe", self), QPushButton("Allow full Python", self)
        self.allow.setAccessibleDescription(WARNING)
        self.keep.setDefault(True)
        self.keep.clicked.connect(self.reject)
        self.allow.clicked.connect(self.accept)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.allow)
        row.addWidget(self.keep)
        box.addLayout(row)
        self.keep.setFocus()

    def _head(self, colors: Colors) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(10)
        sign = QLabel(self)
        sign.setPixmap(pixmap("warn", colors.warn, 20, self.devicePixelRatioF()))
        head = label("Allow full Python?", self)
        head.setFont(words(16, 700))
        row.addWidget(sign)
        row.addWidget(head, 1)
        return row

    def _facts(self, question: TrustQuestion) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        folder = str(question.folder) if question.folder is not None else "not saved yet"
        rows = (
            ("File", plain(question.name), words(12, 600)),
            ("Folder", plain(folder, 4096), words(12)),
            ("SHA-256", f"{question.digest[:_DIGITS]} …", mono(12)),
        )
        for number, (name, text, font) in enumerate(rows):
            metrics = QFontMetricsF(font)
            shown = label(metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, _WIDTH - 140), self)
            shown.setFont(font)
            shown.setAccessibleName(f"{name}: {text}")
            grid.addWidget(label(name, self), number, 0)
            grid.addWidget(shown, number, 1)
        return grid

    def _list(self, question: TrustQuestion, colors: Colors) -> QPlainTextEdit:
        lines = question.lines
        shown = QPlainTextEdit("\n".join(lines), self)
        shown.setReadOnly(True)
        shown.setTabChangesFocus(True)
        shown.setFont(mono(12))
        shown.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        shown.setAccessibleName("Lines that need full Python")
        shown.setStyleSheet(f"QPlainTextEdit {{ background: {colors.panel}; border: 1px solid {colors.control}; }}")
        height = QFontMetricsF(shown.font()).lineSpacing() * (min(len(lines), _SHOWN) + 0.5)
        widest = max((QFontMetricsF(shown.font()).horizontalAdvance(line) for line in lines), default=0.0)
        shown.setFixedHeight(round(height) + 12 + (14 if widest > _WIDTH - 70 else 0))
        return shown


def _cut(line: str) -> str:
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"
