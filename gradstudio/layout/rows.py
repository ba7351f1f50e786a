"""Rows of the nodes of a lane: chains run straight, leaves stand near the op that uses them."""

from __future__ import annotations

from collections import defaultdict

_ROUNDS = 4


def seat(
    lane: list[int],
    column: list[int],
    inputs: list[list[int]],
    users: list[list[int]],
    is_leaf: list[bool],
    thorough: bool,
) -> list[int]:
    """The row of each node in its lane. No two nodes of a lane share column and row, and no row is empty.

    thorough: exchange nodes until lines are short.
    """
    members: list[list[int]] = [[] for _ in range(max(lane, default=-1) + 1)]
    for i, k in enumerate(lane):
        members[k].append(i)
    row = [0] * len(lane)
    for nodes in members:
        _seat_lane(nodes, lane, column, inputs, users, is_leaf, row)
        if thorough:
            _settle(nodes, lane, column, inputs, users, row)
        used = {r: k for k, r in enumerate(sorted({row[i] for i in nodes}))}
        for i in nodes:
            row[i] = used[row[i]]
    return row


def _seat_lane(
    nodes: list[int],
    lane: list[int],
    column: list[int],
    inputs: list[list[int]],
    users: list[list[int]],
    is_leaf: list[bool],
    row: list[int],
) -> None:
    """An op goes on in the topmost row of its inputs that nothing went on from yet, else in a row without open ends."""
    taken: set[tuple[int, int]] = set()
    last: dict[int, int] = {}  # row -> its last op
    passed_on: set[int] = set()
    here = lane[nodes[0]]
    waiting = {i: sum(lane[u] == here and not is_leaf[u] for u in set(users[i])) for i in nodes}
    for i in nodes:
        if is_leaf[i]:
            continue
        open_ends = [x for x in inputs[i] if lane[x] == here and not is_leaf[x] and x not in passed_on]
        open_ends = [x for x in open_ends if last[row[x]] == x]
        chosen = 0
        if open_ends:
            before = min(open_ends, key=lambda x: row[x])
            chosen = row[before]
            passed_on.add(before)
        else:
            while chosen in last:
                end = last[chosen]
                if column[end] < column[i] and (end in passed_on or not waiting[end]):
                    break
                chosen += 1
        for x in set(inputs[i]):
            if lane[x] == here:
                waiting[x] -= 1
        row[i] = chosen
        last[chosen] = i
        taken.add((column[i], chosen))
    for i in nodes:
        if not is_leaf[i]:
            continue
        wish = min((row[u] for u in users[i] if lane[u] == here and not is_leaf[u]), default=0)
        step = 0
        while True:
            free = [r for r in (wish + step, wish - step) if r >= 0 and (column[i], r) not in taken]
            if free:
                row[i] = free[0]
                taken.add((column[i], free[0]))
                break
            step += 1


def _settle(
    nodes: list[int],
    lane: list[int],
    column: list[int],
    inputs: list[list[int]],
    users: list[list[int]],
    row: list[int],
) -> None:
    """Exchange cells above each other, or move into empty ones, while that makes the lines of the lane shorter."""
    here = lane[nodes[0]]
    near = {i: [x for x in (*inputs[i], *users[i]) if lane[x] == here] for i in nodes}
    cells = {(column[i], row[i]): i for i in nodes}
    columns: dict[int, list[int]] = defaultdict(list)
    for i in nodes:
        columns[column[i]].append(i)

    def cost(i: int | None, r: int) -> int:
        return 0 if i is None else sum(abs(row[x] - r) for x in near[i])

    for _ in range(_ROUNDS):
        moved = False
        for c in sorted(columns):
            tallest = max(row[i] for i in columns[c])
            for r in range(tallest):
                a, b = cells.get((c, r)), cells.get((c, r + 1))
                if cost(a, r + 1) + cost(b, r) < cost(a, r) + cost(b, r + 1):
                    for node, to in ((a, r + 1), (b, r)):
                        if node is None:
                            cells.pop((c, to), None)
                        else:
                            cells[c, to] = node
                            row[node] = to
                    moved = True
        if not moved:
            return
