"""Functions with a gradient of their own (custom_gradient) and functions computed again on the way back."""

from __future__ import annotations

import functools
import inspect
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from gradstudio.engine import shapes
from gradstudio.engine.backward import as_tensor
from gradstudio.engine.batching import Batched
from gradstudio.engine.creation import convert_to_tensor
from gradstudio.engine.dispatch import apply
from gradstudio.engine.ops.control import custom_call
from gradstudio.engine.primitive import NAMES, TABLE, Primitive, op, silence
from gradstudio.engine.random import random
from gradstudio.engine.state import ACTIVE
from gradstudio.engine.structure import flatten, rebuild
from gradstudio.engine.tape import GradientTape
from gradstudio.engine.tensor import InBatchError, Tensor, leaf, raw
from gradstudio.engine.variable import Variable

Pull = Callable[[list[Tensor]], list[Any]]
"""One upstream cotangent for each output -> one for each argument, then one for each variable (None: none)."""


class Call:
    """One call of a function with its own gradient: its outputs laid out in one vector, and the way back."""

    def __init__(self, name: str, outputs: list[Tensor], pull: Pull) -> None:
        self.__name__ = name
        self._shapes = [y.shape for y in outputs]
        self._dtypes = [y.dtype for y in outputs]
        self._ends = np.cumsum([0] + [y.size for y in outputs]).tolist()
        self._pull = pull
        self._last: tuple[Any, list[Any]] | None = None
        self._value = op.concatenate([op.reshape(raw(y), shape=-1) for y in outputs], axis=0)

    def result(self, *values: Any) -> Any:
        """The outputs in one vector; they were computed before."""
        return self._value

    def outputs(self, packed: Tensor) -> list[Tensor]:
        """The outputs, cut out of the vector that stands for the call."""
        return [as_tensor(part) for part in self._cut(packed)]

    def cotangent(self, slot: int, g: Any) -> Any:
        """What flows back into input number slot; the function's own gradient runs once for all of them."""
        if self._last is None or self._last[0] is not g:
            self._last = (g, self._found(g))
        found = self._last[1][slot]
        return found if isinstance(g, Tensor) or found is None else raw(found)

    def _found(self, g: Any) -> list[Any]:
        try:
            return self._pull([as_tensor(part) for part in self._cut(g)])
        except InBatchError:
            if type(g) is not Batched:
                raise
        # The gradient function looks at its values, so many cotangents have to go one after the other.
        rows = [self._pull([as_tensor(part) for part in self._cut(g.value[k])]) for k in range(g.value.shape[0])]
        return [
            None if column[0] is None else leaf(Batched(op.stack([raw(t) for t in column]), g.level))
            for column in zip(*rows, strict=True)
        ]

    def _cut(self, packed: Any) -> list[Any]:
        parts = []
        for start, end, shape, dtype in zip(self._ends[:-1], self._ends[1:], self._shapes, self._dtypes, strict=True):
            part = op.reshape(op.getitem(packed, key=slice(start, end)), shape=shape)
            parts.append(part if part.dtype == dtype else op.cast(part, dtype=dtype))
        return parts


def _unrecorded(function: Callable[..., Any], args: Any, kwargs: Any) -> tuple[Any, list[Variable]]:
    """Run a function so that no tape records it; gives its result and the trainable variables it read."""
    paused = ACTIVE.here
    for tape in paused:
        ACTIVE.remove(tape)
    probe = GradientTape()
    try:
        with probe:
            result = function(*args, **kwargs)
    finally:
        for tape in paused:
            ACTIVE.insert(len(ACTIVE.tapes), tape)
    return result, list(probe.watched_variables())


def _constants(outputs: list[Any]) -> list[Tensor]:
    """The outputs without their past."""
    return [leaf(convert_to_tensor(y).value) for y in outputs]


def _record(name: str, args: list[Any], variables: list[Variable], outputs: list[Any], pull: Pull) -> list[Tensor]:
    """Outputs that the active tapes follow back through pull."""
    if ACTIVE.listener is not None:
        ACTIVE.listener.defined(outputs)
    call = Call(name, _constants(outputs), pull)
    inputs = (*args, *[v.read() for v in variables])
    return call.outputs(apply(custom_call, inputs, {"call": call}))


def custom_gradient(f: Callable[..., Any]) -> Callable[..., Any]:
    """A function with its own gradient: f returns (outputs, grad).

    grad(*upstream) receives one cotangent for each output (zeros where an output is not used) and returns one for
    each argument; None means no gradient. Where f reads trainable variables, grad must take `variables=` and return
    (gradients of the arguments, gradients of the variables). What f computes is not recorded; what grad computes is,
    if an outer tape records, so that higher orders work. Raises ValueError for gradients of a wrong number or shape,
    TypeError where f gives no such pair, or reads variables and grad does not take them.

    Example:
        >>> @gs.custom_gradient
        ... def log1pexp(x):
        ...     e = gs.exp(x)
        ...     return gs.log(1.0 + e), lambda upstream: upstream * (1.0 - 1.0 / (1.0 + e))
        >>> gs.grad(log1pexp)(100.0).item()
        1.0
        >>> w = gs.Variable(3.0)
        >>> @gs.custom_gradient
        ... def scaled(x):
        ...     def back(upstream, variables=None):
        ...         return upstream * w, [gs.clip(upstream * x, -1.0, 1.0) for _ in variables]
        ...     return w * x, back
        >>> x = gs.constant(5.0)
        >>> with gs.GradientTape() as tape:
        ...     tape.watch(x)
        ...     y = scaled(x)
        >>> [g.item() for g in tape.gradient(y, [x, w])]
        [3.0, 1.0]
    """

    @functools.wraps(f)
    def call(*args: Any, **kwargs: Any) -> Any:
        tensors = [convert_to_tensor(x) for x in flatten(list(args))]
        ready = iter(tensors)
        args = tuple(rebuild(list(args), lambda: next(ready)))
        (outputs, grad), variables = _split(f, *_unrecorded(f, args, kwargs))
        if variables and not _takes_variables(grad):
            raise TypeError(
                f"{_name(f)} reads variables, so its gradient function must take `variables=None` and return "
                "(gradients of the arguments, gradients of the variables)"
            )

        def pull(upstream: list[Tensor]) -> list[Any]:
            if variables:
                found, for_variables = grad(*upstream, variables=variables)
            else:
                found, for_variables = grad(*upstream), []
            found = flatten(list(found) if isinstance(found, list | tuple) else [found])
            if len(found) != len(tensors):
                raise ValueError(
                    f"the gradient function of {_name(f)} gave {len(found)} gradients for {len(tensors)} arguments"
                )
            if len(for_variables) != len(variables):
                raise ValueError(
                    f"the gradient function of {_name(f)} gave {len(for_variables)} gradients "
                    f"for {len(variables)} variables"
                )
            return _checked(_name(f), [*found, *for_variables], [*tensors, *variables])

        flat = flatten(outputs)
        parts = iter(_record(_name(f), tensors, variables, flat, pull))
        return rebuild(outputs, lambda: next(parts))

    return call


def _split(f: Callable[..., Any], result: Any, variables: list[Variable]) -> tuple[tuple[Any, Any], list[Variable]]:
    if not (isinstance(result, tuple) and len(result) == 2 and callable(result[1])):
        raise TypeError(f"{_name(f)} must return (outputs, gradient function)")
    return (result[0], result[1]), variables


def _name(f: Callable[..., Any]) -> str:
    return getattr(f, "__name__", "the function")


def _takes_variables(grad: Callable[..., Any]) -> bool:
    parameters = inspect.signature(grad).parameters.values()
    return any(p.name == "variables" or p.kind is inspect.Parameter.VAR_KEYWORD for p in parameters)


def _checked(name: str, found: list[Any], of: list[Any]) -> list[Any]:
    """The gradients as tensors of the right shapes."""
    ready: list[Any] = []
    for g, x in zip(found, of, strict=True):
        t = None if g is None else convert_to_tensor(g)
        if t is not None and t.shape != x.shape and t.shape != ():
            raise ValueError(
                f"the gradient function of {name} gave shape {shapes.text(t.shape)} for an argument of shape "
                f"{shapes.text(x.shape)}"
            )
        ready.append(t)
    return ready


def recompute_grad(f: Callable[..., Any]) -> Callable[..., Any]:
    """The same function, which keeps nothing for the backward pass and is computed again there instead.

    Its arguments and results may be nested. What it reads of trainable variables gets a gradient too, and random
    numbers that it draws are the same again. It trades time for memory: in a long chain of such pieces only the values
    between them are kept. Errors are those of the function.

    Example:
        >>> piece = gs.recompute_grad(lambda x: gs.tanh(gs.tanh(x)))
        >>> piece(0.0).item(), gs.grad(piece)(0.0).item()
        (0.0, 1.0)
    """

    @functools.wraps(f)
    def call(*args: Any, **kwargs: Any) -> Any:
        tensors = [convert_to_tensor(x) if _is_value(x) else x for x in flatten(list(args))]
        places = [i for i, x in enumerate(tensors) if isinstance(x, Tensor)]
        inputs = [tensors[i] for i in places]

        def again(values: list[Any]) -> Any:
            leaves = list(tensors)
            for i, value in zip(places, values, strict=True):
                leaves[i] = value
            ready = iter(leaves)
            return f(*rebuild(list(args), lambda: next(ready)), **kwargs)

        state = random.state()
        outputs, variables = _unrecorded(lambda: again(inputs), (), {})

        def pull(upstream: list[Tensor]) -> list[Any]:
            # Copies, so that a tensor passed twice gets a share in each place.
            copies = [TABLE["identity"](x) for x in inputs]
            with random.replay(state), GradientTape() as tape:
                tape.watch([x for x in copies if x.dtype.kind in "fc"])
                result = flatten(again(copies))
            return list(tape.gradient(result, [*copies, *variables], output_gradients=upstream))

        flat = flatten(outputs)
        parts = iter(_record(_name(f), inputs, variables, flat, pull))
        return rebuild(outputs, lambda: next(parts))

    return call


checkpoint = recompute_grad
"""The name that JAX and PyTorch give to recompute_grad."""


def _is_value(x: Any) -> bool:
    return isinstance(x, Tensor | Variable | np.ndarray | np.generic | float | int | complex) and not isinstance(
        x, bool
    )


def no_gradient(op_type: str) -> None:
    """Let no gradient pass through an op from now on, in this process: gradients through it are None.

    op_type: a name of the op, or TensorFlow's type ("Square", "SquaredDifference"). An unknown one, or an op made of
    other ops, is a warning.

    Example:
        >>> gs.no_gradient("Square")
        >>> x = gs.Variable(3.0)
        >>> with gs.GradientTape() as tape:
        ...     y = gs.square(x)
        >>> print(tape.gradient(y, x))
        None
    """
    wanted = op_type.replace("_", "").lower()
    row = NAMES.get(op_type) or next((r for name, r in NAMES.items() if name.replace("_", "").lower() == wanted), None)
    if not isinstance(row, Primitive) or row.composite:
        warnings.warn(f"no_gradient: there is no op called {op_type!r}; `gradstudio ops` lists them", stacklevel=2)
        return
    silence(row)


def grad_pass_through(f: Callable[..., Any]) -> Callable[..., Any]:
    """The same function, whose gradient is that of the identity: the cotangent of the result goes to the argument.

    For functions whose result has the shape of their argument. Variables that it reads get no gradient. Raises
    ValueError, when a gradient is asked for, where the numbers or shapes of results and arguments differ.

    Example:
        >>> rounded = gs.grad_pass_through(gs.round)
        >>> rounded(2.6).item(), gs.grad(rounded)(2.6).item()
        (3.0, 1.0)
    """

    @custom_gradient
    def call(*args: Any, **kwargs: Any) -> Any:
        return f(
            *args, **kwargs
        ), lambda *upstream, variables=None: upstream if variables is None else (upstream, [None] * len(variables))

    return call
