"""Derivatives of functions, as JAX and torch.func users expect them: grad, vjp, jvp, Jacobians, Hessians.

Arguments and results may be nested lists, tuples and dicts of tensors, arrays and numbers. Where nothing connects a
result with an argument these functions give zeros; the tape, which they are made of, gives None.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import Any

from gradstudio.engine.backends import namespace
from gradstudio.engine.creation import convert_to_tensor
from gradstudio.engine.forward import ForwardAccumulator
from gradstudio.engine.opening import check_there
from gradstudio.engine.primitive import TABLE, op
from gradstudio.engine.slices import IndexedSlices
from gradstudio.engine.state import ACTIVE
from gradstudio.engine.structure import flatten, rebuild
from gradstudio.engine.tape import GradientTape
from gradstudio.engine.targets import zeros_of
from gradstudio.engine.tensor import Tensor, clean, leaf

Function = Callable[..., Any]
Argnums = int | tuple[int, ...]


def grad(f: Function, argnums: Argnums = 0, has_aux: bool = False) -> Function:
    """The function that gives the gradient of a scalar function with respect to the arguments in argnums.

    Gradients have the shapes, dtypes and nesting of the arguments; a tuple for a tuple argnums. has_aux: f returns
    (value, anything else), and so does the new function: (gradient, anything else). Raises TypeError where f gives no
    floating scalar or an argument is no floating number, ValueError where argnums names an argument that is not there.

    Example:
        >>> gs.grad(lambda x: x * x)(3.0).item()
        6.0
        >>> [g.item() for g in gs.grad(lambda x, y: x * y, argnums=(0, 1))(2.0, 5.0)]
        [5.0, 2.0]
        >>> slope = gs.grad(lambda p: p["w"] * p["w"] + p["b"])({"w": 3.0, "b": 1.0})
        >>> slope["w"].item(), slope["b"].item()
        (6.0, 1.0)
    """
    both = value_and_grad(f, argnums, has_aux)

    @functools.wraps(f)
    def gradient(*args: Any, **kwargs: Any) -> Any:
        value, found = both(*args, **kwargs)
        return (found, value[1]) if has_aux else found

    return gradient


def value_and_grad(f: Function, argnums: Argnums = 0, has_aux: bool = False) -> Function:
    """Like grad, but the new function gives (value, gradient); with has_aux ((value, anything else), gradient).

    Example:
        >>> value, slope = gs.value_and_grad(lambda x: x**3)(2.0)
        >>> value.item(), slope.item()
        (8.0, 12.0)
    """

    @functools.wraps(f)
    def both(*args: Any, **kwargs: Any) -> Any:
        args, chosen = _fresh(args, argnums)
        with GradientTape() as tape:
            tape.watch(chosen)
            result = f(*args, **kwargs)
        value, aux = _with_aux(f, result) if has_aux else (result, None)
        _check_scalar(f, value)
        found = _dense(tape.gradient(value, chosen, unconnected_gradients="zero"))
        found = found[0] if isinstance(argnums, int) else found
        return ((value, aux) if has_aux else value), found

    return both


def vjp(f: Function, *primals: Any, has_aux: bool = False) -> Any:
    """(result, pull): pull(cotangent of the result) gives the cotangents of primals, as a tuple.

    The cotangent has the nesting, shape and dtype of the result; pull may be called again. has_aux: f returns (result,
    anything else), and vjp (result, pull, anything else). Raises TypeError where a primal is no floating number, and
    pull ValueError for a cotangent that does not fit.

    Example:
        >>> result, pull = gs.vjp(lambda x, y: x * y, 2.0, 5.0)
        >>> result.item(), [g.item() for g in pull(10.0)]
        (10.0, [50.0, 20.0])
    """
    args, chosen = _fresh(primals, tuple(range(len(primals))))
    tape = GradientTape(persistent=True)
    with tape:
        tape.watch(chosen)
        result = f(*args)
    result, aux = _with_aux(f, result) if has_aux else (result, None)

    def pull(cotangent: Any) -> tuple[Any, ...]:
        return tuple(_dense(tape.gradient(result, chosen, output_gradients=cotangent, unconnected_gradients="zero")))

    return (result, pull, aux) if has_aux else (result, pull)


def jvp(f: Function, primals: Any, tangents: Any, has_aux: bool = False) -> Any:
    """(result, tangent of the result) of f at the arguments primals, moved in the direction tangents.

    primals: a tuple of arguments; tangents: as many, of the same shapes. has_aux: f returns (result, anything else),
    and jvp (result, tangent, anything else). Raises TypeError where a primal is no floating number, ValueError for
    tangents of another number or shape.

    Example:
        >>> result, moved = gs.jvp(lambda x, y: x * y, (2.0, 5.0), (1.0, 0.0))
        >>> result.item(), moved.item()
        (10.0, 5.0)
    """
    args, chosen = _fresh(tuple(primals), tuple(range(len(primals))))
    with ForwardAccumulator(chosen, _like(chosen, list(tangents))) as accumulator:
        result = f(*args)
    result, aux = _with_aux(f, result) if has_aux else (result, None)
    tangent = accumulator.jvp(result, unconnected_gradients="zero")
    return (result, tangent, aux) if has_aux else (result, tangent)


def linearize(f: Function, *primals: Any, has_aux: bool = False) -> Any:
    """(result, push): push(*tangents) is the tangent of the result, and does not compute f again.

    f runs once, on a tape; each push is one pass over what was recorded. has_aux: f returns (result, anything else),
    and linearize (result, push, anything else). Raises what jvp raises.

    Example:
        >>> result, push = gs.linearize(lambda x: x * x, 3.0)
        >>> result.item(), push(1.0).item(), push(0.5).item()
        (9.0, 6.0, 3.0)
    """
    args, chosen = _fresh(primals, tuple(range(len(primals))))
    tape = GradientTape(persistent=True)
    with tape:
        tape.watch(chosen)
        result = f(*args)
    result, aux = _with_aux(f, result) if has_aux else (result, None)
    outputs = [convert_to_tensor(y) for y in flatten(result)]
    # The vjp is linear in its cotangents u; its transpose, by a tape that watches u, pushes tangents forward.
    u = [leaf(clean(namespace(y).ones(y.shape, y.dtype))) if y.dtype.kind in "fc" else None for y in outputs]
    moving = [(y, c) for y, c in zip(outputs, u, strict=True) if c is not None]
    with GradientTape(persistent=True, watch_accessed_variables=False) as transpose:
        transpose.watch([c for _, c in moving])
        slopes = tape.gradient(
            [y for y, _ in moving],
            flatten(chosen),
            output_gradients=[c for _, c in moving],
            unconnected_gradients="zero",
        )

    def push(*tangents: Any) -> Any:
        directions = flatten(_like(chosen, list(tangents)))
        found = iter(
            transpose.gradient(
                slopes, [c for _, c in moving], output_gradients=directions, unconnected_gradients="zero"
            )
        )
        return rebuild(
            result,
            iter(
                [zeros_of(y.shape, y.dtype, y) if c is None else next(found) for y, c in zip(outputs, u, strict=True)]
            ).__next__,
        )

    return (result, push, aux) if has_aux else (result, push)


def jacrev(f: Function, argnums: Argnums = 0, has_aux: bool = False) -> Function:
    """The function that gives the Jacobian of f, row by row (backwards): good where f has few results.

    Each result has the shape result.shape + argument.shape, nested as the results of f, then as the arguments.
    argnums, has_aux and errors as in grad, but f may give any floating result.

    Example:
        >>> gs.jacrev(lambda x: x * x)(np.array([1.0, 2.0])).tolist()
        [[2.0, 0.0], [0.0, 4.0]]
    """

    @functools.wraps(f)
    def jacobian(*args: Any, **kwargs: Any) -> Any:
        args, chosen = _fresh(args, argnums)
        with GradientTape(persistent=True) as tape:
            tape.watch(chosen)
            result = f(*args, **kwargs)
        result, aux = _with_aux(f, result) if has_aux else (result, None)
        rows = [tape.jacobian(convert_to_tensor(y), chosen, unconnected_gradients="zero") for y in flatten(result)]
        ready = iter([row[0] for row in rows] if isinstance(argnums, int) else [tuple(row) for row in rows])
        found = rebuild(result, lambda: next(ready))
        return (found, aux) if has_aux else found

    return jacobian


def jacfwd(f: Function, argnums: Argnums = 0, has_aux: bool = False) -> Function:
    """The function that gives the Jacobian of f, column by column (forwards): good where f has few inputs.

    All columns are pushed along together while f runs once. Results and errors are those of jacrev.

    Example:
        >>> gs.jacfwd(lambda t: gs.stack([t, t * t]))(3.0).tolist()
        [1.0, 6.0]
    """

    @functools.wraps(f)
    def jacobian(*args: Any, **kwargs: Any) -> Any:
        args, chosen = _fresh(args, argnums)
        leaves = flatten(chosen)
        with ACTIVE.level() as level:
            basis = [op.batch(b, level=level) for b in _basis(leaves)]
            with ForwardAccumulator(leaves, basis) as pushing:
                result = f(*args, **kwargs)
        result, aux = _with_aux(f, result) if has_aux else (result, None)
        count = sum(x.size for x in leaves)
        rows = []
        for y in [convert_to_tensor(y) for y in flatten(result)]:
            tangents = op.unbatch(pushing.jvp(y, unconnected_gradients="zero"), level=level, size=count)
            parts = _columns(op.moveaxis(tangents, source=0, destination=-1), y, leaves)
            columns = [rebuild(x, parts.__next__) for x in chosen]
            rows.append(columns[0] if isinstance(argnums, int) else tuple(columns))
        found = rebuild(result, iter(rows).__next__)
        return (found, aux) if has_aux else found

    return jacobian


def _basis(leaves: list[Tensor]) -> list[Tensor]:
    """Every direction of all inputs together: for each input (number of all elements, *its shape)."""
    count = sum(x.size for x in leaves)
    found, start = [], 0
    for x in leaves:
        every = namespace(x).zeros((count, x.size), x.dtype)
        every[start : start + x.size] = namespace(x).eye(x.size, dtype=x.dtype)
        found.append(leaf(every.reshape(count, *x.shape)))
        start += x.size
    return found


def _columns(tangents: Tensor, y: Tensor, leaves: list[Tensor]) -> Iterator[Tensor]:
    """The tangents of y, cut into the Jacobians with respect to each input."""
    start = 0
    for x in leaves:
        part = op.getitem(tangents, key=(..., slice(start, start + x.size)))
        yield op.reshape(part, shape=(*y.shape, *x.shape))
        start += x.size


def hessian(f: Function, argnums: Argnums = 0, has_aux: bool = False) -> Function:
    """The function that gives the second derivatives of a scalar function.

    For a tensor of shape s the result has the shape s + s; for several arguments, or a nested one, it is nested twice.
    Raises what grad raises.

    Example:
        >>> gs.hessian(lambda x: x[0] * x[1] ** 2)(np.array([1.0, 2.0])).tolist()
        [[0.0, 4.0], [4.0, 2.0]]
    """
    return jacrev(grad(f, argnums, has_aux), argnums, has_aux)


def hvp(f: Function, primals: Any, tangents: Any) -> Any:
    """(value, Hessian of the scalar function f times tangents), without making the Hessian.

    primals: a tuple of arguments; tangents: as many, of the same shapes. The product is a tuple like primals. Raises
    what grad and jvp raise.

    Example:
        >>> value, (product,) = gs.hvp(lambda x: gs.sum(x**3), (np.array([1.0, 2.0]),), (np.array([1.0, 0.5]),))
        >>> value.item(), product.tolist()
        (9.0, [6.0, 6.0])
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


def _dense(found: Any) -> Any:
    """Gradients as plain tensors: functions know nothing of gradients by rows."""
    leaves = iter([g.dense() if isinstance(g, IndexedSlices) else g for g in flatten(found)])
    return rebuild(found, lambda: next(leaves))


def _fresh(args: tuple[Any, ...], argnums: Argnums) -> tuple[tuple[Any, ...], list[Any]]:
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
    if t.dtype.kind not in "fc":
        raise TypeError(f"an argument to differentiate must be of a floating dtype, not {t.dtype}: write 3.0 for 3")
    return TABLE["identity"](t)  # type: ignore[no-any-return]


def _like(chosen: list[Any], given: list[Any]) -> list[Any]:
    """Tangents as tensors, in the structure of the arguments. Raises ValueError for a wrong number of them."""
    if len(given) != len(chosen):
        raise ValueError(f"{len(chosen)} arguments need as many tangents, not {len(given)}")
    return [_tangent(x, v) for x, v in zip(chosen, given, strict=True)]


def _tangent(x: Any, v: Any) -> Any:
    if isinstance(x, Tensor):
        return convert_to_tensor(v, dtype=x.dtype)
    leaves, directions = flatten(x), flatten(v)
    if len(leaves) != len(directions):
        raise ValueError(f"an argument of {len(leaves)} tensors needs as many tangents, not {len(directions)}")
    ready = iter([convert_to_tensor(d, dtype=t.dtype) for t, d in zip(leaves, directions, strict=True)])
    return rebuild(x, lambda: next(ready))


def _with_aux(f: Function, result: Any) -> tuple[Any, Any]:
    if not (isinstance(result, tuple) and len(result) == 2):
        raise TypeError(f"with has_aux=True {_name(f)} must return (result, anything else)")
    return result[0], result[1]


def _check_scalar(f: Function, value: Any) -> None:
    check_there(value)
    if not isinstance(value, Tensor) or value.shape != () or value.dtype.kind != "f":
        what = f"shape {list(value.shape)}, dtype {value.dtype}" if isinstance(value, Tensor) else type(value).__name__
        raise TypeError(
            f"{_name(f)} must give one floating number to have a gradient, not {what}; use jacrev, or sum it"
        )


def _name(f: Function) -> str:
    return getattr(f, "__name__", "the function")
