"""GradStudio: the eager tape, used as a program uses it, and the same compiled into a plan (compiled_...)."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np

import gradstudio as gs
from benchmarks.contenders import Function
from benchmarks.workload import Data, Recorder, Run


def _cross_entropy(logits: Any, labels: Any) -> Any:
    return gs.mean(gs.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits))


m = SimpleNamespace(
    sin=gs.sin,
    tanh=gs.tanh,
    exp=gs.exp,
    log=gs.log,
    log1p=gs.log1p,
    sqrt=gs.sqrt,
    relu=gs.nn.relu,
    ndtr=gs.ndtr,
    sum=gs.sum,
    mean=gs.mean,
    matvec=gs.linalg.matvec,
    transpose=gs.transpose,
    softmax=gs.softmax,
    logsumexp=lambda x: gs.logsumexp(x, axis=-1),
    reshape=gs.reshape,
    cross_entropy=_cross_entropy,
    conv=lambda x, kernel: gs.nn.conv2d(x, kernel, 1, "VALID"),
)


def _constants(data: Data) -> list[Any]:
    return [gs.constant(c) if isinstance(c, np.ndarray) else c for c in data.constants]


def _params(data: Data) -> list[Any]:
    return [gs.constant(p) for p in data.params]


Derivative = Callable[[list[Any], list[Any]], Any]
"""(params, constants) -> what a turn gives."""


def _eager(derivative: Derivative, data: Data) -> Run:
    constants, kept = _constants(data), _params(data)
    return lambda: derivative(_params(data) if data.fresh else kept, constants)


def _compiled(derivative: Derivative, data: Data) -> Run:
    """The same as a plan of params and arrays; plain constants are part of it."""
    constants, kept = _constants(data), _params(data)
    arrays = [c for c in constants if isinstance(c, gs.Tensor)]

    def whole(params: Any, arrays: Any) -> Any:
        waiting = iter(arrays)
        return derivative(params, [next(waiting) if isinstance(c, gs.Tensor) else c for c in constants])

    compiled = gs.compile(whole)
    return lambda: compiled(_params(data) if data.fresh else kept, arrays)


def _gradients(f: Function) -> Derivative:
    """The gradient of a scalar with respect to all parameters."""

    def derivative(params: Any, constants: Any) -> Any:
        with gs.GradientTape() as tape:
            tape.watch(params)
            loss = f(m, params, constants)
        return tape.gradient(loss, params)

    return derivative


def _jacobian(f: Function) -> Derivative:
    """All derivatives of a vector."""

    def derivative(params: Any, constants: Any) -> Any:
        (x,) = params
        with gs.GradientTape() as tape:
            tape.watch(x)
            y = f(m, [x], constants)
        return tape.jacobian(y, x)

    return derivative


def _hessian(f: Function) -> Derivative:
    """All second derivatives of a scalar."""

    def derivative(params: Any, constants: Any) -> Any:
        (x,) = params
        with gs.GradientTape() as outer:
            outer.watch(x)
            with gs.GradientTape() as inner:
                inner.watch(x)
                loss = f(m, [x], constants)
            slope = inner.gradient(loss, x)
        return outer.jacobian(slope, x)

    return derivative


def _third(f: Function) -> Derivative:
    """The third derivative of a scalar function of one number."""

    def derivative(params: Any, constants: Any) -> Any:
        (x,) = params
        with gs.GradientTape() as outermost:
            outermost.watch(x)
            with gs.GradientTape() as outer:
                outer.watch(x)
                with gs.GradientTape() as inner:
                    inner.watch(x)
                    y = f(m, [x], constants)
                first = inner.gradient(y, x)
            second = outer.gradient(first, x)
        return outermost.gradient(second, x)

    return derivative


def gradients(f: Function, data: Data) -> Run:
    """The gradient of a scalar with respect to all parameters."""
    return _eager(_gradients(f), data)


def compiled_gradients(f: Function, data: Data) -> Run:
    """The same as a plan."""
    return _compiled(_gradients(f), data)


def jacobian(f: Function, data: Data) -> Run:
    """All derivatives of a vector."""
    return _eager(_jacobian(f), data)


def compiled_jacobian(f: Function, data: Data) -> Run:
    """The same as a plan."""
    return _compiled(_jacobian(f), data)


def hessian(f: Function, data: Data) -> Run:
    """All second derivatives of a scalar."""
    return _eager(_hessian(f), data)


def compiled_hessian(f: Function, data: Data) -> Run:
    """The same as a plan."""
    return _compiled(_hessian(f), data)


def third(f: Function, data: Data) -> Run:
    """The third derivative of a scalar function of one number."""
    return _eager(_third(f), data)


def compiled_third(f: Function, data: Data) -> Run:
    """The same as a plan."""
    return _compiled(_third(f), data)


def _step(f: Function, data: Data, rate: float) -> Derivative:
    """The gradient, and one step of descent on variables."""
    variables = [gs.Variable(p) for p in data.params]

    def derivative(_: Any, constants: Any) -> Any:
        with gs.GradientTape() as tape:
            loss = f(m, variables, constants)
        found = tape.gradient(loss, variables)
        for variable, g in zip(variables, found, strict=True):
            variable.assign_sub(rate * g)
        return found

    return derivative


def step(f: Function, data: Data, rate: float) -> Run:
    """The gradient, and one step of descent on variables."""
    return _eager(_step(f, data, rate), Data((), data.constants))


def compiled_step(f: Function, data: Data, rate: float) -> Run:
    """The same as a plan."""
    return _compiled(_step(f, data, rate), Data((), data.constants))


def recorder(f: Function, data: Data) -> Recorder:
    """Forward and back apart."""
    constants = _constants(data)

    def record() -> Run:
        params = _params(data)
        with gs.GradientTape() as tape:
            tape.watch(params)
            loss = f(m, params, constants)
        return lambda: tape.gradient(loss, params)

    return record
