"""A screen of its own with a keyboard and a mouse: Xvfb, read through its frame buffer, driven by xdotool."""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
import sys
import time
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

WIDTH, HEIGHT = 1440, 900
DEADLINE = 30.0
"""Seconds after which waiting for something is a failure; machines under load are slow."""

_MISSING = [name for name in ("Xvfb", "xdotool") if shutil.which(name) is None]
STORY = [
    pytest.mark.story,
    pytest.mark.skipif(
        bool(_MISSING), reason=f"{' and '.join(_MISSING)} not installed: packaging/bootstrap.sh test does"
    ),
]
"""The marks of a module of stories."""

READ_CLIPBOARD = (
    "import sys; from PySide6.QtGui import QGuiApplication; a = QGuiApplication(sys.argv); "
    "sys.stdout.write(a.clipboard().text())"
)


class Screen:
    """One X server without a monitor."""

    def __init__(self, folder: Path) -> None:
        read, write = os.pipe()
        try:
            self._server = subprocess.Popen(
                [
                    *("Xvfb", "-displayfd", str(write), "-fbdir", str(folder)),
                    *("-screen", "0", f"{WIDTH}x{HEIGHT}x24", "-nolisten", "tcp"),
                ],
                pass_fds=(write,),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        finally:
            os.close(write)
        with os.fdopen(read) as numbers:
            number = numbers.readline().strip()
        assert number, "Xvfb did not start"
        self._frame = folder / "Xvfb_screen0"
        self.environment = {k: v for k, v in os.environ.items() if k not in ("WAYLAND_DISPLAY", "QT_QPA_PLATFORM")}
        self.environment |= {"DISPLAY": f":{number}", "QT_QPA_PLATFORM": "xcb", "XDG_RUNTIME_DIR": str(folder)}

    def close(self) -> None:
        """Switch it off."""
        self._server.terminate()
        self._server.wait(DEADLINE)

    def start(self, *arguments: object) -> subprocess.Popen[bytes]:
        """Start the real program on this screen."""
        command = [sys.executable, "-m", "gradstudio", *map(str, arguments)]
        return subprocess.Popen(command, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def pixels(self) -> np.ndarray:
        """What the screen shows now: uint32 (HEIGHT, WIDTH), 0x00RRGGBB."""
        data = self._frame.read_bytes()
        header = struct.unpack(">25I", data[:100])
        size, row, colors = header[0], header[12], header[19]
        frame = np.frombuffer(data, "<u4", HEIGHT * row // 4, size + 12 * colors).reshape(HEIGHT, row // 4)
        return frame[:, :WIDTH] & 0xFFFFFF

    def save_picture(self, path: Path) -> None:
        """Write what the screen shows now as a PNG."""
        height, width = (pixels := self.pixels()).shape
        rows = np.zeros((height, 1 + 3 * width), np.uint8)
        for channel in range(3):
            rows[:, 1 + channel :: 3] = pixels >> (16 - 8 * channel) & 255
        parts = [
            (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
            (b"IDAT", zlib.compress(rows.tobytes())),
            (b"IEND", b""),
        ]
        chunks = [
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
            for name, data in parts
        ]
        path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(chunks))

    def do(self, *arguments: object) -> str:
        """Run xdotool."""
        ran = subprocess.run(
            ["xdotool", *map(str, arguments)], env=self.environment, capture_output=True, text=True, timeout=DEADLINE
        )
        return ran.stdout

    def write(self, lines: Sequence[str]) -> None:
        """Type lines of text, with Return between them."""
        for i, line in enumerate(lines):
            if i:
                self.press("Return")
            self.do("type", "--delay", 12, line)

    def press(self, *keys: str) -> None:
        """Press keys one after the other, e.g. "ctrl+s"."""
        self.do("key", "--delay", 12, *keys)

    def click(self, x: float, y: float) -> None:
        """Click with the left button."""
        self.do("mousemove", round(x), round(y))
        self.do("click", 1)

    def titles(self) -> list[str]:
        """Titles of the windows that are shown."""
        windows = self.do("search", "--onlyvisible", "--name", ".").split()
        return [self.do("getwindowname", window).strip() for window in windows]

    def focus(self, title: str) -> None:
        """Give the keyboard to a window, as a window manager would after a dialog has closed."""
        [window, *_] = self.do("search", "--onlyvisible", "--name", title).split()
        self.do("windowfocus", "--sync", window)

    def clipboard(self) -> str:
        """The text on the clipboard, as another program reads it."""
        ran = subprocess.run(
            [sys.executable, "-c", READ_CLIPBOARD],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=DEADLINE,
        )
        return ran.stdout


def wait_until(what: str, is_so: Callable[[], object], program: subprocess.Popen[bytes]) -> None:
    """Look again and again until something is so; fail with its name after DEADLINE, or if the program ends."""
    end = time.monotonic() + DEADLINE
    while not is_so():
        if program.poll() is not None:
            output = program.stdout.read().decode(errors="replace") if program.stdout is not None else ""
            raise AssertionError(f"the program ended with {program.returncode} before {what}:\n{output}")
        if time.monotonic() > end:
            raise AssertionError(f"waited {DEADLINE:g} s in vain until {what}")
        time.sleep(0.05)
