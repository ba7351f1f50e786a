"""From a key press to the painted picture: median over many keys in a 30-op file, in a real window.

Run: python -m benchmarks.keypress [KEYS]; under Xvfb: xvfb-run python -m benchmarks.keypress; without a display it
runs offscreen. Prints milliseconds.
"""

from __future__ import annotations

import sys

from benchmarks.painted import Measured, in_words

from PySide6.QtCore import QEvent, Qt  # isort: skip  (after the platform is chosen)
from PySide6.QtGui import QKeyEvent  # isort: skip
from PySide6.QtWidgets import QApplication  # isort: skip

LINES = [
    "x = 0.5",
    *(f"a{k} = sin({'x' if k == 0 else f'a{k - 1}'}) * {k + 2}.0 + 1.0" for k in range(10)),
    "y = a9 * 1.0",
]


def main() -> None:
    keys = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    measured = Measured()
    editor = measured.window.editor
    editor.insertPlainText("\n".join(LINES))
    measured.until(lambda: measured.shows(editor.text()), 20)
    times = []
    for k in range(keys):
        measured.rest()
        times.append(measured.seconds(lambda key=f"{k % 10}": _press(editor, key)))  # type: ignore[misc]
        if len(editor.document().lastBlock().text()) > 40:
            editor.textCursor().deletePreviousChar()
    assert measured.session.runs.view is not None
    print(f"{len(measured.session.runs.view.graph.ids)} nodes, {keys} keys: {in_words(times)}")
    measured.close()


def _press(editor, key: str) -> str:  # type: ignore[no-untyped-def]
    """Press a key; gives the text that it leads to."""
    event = QKeyEvent(QEvent.Type.KeyPress, ord(key), Qt.KeyboardModifier.NoModifier, key)
    QApplication.postEvent(editor, event)
    return str(editor.text()) + key


if __name__ == "__main__":
    main()
