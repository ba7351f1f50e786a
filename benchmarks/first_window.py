"""From the start of the program to the first painted window, and to the first picture in it. Prints milliseconds.

Run: python benchmarks/first_window.py; without a display it runs offscreen.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time

PROBE = """
import sys, time
from gradstudio.app import main as start
from PySide6.QtCore import QTimer
shown = []
began = float(sys.argv[1])
make = start.make_window
def probed(*arguments):
    from PySide6.QtCore import QEvent, QObject
    window = make(*arguments)
    class Probe(QObject):
        def eventFilter(self, watched, event):
            if event.type() == QEvent.Type.Paint and not shown:
                shown.append(time.time())
            return False
    window.probe = Probe()
    window.editor.viewport().installEventFilter(window.probe)
    def look():
        if window.view is None:
            QTimer.singleShot(5, look)
            return
        late = [name for name in ("pyqtgraph", "networkx", "scipy", "jinja2") if name in sys.modules]
        print((shown[0] - began) * 1000, (time.time() - began) * 1000, late, flush=True)
        window.close()
    QTimer.singleShot(0, look)
    return window
start.make_window = probed
start.main()
"""


def main() -> None:
    windows, pictures = [], []
    for _ in range(5):
        environment = {**os.environ, "GRADSTUDIO_CONFIG": tempfile.mkdtemp()}
        if not os.environ.get("DISPLAY"):
            environment.setdefault("QT_QPA_PLATFORM", "offscreen")
        command = [sys.executable, "-c", PROBE, str(time.time())]
        output = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout.split(
            " ", 2
        )
        windows.append(float(output[0]))
        pictures.append(float(output[1]))
    print(
        f"window {statistics.median(windows):.0f} ms, picture {statistics.median(pictures):.0f} ms, "
        f"heavy modules loaded: {output[2].strip()}"
    )


if __name__ == "__main__":
    main()
