"""Which boxes a decision makes: every closed group and piece of a stack, and what lies in each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gradstudio.engine.primitive import TABLE
from gradstudio.engine.trace import Kind
from gradstudio.graph.closing import Closing, parts
from gradstudio.graph.fold_state import FoldState
from gradstudio.graph.handing import handed_on
from gradstudio.graph.model import FAMILIES, Fold, Graph
from gradstudio.graph.stacks import Stack
from gradstudio.graph.tree import NEVER

_CONTROL = FAMILIES.index("control")


@dataclass(slots=True)
class Box:
    """One box to be drawn."""

    id: str
    parent: int  # the group it is drawn in
    groups: list[int]  # the closed group, or the passes
    stack: Stack | None
    part: int  # which piece of the stack, from 0
    is_last: bool  # whether no open pass follows it


@dataclass(frozen=True, slots=True, eq=False)
class Boxes:
    """All boxes, and where everything else is."""

    boxes: list[Box]
    of_node: np.ndarray  # int (n,): the box each node lies in, -1 where it is drawn itself
    holder: np.ndarray  # int (n,): the closed group or folded pass it lies in, -1 where it is drawn itself
    open: list[int]  # open groups with nothing closed around them


def boxes_of(whole: Graph, closing: Closing) -> Boxes:
    """The boxes of a decision, in the order of the groups."""
    groups = whole.groups
    found: list[Box] = []
    box, holder = [-1] * (len(groups) + 1), [-1] * (len(groups) + 1)  # of what lies in each; the last is the file's
    made: dict[int, int] = {}  # pass -> its box
    laid_out = []
    for g, group in enumerate(groups):
        above = group.parent
        lying = closing.lying(g)
        if box[above] >= 0:
            is_own = made.get(g) == box[above]  # the passes of a loop that is nothing but this stack
            box[g], holder[g] = box[above], g if is_own else holder[above]
        elif lying >= 0:
            if g not in made:
                stack = closing.stacks[lying]
                pieces = parts(stack, closing.passes[lying])
                for number, piece in enumerate(pieces):
                    name = stack.id if number == 0 else f"{stack.id}@{number + 1}"
                    is_last = piece[-1] == stack.groups[-1]
                    made.update(dict.fromkeys(piece, len(found)))
                    found.append(Box(name, stack.parent, list(piece), stack, number, is_last))
            box[g], holder[g] = made[g], g
        elif closing.is_box(g):
            inner = closing.shell.get(g, -1)
            if inner >= 0 and closing.folded[inner]:
                # Nothing but a stack: that is the box, and takes in the leaves beside it.
                stack = closing.stacks[inner]
                made.update(dict.fromkeys(stack.groups, len(found)))
                found.append(Box(stack.id, g, list(stack.groups), stack, 0, True))
                box[g], holder[g] = len(found) - 1, g
            else:
                box[g], holder[g] = len(found), g
                found.append(Box(group.id, above, [g], None, 0, True))
        else:
            laid_out.append(g)
    where = whole.group
    return Boxes(found, np.array(box)[where], np.array(holder)[where], laid_out)


def folds_of(
    whole: Graph, boxes: Boxes, state: FoldState, spans: tuple[np.ndarray, np.ndarray]
) -> tuple[tuple[Fold, ...], np.ndarray]:
    """What each box says, and the node that it hands on. spans: first and last line of each group."""
    stacked: dict[str, list[int]] = {}
    for box in boxes.boxes:
        if box.stack is not None:
            stacked.setdefault(box.stack.id, []).extend(box.groups)
    node = handed_on(whole, boxes.holder, [np.array(passes) for passes in stacked.values()])
    count = len(boxes.boxes)
    inside = boxes.of_node >= 0
    ops = np.bincount(boxes.of_node[inside & (whole.kind == Kind.OP)], minlength=count).tolist()
    parameters = np.bincount(boxes.of_node[inside & (whole.kind == Kind.PARAMETER)], minlength=count).tolist()
    low, high = spans
    folds, shown = [], []
    for number, box in enumerate(boxes.boxes):
        members = np.array(box.groups, np.int32)
        head = whole.groups[box.groups[0]]
        begin, end = int(low[members].min()), int(high[members].max())
        title, line, first, of = head.title, head.line, 1, 1
        if box.stack is not None:
            title, line = _title(box), box.stack.line
            first, of = box.stack.number(box.groups[0]), box.stack.of
        line = line or (begin if begin != NEVER else 0)
        chosen = _chosen(box, first, state)
        folds.append(
            Fold(
                id=box.id,
                kind="group" if box.stack is None else "stack",
                title=title,
                line=line,
                end_line=max(line, end),
                ops=ops[number],
                parameters=parameters[number],
                groups=members,
                first=first,
                of=of,
                chosen=chosen,
                record=whole.record[node[members]],
                unit=head.kind,
            )
        )
        shown.append(int(node[members[chosen]]))
    return tuple(folds), np.array(shown, np.int64)


def _title(box: Box) -> str:
    """The loop's or function's title for all its passes, else which ones they are."""
    stack = box.stack
    assert stack is not None
    if len(box.groups) == len(stack.groups) and (stack.is_whole or not stack.is_loop):
        return stack.title
    first = stack.number(box.groups[0])
    return f"{first} to {first + len(box.groups) - 1}" if len(box.groups) > 1 else f"pass {first}"


def _chosen(box: Box, first: int, state: FoldState) -> int:
    """The pass a person chose, else the one beside the open pass, else the last."""
    if box.stack is None:
        return 0
    for name, number in reversed(state.chosen):
        if name == box.stack.id and 0 <= number - first < len(box.groups):
            return number - first
    return 0 if box.part > 0 and box.is_last else len(box.groups) - 1


def label(fold: Fold) -> str:
    """ "5 ops, 2 parameters"; of a stack the ops of one pass."""
    if not fold.ops:
        return "parameters" if fold.parameters else "values"
    passes = len(fold.groups)
    each = fold.ops // passes
    words = _count(each, "op") if passes == 1 else f"{_count(each, 'op')} each"
    if fold.ops % passes:
        words = f"{_count(fold.ops, 'op')} in all"
    return f"{words}, {_count(fold.parameters, 'parameter')}" if fold.parameters else words


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"


def family(whole: Graph, fold: Fold) -> int:
    """That of the composite op it is, else control; that of leaves where it holds nothing else."""
    if not fold.ops:
        return FAMILIES.index("leaf")
    group = whole.groups[fold.groups[0]]
    row = TABLE.get(group.title) if group.kind == "block" else None
    return FAMILIES.index(row.family) if row is not None and row.composite else _CONTROL
