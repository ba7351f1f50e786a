"""NumPy functions whose arguments are not those of one op, on tensors; each takes what NumPy's takes."""

from __future__ import annotations

import string
from typing import Any

import numpy as np

from gradstudio.engine.numpy_protocol import OWN
from gradstudio.engine.primitive import TABLE


def _dims(x: Any) -> tuple[int, ...]:
    found = getattr(x, "shape", None)
    return np.shape(x) if found is None else tuple(found)


def _size(a: Any, axis: Any = None) -> int:
    dims = _dims(a)
    axes = range(len(dims)) if axis is None else (axis,) if isinstance(axis, int) else axis
    return int(np.prod([dims[i] for i in axes]))


def _result_type(*arrays_and_dtypes: Any) -> Any:
    return np.result_type(*[x if isinstance(x, type) else getattr(x, "dtype", x) for x in arrays_and_dtypes])


def _is_complex(x: Any) -> bool:
    return bool(x.dtype.kind == "c")


def _nonzero(a: Any) -> tuple[Any, ...]:
    found: tuple[Any, ...] = TABLE["identity"](a).nonzero()
    return found


def _where(condition: Any, x: Any = None, y: Any = None) -> Any:
    if x is None and y is None:
        return _nonzero(condition)
    return TABLE["where"](condition, x, y)


def _split(ary: Any, indices_or_sections: Any, axis: int = 0) -> Any:
    if np.ndim(indices_or_sections) == 0:
        return TABLE["split"](ary, int(indices_or_sections), axis)
    return TABLE["array_split"](ary, indices_or_sections, axis)


def _unstack(x: Any, /, *, axis: int = 0) -> tuple[Any, ...]:
    return tuple(TABLE["unstack"](x, axis=axis))


def _clip(
    a: Any, a_min: Any = None, a_max: Any = None, out: Any = None, *, min: Any = None, max: Any = None, **kwargs: Any
) -> Any:
    if out is not None or kwargs:
        raise TypeError("np.clip: out= and the like are not available on tensors: assign the result")
    low, high = [
        next((v for v in pair if v is not None and v is not np._NoValue), None) for pair in ((a_min, min), (a_max, max))
    ]
    return TABLE["clip"](a, low, high)


def _total(diagonal: Any, dtype: Any, out: Any) -> Any:
    if out is not None:
        raise TypeError("np.trace cannot write in place where a tensor takes part: leave out= away")
    return TABLE["sum"](diagonal if dtype is None else TABLE["cast"](diagonal, dtype=dtype), axis=-1)


def _trace(a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1, dtype: Any = None, out: Any = None) -> Any:
    if len(_dims(a)) == 2 and not offset and {axis1, axis2} == {0, 1} and dtype is out is None:
        return TABLE["trace"](a)
    return _total(TABLE["diagonal"](a, offset=offset, axis1=axis1, axis2=axis2), dtype, out)


def _matrix_trace(x: Any, /, *, offset: int = 0, dtype: Any = None) -> Any:
    return _total(TABLE["diag_part"](x, k=offset), dtype, None)


def _matrix_diagonal(x: Any, /, *, offset: int = 0) -> Any:
    return TABLE["diag_part"](x, k=offset)


def _matrix_transpose(x: Any, /) -> Any:
    return TABLE["swapaxes"](x, axis1=-1, axis2=-2)


def _matrix_norm(x: Any, /, *, keepdims: bool = False, ord: Any = "fro") -> Any:
    return TABLE["norm"](x, ord=ord, axis=(-2, -1), keepdims=keepdims)


def _vector_norm(x: Any, /, *, axis: Any = None, keepdims: bool = False, ord: Any = 2) -> Any:
    if axis is not None and (isinstance(axis, int) or len(axis) == 1):
        return TABLE["norm"](x, ord=ord, axis=axis, keepdims=keepdims)
    over = tuple(range(len(_dims(x)))) if axis is None else tuple([a % len(_dims(x)) for a in axis])
    rest = [i for i in range(len(_dims(x))) if i not in over]
    lined = TABLE["transpose"](x, axes=(*rest, *over))
    out = TABLE["norm"](TABLE["reshape"](lined, shape=(*_dims(lined)[: len(rest)], -1)), ord=ord, axis=-1)
    kept = tuple(1 if i in over else n for i, n in enumerate(_dims(x)))
    return TABLE["reshape"](out, shape=kept) if keepdims else out


def _rollaxis(a: Any, axis: int, start: int = 0) -> Any:
    rank = len(_dims(a))
    axis, start = axis % rank, start + rank if start < 0 else start
    return TABLE["moveaxis"](a, source=axis, destination=start - (axis < start))


def _append(arr: Any, values: Any, axis: Any = None) -> Any:
    return TABLE["concatenate"]([arr, values], axis=axis)


def _block(arrays: Any) -> Any:
    """Nested lists: the innermost are joined along the last axis, those around them along the one before."""

    def depth(part: Any) -> int:
        return 1 + depth(part[0]) if isinstance(part, list) else 0

    def rank(part: Any) -> int:
        return max(rank(p) for p in part) if isinstance(part, list) else len(_dims(part))

    levels = depth(arrays)
    axes = max(levels, rank(arrays))

    def joined(part: Any, level: int) -> Any:
        if isinstance(part, list):
            return TABLE["concatenate"]([joined(p, level - 1) for p in part], axis=-level)
        return TABLE["reshape"](part, shape=(1,) * (axes - len(_dims(part))) + _dims(part))

    return joined(arrays, levels)


def _compress(condition: Any, a: Any, axis: Any = None, out: Any = None) -> Any:
    if out is not None:
        raise TypeError("np.compress cannot write in place where a tensor takes part: leave out= away")
    return TABLE["take"](a, _nonzero(condition)[0], axis=axis)


def _extract(condition: Any, arr: Any) -> Any:
    return TABLE["take"](arr, _nonzero(TABLE["ravel"](condition))[0])


def _delete(arr: Any, obj: Any, axis: Any = None) -> Any:
    count = _size(arr) if axis is None else _dims(arr)[axis]
    return TABLE["take"](arr, np.delete(np.arange(count), np.asarray(obj) if not isinstance(obj, slice) else obj), axis)


def _logspace(
    start: Any, stop: Any, num: int = 50, endpoint: bool = True, base: Any = 10.0, dtype: Any = None, axis: int = 0
) -> Any:
    found = TABLE["power"](base, TABLE["linspace"](start, stop, num=num, endpoint=endpoint, axis=axis))
    return found if dtype is None else TABLE["cast"](found, dtype=dtype)


def _empty_like(prototype: Any, /, *args: Any, **kwargs: Any) -> Any:
    return np.zeros_like(prototype, *args, **kwargs)


def _select(condlist: Any, choicelist: Any, default: Any = 0) -> Any:
    if len(condlist) != len(choicelist) or not len(condlist):
        raise ValueError("np.select needs as many conditions as choices, and at least one")
    out = default
    for condition, choice in zip(reversed(condlist), reversed(choicelist), strict=True):
        out = TABLE["where"](condition, choice, out)
    return out


def _astype(x: Any, dtype: Any, /, *, copy: bool = True, device: Any = None) -> Any:
    return TABLE["cast"](x, dtype=dtype)


def _searchsorted(a: Any, v: Any, side: str = "left", sorter: Any = None) -> Any:
    return TABLE["searchsorted"](a if sorter is None else TABLE["gather"](a, sorter), v, side=side)


def _einsum(*operands: Any, out: Any = None, optimize: Any = False, dtype: Any = None, **kwargs: Any) -> Any:
    if out is not None or kwargs:
        raise TypeError("np.einsum: out= and the like are not available on tensors: assign the result")
    if isinstance(operands[0], str):
        equation, values = operands[0], operands[1:]
    else:  # einsum(a, [0, 1], b, [1, 2], [0, 2])
        values = operands[: len(operands) // 2 * 2 : 2]
        named = ["".join("..." if i is Ellipsis else string.ascii_letters[i] for i in s) for s in operands[1::2]]
        equation = ",".join(named)
        if len(operands) % 2:
            equation += "->" + "".join("..." if i is Ellipsis else string.ascii_letters[i] for i in operands[-1])
    found = TABLE["einsum"](equation, *values)
    return found if dtype is None else TABLE["cast"](found, dtype=dtype)


def _ravel(a: Any, order: str = "C") -> Any:
    if order != "C":
        raise TypeError('np.ravel: only order="C" is available on tensors: transpose first for another order')
    return TABLE["ravel"](a)


OWN.update(
    {
        np.append: _append,
        np.astype: _astype,
        np.block: _block,
        np.clip: _clip,
        np.compress: _compress,
        np.delete: _delete,
        np.einsum: _einsum,
        np.empty_like: _empty_like,
        np.extract: _extract,
        np.flatnonzero: lambda a: _nonzero(TABLE["ravel"](a))[0],
        np.iscomplexobj: _is_complex,
        np.isrealobj: lambda x: not _is_complex(x),
        np.linalg.diagonal: _matrix_diagonal,
        np.linalg.matrix_norm: _matrix_norm,
        np.linalg.matrix_transpose: _matrix_transpose,
        np.linalg.trace: _matrix_trace,
        np.linalg.vector_norm: _vector_norm,
        np.logspace: _logspace,
        np.matrix_transpose: _matrix_transpose,
        np.ndim: lambda a: len(_dims(a)),
        np.nonzero: _nonzero,
        np.ravel: _ravel,
        np.result_type: _result_type,
        np.rollaxis: _rollaxis,
        np.searchsorted: _searchsorted,
        np.select: _select,
        np.shape: _dims,
        np.size: _size,
        np.split: _split,
        np.trace: _trace,
        np.unstack: _unstack,
        np.where: _where,
    }
)
