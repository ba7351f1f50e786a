"""W8: gradients of two convolutions and a dense layer, batch 32 of 28 x 28, float32.

torch, JAX and the floor keep channels before the image; TensorFlow and gradstudio after it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.contenders import by
from benchmarks.workload import Builder, Data, Run, Workload

FIRST, SECOND, CLASSES = 8, 16, 10


def loss(m: Any, params: Any, constants: Any) -> Any:
    k1, k2, dense = params
    images, labels = constants
    h = m.relu(m.conv(images, k1))
    h = m.relu(m.conv(h, k2))
    return m.cross_entropy(m.reshape(h, (images.shape[0], -1)) @ dense, labels)


def floor(data: Data) -> Run:
    """Two matrix products for each convolution and direction.

    An image lies as (channels, batch * height * width); each tap of a kernel is one shifted slice of it. What is
    computed across the borders is never looked at, and its cotangent stays zero.
    """
    k1, k2, dense = data.params
    images, labels = data.constants
    batch, _, height, width = images.shape
    rows, columns = height - 4, width - 4
    size = batch * height * width
    shifts = [i * width + j for i in range(3) for j in range(3)]
    whole = size - shifts[-1]

    def zeros(*shape: int) -> Any:
        return np.zeros(shape, images.dtype)

    flat = np.ascontiguousarray(images.transpose(1, 0, 2, 3)).reshape(1, size)
    taps1 = np.stack([flat[:, shift : shift + whole] for shift in shifts]).reshape(9, whole)
    a1, taps2, a2, g2, taps_back, g1 = (
        zeros(FIRST, size),
        zeros(9, FIRST, whole),
        zeros(SECOND, size),
        zeros(SECOND, size),
        zeros(9 * FIRST, whole),
        zeros(FIRST, size),
    )
    features = zeros(SECOND, batch, rows, columns)
    inner = a2.reshape(SECOND, batch, height, width)[:, :, :rows, :columns]
    inner_back = g2.reshape(SECOND, batch, height, width)[:, :, :rows, :columns]
    m1 = k1.transpose(0, 2, 3, 1).reshape(FIRST, 9)
    m2 = np.ascontiguousarray(k2.transpose(0, 2, 3, 1)).reshape(SECOND, 9 * FIRST)
    by_channel = np.ascontiguousarray(dense.reshape(SECOND, rows * columns, CLASSES))
    is_on1, is_on2 = np.empty((FIRST, whole), bool), np.empty(features.shape, bool)
    every, share = np.arange(batch), images.dtype.type(1 / batch)

    def run() -> list[Any]:
        h1 = a1[:, :whole]
        np.matmul(m1, taps1, out=h1)
        np.maximum(h1, 0, out=h1)
        for tap, shift in enumerate(shifts):
            length = min(whole, size - shift)
            taps2[tap, :, :length] = a1[:, shift : shift + length]
        np.matmul(m2, taps2.reshape(9 * FIRST, whole), out=a2[:, :whole])
        np.maximum(inner, 0, out=features)
        f = features.reshape(SECOND, batch, rows * columns)
        z = np.matmul(f, by_channel).sum(0)
        z -= z.max(1, keepdims=True)
        np.exp(z, out=z)
        z /= z.sum(1, keepdims=True)
        z[every, labels] -= 1
        z *= share
        to_dense = np.matmul(f.transpose(0, 2, 1), z)
        back = np.matmul(z, by_channel.transpose(0, 2, 1)).reshape(features.shape)
        np.greater(features, 0, out=is_on2)
        np.multiply(back, is_on2, out=inner_back)
        h2 = g2[:, :whole]
        to_k2 = h2 @ taps2.reshape(9 * FIRST, whole).T
        np.matmul(m2.T, h2, out=taps_back)
        g1[:] = 0
        for tap, shift in enumerate(shifts):
            length = min(whole, size - shift)
            there = g1[:, shift : shift + length]
            np.add(there, taps_back.reshape(9, FIRST, whole)[tap, :, :length], out=there)
        below = g1[:, :whole]
        np.greater(h1, 0, out=is_on1)
        np.multiply(below, is_on1, out=below)
        to_k1 = below @ taps1.T
        return [
            to_k1.reshape(FIRST, 3, 3, 1).transpose(0, 3, 1, 2),
            to_k2.reshape(SECOND, 3, 3, FIRST).transpose(0, 3, 1, 2),
            to_dense.reshape(SECOND * rows * columns, CLASSES),
        ]

    return run


def data(batch: int, side: int) -> Data:
    random = np.random.default_rng(5)
    images = random.normal(size=(batch, 1, side, side)).astype(np.float32)
    k1 = (random.normal(size=(FIRST, 1, 3, 3)) * 0.3).astype(np.float32)
    k2 = (random.normal(size=(SECOND, FIRST, 3, 3)) * 0.1).astype(np.float32)
    dense = (random.normal(size=(SECOND * (side - 4) ** 2, CLASSES)) * 0.01).astype(np.float32)
    return Data((k1, k2, dense), (images, random.integers(0, CLASSES, batch)))


def turned(data: Data) -> Data:
    """The same with channels last."""
    k1, k2, dense = data.params
    images, labels = data.constants
    kernels = tuple(np.ascontiguousarray(k.transpose(2, 3, 1, 0)) for k in (k1, k2))
    by_place = np.ascontiguousarray(dense.reshape(SECOND, -1, CLASSES).transpose(1, 0, 2)).reshape(-1, CLASSES)
    return Data((*kernels, by_place), (np.ascontiguousarray(images.transpose(0, 2, 3, 1)), labels))


def turned_back(gradients: list[np.ndarray]) -> list[np.ndarray]:
    k1, k2, dense = gradients
    by_channel = dense.reshape(-1, SECOND, CLASSES).transpose(1, 0, 2).reshape(-1, CLASSES)
    return [k1.transpose(3, 2, 0, 1), k2.transpose(3, 2, 0, 1), by_channel]


def on_turned(build: Builder) -> Builder:
    """The contender, given its data with channels last."""
    return lambda data: build(turned(data))


LAST = ("ours", "replay", "tensorflow", "tf.function")

CASES = (
    Workload(
        name="w08",
        title="two convolutions and a dense layer, batch 32 of 28 x 28, f32",
        data=lambda: data(32, 28),
        small=lambda: data(2, 7),
        contenders={
            "floor": floor,
            **{name: on_turned(build) for name, build in by("gradients", loss, of=LAST).items()},
            **by("gradients", loss, of=["torch", "jax.jit"]),
        },
        layouts=dict.fromkeys(LAST, turned_back),
    ),
)
