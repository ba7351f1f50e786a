"""check_grads: gradients held against finite differences, in both modes and to any order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from gradstudio.engine.creation import convert_to_tensor
from gradstudio.engine.functional import jvp, vjp
from gradstudio.engine.structure import flatten, rebuild
from gradstudio.engine.tensor import Tensor, leaf


def check_grads(
    f: Callable[..., Any],
    args: Any,
    order: int = 2,
    modes: Any = ("fwd", "rev"),
    atol: float | None = None,
    rtol: float | None = None,
    eps: float | None = None,
) -> None:
    """Hold the derivatives of f at args against central differences, up to an order.

    f takes tensors (or nestings of them) and gives one or a nesting. modes: "fwd" checks the tangent in one random
    direction, "rev" the inner product of a random cotangent with it; both are seeded. The steps are of size eps
    (1e-5 in float64, 1e-2 in float32), combined for an error of order eps**4. Raises AssertionError that names the
    order, the mode, the worst element and both values, ValueError for an unknown mode. Method: random projections, as
    in Griewank & Walther, Evaluating Derivatives (2008), section 3.

    Example:
        >>> gs.check_grads(lambda x, y: gs.sin(x) * y, (1.0, 2.0), order=2)
        >>> def held_back(x):
        ...     return x * gs.stop_gradient(x)
        >>> try:
        ...     gs.check_grads(held_back, (3.0,), order=1, modes="rev")
        ... except AssertionError as error:
        ...     print(str(error).split(":")[0])
        check_grads, order 1, mode 'rev'
    """
    for mode in (modes,) if isinstance(modes, str) else modes:
        if mode not in ("fwd", "rev"):
            raise ValueError(f"check_grads: a mode is 'fwd' or 'rev', not {mode!r}")
        _check(f, tuple(args) if isinstance(args, list | tuple) else (args,), order, mode, atol, rtol, eps, 1)


def _check(f: Any, args: Any, order: int, mode: str, atol: Any, rtol: Any, eps: Any, level: int) -> None:
    if order < level:
        return
    generator = np.random.default_rng(level)
    leaves = [convert_to_tensor(x) for x in flatten(args)]
    single = any(x.dtype == np.float32 for x in leaves)
    step = eps if eps is not None else (1e-2 if single else 1e-5)
    within = (
        atol if atol is not None else (1e-2 if single else 1e-6),
        rtol if rtol is not None else (1e-2 if single else 1e-5),
    )
    directions = [_random(generator, x) for x in leaves]
    where = f"check_grads, order {level}, mode {mode!r}"
    expected = _difference(f, args, leaves, directions, step)
    if mode == "fwd":
        _, tangents = jvp(f, args, _like(args, directions))
        _compare(flatten(tangents), expected, within, where)
        _check(lambda *a: jvp(f, a, _like(args, directions))[1], args, order, mode, atol, rtol, eps, level + 1)
        return
    result, pull = vjp(f, *args)
    cotangents = [_random(generator, convert_to_tensor(y)) for y in flatten(result)]
    found = flatten(pull(_like(result, cotangents)))
    got = sum(float(np.sum(np.real(np.asarray(g) * np.conj(v.value)))) for g, v in zip(found, directions, strict=True))
    want = sum(
        float(np.sum(np.real(np.asarray(u.value) * np.conj(d)))) for u, d in zip(cotangents, expected, strict=True)
    )
    _compare([got], [np.asarray(want)], within, where)

    def pulled(*a: Any) -> Any:
        return vjp(f, *a)[1](_like(result, cotangents))

    _check(pulled, args, order, mode, atol, rtol, eps, level + 1)


def _random(generator: np.random.Generator, x: Tensor) -> Tensor:
    numbers = generator.normal(size=x.shape)
    if x.dtype.kind == "c":
        numbers = numbers + 1j * generator.normal(size=x.shape)
    return leaf(np.asarray(numbers, x.dtype)[()] if x.shape else x.dtype.type(numbers))


def _like(tree: Any, leaves: list[Any]) -> Any:
    return rebuild(tree, iter(leaves).__next__)


def _difference(f: Any, args: Any, leaves: list[Tensor], directions: list[Tensor], step: float) -> list[np.ndarray]:
    """The derivative along the directions: central differences of two widths, combined (Richardson)."""

    def at(size: float) -> list[np.ndarray]:
        moved = [
            convert_to_tensor(np.asarray(x.value) + size * np.asarray(v.value), dtype=x.dtype)
            for x, v in zip(leaves, directions, strict=True)
        ]
        return [np.asarray(y) for y in flatten(f(*_like(args, moved)))]

    wide = [(a - b) / (2 * step) for a, b in zip(at(step), at(-step), strict=True)]
    near = [(a - b) / step for a, b in zip(at(step / 2), at(-step / 2), strict=True)]
    return [(4 * n - w) / 3 for n, w in zip(near, wide, strict=True)]


def _compare(found: list[Any], expected: list[np.ndarray], within: tuple[float, float], where: str) -> None:
    atol, rtol = within
    for number, (got, want) in enumerate(zip(found, expected, strict=True)):
        have = np.asarray(got)
        gap = np.abs(have - want)
        allowed = atol + rtol * np.abs(want)
        bad = ~(gap <= allowed)
        if bad.any():
            worst = np.unravel_index(int(np.argmax(np.where(bad, gap - allowed, -np.inf))), have.shape or (1,))
            place = f"[{', '.join(map(str, worst))}]" if have.shape else ""
            value, difference = np.atleast_1d(have)[worst], np.atleast_1d(want)[worst]
            raise AssertionError(
                f"{where}: result {number}{place} has the derivative {value:.8g}, but differences give "
                f"{difference:.8g} (off by {abs(value - difference):.2g}, allowed {np.atleast_1d(allowed)[worst]:.2g})"
            )
