"""What gradient() is asked with: targets, sources and cotangents, checked and brought to the form of the walk."""

from __future__ import annotations

import enum
from typing import Any, NamedTuple

from gradstudio.engine import shapes
from gradstudio.engine.backends import namespace
from gradstudio.engine.opening import check_there
from gradstudio.engine.slices import IndexedSlices
from gradstudio.engine.structure import flatten
from gradstudio.engine.tensor import Tensor, clean, leaf
from gradstudio.engine.variable import Variable


class Asked(NamedTuple):
    """What the only call of a tape that is not persistent asked for, by id."""

    targets: dict[int, Any]
    sources: dict[int, bool]  # whether there is a gradient


class UnconnectedGradients(enum.Enum):
    """What gradient() gives for a source the target does not depend on: None, or zeros of its shape and dtype.

    The strings "none" and "zero" say the same. Raises ValueError for another one.

    Example:
        >>> x, z = gs.Variable(3.0), gs.Variable([1.0, 2.0])
        >>> with gs.GradientTape() as tape:
        ...     y = x * x
        >>> tape.gradient(y, z, unconnected_gradients=gs.UnconnectedGradients.ZERO).tolist()
        [0.0, 0.0]
    """

    NONE = "none"
    ZERO = "zero"


_NONE = UnconnectedGradients.NONE


def wants_zeros(unconnected_gradients: Any) -> bool:
    if unconnected_gradients is _NONE:
        return False
    try:
        return UnconnectedGradients(unconnected_gradients) is UnconnectedGradients.ZERO
    except ValueError:
        raise ValueError(
            f"Unknown value for unconnected_gradients: {unconnected_gradients!r} (use 'none' or 'zero')"
        ) from None


def zeros_of(shape: tuple[int, ...], dtype: Any, like: Any) -> Tensor:
    """Zeros on the device of a tensor or variable."""
    return leaf(clean(namespace(like).zeros(shape, dtype)))


def target_of(x: Any) -> Tensor:
    if isinstance(x, Tensor):
        return x
    if isinstance(x, Variable):
        return x.read()
    if x is None:
        raise TypeError("the target of gradient() is None: give the tensor to differentiate")
    check_there(x)
    raise TypeError(
        f"the target of gradient() is a {type(x).__name__}, not a tensor: it left the tape "
        "(through float(), .numpy() or a function that is not recorded)"
    )


def single_target_of(x: Any) -> Tensor:
    if not isinstance(x, (Tensor, Variable)):
        check_there(x)
        raise TypeError(f"jacobian() takes one tensor as its target, not a {type(x).__name__}: call it for each")
    return target_of(x)


def cannot_watch(x: Any) -> ValueError:
    check_there(x)
    return ValueError(f"watch() takes a tensor or Variable, not {type(x).__name__}: make it one with gs.constant(...)")


def check_source(x: Any) -> None:
    if not isinstance(x, (Tensor, Variable)):
        check_there(x)
        what = "None" if x is None else f"a {type(x).__name__}"
        raise TypeError(
            f"a source of gradient() is {what}, not a tensor or Variable: make it one with gs.constant(...) "
            "and watch it before it is used"
        )


def _ones(t: Tensor) -> Any:
    return 1.0 if type(t.value) is float else namespace(t).ones(t.shape, t.dtype)[()]


def seeds_of(targets: list[Tensor], output_gradients: Any) -> list[tuple[Tensor, Any]]:
    if output_gradients is None:
        return [(t, _ones(t)) for t in targets if t.dtype.kind in "fc"]
    given = flatten(output_gradients)
    if len(targets) == 1 and len(given) != 1 and not any(hasattr(g, "shape") for g in given):
        given = [output_gradients]  # a list of numbers for a target that is an array
    if len(given) != len(targets):
        raise ValueError(f"output_gradients has {len(given)} parts, the target has {len(targets)}: give one for each")
    seeds: list[tuple[Tensor, Any]] = []
    for t, g in zip(targets, given, strict=True):
        if t.dtype.kind not in "fc":
            continue
        if g is None:
            seeds.append((t, _ones(t)))
            continue
        if type(g) is IndexedSlices:
            g = g.dense()
        g = g.read() if isinstance(g, Variable) else g if isinstance(g, Tensor) else leaf(clean(g, t.dtype))
        if g.dtype != t.dtype:
            raise ValueError(f"output_gradients is {g.dtype}, the target is {t.dtype}: cast one of them")
        if g.shape != t.shape:
            if g.shape != ():
                raise ValueError(
                    f"output_gradients has shape {shapes.text(g.shape)}, the target {shapes.text(t.shape)}: "
                    "they must be equal"
                )
            g = g * namespace(t).ones(t.shape, t.dtype)
        seeds.append((t, g))
    return seeds
