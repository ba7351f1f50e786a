"""Variable: the only thing that is assigned to."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np

from gradstudio.engine import shapes
from gradstudio.engine.backends import host
from gradstudio.engine.operators import Operators
from gradstudio.engine.primitive import TABLE, op
from gradstudio.engine.state import ACTIVE
from gradstudio.engine.tensor import Reference, Tensor, clean, leaf, raw


class Variable(Operators):
    """A value that can be replaced; tapes watch it by themselves when it is read.

    initial_value: number, nested list, array or tensor, or a function that gives one; floats give float64 unless dtype
    says otherwise. trainable: False keeps tapes from watching it by themselves. The other arguments are TensorFlow's.
    Every value it takes is a leaf of its own, so a gradient uses the value that was read. It has every operator and
    method of a Tensor. Raises TypeError for what is not numeric, ValueError for ragged lists.

    Example:
        >>> w = gs.Variable([1.0, 2.0])
        >>> for _ in range(3):
        ...     with gs.GradientTape() as tape:
        ...         loss = gs.sum(w * w)
        ...     _ = w.assign_sub(0.25 * tape.gradient(loss, w))
        >>> w.numpy().tolist()
        [0.125, 0.25]
    """

    __slots__ = ("_held", "name", "number", "trainable")

    def __init__(
        self,
        initial_value: Any,
        trainable: bool = True,
        validate_shape: bool = True,
        caching_device: Any = None,
        name: str | None = None,
        dtype: Any = None,
        **_: Any,
    ) -> None:
        self.trainable = trainable
        self.name = name or ""
        self.number = next(_NUMBERS)  # how many variables were made before it
        if callable(initial_value) and not isinstance(initial_value, Operators):
            initial_value = initial_value()
        source = None if ACTIVE.listener is None else ACTIVE.listener.source(initial_value)
        self._become(clean(initial_value if source is None else raw(source), dtype), source, None)

    def _become(self, value: Any, source: Tensor | None, before: Tensor | None) -> None:
        """Hold a clean value; source: a tensor that holds the same numbers and that a recording knows."""
        self._held = leaf(value)
        if ACTIVE.listener is not None:
            ACTIVE.listener.replaced(self, before)
            ACTIVE.listener.same(self._held, source)
        if ACTIVE.recorder is not None:
            ACTIVE.recorder.variable(self, self._held)

    @property
    def _current(self) -> Tensor:
        """What it holds, to be looked at."""
        if ACTIVE.listener is not None:
            ACTIVE.listener.fetched(self, self._held)
        return self._held

    def read(self) -> Tensor:
        """The current value as a tensor; active tapes that watch variables start to follow it."""
        current = self._held
        if ACTIVE.listener is not None:
            ACTIVE.listener.fetched(self, current)
        for tape in ACTIVE.here if ACTIVE.tapes else ():
            tape._accessed(self, current)
        return current

    def read_value(self) -> Tensor:
        """The current value as a tensor of its own, so that the gradient of this one use can be asked for."""
        found: Tensor = TABLE["identity"](self)
        return found

    value = read_value

    def assign(
        self, value: Any, use_locking: bool = False, name: str | None = None, read_value: bool = True
    ) -> Variable:
        """Replace the value; shape must match, the dtype stays. No gradient flows through an assignment.

        Gives the variable. Raises ValueError for another shape, or a value that the dtype cannot hold (2.7 for whole
        numbers). The last three arguments are TensorFlow's and change nothing.

        Example:
            >>> x = gs.Variable(3.0)
            >>> with gs.GradientTape() as tape:
            ...     y = x * x
            ...     _ = x.assign(10.0)
            >>> tape.gradient(y, x).item(), x.item()
            (6.0, 10.0)
        """
        source = None if ACTIVE.listener is None else ACTIVE.listener.source(value)
        if isinstance(value, Tensor) and value.token is not None:
            for tape in ACTIVE.here:
                tape.lost(value, "assign", "assign()")
            value = value.value
        if source is not None:
            value = raw(source)
        if not np.can_cast(_dtype(value), self.dtype, "same_kind"):
            raise ValueError(
                f"assign: a variable of {self.dtype} cannot hold a {_dtype(value)} value: cast it with gs.cast(...)"
            )
        return self._replace(clean(value, self.dtype), source)

    def _replace(self, fresh: Any, source: Tensor | None = None) -> Variable:
        """The same with a clean value of the right dtype that nobody else holds."""
        if shapes.shape(fresh) != self.shape:
            raise ValueError(
                f"assign: the variable has shape {shapes.text(self.shape)}, "
                f"the new value {shapes.text(shapes.shape(fresh))}"
            )
        self._become(fresh, source, self._held)
        return self

    def assign_add(
        self, delta: Any, use_locking: bool = False, name: str | None = None, read_value: bool = True
    ) -> Variable:
        """Add to the value; an IndexedSlices adds to its rows. Gives the variable, raises what assign() raises.

        Example:
            >>> gs.Variable([1.0, 2.0]).assign_add([10.0, 20.0]).tolist()
            [11.0, 22.0]
        """
        return self._change(op.add, delta)

    def assign_sub(
        self, delta: Any, use_locking: bool = False, name: str | None = None, read_value: bool = True
    ) -> Variable:
        """Subtract from the value, as assign_add() adds.

        Example:
            >>> gs.Variable([1.0, 2.0]).assign_sub([0.5, 0.5]).tolist()
            [0.5, 1.5]
        """
        return self._change(op.subtract, delta)

    def scatter_update(self, sparse_delta: Any, use_locking: bool = False, name: str | None = None) -> Variable:
        """Replace the rows that an IndexedSlices names, like the other scatter functions by an assignment.

        Gives the variable. All of them raise IndexError for places outside it, ValueError for values that do not fit.

        Example:
            >>> w = gs.Variable([1.0, 2.0, 3.0])
            >>> w.scatter_update(gs.IndexedSlices([10.0, 30.0], [0, 2])).tolist()
            [10.0, 2.0, 30.0]
            >>> w.scatter_nd_add([[1], [1]], [0.5, 0.25]).tolist()
            [10.0, 2.75, 30.0]
        """
        return self._scattered(np.asarray(sparse_delta.indices), sparse_delta.values, None)

    def scatter_add(self, sparse_delta: Any, use_locking: bool = False, name: str | None = None) -> Variable:
        """Add to the rows that an IndexedSlices names; repeated ones add up."""
        return self._scattered(np.asarray(sparse_delta.indices), sparse_delta.values, np.add)

    def scatter_sub(self, sparse_delta: Any, use_locking: bool = False, name: str | None = None) -> Variable:
        """Subtract from the rows that an IndexedSlices names; repeated ones add up."""
        return self._scattered(np.asarray(sparse_delta.indices), sparse_delta.values, np.subtract)

    def scatter_nd_update(self, indices: Any, updates: Any, name: str | None = None) -> Variable:
        """Replace the elements or slices at indices, (n, number of leading axes that are named)."""
        return self._scattered(_places(indices), updates, None)

    def scatter_nd_add(self, indices: Any, updates: Any, name: str | None = None) -> Variable:
        """Add to the elements or slices at indices; repeated ones add up."""
        return self._scattered(_places(indices), updates, np.add)

    def scatter_nd_sub(self, indices: Any, updates: Any, name: str | None = None) -> Variable:
        """Subtract from the elements or slices at indices; repeated ones add up."""
        return self._scattered(_places(indices), updates, np.subtract)

    def _scattered(self, key: Any, values: Any, combine: Any) -> Variable:
        if ACTIVE.listener is not None:
            ACTIVE.listener.escaped("it assigns to some places of a variable", None)
        array = np.array(host(raw(self._current)))
        if combine is None:
            array[key] = np.asarray(values)
        else:
            combine.at(array, key, np.asarray(values))
        return self.assign(array)

    def _change(self, combine: Any, delta: Any) -> Variable:
        fresh = delta.dense() if hasattr(delta, "dense") else delta
        done = None if ACTIVE.listener is None else ACTIVE.listener.change(self, combine, fresh)
        if done is not None:
            return done
        plain = fresh if isinstance(fresh, Tensor | Variable) else clean(fresh, copy=False)
        value = plain._current if isinstance(plain, Variable) else plain
        if isinstance(value, Tensor) and value.token is not None:
            for tape in ACTIVE.here:
                tape.lost(value, "assign", "assign_add()" if combine is op.add else "assign_sub()")
        fresh = combine(raw(self._current), raw(value))
        if type(fresh) is np.ndarray and fresh.ndim and fresh.dtype == self.dtype:
            return self._replace(fresh)
        return self.assign(fresh)

    def ref(self) -> Reference:
        """Something that can be a key of a dict; its deref() gives the variable back."""
        return Reference(self)

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape as a tuple of int."""
        return self._held.shape

    @property
    def dtype(self) -> np.dtype[Any]:
        """NumPy dtype."""
        return self._held.dtype

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return self._held.ndim

    @property
    def size(self) -> int:
        """Number of elements."""
        return self._held.size

    def numpy(self) -> Any:
        """A copy of the current value as a NumPy array or scalar."""
        return self._current.numpy()

    def item(self) -> Any:
        """The single element as a Python number."""
        return self._current.item()

    def tolist(self) -> Any:
        """Nested lists of Python numbers."""
        return self._current.tolist()

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        return self._current.__array__(dtype, copy)

    def __float__(self) -> float:
        return float(self._current)

    def __int__(self) -> int:
        return int(self._current)

    def __bool__(self) -> bool:
        return bool(self._current)

    def __len__(self) -> int:
        return len(self._current)

    def __iter__(self) -> Iterator[Any]:
        if not self.shape:
            raise TypeError("a scalar variable cannot be iterated over")
        return (self[i] for i in range(self.shape[0]))

    def __format__(self, spec: str) -> str:
        return format(self._current, spec)

    def __str__(self) -> str:
        return str(self._current)

    def __repr__(self) -> str:
        return repr(self._current).replace("Tensor(", "Variable(", 1)

    __hash__ = object.__hash__


def _dtype(value: Any) -> Any:
    found = getattr(value, "dtype", None)
    if found is not None:
        return found
    return np.min_scalar_type(value) if type(value) is int else np.asarray(clean(value, copy=False)).dtype


def _places(indices: Any) -> tuple[Any, ...]:
    return tuple(np.moveaxis(np.asarray(indices), -1, 0))


_NUMBERS = itertools.count()
