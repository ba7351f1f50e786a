"""Products of many matrices."""

from __future__ import annotations

from typing import Any

from gradstudio.engine import shapes
from gradstudio.engine.declaring import Sample, composites, op
from gradstudio.engine.ops.linalg import A, Q, V

composite = composites("linalg")


@composite(
    variadic=True,
    aliases=("linalg.multi_dot",),
    samples=(
        Sample(([A, A.T, Q],)),
        Sample(([V, A.T, Q, V[:2]],)),
        Sample(([A, V],)),
        Sample(([Q, A, A.T, Q, A],)),
    ),
)
def multi_dot(*arrays: Any) -> Any:
    """Product of two or more matrices in the order that takes the fewest multiplications.

    The first one may be a vector (a row) and the last one too (a column). Raises ValueError where shapes do not fit.
    """
    if len(arrays) < 2:
        raise ValueError(f"multi_dot needs two arrays or more, not {len(arrays)}")
    ends = (0, len(arrays) - 1)
    if any(shapes.rank(x) != 2 and not (shapes.rank(x) == 1 and i in ends) for i, x in enumerate(arrays)):
        raise ValueError("multi_dot takes matrices; only its first and last array may be vectors")
    rows = [shapes.shape(x)[0] if shapes.rank(x) == 2 or i else 1 for i, x in enumerate(arrays)]
    columns = [shapes.shape(x)[-1] if shapes.rank(x) == 2 or not i else 1 for i, x in enumerate(arrays)]
    for i, (have, need) in enumerate(zip(columns, rows[1:], strict=False)):
        if have != need:
            raise ValueError(f"multi_dot: array {i} has {have} columns, but array {i + 1} has {need} rows")
    cuts = _cheapest_cuts([*rows, columns[-1]])
    parts = {(i, i): x for i, x in enumerate(arrays)}
    for (i, j), cut in cuts.items():
        parts[i, j] = op.matmul(parts[i, cut], parts[cut + 1, j])
    return parts[0, len(arrays) - 1]


def _cheapest_cuts(sides: list[int]) -> dict[tuple[int, int], int]:
    """Where to cut each chain i..j of the cheapest order, short chains first.

    Matrix i has sides[i] rows and sides[i + 1] columns.
    Source: Cormen, Leiserson, Rivest & Stein, Introduction to Algorithms, section on matrix-chain multiplication.
    """
    count = len(sides) - 1
    cost = {(i, i): 0 for i in range(count)}
    best: dict[tuple[int, int], int] = {}
    for length in range(1, count):
        for i in range(count - length):
            j = i + length
            price = {
                cut: cost[i, cut] + cost[cut + 1, j] + sides[i] * sides[cut + 1] * sides[j + 1] for cut in range(i, j)
            }
            best[i, j] = min(price, key=price.__getitem__)
            cost[i, j] = price[best[i, j]]
    needed = [(0, count - 1)]
    for i, j in needed:  # grows while it is read
        if i < j:
            needed += [(i, best[i, j]), (best[i, j] + 1, j)]
    return {pair: best[pair] for pair in sorted(needed, key=lambda pair: pair[1] - pair[0]) if pair[0] < pair[1]}
