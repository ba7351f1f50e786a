"""Which node of an earlier picture a node is."""

from __future__ import annotations

from collections.abc import Sequence


def matched(ids: Sequence[str], before: Sequence[str]) -> list[int]:
    """Number in `before` of each node, -1 for new ones.

    Ids of equal nodes are numbered (`|sin|y#3`), so that one more of them renames all later ones. So what is equal at
    the start and at the end, numbers aside, is paired in order, and only the rest by id.
    """
    names, old = [_name(i) for i in ids], [_name(i) for i in before]
    n, m = len(names), len(old)
    shorter = min(n, m)
    head = next((k for k in range(shorter) if names[k] != old[k]), shorter)
    tail = next((k for k in range(shorter - head) if names[n - 1 - k] != old[m - 1 - k]), shorter - head)
    middle = {before[k]: k for k in range(head, m - tail)}
    return [
        *range(head),
        *(middle.get(ids[k], -1) for k in range(head, n - tail)),
        *range(m - tail, m),
    ]


def _name(node: str) -> str:
    name, _, number = node.rpartition("#")
    return name if number.isdigit() else node
