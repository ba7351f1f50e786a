"""The real window, without a display, in which keys are pressed without end; for `kills.py`.

Run: python -m benchmarks.typing_window FOLDER SEED. FOLDER holds a.grad, and takes the log of what was typed.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtTest import QTest

from benchmarks.typist import KEYS, Log
from gradstudio.app.main import Mailbox, make_application, make_window, open_first
from gradstudio.studio.session import start_session
from gradstudio.studio.settings import Settings
from gradstudio.studio.steps import Cursor


def main(folder: Path, seed: int) -> int:
    mailbox = Mailbox()
    session = start_session(Settings(), mailbox.post, folder / "settings.json")
    application = make_application()
    window = make_window(session, mailbox)
    window.show()
    open_first(window, folder / "a.grad")
    log, chance = Log(folder / "log"), random.Random(seed)
    edit = session.edit

    def noted(text: str, name: str = "", cursor: tuple[Cursor, Cursor] | None = None) -> None:
        log.note("text", text.encode())
        edit(text, name, cursor)

    session.edit = noted  # type: ignore[method-assign]

    def press() -> None:
        QTest.keyClicks(window.editor, chance.choice(KEYS.replace("\n", "")))
        timer.start(chance.randrange(50, 100))

    timer = QTimer()
    timer.setSingleShot(True)
    timer.timeout.connect(press)
    timer.start(50)
    return int(application.exec())


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2])))
