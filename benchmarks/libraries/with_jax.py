"""JAX on the CPU, always inside jax.jit. Loops are jax.lax.scan, as its users write them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from benchmarks.contenders import Function
from benchmarks.workload import Data, Run

jax.config.update("jax_enable_x64", True)


def _cross_entropy(logits: Any, labels: Any) -> Any:
    chosen = logits[jnp.arange(logits.shape[0]), labels]
    return jnp.mean(jax.scipy.special.logsumexp(logits, axis=1) - chosen)


def _scan(f: Any, start: Any, rows: Any = None, length: int | None = None) -> Any:
    """f(state, row) over all rows, or f(state, None) `length` times; the last state."""
    return jax.lax.scan(lambda state, row: (f(state, row), None), start, rows, length=length)[0]


m = SimpleNamespace(
    sin=jnp.sin,
    tanh=jnp.tanh,
    exp=jnp.exp,
    log=jnp.log,
    log1p=jnp.log1p,
    sqrt=jnp.sqrt,
    relu=jax.nn.relu,
    ndtr=jax.scipy.special.ndtr,
    sum=jnp.sum,
    mean=jnp.mean,
    matvec=jnp.matmul,
    transpose=jnp.transpose,
    softmax=jax.nn.softmax,
    logsumexp=lambda x: jax.scipy.special.logsumexp(x, axis=-1),
    reshape=jnp.reshape,
    cross_entropy=_cross_entropy,
    conv=lambda x, kernel: jax.lax.conv(x, kernel, (1, 1), "VALID"),
    scan=_scan,
)


def _compiled(transform: Any, f: Function, data: Data) -> tuple[Any, list[Any], list[Any]]:
    """(compiled function of params and arrays, params, arrays): plain constants are part of the function."""
    arrays = [jnp.array(c) for c in data.constants if isinstance(c, np.ndarray)]

    def whole(params: Any, arrays: Any) -> Any:
        waiting = iter(arrays)
        constants = [next(waiting) if isinstance(c, np.ndarray) else c for c in data.constants]
        return f(m, params, constants)

    return transform(whole), [jnp.array(p) for p in data.params], arrays


def gradients(f: Function, data: Data) -> Run:
    """The gradient of a scalar with respect to all parameters."""
    compiled, params, arrays = _compiled(lambda whole: jax.jit(jax.grad(whole)), f, data)
    return lambda: jax.block_until_ready(compiled(params, arrays))


def step(f: Function, data: Data, rate: float) -> Run:
    """The gradient, and one step of descent, in one compiled function."""

    def transform(whole: Any) -> Any:
        def turn(params: Any, arrays: Any) -> Any:
            found = jax.grad(whole)(params, arrays)
            return found, [p - rate * g for p, g in zip(params, found, strict=True)]

        return jax.jit(turn)

    compiled, params, arrays = _compiled(transform, f, data)
    held = [params]

    def run() -> Any:
        found, held[0] = jax.block_until_ready(compiled(held[0], arrays))
        return found

    return run


def jacobian(f: Function, data: Data) -> Run:
    """All derivatives of a vector."""
    compiled, params, arrays = _compiled(lambda whole: jax.jit(jax.jacrev(whole)), f, data)
    return lambda: jax.block_until_ready(compiled(params, arrays))


def hessian(f: Function, data: Data) -> Run:
    """All second derivatives of a scalar."""
    compiled, params, arrays = _compiled(
        lambda whole: jax.jit(jax.hessian(lambda x, arrays: whole([x], arrays))), f, data
    )
    return lambda: jax.block_until_ready(compiled(params[0], arrays))


def third(f: Function, data: Data) -> Run:
    """The third derivative of a scalar function of one number."""

    def transform(whole: Any) -> Any:
        return jax.jit(jax.grad(jax.grad(jax.grad(lambda x, arrays: whole([x], arrays)))))

    compiled, params, arrays = _compiled(transform, f, data)
    return lambda: jax.block_until_ready(compiled(params[0], arrays))
