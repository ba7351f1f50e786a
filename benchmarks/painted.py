"""A window to measure: offscreen unless there is a display, and when its canvas has painted."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable

os.environ["GRADSTUDIO_CONFIG"] = tempfile.mkdtemp()
os.environ["GRADSTUDIO_STATE"] = tempfile.mkdtemp()
if not os.environ.get("DISPLAY"):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent, QObject

from gradstudio.app.bridge import Bridge
from gradstudio.app.main import make_application
from gradstudio.app.main_window import MainWindow
from gradstudio.studio.session import start_session
from gradstudio.studio.settings import Settings


class Painted(QObject):
    """Notes when what it watches has painted."""

    def __init__(self) -> None:
        super().__init__()
        self.at = 0.0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self.at = time.perf_counter()
        return False


class Measured:
    """The real window over a real worker."""

    def __init__(self) -> None:
        self.application = make_application()
        bridge = Bridge()
        self.session = start_session(Settings(), bridge.post)
        self.window = MainWindow(self.session, bridge)
        self.window.show()
        self._painted = Painted()
        self.window.canvas.installEventFilter(self._painted)

    def until(self, is_done: Callable[[], bool], seconds: float) -> None:
        """Let the window go on until something is so, or the time is over."""
        end = time.perf_counter() + seconds
        while time.perf_counter() < end and not is_done():
            self.application.processEvents()
            time.sleep(0.0005)

    def rest(self) -> None:
        """Let everything settle."""
        self.until(lambda: False, 0.12)

    def shows(self, text: str) -> bool:
        """Whether the picture is that of a text."""
        view = self.session.runs.view
        return view is not None and view.text == text and not self.window.canvas.visibleRegion().isEmpty()

    def seconds(self, do: Callable[[], str]) -> float:
        """From doing something until the canvas has painted the text that it gives."""
        self._painted.at = 0.0
        began = time.perf_counter()
        text = do()
        self.until(lambda: self.shows(text), 10.0)
        shown = time.perf_counter()
        self.until(lambda: self._painted.at >= shown, 1.0)
        return self._painted.at - began

    def close(self) -> None:
        """Close it; nothing is saved."""
        self.session.document.text = ""
        self.window.files.may_leave = lambda then=None: True  # type: ignore[method-assign]
        self.window.close()


def in_words(times: list[float]) -> str:
    """Median, 90 % and worst, in milliseconds."""
    ms = sorted(1000 * t for t in times)
    return f"median {ms[len(ms) // 2]:.0f} ms, 90 % {ms[int(0.9 * len(ms))]:.0f} ms, worst {ms[-1]:.0f} ms"
