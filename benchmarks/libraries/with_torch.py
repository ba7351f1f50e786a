"""PyTorch, eager, on the CPU."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import torch

from benchmarks.contenders import Function
from benchmarks.workload import Data, Recorder, Run


def _sum(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    return x.sum() if axis is None else x.sum(axis, keepdim=keepdims)


def _mean(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    return x.mean() if axis is None else x.mean(axis, keepdim=keepdims)


m = SimpleNamespace(
    sin=torch.sin,
    tanh=torch.tanh,
    exp=torch.exp,
    log=torch.log,
    log1p=torch.log1p,
    sqrt=torch.sqrt,
    relu=torch.relu,
    ndtr=torch.special.ndtr,
    sum=_sum,
    mean=_mean,
    matvec=torch.mv,
    transpose=lambda x: x.T,
    softmax=lambda x: torch.softmax(x, -1),
    logsumexp=lambda x: torch.logsumexp(x, -1),
    reshape=torch.reshape,
    cross_entropy=torch.nn.functional.cross_entropy,
    conv=torch.nn.functional.conv2d,
)


def _constants(data: Data) -> list[Any]:
    return [torch.tensor(c) if isinstance(c, np.ndarray) else c for c in data.constants]


def _params(data: Data) -> list[Any]:
    return [torch.tensor(p, requires_grad=True) for p in data.params]


def gradients(f: Function, data: Data) -> Run:
    """The gradient of a scalar with respect to all parameters."""
    constants, kept = _constants(data), _params(data)

    def run() -> Any:
        params = _params(data) if data.fresh else kept
        return torch.autograd.grad(f(m, params, constants), params)

    return run


def step(f: Function, data: Data, rate: float) -> Run:
    """The gradient, and one step of descent in place."""
    constants, params = _constants(data), _params(data)

    def run() -> Any:
        found = torch.autograd.grad(f(m, params, constants), params)
        with torch.no_grad():
            for p, g in zip(params, found, strict=True):
                p.sub_(g, alpha=rate)
        return found

    return run


def jacobian(f: Function, data: Data) -> Run:
    """All derivatives of a vector: torch.func, which is faster than torch.autograd.functional."""
    constants, x = _constants(data), torch.tensor(data.params[0])
    rows = torch.func.jacrev(lambda x: f(m, [x], constants))
    return lambda: rows(x)


def hessian(f: Function, data: Data) -> Run:
    """All second derivatives of a scalar."""
    constants, x = _constants(data), torch.tensor(data.params[0])
    rows = torch.func.hessian(lambda x: f(m, [x], constants))
    return lambda: rows(x)


def third(f: Function, data: Data) -> Run:
    """The third derivative of a scalar function of one number."""
    constants = _constants(data)

    def run() -> Any:
        (x,) = _params(data)
        y = f(m, [x], constants)
        for _ in range(2):
            (y,) = torch.autograd.grad(y, x, create_graph=True)
        return torch.autograd.grad(y, x)

    return run


def recorder(f: Function, data: Data) -> Recorder:
    """Forward and back apart."""
    constants = _constants(data)

    def record() -> Run:
        params = _params(data)
        loss = f(m, params, constants)
        return lambda: torch.autograd.grad(loss, params)

    return record
