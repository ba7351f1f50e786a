"""A person's first hour, in a real window: type a program, look at a gradient, save, export, quit."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
from screen import DEADLINE, HEIGHT, STORY, WIDTH, Screen, wait_until

from gradstudio.picture.tokens import load_theme
from gradstudio.studio.settings import Settings

pytestmark = STORY

EDITOR = (200, 400)
CANVAS = (slice(105, 670), slice(440, 1110))
GRADIENT_TAB = (1218, 116)
COPY = (1196, 685)

PROGRAM = """\
x = tf.constant(3.0)
with tf.GradientTape() as t:
    t.watch(x)
    y = x * x
    z = y * y
g = t.gradient(z, x)"""
TYPED = ["x = tf.constant(3.0)", "with tf.GradientTape() as t:", "t.watch(x)", "y = x * x", "z = y * y", ""]


def headers(screen: Screen, family: int) -> list[tuple[int, int]]:
    """Where the canvas shows header bars in a family's tint: the left ends, as (x, y) on the screen."""
    return bars(screen, load_theme(Settings().theme).family_header[family])


def bars(screen: Screen, color: int) -> list[tuple[int, int]]:
    """Where the canvas shows bars of a colour: the left ends, as (x, y) on the screen."""
    is_tint = screen.pixels()[CANVAS] == color & 0xFFFFFF
    starts = is_tint[:, 1:] & ~is_tint[:, :-1]
    runs = np.argwhere(starts)
    found: list[tuple[int, int]] = []
    for y, x in runs.tolist():
        is_long = is_tint[y, x + 1 : x + 9].all()
        place = (x + 1 + CANVAS[1].start, y + CANVAS[0].start)
        if is_long and not any(abs(place[0] - a) < 132 and abs(place[1] - b) < 30 for a, b in found):
            found.append(place)
    return found


ARITHMETIC, LEAF = 0, 8


def test_a_first_hour(screen: Screen, tmp_path: Path) -> None:
    file, exported = tmp_path / "story.grad", tmp_path / "graph.svg"
    file.write_bytes(b"")
    program = screen.start(file)
    try:
        wait_until("the window is open", lambda: any("story.grad" in title for title in screen.titles()), program)
        wait_until("it is painted", lambda: len(np.unique(screen.pixels())) > 50, program)
        screen.click(*EDITOR)
        screen.write(TYPED)
        screen.press("BackSpace")
        screen.write(["g = t.gradient(z, x)"])

        wait_until("the network shows both products", lambda: len(headers(screen, ARITHMETIC)) == 2, program)
        wait_until("the network shows the input", lambda: len(headers(screen, LEAF)) == 1, program)
        wait_until("the backward edges are drawn", lambda: _is_orange_below(screen), program)

        [(x, y)] = headers(screen, LEAF)
        screen.click(x + 30, y + 30)
        wait_until("the node is selected", lambda: _has_accent_around(screen, x, y), program)
        screen.click(*GRADIENT_TAB)

        def copied() -> bool:
            screen.click(*COPY)
            return screen.clipboard() == "108.0"

        wait_until("the gradient of the clicked node is copied", copied, program)

        screen.press("ctrl+s")
        wait_until("the text is saved", lambda: file.read_text() == PROGRAM, program)

        screen.press("ctrl+e")
        wait_until("the export dialog is open", lambda: any("Export" in title for title in screen.titles()), program)
        screen.press("ctrl+a")
        screen.write([str(exported)])
        screen.press("Return")
        wait_until("the picture is written", exported.exists, program)
        texts = [text.text for text in ET.parse(exported).getroot().iter("{http://www.w3.org/2000/svg}text")]
        assert {"x", "y", "z"} <= set(texts)
        assert any("108" in (text or "") for text in texts)

        wait_until("the dialog is gone", lambda: not any("Export" in title for title in screen.titles()), program)
        screen.focus("story.grad")
        screen.press("ctrl+q")
        assert program.wait(DEADLINE) == 0
    finally:
        program.kill()
        output, _ = program.communicate()
    assert b"Traceback" not in output
    assert screen.pixels().shape == (HEIGHT, WIDTH)


MISTAKES = ["q = )", "q = x / undefined", "q = tf.ones(10**9)", "import os", "while True: q = 1"]


def test_mistakes_cost_neither_text_nor_picture(screen: Screen, tmp_path: Path) -> None:
    file = tmp_path / "story.grad"
    file.write_text(PROGRAM)
    program = screen.start(file)
    try:
        wait_until("the network shows both products", lambda: len(headers(screen, ARITHMETIC)) == 2, program)
        screen.click(*EDITOR)
        for mistake in MISTAKES:
            screen.press("ctrl+End", "Return")
            screen.write([mistake])

            def is_said(mistake: str = mistake) -> bool:
                if mistake.startswith("while"):
                    screen.press("shift+F5")
                return _has_error_line(screen)

            wait_until(f"the mistake in {mistake!r} is said", is_said, program)
            wait_until("the picture is marked stale", lambda: len(stale_headers(screen)) == 3, program)
            screen.press("Escape", "shift+Home", "BackSpace", "BackSpace")
            wait_until(
                f"the network is fresh after {mistake!r}",
                lambda: not _has_error_line(screen) and len(headers(screen, ARITHMETIC)) == 2,
                program,
            )
        screen.press("ctrl+q")
        assert program.wait(DEADLINE) == 0
    finally:
        program.kill()
        output, _ = program.communicate()
    assert b"Traceback" not in output
    assert file.read_text() == PROGRAM


def stale_headers(screen: Screen) -> list[tuple[int, int]]:
    """Where the canvas shows header bars of a picture that the text has left behind."""
    return bars(screen, load_theme(Settings().theme).stale_header)


def _has_error_line(screen: Screen) -> bool:
    """Whether the status line at the bottom is in the colour of errors."""
    error = load_theme(Settings().theme).error & 0xFFFFFF
    return bool((screen.pixels()[HEIGHT - 24 :, :400] == error).sum() > 20)


def _is_orange_below(screen: Screen) -> bool:
    """Whether a backward edge in the colour of positive gradients is on the canvas."""
    line = load_theme(Settings().theme).signed_line[2] & 0xFFFFFF
    return int((screen.pixels()[CANVAS] == line).sum()) > 50


def _has_accent_around(screen: Screen, x: int, y: int) -> bool:
    """Whether a selection ring in the accent colour is near a node's header."""
    accent = load_theme(Settings().theme).accent & 0xFFFFFF
    return bool((screen.pixels()[max(y - 20, 0) : y + 10, max(x - 20, 0) : x + 140] == accent).sum() > 60)
