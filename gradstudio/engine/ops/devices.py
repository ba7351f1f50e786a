"""Moving a value between devices; gradients move back."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradstudio.engine.backends import NUMPY, backend_for, backend_of, host
from gradstudio.engine.batching import Batched
from gradstudio.engine.declaring import Sample, category, op

primitive = category("control", batch="own", jvp="linear")


@primitive(
    (lambda g, _ans, x, device: op.to_device(g, device=backend_of(x).device),),
    samples=(Sample((np.array([0.5, -1.25]),), {"device": "cpu"}),),
)
def to_device(xp: Any, x: Any, *, device: str) -> Any:
    """The same numbers on a device: "cpu" (NumPy) or "gpu" (CuPy); TensorFlow's "/GPU:0" is understood too.

    Raises ValueError for another name, RuntimeError where the machine has no such device.
    """
    backend = backend_for(device)
    if type(x) is Batched:
        return Batched(to_device.forward(xp, x.value, device=device), x.level)
    if backend_of(x) is backend:
        return x
    return host(x) if backend is NUMPY else backend.from_host(np.asarray(host(x)))
