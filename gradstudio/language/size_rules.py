"""What shape the result of a function will have: rules for what makes arrays, repeats, joins and cuts them.

A rule has the parameters of its function (what it does not need falls into `_`), is given the Room and the name that
a message shows, and raises what Room raises. It may raise anything else where the arguments make no sense: then the
function itself is asked, and says so.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from gradstudio.language.sizes import ArgumentError, Room, TooManyError, dims_of, joined, shape_from, size_of, whole

PARTS = 100_000
"""How many parts something may be cut into."""


def item(dtype: Any) -> int:
    return 8 if dtype is None else np.dtype(dtype).itemsize


def of_shape(room: Room, name: str, shape: Any = (), dtype: Any = None, *_: Any, **__: Any) -> None:
    room.hold(shape_from(shape), item(dtype))


def filled(room: Room, name: str, shape: Any, fill_value: Any = 0.0, dtype: Any = None, *_: Any, **__: Any) -> None:
    room.hold(shape_from(shape), item(dtype))


def identity_like(
    room: Room, name: str, N: Any, M: Any = None, k: Any = 0, dtype: Any = None, *_: Any, **__: Any
) -> None:
    room.hold((whole(N), whole(N if M is None else M)), item(dtype if not isinstance(dtype, str) else None))


def identity(room: Room, name: str, n: Any, dtype: Any = None, *_: Any, **__: Any) -> None:
    identity_like(room, name, n, n, 0, dtype)


def triangle(room: Room, name: str, N: Any, M: Any = None, *_: Any, **__: Any) -> None:
    identity_like(room, name, N, M)


def gs_eye(room: Room, name: str, n: Any, m: Any = None, dtype: Any = None, *_: Any, **__: Any) -> None:
    identity_like(room, name, n, m, 0, dtype)


def square_triangle(room: Room, name: str, n: Any, k: Any = 0, m: Any = None, *_: Any, **__: Any) -> None:
    room.hold((whole(n), whole(n if m is None else m)))


def length(room: Room, name: str, n: Any, *_: Any, **__: Any) -> None:
    room.hold((whole(n),))


def arange(room: Room, name: str, start: Any, stop: Any = None, step: Any = 1, *_: Any, **__: Any) -> None:
    first, last = (0, start) if stop is None else (start, stop)
    first, last, step = (x.item() if hasattr(x, "item") else x for x in (first, last, 1 if step is None else step))
    count = (last - first) / step
    if not math.isfinite(count):
        raise ArgumentError(f"{name}: start, stop and step must be finite numbers")
    room.hold((max(0, math.ceil(count)),))


def spaced(room: Room, name: str, start: Any, stop: Any, num: Any = 50, *_: Any, **__: Any) -> None:
    room.hold((whole(num), *joined(start, stop)))


def vander(room: Room, name: str, x: Any, N: Any = None, *_: Any, **__: Any) -> None:
    room.hold((size_of(x), size_of(x) if N is None else whole(N)))


def tile(room: Room, name: str, A: Any, reps: Any, *_: Any, **__: Any) -> None:
    dims, times = dims_of(A), shape_from(reps)
    rank = max(len(dims), len(times))
    pairs = zip((1,) * (rank - len(dims)) + dims, (1,) * (rank - len(times)) + times, strict=True)
    room.hold(tuple([n * m for n, m in pairs]))


def repeated(room: Room, name: str, a: Any, repeats: Any, axis: Any = None, *_: Any, **__: Any) -> None:
    dims = dims_of(a)
    many = np.asarray(repeats, np.float64)
    at = None if axis is None or not dims else whole(axis) % len(dims)
    length = size_of(a) if at is None else dims[at]
    count = int(many.sum()) if many.ndim and many.size > 1 else int(many.reshape(-1)[0]) * length
    room.hold((count,) if at is None else (*dims[:at], count, *dims[at + 1 :]))


def outer_product(room: Room, name: str, a: Any, b: Any, *_: Any, **__: Any) -> None:
    room.hold((size_of(a), size_of(b)))


def kron(room: Room, name: str, a: Any, b: Any, *_: Any, **__: Any) -> None:
    x, y = dims_of(a), dims_of(b)
    rank = max(len(x), len(y))
    pairs = zip((1,) * (rank - len(x)) + x, (1,) * (rank - len(y)) + y, strict=True)
    room.hold(tuple([n * m for n, m in pairs]))


def meshgrid(room: Room, name: str, *xi: Any, sparse: Any = False, **_: Any) -> None:
    if len(xi) == 1 and isinstance(xi[0], list | tuple) and any(dims_of(x) for x in xi[0]):
        xi = tuple(xi[0])
    if not sparse:
        room.hold((len(xi), *[size_of(x) for x in xi]))


def indices(room: Room, name: str, dimensions: Any, dtype: Any = int, sparse: Any = False, **_: Any) -> None:
    dims = shape_from(dimensions)
    if not sparse:
        room.hold((len(dims), *dims), item(dtype))


def broadcast_to(room: Room, name: str, array: Any, shape: Any, *_: Any, **__: Any) -> None:
    room.hold(shape_from(shape))


def broadcast_arrays(room: Room, name: str, *arrays: Any, **_: Any) -> None:
    room.hold((len(arrays), *joined(*arrays)))


def resized(room: Room, name: str, a: Any, new_shape: Any, *_: Any, **__: Any) -> None:
    room.hold(shape_from(new_shape))


def padded(room: Room, name: str, array: Any, pad_width: Any, *_: Any, **__: Any) -> None:
    dims = dims_of(array)
    width = np.broadcast_to(np.asarray(pad_width, np.float64), (len(dims), 2))
    room.hold(tuple([n + int(w.sum()) for n, w in zip(dims, width, strict=True)]))


def joined_list(room: Room, name: str, arrays: Any, *_: Any, **__: Any) -> None:
    if isinstance(arrays, list | tuple) and arrays and not isinstance(arrays[0], int | float):
        room.hold((sum([size_of(x) for x in arrays]),))


def selected(room: Room, name: str, condlist: Any, *_: Any, **__: Any) -> None:
    if len(condlist) > 1000:
        raise TooManyError(f"{name}: at most 1,000 conditions, not {len(condlist):,}")


def appended(room: Room, name: str, arr: Any, values: Any, *_: Any, **__: Any) -> None:
    room.hold((size_of(arr) + size_of(values),))


def inserted(room: Room, name: str, arr: Any, obj: Any, values: Any, *_: Any, **__: Any) -> None:
    room.hold((size_of(arr) * 2 + size_of(values) * max(1, size_of(obj)),))


def taken(room: Room, name: str, a: Any, indices: Any, axis: Any = None, *_: Any, **__: Any) -> None:
    dims = dims_of(a)
    rest = 1 if axis is None or not dims else math.prod(dims) // max(1, dims[whole(axis) % len(dims)])
    room.hold((*dims_of(indices), rest))


def square_of(room: Room, name: str, v: Any, k: Any = 0, *_: Any, **__: Any) -> None:
    dims = dims_of(v)
    if len(dims) < 2:
        n = math.prod(dims) + abs(whole(k))
        room.hold((n, n))


def flat_square(room: Room, name: str, v: Any, k: Any = 0, *_: Any, **__: Any) -> None:
    n = size_of(v) + abs(whole(k))
    room.hold((n, n))


def last_square(room: Room, name: str, x: Any, *_: Any, **__: Any) -> None:
    dims = dims_of(x)
    room.hold((*dims, dims[-1]))


def tensor_diag(room: Room, name: str, x: Any, *_: Any, **__: Any) -> None:
    room.hold(dims_of(x) * 2)


def bincount(room: Room, name: str, x: Any, weights: Any = None, minlength: Any = 0) -> None:
    largest = int(np.max(np.asarray(x))) + 1 if size_of(x) else 0
    room.hold((max(largest, whole(minlength)),))


def histogram(room: Room, name: str, a: Any, bins: Any = 10, *_: Any, **__: Any) -> None:
    if not isinstance(bins, str) and not dims_of(bins):
        room.hold((whole(bins),))


def histogram_nd(room: Room, name: str, *arguments: Any, **words: Any) -> None:
    place = 2 if name.endswith("2d") else 1
    bins = words.get("bins", arguments[place] if len(arguments) > place else 10)
    axes = 2 if name.endswith("2d") else dims_of(arguments[0])[-1]
    each = shape_from(bins) if dims_of(bins) and all(not dims_of(b) for b in bins) else None
    if each is None and dims_of(bins):
        return
    room.hold(each if each is not None and len(each) == axes else (whole(bins),) * axes)


def quantiles(room: Room, name: str, a: Any, q: Any, axis: Any = None, *_: Any, **__: Any) -> None:
    dims = dims_of(a)
    kept = 1
    if axis is not None and dims:
        at = {whole(x) % len(dims) for x in (axis if isinstance(axis, tuple) else (axis,))}
        kept = math.prod([n for i, n in enumerate(dims) if i not in at])
    room.hold((size_of(q), kept))


def again(room: Room, name: str, a: Any, times: Any = 1, *_: Any, **words: Any) -> None:
    times = words.get("n", words.get("m", times))
    if whole(times) > 1000:
        raise TooManyError(f"{name}: at most 1,000 times in a row, not {whole(times):,}")


def cut(room: Room, name: str, x: Any, sections: Any = None, *_: Any, **words: Any) -> None:
    for found in (sections, words.get("indices_or_sections"), words.get("num_or_size_splits")):
        if found is not None and not dims_of(found) and whole(found) > PARTS:
            raise TooManyError(f"{name}: at most {PARTS:,} parts, not {whole(found):,}")


def partitions(room: Room, name: str, data: Any, partitions: Any, num_partitions: Any, *_: Any, **__: Any) -> None:
    cut(room, name, data, num_partitions)


def one_hot(room: Room, name: str, indices: Any, depth: Any, *_: Any, **__: Any) -> None:
    room.hold((*dims_of(indices), whole(depth)))


def sequence_mask(room: Room, name: str, lengths: Any, maxlen: Any = None, *_: Any, **__: Any) -> None:
    longest = whole(maxlen) if maxlen is not None else int(np.max(np.asarray(lengths)))
    room.hold((*dims_of(lengths), max(longest, 0)), 1)


def resize_picture(room: Room, name: str, images: Any, size: Any, *_: Any, **__: Any) -> None:
    dims = dims_of(images)
    height, width = shape_from(size)
    room.hold((*dims[:-3], height, width, dims[-1]))


def padded_picture(
    room: Room, name: str, x: Any, top: Any, left: Any, height: Any = None, width: Any = None, **words: Any
) -> None:
    height, width = words.get("target_height", height), words.get("target_width", width)
    room.hold((whole(height), whole(width), dims_of(x)[-1]))


def segments(room: Room, name: str, data: Any, segment_ids: Any, num_segments: Any, *_: Any, **__: Any) -> None:
    room.hold((whole(num_segments), *dims_of(data)[1:]))


def scatter(room: Room, name: str, indices: Any, updates: Any, shape: Any, *_: Any, **__: Any) -> None:
    room.hold(shape_from(shape))


def elementwise(room: Room, name: str, *inputs: Any, **_: Any) -> None:
    """Broadcasting can make much of little; where all inputs together are small it cannot."""
    large = 1
    for x in inputs:
        size = getattr(x, "size", 1)
        large *= size if type(size) is int else 1
    if large > 10_000_000:
        room.hold(joined(*inputs))
