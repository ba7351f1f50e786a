"""The whole corpus, and a folder for one case with things in it that nobody may touch."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass, replace
from pathlib import Path

import attacks_files
import attacks_language
import attacks_limits
import attacks_sizes
import broken
import honest
from corpus import Case

LONG = frozenset(
    """
    size: power in place of an item
    size: percent in place of an item
    size: factorial of a NumPy number
    size: comb of NumPy numbers
    size: perm
    size: rounding to a billion digits
    size: product of math
    size: least common multiple
    size: ldexp
    size: tile in many axes
    size: broadcast_to, and its sum
    dtype: object by power
    dtype: object, filled and grown
    shared: as an index
    shared: as the value of a keyword
    shared: as a print separator
    deep: recursion through an op
    deep: recursion through vmap
    deep: recursion through vjp
    deep: recursion through jvp
    deep: grad of grad of grad
    deep: list in list
    deep: list in list, compared
    deep: tuple in tuple, as a key
    deep: tuple in tuple, in isinstance
    deep: dict in dict
    deep: list that holds itself, flattened
    deep: list that holds itself, summed
    deep: errors in errors
    deep: causes of causes
    flood: printing
    flood: printing many huge texts
    flood: printing empty lines
    flood: printing lists
    flood: printing arrays
    flood: printing with a huge separator
    flood: warnings
    flood: recorded ops
    flood: recorded ops of a tape
    flood: gradients by the million
    flood: watching by the million
    flood: tapes by the million
    flood: gradient of 100,000 ops
    flood: diamonds
    flood: functions called by the million
    flood: scopes by the hundred thousand
    flood: name scopes by the hundred thousand
    flood: very long names of scopes
    flood: lone surrogates printed
    flood: lone surrogates in an error
    flood: lone surrogates in a name scope
    flood: null characters printed
    load: a table of 200 MiB of zeros
    header: a huge number
    bytes: comparisons, 49,000 times
    bytes: 100,000 parameters
    bytes: 100,000 targets
    bytes: f-strings in f-strings
    npz: bomb
    npz: bomb of many
    npz: ratio
    csv: one endless line
    numpy: out of bounds of plain lists
    100 MB of zeros
    100 MB in tensors
    a large product
    10,000 passes of training
    a million turns
    10,000 lines printed
    """.strip()
    .replace("    ", "")
    .split("\n")
)
"""Cases that take a quarter of a second or more, though most of them do not run into the clock."""

_TABLES = (
    attacks_language.CASES,
    attacks_sizes.CASES,
    attacks_limits.CASES,
    attacks_files.CASES,
    broken.CASES,
    honest.CASES,
)
CASES: tuple[Case, ...] = tuple(
    replace(case, is_slow=case.is_slow or case.name in LONG) for table in _TABLES for case in table
)


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
