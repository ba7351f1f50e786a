"""The command, called as from a shell but in this process."""

from __future__ import annotations

import pytest

from gradstudio.__main__ import main


@pytest.fixture
def gradstudio(monkeypatch: pytest.MonkeyPatch):
    def call(*arguments: object) -> int:
        monkeypatch.setattr("sys.argv", ["gradstudio", *map(str, arguments)])
        return main()

    return call
