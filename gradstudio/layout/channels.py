"""Routing in channels: every edge runs through the gaps between rows and columns, so it never meets a node.

A route leaves its node sideways into the vertical channel beside it, may cross in one horizontal channel, and arrives
from the vertical channel beside the other node. Tracks within a channel are shared by segments that do not overlap,
and by segments of the same net.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

Net = tuple[str, int]
_ARROW = 12.0  # free length before a node, for arrowheads
_CLOSEST = 5.0  # tracks are never nearer than this


@dataclass(slots=True)
class Wire:
    """One route to be made: it leaves a node at (first, y1) and arrives at (second, y2).

    first, second: vertical channels (0 is left of the first column). bridge: the horizontal channel (lane, row) it
    crosses in, or None where both ends share a vertical channel or a straight run joins them at y_run.
    """

    net: Net
    first: int
    second: int
    y1: float
    y2: float
    bridge: tuple[int, int] | None


def pack_horizontal(wires: list[Wire]) -> tuple[dict[tuple[tuple[int, int], Net], int], dict[tuple[int, int], int]]:
    """Track number of each (horizontal channel, net), and how many tracks each channel needs."""
    spans: dict[tuple[int, int], dict[Net, tuple[int, int]]] = defaultdict(dict)
    for wire in wires:
        if wire.bridge is None:
            continue
        low, high = min(wire.first, wire.second), max(wire.first, wire.second)
        known = spans[wire.bridge].get(wire.net)
        spans[wire.bridge][wire.net] = (low, high) if known is None else (min(low, known[0]), max(high, known[1]))
    tracks: dict[tuple[tuple[int, int], Net], int] = {}
    counts: dict[tuple[int, int], int] = {}
    for channel, nets in spans.items():
        ends: list[int] = []  # last vertical channel used on each track
        # Forward lines above, backward lines below; within each, from the left.
        for net, (low, high) in sorted(nets.items(), key=lambda item: (item[0][0] != "f", item[1], item[0][1])):
            track = next((t for t, end in enumerate(ends) if end < low), len(ends))
            if track == len(ends):
                ends.append(high)
            ends[track] = high
            tracks[channel, net] = track
        counts[channel] = len(ends)
    return tracks, counts


@dataclass(slots=True)
class _Rise:
    """A vertical stretch of one net in one channel."""

    low: float
    high: float
    down: bool
    key: float


def pack_vertical(
    wires: list[Wire], level: dict[int, float]
) -> tuple[dict[tuple[int, Net, int], int], dict[int, int]]:
    """Track number of each (vertical channel, net, end) and how many tracks each channel needs.

    level: y of the horizontal stretch of each wire (by position in wires) that has a bridge. end is 0 for the
    stretch beside the node a wire leaves, 1 beside the node it reaches. Stretches of one net that meet share a track.
    """
    rises: dict[int, dict[tuple[Net, int], _Rise]] = defaultdict(dict)
    for number, wire in enumerate(wires):
        if wire.bridge is None:
            pieces = [(wire.first, 0, wire.y1, wire.y2)]
        else:
            y = level[number]
            pieces = [(wire.first, 0, wire.y1, y), (wire.second, 1, y, wire.y2)]
        for channel, end, a, b in pieces:
            if a == b:
                continue
            known = rises[channel].get((wire.net, end))
            if known is None:
                rises[channel][wire.net, end] = _Rise(min(a, b), max(a, b), b > a, a)
            else:
                known.low, known.high = min(known.low, a, b), max(known.high, a, b)
    tracks: dict[tuple[int, Net, int], int] = {}
    counts: dict[int, int] = {}
    for channel, items in rises.items():
        # Of lines going down the upper ones turn further right, of lines going up the lower ones: no needless crossing.
        ordered = sorted(items.items(), key=lambda e: (not e[1].down, -e[1].key if e[1].down else e[1].key, e[0]))
        placed: list[tuple[float, float, int]] = []
        most = 0
        for (net, end), rise in ordered:
            used = {t for low, high, t in placed if low <= rise.high + _CLOSEST and rise.low - _CLOSEST <= high}
            track = 0
            while track in used:
                track += 1
            placed.append((rise.low, rise.high, track))
            tracks[channel, net, end] = track
            most = max(most, track + 1)
        counts[channel] = most
    return tracks, counts


def room(tracks: int, least: float, pitch: float, ends: float = _ARROW) -> float:
    """Width of a channel that holds this many tracks, with room for arrowheads on both sides."""
    if tracks <= 1:
        return least
    return max(least, 2 * ends + (tracks - 1) * max(_CLOSEST, min(pitch, (least - 2 * ends) / (tracks - 1))))


def offset(track: int, tracks: int, width: float, pitch: float, ends: float = _ARROW) -> float:
    """Where a track lies inside its channel."""
    if tracks <= 1:
        return width / 2
    step = min(pitch, (width - 2 * ends) / (tracks - 1))
    return (width - step * (tracks - 1)) / 2 + track * step
