"""Permission: what studio/trust.py says of a text that wants to run; nothing is run without one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal


@dataclass(frozen=True, slots=True)
class Permission:
    """How a text may run.

    mode: "safe" (checked, without rights), "trusted" (full Python, in a worker of role "full") or "paused" (not by
    itself). why: one sentence for a person, "" for the usual safe run. digest: SHA-256 of the exact bytes that were
    looked at, in hexadecimal. folder and file: where a trusted text runs, and what its `__file__` is.
    """

    mode: Literal["safe", "trusted", "paused"]
    why: str = ""
    digest: str = ""
    folder: Path | None = None
    file: Path | None = None
    after_crash: bool = False  # paused because of what happened when it last ran


SAFE = Permission("safe")
"""For a text that nobody has allowed more: safe mode needs nobody's leave."""
