"""Which lane each op stands in: a computation reads like wrapped text.

Ops fill a lane in the order of the tape until their chain is as deep as the lane has columns. Passes and calls are the
words of that text: one that does not fit into the rest of a lane begins a new one. Frames take whole lanes.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from gradstudio.layout.frames import Nesting
from gradstudio.layout.links import Links

NARROW = 4  # columns of a small picture; there every pass begins a lane
_TALLEST = 8  # ops in one column of a lane
_STRETCH = 1.5  # times the columns that a lane may have that holds a frame
_FEW = 3  # ops that move to the next lane to keep a lonely one company


@dataclass(slots=True)
class Lanes:
    """Lane of each node and earliest column of each op (-1 for leaves); frame of each lane, and its place in order."""

    lane: list[int]
    depth: list[int]
    frame: list[int] = field(default_factory=list)
    key: list[tuple[float, int]] = field(default_factory=list)  # lanes are drawn in the order of these
    wrapped: set[int] = field(default_factory=set)  # lanes that go on where one was full
    leading: set[int] = field(default_factory=set)  # lanes of leaves alone, before all others of their frame
    home: dict[int, int] = field(
        default_factory=dict
    )  # lane of an earlier picture -> the last one that goes on with it

    def begin(self, frame: int, key: tuple[float, int] | None = None) -> int:
        """A new lane; at the end unless key says otherwise."""
        self.frame.append(frame)
        self.key.append(key or (len(self.key), 0))
        return len(self.frame) - 1

    def put_in_order(self, nesting: Nesting) -> None:
        """Number the lanes by their keys, those of one frame together."""
        first: dict[int, tuple[float, int]] = {}
        for k, f in enumerate(self.frame):
            for outer in nesting.path(f):
                first[outer] = min(first.get(outer, self.key[k]), self.key[k])
        keys = [
            (*(first[outer] for outer in nesting.path(f)), (-1.0, k) if k in self.leading else self.key[k])
            for k, f in enumerate(self.frame)
        ]
        order = sorted(range(len(keys)), key=keys.__getitem__)
        new = {k: at for at, k in enumerate(order)}
        self.frame = [self.frame[k] for k in order]
        self.key = [self.key[k] for k in order]
        self.lane = [new[k] for k in self.lane]


def fill(links: Links, columns: int) -> Lanes:
    """Lanes of at most so many columns."""
    n, is_leaf = links.count, links.is_leaf
    out = Lanes([-1] * n, [-1] * n)
    lane, depth = out.lane, out.depth
    met: dict[int, tuple[int, int]] = {}  # leaf -> lane and column where its first consumer puts it
    full: dict[int, int] = defaultdict(int)  # ops in a column of the present lane
    here, begun = 0, False  # the lane being filled, and whether an op is in it
    base = 0  # where its present word begins
    last = -1  # the op before
    normal = columns
    isles = links.islands
    most = columns  # of the present lane
    for i in range(n):
        if is_leaf[i]:
            continue
        columns = widest(links, links.frame[i], normal)
        island = isles.of_node[i]
        if last >= 0:
            if links.frame[i] != links.frame[last] or links.is_sweep[i] != links.is_sweep[last]:
                here, begun = here + 1, False
            elif island != isles.of_node[last]:
                after = max(full) + 1
                if after + isles.width(island) <= with_island(columns):
                    base, most = after + isles.margin(island), with_island(columns)
                else:
                    here, begun = here + 1, False
            elif island < 0 and links.words.begins(i, last):
                after = max(full) + 1
                if columns > NARROW and after + links.words.needed(i, last, columns) <= columns:
                    base = after
                else:
                    here, begun = here + 1, False
        if not begun:
            full, base = defaultdict(int), isles.start(island, met)
            most = with_island(columns) if island >= 0 else columns
        last = i
        d = max(_depth(i, here, links, lane, depth, met), base)
        if begun and d < most and full[d] >= _TALLEST and columns > NARROW and max(full) + 1 < most:
            base = d = max(full) + 1
        elif begun and (d >= most or full[d] >= _TALLEST):
            here, most = here + 1, columns
            out.wrapped.add(here)
            full, base = defaultdict(int), 0
            d = _depth(i, here, links, lane, depth, met)
        if here == len(out.frame):
            out.begin(links.frame[i])
        lane[i], depth[i] = here, d
        begun = True
        full[d] += 1
        for x in links.inputs[i]:
            if is_leaf[x] and links.frame[x] == links.frame[i]:
                met.setdefault(x, (here, d - 1))
    if normal >= _FEW:
        _keep_company(out, links, normal)
    return out


def widest(links: Links, frame: int, columns: int) -> int:
    """Columns of lanes in a frame: a few more where the whole frame then fits into one lane."""
    if frame < 0:
        return columns
    needed = links.words.whole(links.nesting.group[frame])
    return needed if columns < needed <= columns * _STRETCH else columns


def with_island(columns: int) -> int:
    """Columns of a lane in which an island stands."""
    return round(columns * _STRETCH)


def _depth(i: int, here: int, links: Links, lane: list[int], depth: list[int], met: dict[int, tuple[int, int]]) -> int:
    """The first column right of all inputs in the same lane."""
    d = 0
    for x in links.inputs[i]:
        if links.is_leaf[x]:
            if links.frame[x] == links.frame[i]:
                at = met.get(x, (here, 0))
                d = max(d, at[1] + 1 if at[0] == here else 0)
        elif lane[x] == here:
            d = max(d, depth[x] + 1)
    return d


def _keep_company(lanes: Lanes, links: Links, columns: int) -> None:
    """An op that would stand alone after a full lane takes the last column of that lane with it."""
    lane, depth = lanes.lane, lanes.depth
    members: dict[int, list[int]] = defaultdict(list)
    for i, leaf in enumerate(links.is_leaf):
        if not leaf and (lane[i] in lanes.wrapped or lane[i] + 1 in lanes.wrapped):
            members[lane[i]].append(i)
    for here in sorted(lanes.wrapped):
        has_island = any(links.islands.of_node[i] >= 0 for i in members[here - 1])
        end = max(depth[i] for i in members[here - 1]) if has_island else columns - 1
        last = [i for i in members[here - 1] if depth[i] == end]
        if any(links.islands.of_node[i] >= 0 for i in last):
            continue
        if len(members[here]) != 1 or not 1 <= len(last) <= _FEW or len(last) == len(members[here - 1]):
            continue
        for i in [*last, members[here][0]]:
            lane[i] = here
            depth[i] = 0
            for x in links.inputs[i]:
                if links.is_leaf[x]:
                    first = min(links.users[x])
                    if links.frame[x] == links.frame[i]:
                        depth[i] = max(depth[i], 1 if first == i else depth[first] if lane[first] == here else 0)
                elif lane[x] == here:
                    depth[i] = max(depth[i], depth[x] + 1)
        members[here] = [*last, *members[here]]
        members[here - 1] = [i for i in members[here - 1] if lane[i] != here]
