"""For every test: an own configuration folder, Qt without a display unless a story brings one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("PYQTGRAPH_QT_LIB", "PySide6")


@pytest.fixture(autouse=True)
def config_folder(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Settings and log of a test never meet those of the person who runs it."""
    folder = tmp_path_factory.mktemp("config")
    monkeypatch.setenv("GRADSTUDIO_CONFIG", str(folder))
    monkeypatch.setenv("GRADSTUDIO_STATE", str(folder / "state"))
    return folder
