"""GradStudio: the eager tape, used as a program uses it."""

from __future__ import annotations

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


def gradients(f: Function, data: Data) -> Run:
    """The gradient of a scalar with respect to all parameters."""
    constants, kept = _constants(data), _params(data)

    def run() -> Any:
        params = _params(data) if data.fresh else kept
        with gs.GradientTape() as tape:
            tape.watch(params)
            loss = f(m, params, constants)
        return tape.gradient(loss, params)

    return run


def step(f: Function, data: Data, rate: float) -> Run:
    """The gradient, and one step of descent on variables."""
    constants = _constants(data)
    variables = [gs.Variable(p) for p in data.params]

    def run() -> Any:
        with gs.GradientTape() as tape:
            loss = f(m, variables, constants)
        found = tape.gradient(loss, variables)
        for variable, g in zip(variables, found, strict=True):
            variable.assign_sub(rate * g)
        return found

    return run


def jacobian(f: Function, data: Data) -> Run:
    """All derivatives of a vector."""
    constants, (x,) = _constants(data), _params(data)

    def run() -> Any:
        with gs.GradientTape() as tape:
            tape.watch(x)
            y = f(m, [x], constants)
        return tape.jacobian(y, x)

    return run


def hessian(f: Function, data: Data) -> Run:
    """All second derivatives of a scalar."""
    constants, (x,) = _constants(data), _params(data)

    def run() -> Any:
        with gs.GradientTape() as outer:
            outer.watch(x)
            with gs.GradientTape() as inner:
                inner.watch(x)
                loss = f(m, [x], constants)
            slope = inner.gradient(loss, x)
        return outer.jacobian(slope, x)

    return run


def third(f: Function, data: Data) -> Run:
    """The third derivative of a scalar function of one number."""
    constants = _constants(data)

    def run() -> Any:
        (x,) = _params(data)
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

    return run


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
