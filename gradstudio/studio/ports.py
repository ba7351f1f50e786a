"""Ports: what the studio needs of the worker and of the window, so that it can be run without them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from gradstudio.engine.trace import Trace
from gradstudio.graph.fold_state import FoldState
from gradstudio.layout.model import Before, Options
from gradstudio.worker.messages import Limits
from gradstudio.worker.permission import Permission

Post = Callable[[Callable[[], None]], None]
"""Runs something soon on the listeners' thread; may be called on any thread."""


class WorkerClient(Protocol):
    """What Runs needs of worker.client.Client."""

    @property
    def layers(self) -> tuple[str, ...]: ...
    def run(self, text: str, folder: Path | None, limits: Limits, *, permission: Permission) -> int: ...
    def fetch(self, record: int, sweep: int = -1) -> None: ...
    def draw(
        self, trace: Trace | None, text: str, sweep: int, folds: FoldState, options: Options, before: Before | None
    ) -> int: ...
    def stop_drawing(self) -> None: ...
    def stop(self) -> bool: ...
    def close(self) -> None: ...
