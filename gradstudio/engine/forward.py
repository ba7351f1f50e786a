"""Forward mode: how a result moves when its inputs move in one direction.

It is computed from the reverse rules, applied twice: the gradient for a free cotangent u is linear in u, and the
derivative of that linear map, taken the other way round, pushes tangents forward. So every op has both modes.
"""

from __future__ import annotations

from types import TracebackType
from typing import Any

import numpy as np

from gradstudio.engine import shapes
from gradstudio.engine.creation import convert_to_tensor
from gradstudio.engine.structure import flatten, rebuild
from gradstudio.engine.tape import GradientTape, _wants_zeros, _zeros
from gradstudio.engine.tensor import Tensor, clean, leaf
from gradstudio.engine.variable import Variable


class ForwardAccumulator:
    """Computes Jacobian-vector products of what runs in its block, with the interface of tf.autodiff.

    primals: tensor, Variable or nesting of them; tangents: the same nesting of directions, of the same shapes.
    Raises ValueError where they do not match.
    """

    def __init__(self, primals: Any, tangents: Any) -> None:
        self._primals = flatten(primals)
        self._tangents = self._checked(flatten(tangents))
        self._tape = GradientTape(persistent=True, watch_accessed_variables=False)

    def _checked(self, tangents: list[Any]) -> list[Tensor]:
        if len(tangents) != len(self._primals):
            raise ValueError(f"{len(self._primals)} primals need as many tangents, not {len(tangents)}")
        found = []
        for x, v in zip(self._primals, tangents, strict=True):
            if not isinstance(x, Tensor | Variable):
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
        if self._tape._active:
            raise ValueError("this accumulator is already active: leave its `with` block before entering it again")
        self._tape.__enter__()
        self._tape.watch(self._primals)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._tape.__exit__(kind, error, trace)

    def along(self, tangents: Any) -> ForwardAccumulator:
        """The same computation pushed in another direction."""
        other = ForwardAccumulator.__new__(ForwardAccumulator)
        other._primals, other._tape = self._primals, self._tape
        other._tangents = other._checked(flatten(tangents))
        return other

    def jvp(self, primals: Any, unconnected_gradients: Any = "none") -> Any:
        """The tangent of each tensor in `primals`; None (or zeros, if asked for) where no input moves it."""
        zero = _wants_zeros(unconnected_gradients)
        found = iter([self._push(convert_to_tensor(y), zero) for y in flatten(primals)])
        return rebuild(primals, lambda: next(found))

    def _push(self, y: Tensor, zero: bool) -> Tensor | None:
        if y.dtype.kind != "f":
            return _zeros(y.shape, y.dtype) if zero else None
        if self._tape._active:
            with self._tape.stop_recording():
                return self._push_now(y, zero)
        return self._push_now(y, zero)

    def _push_now(self, y: Tensor, zero: bool) -> Tensor | None:
        # Any u will do; numbers without pattern keep rules that treat a cotangent of exactly 0 apart from seeing one.
        u = leaf(clean(np.random.default_rng(1).normal(1.0, 0.3, y.shape), y.dtype))
        with GradientTape(watch_accessed_variables=False) as linear:
            linear.watch(u)
            slopes = self._tape.gradient(y, self._primals, output_gradients=u)
        reached = [(g, v) for g, v in zip(slopes, self._tangents, strict=True) if g is not None]
        if not reached:
            return _zeros(y.shape, y.dtype) if zero else None
        tangent = linear.gradient(
            [g for g, _ in reached], u, output_gradients=[v for _, v in reached], unconnected_gradients="zero"
        )
        return tangent  # type: ignore[no-any-return]
