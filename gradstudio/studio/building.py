"""Building: what canvas and palette can do to the text: every change of the picture as an Edit, none applied here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gradstudio.engine.primitive import TABLE
from gradstudio.studio.edits import adding, wiring
from gradstudio.studio.edits.edit import Edit, Refused
from gradstudio.studio.edits.made import Port
from gradstudio.studio.edits.subject import Subject, empty_subject, program_of

if TYPE_CHECKING:
    from gradstudio.studio.session import Session

LEAVES = ("number", "parameter", "matrix", "constant", "normal", "linspace", "gradient")
"""What the palette has beside the ops."""


@dataclass(frozen=True, slots=True)
class Fit:
    """Whether a value may go into an input."""

    ok: bool
    words: str  # what would come out, or what does not fit: "[200,3] @ [3]: [200]"
    cures: tuple[object, ...] = ()  # ways to make it fit, for connect(cure=)
    loops: str = ""  # "matmul would make a loop: z depends on it"
    why: str = ""  # why it cannot be wired at all


class Building:
    """The edits of one session's picture. Nothing is changed here: the caller applies what it gets."""

    def __init__(self, session: Session) -> None:
        self._session = session

    # what can be done

    @property
    def why_not(self) -> str:
        """Why the picture cannot be edited now; "" if it can."""
        view, text = self._session.runs.view, self._session.document.text
        if view is None:
            if not text.strip():
                return ""
            return "There is no picture of this text yet; once it runs, it can be edited here."
        if view.text != text:
            return "The text has changed since this picture was drawn; it can be edited once the picture is new."
        try:
            program_of(text)
        except Refused as error:
            return str(error)
        return ""

    @property
    def entries(self) -> tuple[str, ...]:
        """What can be added: ops by canonical name, and leaves."""
        return (*TABLE, *LEAVES)

    def describe(self, node: int) -> str:
        """Where the text makes a node: "line 12, runs 60 times"; else why it cannot be edited."""
        try:
            return self._subject().made(node).where
        except Refused as error:
            return str(error)

    def ports(self, node: int) -> tuple[Port, ...]:
        """The inputs of a node; none where it cannot be edited."""
        try:
            return self._subject().ports(node)
        except Refused:
            return ()

    def fit(self, source: int, node: int, slot: int) -> Fit:
        """Whether a value of `source` may go into an input of `node`."""
        try:
            subject = self._subject()
            if wiring.loops(subject, source, node):
                return Fit(False, "", loops=wiring.loop_words(subject, source, node))
            wiring.connect(subject, source, node, slot)
        except Refused as error:
            return Fit(False, "", why=str(error))
        return Fit(True, "")

    def fits_after(self, source: int) -> Callable[[str], str]:
        """For each op of the palette, what it would make of a value; "" where nothing is known."""
        return lambda entry: ""

    # edits

    def add(self, entry: str, sources: tuple[int, ...] = (), name: str = "") -> Edit:
        """A line that applies an op to nodes, or makes a leaf."""
        if entry in LEAVES:
            raise Refused(f"A {entry} is written in the text for now.")
        return adding.add(self._subject(), entry, tuple(sources), name)

    def add_between(self, entry: str, edge: int) -> Edit:
        """Put an op on a wire."""
        raise Refused("An op goes onto a wire in the text for now.")

    def connect(self, source: int, node: int, slot: int, cure: object = None) -> Edit:
        """Let an input of `node` read `source`."""
        return wiring.connect(self._subject(), source, node, slot)

    def disconnect(self, node: int, slot: int) -> Edit:
        """Leave an input open."""
        return wiring.disconnect(self._subject(), node, slot)

    def set_argument(self, node: int, slot: int, text: str) -> Edit:
        """Write a number, a name or an expression as an argument."""
        raise Refused("Arguments are typed in the text for now.")

    def set_value(self, node: int, text: str) -> Edit:
        """Write another value into a leaf."""
        raise Refused("Values are typed in the text for now.")

    def rename(self, node: int, name: str) -> Edit:
        """Give a variable another name everywhere."""
        raise Refused("Variables are renamed in the text for now.")

    def delete(self, nodes: tuple[int, ...]) -> Edit:
        """Take nodes out."""
        raise Refused("Lines are deleted in the text for now.")

    def consequences(self, nodes: tuple[int, ...]) -> tuple[str, ...]:
        """What delete() would do, one line each."""
        return ()

    def duplicate(self, nodes: tuple[int, ...]) -> Edit:
        """Copies of nodes."""
        raise Refused("Lines are copied in the text for now.")

    def stop_gradient(self, node: int) -> Edit:
        """Let no gradient through a node, or again where none comes through."""
        raise Refused("stop_gradient is written in the text for now.")

    def extract(self, nodes: tuple[int, ...], name: str) -> Edit:
        """Make a function of nodes."""
        raise Refused("Functions are written in the text for now.")

    def inline(self, node: int) -> Edit:
        """Put a variable, or a function, into the lines that use it."""
        raise Refused("Lines are joined in the text for now.")

    def make_input(self, node: int, slot: int, name: str, low: float, high: float) -> Edit:
        """Make a named input, with a range, of a constant."""
        raise Refused("Inputs are written in the text for now.")

    def gradient(self, target: int, sources: tuple[int, ...]) -> Edit:
        """Ask for the gradient of one node on others."""
        raise Refused("Gradients are written in the text for now.")

    def loop(self, nodes: tuple[int, ...], count: int) -> Edit:
        """Put the lines of nodes into a loop."""
        raise Refused("Loops are written in the text for now.")

    # inside

    def _subject(self) -> Subject:
        """The picture and its text. Raises Refused where they do not belong together."""
        why = self.why_not
        if why:
            raise Refused(why)
        view, text = self._session.runs.view, self._session.document.text
        if view is None:
            return empty_subject(text)
        return Subject(program_of(text), view.trace, view.graph)
