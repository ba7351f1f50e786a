"""What shape the result of a function will have and how much work it is, by the function's name.

A rule has the parameters of its function (what it does not need falls into `_`), is given the Room and the name that
a message shows, and raises what Room raises. It may raise anything else where the arguments make no sense: then the
function itself is asked, and says so. Work is counted in operations at the pace of a matrix product.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np

from gradstudio.language.sizes import Room, dims_of, joined, joined_dims, shape_from, size_of, whole

Rule = Callable[..., None]
_PARTS = 100_000
"""How many parts something may be cut into, or how often something may be done again."""


class _WrongError(ValueError):
    """Arguments of which a rule itself says what is wrong."""


def _item(dtype: Any) -> int:
    return 8 if dtype is None else np.dtype(dtype).itemsize


def _of_shape(room: Room, name: str, shape: Any = (), dtype: Any = None, *_: Any, **__: Any) -> None:
    room.hold(shape_from(shape), _item(dtype))


def _full(room: Room, name: str, shape: Any, fill_value: Any = 0.0, dtype: Any = None, *_: Any, **__: Any) -> None:
    room.hold(shape_from(shape), _item(dtype))


def _eye(room: Room, name: str, N: Any, M: Any = None, k: Any = 0, dtype: Any = None, *_: Any, **__: Any) -> None:
    room.hold((whole(N), whole(N if M is None else M)), _item(dtype if not isinstance(dtype, str) else None))


def _identity(room: Room, name: str, n: Any, dtype: Any = None, *_: Any, **__: Any) -> None:
    _eye(room, name, n, n, 0, dtype)


def _triangle(room: Room, name: str, N: Any, M: Any = None, *_: Any, **__: Any) -> None:
    _eye(room, name, N, M)


def _gs_eye(room: Room, name: str, n: Any, m: Any = None, dtype: Any = None, *_: Any, **__: Any) -> None:
    _eye(room, name, n, m, 0, dtype)


def _square_triangle(room: Room, name: str, n: Any, k: Any = 0, m: Any = None, *_: Any, **__: Any) -> None:
    room.hold((whole(n), whole(n if m is None else m)))


def _length(room: Room, name: str, n: Any, *_: Any, **__: Any) -> None:
    room.hold((whole(n),))


def _arange(room: Room, name: str, start: Any, stop: Any = None, step: Any = 1, *_: Any, **__: Any) -> None:
    first, last = (0, start) if stop is None else (start, stop)
    first, last, step = (x.item() if hasattr(x, "item") else x for x in (first, last, 1 if step is None else step))
    count = (last - first) / step
    if not math.isfinite(count):
        raise _WrongError(f"{name}: start, stop and step must be finite numbers")
    room.hold((max(0, math.ceil(count)),))


def _spaced(room: Room, name: str, start: Any, stop: Any, num: Any = 50, *_: Any, **__: Any) -> None:
    room.hold((whole(num), *joined(start, stop)))


def _vander(room: Room, name: str, x: Any, N: Any = None, *_: Any, **__: Any) -> None:
    room.hold((size_of(x), size_of(x) if N is None else whole(N)))


def _tile(room: Room, name: str, A: Any, reps: Any, *_: Any, **__: Any) -> None:
    dims, times = dims_of(A), shape_from(reps)
    rank = max(len(dims), len(times))
    pairs = zip((1,) * (rank - len(dims)) + dims, (1,) * (rank - len(times)) + times, strict=True)
    room.hold(tuple([n * m for n, m in pairs]))


def _repeat(room: Room, name: str, a: Any, repeats: Any, axis: Any = None, *_: Any, **__: Any) -> None:
    dims = dims_of(a)
    many = np.asarray(repeats, np.float64)
    at = None if axis is None or not dims else whole(axis) % len(dims)
    length = size_of(a) if at is None else dims[at]
    count = int(many.sum()) if many.ndim and many.size > 1 else int(many.reshape(-1)[0]) * length
    room.hold((count,) if at is None else (*dims[:at], count, *dims[at + 1 :]))


def _outer(room: Room, name: str, a: Any, b: Any, *_: Any, **__: Any) -> None:
    room.hold((size_of(a), size_of(b)))


def _kron(room: Room, name: str, a: Any, b: Any, *_: Any, **__: Any) -> None:
    x, y = dims_of(a), dims_of(b)
    rank = max(len(x), len(y))
    pairs = zip((1,) * (rank - len(x)) + x, (1,) * (rank - len(y)) + y, strict=True)
    room.hold(tuple([n * m for n, m in pairs]))


def _meshgrid(room: Room, name: str, *xi: Any, sparse: Any = False, **_: Any) -> None:
    if len(xi) == 1 and isinstance(xi[0], list | tuple) and any(dims_of(x) for x in xi[0]):
        xi = tuple(xi[0])
    if not sparse:
        room.hold((len(xi), *[size_of(x) for x in xi]))


def _indices(room: Room, name: str, dimensions: Any, dtype: Any = int, sparse: Any = False, **_: Any) -> None:
    dims = shape_from(dimensions)
    if not sparse:
        room.hold((len(dims), *dims), _item(dtype))


def _broadcast_to(room: Room, name: str, array: Any, shape: Any, *_: Any, **__: Any) -> None:
    room.hold(shape_from(shape))


def _broadcast_arrays(room: Room, name: str, *arrays: Any, **_: Any) -> None:
    room.hold((len(arrays), *joined(*arrays)))


def _resized(room: Room, name: str, a: Any, new_shape: Any, *_: Any, **__: Any) -> None:
    room.hold(shape_from(new_shape))


def _pad(room: Room, name: str, array: Any, pad_width: Any, *_: Any, **__: Any) -> None:
    dims = dims_of(array)
    width = np.broadcast_to(np.asarray(pad_width, np.float64), (len(dims), 2))
    room.hold(tuple([n + int(w.sum()) for n, w in zip(dims, width, strict=True)]))


def _joined_list(room: Room, name: str, arrays: Any, *_: Any, **__: Any) -> None:
    if isinstance(arrays, list | tuple) and arrays and not isinstance(arrays[0], int | float):
        room.hold((sum([size_of(x) for x in arrays]),))


def _select(room: Room, name: str, condlist: Any, *_: Any, **__: Any) -> None:
    if len(condlist) > 1000:
        raise _WrongError(f"{name}: at most 1,000 conditions, not {len(condlist):,}")


def _append(room: Room, name: str, arr: Any, values: Any, *_: Any, **__: Any) -> None:
    room.hold((size_of(arr) + size_of(values),))


def _insert(room: Room, name: str, arr: Any, obj: Any, values: Any, *_: Any, **__: Any) -> None:
    room.hold((size_of(arr) * 2 + size_of(values) * max(1, size_of(obj)),))


def _take(room: Room, name: str, a: Any, indices: Any, axis: Any = None, *_: Any, **__: Any) -> None:
    dims = dims_of(a)
    rest = 1 if axis is None or not dims else math.prod(dims) // max(1, dims[whole(axis) % len(dims)])
    room.hold((*dims_of(indices), rest))


def _square(room: Room, name: str, v: Any, k: Any = 0, *_: Any, **__: Any) -> None:
    dims = dims_of(v)
    if len(dims) < 2:
        n = math.prod(dims) + abs(whole(k))
        room.hold((n, n))


def _flat_square(room: Room, name: str, v: Any, k: Any = 0, *_: Any, **__: Any) -> None:
    n = size_of(v) + abs(whole(k))
    room.hold((n, n))


def _last_square(room: Room, name: str, x: Any, *_: Any, **__: Any) -> None:
    dims = dims_of(x)
    room.hold((*dims, dims[-1]))


def _tensor_diag(room: Room, name: str, x: Any, *_: Any, **__: Any) -> None:
    room.hold(dims_of(x) * 2)


def _bincount(room: Room, name: str, x: Any, weights: Any = None, minlength: Any = 0) -> None:
    largest = int(np.max(np.asarray(x))) + 1 if size_of(x) else 0
    room.hold((max(largest, whole(minlength)),))


def _histogram(room: Room, name: str, a: Any, bins: Any = 10, *_: Any, **__: Any) -> None:
    if not isinstance(bins, str) and not dims_of(bins):
        room.hold((whole(bins),))


def _histogram_nd(room: Room, name: str, *arguments: Any, **words: Any) -> None:
    place = 2 if name.endswith("2d") else 1
    bins = words.get("bins", arguments[place] if len(arguments) > place else 10)
    axes = 2 if name.endswith("2d") else dims_of(arguments[0])[-1]
    each = shape_from(bins) if dims_of(bins) and all(not dims_of(b) for b in bins) else None
    if each is None and dims_of(bins):
        return
    room.hold(each if each is not None and len(each) == axes else (whole(bins),) * axes)


def _quantiles(room: Room, name: str, a: Any, q: Any, axis: Any = None, *_: Any, **__: Any) -> None:
    dims = dims_of(a)
    kept = 1
    if axis is not None and dims:
        at = {whole(x) % len(dims) for x in (axis if isinstance(axis, tuple) else (axis,))}
        kept = math.prod([n for i, n in enumerate(dims) if i not in at])
    room.hold((size_of(q), kept))


def _covariance(room: Room, name: str, m: Any, y: Any = None, rowvar: Any = True, *_: Any, **__: Any) -> None:
    rows, columns = (1, 1, *dims_of(m))[-2:]
    variables = rows if rowvar else columns
    variables += 0 if y is None else ((1, 1, *dims_of(y))[-2:][0 if rowvar else 1])
    room.hold((variables, variables))
    room.take(2.0 * variables * rows * columns, name, dims_of(m))


def _convolve(room: Room, name: str, a: Any, v: Any, *_: Any, **__: Any) -> None:
    n, m = size_of(a), size_of(v)
    room.hold((n + m,))
    room.take(5.0 * n * m, name, (n,), (m,))


def _polynomials(room: Room, name: str, a: Any, b: Any, *_: Any, **__: Any) -> None:
    _convolve(room, name, a, b)


def _roots(room: Room, name: str, p: Any, *_: Any, **__: Any) -> None:
    n = size_of(p)
    room.hold((n, n))
    room.take(30.0 * n**3, name, (n,))


def _poly(room: Room, name: str, seq_of_zeros: Any, *_: Any, **__: Any) -> None:
    dims = dims_of(seq_of_zeros)
    room.take(30.0 * dims[0] ** 3 if len(dims) == 2 else 1000.0 * dims[0] ** 1.5, name, dims)


def _polyval(room: Room, name: str, p: Any, x: Any, *_: Any, **__: Any) -> None:
    room.take(50.0 * size_of(p) * (size_of(x) + 1000), name, dims_of(p), dims_of(x))


def _polyfit(room: Room, name: str, x: Any, y: Any, deg: Any, *_: Any, **__: Any) -> None:
    n, m = size_of(x), whole(deg) + 1
    room.hold((n, m))
    room.take(24.0 * n * m * min(n, m), name, (n, m))


def _again(room: Room, name: str, a: Any, times: Any = 1, *_: Any, **words: Any) -> None:
    times = words.get("n", words.get("m", times))
    if whole(times) > 1000:
        raise _WrongError(f"{name}: at most 1,000 times in a row, not {whole(times):,}")


def _parts(room: Room, name: str, x: Any, sections: Any = None, *_: Any, **words: Any) -> None:
    for found in (sections, words.get("indices_or_sections"), words.get("num_or_size_splits")):
        if found is not None and not dims_of(found) and whole(found) > _PARTS:
            raise _WrongError(f"{name}: at most {_PARTS:,} parts, not {whole(found):,}")


def _partitions(room: Room, name: str, data: Any, partitions: Any, num_partitions: Any, *_: Any, **__: Any) -> None:
    _parts(room, name, data, num_partitions)


# products


def _matmul(room: Room, name: str, x: Any, y: Any, *_: Any, **words: Any) -> None:
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


def _dot(room: Room, name: str, a: Any, b: Any, *_: Any, **__: Any) -> None:
    x, y = dims_of(a), dims_of(b)
    if not x or not y:
        return room.hold(joined_dims([x, y]))
    rest = (*y[:-2], *y[-1:]) if len(y) > 1 else ()
    room.hold((*x[:-1], *rest))
    return room.take(2.0 * math.prod(x) * math.prod(rest), name, x, y)


def _inner(room: Room, name: str, a: Any, b: Any, *_: Any, **__: Any) -> None:
    x, y = dims_of(a), dims_of(b)
    room.hold((*x[:-1], *y[:-1]))
    room.take(2.0 * math.prod(x) * math.prod(y[:-1]), name, x, y)


def _tensordot(room: Room, name: str, a: Any, b: Any, axes: Any = 2, *_: Any, **__: Any) -> None:
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


def _einsum(room: Room, name: str, subscripts: Any, *operands: Any, **words: Any) -> None:
    if not isinstance(subscripts, str):
        subscripts, operands = words.get("equation"), tuple(subscripts)
    if not isinstance(subscripts, str):
        return
    if len(operands) > 10:
        raise _WrongError(f"{name}: at most 10 arrays at once, not {len(operands)}")
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


def _multi_dot(room: Room, name: str, arrays: Any, *_: Any, **__: Any) -> None:
    if len(arrays) > 60:
        raise _WrongError(f"{name}: at most 60 matrices at once, not {len(arrays)}")
    room.take(sum([2.0 * size_of(x) * dims_of(y)[-1] for x, y in pairwise(arrays)]), name)


# matrices


def _matrix(cost: float, room: Room, name: str, a: Any, *_: Any, **__: Any) -> None:
    dims = dims_of(a)
    if len(dims) > 1:
        room.take(cost * math.prod(dims) * min(dims[-2:]), name, dims)


def _solve(cost: float, room: Room, name: str, a: Any, b: Any, *_: Any, **__: Any) -> None:
    dims, other = dims_of(a), dims_of(b)
    columns = other[-1] if len(other) > 1 else 1
    work = math.prod(dims) * (cost * min(dims[-2:]) + 2.0 * columns)
    room.take(work, name, dims, other)


def _svd(room: Room, name: str, a: Any, full_matrices: Any = True, *_: Any, **__: Any) -> None:
    dims = dims_of(a)
    if full_matrices and len(dims) > 1:
        room.hold((*dims[:-2], max(dims[-2:]), max(dims[-2:])))
    _matrix(12.0, room, name, a)


def _power_of_matrix(room: Room, name: str, a: Any, n: Any, *_: Any, **__: Any) -> None:
    dims = dims_of(a)
    room.take(4.0 * math.prod(dims) * dims[-1] * abs(whole(n)).bit_length(), name, dims)


def _norm(room: Room, name: str, x: Any, ord: Any = None, axis: Any = None, *_: Any, **__: Any) -> None:
    if len(dims_of(x)) > 1 and ord in (2, -2, "nuc"):
        _matrix(9.0, room, name, x)


# transforms, filters, pictures


def _transform(room: Room, name: str, a: Any, n: Any = None, *_: Any, **__: Any) -> None:
    if n is not None:
        room.hold((math.prod(dims_of(a)[:-1]), whole(n)), 16)


def _transforms(room: Room, name: str, a: Any, s: Any = None, *_: Any, **__: Any) -> None:
    if s is not None:
        room.hold(shape_from(s), 16)


def _conv(room: Room, name: str, x: Any, filters: Any, *_: Any, **__: Any) -> None:
    a, b = dims_of(x), dims_of(filters)
    room.take(2.0 * math.prod(a) * math.prod(b) / max(1, b[-2]), name, a, b)


def _attention(room: Room, name: str, q: Any, k: Any, v: Any, *_: Any, **__: Any) -> None:
    a, b = dims_of(q), dims_of(k)
    room.hold((*a[:-1], b[-2]))
    room.take(4.0 * math.prod(a) * b[-2], name, a, b)


def _one_hot(room: Room, name: str, indices: Any, depth: Any, *_: Any, **__: Any) -> None:
    room.hold((*dims_of(indices), whole(depth)))


def _sequence_mask(room: Room, name: str, lengths: Any, maxlen: Any = None, *_: Any, **__: Any) -> None:
    longest = whole(maxlen) if maxlen is not None else int(np.max(np.asarray(lengths)))
    room.hold((*dims_of(lengths), max(longest, 0)), 1)


def _resize_picture(room: Room, name: str, images: Any, size: Any, *_: Any, **__: Any) -> None:
    dims = dims_of(images)
    height, width = shape_from(size)
    room.hold((*dims[:-3], height, width, dims[-1]))


def _padded_picture(
    room: Room, name: str, x: Any, top: Any, left: Any, height: Any = None, width: Any = None, **words: Any
) -> None:
    height, width = words.get("target_height", height), words.get("target_width", width)
    room.hold((whole(height), whole(width), dims_of(x)[-1]))


def _segments(room: Room, name: str, data: Any, segment_ids: Any, num_segments: Any, *_: Any, **__: Any) -> None:
    room.hold((whole(num_segments), *dims_of(data)[1:]))


def _scatter(room: Room, name: str, indices: Any, updates: Any, shape: Any, *_: Any, **__: Any) -> None:
    room.hold(shape_from(shape))


def _elementwise(room: Room, name: str, *inputs: Any, **_: Any) -> None:
    """Broadcasting can make much of little; where all inputs together are small it cannot."""
    large = 1
    for x in inputs:
        size = getattr(x, "size", 1)
        large *= size if type(size) is int else 1
    if large > 10_000_000:
        room.hold(joined(*inputs))


def _rules(rule: Rule, names: str) -> dict[str, Rule]:
    return dict.fromkeys(names.split(), rule)


_SHARED: dict[str, Rule] = {
    **_rules(_of_shape, "zeros ones empty"),
    **_rules(_full, "full"),
    **_rules(_arange, "arange"),
    **_rules(_spaced, "linspace logspace geomspace"),
    **_rules(_tile, "tile"),
    **_rules(_repeat, "repeat"),
    **_rules(_outer, "outer"),
    **_rules(_kron, "kron"),
    **_rules(_meshgrid, "meshgrid"),
    **_rules(_broadcast_to, "broadcast_to"),
    **_rules(_pad, "pad"),
    **_rules(_square, "diag"),
    **_rules(_flat_square, "diagflat"),
    **_rules(_quantiles, "percentile quantile nanpercentile nanquantile"),
    **_rules(_covariance, "cov corrcoef"),
    **_rules(_convolve, "convolve correlate"),
    **_rules(_again, "diff"),
    **_rules(_parts, "array_split split hsplit vsplit dsplit"),
    **_rules(_matmul, "matmul"),
    **_rules(_dot, "dot"),
    **_rules(_inner, "inner"),
    **_rules(_tensordot, "tensordot"),
    **_rules(_einsum, "einsum"),
    **_rules(partial(_matrix, 4.0), "linalg.inv inv"),
    **_rules(partial(_matrix, 1.0), "linalg.det det linalg.slogdet slogdet logdet"),
    **_rules(partial(_matrix, 0.5), "linalg.cholesky cholesky"),
    **_rules(partial(_matrix, 4.0), "linalg.qr qr"),
    **_rules(partial(_matrix, 6.0), "linalg.eigh eigh linalg.eigvalsh eigvalsh"),
    **_rules(partial(_matrix, 30.0), "linalg.eig linalg.eigvals"),
    **_rules(partial(_matrix, 13.0), "linalg.pinv pinv linalg.matrix_rank linalg.cond linalg.svdvals svdvals"),
    **_rules(partial(_matrix, 60.0), "expm"),
    **_rules(_svd, "linalg.svd svd"),
    **_rules(partial(_solve, 2.0), "linalg.solve solve"),
    **_rules(partial(_solve, 24.0), "linalg.lstsq lstsq"),
    **_rules(_power_of_matrix, "linalg.matrix_power matrix_power"),
    **_rules(_norm, "linalg.norm norm linalg.matrix_norm matrix_norm"),
    **_rules(_multi_dot, "linalg.multi_dot multi_dot"),
}

NUMPY: dict[str, Rule] = {
    **_SHARED,
    **_rules(_eye, "eye"),
    **_rules(_triangle, "tri"),
    **_rules(_identity, "identity"),
    **_rules(_square_triangle, "tril_indices triu_indices"),
    **_rules(_length, "fft.fftfreq fft.rfftfreq hanning hamming blackman bartlett kaiser diag_indices"),
    **_rules(_vander, "vander"),
    **_rules(_indices, "indices"),
    **_rules(_broadcast_arrays, "broadcast_arrays"),
    **_rules(_resized, "resize"),
    **_rules(_joined_list, "concatenate concat stack vstack hstack dstack column_stack row_stack block"),
    **_rules(_joined_list, "array asarray asanyarray ascontiguousarray"),
    **_rules(_select, "select"),
    **_rules(_append, "append"),
    **_rules(_insert, "insert"),
    **_rules(_take, "take"),
    **_rules(_bincount, "bincount"),
    **_rules(_histogram, "histogram histogram_bin_edges"),
    **_rules(_histogram_nd, "histogram2d histogramdd"),
    **_rules(_polynomials, "polymul polydiv"),
    **_rules(_roots, "roots"),
    **_rules(_poly, "poly"),
    **_rules(_polyfit, "polyfit"),
    **_rules(_polyval, "polyval"),
    **_rules(_again, "polyder polyint"),
    **_rules(_transform, "fft.fft fft.ifft fft.rfft fft.irfft fft.hfft fft.ihfft"),
    **_rules(_transforms, "fft.fft2 fft.ifft2 fft.fftn fft.ifftn fft.rfft2 fft.irfft2 fft.rfftn fft.irfftn"),
    **_rules(_matmul, "linalg.matmul"),
    **_rules(_outer, "linalg.outer"),
    **_rules(_tensordot, "linalg.tensordot"),
    **_rules(partial(_matrix, 4.0), "linalg.tensorinv"),
}
"""NumPy's functions."""

LIBRARY: dict[str, Rule] = {
    **_SHARED,
    **_rules(_gs_eye, "eye"),
    **_rules(_full, "fill"),
    **_rules(_arange, "range"),
    **_rules(_last_square, "matrix_diag"),
    **_rules(_tensor_diag, "tensor_diag"),
    **_rules(_transform, "fft ifft rfft irfft"),
    **_rules(_transforms, "fft2 ifft2 fftn ifftn rfft2 irfft2 rfftn irfftn"),
    **_rules(_conv, "conv1d conv2d conv3d convolution depthwise_conv2d"),
    **_rules(_attention, "attention"),
    **_rules(_one_hot, "one_hot"),
    **_rules(_sequence_mask, "sequence_mask"),
    **_rules(_resize_picture, "resize"),
    **_rules(_padded_picture, "pad_to_bounding_box"),
    **_rules(
        _segments,
        "unsorted_segment_sum unsorted_segment_mean unsorted_segment_max unsorted_segment_min unsorted_segment_prod "
        "unsorted_segment_sqrt_n",
    ),
    **_rules(_scatter, "scatter_nd"),
    **_rules(_partitions, "dynamic_partition"),
}
"""The library's own functions, and ops by their name in the table."""


def ask(rule: Rule, room: Room, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """Raise what Room raises if a call needs too much. Arguments that make no sense are left to the function."""
    try:
        rule(room, name, *args, **kwargs)
    except _WrongError:
        raise
    except (ArithmeticError, AttributeError, IndexError, KeyError, TypeError, ValueError):
        return


ELEMENTWISE: Rule = _elementwise
"""Of NumPy's ufuncs."""
MATMUL: Rule = _matmul
"""Of x @ y."""
