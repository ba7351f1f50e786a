"""Forward mode: how results move when the inputs move in one direction, pushed along while the program runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import get_ident
from types import TracebackType
from typing import Any

import numpy as np

from gradstudio.engine import shapes
from gradstudio.engine.backends import namespace
from gradstudio.engine.backward import as_tensor
from gradstudio.engine.creation import convert_to_tensor
from gradstudio.engine.dispatch import joined
from gradstudio.engine.fitting import fit
from gradstudio.engine.opening import check_there
from gradstudio.engine.primitive import Primitive, op, raw_call
from gradstudio.engine.state import ACTIVE, Token
from gradstudio.engine.structure import flatten, rebuild
from gradstudio.engine.tape import GradientTape
from gradstudio.engine.targets import wants_zeros, zeros_of
from gradstudio.engine.tensor import Tensor, leaf, raw
from gradstudio.engine.variable import Variable

Moved = list[tuple[int, Any]]
"""(number of the input, its tangent) of the inputs that move."""


class ForwardAccumulator:
    """Computes Jacobian-vector products of what runs in its block, with the interface of tf.autodiff.

    primals: tensor, Variable or nesting of them; tangents: the same nesting of directions, of the same shapes and
    dtypes. Accumulators and tapes nest in any order. Raises ValueError where primals and tangents do not match, and
    where a block is entered while it is active.

    Example:
        >>> x = gs.constant([1.0, 2.0])
        >>> with gs.autodiff.ForwardAccumulator(x, gs.constant([1.0, 10.0])) as pushing:
        ...     y = x * x
        >>> pushing.jvp(y).tolist()
        [2.0, 40.0]
    """

    records = False  # among the active tapes: listens, but keeps no node

    def __init__(self, primals: Any, tangents: Any) -> None:
        self._primals = flatten(primals)
        self._token = Token()
        self._active = False
        self.thread = 0
        self._tangents: dict[int, tuple[Tensor, Any]] = {}  # id of a tensor -> (the tensor, its tangent)
        self._directions = self._checked(flatten(tangents))
        if len({id(x) for x in self._primals}) < len(self._primals):
            raise ValueError("a primal is named twice: add its tangents up and name it once")

    def _checked(self, tangents: list[Any]) -> list[Any]:
        if len(tangents) != len(self._primals):
            raise ValueError(f"{len(self._primals)} primals need as many tangents, not {len(tangents)}")
        found: list[Any] = []
        for x, v in zip(self._primals, tangents, strict=True):
            if not isinstance(x, Tensor | Variable):
                check_there(x)
                raise ValueError(f"a primal is a tensor or Variable, not {type(x).__name__}")
            t = convert_to_tensor(v)
            if t.shape != x.shape or t.dtype != x.dtype:
                raise ValueError(
                    f"a tangent of shape {shapes.text(t.shape)}, {t.dtype} does not fit its primal of shape "
                    f"{shapes.text(x.shape)}, {x.dtype}"
                )
            found.append(t)
        return found

    def __enter__(self) -> ForwardAccumulator:
        if self._active:
            raise ValueError("this accumulator is already active: leave its `with` block before entering it again")
        self._active = True
        self.thread = get_ident()
        self._token.state = "recording"
        for x, v in zip(self._primals, self._directions, strict=True):
            current = x._current if isinstance(x, Variable) else x
            current.token = joined(current.token, self._token)
            self._tangents[id(current)] = (current, v)
        ACTIVE.insert(len(ACTIVE.tapes), self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._active = False
        self._token.state = "closed"
        if self in ACTIVE.tapes:
            ACTIVE.remove(self)

    def __del__(self) -> None:
        if hasattr(self, "_token"):
            self._token.state = "gone"

    # what the engine reports to everything that is active

    def _accessed(self, variable: Variable, current: Tensor) -> None:
        """Variables move only if they are among the primals."""

    def lost(self, t: Tensor, kind: str, how: str) -> None:
        """Explanations are the tape's affair."""

    def wall(self, t: Tensor, inputs: tuple[Any, ...]) -> None:
        """Explanations are the tape's affair."""

    def note(self, t: Tensor) -> None:
        """An op on something that moves has run: push its tangent along."""
        moved: Moved = []
        for slot, x in enumerate(t.inputs):
            if type(x) is Tensor:
                known = self._tangents.get(id(x))
                if known is not None and x.dtype.kind in "fc":
                    moved.append((slot, known[1]))
        if not moved or not t.op.flows:  # type: ignore[union-attr]
            return
        with self._outside(), np.errstate(all="ignore"):
            if ACTIVE.here:
                tangent = push(t.op, moved, t, t.inputs, t.params)  # type: ignore[arg-type]
            else:
                plain = [(slot, raw(v)) for slot, v in moved]
                tangent = push(t.op, plain, raw(t), tuple(raw(x) for x in t.inputs), t.params)  # type: ignore[arg-type]
        if tangent is not None:
            self._tangents[id(t)] = (t, tangent)

    @contextmanager
    def _outside(self) -> Iterator[None]:
        """Only what was active before this accumulator records its tangents."""
        here = ACTIVE.here
        inner = here[next(i for i, active in enumerate(here) if active is self) :]
        for active in inner:
            ACTIVE.remove(active)
        recorder = ACTIVE.inspect(ACTIVE.recorder if ACTIVE.here else None)
        try:
            yield
        finally:
            for active in inner:
                ACTIVE.insert(len(ACTIVE.tapes), active)
            ACTIVE.inspect(recorder)

    def jvp(self, primals: Any, unconnected_gradients: Any = "none") -> Any:
        """The tangent of each tensor in `primals`, in their nesting, of their shapes and dtypes.

        unconnected_gradients: "none" gives None, "zero" gives zeros where no input moves a tensor; ValueError for
        anything else. With a tape inside the block it gives the Hessian times the tangent:

        Example:
            >>> x = gs.constant([1.0, 2.0])
            >>> with gs.autodiff.ForwardAccumulator(x, gs.constant([1.0, 10.0])) as pushing:
            ...     with gs.GradientTape() as tape:
            ...         tape.watch(x)
            ...         y = gs.sum(x**3)
            ...     slope = tape.gradient(y, x)
            >>> pushing.jvp(slope).tolist()
            [6.0, 120.0]
        """
        zero = wants_zeros(unconnected_gradients)
        found = iter([self._tangent(y, zero) for y in flatten(primals)])
        return rebuild(primals, lambda: next(found))

    def _tangent(self, y: Any, zero: bool) -> Tensor | None:
        t = y._current if isinstance(y, Variable) else convert_to_tensor(y)
        known = self._tangents.get(id(t))
        if known is None or known[0] is not t:
            return zeros_of(t.shape, t.dtype, t) if zero else None
        return as_tensor(known[1])


def push(row: Primitive, moved: Moved, ans: Any, inputs: tuple[Any, ...], params: dict[str, Any]) -> Any:
    """The tangent of row(*inputs) where some inputs move; None where nothing reaches the result."""
    if row.jvp == "linear":
        known = dict(moved)
        every = tuple(known.get(i, None if x is None else _still(x, params)) for i, x in enumerate(inputs))
        return _shaped(raw_call(row, every, params), ans)
    total: Any = None
    for slot, v in moved:
        if row.vjp(slot) is None and not callable(row.jvp):
            continue
        part = (row.jvp if callable(row.jvp) else KINDS[row.jvp])(*((slot, v, ans, *inputs)), **_with(row, params))
        if part is not None:
            part = _shaped(part, ans)
            total = part if total is None else total + part
    return total


def _with(row: Primitive, params: dict[str, Any]) -> dict[str, Any]:
    return params if callable(row.jvp) else {"row": row, **params}


def _still(x: Any, params: dict[str, Any]) -> Any:
    """What an input that does not move counts for in a map that is linear in all its inputs together."""
    dims = shapes.shape(x)
    return namespace(x).zeros(dims, getattr(x, "dtype", np.float64)) if dims else 0.0


def _shaped(v: Any, ans: Any) -> Any:
    """The tangent in the shape and dtype of the result."""
    if shapes.shape(v) != shapes.shape(ans):
        v = op.broadcast_to(v, shape=shapes.shape(ans))
    dtype = np.dtype(getattr(ans, "dtype", np.float64))
    if getattr(v, "dtype", np.float64) != dtype:
        v = op.cast(op.real(v) if dtype.kind == "f" and v.dtype.kind == "c" else v, dtype=dtype)
    return v


def _same(slot: int, v: Any, ans: Any, *inputs: Any, row: Primitive, **params: Any) -> Any:
    """The Jacobian is symmetric: tangents pass as cotangents do."""
    return row.vjp(slot)(v, ans, *inputs, **params)  # type: ignore[misc]


def _multilinear(slot: int, v: Any, ans: Any, *inputs: Any, row: Primitive, **params: Any) -> Any:
    """Linear in this input while the others stand still."""
    return raw_call(row, (*inputs[:slot], v, *inputs[slot + 1 :]), params)


def _transposed(slot: int, v: Any, ans: Any, *inputs: Any, row: Primitive, **params: Any) -> Any:
    """The vjp rule is linear in its cotangent u; its transpose, taken by a tape that watches u, pushes v forward."""
    dims, dtype = shapes.shape(ans), getattr(ans, "dtype", np.dtype(np.float64))
    # Numbers without pattern keep rules that treat a cotangent of exactly 0 apart from seeing one.
    numbers = np.random.default_rng(1).normal(1.0, 0.3, dims)
    u = leaf(namespace(ans, v).asarray(numbers, dtype) if dims else dtype.type(numbers))
    x = inputs[slot] if isinstance(inputs[slot], Tensor) else leaf(inputs[slot])
    with GradientTape(watch_accessed_variables=False) as linear:
        linear.watch(u)
        product = row.vjp(slot)(u, ans, *inputs, **params)  # type: ignore[misc]
        if product is None:
            return None
        product = fit(product, leaf(x.value))
    if not isinstance(product, Tensor):
        return None
    seed = v if isinstance(v, Tensor) else leaf(v)
    is_complex = dtype.kind == "c" or product.dtype.kind == "c"
    found = linear.gradient(product, u, output_gradients=op.conj(seed) if is_complex else seed)
    if found is None:
        return None
    found = op.conj(found) if is_complex else found
    return found if ACTIVE.here else raw(found)


KINDS: dict[Any, Callable[..., Any]] = {"same": _same, "multilinear": _multilinear, "": _transposed}
"""How tangents pass forward, by the name that an op's declaration gives; "linear" needs all tangents at once."""
