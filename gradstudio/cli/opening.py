"""Opening the window; without a display, the same computation as text, picture and report."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path


def open_window(name: str | None) -> int:
    """Open the studio on a file (or as it was last left); gives the exit status."""
    if not has_display():
        from gradstudio.cli.headless import show
        from gradstudio.cli.terminal import Refusal, make_safe, one_line

        make_safe()
        try:
            return show(name)
        except Refusal as refusal:
            print(f"gradstudio: {one_line(str(refusal))}", file=sys.stderr)
            return 2
    from gradstudio.app.main import main

    return main(None if name is None else Path(name))


def has_display() -> bool:
    """Whether a window can be shown: Qt ends the whole process if it is started without a display."""
    if os.environ.get("QT_QPA_PLATFORM") or not sys.platform.startswith(("linux", "freebsd")):
        return True
    if os.environ.get("WAYLAND_DISPLAY"):
        return True
    display = os.environ.get("DISPLAY", "")
    if not display:
        return False
    host, _, number = display.rpartition(":")
    if host not in ("", "unix"):
        return True  # a display elsewhere: Qt finds out
    return _answers(f"/tmp/.X11-unix/X{number.split('.')[0]}")


def _answers(path: str) -> bool:
    """Whether an X server listens, at the path or at the abstract name of the same text."""
    for address in (path, f"\0{path}"):
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(2.0)
            try:
                connection.connect(address)
            except OSError:
                continue
            return True
    return False
