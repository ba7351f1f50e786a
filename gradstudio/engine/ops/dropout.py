"""Dropout: a part of the elements, chosen at random, becomes 0."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradstudio.engine import shapes
from gradstudio.engine.backends import backend_of
from gradstudio.engine.declaring import Sample, composites, op
from gradstudio.engine.random import random

composite = composites("network")
M = np.array([[0.5, -1.25, 2.0], [1.5, 0.25, -0.75]])


@composite(
    aliases=("nn.dropout",),
    renamed={"p": "rate"},
    samples=(
        Sample((M,), {"rate": 0.4, "seed": 3}),
        Sample((M,), {"rate": 0.5, "noise_shape": (2, 1), "seed": 1}),
        Sample((M,), {"rate": 0.0}),
    ),
)
def dropout(x: Any, *, rate: float, noise_shape: Any = None, seed: Any = None) -> Any:
    """x with each element set to 0 with probability rate, and the others divided by 1 - rate.

    The mask is drawn when the op runs, so its gradient has the same mask. noise_shape: the shape in which it is drawn,
    which broadcasts to that of x (None in it: as long as x). seed: a number gives the same mask every time; without
    it the mask comes from the stream of gs.random. rate=0 gives x as it is. Inside vmap all items have the same mask.
    Raises ValueError for a rate outside [0, 1), TypeError where x is not floating. Source: Srivastava et al. (2014).
    """
    rate = float(rate)
    if not 0.0 <= rate < 1.0:
        raise ValueError(
            f"dropout: rate={rate} is not the probability to be dropped: use a number from 0 up to below 1"
        )
    if x.dtype.kind not in "fc":
        raise TypeError(f"dropout: x is {x.dtype}, which cannot be scaled: cast it to float64 or float32 first")
    if not rate:
        return op.identity(x)
    dims = shapes.shape(x)
    if noise_shape is not None:
        drawn = (noise_shape,) if isinstance(noise_shape, int | np.integer) else tuple(noise_shape)
        if len(drawn) > len(dims):
            raise ValueError(f"dropout: noise_shape={drawn} has more axes than x of shape {shapes.text(dims)}")
        own = dims[len(dims) - len(drawn) :]
        dims = tuple(n if m is None else int(m) for n, m in zip(own, drawn, strict=True))
    kept = backend_of(x).from_host(np.asarray(random.uniform(dims, seed=seed)) >= rate)
    return op.where(kept, op.multiply(x, 1.0 / (1.0 - rate)), 0.0)
