"""Products over chosen axes: tensordot, dot and inner, and products of everything with everything: outer and kron."""

from __future__ import annotations

import string
from collections.abc import Callable
from typing import Any

import numpy as np

from gradstudio.engine import shapes
from gradstudio.engine.declaring import Sample, category, composites, op
from gradstudio.engine.ops.linalg import A, C, Q, V, Z
from gradstudio.engine.primitive import Primitive

primitive = category("linalg")
composite = composites("linalg")
Summed = tuple[tuple[int, ...], tuple[int, ...]]
"""The axes of x and of y that are summed over, pair by pair, as non-negative numbers."""


def _over(rank_x: int, rank_y: int, axes: Any = 2) -> Summed:
    """The axes that tensordot sums over. Raises ValueError for axes that the inputs have not."""
    if isinstance(axes, int | np.integer):
        count = int(axes)
        if not 0 <= count <= min(rank_x, rank_y):
            raise ValueError(f"axes={count} asks for that many common axes, but the inputs have {rank_x} and {rank_y}")
        return tuple(range(rank_x - count, rank_x)), tuple(range(count))
    if len(axes) != 2:
        raise ValueError(f"axes must be a number or two lists of axes, not {axes!r}")
    first, second = ((a,) if isinstance(a, int | np.integer) else tuple(a) for a in axes)
    if len(first) != len(second):
        raise ValueError(f"axes pairs {len(first)} axes of the first input with {len(second)} of the second")
    for given, rank in ((first, rank_x), (second, rank_y)):
        if any(not -rank <= a < rank for a in given):
            raise ValueError(f"axes names {given!r}, but that input has {rank} axes")
    return tuple(int(a) % rank_x for a in first), tuple(int(a) % rank_y for a in second)


def _over_last(rank_x: int, rank_y: int) -> Summed:
    """The axes that inner sums over; none where an input is a number."""
    return ((rank_x - 1,), (rank_y - 1,)) if rank_x and rank_y else ((), ())


def _over_last_and_second_last(rank_x: int, rank_y: int) -> Summed:
    """The axes that dot sums over; none where an input is a number."""
    return ((rank_x - 1,), (max(rank_y - 2, 0),)) if rank_x and rank_y else ((), ())


def _rules(over: Callable[..., Summed]) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """Both gradient rules of a product that sums over pairs of axes and keeps the rest, those of x first."""

    def left(g: Any, _ans: Any, x: Any, y: Any, **axes: Any) -> Any:
        over_x, over_y = over(shapes.rank(x), shapes.rank(y), **axes)
        free_x, free_y = _rest(x, over_x), _rest(y, over_y)
        out = op.tensordot(g, y, axes=(tuple(range(len(free_x), shapes.rank(g))), free_y))
        return _in_order(out, free_x + tuple(over_x[i] for i in np.argsort(over_y)))

    def right(g: Any, _ans: Any, x: Any, y: Any, **axes: Any) -> Any:
        over_x, over_y = over(shapes.rank(x), shapes.rank(y), **axes)
        free_x, free_y = _rest(x, over_x), _rest(y, over_y)
        out = op.tensordot(x, g, axes=(free_x, tuple(range(len(free_x)))))
        return _in_order(out, tuple(over_y[i] for i in np.argsort(over_x)) + free_y)

    return left, right


def _rest(x: Any, gone: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(i for i in range(shapes.rank(x)) if i not in gone)


def _in_order(x: Any, order: tuple[int, ...]) -> Any:
    """Axes that stand in a given order back in their own."""
    if order == tuple(range(len(order))):
        return x
    return op.transpose(x, axes=tuple(int(i) for i in np.argsort(order)))


def _many(over: Callable[..., Summed]) -> Callable[..., Any]:
    """The batch rule of such a product: einsum, whose letters a batch axis does not disturb."""

    def many(row: Primitive, values: list[Any], mapped: list[bool], params: dict[str, Any]) -> Any:
        ranks = [shapes.rank(x) - m for x, m in zip(values, mapped, strict=True)]
        over_x, over_y = over(*ranks, **params)
        x, y = list(string.ascii_letters[: ranks[0]]), list(string.ascii_letters[26 : 26 + ranks[1]])
        for i, j in zip(over_x, over_y, strict=True):
            y[j] = x[i]
        kept = [c for i, c in enumerate(x) if i not in over_x] + [c for j, c in enumerate(y) if j not in over_y]
        terms = [("z" if m else "") + "".join(t) for t, m in zip((x, y), mapped, strict=True)]
        return op.einsum(values, equation=f"{','.join(terms)}->z{''.join(kept)}")

    return many


def _fitting(x: Any, y: Any, over: Summed) -> None:
    """Raises ValueError where two axes that are summed together differ in length."""
    for i, j in zip(*over, strict=True):
        have, need = shapes.shape(x)[i], shapes.shape(y)[j]
        if have != need:
            raise ValueError(f"axis {i} of the first input ({have}) must equal axis {j} of the second ({need})")


@primitive(
    _rules(_over),
    symbol="·",
    aliases=("linalg.tensordot",),
    samples=(
        Sample((A, A.T), {"axes": 1}),
        Sample((A, C)),
        Sample((C, C), {"axes": ((2, 1), (0, 1))}),
        Sample((C, A), {"axes": ((0, 1), (0, 1))}),
        Sample((C, A), {"axes": (-2, 1)}),
        Sample((V, V), {"axes": 0}),
        Sample((Z, Q), {"axes": ((0,), (1,))}),
    ),
    batch=_many(_over),
    jvp="multilinear",
)
def tensordot(xp: Any, x: Any, y: Any, *, axes: Any = 2) -> Any:
    """Sum of products over the last axes of x and the first of y, or over pairs of axes.

    axes: how many axes; or two numbers or lists of the same length, axes of x and axes of y. The result has the other
    axes of x, then those of y. Raises ValueError where axes are missing or differ in length.
    """
    _fitting(x, y, _over(shapes.rank(x), shapes.rank(y), axes))
    return xp.tensordot(x, y, axes=axes)


@primitive(
    _rules(_over_last_and_second_last),
    symbol="·",
    samples=(
        Sample((A, V)),
        Sample((V, V)),
        Sample((A, A.T)),
        Sample((2.0, V)),
        Sample((V, 2.0)),
        Sample((C, Q)),
        Sample((A, C)),
        Sample((C, C.reshape(2, 2, 3))),
        Sample((Z, Q)),
    ),
    batch=_many(_over_last_and_second_last),
    jvp="multilinear",
)
def dot(xp: Any, x: Any, y: Any) -> Any:
    """NumPy's dot: the last axis of x with the second last of y, or with its only one; the product with a number.

    The result has the other axes of x, then those of y; on batches of matrices use matmul. Raises ValueError where
    the two axes differ in length.
    """
    _fitting(x, y, _over_last_and_second_last(shapes.rank(x), shapes.rank(y)))
    return xp.dot(x, y)


@primitive(
    _rules(_over_last),
    symbol="·",
    samples=(Sample((V, V + 1.0)), Sample((A, V)), Sample((A, A[::-1])), Sample((C, Q)), Sample((A, 2.0))),
    batch=_many(_over_last),
    jvp="multilinear",
)
def inner(xp: Any, x: Any, y: Any) -> Any:
    """Sum of products over the last axes of x and y; the product with a number.

    The result has the other axes of x, then those of y. Raises ValueError where the last axes differ in length.
    """
    _fitting(x, y, _over_last(shapes.rank(x), shapes.rank(y)))
    return xp.inner(x, y)


@composite(
    aliases=("linalg.outer",),
    samples=(Sample((V, V[:2])), Sample((A, V)), Sample((Z, V)), Sample((2.0, V))),
)
def outer(x: Any, y: Any) -> Any:
    """Every product of an element of x with an element of y, both in C order: shape [x.size, y.size]."""
    if not shapes.rank(x) or not shapes.rank(y):
        return op.reshape(op.multiply(x, y), shape=(-1, 1) if shapes.rank(x) else (1, -1))
    return op.multiply(op.reshape(x, shape=(-1, 1)), op.reshape(y, shape=(1, -1)))


@composite(samples=(Sample((A, Q)), Sample((Q, A.T)), Sample((V, A)), Sample((C, V[:2])), Sample((A, 2.0))))
def kron(x: Any, y: Any) -> Any:
    """Every element of x times the whole of y, as blocks of one large array (Kronecker product).

    Any ranks: missing axes count as axes of length 1 in front, and each axis of the result is as long as those of x
    and y multiplied.
    """
    if not shapes.rank(x) or not shapes.rank(y):
        return op.multiply(x, y)
    rank = max(shapes.rank(x), shapes.rank(y))
    rows, columns = ((1,) * (rank - shapes.rank(v)) + shapes.shape(v) for v in (x, y))
    every = op.multiply(
        op.reshape(x, shape=tuple(n for side in rows for n in (side, 1))),
        op.reshape(y, shape=tuple(n for side in columns for n in (1, side))),
    )
    return op.reshape(every, shape=tuple(n * m for n, m in zip(rows, columns, strict=True)))
