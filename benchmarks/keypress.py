"""From a key press to the painted picture: median over many keys in a 30-op file, in a real window.

Run: python benchmarks/keypress.py [KEYS]; under Xvfb: xvfb-run python benchmarks/keypress.py; without
a display it runs offscreen. Prints milliseconds.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time

os.environ["GRADSTUDIO_CONFIG"] = tempfile.mkdtemp()
if not os.environ.get("DISPLAY"):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from gradstudio.app.bridge import Bridge
from gradstudio.app.main import make_application
from gradstudio.app.main_window import MainWindow
from gradstudio.studio.session import start_session
from gradstudio.studio.settings import Settings

LINES = [
    "x = 0.5",
    *(f"a{k} = sin({'x' if k == 0 else f'a{k - 1}'}) * {k + 2}.0 + 1.0" for k in range(10)),
    "y = a9 * 1.0",
]


class Painted(QObject):
    """Notes when the canvas has painted."""

    def __init__(self) -> None:
        super().__init__()
        self.at = 0.0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self.at = time.perf_counter()
        return False


def main() -> None:
    keys = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    application = make_application()
    bridge = Bridge()
    session = start_session(Settings(), bridge.post)
    window = MainWindow(session, bridge)
    window.show()
    window.editor.insertPlainText("\n".join(LINES))
    _until(application, lambda: session.runs.view is not None and session.runs.view.text == window.editor.text(), 20)
    assert session.runs.view is not None
    painted = Painted()
    window.canvas.installEventFilter(painted)
    times = []
    for k in range(keys):
        _until(application, lambda: False, 0.12)
        key = f"{k % 10}"
        began = time.perf_counter()
        painted.at = 0.0
        QApplication.postEvent(
            window.editor, QKeyEvent(QEvent.Type.KeyPress, ord(key), Qt.KeyboardModifier.NoModifier, key)
        )
        wanted = window.editor.text() + key
        _until(
            application, lambda w=wanted: session.runs.view.text == w and not window.canvas.visibleRegion().isEmpty(), 5
        )
        shown = time.perf_counter()
        _until(application, lambda s=shown: painted.at >= s, 1)
        times.append((painted.at - began) * 1000)
        if len(window.editor.document().lastBlock().text()) > 40:
            window.editor.textCursor().deletePreviousChar()
    times.sort()
    print(
        f"{len(session.runs.view.graph.ids)} nodes, {keys} keys: median {statistics.median(times):.0f} ms, "
        f"90 % {times[int(0.9 * keys)]:.0f} ms, worst {times[-1]:.0f} ms"
    )
    session.document.text = ""
    window.dialogs.unsaved = lambda *_: "discard"  # type: ignore[method-assign]
    window.close()


def _until(application: QApplication, is_done, seconds: float) -> None:  # type: ignore[no-untyped-def]
    end = time.perf_counter() + seconds
    while time.perf_counter() < end and not is_done():
        application.processEvents()
        time.sleep(0.0005)


if __name__ == "__main__":
    main()
