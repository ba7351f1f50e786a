"""Dialogs: every question that needs an answer before the window can go on. Tests replace this class."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QGridLayout,
    QMessageBox,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from gradstudio.app.compare import Comparison, Side
from gradstudio.app.fonts import mono, words
from gradstudio.app.node_sheet import node_sheet_dialog
from gradstudio.app.plain import label
from gradstudio.app.theme import Colors
from gradstudio.app.trust_dialog import TrustDialog, TrustQuestion
from gradstudio.picture.fonts import plain
from gradstudio.picture.tokens import Theme

FILES = "Computations (*.grad *.py);;All files (*)"


class Dialogs:
    """Asks a person, in front of a window."""

    def open_path(self, parent: QWidget, folder: Path) -> Path | None:
        """Which file to open; None if the person changed their mind."""
        name, _ = QFileDialog.getOpenFileName(parent, "Open", str(folder), FILES)
        return Path(name) if name else None

    def data_path(self, parent: QWidget, folder: Path, filters: str) -> Path | None:
        """Which data file to make a line of."""
        name, _ = QFileDialog.getOpenFileName(parent, "Insert data file", str(folder), filters)
        return Path(name) if name else None

    def save_path(self, parent: QWidget, proposal: Path) -> Path | None:
        """Where to save; a name without ending gets .grad."""
        name, _ = QFileDialog.getSaveFileName(parent, "Save as", str(proposal), FILES)
        if not name:
            return None
        path = Path(name)
        if path.suffix:
            return path
        path = path.with_suffix(".grad")  # which the system has not asked about
        return path if not path.exists() or self.may_replace(parent, path) else None

    def export_path(self, parent: QWidget, title: str, proposal: Path, filters: str) -> Path | None:
        """Where to export to."""
        name, _ = QFileDialog.getSaveFileName(parent, title, str(proposal), filters)
        return Path(name) if name else None

    def may_replace(self, parent: QWidget, path: Path) -> bool:
        """Whether a file that is there already may go for the new one."""
        box = _question(parent, f"{plain(path.name, 200)} exists already. Replace it?", "What it holds is lost then.")
        replace = box.addButton("Replace", QMessageBox.ButtonRole.DestructiveRole)
        box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))
        box.exec()
        return box.clickedButton() is replace

    def unsaved(self, parent: QWidget, name: str) -> str:
        """ "save", "discard" or "cancel" for a text that differs from its file."""
        box = _question(
            parent,
            f"Save the changes to {plain(name, 200)}?",
            "Otherwise they are only kept among the older versions for 30 days.",
        )
        buttons = QMessageBox.StandardButton
        box.setStandardButtons(buttons.Save | buttons.Discard | buttons.Cancel)
        box.setDefaultButton(buttons.Save)
        box.setEscapeButton(buttons.Cancel)
        answer = box.exec()
        if answer == buttons.Save:
            return "save"
        return "discard" if answer == buttons.Discard else "cancel"

    def compare(
        self, parent: QWidget, colors: Colors, title: str, left: Side, right: Side, buttons: tuple[tuple[str, str], ...]
    ) -> str:
        """Two texts beside each other; the key of the button that was pressed, "" for none."""
        dialog = Comparison(colors, title, left, right, buttons, parent)
        dialog.exec()
        answer = dialog.answer
        dialog.deleteLater()
        return answer

    def allow_full(self, parent: QWidget, question: TrustQuestion, colors: Colors) -> bool:
        """Whether a file may run as full Python."""
        dialog = TrustDialog(question, colors, parent)
        try:
            return dialog.exec() == QDialog.DialogCode.Accepted
        finally:
            dialog.deleteLater()

    def choose_text(self, dialog: QDialog) -> None:
        """Show a list of texts to choose from, until it is closed."""
        dialog.exec()

    def about(self, parent: QWidget, lines: list[str]) -> None:
        """What the program is, and which isolation is active."""
        dialog = _sheet(parent, "About GradStudio")
        box = QVBoxLayout(dialog)
        box.setContentsMargins(24, 24, 24, 16)
        box.setSpacing(8)
        title = label("GradStudio", dialog)
        title.setFont(words(20, 700))
        box.addWidget(title)
        for line in lines:
            text = label(line, dialog)
            text.setWordWrap(True)
            box.addWidget(text)
        box.addSpacing(8)
        box.addWidget(_close_button(dialog), 0, Qt.AlignmentFlag.AlignRight)
        dialog.setFixedWidth(440)
        dialog.exec()

    def node_sheet(self, parent: QWidget | None, theme: Theme) -> None:
        """How a node looks at every zoom and in every state."""
        node_sheet_dialog(theme, parent).exec()

    def shortcuts(self, parent: QWidget, groups: list[tuple[str, list[tuple[str, str]]]]) -> None:
        """The sheet of keys: per menu, what each does."""
        dialog = _sheet(parent, "Keyboard shortcuts")
        box = QVBoxLayout(dialog)
        box.setContentsMargins(24, 16, 24, 16)
        area = QScrollArea(dialog)
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        inside = QWidget()
        grid = QGridLayout(inside)
        grid.setHorizontalSpacing(32)
        grid.setVerticalSpacing(6)
        columns = 2
        rows = [0] * columns
        for name, entries in groups:
            column = rows.index(min(rows))
            head = label(name, inside)
            head.setFont(words(12, 600))
            grid.addWidget(head, rows[column], 2 * column, 1, 2)
            rows[column] += 1
            for text, keys in entries:
                grid.addWidget(label(text, inside), rows[column], 2 * column)
                key = label(keys, inside)
                key.setFont(mono(12))
                grid.addWidget(key, rows[column], 2 * column + 1)
                rows[column] += 1
            grid.setRowMinimumHeight(rows[column], 10)
            rows[column] += 1
        grid.setRowStretch(max(rows), 1)
        area.setWidget(inside)
        box.addWidget(area)
        box.addWidget(_close_button(dialog), 0, Qt.AlignmentFlag.AlignRight)
        dialog.resize(720, 600)
        dialog.exec()


def _question(parent: QWidget, text: str, more: str) -> QMessageBox:
    """A question in plain text, still without buttons."""
    box = QMessageBox(parent)
    box.setIcon(QMessageBox.Icon.NoIcon)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setWindowTitle("GradStudio")
    box.setText(text)
    box.setInformativeText(more)
    return box


def _sheet(parent: QWidget, title: str) -> QDialog:
    dialog = QDialog(parent)
    dialog.setWindowTitle(title)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return dialog


def _close_button(dialog: QDialog) -> QPushButton:
    button = QPushButton("Close", dialog)
    button.setDefault(True)
    button.clicked.connect(dialog.accept)
    return button
