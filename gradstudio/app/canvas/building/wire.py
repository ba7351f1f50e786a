"""Wire: the wire in the hand: which end is fixed, where it could go, and what is known of whether it fits there."""

from __future__ import annotations

from dataclasses import dataclass

from gradstudio.app.canvas.building.bench import Bench, ordinal
from gradstudio.app.canvas.building.bubble import FITS, MISFIT, Choice
from gradstudio.app.canvas.building.fits import Fits
from gradstudio.app.canvas.building.ports import OUTPUT, PortPlace
from gradstudio.studio.edits.fitting import Fit


@dataclass(frozen=True, slots=True)
class End:
    """A port by the id of its node, which stays when the picture changes."""

    id: str
    slot: int


class Wire:
    """One wire. end: where it is fixed; moves: the input that it was taken from, if it was."""

    def __init__(self, bench: Bench, end: End, moves: End | None = None) -> None:
        self._bench = bench
        self.end = end
        self.moves = moves
        self.fits = Fits(self._ask)

    @property
    def is_back(self) -> bool:
        """Whether it goes from an input in search of a value."""
        return self.end.slot != OUTPUT

    @property
    def node(self) -> int:
        """The node that it is fixed to, -1 when that is gone."""
        return self._bench.canvas.number_of(self.end.id)

    def renewed(self) -> Wire:
        """The same wire in another picture."""
        return Wire(self._bench, self.end, self.moves)

    def origin(self) -> PortPlace | None:
        """Where it is fixed."""
        places, node = self._bench.places, self.node
        if places is None or node < 0:
            return None
        return places.input(node, self.end.slot) if self.is_back else places.output(node)

    def takes(self, place: PortPlace) -> bool:
        """Whether a port is of the kind that it could go to."""
        return place.is_output == self.is_back and place.node != self.node

    def pair(self, place: PortPlace) -> tuple[int, int, int]:
        """What would be connected: the node of the value, the node that takes it, and its slot."""
        return (place.node, self.node, self.end.slot) if self.is_back else (self.node, place.node, place.slot)

    def is_back_home(self, place: PortPlace) -> bool:
        """Whether it would go where it was taken from."""
        return self.moves is not None and End(self._bench.canvas.id_of(place.node), place.slot) == self.moves

    def whole_node(self, node: int) -> PortPlace | None:
        """The port that is meant by dropping it on a node: its output; its first open input, or its only one."""
        places = self._bench.places
        if places is None or node == self.node:
            return None
        if self.is_back:
            return places.output(node)
        ports = self._bench.ports(node)
        meant = next((port for port in ports if port.is_open), ports[0] if len(ports) == 1 else None)
        return places.input(node, meant.slot) if meant is not None else None

    def said(self, place: PortPlace) -> tuple[str, str, tuple[Choice, ...]]:
        """What a bubble says of a port: FITS or MISFIT, in words, and the cures there are."""
        bench, fit = self._bench, self.fits.now((place.node, place.slot))
        _, node, slot = self.pair(place)
        if self.is_back_home(place):
            return FITS, f"{bench.name(node)}, {ordinal(slot)} input: as it was", ()
        if fit.loops:
            return MISFIT, fit.loops, ()
        if not fit.ok and not fit.words:
            return MISFIT, fit.why or "It does not fit.", ()
        target = bench.name(place.node) if self.is_back else f"{bench.name(node)}, {ordinal(slot)} input"
        keys = _keys([cure.words for cure in fit.cures])
        choices = tuple(Choice(key, cure.words, cure.text) for key, cure in zip(keys, fit.cures, strict=True))
        return FITS if fit.ok else MISFIT, f"{target}: {fit.words or 'fits'}", choices

    def _ask(self, node: int, slot: int) -> Fit:
        building = self._bench.building
        assert building is not None
        return building.fit(*((node, self.node, self.end.slot) if self.is_back else (self.node, node, slot)))


def _keys(texts: list[str]) -> list[str]:
    """A key for each cure: the first letter of what it does, or else its number."""
    found: list[str] = []
    for number, text in enumerate(texts, 1):
        letter = text[:1].upper()
        found.append(letter if letter.isalpha() and letter not in found else str(number))
    return found
