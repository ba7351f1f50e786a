"""Tracks within channels: which line runs beside which, chosen so that few cross and no two share a pixel.

A channel is a strip in which lines run lengthwise and which they enter and leave at its two sides. All is written for
an upright channel, whose lines run up and down and whose sides are left and right; a level channel is the same thing
turned over (left becomes above).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field

_ARROW = 10.0  # free length before a node, for arrowheads
_CLOSEST = 5.0  # tracks are never nearer than this
_RIM = 6.0  # free space outside the outermost line
_INNER = 12.0  # in the channels at the rims lines start this far from the nodes where there is room
_FEW = 40  # up to this many lines together every place is tried for each
_ROUNDS = 4


@dataclass(slots=True, eq=False)
class Stretch:
    """The part of one net in one channel, from low to high, and where it turns off to either side."""

    net: int
    low: float
    high: float
    left: list[float] = field(default_factory=list)
    right: list[float] = field(default_factory=list)
    track: int = 0
    tracks: int = 1  # of the cluster of lines it lies among

    def extend(self, other: Stretch) -> None:
        """Take over what another stretch of the same net covers."""
        self.low, self.high = min(self.low, other.low), max(self.high, other.high)
        self.left += other.left
        self.right += other.right

    def turn_once(self) -> None:
        """Count turns of several wires at one place once."""
        self.left, self.right = list(dict.fromkeys(self.left)), list(dict.fromkeys(self.right))


def assign_tracks(stretches: list[Stretch], gap: float) -> int:
    """Give every stretch of one channel a track, counted from the left; the most tracks needed side by side.

    gap: stretches nearer than this do not share a track.
    """
    most = 0
    for cluster in _clusters(stretches, gap):
        if len(cluster) == 1:
            cluster[0].track, cluster[0].tracks = 0, 1
            most = max(most, 1)
            continue
        ordered = _arranged(cluster)
        skyline = _Skyline()
        for s in ordered:
            s.track = skyline.put(s.low - gap / 2, s.high + gap / 2)
        count = max(s.track for s in ordered) + 1
        for s in ordered:
            s.tracks = count
        most = max(most, count)
    return most


class _Skyline:
    """Tracks filled from the left: each stretch takes the first one right of all earlier ones beside it."""

    def __init__(self) -> None:
        self._starts = [-1e30]  # from here on ...
        self._tracks = [0]  # ... this many tracks are taken

    def put(self, low: float, high: float) -> int:
        """The track of a stretch from low to high, which is taken from now on."""
        first = bisect_right(self._starts, low) - 1
        last = bisect_left(self._starts, high)
        track = max(self._tracks[first:last])
        after = self._tracks[last - 1]
        self._starts[first + 1 : last] = [low, high]
        self._tracks[first + 1 : last] = [track + 1, after]
        return track


def _clusters(stretches: list[Stretch], gap: float) -> list[list[Stretch]]:
    """Groups of stretches that lie beside each other, directly or through others."""
    groups: list[list[Stretch]] = []
    end = -1e30
    for s in sorted(stretches, key=lambda s: (s.low, s.high, s.net)):
        if s.low > end + gap:
            groups.append([])
        groups[-1].append(s)
        end = max(end, s.high)
    return groups


def _cost(a: Stretch, b: Stretch) -> int:
    """Crossings if a lies left of b."""
    low, high = b.low, b.high
    count = 0
    for y in a.right:
        if low < y < high:
            count += 1
    low, high = a.low, a.high
    for y in b.left:
        if low < y < high:
            count += 1
    return count


def _first_guess(s: Stretch) -> tuple[int, float, int]:
    """Hooks to the left lie left, hooks to the right lie right, the smaller ones nearer to their side."""
    if not s.right:
        return (0, s.high - s.low, s.net)
    if not s.left:
        return (3, s.low - s.high, s.net)
    start, end = s.left[0], s.right[0]
    return (1, -start, s.net) if start < end else (2, start, s.net)


def _arranged(cluster: list[Stretch]) -> list[Stretch]:
    """From left to right, with few crossings."""
    order = sorted(cluster, key=_first_guess)
    return _sifted(order) if len(order) <= _FEW else _swapped(order)


def _sifted(order: list[Stretch]) -> list[Stretch]:
    """Move one after the other to its best place until nothing improves."""
    n = len(order)
    gain = [[0] * n for _ in range(n)]  # gain[i][j]: crossings of i left of j, less those of i right of j
    for i in range(n):
        a = order[i]
        for j in range(i):
            b = order[j]
            if a.low < b.high and b.low < a.high:
                gain[i][j] = _cost(a, b) - _cost(b, a)
                gain[j][i] = -gain[i][j]
    places = list(range(n))
    for _ in range(_ROUNDS):
        moved = False
        for i in range(n):
            row = gain[i]
            at = places.index(i)
            best, best_at, total = 0, at, 0
            for k in range(at - 1, -1, -1):  # further left
                total += row[places[k]]
                if total < best:
                    best, best_at = total, k
            total = 0
            for k in range(at + 1, n):  # further right
                total -= row[places[k]]
                if total < best:
                    best, best_at = total, k
            if best_at != at:
                places.insert(best_at, places.pop(at))
                moved = True
        if not moved:
            break
    return [order[i] for i in places]


def _swapped(order: list[Stretch]) -> list[Stretch]:
    """Exchange neighbours while that saves crossings: for very full channels."""
    for _ in range(_ROUNDS):
        moved = False
        for i in range(len(order) - 1):
            a, b = order[i], order[i + 1]
            if a.low < b.high and b.low < a.high and _cost(b, a) < _cost(a, b):
                order[i], order[i + 1] = b, a
                moved = True
        if not moved:
            break
    return order


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


def margin_room(tracks: int, least: float) -> float:
    """Width of the channel at the left or right rim, whose lines keep to its inner side."""
    return max(least, _ARROW + _RIM + (tracks - 1) * _CLOSEST)


def margin_offset(track: int, tracks: int, width: float, is_left: bool) -> float:
    """Where a track lies inside the channel at the left or right rim."""
    span = (tracks - 1) * _CLOSEST
    inner = min(_INNER, width - span - _RIM)
    return (width - inner - span if is_left else inner) + track * _CLOSEST
