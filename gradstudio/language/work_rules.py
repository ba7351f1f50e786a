"""How much work a function is: rules for products, matrices and filters, besides the shape of their results.

They are rules as in size_rules.py. Work is counted in operations at the pace of a matrix product.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

from gradstudio.language.sizes import Room, TooManyError, dims_of, joined_dims, shape_from, size_of, whole


def covariance(room: Room, name: str, m: Any, y: Any = None, rowvar: Any = True, *_: Any, **__: Any) -> None:
    rows, columns = (1, 1, *dims_of(m))[-2:]
    variables = rows if rowvar else columns
    variables += 0 if y is None else ((1, 1, *dims_of(y))[-2:][0 if rowvar else 1])
    room.hold((variables, variables))
    room.take(2.0 * variables * rows * columns, name, dims_of(m))


def convolve(room: Room, name: str, a: Any, v: Any, *_: Any, **__: Any) -> None:
    n, m = size_of(a), size_of(v)
    room.hold((n + m,))
    room.take(5.0 * n * m, name, (n,), (m,))


def polynomials(room: Room, name: str, a: Any, b: Any, *_: Any, **__: Any) -> None:
    convolve(room, name, a, b)


def polynomial_roots(room: Room, name: str, p: Any, *_: Any, **__: Any) -> None:
    n = size_of(p)
    room.hold((n, n))
    room.take(30.0 * n**3, name, (n,))


def polynomial_of_roots(room: Room, name: str, seq_of_zeros: Any, *_: Any, **__: Any) -> None:
    dims = dims_of(seq_of_zeros)
    room.take(30.0 * dims[0] ** 3 if len(dims) == 2 else 1000.0 * dims[0] ** 1.5, name, dims)


def polyval(room: Room, name: str, p: Any, x: Any, *_: Any, **__: Any) -> None:
    room.take(50.0 * size_of(p) * (size_of(x) + 1000), name, dims_of(p), dims_of(x))


def polyfit(room: Room, name: str, x: Any, y: Any, deg: Any, *_: Any, **__: Any) -> None:
    n, m = size_of(x), whole(deg) + 1
    room.hold((n, m))
    room.take(24.0 * n * m * min(n, m), name, (n, m))


# products


def matmul(room: Room, name: str, x: Any, y: Any, *_: Any, **words: Any) -> None:
    a, b = dims_of(x), dims_of(y)
    if not a or not b:
        return
    if words.get("transpose_a") or words.get("adjoint_a"):
        a = (*a[:-2], *a[:-3:-1])
    if words.get("transpose_b") or words.get("adjoint_b"):
        b = (*b[:-2], *b[:-3:-1])
    rows = a[-2] if len(a) > 1 else 1
    columns = b[-1] if len(b) > 1 else 1
    batch = joined_dims([a[:-2], b[:-2]])
    room.hold((*batch, rows, columns))
    room.take(2.0 * math.prod(batch) * rows * columns * a[-1], name, a, b)


def dots(room: Room, name: str, a: Any, b: Any, *_: Any, **__: Any) -> None:
    x, y = dims_of(a), dims_of(b)
    if not x or not y:
        return room.hold(joined_dims([x, y]))
    rest = (*y[:-2], *y[-1:]) if len(y) > 1 else ()
    room.hold((*x[:-1], *rest))
    return room.take(2.0 * math.prod(x) * math.prod(rest), name, x, y)


def inner_product(room: Room, name: str, a: Any, b: Any, *_: Any, **__: Any) -> None:
    x, y = dims_of(a), dims_of(b)
    room.hold((*x[:-1], *y[:-1]))
    room.take(2.0 * math.prod(x) * math.prod(y[:-1]), name, x, y)


def tensordot(room: Room, name: str, a: Any, b: Any, axes: Any = 2, *_: Any, **__: Any) -> None:
    x, y = dims_of(a), dims_of(b)
    if dims_of(axes):
        left, right = ((side,) if not dims_of(side) else tuple(side) for side in axes)
    else:
        n = whole(axes)
        left, right = tuple(range(len(x) - n, len(x))), tuple(range(n))
    gone = math.prod([x[i] for i in left])
    kept = tuple(n for i, n in enumerate(x) if i not in {j % len(x) for j in left})
    rest = tuple(n for i, n in enumerate(y) if i not in {j % len(y) for j in right})
    room.hold((*kept, *rest))
    room.take(2.0 * gone * math.prod(kept) * math.prod(rest), name, x, y)


def einsum(room: Room, name: str, subscripts: Any, *operands: Any, **words: Any) -> None:
    if not isinstance(subscripts, str):
        subscripts, operands = words.get("equation"), tuple(subscripts)
    if not isinstance(subscripts, str):
        return
    if len(operands) > 10:
        raise TooManyError(f"{name}: at most 10 arrays at once, not {len(operands)}")
    left, arrow, right = subscripts.replace(" ", "").partition("->")
    sizes: dict[str, int] = {}
    most = 1
    for part, x in zip(left.split(","), operands, strict=True):
        dims = dims_of(x)
        before, dots, after = part.partition("...")
        named = [*zip(before, dims, strict=False), *zip(after[::-1], dims[::-1], strict=False)]
        for letter, n in named:
            sizes[letter] = max(sizes.get(letter, 1), n)
        if dots:
            free = dims[len(before) : len(dims) - len(after)]
            sizes["..."] = max(sizes.get("...", 1), math.prod(free))
        most = max(most, math.prod(dims))
    if not arrow:
        letters = left.replace(",", "").replace("...", "")
        right = "".join(sorted({c for c in letters if letters.count(c) == 1})) + ("..." if "..." in left else "")
    room.hold(tuple([sizes[c] for c in right.replace("...", "")]) + ((sizes["..."],) if "..." in right else ()))
    if len(operands) < 3 or not words.get("optimize"):
        room.take(5.0 * math.prod(sizes.values()), name, *[dims_of(x) for x in operands])


def multi_dot(room: Room, name: str, arrays: Any, *_: Any, **__: Any) -> None:
    if len(arrays) > 60:
        raise TooManyError(f"{name}: at most 60 matrices at once, not {len(arrays)}")
    room.take(sum([2.0 * size_of(x) * dims_of(y)[-1] for x, y in pairwise(arrays)]), name)


# matrices


def factorised(cost: float, room: Room, name: str, a: Any, *_: Any, **__: Any) -> None:
    dims = dims_of(a)
    if len(dims) > 1:
        room.take(cost * math.prod(dims) * min(dims[-2:]), name, dims)


def solved(cost: float, room: Room, name: str, a: Any, b: Any, *_: Any, **__: Any) -> None:
    dims, other = dims_of(a), dims_of(b)
    columns = other[-1] if len(other) > 1 else 1
    work = math.prod(dims) * (cost * min(dims[-2:]) + 2.0 * columns)
    room.take(work, name, dims, other)


def singular_values(room: Room, name: str, a: Any, full_matrices: Any = True, *_: Any, **__: Any) -> None:
    dims = dims_of(a)
    if full_matrices and len(dims) > 1:
        room.hold((*dims[:-2], max(dims[-2:]), max(dims[-2:])))
    factorised(12.0, room, name, a)


def power_of_matrix(room: Room, name: str, a: Any, n: Any, *_: Any, **__: Any) -> None:
    dims = dims_of(a)
    room.take(4.0 * math.prod(dims) * dims[-1] * abs(whole(n)).bit_length(), name, dims)


def norms(room: Room, name: str, x: Any, ord: Any = None, axis: Any = None, *_: Any, **__: Any) -> None:
    if len(dims_of(x)) > 1 and ord in (2, -2, "nuc"):
        factorised(9.0, room, name, x)


# transforms, filters, pictures


def transform(room: Room, name: str, a: Any, n: Any = None, *_: Any, **__: Any) -> None:
    if n is not None:
        room.hold((math.prod(dims_of(a)[:-1]), whole(n)), 16)


def transforms(room: Room, name: str, a: Any, s: Any = None, *_: Any, **__: Any) -> None:
    if s is not None:
        room.hold(shape_from(s), 16)


def conv(room: Room, name: str, x: Any, filters: Any, *_: Any, **__: Any) -> None:
    a, b = dims_of(x), dims_of(filters)
    room.take(2.0 * math.prod(a) * math.prod(b) / max(1, b[-2]), name, a, b)


def attention(room: Room, name: str, q: Any, k: Any, v: Any, *_: Any, **__: Any) -> None:
    a, b = dims_of(q), dims_of(k)
    room.hold((*a[:-1], b[-2]))
    room.take(4.0 * math.prod(a) * b[-2], name, a, b)
