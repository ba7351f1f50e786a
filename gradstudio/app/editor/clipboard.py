"""Clipboard: what may come into the code from elsewhere, what goes out, and what these steps are called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication

from gradstudio.language.limits import FILE_BYTES, LINE_CHARACTERS, LINES
from gradstudio.studio.step_names import of_text

if TYPE_CHECKING:
    from gradstudio.app.editor.editor import CodeEditor


def selected(editor: CodeEditor) -> str:
    """The selected text, with plain line ends."""
    return editor.textCursor().selectedText().replace("\u2029", "\n")


def take_in(editor: CodeEditor, text: str) -> None:
    """Put a text in the place of the selection, as one step; what no program could be is refused in one line."""
    longest = max(map(len, text.splitlines()), default=0)
    if len(text) + editor.document().characterCount() > FILE_BYTES:
        editor.refused.emit(f"Nothing was pasted: a computation file may have {FILE_BYTES >> 20} MiB of text.")
    elif longest > LINE_CHARACTERS:
        editor.refused.emit(
            f"Nothing was pasted: a line of it has {longest:,} characters; lines may have {LINE_CHARACTERS:,}."
        )
    elif text.count("\n") + editor.blockCount() > LINES:
        editor.refused.emit(f"Nothing was pasted: a computation file may have {LINES:,} lines.")
    elif "\0" in text:
        editor.refused.emit("Nothing was pasted: it is not text.")
    else:
        with editor.step(of_text("Paste", text)):
            editor.textCursor().insertText(text)
        editor.ensureCursorVisible()


def copy(editor: CodeEditor) -> None:
    """The selected text to the clipboard, as an object of Qt, because one of ours would outlive Python."""
    if editor.textCursor().hasSelection():
        QGuiApplication.clipboard().setText(selected(editor))


def cut(editor: CodeEditor) -> None:
    """The same, and out of the code."""
    copy(editor)
    with editor.step(of_text("Cut", selected(editor))):
        editor.textCursor().removeSelectedText()
    editor.ensureCursorVisible()


def give_out(editor: CodeEditor) -> QMimeData:
    """The selected text and nothing else, to be dragged."""
    data = QMimeData()
    data.setText(selected(editor))
    return data
