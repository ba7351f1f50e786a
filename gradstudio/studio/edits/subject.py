"""Subject: what an edit of the picture is about: the picture, the run that it shows, and the text of that run."""

from __future__ import annotations

from dataclasses import dataclass

from gradstudio.engine.recorder import Recorder
from gradstudio.engine.trace import Trace
from gradstudio.graph.build import build
from gradstudio.graph.model import Graph
from gradstudio.studio.edits.edit import Refused
from gradstudio.studio.edits.left_out import with_left_out
from gradstudio.studio.edits.made import Made, Port, made, ports
from gradstudio.studio.edits.program import Program, program_of


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """A picture, its trace and its text."""

    program: Program
    trace: Trace
    graph: Graph

    def record(self, node: int) -> int:
        """The record that a node shows. Raises Refused for a box that hides several."""
        if not 0 <= node < len(self.graph.ids):
            raise Refused("The picture has changed; choose the node again.")
        if self.graph.fold[node] >= 0:
            raise Refused(f"{self.graph.title[node] or 'This box'} hides several nodes; open the box first.")
        return int(self.graph.record[node])

    def made(self, node: int) -> Made:
        """How the text makes a node. Raises Refused for what no line makes."""
        return made(self.program, self.trace, self.record(node))

    def ports(self, node: int) -> tuple[Port, ...]:
        """The inputs of a node as the text writes them, and those that it leaves out but could have."""
        target = self.made(node)
        return with_left_out(self.program, target, ports(self.program, self.trace, target))

    def port(self, node: int, slot: int) -> Port:
        """One input of a node. Raises Refused where there is none."""
        found = next((port for port in self.ports(node) if port.slot == slot), None)
        if found is None:
            raise Refused(f"{self.called(node)} has no input number {slot + 1}.")
        return found

    def called(self, node: int) -> str:
        """What a sentence calls a node: its title."""
        return self.graph.title[node] or self.graph.label[node]


def empty_subject(text: str) -> Subject:
    """The picture of a text that makes nothing."""
    trace = Recorder("", text, 1, ValueError).trace()
    return Subject(program_of(text), trace, build(trace, text, -1))
