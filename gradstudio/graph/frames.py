"""Frames: the open groups that are drawn around their boxes."""

from __future__ import annotations

import numpy as np

from gradstudio.engine.trace import Kind
from gradstudio.graph.closing import Closing
from gradstudio.graph.model import Frame, Graph
from gradstudio.graph.tree import line_spans


def frames_of(whole: Graph, closing: Closing, open_groups: list[int], group: np.ndarray) -> tuple[Frame, ...]:
    """Frames of the open groups that say something: not around all there is, nor around a single node, nor around a
    loop of passes and leaves; around a section only where a person opened it. group: of each row."""
    count = len(whole.groups)
    inside = closing.tree.total(np.bincount(np.where(group < 0, count, group), minlength=count + 1))
    is_op = whole.kind == Kind.OP
    is_call = np.array([g.kind == "call" for g in whole.groups], bool)
    low, high = line_spans(closing.tree, is_call, whole.group[is_op], whole.line[is_op])
    with_op = np.zeros(count + 1, bool)
    with_op[whole.group[is_op]] = True
    stack_of = {g: stack for stack in closing.stacks for g in stack.groups}
    out = []
    for g in open_groups:
        found = whole.groups[g]
        stack = stack_of.get(g)
        is_asked = stack is not None and bool(closing.passes) and any(g in p for p in closing.passes.values())
        if not is_asked and (inside[g] < 2 or inside[g] == len(group)):
            continue
        if (found.kind == "loop" and not with_op[g]) or (found.kind == "section" and g not in closing.opened):
            continue
        lines = f"lines {low[g]} to {high[g]}" if high[g] > low[g] else f"line {high[g]}"
        title = found.title
        if found.kind not in ("pass", "section", "sweep") and high[g] > 0:
            title = f"{title}, {lines}"
        if stack is None:
            out.append(Frame(found.id, g, title, "", 0, 0))
        else:
            title = title if stack.is_loop else f"{found.title} {found.number}"
            out.append(Frame(found.id, g, title, stack.id, found.number, stack.of))
    return tuple(out)
