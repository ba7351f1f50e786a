"""Array namespaces: the library that holds an array computes with it.

NumPy is always there. Another library is one row of `_LOADERS`: it is imported when its device is asked for or when
one of its arrays first turns up. Ops are written over a namespace `xp`, which this module chooses from their inputs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True, slots=True, eq=False)
class Backend:
    """One array library: its namespace, its kind of array, its device, and the way to and from the host."""

    name: str
    device: str  # what gs.device() calls it: "cpu", "gpu"
    xp: Any  # the array namespace
    array: type
    to_host: Callable[[Any], np.ndarray]
    from_host: Callable[[np.ndarray], Any]
    special: Callable[[], Any]  # special functions, loaded late


def _scipy_special() -> Any:
    from scipy import special

    return special


NUMPY = Backend("NumPy", "cpu", np, np.ndarray, np.asarray, np.asarray, _scipy_special)
FOREIGN: dict[type, Backend] = {}
"""Kind of array -> backend, for the libraries in use besides NumPy; empty for most programs."""


def register(backend: Backend) -> None:
    """Let arrays of another library be tensors."""
    FOREIGN[backend.array] = backend


def _load_cupy() -> Backend:
    from gradstudio.engine.backends.cupy_arrays import backend

    return backend()


_LOADERS: dict[str, Callable[[], Backend]] = {"cupy": _load_cupy}
"""Top-level module of a kind of array -> what makes its backend."""


def adopt(x: Any) -> bool:
    """Whether x is an array of another library, which is registered if it was not yet."""
    kind = type(x)
    if kind in FOREIGN:
        return True
    loader = _LOADERS.get(kind.__module__.partition(".")[0])
    if loader is None:
        return False
    register(loader())
    return kind in FOREIGN


def backend_for(device: str) -> Backend:
    """The backend of a device: "cpu", "gpu", or TensorFlow's "/CPU:0", "/GPU:0".

    Raises ValueError for another name, RuntimeError where the machine has no such device.
    """
    name = device.strip("/").lower().removeprefix("device:").partition(":")[0]
    if name == "cpu":
        return NUMPY
    for backend in FOREIGN.values():
        if backend.device == name:
            return backend
    if name != "gpu":
        raise ValueError(f'there is no device {device!r}: use "cpu" or "gpu"')
    backend = _load_cupy()
    register(backend)
    return backend


def backend_of(x: Any) -> Backend:
    """The backend that holds a raw value, tensor or batched value; NumPy for numbers."""
    x = getattr(x, "_current", x) if FOREIGN else x  # a Variable
    while FOREIGN and type(x) not in FOREIGN and hasattr(x, "value"):
        x = x.value
    return FOREIGN.get(type(x), NUMPY)


def namespace(*values: Any) -> Any:
    """The array namespace of the first value that does not live on the host, else NumPy; for rules that need
    constants: namespace(g).eye(3)."""
    for x in values if FOREIGN else ():
        backend = backend_of(x)
        if backend is not NUMPY:
            return backend.xp
    return np


def common(name: str, values: Iterable[Any]) -> Any:
    """The namespace that computes with all the raw values together; numbers go anywhere.

    Raises TypeError where arrays of two devices meet, with the way out.
    """
    found = NUMPY
    host = False
    for x in values:
        backend = FOREIGN.get(type(x))
        if backend is not None:
            found = backend
        elif type(x) is np.ndarray and x.ndim:
            host = True
    if host and found is not NUMPY:
        raise TypeError(
            f"{name}: one input is on the {found.device} ({found.name}) and another on the cpu (NumPy): "
            f'move one of them with gs.to_device(x, "{found.device}") or gs.to_device(x, "cpu")'
        )
    return found.xp


def host(x: Any) -> Any:
    """A raw value as NumPy holds it."""
    backend = FOREIGN.get(type(x)) if FOREIGN else None
    return x if backend is None else backend.to_host(x)


def special(xp: Any) -> Any:
    """SciPy's special functions for a namespace."""
    if xp is np:
        return _scipy_special()
    for backend in FOREIGN.values():
        if backend.xp is xp:
            return backend.special()
    raise TypeError(f"no backend has the namespace {getattr(xp, '__name__', xp)!r}")


def on_host(xp: Any, function: Callable[..., Any], *values: Any) -> Any:
    """function(*values) computed by NumPy, with arrays brought to the host and the result brought back."""
    if xp is np:
        return function(*values)
    backend = next(b for b in FOREIGN.values() if b.xp is xp)
    return backend.from_host(function(*[host(v) for v in values]))
