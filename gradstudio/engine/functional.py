"""Derivatives of functions, as JAX and torch.func users expect them: grad, vjp, jvp, Jacobians, Hessians.

Arguments and results may be nested lists, tuples and dicts of tensors, arrays and numbers. Where nothing connects a
result with an argument these functions give zeros; the tape, which they are made of, gives None.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from gradstudio.engine.creation import convert_to_tensor
from gradstudio.engine.forward import ForwardAccumulator
from gradstudio.engine.primitive import TABLE
from gradstudio.engine.structure import flatten, rebuild
from gradstudio.engine.tape import GradientTape
from gradstudio.engine.tensor import Tensor

Function = Callable[..., Any]


def grad(f: Function, argnums: int | tuple[int, ...] = 0, has_aux: bool = False) -> Function:
    """The function that gives the gradient of a scalar function with respect to the arguments in argnums.

    has_aux: f returns (value, anything else), and so does the new function: (gradient, anything else). Raises
    TypeError where f gives no floating scalar or an argument is no floating number.
    """
    both = value_and_grad(f, argnums, has_aux)

    @functools.wraps(f)
    def gradient(*args: Any, **kwargs: Any) -> Any:
        value, found = both(*args, **kwargs)
        return (found, value[1]) if has_aux else found

    return gradient


def value_and_grad(f: Function, argnums: int | tuple[int, ...] = 0, has_aux: bool = False) -> Function:
    """Like grad, but the new function gives (value, gradient); with has_aux ((value, anything else), gradient)."""

    @functools.wraps(f)
    def both(*args: Any, **kwargs: Any) -> Any:
        args, chosen = _fresh(args, argnums)
        with GradientTape() as tape:
            tape.watch(chosen)
            result = f(*args, **kwargs)
        value, aux = _with_aux(f, result) if has_aux else (result, None)
        _check_scalar(f, value)
        found = tape.gradient(value, chosen, unconnected_gradients="zero")
        found = found[0] if isinstance(argnums, int) else found
        return ((value, aux) if has_aux else value), found

    return both


def vjp(f: Function, *primals: Any, has_aux: bool = False) -> Any:
    """(result, pull): pull(cotangent of the result) gives the cotangents of primals, as a tuple.

    has_aux: f returns (result, anything else), and vjp (result, pull, anything else).
    """
    args, chosen = _fresh(primals, tuple(range(len(primals))))
    tape = GradientTape(persistent=True)
    with tape:
        tape.watch(chosen)
        result = f(*args)
    result, aux = _with_aux(f, result) if has_aux else (result, None)

    def pull(cotangent: Any) -> tuple[Any, ...]:
        return tuple(tape.gradient(result, chosen, output_gradients=cotangent, unconnected_gradients="zero"))

    return (result, pull, aux) if has_aux else (result, pull)


def jvp(f: Function, primals: Any, tangents: Any) -> tuple[Any, Any]:
    """(result, tangent of the result) of f at the arguments primals, moved in the direction tangents."""
    args, chosen = _fresh(tuple(primals), tuple(range(len(primals))))
    with ForwardAccumulator(chosen, _like(chosen, list(tangents))) as accumulator:
        result = f(*args)
    return result, accumulator.jvp(result, unconnected_gradients="zero")


def jacrev(f: Function, argnums: int | tuple[int, ...] = 0) -> Function:
    """The function that gives the Jacobian of f, row by row (backwards): good where f has few results.

    Each result has the shape result.shape + argument.shape, nested as the results of f, then as the arguments.
    """

    @functools.wraps(f)
    def jacobian(*args: Any, **kwargs: Any) -> Any:
        args, chosen = _fresh(args, argnums)
        with GradientTape(persistent=True) as tape:
            tape.watch(chosen)
            result = f(*args, **kwargs)
        rows = [tape.jacobian(convert_to_tensor(y), chosen, unconnected_gradients="zero") for y in flatten(result)]
        ready = iter([row[0] for row in rows] if isinstance(argnums, int) else [tuple(row) for row in rows])
        return rebuild(result, lambda: next(ready))

    return jacobian


def jacfwd(f: Function, argnums: int = 0) -> Function:
    """The function that gives the Jacobian of f with respect to one tensor, column by column (forwards)."""

    @functools.wraps(f)
    def jacobian(*args: Any, **kwargs: Any) -> Any:
        args, (x,) = _fresh(args, argnums)
        if not isinstance(x, Tensor):
            raise TypeError("jacfwd takes one tensor as the argument to differentiate: use jacrev for nested ones")
        with ForwardAccumulator(x, x) as pushing:
            result = f(*args, **kwargs)
        return rebuild(result, iter([_columns(pushing, convert_to_tensor(y), x) for y in flatten(result)]).__next__)

    return jacobian


def _columns(pushing: ForwardAccumulator, y: Tensor, x: Tensor) -> Tensor:
    columns = []
    for i in range(x.size):
        basis = TABLE["reshape"](TABLE["one_hot"](i, depth=x.size, dtype=x.dtype), shape=x.shape)
        columns.append(pushing.along([basis]).jvp(y, unconnected_gradients="zero"))
    if not columns:
        return TABLE["reshape"](TABLE["stack"]([y])[:0], shape=(*y.shape, *x.shape))  # type: ignore[no-any-return]
    return TABLE["reshape"](TABLE["stack"](columns, axis=-1), shape=(*y.shape, *x.shape))  # type: ignore[no-any-return]


def hessian(f: Function, argnums: int = 0) -> Function:
    """The function that gives the second derivatives of a scalar function with respect to one argument.

    For a tensor of shape s the result has the shape s + s; for a nested argument it is nested twice.
    """
    return jacrev(grad(f, argnums), argnums)


def hvp(f: Function, primals: Any, tangents: Any) -> Any:
    """(value, Hessian of the scalar function f times tangents), without making the Hessian.

    primals: a tuple of arguments; tangents: as many, of the same shapes.
    """
    args, chosen = _fresh(tuple(primals), tuple(range(len(primals))))
    directions = _like(chosen, list(tangents))
    with GradientTape() as outer:
        outer.watch(chosen)
        with GradientTape() as inner:
            inner.watch(chosen)
            value = f(*args)
        _check_scalar(f, value)
        slopes = inner.gradient(value, chosen, unconnected_gradients="zero")
    found = outer.gradient(slopes, chosen, output_gradients=directions, unconnected_gradients="zero")
    return value, tuple(found)


def _fresh(args: tuple[Any, ...], argnums: int | tuple[int, ...]) -> tuple[tuple[Any, ...], list[Any]]:
    """The arguments with those to differentiate replaced by tensors of their own, and these."""
    numbers = (argnums,) if isinstance(argnums, int) else tuple(argnums)
    fresh = list(args)
    for n in numbers:
        if not -len(args) <= n < len(args):
            raise ValueError(f"argnums names argument {n}, but there are {len(args)}")
        leaves = iter([_own(x) for x in flatten(args[n])])
        fresh[n] = rebuild(args[n], lambda leaves=leaves: next(leaves))  # type: ignore[misc]
    return tuple(fresh), [fresh[n] for n in numbers]


def _own(x: Any) -> Tensor:
    t = convert_to_tensor(x)
    if t.dtype.kind != "f":
        raise TypeError(f"an argument to differentiate must be of a floating dtype, not {t.dtype}: write 3.0 for 3")
    return TABLE["identity"](t)  # type: ignore[no-any-return]


def _like(chosen: list[Any], given: list[Any]) -> list[Any]:
    """Tangents as tensors, in the structure of the arguments."""
    leaves = [convert_to_tensor(v, dtype=x.dtype) for v, x in zip(flatten(given), flatten(chosen), strict=True)]
    ready = iter(leaves)
    return rebuild(chosen, lambda: next(ready))  # type: ignore[no-any-return]


def _with_aux(f: Function, result: Any) -> tuple[Any, Any]:
    if not (isinstance(result, tuple) and len(result) == 2):
        raise TypeError(f"with has_aux=True {_name(f)} must return (result, anything else)")
    return result[0], result[1]


def _check_scalar(f: Function, value: Any) -> None:
    if not isinstance(value, Tensor) or value.shape != () or value.dtype.kind != "f":
        what = f"shape {list(value.shape)}, dtype {value.dtype}" if isinstance(value, Tensor) else type(value).__name__
        raise TypeError(
            f"{_name(f)} must give one floating number to have a gradient, not {what}; use jacrev, or sum it"
        )


def _name(f: Function) -> str:
    return getattr(f, "__name__", "the function")
