"""Person: somebody who builds on the canvas of a real window with keys and mouse, and sees where things are."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from screen import DEADLINE, Screen, wait_until

from gradstudio.picture.anatomy import HEIGHT
from gradstudio.picture.tokens import load_theme
from gradstudio.studio.settings import Settings

CANVAS = (slice(105, 676), slice(434, 1116))
STRIP = (slice(668, 674), CANVAS[1])
"""Below the keys at the bottom of the canvas, which are said while something is being built."""
GROUND = (1080, 130)
"""Nothing lies there in a small picture."""
PICTURES = "GRADSTUDIO_STORY_PICTURES"
"""A folder for a numbered picture of every step; none are kept without it."""

_AGAIN = 5.0  # seconds after which a key is pressed once more: it came before the picture was that of the text
_RING = 5  # pixels from a selected node to the outer end of its ring
_VALUE = 52 / HEIGHT  # where lines leave a node, as a share of its height


class Person:
    """In front of one program that shows one file; every edit is saved at once and the text compared."""

    def __init__(self, screen: Screen, program: subprocess.Popen[bytes], file: Path) -> None:
        self._screen = screen
        self._program = program
        self._file = file
        self._theme = load_theme(Settings().theme)
        folder = os.environ.get(PICTURES)
        self._pictures = Path(folder) / file.stem if folder else None
        self._count = 0

    # waiting

    def wait(self, what: str, is_so: Callable[[], object]) -> None:
        """Until something is so."""
        wait_until(what, is_so, self._program)

    def press_until(self, key: str, what: str, is_so: Callable[[], object]) -> None:
        """Press a key until something is so: nothing can be built while the picture is older than the text."""
        end = time.monotonic() + DEADLINE
        while not is_so():
            self._screen.press(key)
            again = min(time.monotonic() + _AGAIN, end)
            while not is_so() and time.monotonic() < again:
                time.sleep(0.05)
            if time.monotonic() > end:
                raise AssertionError(f"pressed {key} in vain: {what}; the text is:\n{self._saved()}")

    def wait_for_text(self, text: str) -> None:
        """Until the edit is in the text, and nothing but the edit; the picture shows it then too."""
        self.wait_while_building()
        try:
            self.wait("the edit is written", lambda: self._saved() == text)
        except AssertionError as error:
            raise AssertionError(f"{error}; it is\n{self._file.read_text()}\nand not\n{text}") from error
        self.wait("the picture is calm", self._is_calm)
        self.take_picture()

    def wait_while_building(self) -> None:
        """Until fields, palette and wires are gone."""
        self.wait("what was begun is done", lambda: not self.is_building)

    # what is seen

    @property
    def is_building(self) -> bool:
        """Whether the canvas says what keys do now: a field or the palette is open, or a wire is in the hand."""
        is_ground = self._screen.pixels()[STRIP] == self._theme.surface["canvas"] & 0xFFFFFF
        return bool(is_ground.mean() < 0.02)

    @property
    def selected(self) -> tuple[int, int, int, int] | None:
        """Where the selected node is, by its ring: left, top, right and bottom on the screen; None for none."""
        is_ring = self._screen.pixels()[CANVAS] == self._theme.accent & 0xFFFFFF
        rows, columns = np.flatnonzero(is_ring.sum(1) > 80), np.flatnonzero(is_ring.sum(0) > 30)
        if len(rows) < 2 or len(columns) < 2:
            return None
        x, y = CANVAS[1].start, CANVAS[0].start
        left, right = int(columns[0]) + x + _RING, int(columns[-1]) + x - _RING
        return left, int(rows[0]) + y + _RING, right, int(rows[-1]) + y - _RING

    def take_picture(self) -> None:
        """Keep what the screen shows, if pictures are wanted."""
        if self._pictures is not None:
            self._pictures.mkdir(parents=True, exist_ok=True)
            self.wait("the picture is calm", self._is_calm)
            self._count += 1
            self._screen.save_picture(self._pictures / f"{self._count:03d}.png")

    # what is done

    def click_canvas(self) -> None:
        """Click on nothing."""
        self._screen.click(*GROUND)

    def select(self, name: str) -> None:
        """Find a node by its name."""
        self.press_until("Escape", "nothing is selected", lambda: self.selected is None)
        self._screen.press("ctrl+p")
        self._screen.write([name])
        self._screen.press("Return", "Escape")
        self.wait(f"{name} is selected", lambda: self.selected is not None)
        self.take_picture()

    def add(self, words: str) -> None:
        """Find an entry of the palette, which takes the selected node or is a value of its own."""
        self.press_until("shift+a", "the palette is open", lambda: self.is_building)
        self.pick(words)

    def pick(self, words: str) -> None:
        """Take the first that the open palette finds."""
        self._screen.write([words])
        self.take_picture()
        self._screen.press("Return")

    def type_value(self, text: str) -> None:
        """Type the value of the selected node."""
        self._fill("e", text)

    def rename(self, name: str) -> None:
        """Give the selected node another name."""
        self._fill("F2", name)

    def walk_wire(self, key: str) -> None:
        """Take a wire and put it where it leads to by itself: "c" from the selected node, "shift+c" into it."""
        self.press_until(key, "a wire is in the hand", lambda: self.is_building)
        self.take_picture()
        self._screen.press("Return")

    def order(self, key: str, text: str) -> None:
        """Press the key of a command that is done at once, until the text is this."""
        self.press_until(key, "the command is done", lambda: self._saved() == text)
        self.wait_for_text(text)

    def output(self, name: str) -> tuple[int, int]:
        """Where a node's value comes out, on the screen."""
        _, top, right, bottom = self._find(name)
        return right, round(top + _VALUE * (bottom - top))

    def input(self, name: str, below: int = 0) -> tuple[int, int]:
        """Where a value goes in, so many pixels below the middle of the inputs."""
        left, top, _, bottom = self._find(name)
        return left, round(top + _VALUE * (bottom - top)) + below

    def drag(self, start: tuple[int, int], end: tuple[int, int]) -> None:
        """Drag a wire from one place to another."""
        self._screen.do("mousemove", *start)
        self._screen.do("mousedown", 1)
        for share in (0.1, 0.5, 0.9, 1.0):
            x, y = (round(a + (b - a) * share) for a, b in zip(start, end, strict=True))
            self._screen.do("mousemove", x, y)
        self.wait("the wire is in the hand", lambda: self.is_building)
        self.take_picture()
        self._screen.do("mouseup", 1)
        self._screen.do("mousemove", *GROUND)

    def export(self, path: Path) -> None:
        """Write the picture to a file, whose ending says how."""
        title = self._file.name
        self._screen.press("ctrl+e")
        self.wait("the export dialog is open", lambda: any("Export" in each for each in self._screen.titles()))
        self._screen.press("ctrl+a")
        self._screen.write([str(path)])
        self._screen.press("Return")
        self.wait("the export is written", path.exists)
        self.wait("the dialog is gone", lambda: not any("Export" in each for each in self._screen.titles()))
        self._screen.focus(title)

    # inside

    def _fill(self, key: str, text: str) -> None:
        self.press_until(key, "a field is open", lambda: self.is_building)
        self._screen.press("ctrl+a")
        self._screen.write([text])
        self.take_picture()
        self._screen.press("Return")

    def _find(self, name: str) -> tuple[int, int, int, int]:
        self.select(name)
        self.wait("the picture is calm", self._is_calm)
        found = self.selected
        assert found is not None
        return found

    def _saved(self) -> str:
        self._screen.press("ctrl+s")
        return self._file.read_text()

    def _is_calm(self) -> bool:
        """Whether nothing moves for a moment."""
        first = self._screen.pixels()[CANVAS].copy()
        for _ in range(3):
            time.sleep(0.08)
            if not np.array_equal(first, self._screen.pixels()[CANVAS]):
                return False
        return True
