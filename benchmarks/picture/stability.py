"""How far the nodes of a picture move when one op is put into its program."""

from __future__ import annotations

from collections import Counter

import numpy as np

from benchmarks.picture.road import Desk
from benchmarks.picture.tapes import with_one_more_op
from gradstudio.worker.permission import SAFE

COMMON = 0.03
"""A shift that at least this share of the nodes makes together is a common one: whole lanes move down or right."""

WIDTH = 132.0
"""Pixels of a node."""


def moved(desk: Desk, text: str) -> dict[str, float]:
    """Share of the nodes there before and after that move by more than a node's width, by where the op was put in.

    Common shifts are taken out first.
    """
    found = {}
    for name, part in (("start", 0.05), ("middle", 0.5), ("end", 0.95)):
        desk.show(text)
        before = desk.view
        desk.runs.submit(with_one_more_op(text, part), None, SAFE, is_asked=True)
        after = desk.next_view()
        where = dict(zip(before.graph.ids, before.layout.boxes[:, :2].tolist(), strict=True))
        both = [
            (where[i], at)
            for i, at in zip(after.graph.ids, after.layout.boxes[:, :2].tolist(), strict=True)
            if i in where
        ]
        way = np.array([np.subtract(b, a) for a, b in both]).round().reshape(-1, 2)
        count = Counter(map(tuple, way.tolist()))
        common = {shift for shift, n in count.items() if n >= COMMON * len(way)}
        far = [max(abs(x), abs(y)) > WIDTH and (x, y) not in common for x, y in way.tolist()]
        found[name] = float(np.mean(far)) if far else 0.0
    return found
