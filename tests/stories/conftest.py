"""What every story begins with: a screen of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from screen import Screen


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[Screen]:
    folder = tmp_path / "screen"
    folder.mkdir(mode=0o700)
    screen = Screen(folder)
    screen.environment["GRADSTUDIO_CONFIG"] = str(tmp_path / "config")
    yield screen
    screen.close()
