"""Records: the lines of a journal, each with a checksum over itself and all before it."""

from __future__ import annotations

import json
import zlib
from typing import Any

import msgspec

from gradstudio.studio.history import Note
from gradstudio.studio.steps import Cursor, Step

FORM = 1
"""Of journals; what a newer program wrote is left alone."""

_NO_STEPS = "[]}"
_FRAME = len(b'["00000000",')


class Base(msgspec.Struct, tag="base"):
    """Record 0: the file, the text and its history, as they were when the journal was begun (or begun anew)."""

    form: int
    path: str | None
    title: str
    data_folder: str | None
    raw: str  # the file as it was read or last saved, with its own line ends
    has_bom: bool
    digest: str  # SHA-256 of its bytes, "" for a text without a file
    text: str | None  # None for that of the file
    at: int
    is_whole: bool
    cursor: Cursor | None
    time: float
    steps: list[Step]  # last: see `_payload`


class Edited(msgspec.Struct, tag="edit"):
    """The text was changed."""

    note: Note


class Moved(msgspec.Struct, tag="move"):
    """Steps were undone or made again."""

    by: int
    time: float


class Saved(msgspec.Struct, tag="saved"):
    """A file holds the text now: the last record, because what comes next is begun anew."""

    path: str
    time: float


Record = Base | Edited | Moved | Saved


class NewerJournal(Exception):
    """A journal that only a newer program can read."""


def line(record: Record, check: int) -> tuple[bytes, int]:
    """A record as a line after lines with this checksum, and their checksum together."""
    data = _payload(record).encode("utf-8", "surrogatepass")
    check = zlib.crc32(data, check)
    return b'["%08x",%s]\n' % (check, data), check


def _payload(record: Record) -> str:
    """As JSON. The steps of a long history one by one, so that no other thread waits for all of them."""
    if not isinstance(record, Base):
        return _json(record)
    steps = ",".join(map(_json, record.steps))
    return f"{_json(msgspec.structs.replace(record, steps=[])).removesuffix(_NO_STEPS)}[{steps}]}}"


def _json(what: object) -> str:
    return json.dumps(msgspec.to_builtins(what), ensure_ascii=False, separators=(",", ":"))


def records(data: bytes) -> tuple[list[Record], bool]:
    """The records of a journal up to the first that is torn or damaged, and whether that is all of it.

    Raises NewerJournal.
    """
    found: list[Record] = []
    check = start = 0
    while (end := data.find(b"\n", start)) >= 0:
        row, start = data[start:end], end + 1
        payload = row[_FRAME:-1]
        check = zlib.crc32(payload, check)
        record = _record(payload) if row == b'["%08x",%s]' % (check, payload) else None
        if record is None:
            return found, False
        found.append(record)
    return found, start == len(data)


def _record(payload: bytes) -> Record | None:
    try:
        table: Any = json.loads(payload.decode("utf-8", "surrogatepass"))
        if isinstance(table, dict) and table.get("type") == "base" and table.get("form") != FORM:
            raise NewerJournal
        return msgspec.convert(table, Record)  # type: ignore[no-any-return]
    except (ValueError, RecursionError, msgspec.MsgspecError):
        return None
