"""Cells after an edit: what was there stays, and a new op squeezes into its lane.

Lanes keep their ops. In a lane that has an op more, either those right of it move one column right or those left of it
one column left, whichever are fewer; columns left of the first have negative numbers, so that other lanes stay.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

from gradstudio.layout.lanes import NARROW, Lanes, widest, with_island
from gradstudio.layout.links import Links
from gradstudio.layout.matching import matched
from gradstudio.layout.model import Before

_LEAST = 0.5  # share of the ops that must have been there
_Cell = tuple[int, int, int]


@dataclass(slots=True)
class Kept:
    """Lanes, and column and row of each node."""

    lanes: Lanes
    column: list[int]
    row: list[int]


def kept(links: Links, ids: Sequence[str], before: Before, columns: int) -> Kept | None:
    """Cells near those of `before`, None where too little of it is left."""
    pairs = matched(ids, before.ids)
    cells = before.cells.tolist()
    old: list[_Cell | None] = [tuple(cells[k]) if k >= 0 else None for k in pairs]
    ops = [i for i in range(links.count) if not links.is_leaf[i]]
    slack = max(2, columns // 6)
    while True:
        if sum(old[i] is not None for i in ops) <= _LEAST * len(ops):
            return None
        lanes, base = _lanes(links, old, ops, columns, slack)
        _leaf_lanes(lanes, links, old)
        members: list[list[int]] = [[] for _ in lanes.frame]
        for i, k in enumerate(lanes.lane):
            members[k].append(i)
        column = [0] * links.count
        crowded = False
        for nodes in members:
            wide = widest(links, lanes.frame[lanes.lane[nodes[0]]], columns)
            has_island = any(links.islands.of_node[i] >= 0 for i in nodes)
            most = (with_island(wide) if has_island else wide) + slack
            if not _columns(nodes, lanes, links, old, base, column, -slack, most):
                crowded = True
                for i in nodes:
                    old[i] = None
        if not crowded:
            break
    row = [0] * links.count
    for nodes in members:
        _rows(nodes, lanes, links, old, column, row)
    return Kept(lanes, column, row)


def _lanes(
    links: Links, old: list[_Cell | None], ops: list[int], columns: int, slack: int
) -> tuple[Lanes, dict[int, int]]:
    """Lane of each op, and the first column of new ones that begin a pass or call.

    slack: columns that a lane may have more where an op is inserted.
    """
    out = Lanes([-1] * links.count, [-1] * links.count)
    lane, depth = out.lane, out.depth
    home = out.home
    used: list[int] = []  # columns of each lane so far
    base: dict[int, int] = {}
    begun: set[float] = set()  # old lanes that have a lane again
    end = max(i for i in ops if old[i] is not None)  # what is inserted before that may widen a lane
    ahead = next((cell for i in ops if (cell := old[i]) is not None), None)
    fence, here, last = 0, -1, -1  # lanes before the fence are done with; the lane and the op before
    for i in ops:
        frame, cell = links.frame[i], old[i]
        wide, start = widest(links, frame, columns), 0
        stay = cell or (ahead if here < 0 else None)  # what is new before all others goes into the lane of the first
        if stay is not None:
            k = home.get(stay[0], -1)
            if k < fence or out.frame[k] != frame:
                k = len(out.frame)
                if here >= 0 and out.frame[here] != frame:
                    fence = k
                home[stay[0]] = k
            d = stay[1]
        else:
            k = here if here >= 0 and out.frame[here] == frame else -1
            island = links.islands.of_node[i]
            if k >= 0 and island != links.islands.of_node[last]:
                start, wide = used[k] + links.islands.margin(island), with_island(wide)
                if used[k] + links.islands.width(island) > wide:
                    k, start = -1, 0
            elif k >= 0 and island < 0 and links.words.begins(i, last):
                start = used[k]
                if (
                    wide == NARROW
                    or links.is_sweep[i] != links.is_sweep[last]
                    or start + links.words.needed(i, last, wide) > wide
                ):
                    k, start = -1, 0
            d = max([start, *(depth[x] + 1 for x in links.inputs[i] if lane[x] == k >= 0)])
            if k < 0 or d >= (wide + slack if i < end else wide):
                fence = k = len(out.frame)
                d = start = 0
            if start:
                base[i] = start
        if k == len(out.frame):
            # Lanes keep their order; what is new follows the lane it begins in.
            whole = stay is not None and stay[0] not in begun
            place = stay[0] if stay is not None else out.key[here][0] if here >= 0 else -1
            out.begin(frame, (place, 0 if whole else k + 1))
            begun.add(place)
            used.append(0)
        lane[i], depth[i] = k, d
        used[k] = max(used[k], d + 1)
        here, last = k, i
    return out, base


def _leaf_lanes(lanes: Lanes, links: Links, old: list[_Cell | None]) -> None:
    """Leaves stay in their lane while an op there uses them, or none in a lane of their frame does.

    Others go to their first consumer, and those without one in their frame into a lane of leaves alone.
    """
    lane, home = lanes.lane, lanes.home
    of_ops = len(lanes.frame)  # lanes from this one on are of leaves alone
    alone: dict[tuple[int, bool], int] = {}  # frame, and whether they are used -> the first such lane
    homeless = []
    for i in range(links.count):
        if not links.is_leaf[i]:
            continue
        cell, frame = old[i], links.frame[i]
        near = [lane[u] for u in links.users[i] if lanes.frame[lane[u]] == frame]
        stay = home.get(cell[0], -1) if cell is not None else -1
        if near:
            lane[i] = stay if stay in near else near[0]
            if lane[i] != stay:
                old[i] = None
        elif cell is None or (stay >= 0 and lanes.frame[stay] != frame):
            homeless.append(i)
        elif 0 <= stay < of_ops:
            lane[i] = stay
        elif _is_behind_its_users(i, cell[0], links, old):
            homeless.append(i)
        else:
            if stay < 0:
                stay = home[cell[0]] = lanes.begin(frame, (cell[0], 0))
                alone.setdefault((frame, bool(links.users[i])), stay)
            lane[i] = stay
    for i in homeless:
        kind = links.frame[i], bool(links.users[i])
        if kind not in alone:
            alone[kind] = lanes.begin(kind[0], (inf, len(lanes.frame)))
            if links.users[i]:
                lanes.leading.add(alone[kind])
        lane[i], old[i] = alone[kind], None


def _is_behind_its_users(leaf: int, lane: int, links: Links, old: list[_Cell | None]) -> bool:
    """Whether its old lane comes after that of an op that uses it in a frame inside its own."""
    mine = links.frame[leaf]
    return any(
        cell[0] < lane
        for u in links.users[leaf]
        if (cell := old[u]) is not None and (mine < 0 or mine in links.nesting.path(links.frame[u]))
    )


def _columns(
    nodes: list[int],
    lanes: Lanes,
    links: Links,
    old: list[_Cell | None],
    base: dict[int, int],
    column: list[int],
    least: int,
    most: int,
) -> bool:
    """Fill in the columns of one lane; whether they fit between least and most."""
    lane = lanes.lane
    here = lane[nodes[0]]
    inputs = {i: [x for x in links.inputs[i] if lane[x] == here] for i in nodes}
    users = {i: [u for u in links.users[i] if lane[u] == here] for i in nodes}
    wish: dict[int, int] = {}
    for i in nodes:
        cell = old[i]
        if cell is not None:
            wish[i] = cell[1]
    pushed = []
    for right in (True, False):
        at: dict[int, int] = {}
        for i in nodes if right else reversed(nodes):
            if right:
                ahead = [at[x] + 1 for x in inputs[i]] + ([base[i]] if i in base else [])
                behind = [wish[u] - 1 for u in users[i] if u in wish]
            else:
                ahead = [wish[x] + 1 for x in inputs[i] if x in wish] + ([base[i]] if i in base else [])
                behind = [at[u] - 1 for u in users[i]]
            limit = ahead if right else behind
            other = behind if right else ahead
            pick = max if right else min
            if i in wish:
                at[i] = pick([wish[i], *limit])
            else:
                at[i] = pick(limit) if limit else (min(other) if right else max(other)) if other else 0
        moved = sum(at[i] != wish[i] for i in wish)
        if all(least <= c < most for c in at.values()):
            pushed.append((moved, at))
    if not pushed:
        return all(old[i] is None for i in nodes) and _as_they_are(column, at)
    best = min(pushed, key=lambda p: p[0])[1]
    for i in nodes:
        column[i] = best[i]
    return True


def _as_they_are(column: list[int], at: dict[int, int]) -> bool:
    for i, c in at.items():
        column[i] = c
    return True


def _rows(
    nodes: list[int], lanes: Lanes, links: Links, old: list[_Cell | None], column: list[int], row: list[int]
) -> None:
    """Fill in the rows of one lane: each node in its old one, or in the free one nearest to its neighbours."""
    taken: set[tuple[int, int]] = set()
    lane, here = lanes.lane, lanes.lane[nodes[0]]
    count = 1
    later = []
    for i in nodes:
        cell = old[i]
        if cell is None or cell[1] != column[i] or (column[i], cell[2]) in taken:
            later.append(i)
            continue
        row[i] = cell[2]
        taken.add((column[i], cell[2]))
        count = max(count, cell[2] + 1)
    later.sort(key=lambda i: old[i] is None)  # new ones last
    seated = set(nodes) - set(later)
    for i in later:
        cell = old[i]
        if cell is not None:
            wish = float(cell[2])
        else:
            near = [row[x] for x in (*links.inputs[i], *links.users[i]) if lane[x] == here and x in seated]
            wish = sum(near) / len(near) if near else 0.0
        free = [r for r in range(count + 1) if (column[i], r) not in taken]
        row[i] = min(free, key=lambda r: (abs(r - wish), r))
        taken.add((column[i], row[i]))
        count = max(count, row[i] + 1)
        seated.add(i)
    used = {r: k for k, r in enumerate(sorted({row[i] for i in nodes}))}
    for i in nodes:
        row[i] = used[row[i]]
