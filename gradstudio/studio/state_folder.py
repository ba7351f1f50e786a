"""State folder: where the program keeps what belongs to a person and to no file, such as histories and backups."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs


def state_folder() -> Path:
    """The folder GRADSTUDIO_STATE if set, else the user's state folder. It need not exist yet."""
    folder = os.environ.get("GRADSTUDIO_STATE")
    return Path(folder) if folder else Path(platformdirs.user_state_dir("gradstudio", appauthor=False))
