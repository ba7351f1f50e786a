"""What a run leaves behind: its outcome, and the view of it that the canvas shows."""

from __future__ import annotations

from dataclasses import dataclass, field

from gradstudio.diagnosis import diagnose
from gradstudio.engine.problem import Problem
from gradstudio.engine.trace import Trace
from gradstudio.graph.model import Graph
from gradstudio.language.needs import Need, needs
from gradstudio.layout.model import Layout
from gradstudio.studio.arrangement import Arrangement
from gradstudio.studio.line_notes import LineNote
from gradstudio.studio.passes import Passage
from gradstudio.worker.messages import Finished
from gradstudio.worker.permission import SAFE, Permission


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """The end of a run and the text it ran. problems: those of the run and what the diagnoses say of its trace."""

    text: str
    finished: Finished
    problems: tuple[Problem, ...]
    permission: Permission = SAFE  # how it ran
    needs: tuple[Need, ...] = ()  # of a refused text: the lines that full Python would run

    @classmethod
    def of(cls, text: str, finished: Finished, permission: Permission = SAFE) -> Outcome:
        """What the run says, then what can be read off a good run's trace."""
        if finished.status == "refused" and permission.mode == "safe":
            # Not what the worker says, which a program could have taken over: a person will be asked about it.
            return cls(text, finished, finished.problems, permission, needs(text))
        if finished.status != "ok" or finished.trace is None:
            return cls(text, finished, finished.problems, permission)
        return cls(text, finished, (*finished.problems, *diagnose(finished.trace, text)), permission)


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """What the canvas shows: one sweep of a trace."""

    run: int
    text: str
    trace: Trace
    sweep: int  # -1: all records
    whole: Graph  # with nothing folded
    graph: Graph  # what is drawn
    layout: Layout  # of what is drawn
    notes: dict[int, LineNote]
    arrangement: Arrangement
    passages: dict[int, Passage] = field(default_factory=dict)  # line of a loop -> which of its passes is shown
