"""Where new tensors live: gs.device("gpu")."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from gradstudio.engine.backends import backend_for
from gradstudio.engine.state import ACTIVE


@contextmanager
def device(name: str) -> Iterator[str]:
    """Constants and variables made inside the block live on a device: "cpu" or "gpu" (TensorFlow's "/GPU:0" too).

    Ops compute where their inputs are; gs.to_device(x, name) moves a tensor. Raises ValueError for an unknown name,
    RuntimeError, saying what to install, where the machine has no such device. On the gpu arrays are CuPy's.

    Example:
        >>> with gs.device("cpu"):
        ...     x = gs.constant([1.0, 2.0])
        >>> x.device, (x * 2.0).device
        ('cpu', 'cpu')
    """
    before, ACTIVE.backend = ACTIVE.backend, backend_for(name)
    try:
        yield name
    finally:
        ACTIVE.backend = before
