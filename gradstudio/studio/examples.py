"""The examples that come with the program."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from gradstudio.resources import resource

FIRST = "logistic"
"""The example that a first start opens."""


@dataclass(frozen=True, slots=True)
class Example:
    """One shipped file and what the menu calls it."""

    path: Path
    title: str


def examples() -> tuple[Example, ...]:
    """Every shipped example, the one of the first start first."""
    paths = sorted(resource("examples").glob("*.grad"), key=lambda path: (path.stem != FIRST, path.stem))
    return tuple(Example(path, path.stem.replace("-", " ").replace("_", " ").capitalize()) for path in paths)
