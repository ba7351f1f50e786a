"""Dropping rights, as far as the operating system allows: drop_rights() says which layers are active."""

from __future__ import annotations

import sys


def drop_rights(memory: int) -> tuple[str, ...]:
    """Limit this process for good. memory: bytes over what it uses now. Gives the names of the active layers."""
    if sys.platform == "linux":
        from gradstudio.worker.lockdown.linux import drop

        return drop(memory)
    return ()
