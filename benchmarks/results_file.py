"""RESULTS.md: several commands write it, each its own part, a heading of the second level and what stands below."""

from __future__ import annotations

import re
from pathlib import Path

RESULTS = Path(__file__).resolve().parent / "RESULTS.md"


def write_part(title: str, text: str) -> None:
    """Put a part in place of the one with the same title, else at the end."""
    before = RESULTS.read_text(encoding="utf-8") if RESULTS.exists() else "# Results\n"
    part = f"## {title}\n\n{text.rstrip()}\n"
    found = re.search(rf"^## {re.escape(title)}\n.*?(?=^## |\Z)", before, re.MULTILINE | re.DOTALL)
    if found is None:
        after = f"{before.rstrip()}\n\n{part}"
    else:
        after = before[: found.start()] + part + ("\n" if found.end() < len(before) else "") + before[found.end() :]
    RESULTS.write_text(after, encoding="utf-8")


def write_rest(text: str, kept: tuple[str, ...]) -> None:
    """Write everything anew but the parts with these titles."""
    before = RESULTS.read_text(encoding="utf-8") if RESULTS.exists() else ""
    parts = re.findall(r"^## .*?(?=^## |\Z)", before, re.MULTILINE | re.DOTALL)
    own = [part.rstrip() for part in parts if part.split("\n", 1)[0].removeprefix("## ") in kept]
    RESULTS.write_text("\n\n".join([text.rstrip(), *own]) + "\n", encoding="utf-8")
