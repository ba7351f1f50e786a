"""Kills during a save: how often a file is torn when the program is killed at a random instant (never).

`python -m benchmarks.kills_save [KILLS] [FOLDER]` starts a process that saves two versions of a text over each other as
fast as it can, kills it, and looks at the file: it must be one of the two, whole. FOLDER: on which disk.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

_WRITER = """
import sys
from pathlib import Path
from gradstudio.studio.document import Document
document = Document.open(Path(sys.argv[1]))
texts = [sys.argv[2] * int(sys.argv[4]), sys.argv[3] * int(sys.argv[4])]
print("ready", flush=True)
while True:
    for text in texts:
        document.text = text
        document.save()
"""
_OLD, _NEW, _LINES = "x = 1.0  # the old text\n", "y = 2.0  # the new text, which is longer\n", 20_000


def main(kills: int, folder: Path) -> int:
    """Returns how many files were torn."""
    path = folder / "killed.grad"
    whole = [_OLD * _LINES, _NEW * _LINES]
    path.write_text(whole[0])
    torn = news = 0
    began = time.monotonic()
    for _ in range(kills):
        command = [sys.executable, "-c", _WRITER, str(path), _OLD, _NEW, str(_LINES)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as writer:
            assert writer.stdout is not None
            writer.stdout.readline()
            time.sleep(random.uniform(0, 0.05))
            writer.send_signal(signal.SIGKILL)
        found = path.read_text()
        torn += found not in whole
        news += found == whole[1]
    left = [p for p in folder.iterdir() if p != path]
    print(f"{kills} kills in {time.monotonic() - began:.0f} s: {torn} torn, {kills - news - torn} old, {news} new")
    print(f"temporary files left: {len(left)}; after the next look at the file: {_left_after_open(path, left)}")
    return torn


def _left_after_open(path: Path, left: list[Path]) -> int:
    from gradstudio.studio.document import Document

    for file in left:
        os.utime(file, (1, 1))
    Document.open(path)
    return sum(file.exists() for file in left)


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    with tempfile.TemporaryDirectory(dir=sys.argv[2] if len(sys.argv) > 2 else None) as made:
        sys.exit(bool(main(count, Path(made))))
