"""Constants that ops and rules work out on the host: positions, masks, weights."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradstudio.engine.backends import namespace, on_host


def beside(array: np.ndarray, *values: Any) -> Any:
    """The array on the device where the values live."""
    return on_host(namespace(*values), lambda: array)
