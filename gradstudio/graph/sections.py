"""Sections: a long stretch of boxes that no scope divides becomes groups of consecutive source lines."""

from __future__ import annotations

from collections import Counter

import numpy as np

from gradstudio.graph.cuts import LONGEST, Item, divided
from gradstudio.graph.likeness import extent
from gradstudio.graph.model import Group, moved
from gradstudio.graph.nodes import Nodes
from gradstudio.graph.tree import NEVER, Tree, line_spans

SMALL = 300
"""Nodes of a graph that needs no sections."""
_LARGE = 60
"""Ops of a group that ends a section."""
_FEW_LEAVES = 12
"""Leaves that stand beside the sections that read them; where there are more, each stands in a section."""


def sectioned(
    groups: list[Group], tree: Tree, group: np.ndarray, nodes: Nodes, is_light: np.ndarray, lines: list[str]
) -> tuple[list[Group], np.ndarray]:
    """The groups and the innermost one of each node, with sections in every group that holds too many boxes.

    is_light: leaves and looks at leaves, which stand beside what reads them. lines: the program.
    """
    heavy = np.flatnonzero(~is_light)
    first, _ = extent(tree, group[heavy], heavy)
    direct = np.bincount(np.where(group[heavy] < 0, len(groups), group[heavy]), minlength=len(groups) + 1)
    boxes = direct.copy()
    runs = np.array([g.run if g.run >= 0 else -2 - i for i, g in enumerate(groups)], np.int64)
    heads = np.zeros(len(groups), bool)
    heads[np.unique(runs, return_index=True)[1]] = True  # a run is one box
    np.add.at(boxes, tree.parent[:-1][heads & (first[:-1] != NEVER)], 1)
    crowded = [g if g < len(groups) else -1 for g in np.flatnonzero(boxes > LONGEST).tolist()]
    work = _Work(groups, tree, group, nodes, lines)
    size = tree.total(direct)
    order = np.argsort(first[:-1], kind="stable")
    children: dict[int, list[int]] = {g: [] for g in crowded}
    for g in order[first[order] != NEVER].tolist():
        if groups[g].parent in children:
            children[groups[g].parent].append(g)
    members: dict[int, list[int]] = {g: [] for g in crowded}
    for node, g in zip(heavy.tolist(), group[heavy].tolist(), strict=True):
        if g in members:
            members[g].append(node)
    for g in crowded:
        items = work.items(members[g], children[g], first, size)
        work.put(divided(items, work.paragraphs), g, g)
    work.seat(np.flatnonzero(is_light & np.isin(group, crowded)))
    work.gather()
    return work.finished()


class _Work:
    """The groups while sections come in."""

    def __init__(self, groups: list[Group], tree: Tree, group: np.ndarray, nodes: Nodes, lines: list[str]) -> None:
        self._groups, self._tree, self._before, self._nodes = groups, tree, group, nodes
        self._sections: list[Group] = []
        self._parent = [g.parent for g in groups]
        self._group = group.copy()
        is_call = np.array([g.kind == "call" for g in groups], bool)
        ops = np.flatnonzero(nodes.is_op)
        low, high = line_spans(tree, is_call, group[ops], nodes.line[ops])
        self._low, self._high = np.where(low == NEVER, 0, low).tolist(), high.tolist()
        # A paragraph of the text begins after an empty line and with a comment.
        self.paragraphs = frozenset(
            i + 1 for i in range(1, len(lines)) if not lines[i - 1].strip() or lines[i - 1].lstrip().startswith("#")
        )

    def items(self, members: list[int], children: list[int], first: np.ndarray, size: np.ndarray) -> list[Item]:
        """What stands in a group as one box each, in the order of the tape."""
        found: list[tuple[int, Item]] = []
        for node in members:
            g = int(self._before[node])
            key = self._nodes.ids[node].removeprefix(self._groups[g].id if g >= 0 else "")
            line = int(self._nodes.line[node])
            found.append((node, Item(key, line, line, False, nodes=[node])))
        of_run: dict[int, Item] = {}
        for g in children:
            group = self._groups[g]
            if group.run in of_run:
                of_run[group.run].groups.append(g)
                continue
            is_call = group.kind == "call"
            low, high = (0, 0) if is_call else (self._low[g], self._high[g])
            item = Item(group.id.rsplit("/", 1)[-1], low, high, group.kind == "loop" or size[g] > _LARGE, groups=[g])
            found.append((int(first[g]), item))
            if group.run >= 0:
                of_run[group.run] = item
        return [item for _, item in sorted(found, key=lambda pair: pair[0])]

    def put(self, items: list[Item], scope: int, above: int) -> None:
        """Let items stand in a group or section; `scope` is the group of the run that all this divides."""
        for item in items:
            for node in item.nodes:
                self._group[node] = above
            for g in item.groups:
                self._parent[g] = above
            if item.items:
                self.put(item.items, scope, self._section(item, scope, above))

    def _section(self, item: Item, scope: int, above: int) -> int:
        title = f"lines {item.line}–{item.end}" if item.end > item.line else f"line {item.line}"
        if not item.line:
            inside = self._inside(item)
            title = f"{self._groups[inside[0]].title} and {len(inside) - 1} more" if inside else "section"
        level = 0
        below = item
        while below.items:
            level, below = level + 1, below.items[0]
        name = f"{self._groups[scope].id}/" if scope >= 0 else ""
        self._sections.append(Group(f"{name}lines{level}:{item.key}", above, "section", title, item.line))
        return len(self._groups) + len(self._sections) - 1

    def _inside(self, item: Item) -> list[int]:
        waiting, out = [item], []
        while waiting:
            here = waiting.pop()
            out += here.groups
            waiting += here.items[::-1]
        return out

    def seat(self, light: np.ndarray) -> None:
        """Leaves of a divided group go into the section that holds all their readers; of many shared ones each goes to
        its first reader."""
        is_light = np.zeros(len(self._group), bool)
        is_light[light] = True
        rows = np.flatnonzero((self._nodes.source >= 0) & is_light[self._nodes.source])
        readers: dict[int, list[int]] = {}
        for source, reader in zip(self._nodes.source[rows].tolist(), self._nodes.reader[rows].tolist(), strict=True):
            readers.setdefault(source, []).append(reader)
        shared: dict[int, list[tuple[int, int]]] = {}
        seats = Counter(self._before[light].tolist())
        for node in light.tolist()[::-1]:  # a look at a leaf before the leaf
            owner = int(self._before[node])
            if seats[owner] <= _FEW_LEAVES:
                continue
            ways = [self._way(owner, reader) for reader in readers.get(node, ())]
            if not ways:
                continue
            common = ways[0]
            for way in ways[1:]:
                same = 0
                while same < min(len(common), len(way)) and common[same] == way[same]:
                    same += 1
                common = common[:same]
            if common:
                self._group[node] = common[-1]
            elif first := ways[int(np.argmin(readers[node]))]:
                shared.setdefault(owner, []).append((node, first[-1]))
        for found in shared.values():
            if len(found) > _FEW_LEAVES:
                for node, section in found:
                    self._group[node] = section

    def gather(self) -> None:
        """Where very many leaves are left in one group, they are a section of their own."""
        leaves = np.flatnonzero(~self._nodes.is_op)
        count = Counter(self._group[leaves].tolist())
        for above in [g for g, many in count.items() if many > LONGEST]:
            found = leaves[self._group[leaves] == above]
            name = "parameters" if self._nodes.is_parameter[found].all() else "values"
            path = f"{(*self._groups, *self._sections)[above].id}/" if above >= 0 else ""
            line = int(self._nodes.line[found].min())
            self._sections.append(Group(f"{path}leaves", above, "section", f"{len(found)} {name}", line))
            self._group[found] = len(self._groups) + len(self._sections) - 1

    def _way(self, owner: int, reader: int) -> list[int]:
        """The sections of `owner` that a node lies in, from outside in."""
        at, depth = int(self._before[reader]), int(self._tree.depth[owner])
        while at != owner and self._tree.depth[at] > depth + 1:
            at = int(self._tree.parent[at])
        here = int(self._group[reader]) if at == owner else self._parent[at]
        way = []
        while here != owner:
            way.append(here)
            here = self._sections[here - len(self._groups)].parent
        return way[::-1]

    def finished(self) -> tuple[list[Group], np.ndarray]:
        """All groups, the new ones last, and the group of each node."""
        pairs = zip(self._groups, self._parent, strict=True)
        groups = [g if g.parent == above else moved(g, above) for g, above in pairs]
        of_lines: dict[tuple[int, str], list[Group]] = {}
        for g in self._sections:
            of_lines.setdefault((g.parent, g.title), []).append(g)
        parts = {g.id: i + 1 for same in of_lines.values() if len(same) > 1 for i, g in enumerate(same)}
        for g in self._sections:
            title = f"{g.title}, part {parts[g.id]}" if g.id in parts else g.title
            groups.append(Group(g.id, g.parent, g.kind, title, g.line))
        return groups, self._group
