"""Tensor: an immutable value that is at the same time the node of the tape that recorded it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from gradstudio.engine import shapes, why
from gradstudio.engine.backends import FOREIGN, adopt, host
from gradstudio.engine.batching import Batched
from gradstudio.engine.given import Given
from gradstudio.engine.operators import Operators
from gradstudio.engine.primitive import Primitive, op
from gradstudio.engine.state import ACTIVE
from gradstudio.engine.structure import LEAVES, MOST

FLOAT64 = np.dtype(np.float64)
INT64 = np.dtype(np.int64)
BOOL = np.dtype(np.bool_)
_KINDS = "biufc"
_MOST_AXES = 64
_HOST_KINDS = frozenset([float, int, bool, complex, list, tuple, np.ndarray, np.float64, np.float32, np.int64])


class _Mark:
    """A value that no program can hold."""


class Details:
    """What only some tensors have, kept in `second`; the inputs are then a tuple in `first`, or None."""

    __slots__ = ("origin", "params", "record")

    def __init__(self, params: dict[str, Any], record: int = -1, origin: Any = None) -> None:
        self.params = params
        self.record = record
        self.origin = origin


ALONE = _Mark()
NO_PARAMS: dict[str, Any] = {}
"""The parameters of every node that has none; never written to."""
SEVERAL = Details(NO_PARAMS)
"""Of nodes with any number of inputs and nothing else to tell."""


_SCALAR = shapes.TensorShape()


class Reference:
    """A tensor or variable as a key: equal if it is the same one."""

    __slots__ = ("_held",)

    def __init__(self, held: Any) -> None:
        self._held = held

    def deref(self) -> Any:
        """The tensor or variable."""
        return self._held

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Reference) and other._held is self._held

    def __hash__(self) -> int:
        return id(self._held)


class InBatchError(TypeError):
    """A program looks at a value that stands for a whole batch."""


class Tensor(Operators, metaclass=Given):
    """A value on its way through a computation; it never changes. gs.constant makes one, and every op gives one.

    Python's operators, indexing and NumPy's functions work on it and are recorded; item assignment is a TypeError.
    Python floats become float64, whole numbers int64, and dtypes meet as in NumPy 2. float(), numpy() and the like
    give plain numbers, which no tape follows.

    Example:
        >>> t = gs.constant([[1.0, 2.0], [3.0, 4.0]])
        >>> (t * 2.0 + t[0]).tolist(), t.T.tolist(), np.sum(t).item()
        ([[3.0, 6.0], [7.0, 10.0]], [[1.0, 3.0], [2.0, 4.0]], 10.0)
        >>> t.shape, t.dtype == gs.float64, t.ndim, t.size, t.device
        ((2, 2), True, 2, 4, 'cpu')
    """

    # A float64 scalar is kept as a Python float (three times as fast as a 0-d array); everything else is an array of
    # some namespace, a NumPy scalar, or a batch of them inside vmap. `token` says which tapes follow this tensor:
    # None, the token of one, or the joint of several; a `why.Cut` says that none does and where the way was lost.
    # A node is made for every op: each slot costs time and memory, so what few nodes have is in their Details.
    __slots__ = ("first", "g", "op", "second", "token", "value")

    value: Any
    op: Primitive | None  # None: a leaf
    first: Any  # the first input; None for a leaf and where no tape will ask
    # The second input, ALONE if there is none. Details: `first` is a tuple of all inputs, or None. Where `first` is
    # None it may be a tuple: where the program made the tensor (see why.py).
    second: Any
    token: Any
    g: Any  # cotangent while a sweep is under way, else None

    @property
    def inputs(self) -> tuple[Any, ...]:
        """What the op was applied to: tensors, arrays and numbers; () for a leaf."""
        first, second = self.first, self.second
        if first is None:
            return ()
        if second is ALONE:
            return (first,)
        return first if type(second) is Details else (first, second)

    @property
    def params(self) -> dict[str, Any]:
        """The parameters of the op; not to be written to."""
        return self.second.params if type(self.second) is Details else NO_PARAMS

    @property
    def record(self) -> int:
        """The number that whoever listens to the run has given it; -1 if nobody has."""
        return self.second.record if type(self.second) is Details else -1

    @record.setter
    def record(self, number: int) -> None:
        self._details().record = number

    def _details(self) -> Details:
        found = self.second
        if type(found) is not Details or found is SEVERAL:
            origin = found if type(found) is tuple else None
            self.first, self.second = (self.inputs or None), Details(NO_PARAMS, origin=origin)
            found = self.second
        return found  # type: ignore[no-any-return]

    def forget(self) -> None:
        """Drop the inputs: nothing will ask for them again."""
        self.first = None
        if type(self.second) is not Details:
            self.second = ALONE

    @property
    def shape(self) -> shapes.TensorShape:
        """Shape as a tuple of int; () for a scalar."""
        return shapes.TensorShape(self.value.shape) if type(self.value) is not float else _SCALAR

    def get_shape(self) -> shapes.TensorShape:
        """The same, as TensorFlow spells it."""
        return self.shape

    def ref(self) -> Reference:
        """Something that can be a key of a dict: equal for the same tensor; its deref() gives the tensor back."""
        return Reference(self)

    @property
    def dtype(self) -> np.dtype[Any]:
        """NumPy dtype; float64 for Python floats."""
        return FLOAT64 if type(self.value) is float else self.value.dtype

    @property
    def ndim(self) -> int:
        """Number of axes."""
        value = self.value
        return 0 if type(value) is float else int(value.ndim)

    @property
    def size(self) -> int:
        """Number of elements."""
        return 1 if type(self.value) is float else int(self.value.size)

    @property
    def device(self) -> str:
        """Where the value lives: "cpu" or "gpu"."""
        value = self.value
        while type(value) is Batched:
            value = value.value
        return FOREIGN[type(value)].device if type(value) in FOREIGN else "cpu"

    def numpy(self) -> Any:
        """A copy as a NumPy array, or a NumPy scalar where there is no axis. Leaves the tape.

        Raises TypeError inside vmap, where there is no single value, as item() and tolist() do.
        """
        value = self._plain("numpy()")
        if type(value) is float:
            return np.float64(value)
        return value.copy() if isinstance(value, np.ndarray) and value.ndim else value[()]

    def item(self) -> Any:
        """The single element as a Python number. Raises ValueError if there are several. Leaves the tape."""
        value = self._plain("item()")
        return value if type(value) is float else value.item()

    def tolist(self) -> Any:
        """Nested lists of Python numbers. Leaves the tape."""
        value = self._plain("tolist()")
        return value if type(value) is float else value.tolist()

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        value = self._plain("NumPy")
        array = np.asarray(value, dtype=dtype)
        return array.copy() if copy or array is value else array

    def _plain(self, how: str) -> Any:
        """The value on the host; the tapes that follow it remember that it left them. Raises TypeError in a batch."""
        value = self.value
        if type(value) is Batched:
            raise InBatchError(
                f"{how} needs one value, but inside vmap this tensor stands for a whole batch: use ops instead, "
                "e.g. gs.where(condition, a, b) in place of if"
            )
        if self.token is not None and ACTIVE.tapes:
            for tape in ACTIVE.here:
                tape.lost(self, "numpy", how)
        if ACTIVE.listener is not None:
            ACTIVE.listener.looked(self, "int" if how == "int()" else "value")
        return host(value) if FOREIGN else value

    def __float__(self) -> float:
        return float(self._single("float"))

    def __int__(self) -> int:
        return int(self._single("int"))

    def __index__(self) -> int:
        if self.dtype.kind not in "iu" or self.shape:
            raise TypeError(f"only an integer scalar can be an index, not {self._brief()}; convert it with int(...)")
        return int(self._plain("an index"))

    def __trunc__(self) -> int:
        return int(self)

    def __complex__(self) -> complex:
        return complex(self._single("complex"))

    def __bool__(self) -> bool:
        if self.size != 1:
            raise ValueError(
                f"the truth of a tensor of shape {shapes.text(self.shape)} is ambiguous: use gs.all(...) or gs.any(...)"
            )
        if ACTIVE.listener is not None:
            ACTIVE.listener.looked(self, "bool")
        if type(self.value) is float:
            return bool(self.value)
        # A decision is no computation: the tape does not count it as a way out.
        return bool(self.value.item()) if type(self.value) is not Batched else bool(self._plain("a condition"))

    def _single(self, name: str) -> Any:
        if self.size != 1:
            raise TypeError(f"{name}() needs one element, not {self._brief()}; reduce it first, e.g. with gs.sum(...)")
        value = self._plain(f"{name}()")
        return value if type(value) is float else value.item()

    def __len__(self) -> int:
        if not self.shape:
            raise TypeError("a scalar tensor has no length")
        return self.shape[0]

    def __iter__(self) -> Iterator[Any]:
        if not self.shape:
            raise TypeError("a scalar tensor cannot be iterated over")
        return (self[i] for i in range(self.shape[0]))

    def __format__(self, spec: str) -> str:
        if not spec or self.size != 1 or type(self.value) is Batched:
            return str(self)
        if ACTIVE.listener is not None:
            ACTIVE.listener.looked(self, "value")
        return format(self.value if type(self.value) is float else self.value.item(), spec)

    def _brief(self) -> str:
        return f"a {self.dtype} tensor of shape {shapes.text(self.shape)}"

    def __str__(self) -> str:
        if type(self.value) is Batched:
            return repr(self)
        if ACTIVE.listener is not None:
            ACTIVE.listener.looked(self, "value")
        return str(self.value)

    def __repr__(self) -> str:
        if type(self.value) is Batched:
            return f"Tensor(a batch inside vmap, shape={self.shape}, dtype={self.dtype})"
        if ACTIVE.listener is not None:
            ACTIVE.listener.looked(self, "value")
        body = np.array2string(np.asarray(host(self.value)), separator=", ", threshold=60, precision=6)
        there = "" if self.device == "cpu" else f", device={self.device!r}"
        return f"Tensor({body}, shape={self.shape}, dtype={self.dtype}{there})"

    __hash__ = object.__hash__


LEAVES.add(Tensor)
blank: Callable[[], Tensor] = type.__call__.__get__(Tensor)
"""Makes a tensor without anything in its slots, a quarter sooner than object.__new__ does."""


def leaf(value: Any) -> Tensor:
    """Wrap a clean value (see `clean`) as a tensor that no tape follows."""
    t = blank()
    t.value = value
    t.op = None
    t.first = None
    t.second = ALONE
    t.token = None
    t.g = None
    return t


def made(value: Any, dtype: Any = None) -> Tensor:
    """A tensor that a program makes from numbers; the recorder hears of it, or its place is kept."""
    listener = ACTIVE.listener
    source = None if listener is None else listener.source(value)
    t = leaf(clean(value if source is None else raw(source), dtype))
    if listener is not None:
        listener.same(t, source)
    if ACTIVE.recorder is not None:
        ACTIVE.recorder.leaf(t)
    else:
        why.note_origin(t)
    return t


def clean(value: Any, dtype: Any = None, copy: bool = True) -> Any:
    """Bring a number, sequence, array or tensor to the form a Tensor keeps.

    It lands on the device that is chosen with gs.device(), else stays where it is. Raises TypeError for anything that
    is not numeric, ValueError for ragged sequences.
    """
    if type(value) is Batched:
        return value if dtype is None or value.dtype == dtype else op.cast(value, dtype=dtype)
    if ACTIVE.backend is None and type(value) in _HOST_KINDS:
        return _clean(value, dtype, copy)
    if ACTIVE.backend is not None and ACTIVE.backend.xp is not np:
        return ACTIVE.backend.from_host(
            np.asarray(_clean(host(value.value if type(value) is Tensor else value), dtype))
        )
    if adopt(value):
        array = value.astype(dtype or value.dtype, copy=copy)
        if array.dtype.kind not in _KINDS:
            raise TypeError(f"only numbers can be a tensor, not {array.dtype} values")
        return array
    return _clean(value, dtype, copy)


def _clean(value: Any, dtype: Any = None, copy: bool = True) -> Any:
    """The same for what NumPy holds."""
    if type(value) is float and dtype is None:
        return value
    if isinstance(value, list | tuple):
        value = _plain(value, [0], 0)
    elif hasattr(value, "numpy") and not isinstance(value, np.ndarray):
        value = value.numpy()
    try:
        array = np.array(value, dtype=dtype) if copy else np.asarray(value, dtype=dtype)
    except ValueError:
        raise ValueError("cannot make one array of this: its rows differ in length or depth") from None
    if array.dtype.kind not in _KINDS:
        raise TypeError(f"only numbers can be a tensor, not {type(value).__name__} values ({str(value)[:40]!r})")
    if array.dtype.char in "gG":
        array = array.astype(np.complex128 if array.dtype.kind == "c" else np.float64)
    elif not array.dtype.isnative:
        array = array.astype(array.dtype.newbyteorder("="))
    if array.ndim:
        array.flags.writeable = False if copy else array.flags.writeable
        return array
    scalar = array[()]
    return float(scalar) if array.dtype == FLOAT64 else scalar


def _plain(items: Any, seen: list[int], depth: int) -> Any:
    """Nested lists with tensors replaced by their values. seen: how many lists there were, and are now.

    Raises ValueError for lists deeper than an array has axes, and for more of them than MOST.
    """
    seen[0] += 1
    if depth > _MOST_AXES or seen[0] > MOST:
        raise ValueError("cannot make one array of this: the lists are nested too deeply, or too many")
    return [
        _plain(x, seen, depth + 1) if isinstance(x, list | tuple) else x.numpy() if hasattr(x, "numpy") else x
        for x in items
    ]


def raw(x: Any) -> Any:
    """The value of a tensor as NumPy sees it: float64 scalars as np.float64, so that promotion is NumPy's."""
    if isinstance(x, Tensor):
        value = x.value
        return np.float64(value) if type(value) is float else value
    return x
