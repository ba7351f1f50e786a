"""The stacks that a graph may show, read from the runs of its groups."""

from __future__ import annotations

from dataclasses import dataclass

from gradstudio.graph.model import Group


@dataclass(frozen=True, slots=True, eq=False)
class Stack:
    """Three or more equal groups that follow one another."""

    id: str
    groups: tuple[int, ...]  # its passes, in order
    parent: int  # the group they lie in, -1 for the file
    first: int  # number of the first pass
    of: int  # passes of the whole loop or run
    title: str  # the loop's, the function's, "layer_0 to layer_9"
    line: int
    is_loop: bool
    is_whole: bool  # all passes of its loop

    def number(self, group: int) -> int:
        """The number of one of its passes."""
        return self.first + self.groups.index(group)


def stacks_of(groups: tuple[Group, ...]) -> list[Stack]:
    """All stacks, in the order of their first passes."""
    members: dict[int, list[int]] = {}
    turns: dict[int, int] = {}
    last: dict[int, int] = {}
    for i, g in enumerate(groups):
        if g.run >= 0:
            members.setdefault(g.run, []).append(i)
        if g.kind == "pass":
            turns[g.parent] = turns.get(g.parent, 0) + 1
            last[g.parent] = max(last.get(g.parent, 0), g.number)
    out = []
    for run in members.values():
        run.sort(key=lambda i: groups[i].number)
        head = groups[run[0]]
        is_loop = head.kind == "pass" and head.parent >= 0
        owner = groups[head.parent] if is_loop else head
        end = groups[run[-1]]
        title = owner.title if is_loop or head.title == end.title else f"{head.title} to {end.title}"
        path = f"{groups[head.parent].id}/" if head.parent >= 0 else ""
        out.append(
            Stack(
                id=f"{path}stack:{head.id.rsplit('/', 1)[-1]}",
                groups=tuple(run),
                parent=head.parent,
                first=head.number,
                of=last[head.parent] if is_loop else len(run),
                title=title,
                line=owner.line,
                is_loop=is_loop,
                is_whole=is_loop and len(run) == turns[head.parent],
            )
        )
    return out
