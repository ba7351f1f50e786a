"""Einsum: sums of products named by letters."""

from __future__ import annotations

import math
import string
from typing import Any

from gradstudio.engine import shapes
from gradstudio.engine.backends import namespace
from gradstudio.engine.declaring import Sample, category, op
from gradstudio.engine.ops.linalg import A, C, Q, V, Z
from gradstudio.engine.primitive import Primitive

primitive = category("linalg")
_LARGE = 1 << 14  # multiplications from which on it pays to look for a product of matrices in an equation


def explicit(equation: str, ranks: list[int]) -> tuple[list[str], str]:
    """The letters of each operand and of the result, with every ellipsis spelled out.

    Raises ValueError where letters and ranks do not fit.
    """
    left, arrow, right = equation.replace(" ", "").partition("->")
    if any("." in term.replace("...", "", 1) for term in (*left.split(","), right)):
        raise ValueError(f"{equation!r}: an ellipsis has three dots, and there is one at most for each input")
    terms = left.split(",")
    if len(terms) != len(ranks):
        raise ValueError(f"{equation!r} names {len(terms)} inputs, but there are {len(ranks)}")
    free = [c for c in string.ascii_letters if c not in equation]
    widths = [
        rank - len(term.replace("...", "")) if "..." in term else 0 for term, rank in zip(terms, ranks, strict=True)
    ]
    if min(widths, default=0) < 0:
        raise ValueError(f"{equation!r} has more letters than an input has axes")
    dots = "".join(free[: max(widths, default=0)])
    spelled = [term.replace("...", dots[len(dots) - n :]) for term, n in zip(terms, widths, strict=True)]
    for term, rank in zip(spelled, ranks, strict=True):
        if len(term) != rank or not all(c.isalpha() for c in term):
            raise ValueError(f"{equation!r} names {len(term)} axes for an input that has {rank}")
    if arrow:
        return spelled, right.replace("...", dots)
    every = "".join(spelled)
    return spelled, dots + "".join(sorted(c for c in set(every) - set(dots) if every.count(c) == 1))


def _einsum(slot: int, g: Any, _ans: Any, *values: Any, equation: str, optimize: Any = None) -> Any:
    terms, result = explicit(equation, [shapes.rank(v) for v in values])
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
    eyes, out = [], ""
    for i, c in enumerate(term):
        if c in term[:i]:
            new = next(free)
            eyes.append((c + new, namespace(g).eye(length[c], dtype=g.dtype)))
            out += new
        else:
            out += c
    names = [letters, *[t for t, _ in eyes]]
    return op.einsum([back, *[e for _, e in eyes]], equation=",".join(names) + "->" + out)


def _summed(row: Primitive, values: list[Any], mapped: list[bool], params: dict[str, Any]) -> Any:
    """einsum: the batch axis is one more letter."""
    terms, result = explicit(params["equation"], [shapes.rank(v) - m for v, m in zip(values, mapped, strict=True)])
    new = next(c for c in string.ascii_letters if c not in result and not any(c in term for term in terms))
    every = [new * m + term for term, m in zip(terms, mapped, strict=True)]
    return op.einsum(values, **{**params, "equation": f"{','.join(every)}->{new}{result}"})


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
        Sample(([Z, Q],), {"equation": " ij , jk -> ik "}),
        Sample(([Z],), {"equation": "ii"}),
        Sample(([Q, Q, 2.0],), {"equation": "ij,ij,"}),
    ),
    renamed={"subscripts": "equation"},
    batch=_summed,
    jvp="multilinear",
)
def einsum(xp: Any, *values: Any, equation: str, optimize: Any = None) -> Any:
    """Sums of products: einsum("ij,jk->ik", a, b) multiplies matrices; letters left out on the right are summed.

    A letter twice in one input takes a diagonal, an ellipsis stands for any axes; without "->" the result has the
    letters that occur once, sorted. optimize: how NumPy looks for a good order; None: where it pays. Raises
    ValueError where letters and axes do not fit.
    """
    terms, result = explicit(equation, [shapes.rank(v) for v in values])
    lengths: dict[str, int] = {}
    for term, value in zip(terms, values, strict=True):
        for c, n in zip(term, shapes.shape(value), strict=True):
            if lengths.setdefault(c, n) != n and 1 not in (n, lengths[c]):
                raise ValueError(f"{equation!r} gives axes of lengths {lengths[c]} and {n} the same letter")
            lengths[c] = max(lengths[c], n)
    if optimize is None:
        optimize = len(values) > 2 or (len(values) == 2 and math.prod(lengths.values()) > _LARGE)
    return xp.einsum(",".join(terms) + "->" + result, *values, optimize=optimize)
