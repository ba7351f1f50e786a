"""Where the benchmarks are: beside the package in a checkout, and nowhere in an installation."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from gradstudio.cli.terminal import Refusal

CHECKOUT = Path(__file__).resolve().parent.parent.parent


def suite() -> Any:
    """The module benchmarks.command of this checkout. Raises Refusal where there is none."""
    if not (CHECKOUT / "benchmarks" / "command.py").is_file():
        raise Refusal("bench works only from a checkout, because an installation has no benchmarks: clone the project")
    if str(CHECKOUT) not in sys.path:
        sys.path.insert(0, str(CHECKOUT))
    return import_module("benchmarks.command")
