"""Other ways to compute rows: bounds of many numbers, exponentials without a level, quotients as products."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gradstudio.engine.plan.backends.faster import MANY, bounded

SPECIAL = [0.0, -0.0, np.nan, np.inf, -np.inf, 1e-45, -3.0, 5.0]


@pytest.mark.parametrize("ufunc", [np.maximum, np.minimum])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("size", [1, 4096, MANY + 5])
def test_bounds_are_numpys(ufunc: Any, dtype: Any, size: int) -> None:
    x = np.resize(np.array(SPECIAL, dtype), size)
    for bound in (0, -2.5, 15.0):
        for into in (np.empty_like(x), None, np.empty((2 * size,), dtype)[::2]):
            assert np.array_equal(bounded(ufunc, x, bound, into), ufunc(x, bound), equal_nan=True)
    assert bounded(ufunc, x, 0, x) is x
    assert not (ufunc is np.maximum and (x < 0).any())
