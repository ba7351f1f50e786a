"""CuPy: arrays on an NVIDIA GPU. Needs the extra `gpu` and a driver; loaded when first asked for."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from gradstudio.engine.backends import Backend


class Special:
    """CuPy's special functions; one that it lacks is computed by SciPy on the host."""

    def __init__(self, own: Any, xp: Any) -> None:
        self._own = own
        self._xp = xp
        self._warned: set[str] = set()

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._own, name, None)
        if found is not None:
            return found
        from scipy import special

        plain = getattr(special, name)

        def call(*values: Any) -> Any:
            if name not in self._warned:
                self._warned.add(name)
                warnings.warn(
                    f"CuPy has no {name}: it is computed on the host and copied back, which is slow", stacklevel=2
                )
            xp = self._xp
            return xp.asarray(plain(*[xp.asnumpy(v) if isinstance(v, xp.ndarray) else v for v in values]))

        return call


def backend() -> Backend:
    """The backend of the present GPU. Raises RuntimeError, saying what to do, where there is none."""
    try:
        import cupy
    except ImportError:
        raise RuntimeError(
            "the gpu needs CuPy, which is not installed: python -m pip install 'gradstudio[gpu]' "
            "(NVIDIA driver and CUDA 12 or later)"
        ) from None
    try:
        count = cupy.cuda.runtime.getDeviceCount()
    except cupy.cuda.runtime.CUDARuntimeError as error:
        raise RuntimeError(f"CuPy finds no usable GPU: {str(error).splitlines()[0]}") from None
    if not count:
        raise RuntimeError("CuPy finds no GPU on this machine")

    def special() -> Any:
        from cupyx.scipy import special as own

        return Special(own, cupy)

    return Backend("CuPy", "gpu", cupy, cupy.ndarray, cupy.asnumpy, lambda x: cupy.asarray(np.asarray(x)), special)
