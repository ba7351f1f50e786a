"""Running extremes, and running logarithms of sums of exponentials."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from gradstudio.engine.declaring import Sample, category, op
from gradstudio.engine.ops.cumulative import LEFT_OUT, WAYS, M, running, scan_rules

primitive = category("reduction", batch="along one axis")


def _scanned(xp: Any, combine: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    """A scan with any associative operation, in log2(n) steps."""

    def run(line: Any, along: int) -> Any:
        x = xp.swapaxes(line, along, -1)
        step = 1
        while step < x.shape[-1]:
            x = xp.concatenate([x[..., :step], combine(x[..., :-step], x[..., step:])], axis=-1)
            step *= 2
        return xp.swapaxes(x, along, -1)

    return run


def _log_weights(line: Any, ans: Any) -> Any:
    before = op.concatenate(
        [op.getitem(ans, key=(..., slice(0, 1))), op.getitem(ans, key=(..., slice(None, -1)))], axis=-1
    )
    # -inf less -inf would be NaN; there the weights are exp(-inf) = 0.
    safe = op.where(op.equal(ans, -np.inf), 0.0, ans)
    return op.exp(before - safe), op.exp(line - safe)


@primitive(
    **scan_rules("cumulative_logsumexp", _log_weights),
    aliases=("math.cumulative_logsumexp", "logcumsumexp"),
    samples=(
        *WAYS,
        Sample((M,), {"axis": -1, "reverse": True}),
        *[Sample(s.inputs, s.params, smooth=False) for s in LEFT_OUT],
        Sample((np.array([900.0, -np.inf, 901.0]),), smooth=False),
    ),
)
def cumulative_logsumexp(xp: Any, x: Any, *, axis: Any = 0, exclusive: bool = False, reverse: bool = False) -> Any:
    """Logarithm of the running sum of exponentials along axis, safe for large inputs; all elements if axis is None.

    exclusive: without the element itself, so that the first result is -inf; reverse: from the end.
    """
    x = xp.asarray(x)
    x = x if x.dtype.kind == "f" else x.astype(np.float64)
    return running(xp, _scanned(xp, xp.logaddexp), x, axis, exclusive, reverse, -np.inf)


def _records(line: Any, ans: Any) -> Any:
    record = op.cast(op.logical_or(op.equal(line, ans), op.isnan(line)), dtype=line.dtype)
    return 1.0 - record, record


@primitive(**scan_rules("cummax", _records), samples=WAYS)
def cummax(xp: Any, x: Any, *, axis: Any = 0, reverse: bool = False) -> Any:
    """Largest element so far along axis, over all elements in C order if axis is None.

    reverse: from the end. Of equal elements the last gets the gradient.
    """
    return running(xp, _scanned(xp, xp.maximum), x, axis, False, reverse, 0)


@primitive(**scan_rules("cummin", _records), samples=WAYS)
def cummin(xp: Any, x: Any, *, axis: Any = 0, reverse: bool = False) -> Any:
    """Smallest element so far along axis, over all elements in C order if axis is None.

    reverse: from the end. Of equal elements the last gets the gradient.
    """
    return running(xp, _scanned(xp, xp.minimum), x, axis, False, reverse, 0)
