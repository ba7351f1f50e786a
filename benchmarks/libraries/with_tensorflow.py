"""TensorFlow on the CPU: eager, and the same inside tf.function (compiled_...)."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import tensorflow as tf

from benchmarks.contenders import Function
from benchmarks.workload import Data, Recorder, Run

tf.get_logger().setLevel("ERROR")


def _ndtr(x: Any) -> Any:
    return 0.5 * tf.math.erfc(x * tf.constant(-(0.5**0.5), x.dtype))


def _cross_entropy(logits: Any, labels: Any) -> Any:
    return tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits))


m = SimpleNamespace(
    sin=tf.sin,
    tanh=tf.tanh,
    exp=tf.exp,
    log=tf.math.log,
    log1p=tf.math.log1p,
    sqrt=tf.sqrt,
    relu=tf.nn.relu,
    ndtr=_ndtr,
    sum=tf.reduce_sum,
    mean=tf.reduce_mean,
    matvec=tf.linalg.matvec,
    transpose=tf.transpose,
    softmax=tf.nn.softmax,
    logsumexp=lambda x: tf.reduce_logsumexp(x, -1),
    reshape=tf.reshape,
    cross_entropy=_cross_entropy,
    conv=lambda x, kernel: tf.nn.conv2d(x, kernel, 1, "VALID"),
)


def _constants(data: Data) -> list[Any]:
    return [tf.constant(c) if isinstance(c, np.ndarray) else c for c in data.constants]


def _params(data: Data) -> list[Any]:
    return [tf.constant(p) for p in data.params]


def _traced(run: Run) -> Run:
    """The same as a graph that is traced in the first turn."""
    graph: Run = tf.function(run)
    return graph


def gradients(f: Function, data: Data) -> Run:
    """The gradient of a scalar with respect to all parameters."""
    constants, kept = _constants(data), _params(data)

    def run() -> Any:
        params = _params(data) if data.fresh else kept
        with tf.GradientTape() as tape:
            tape.watch(params)
            loss = f(m, params, constants)
        return tape.gradient(loss, params)

    return run


def compiled_gradients(f: Function, data: Data) -> Run:
    """The same as a graph that is traced once."""
    return _traced(gradients(f, data))


def step(f: Function, data: Data, rate: float) -> Run:
    """The gradient, and one step of descent on variables."""
    constants = _constants(data)
    variables = [tf.Variable(p) for p in data.params]

    def run() -> Any:
        with tf.GradientTape() as tape:
            loss = f(m, variables, constants)
        found = tape.gradient(loss, variables)
        for variable, g in zip(variables, found, strict=True):
            variable.assign_sub(rate * g)
        return found

    return run


def compiled_step(f: Function, data: Data, rate: float) -> Run:
    """The same as a graph that is traced once."""
    return _traced(step(f, data, rate))


def jacobian(f: Function, data: Data) -> Run:
    """All derivatives of a vector."""
    constants, (x,) = _constants(data), _params(data)

    def run() -> Any:
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = f(m, [x], constants)
        return tape.jacobian(y, x)

    return run


def compiled_jacobian(f: Function, data: Data) -> Run:
    """The same as a graph that is traced once."""
    return _traced(jacobian(f, data))


def hessian(f: Function, data: Data) -> Run:
    """All second derivatives of a scalar."""
    constants, (x,) = _constants(data), _params(data)

    def run() -> Any:
        with tf.GradientTape() as outer:
            outer.watch(x)
            with tf.GradientTape() as inner:
                inner.watch(x)
                loss = f(m, [x], constants)
            slope = inner.gradient(loss, x)
        return outer.jacobian(slope, x)

    return run


def compiled_hessian(f: Function, data: Data) -> Run:
    """The same as a graph that is traced once."""
    return _traced(hessian(f, data))


def third(f: Function, data: Data) -> Run:
    """The third derivative of a scalar function of one number."""
    constants = _constants(data)

    def run() -> Any:
        (x,) = _params(data)
        with tf.GradientTape() as outermost:
            outermost.watch(x)
            with tf.GradientTape() as outer:
                outer.watch(x)
                with tf.GradientTape() as inner:
                    inner.watch(x)
                    y = f(m, [x], constants)
                first = inner.gradient(y, x)
            second = outer.gradient(first, x)
        return outermost.gradient(second, x)

    return run


def compiled_third(f: Function, data: Data) -> Run:
    """The same as a graph that is traced once."""
    return _traced(third(f, data))


def recorder(f: Function, data: Data) -> Recorder:
    """Forward and back apart."""
    constants = _constants(data)

    def record() -> Run:
        params = _params(data)
        with tf.GradientTape() as tape:
            tape.watch(params)
            loss = f(m, params, constants)
        return lambda: tape.gradient(loss, params)

    return record
