"""Settings survive a restart, and a broken file is never in the way."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gradstudio.studio.settings import (
    FAVOURITE_OPS_LIMIT,
    RECENT_LIMIT,
    RECENT_OPS_LIMIT,
    Settings,
    load_settings,
    save_settings,
    settings_path,
)


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    path = tmp_path / "new" / "settings.json"
    settings = Settings(theme="dark", layer=1, live=False, text_size=15)
    settings.remember(Path("/a/b.grad"))
    assert save_settings(settings, path)
    assert load_settings(path) == settings


@pytest.mark.parametrize("data", [b"", b"{", b"[1]", b'{"theme": 7}', b"\xff\xfe", b'{"recent": "x"}'])
def test_a_broken_file_counts_as_an_empty_one(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "settings.json"
    path.write_bytes(data)
    assert load_settings(path) == Settings()


def test_unknown_keys_and_wild_values_are_tolerated(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text('{"theme": "neon", "layer": 99, "text_size": -4, "of a later version": {"x": 1}}')
    settings = load_settings(path)
    assert (settings.theme, settings.layer, settings.text_size) == ("light", 2, 8)


def test_recent_files_are_newest_first_without_doubles_and_few() -> None:
    settings = Settings()
    for number in range(RECENT_LIMIT + 3):
        settings.remember(Path(f"/f{number}.grad"))
    settings.remember(Path("/f5.grad"))
    assert settings.recent[0] == "/f5.grad"
    assert len(settings.recent) == RECENT_LIMIT == len(set(settings.recent))
    settings.forget(Path("/f5.grad"))
    assert "/f5.grad" not in settings.recent


def test_the_environment_names_the_folder(config_folder: Path) -> None:
    assert settings_path() == config_folder / "settings.json"


def test_a_place_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert not save_settings(Settings(), tmp_path / "file" / "settings.json")


def test_recent_operations_are_newest_first_without_doubles_and_few() -> None:
    settings = Settings()
    for id in ("sum", "exp", "leaf:number", "sum"):
        settings.use_op(id)
    assert settings.recent_ops == ["sum", "leaf:number", "exp"]
    for number in range(RECENT_OPS_LIMIT + 5):
        settings.use_op(f"op_{number}")
    assert len(settings.recent_ops) == RECENT_OPS_LIMIT


def test_favourite_operations_are_starred_and_unstarred() -> None:
    settings = Settings()
    assert settings.star_op("sum")
    assert settings.star_op("exp")
    assert not settings.star_op("sum")
    assert settings.favourite_ops == ["exp"]


def test_operations_of_a_damaged_file_are_put_right(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    many = [f"op_{number}" for number in range(500)]
    path.write_text(json.dumps({"recent_ops": ["sum", "", "A b", "x" * 999, "sum", "exp"], "favourite_ops": many}))
    settings = load_settings(path)
    assert settings.recent_ops == ["sum", "exp"]
    assert settings.favourite_ops == many[:FAVOURITE_OPS_LIMIT]
    assert save_settings(settings, path)
    assert load_settings(path) == settings
