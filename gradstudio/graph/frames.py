"""Frames: the open groups that are drawn around their boxes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from gradstudio.engine.trace import Kind
from gradstudio.graph.closing import Closing
from gradstudio.graph.model import Frame, Graph

_NESTED = 5
"""Frames in one another, if nobody asked for more."""
_MANY = 24
"""Beyond so many, a picture has only the frames that a person asked for: hundreds of small ones would tell nothing and
take the room of the nodes."""


def frames_of(
    whole: Graph, closing: Closing, open_groups: list[int], group: np.ndarray, spans: tuple[np.ndarray, np.ndarray]
) -> tuple[Frame, ...]:
    """Frames of the open groups that say something, outer ones first.

    group: of each row. spans: first and last line of each group.

    None around all there is, around a single node, or around a loop that holds nothing but passes and leaves; around a
    section only where a person opened it; one for two groups around the same nodes; not one in the other without end
    where a function calls itself; and of very many only those that a person opened one by one.
    """
    count = len(whole.groups)
    inside = closing.tree.total(np.bincount(np.where(group < 0, count, group), minlength=count + 1))
    low, high = spans
    with_op = np.zeros(count + 1, bool)
    with_op[whole.group[whole.kind == Kind.OP]] = True
    stack_of = {g: stack for stack in closing.stacks for g in stack.groups}
    out: list[Frame] = []
    asked: set[int] = set()  # places in out
    place: dict[int, int] = {}  # of the frame of a group, in out
    around = np.zeros(count + 1, np.int64)  # frames around each group and its own
    for g in open_groups:
        found = whole.groups[g]
        stack = stack_of.get(g)
        around[g] = around[found.parent]
        is_asked = stack is not None and bool(closing.passes) and any(g in p for p in closing.passes.values())
        if not is_asked and (inside[g] < 2 or inside[g] == len(group)):
            continue
        if (found.kind == "loop" and not with_op[g]) or (found.kind == "section" and g not in closing.opened):
            continue
        if around[g] >= _NESTED and g not in closing.opened:
            continue
        lines = f"lines {low[g]} to {high[g]}" if high[g] > low[g] else f"line {high[g]}"
        title = found.title
        if found.kind not in ("pass", "section", "sweep") and high[g] > 0:
            title = f"{title}, {lines}"
        outer = place.get(found.parent, -1)
        if outer >= 0 and inside[g] == inside[found.parent] and stack is None:  # one frame says both
            out[outer] = replace(out[outer], title=f"{out[outer].title}, {title}")
            place[g] = outer
            continue
        around[g] += 1
        place[g] = len(out)
        if is_asked or g in closing.opened:
            asked.add(len(out))
        if stack is None:
            out.append(Frame(found.id, g, title, "", 0, 0))
        else:
            title = f"{found.title} {found.number}" if found.kind == "call" else found.title
            out.append(Frame(found.id, g, title, stack.id, found.number, stack.of))
    return tuple(frame for k, frame in enumerate(out) if len(out) <= _MANY or k in asked)
