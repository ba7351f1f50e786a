"""The whole corpus, and a folder for one case with things in it that nobody may touch."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

import attacks_files
import attacks_language
import attacks_limits
import broken
import honest
from corpus import Case

CASES: tuple[Case, ...] = (
    *attacks_language.CASES, *attacks_limits.CASES, *attacks_files.CASES, *broken.CASES, *honest.CASES,
)  # fmt: skip


@dataclass(frozen=True)
class Place:
    """Where a case stands: its file in a folder of its own, secrets beside and at home."""

    root: Path
    file: Path
    home: Path
    temporary: Path
    token: str


def place(case: Case, root: Path) -> Place:
    """Write a case's files below an empty folder."""
    token = secrets.token_hex(12)
    outside, home, temporary = root / "out", root / "home", root / "tmp"
    work = outside / "work"
    for folder in (work, home / "state", temporary):
        folder.mkdir(parents=True)
    secret = f"{token}\n".encode()
    for folder in (outside, home, outside / "neighbour"):
        folder.mkdir(exist_ok=True)
        (folder / "secret.txt").write_bytes(secret)
        (folder / "secret.csv").write_bytes(f"name,{token}\n1,{int(token[:6], 16)}\n".encode())
    (outside / "neighbour" / "secret.txt").chmod(0o444)
    (work / "secret.txt").write_bytes(secret)
    for name, thing in case.beside.items():
        path = work / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(thing, bytes):
            path.write_bytes(thing)
        elif (made := thing(path) if thing.__code__.co_argcount else thing()) is not None and isinstance(made, bytes):
            path.write_bytes(made)
        if path.is_symlink() and "@" in (target := os.readlink(path)):  # noqa: PTH115
            path.unlink()
            path.symlink_to(_filled(target, outside, home))
    file = work / case.file
    data = case.content()
    if b"@OUT@" in data or b"@HOME@" in data:
        data = _filled(data.decode(), outside, home).encode()
    file.write_bytes(data)
    return Place(root, file, home, temporary, token)


def _filled(text: str, outside: Path, home: Path) -> str:
    return text.replace("@OUT@", str(outside)).replace("@HOME@", str(home))
