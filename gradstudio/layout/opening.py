"""Opening: the picture before, as if the passes that are open now, and only they, had been open in it already.

So a pass comes beside its stack, and what stood behind the stack moves on by as many columns, or, where it does not
fit there any more, as a whole into a lane of its own.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from gradstudio.graph.model import Graph
from gradstudio.layout.links import Links
from gradstudio.layout.model import Before

_Cell = tuple[int, int, int]


def as_if_open(before: Before, graph: Graph, links: Links, limit: int) -> Before:
    """Cells for the nodes of islands that the picture before did not have. limit: columns of a lane with an island."""
    if not any(fold.kind == "stack" for fold in graph.folds) and not any(frame.stack for frame in graph.frames):
        return before
    cells = {name: (2 * k, c, r) for name, (k, c, r) in zip(before.ids, before.cells.tolist(), strict=True)}
    known = dict(cells)
    _close_up(cells, graph)
    for f, frame in enumerate(graph.frames):
        nodes = [i for i, island in enumerate(links.islands.of_node) if island == f]
        if nodes and not any(graph.ids[i] in cells for i in nodes if not links.is_leaf[i]):
            _moved(cells, graph, f, nodes) or _opened(cells, graph, links, frame.stack, nodes, limit)
    if cells == known:
        return before
    number = {k: at for at, k in enumerate(sorted({k for k, _, _ in cells.values()}))}
    columns = np.array([(number[k], c, r) for k, c, r in cells.values()], np.int32).reshape(-1, 3)
    return replace(before, ids=tuple(cells), cells=columns)


def _moved(cells: dict[str, _Cell], graph: Graph, f: int, nodes: list[int]) -> bool:
    """Another pass of the loop was open: each node stands where its like stood."""
    own = graph.groups[graph.frames[f].group]
    for group in graph.groups:
        if (group.parent, group.kind) != (own.parent, own.kind) or group.id == own.id:
            continue
        alike = {name: group.id + name.removeprefix(own.id) for name in (graph.ids[i] for i in nodes)}
        if all(name in cells and name not in graph.ids for name in alike.values()):
            cells.update({name: cells[old] for name, old in alike.items()})
            return True
    return False


def _opened(cells: dict[str, _Cell], graph: Graph, links: Links, stack: str, nodes: list[int], limit: int) -> bool:
    """A stack gives way: before or behind what stands in its box now, by where its passes come in the tape."""
    if stack not in cells or stack not in graph.ids:
        return False
    lane, column, row = cells[stack]
    box, other = graph.ids.index(stack), f"{stack}@2"
    is_behind = box < nodes[0]  # the pass comes behind the box
    begin = column + 1 if is_behind else column
    wide = links.islands.width(links.islands.of_node[nodes[0]])
    if begin + wide > limit:
        return False
    has_other = other in graph.ids and other not in cells
    rest = [name for name, (k, c, _) in cells.items() if k == lane and c >= begin]
    by = wide + has_other
    furthest = max([begin - 1, *(cells[name][1] for name in rest)]) + by
    _stand(cells, graph, links, nodes, (lane, begin, row))
    behind, has_room = (lane, begin + wide, row), begin + wide < limit
    if furthest < limit:
        cells.update({name: (lane, cells[name][1] + by, cells[name][2]) for name in rest})
    elif is_behind:
        _to_next_lane(cells, graph, links, rest, lane, begin, other if has_other and not has_room else "")
    else:
        _to_next_lane(cells, graph, links, [name for name in rest if name != stack or not has_room], lane, begin, "")
        if has_room:
            cells[stack] = behind
    if has_other and has_room:
        cells[other] = behind
    return True


def _stand(cells: dict[str, _Cell], graph: Graph, links: Links, nodes: list[int], corner: _Cell) -> None:
    """The nodes of an island, each op right of its inputs, in rows from that of the stack on."""
    lane, begin, row = corner
    inside = set(nodes)
    margin = links.islands.margin(links.islands.of_node[nodes[0]])
    column: dict[int, int] = {}
    for i in nodes:
        if not links.is_leaf[i]:
            column[i] = max([begin + margin, *(column[x] + 1 for x in links.inputs[i] if x in column)])
    for i in nodes:
        if links.is_leaf[i]:
            column[i] = min(column[u] for u in links.users[i] if u in column) - 1 if links.users[i] else begin
    taken: set[tuple[int, int]] = set()
    for i in sorted(nodes, key=lambda i: (links.is_leaf[i], i)):
        beside = (graph.ids[x] for x in (*links.inputs[i], *links.users[i]) if x in inside)
        near = [cells[name][2] for name in beside if name in cells]
        wish = max(min(near, default=row), row)
        free = next(r for r in range(wish, wish + len(nodes) + 1) if (column[i], r) not in taken)
        taken.add((column[i], free))
        cells[graph.ids[i]] = lane, column[i], free


def _to_next_lane(
    cells: dict[str, _Cell], graph: Graph, links: Links, rest: list[str], lane: int, begin: int, other: str
) -> None:
    """What stood behind the stack goes into a lane of its own, behind the rest of the stack (other, "" for none), with
    a column for the leaves that only it reads."""
    number = {name: i for i, name in enumerate(graph.ids)}
    moving = {number[name] for name in rest if name in number}
    stays = [i for name, (k, c, _) in cells.items() if k == lane and c < begin and (i := number.get(name, -1)) >= 0]
    readers = (links.users[i] for i in stays if links.is_leaf[i] and links.users[i])
    has_first = bool(other) or any(all(u in moving for u in users) for users in readers)
    left = min((cells[name][1] for name in rest), default=begin)
    for name in rest:
        _, c, r = cells[name]
        cells[name] = lane + 1, c - left + has_first, r
    if other:
        cells[other] = lane + 1, 0, 0


def _close_up(cells: dict[str, _Cell], graph: Graph) -> None:
    """Columns in which only passes stood that lie on their stack again are taken out of its lane."""
    ids = set(graph.ids)
    gone = [name for name in cells if name not in ids]
    for fold in graph.folds if gone else ():
        if fold.kind != "stack" or fold.id not in cells:
            continue
        lane = cells[fold.id][0]
        passes = {graph.groups[g].id for g in fold.groups.tolist()}
        own = {name for name in gone if cells[name][0] == lane and _is_of(name, passes, fold.id)}
        if not own:
            continue
        left = {c for name, (k, c, _) in cells.items() if k == lane and name in ids}
        empty = {cells[name][1] for name in own} - left
        for name, (k, c, r) in list(cells.items()):
            if k == lane and name not in own:
                cells[name] = k, c - sum(e < c for e in empty), r


def _is_of(name: str, passes: set[str], stack: str) -> bool:
    """Whether a node stood in one of these passes, or was a piece of their stack."""
    if name.startswith(f"{stack}@"):
        return True
    group = name.rsplit("|", 2)[0]
    while group and group not in passes:
        group = group.rpartition("/")[0]
    return bool(group)
