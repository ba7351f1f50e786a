"""Scaled dot product attention."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from gradstudio.engine import shapes
from gradstudio.engine.backends import namespace
from gradstudio.engine.declaring import Sample, composites, op

composite = composites("network")
Q = np.cos(np.arange(12.0)).reshape(2, 2, 3)
K = np.sin(np.arange(24.0) * 0.7).reshape(2, 4, 3)
V = np.cos(np.arange(16.0) * 0.3 + 1.0).reshape(2, 4, 2)


@composite(
    optional=1,
    aliases=("nn.attention", "scaled_dot_product_attention", "nn.scaled_dot_product_attention"),
    renamed={"query": "q", "key": "k", "value": "v", "attn_mask": "mask", "is_causal": "causal"},
    samples=(
        Sample((Q, K, V)),
        Sample((Q, K, V, np.array([[True, True, False, True], [False, True, True, True]])), {"scale": 0.5}),
        Sample((K[0], K[1], V[0]), {"causal": True}),
        Sample((Q, K, V, K[:, :2, :1])),
    ),
)
def attention(q: Any, k: Any, v: Any, mask: Any, *, scale: Any = None, causal: bool = False) -> Any:
    """softmax(q k^T times scale) v: every query takes a weighted mean of the values.

    q: (..., queries, size), k: (..., keys, size), v: (..., keys, anything); the axes in front broadcast. scale is
    1 / sqrt(size) unless given; as a tensor it has a gradient. mask broadcasts to (..., queries, keys): booleans or
    whole numbers say which keys a query may see, floating numbers are added to the scores and have a gradient. causal:
    query i sees the keys up to number i. A query that may see no key gets 0. Raises ValueError where an input is no
    matrix. Source: Vaswani et al., Attention Is All You Need (2017), equation 1.
    """
    if min(shapes.rank(x) for x in (q, k, v)) < 2:
        raise ValueError("attention: q, k and v need two axes at least: (..., number of them, size)")
    factor = 1.0 / math.sqrt(max(shapes.shape(q)[-1], 1)) if scale is None else scale
    if isinstance(factor, np.floating):
        factor = float(factor)  # NumPy's own numbers would turn float32 into float64
    scores = op.multiply(op.matmul(q, op.swapaxes(k, axis1=-1, axis2=-2)), factor)
    seen = None
    if mask is not None and mask.dtype.kind == "f":
        scores = op.add(scores, mask)
    elif mask is not None:
        seen = mask if mask.dtype.kind == "b" else op.not_equal(mask, 0)
    if causal:
        xp = namespace(q)
        before = xp.arange(shapes.shape(q)[-2])[:, None] >= xp.arange(shapes.shape(k)[-2])
        seen = before if seen is None else op.logical_and(seen, before)
    if seen is None:
        return op.matmul(op.softmax(scores), v)
    # The lowest finite number in place of -inf, so that a row without any key is no 0 / 0; the weights it gets are
    # taken away again.
    hidden = float(np.finfo(scores.dtype).min) / 2.0
    weights = op.where(seen, op.softmax(op.where(seen, scores, hidden)), 0.0)
    return op.matmul(weights, v)
