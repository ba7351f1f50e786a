"""What is active right now: the tapes that record and the recorder that inspects. Nothing else is global."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gradstudio.engine.recorder import Recorder
    from gradstudio.engine.tape import GradientTape


class Active:
    """The one mutable cell every op looks at."""

    __slots__ = ("depth", "recorder", "tapes")

    def __init__(self) -> None:
        self.tapes: list[GradientTape] = []  # innermost last
        self.recorder: Recorder | None = None
        self.depth = 0  # how many sweeps are under way, one inside the other


ACTIVE = Active()
