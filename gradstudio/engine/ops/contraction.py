"""Einsum: sums of products named by letters."""

from __future__ import annotations

import string
from typing import Any

import numpy as np

from gradstudio.engine import shapes
from gradstudio.engine.primitive import Sample, category, op

primitive = category("linalg")
A = np.array([[2.0, -1.0, 0.5], [0.25, 3.0, 1.0]])
Q = np.array([[2.0, 0.5], [-0.25, 1.5]])
V = np.array([1.0, -2.0, 0.5])
C = np.arange(12.0).reshape(2, 3, 2) / 7.0 - 0.6


def explicit(equation: str, ranks: list[int]) -> tuple[list[str], str]:
    """The letters of each operand and of the result, with every ellipsis spelled out.

    Raises ValueError where letters and ranks do not fit.
    """
    left, arrow, right = equation.replace(" ", "").partition("->")
    terms = left.split(",")
    if len(terms) != len(ranks):
        raise ValueError(f"einsum: {equation!r} names {len(terms)} inputs, but there are {len(ranks)}")
    free = [c for c in string.ascii_letters if c not in equation]
    widths = [
        rank - len(term.replace("...", "")) if "..." in term else 0 for term, rank in zip(terms, ranks, strict=True)
    ]
    if min(widths, default=0) < 0:
        raise ValueError(f"einsum: {equation!r} has more letters than an input has axes")
    dots = "".join(free[: max(widths, default=0)])
    spelled = [term.replace("...", dots[len(dots) - n :]) for term, n in zip(terms, widths, strict=True)]
    for term, rank in zip(spelled, ranks, strict=True):
        if len(term) != rank or not all(c.isalpha() for c in term):
            raise ValueError(f"einsum: {equation!r} names {len(term)} axes for an input that has {rank}")
    if arrow:
        return spelled, right.replace("...", dots)
    every = "".join(spelled)
    return spelled, dots + "".join(sorted(c for c in set(every) - set(dots) if every.count(c) == 1))


def _einsum(slot: int, g: Any, ans: Any, *values: Any, equation: str) -> Any:
    terms, result = explicit(equation, [len(shapes.shape(v)) for v in values])
    term, dims = terms[slot], shapes.shape(values[slot])
    others = [(t, v) for i, (t, v) in enumerate(zip(terms, values, strict=True)) if i != slot]
    known = set(result).union(*[t for t, _ in others]) if others else set(result)
    letters = "".join(dict.fromkeys(term))
    reached = "".join(c for c in letters if c in known)
    back = op.einsum(
        [g, *[v for _, v in others]], equation=",".join([result, *[t for t, _ in others]]) + "->" + reached
    )
    # A letter that only this input has was summed over: every element along it gets the same.
    have = dict(zip(reached, shapes.shape(back), strict=True))
    back = op.reshape(back, shape=tuple(have.get(c, 1) for c in letters))
    length = dict(zip(term, dims, strict=True))
    back = op.broadcast_to(back, shape=tuple(have[c] if c in have else length[c] for c in letters))
    if len(letters) == len(term):
        return back
    # A letter twice in one input picks a diagonal; the cotangent goes back onto it.
    free = iter(c for c in string.ascii_letters if c not in term)
    spread, eyes = list(letters), []
    out = ""
    for i, c in enumerate(term):
        if c in term[:i]:
            new = next(free)
            spread_term = c + new
            eyes.append((spread_term, np.eye(length[c])))
            out += new
        else:
            out += c
    names = ["".join(spread), *[t for t, _ in eyes]]
    return op.einsum([back, *[e for _, e in eyes]], equation=",".join(names) + "->" + out)


@primitive(
    _einsum,
    variadic=True,
    aliases=("linalg.einsum",),
    samples=(
        Sample(([A, A.T],), {"equation": "ij,jk->ik"}),
        Sample(([A, V],), {"equation": "ij,j"}),
        Sample(([Q],), {"equation": "ii->i"}),
        Sample(([Q],), {"equation": "ii"}),
        Sample(([A],), {"equation": "ij->j"}),
        Sample(([A],), {"equation": "ij->ji"}),
        Sample(([V, V[:2]],), {"equation": "i,j->ij"}),
        Sample(([C, A],), {"equation": "bij,bi->bj"}),
        Sample(([C, Q],), {"equation": "...i,ij->...j"}),
        Sample(([A, A, V],), {"equation": "ij,kj,j->ik"}),
        Sample(([C, Q],), {"equation": "aba,cc->bc"}),
        Sample(([A[:, :1], A],), {"equation": "...,..."}),
    ),
)
def einsum(xp: Any, *values: Any, equation: str) -> Any:
    """Sums of products: einsum("ij,jk->ik", a, b) multiplies matrices; letters left out on the right are summed."""
    terms, result = explicit(equation, [np.ndim(v) for v in values])
    return xp.einsum(",".join(terms) + "->" + result, *values, optimize=len(values) > 2)
