"""What a long day costs the window itself: numbers dragged, keys typed, runs asked for, documents opened, in turn."""

from __future__ import annotations

import gc
import itertools
import os
import threading
import time
from pathlib import Path

from benchmarks.painted import Measured

from PySide6.QtCore import QCoreApplication, QEvent, QObject  # isort: skip  (after the platform is chosen)
from PySide6.QtGui import QTextCursor  # isort: skip
from PySide6.QtWidgets import QApplication  # isort: skip

from gradstudio.studio.edits.edit import Edit  # isort: skip

PROGRAM = (
    "x = {}\nv = [1.0, 2.0, 3.0]\nfor i in range(10):\n    x = tanh(x) * 2.0\ny = sum(v * v) * x\nprint('done', i)\n"
)


class Day:
    """One window, and what a person does in it."""

    def __init__(self) -> None:
        self.measured = Measured()
        self.session, self.window = self.measured.session, self.measured.window
        self.window.canvas.animation_ms = 0
        self.window.files.may_leave = lambda then=None: True  # type: ignore[method-assign]
        self.worst = 0.0  # seconds of the window's thread in one turn of its loop
        self.missed = 0
        self.session.new()
        self.edit(PROGRAM.format("0.5"))
        assert self.finish(), "the first program did not run"

    def edit(self, text: str) -> None:
        self.window.editor.selectAll()
        self.window.editor.insertPlainText(text)

    def finish(self) -> bool:
        """Wait until the text that is there has run."""
        text, runs = self.session.document.text, self.session.runs
        end = time.monotonic() + 20
        while time.monotonic() < end:
            cpu = time.thread_time()
            QApplication.processEvents()
            self.worst = max(self.worst, time.thread_time() - cpu)
            if runs.outcome is not None and runs.outcome.text == text and not runs.is_running:
                return True
            time.sleep(0.0005)
        return False

    def turn(self, number: int) -> None:
        """One run: most often of another number, each third of something typed, each tenth because it was asked for."""
        session, editor = self.session, self.window.editor
        text = session.document.text
        if number % 500 == 0:
            session.new()
            self.edit(PROGRAM.format(f"{number}.5"))
        elif number % 97 == 0:
            self.edit(text + "while True:\n    pass\n")
            self.measured.until(lambda: session.runs.is_running, 5)
            session.runs.stop()
            self.finish()
            session.undo()
        elif number % 41 == 0:
            self.edit(text + "y = (\n")
            self.finish()
            session.undo()
        elif number % 10 == 0:
            session.run()
        elif number % 3 == 0:
            editor.moveCursor(QTextCursor.MoveOperation.End)
            if len(editor.document().lastBlock().text()) < 8:
                editor.insertPlainText(f"#{number % 10}")
            else:
                editor.insertPlainText("\n" if editor.blockCount() < 40 else f" {number % 7}")
                self.edit(PROGRAM.format(f"{number}.25"))
        else:
            value = f"{number % 900 / 100 + 0.01:.2f}"
            first, rest = text.split("\n", 1)
            assert first.startswith("x = ")
            session.apply(Edit(f"Change x to {value}", f"x = {value}\n{rest}", 1), "slider:x:0")
            if number % 7 == 0:
                session.settle()
        if number % 50 == 0 and session.runs.view is not None:
            session.selection.select(number % len(session.runs.view.graph.ids))
        if number % 200 == 0:
            self.window.set_theme("dark" if number % 400 else "light")
        if not self.finish():
            self.missed += 1
        if number % 20 == 0:  # only a loop that never ends does so by itself
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    def held(self) -> str:
        """What the window's process holds."""
        QCoreApplication.sendPostedEvents(
            None, QEvent.Type.DeferredDelete
        )  # only a loop that never ends does so itself
        gc.collect()
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        widgets = QApplication.topLevelWidgets()
        objects = sum(1 + len(w.findChildren(QObject)) for w in widgets if w.parent() is None)
        return (
            f"{pages * os.sysconf('SC_PAGESIZE') / 2**20:8.1f} MiB  {threading.active_count():3} threads  "
            f"{len(list(Path('/proc/self/fd').iterdir())):3} files  {objects:6} objects of Qt  "
            f"{len(gc.get_objects()):8} of Python  {len(self.session.history.steps):6} steps  "
            f"worst turn {1000 * self.worst:4.0f} ms  {self.missed} missed"
        )


def soak_window(runs: int, seconds: float) -> None:
    """So many runs, or as many as the time allows; memory and the like at doubling counts, and at the end."""
    day = Day()
    began = time.monotonic()
    print(f"{0:8} runs  {day.held()}", flush=True)
    marks = {2**k * 100 for k in itertools.takewhile(lambda k: 2**k * 100 < runs, range(40))}
    number = 0
    while number < runs and time.monotonic() - began < seconds:
        number += 1
        day.turn(number)
        if number in marks:
            print(f"{number:8} runs  {day.held()}  {time.monotonic() - began:6.0f} s", flush=True)
    print(f"{number:8} runs  {day.held()}  {time.monotonic() - began:6.0f} s", flush=True)
    day.measured.close()
