"""What steps of the history are called: "Type `sigmoid`", "Close layer()", "Move z"."""

from __future__ import annotations

from collections.abc import Callable

from gradstudio.graph.fold_state import ALL, FoldState, Way, stack_of
from gradstudio.graph.model import Graph
from gradstudio.graph.stacks import stacks_of
from gradstudio.picture.fonts import plain
from gradstudio.studio.arrangement import Arrangement
from gradstudio.studio.steps import Change

LONGEST = 80
"""Characters of a name."""

_QUOTED = 24  # characters of code in a name


def of_text(verb: str, text: str) -> str:
    """ "Paste `x = 3.0`", "Paste 3 lines", "Delete a space"."""
    stripped = text.strip()
    lines = text.strip("\n").count("\n") + 1
    if stripped and lines == 1:
        return f"{verb} `{plain(stripped, _QUOTED)}`"
    if stripped:
        return f"{verb} {lines:,} lines"
    breaks = text.count("\n")
    if breaks:
        return f"{verb} {'a line break' if breaks == 1 else f'{breaks:,} line breaks'}"
    return f"{verb} {'a space' if text == ' ' else 'spaces'}"


def of_changes(changes: tuple[Change, ...]) -> str:
    """What an edit that came without a name is called."""
    if len(changes) > 1:
        return f"Change {len(changes):,} places"
    change = changes[0]
    if not change.old:
        return "New line" if "\n" in change.new and not change.new.strip() else of_text("Type", change.new)
    if not change.new:
        return "Join lines" if "\n" in change.old and not change.old.strip() else of_text("Delete", change.old)
    old, new = change.old.strip(), change.new.strip()
    if old and new and "\n" not in old and "\n" not in new:
        return f"Change `{plain(old, _QUOTED)}` to `{plain(new, _QUOTED)}`"
    return of_text("Type", change.new)


def of_arrangement(before: Arrangement, after: Arrangement, whole: Graph | None) -> str:
    """What folding, moving or turning the picture is called."""
    if before.direction != after.direction:
        return "Turn the network"
    if before.moved != after.moved:
        if not after.moved:
            return "Put moved nodes back"
        was = {name: place for name, *place in before.moved}
        now = {name: place for name, *place in after.moved}
        changed = [name for name in {**was, **now} if was.get(name) != now.get(name)]
        return f"Move {_node(changed[0], whole)}" if len(changed) == 1 else f"Move {len(changed):,} nodes"
    if (before.folds.only, before.folds.hidden) != (after.folds.only, after.folds.hidden):
        return _of_wanted(before.folds, after.folds, lambda name: _node(name, whole))
    return _of_folds(before.folds, after.folds, lambda box: _group(box, whole))


def _of_wanted(before: FoldState, after: FoldState, title: Callable[[str], str]) -> str:
    if not after.only and not after.hidden:
        return "Show all"
    if before.only != after.only:
        return _of_ways(after.only, title)
    new = [name for name in after.hidden if name not in before.hidden]
    if not new:
        return "Show what was hidden"
    return f"Hide {title(new[0])}" if len(new) == 1 else f"Hide {len(new):,} nodes"


def _of_ways(ways: tuple[Way, ...], title: Callable[[str], str]) -> str:
    """ "Isolate upstream of loss"."""
    if not ways:
        return "Show what is around it"
    kind, name, other = ways[-1]
    if len({way[1] for way in ways}) > 1:
        return f"Isolate {len(ways):,} nodes"
    if kind == "between":
        return f"Isolate the path from {title(name)} to {title(other)}"
    return f"Isolate {kind} of {title(name)}" if kind in ("upstream", "downstream") else f"Isolate {title(name)}"


def _of_folds(before: FoldState, after: FoldState, title: Callable[[str], str]) -> str:
    if ALL in after.opened and ALL not in before.opened:
        return "Open everything"
    if ALL in after.closed and ALL not in before.closed:
        return "Close everything"
    if not (after.opened or after.closed or after.passes):
        return "Fold by itself"
    for verb, old, new in (("Open", before.opened, after.opened), ("Close", before.closed, after.closed)):
        for box in new:
            if box not in old:
                return f"{verb} {title(box)}"
    for stack, number in after.passes:
        if (stack, number) not in before.passes:
            return f"Open pass {number} of {title(stack)}"
    for stack, number in before.passes:
        if (stack, number) not in after.passes:
            return f"Close pass {number} of {title(stack)}"
    for verb, old, new in (("Close", after.opened, before.opened), ("Open", after.closed, before.closed)):
        for box in new:
            if box not in old:
                return f"{verb} {title(box)}"
    return "Fold anew"


def _node(name: str, whole: Graph | None) -> str:
    """What the picture calls a node, or the box of a group."""
    if whole is not None and name in whole.ids:
        return plain(whole.title[whole.ids.index(name)] or whole.label[whole.ids.index(name)], _QUOTED)
    return _group(name, whole)


def _group(box: str, whole: Graph | None) -> str:
    """The title of a group or a stack."""
    if whole is not None:
        name = stack_of(box)
        titles = {group.id: group.title for group in whole.groups}
        titles.update((stack.id, stack.title) for stack in stacks_of(whole.groups))
        if name in titles:
            return plain(titles[name], _QUOTED)
    return "a box"
