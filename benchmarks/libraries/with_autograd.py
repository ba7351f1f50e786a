"""HIPS autograd: a tape over NumPy in pure Python, the nearest relative."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import autograd
import autograd.numpy as anp
import numpy as np
from autograd.scipy.stats import norm

from benchmarks.contenders import Function
from benchmarks.workload import Data, Recorder, Run


def _softmax(x: Any) -> Any:
    e = anp.exp(x - anp.max(x, axis=-1, keepdims=True))
    return e / anp.sum(e, axis=-1, keepdims=True)


def _logsumexp(x: Any) -> Any:
    top = anp.max(x, axis=-1, keepdims=True)
    return anp.log(anp.sum(anp.exp(x - top), axis=-1)) + top[..., 0]


def _cross_entropy(logits: Any, labels: Any) -> Any:
    return anp.mean(_logsumexp(logits) - logits[np.arange(len(labels)), labels])


m = SimpleNamespace(
    sin=anp.sin,
    tanh=anp.tanh,
    exp=anp.exp,
    log=anp.log,
    log1p=anp.log1p,
    sqrt=anp.sqrt,
    relu=lambda x: anp.maximum(x, 0),
    ndtr=norm.cdf,
    sum=anp.sum,
    mean=anp.mean,
    matvec=anp.dot,
    transpose=anp.transpose,
    softmax=_softmax,
    logsumexp=_logsumexp,
    reshape=anp.reshape,
    cross_entropy=_cross_entropy,
)


def gradients(f: Function, data: Data) -> Run:
    """The gradient of a scalar with respect to all parameters."""
    params = [p.copy() if isinstance(p, np.ndarray) else p for p in data.params]
    slope = autograd.grad(lambda params: f(m, params, data.constants))
    return lambda: slope(params)


def step(f: Function, data: Data, rate: float) -> Run:
    """The gradient, and one step of descent in place."""
    params = [p.copy() for p in data.params]
    slope = autograd.grad(lambda params: f(m, params, data.constants))

    def run() -> Any:
        found = slope(params)
        for p, g in zip(params, found, strict=True):
            p -= rate * g
        return found

    return run


def jacobian(f: Function, data: Data) -> Run:
    """All derivatives of a vector."""
    rows = autograd.jacobian(lambda x: f(m, [x], data.constants))
    return lambda: rows(data.params[0])


def hessian(f: Function, data: Data) -> Run:
    """All second derivatives of a scalar."""
    rows = autograd.hessian(lambda x: f(m, [x], data.constants))
    return lambda: rows(data.params[0])


def third(f: Function, data: Data) -> Run:
    """The third derivative of a scalar function of one number."""
    slope = autograd.grad(autograd.grad(autograd.grad(lambda x: f(m, [x], data.constants))))
    return lambda: slope(data.params[0])


def recorder(f: Function, data: Data) -> Recorder:
    """Forward and back apart."""

    def record() -> Run:
        pull, result = autograd.core.make_vjp(lambda x: f(m, [x], data.constants), data.params[0])
        return lambda: pull(type(result)(1.0))

    return record
