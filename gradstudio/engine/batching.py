"""Many values at once: a value with a leading batch axis that ops and rules do not see.

A Jacobian needs one cotangent for each element of its target, vmap one call for each item. Instead of as many walks
or calls, one carries all of them: `Batched` looks to a rule like a value of the usual shape. An op with a batch rule
works on all at once; any other op is applied to one after the other, which is always right. Levels nest: a batched
value may hold another one, of a lower level; the rules are written over `op`, so they see through it.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from gradstudio.engine import shapes
from gradstudio.engine.backends import host, namespace
from gradstudio.engine.primitive import Primitive, op, raw_call
from gradstudio.engine.unit_vectors import Units

Rule = Callable[[Primitive, list[Any], list[bool], dict[str, Any]], Any]
"""(row, inputs, which of them have the batch axis in front, params) -> the result with its batch axis first, or None
to have it done one by one."""


class Batched:
    """K values of one shape in an array (K, *shape); shape, dtype and operators are those of a single one.

    level: the number of the vmap or Jacobian it belongs to; higher ones were opened later.

    Factors that are the same for all K are kept apart as long as only such factors come: `value` is base * weights,
    and is made when somebody asks for it. A chain of ops that work element by element then costs as much as for one.
    """

    __slots__ = ("base", "level", "value", "weights")
    __array_ufunc__ = None  # so that array * batched asks us

    base: Any  # an array (K, *shape), or Units
    weights: np.ndarray | None  # of the shape of one; None: nothing is kept apart
    value: Any

    def __init__(self, value: Any, level: int) -> None:
        self.value = self.base = value
        self.weights = None
        self.level = level

    def __getattr__(self, name: str) -> Any:
        if name != "value":
            raise AttributeError(f"a batch has no attribute {name!r}")
        base, weights = self.base, self.weights
        value = self.value = base.scaled(weights) if type(base) is Units else base * weights
        self.base, self.weights = value, None
        return value

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape without the batch axis."""
        found: tuple[int, ...] = self.base.shape[1:]
        return found

    @property
    def ndim(self) -> int:
        """Number of axes without the batch axis."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """Number of elements of a single one."""
        return int(np.prod(self.shape))

    @property
    def dtype(self) -> Any:
        """NumPy dtype."""
        return self.base.dtype

    def __add__(self, other: Any) -> Any:
        return _summed(self, other) or _plainly(operator.add, self, other) or op.add(self, other)

    def __radd__(self, other: Any) -> Any:
        return _plainly(operator.add, other, self) or op.add(other, self)

    def __sub__(self, other: Any) -> Any:
        return _plainly(operator.sub, self, other) or op.subtract(self, other)

    def __rsub__(self, other: Any) -> Any:
        return _plainly(operator.sub, other, self) or op.subtract(other, self)

    def __mul__(self, other: Any) -> Any:
        return _scaled(operator.mul, self, other) or _plainly(operator.mul, self, other) or op.multiply(self, other)

    def __rmul__(self, other: Any) -> Any:
        return _scaled(operator.mul, self, other) or _plainly(operator.mul, other, self) or op.multiply(other, self)

    def __truediv__(self, other: Any) -> Any:
        return (
            _scaled(operator.truediv, self, other) or _plainly(operator.truediv, self, other) or op.divide(self, other)
        )

    def __rtruediv__(self, other: Any) -> Any:
        return _plainly(operator.truediv, other, self) or op.divide(other, self)

    def __pow__(self, other: Any) -> Any:
        return op.power(self, other)

    def __neg__(self) -> Any:
        return _negated(self) or op.negative(self)

    def __getitem__(self, key: Any) -> Any:
        return op.getitem(self, key=key)


def late(base: Any, weights: np.ndarray | None, level: int) -> Batched:
    """A batch whose value is not made yet."""
    batch = Batched.__new__(Batched)
    batch.base = base
    batch.weights = weights
    batch.level = level
    return batch


def _scaled(compute: Callable[[Any, Any], Any], x: Batched, factor: Any) -> Batched | None:
    """Times or by a factor that is the same for all, and does not change shape or dtype. None for anything else."""
    base, weights = x.base, x.weights
    if type(factor) is np.ndarray:
        if factor.shape != base.shape[1:] or factor.dtype != base.dtype or type(base) not in MADE:
            return None
        if weights is None:
            return late(base, factor if compute is operator.mul else compute(1.0, factor), x.level)
    elif (type(factor) is not float and type(factor) is not np.float64) or type(base) not in MADE:
        return None
    elif base.dtype != np.float64 and type(factor) is np.float64:
        return None  # it would widen them
    elif weights is None:
        if type(base) is not Units:
            return None
        weights = base.ones()
    return late(base, compute(weights, factor), x.level)


MADE = (np.ndarray, Units)
"""What a batch may hold whose factors can be kept apart."""


def _negated(x: Batched) -> Batched | None:
    """The factors with their signs changed, where they are kept apart."""
    if x.weights is not None:
        return late(x.base, -x.weights, x.level)
    return late(x.base, -x.base.ones(), x.level) if type(x.base) is Units else None


def _summed(x: Batched, y: Any) -> Batched | None:
    """The sum of two that differ in their factors only."""
    if type(y) is not Batched or x.base is not y.base or x.level != y.level or (x.weights is None is y.weights):
        return None
    a, b = (1.0 if weights is None else weights for weights in (x.weights, y.weights))
    return late(x.base, a + b, x.level)  # type: ignore[arg-type]


def _plainly(compute: Callable[[Any, Any], Any], x: Any, y: Any) -> Batched | None:
    """Arithmetic on NumPy's arrays whose axes meet without help: what nearly all rules do. None for anything else."""
    batch = x if type(x) is Batched else y
    a, b = (x.value if type(x) is Batched else x), (y.value if type(y) is Batched else y)
    if type(batch.value) is not np.ndarray:
        return None
    if type(x) is type(y):
        if type(b) is not np.ndarray or a.ndim != b.ndim or x.level != y.level:
            return None
    else:
        plain = y if batch is x else x
        if type(plain) is not float and not (type(plain) is np.ndarray and plain.ndim < batch.value.ndim):
            return None
    return Batched(compute(a, b), batch.level)


def apply_batched(row: Primitive, inputs: tuple[Any, ...], params: dict[str, Any]) -> Any:
    """row(*inputs, **params) for every value of the innermost batch."""
    if row.batch == "elementwise" and len(inputs) == 1:
        x = inputs[0]
        if row.name == "negative" and (turned := _negated(x)):
            return turned
        if type(x.value) is np.ndarray:
            return Batched(row.forward(np, x.value, **params), x.level)
    if row.batch == "own":
        return row.forward(namespace(*inputs), *inputs, **params)
    level = max([x.level for x in inputs if type(x) is Batched])
    mapped = [type(x) is Batched and x.level == level for x in inputs]
    rule: Any = RULES[row.batch] if isinstance(row.batch, str) and row.batch else row.batch
    if rule in OF_UNITS and not params:
        found = OF_UNITS[rule](row, inputs, level)
        if found is not None:
            return found
    values = [x.value if m else x for x, m in zip(inputs, mapped, strict=True)]
    if rule:
        out = rule(row, values, mapped, params)
        if out is not None:
            return Batched(out, level)
    count = next(v.shape[0] for v, m in zip(values, mapped, strict=True) if m)
    rows = [
        raw_call(row, tuple(v[k] if m else v for v, m in zip(values, mapped, strict=True)), params)
        for k in range(count)
    ]
    return Batched(op.stack(rows), level)


def whole(value: Any) -> Any:
    """A value as one host array, with the batch axes in front; for pictures and summaries."""
    while type(value) is Batched:
        value = value.value
    return host(value)


def _rank(x: Any, mapped: bool) -> int:
    return len(shapes.shape(x)) - mapped


def _widened(x: Any, mapped: bool, rank: int) -> Any:
    """The value, with axes of length 1 after the batch axis up to a rank."""
    dims = shapes.shape(x)
    if not mapped or len(dims) == rank + 1:
        return x
    return op.reshape(x, shape=(dims[0], *(1,) * (rank - len(dims) + 1), *dims[1:]))


def elementwise(row: Primitive, values: list[Any], mapped: list[bool], params: dict[str, Any]) -> Any:
    """Element by element, with broadcasting."""
    rank = max(_rank(x, m) for x, m in zip(values, mapped, strict=True) if x is not None)
    wide = tuple(x if x is None else _widened(x, m, rank) for x, m in zip(values, mapped, strict=True))
    return raw_call(row, wide, params)


def _later(axis: Any) -> Any:
    """Axis numbers counted from the left move on by one."""
    if isinstance(axis, tuple | list):
        return tuple(_later(a) for a in axis)
    return axis + 1 if axis is not None and axis >= 0 else axis


def from_the_end(axis: Any, rank: int) -> Any:
    """Axis numbers counted from the right, which a batch axis in front does not change."""
    if isinstance(axis, tuple | list):
        return tuple(from_the_end(a, rank) for a in axis)
    return axis if axis < 0 else axis - rank


def along_axis(row: Primitive, values: list[Any], mapped: list[bool], params: dict[str, Any]) -> Any:
    """One input and `axis`, which for None means all axes: reductions, flip, squeeze."""
    x = values[0]
    axis = params.get("axis", row.params["axis"])
    chosen = tuple(range(1, len(x.shape))) if axis is None else _later(axis)
    return raw_call(row, (x,), {**params, "axis": chosen})


def along_one_axis(row: Primitive, values: list[Any], mapped: list[bool], params: dict[str, Any]) -> Any:
    """One input and an `axis` that names one axis: scans, softmax, expand_dims."""
    axis = params.get("axis", row.params["axis"])
    if axis is None:
        return None
    return raw_call(row, (values[0],), {**params, "axis": _later(axis)})


def to_shape(row: Primitive, values: list[Any], mapped: list[bool], params: dict[str, Any]) -> Any:
    """reshape and broadcast_to."""
    x, shape = values[0], params["shape"]
    shape = (shape,) if isinstance(shape, int | np.integer) else tuple(shape)
    if row.name == "reshape" and -1 in shape:
        rest = -int(np.prod(shape))
        if not rest:
            return None
        shape = tuple(int(np.prod(x.shape[1:])) // rest if n == -1 else n for n in shape)
    if row.name != "reshape":
        x = _widened(x, True, len(shape))
    return raw_call(row, (x,), {"shape": (x.shape[0], *shape)})


def swapped(row: Primitive, values: list[Any], mapped: list[bool], params: dict[str, Any]) -> Any:
    """swapaxes and moveaxis: two parameters that name axes."""
    return raw_call(row, (values[0],), {name: _later(axis) for name, axis in params.items()})


def last_axes(row: Primitive, values: list[Any], mapped: list[bool], params: dict[str, Any]) -> Any:
    """One input, of which the op treats the last axes and takes any before them."""
    return raw_call(row, (values[0],), params)


def matrix_product(row: Primitive, values: list[Any], mapped: list[bool], params: dict[str, Any]) -> Any:
    """matmul, solve and the like: two inputs that are matrices in their last axes, with broadcasting before them."""
    ranks = [_rank(x, m) for x, m in zip(values, mapped, strict=True)]
    if min(ranks) < 2:
        return None
    return raw_call(row, tuple(_widened(x, m, max(ranks)) for x, m in zip(values, mapped, strict=True)), params)


def joined(row: Primitive, values: list[Any], mapped: list[bool], params: dict[str, Any]) -> Any:
    """concatenate and stack."""
    count = next(x.shape[0] for x, m in zip(values, mapped, strict=True) if m)
    every = [
        x if m else op.broadcast_to(x, shape=(count, *shapes.shape(x))) for x, m in zip(values, mapped, strict=True)
    ]
    return raw_call(row, tuple(every), {**params, "axis": _later(params.get("axis", 0))})


def leading_axis(row: Primitive, values: list[Any], mapped: list[bool], params: dict[str, Any]) -> Any:
    """Ops of images whose first input has a batch axis of its own: the two become one. The rest must be unbatched."""
    if not mapped[0] or any(mapped[1:]):
        return None
    x = values[0]
    merged = op.reshape(x, shape=(x.shape[0] * x.shape[1], *x.shape[2:]))
    out = raw_call(row, (merged, *values[1:]), params)
    return op.reshape(out, shape=(*x.shape[:2], *shapes.shape(out)[1:]))


RULES: dict[str, Rule] = {
    "elementwise": elementwise,
    "along axis": along_axis,
    "along one axis": along_one_axis,
    "to shape": to_shape,
    "swapped": swapped,
    "last axes": last_axes,
    "matrix product": matrix_product,
    "joined": joined,
    "leading axis": leading_axis,
}
"""The batch rules that many ops share, by the name that their declarations give; a rule of one's own is given as it is.
"own" is for ops that take batched values themselves."""

OF_UNITS: dict[Any, Callable[[Primitive, tuple[Any, ...], int], Batched | None]] = {}
"""Batch rule -> what it makes of unit vectors without making them: (row, inputs, level) -> result, None: the rule."""
