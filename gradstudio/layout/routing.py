"""From wires to tracks: the stretches each net has in every channel, and their order, found in rounds.

Places are first in grid units: row g covers 2 g to 2 g + 1 downwards with the level channel below it from 2 g + 1 to
2 g + 2; the upright channel c covers 2 c to 2 c + 1 with column c from 2 c + 1 to 2 c + 2.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass, field

from gradstudio.layout.channels import Stretch, assign_tracks
from gradstudio.layout.wires import Wire

_GAP = 0.02  # grid units between the ends of lines that share a track
_MANY = 500  # wires beyond which one round has to do


@dataclass(slots=True)
class Tracks:
    """Where every wire runs within its channels; need: most tracks side by side, by channel."""

    level: dict[tuple[int, int], Stretch] = field(default_factory=dict)  # (bridge, net)
    upright: dict[tuple[int, int], list[Stretch]] = field(default_factory=dict)  # (channel, net), from top to bottom
    level_need: dict[int, int] = field(default_factory=dict)
    upright_need: dict[int, int] = field(default_factory=dict)

    def level_of(self, wire: Wire) -> Stretch | None:
        """The level stretch of a wire, None without a bridge."""
        return None if wire.bridge is None else self.level[wire.bridge, wire.net]

    def upright_of(self, channel: int, net: int, y: float) -> Stretch | None:
        """The upright stretch of a net that reaches height y (grid units), None where the net only passes straight."""
        parts = self.upright.get((channel, net), [])
        at = bisect_right(parts, y, key=lambda s: s.low) - 1
        return parts[at] if at >= 0 and y <= parts[at].high else None


def route(wires: list[Wire]) -> Tracks:
    """Tracks of all wires, whose ports must be set."""
    tracks = Tracks()
    for _ in range(2 if len(wires) <= _MANY else 1):
        _set_upright(tracks, wires)
        if not any(w.bridge is not None for w in wires):
            return tracks
        _set_level(tracks, wires)
    _set_upright(tracks, wires)
    return tracks


def height(tracks: Tracks, wire: Wire) -> float:
    """y of a wire's bridge in grid units."""
    assert wire.bridge is not None
    stretch = tracks.level.get((wire.bridge, wire.net))
    within = 0.5 if stretch is None else (stretch.track + 1) / (stretch.tracks + 1)
    return 2 * wire.bridge + 1 + within


def _set_upright(tracks: Tracks, wires: list[Wire]) -> None:
    pieces: dict[tuple[int, int], list[Stretch]] = defaultdict(list)
    for w in wires:
        if w.bridge is None:
            if w.y1 != w.y2:
                pieces[w.second, w.net].append(Stretch(w.net, min(w.y1, w.y2), max(w.y1, w.y2), [w.y1], [w.y2]))
            continue
        y = height(tracks, w)
        if w.second > w.first:
            pieces[w.first, w.net].append(Stretch(w.net, min(w.y1, y), max(w.y1, y), [w.y1], [y]))
            pieces[w.second, w.net].append(Stretch(w.net, min(y, w.y2), max(y, w.y2), [y], [w.y2]))
        else:
            pieces[w.first, w.net].append(Stretch(w.net, min(w.y1, y), max(w.y1, y), [w.y1, y], []))
            pieces[w.second, w.net].append(Stretch(w.net, min(y, w.y2), max(y, w.y2), [], [y, w.y2]))
    channels: dict[int, list[Stretch]] = defaultdict(list)
    tracks.upright = {}
    for (channel, net), parts in pieces.items():
        merged = _merged(parts)
        tracks.upright[channel, net] = merged
        channels[channel] += merged
    tracks.upright_need = {c: assign_tracks(parts, _GAP) for c, parts in channels.items()}


def _set_level(tracks: Tracks, wires: list[Wire]) -> None:
    parts: dict[tuple[int, int], Stretch] = {}
    for w in wires:
        if w.bridge is None:
            continue
        y = height(tracks, w)
        x1, x2 = _across(tracks, w.first, w.net, w.y1), _across(tracks, w.second, w.net, y)
        # Ends are taken to the rims of their channels, so that tracks stay apart when upright lines change places.
        part = Stretch(w.net, 2.0 * min(w.first, w.second), 2.0 * max(w.first, w.second) + 1)
        for x, above in ((x1, w.row1 <= w.bridge), (x2, w.row2 <= w.bridge)):
            (part.left if above else part.right).append(x)
        known = parts.setdefault((w.bridge, w.net), part)
        if known is not part:
            known.extend(part)
    channels: dict[int, list[Stretch]] = defaultdict(list)
    for (bridge, _), part in parts.items():
        part.turn_once()
        channels[bridge].append(part)
    tracks.level = parts
    tracks.level_need = {g: assign_tracks(found, _GAP) for g, found in channels.items()}


def _across(tracks: Tracks, channel: int, net: int, y: float) -> float:
    """x of an upright stretch in grid units."""
    stretch = tracks.upright_of(channel, net, y)
    return 2 * channel + (0.5 if stretch is None else (stretch.track + 1) / (stretch.tracks + 1))


def _merged(parts: list[Stretch]) -> list[Stretch]:
    """Stretches of one net that meet are one."""
    if len(parts) == 1:
        return parts
    parts.sort(key=lambda s: (s.low, s.high))
    out = [parts[0]]
    for part in parts[1:]:
        if part.low <= out[-1].high:
            out[-1].extend(part)
        else:
            out.append(part)
    for part in out:
        part.turn_once()
    return out
