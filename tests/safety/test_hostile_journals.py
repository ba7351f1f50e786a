"""Journals that somebody else wrote: each is offered, left alone or put aside, and none hides the others."""

from __future__ import annotations

import json
import zlib
from pathlib import Path
from typing import Any

import pytest

offers = pytest.importorskip("gradstudio.studio.recovery.offers")

BASE: dict[str, Any] = {
    "type": "base", "form": 1, "path": None, "title": "a.grad", "data_folder": None, "raw": "x = 1.0\n",
    "has_bom": False, "digest": "", "text": "x = 2.0\n", "at": 0, "is_whole": True, "cursor": None, "time": 1.7e9,
    "steps": [],
}  # fmt: skip


def journal(*records: dict[str, Any] | bytes) -> bytes:
    """Records with right checksums."""
    found, check = b"", 0
    for record in records:
        row = record if isinstance(record, bytes) else json.dumps(record, ensure_ascii=False, separators=(",", ":"))
        data = row if isinstance(row, bytes) else row.encode("utf-8", "surrogatepass")
        check = zlib.crc32(data, check)
        found += b'["%08x",%s]\n' % (check, data)
    return found


HOSTILE = {
    "a path with a zero": journal(BASE | {"path": "a\0b"}),
    "a path that no system has": journal(BASE | {"path": "/tmp/\udc80\ud800.grad"}),
    "a path that is a device": journal(BASE | {"path": "/dev/zero"}),
    "a path that is a folder": journal(BASE | {"path": "/etc"}),
    "a path that climbs": journal(BASE | {"path": "../../etc/passwd"}),
    "a very long path": journal(BASE | {"path": "/" + "a" * 5000}),
    "a folder with a zero": journal(BASE | {"data_folder": "a\0"}),
    "a title that hides": journal(BASE | {"title": "\u202e<img src=x>\n\x1b[2J" + "a" * 100_000}),
    "an endless time": journal(BASE | {"time": float("inf")}),
    "a time that is none": journal(BASE | {"time": float("nan")}),
    "a step far away": journal(BASE | {"at": 10**9}),
    "a cursor far away": journal(BASE | {"cursor": {"anchor": -1, "position": 10**12}}),
    "a digest that is none": journal(BASE | {"digest": "zz"}),
    "a newer form": journal(BASE | {"form": 2}),
    "a form of another kind": journal(BASE | {"form": "1"}),
    "a text with a surrogate": journal(BASE | {"text": 'x = "\ud800"\n'}),
    "a text with a zero": journal(BASE | {"text": "x\0y\n"}),
    "a text of one huge line": journal(BASE | {"text": "a" * 10**6}),
    "brackets": journal(b"[" * 100_000 + b"]" * 100_000),
    "a huge number": journal(json.dumps(BASE).replace('"at": 0', '"at": ' + "9" * 5000).encode()),
    "no base": journal({"type": "move", "by": 1, "time": 1.0}),
    "two bases": journal(BASE, BASE | {"text": "y\n"}),
    "a move far away": journal(BASE, {"type": "move", "by": 10**9, "time": 1.0}),
    "a move far back": journal(BASE, {"type": "move", "by": -(10**9), "time": 1.0}),
    "saved as a zero": journal(BASE, {"type": "saved", "path": "a\0", "time": 1.0}),
    "a kind that is none": journal(BASE, {"type": "exec", "code": "import os"}),
    "edits of nothing": journal(BASE, *[{"type": "edit", "note": {"a": 1}}] * 1000),
    "torn": journal(BASE)[:60],
    "a wrong checksum": journal(BASE).replace(b"x = 2.0", b"x = 3.0"),
    "nothing": b"",
    "zeros": bytes(10_000),
    "noise": bytes((i * 7919) % 256 for i in range(10_000)),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_journal_hides_no_other(name: str, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(HOSTILE[name])
    (tmp_path / "b.jsonl").write_bytes(journal(BASE | {"title": "mine.grad"}))

    found = offers.find(tmp_path)

    assert "mine.grad" in [offer.recovered.name for offer in found.offers]
    for offer in found.offers:
        offer.recovered.document()
        offer.recovered.copy()
        offer.withdraw()
