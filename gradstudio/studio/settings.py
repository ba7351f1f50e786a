"""Settings: what the studio remembers between starts, as one small JSON file in the user's configuration folder."""

from __future__ import annotations

import contextlib
import os
import re
import tempfile
from pathlib import Path

import msgspec
import platformdirs

RECENT_LIMIT = 10
RECENT_OPS_LIMIT, FAVOURITE_OPS_LIMIT = 8, 24
_OP = re.compile(r"[a-z_][a-z0-9_.:]{0,63}")
_SIZE_LIMIT = 1 << 20


class Settings(msgspec.Struct):
    """Everything remembered. Unknown keys of a newer version are ignored, a broken file counts as an empty one."""

    theme: str = "light"
    recent: list[str] = []  # absolute paths, newest first
    geometry: str = ""  # the window's place and the docks' sizes, as hexadecimal Qt state
    state: str = ""
    layer: int = 2  # picture.model.Layer
    live: bool = True
    text_size: int = 12  # px of the editor's code
    recent_ops: list[str] = []  # entries of the palette, newest first
    favourite_ops: list[str] = []  # in the order they were starred

    def remember(self, path: Path) -> None:
        """Put a file at the head of the recent ones."""
        name = str(path)
        self.recent = [name, *(p for p in self.recent if p != name)][:RECENT_LIMIT]

    def forget(self, path: Path) -> None:
        """Take a file that is gone out of the recent ones."""
        self.recent = [p for p in self.recent if p != str(path)]

    def use_op(self, id: str) -> None:
        """Put an entry of the palette at the head of the recent ones."""
        self.recent_ops = _ops([id, *self.recent_ops], RECENT_OPS_LIMIT)

    def star_op(self, id: str) -> bool:
        """Make an entry of the palette a favourite, or no longer; gives whether it is one now."""
        if id in self.favourite_ops:
            self.favourite_ops = [each for each in self.favourite_ops if each != id]
        else:
            self.favourite_ops = _ops([*self.favourite_ops, id], FAVOURITE_OPS_LIMIT)
        return id in self.favourite_ops


def _ops(ids: list[str], limit: int) -> list[str]:
    """Ids that are well formed, each once, not too many."""
    return [id for id in dict.fromkeys(ids) if _OP.fullmatch(id)][:limit]


def settings_path() -> Path:
    """Where settings lie: the folder GRADSTUDIO_CONFIG if set, else the user's configuration folder."""
    folder = os.environ.get("GRADSTUDIO_CONFIG")
    root = Path(folder) if folder else Path(platformdirs.user_config_dir("gradstudio", appauthor=False))
    return root / "settings.json"


def load_settings(path: Path | None = None) -> Settings:
    """Read settings; a missing, broken or foreign file gives the defaults and is never an error."""
    try:
        data = (path or settings_path()).read_bytes()
        if len(data) > _SIZE_LIMIT:
            return Settings()
        settings = msgspec.json.decode(data, type=Settings)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return Settings()
    if settings.theme not in ("light", "dark"):
        settings.theme = "light"
    settings.layer = min(max(settings.layer, 0), 2)
    settings.text_size = min(max(settings.text_size, 8), 32)
    settings.recent_ops = _ops(settings.recent_ops, RECENT_OPS_LIMIT)
    settings.favourite_ops = _ops(settings.favourite_ops, FAVOURITE_OPS_LIMIT)
    return settings


def save_settings(settings: Settings, path: Path | None = None) -> bool:
    """Write settings whole or not at all; returns whether it worked (a full disk must not disturb anyone)."""
    path = path or settings_path()
    temporary = ""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".settings-", delete=False) as file:
            temporary = file.name
            file.write(msgspec.json.format(msgspec.json.encode(settings), indent=1))
        Path(temporary).replace(path)
    except OSError:
        if temporary:
            with contextlib.suppress(OSError):
                Path(temporary).unlink()
        return False
    return True
