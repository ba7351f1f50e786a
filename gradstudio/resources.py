"""resource(name): the one place that knows where resources lie in a checkout, an installed wheel and a frozen build."""

from __future__ import annotations

import sys
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def resource(name: str) -> Path:
    """Path of `resources/<name>`, e.g. resource("themes/tokens.json").

    Raises FileNotFoundError if no layout holds it.
    """
    roots = [_PACKAGE.parent / "resources", _PACKAGE / "_resources"]
    frozen = getattr(sys, "_MEIPASS", None)
    if frozen is not None:
        roots.insert(0, Path(frozen) / "resources")
    for root in roots:
        path = root / name
        if path.exists():
            return path
    raise FileNotFoundError(
        f"GradStudio's resource {name!r} is missing: the installation is incomplete; install it again."
    )
