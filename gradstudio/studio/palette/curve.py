"""The picture of an op of one number: f and f' where there is something to see, computed by the op itself."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from gradstudio.engine.primitive import TABLE, Primitive
from gradstudio.engine.tape import GradientTape

POINTS = 161
LOW, HIGH = -4.0, 4.0
"""The range of a curve, unless a value reaches further."""
_FAMILIES = ("arithmetic", "elementary", "network", "control")
_PROBE = np.array([0.3, 0.7, -0.4, 1.4, 2.3])


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """f and its slope at points in a row; NaN where there is none or the line breaks."""

    x: np.ndarray
    f: np.ndarray
    slope: np.ndarray | None  # None: no gradient passes
    low: float  # of what is worth showing of both, upwards
    high: float


@lru_cache(maxsize=512)
def curve(name: str, low: float = LOW, high: float = HIGH) -> Curve | None:
    """The curve of an op, None for one that does not treat each number by itself. Kept from then on.

    It is drawn from low to high, or over as much of that as lies in the domain.
    """
    row = TABLE.get(name)
    if row is None or not _takes_one_number(row):
        return None
    with np.errstate(all="ignore"):
        if not _is_elementwise(row):
            return None
        x = np.linspace(low, high, POINTS)
        f = _values(row, x)
        domain = x[~np.isnan(f)]
        if 1 < len(domain) < POINTS:
            x = np.linspace(domain[0], domain[-1], POINTS)
            f = _values(row, x)
        slope = _slopes(row, x) if row.differentiable else None
    if not np.isfinite(f).any():
        return None
    if slope is not None:
        slope = np.where(np.isnan(f), np.nan, slope)
    bottom, top = _worth_showing(f, slope)
    return Curve(x, _broken(f, bottom, top), None if slope is None else _broken(slope, bottom, top), bottom, top)


def _takes_one_number(row: Primitive) -> bool:
    return (
        len(row.inputs) - row.optional == 1
        and not (row.variadic or row.needs_params or row.calling is not None or "axis" in row.params)
        and row.family in _FAMILIES
    )


def _is_elementwise(row: Primitive) -> bool:
    """Whether every number of the answer depends on the same number of the input only."""
    try:
        whole = np.asarray(row(_PROBE))
        apart = [np.asarray(row(x)) for x in _PROBE]
    except (TypeError, ValueError, IndexError):
        return False
    if whole.shape != _PROBE.shape or whole.dtype.kind not in "fiu" or any(part.shape for part in apart):
        return False
    return bool(np.allclose(whole.astype(float), [float(part) for part in apart], equal_nan=True))


def _values(row: Primitive, x: np.ndarray) -> np.ndarray:
    return np.asarray(row(x)).astype(float)


def _slopes(row: Primitive, x: np.ndarray) -> np.ndarray | None:
    with GradientTape() as tape:
        held = TABLE["identity"](x)
        tape.watch(held)
        answer = row(held)
    found = tape.gradient(answer, held)
    return None if found is None else np.asarray(found).astype(float)


def _worth_showing(f: np.ndarray, slope: np.ndarray | None) -> tuple[float, float]:
    """A range that holds most of f, zero, some air, and of the slope what fits beside it; no pole."""
    values = f[np.isfinite(f)]
    low, high = np.percentile(values, [10, 90])
    low, high = min(float(low), 0.0), max(float(high), 0.0)
    if values.min() >= low - 1.5 * (high - low) and values.max() <= high + 1.5 * (high - low):
        low, high = min(float(values.min()), 0.0), max(float(values.max()), 0.0)
    height = high - low or 1.0
    if slope is not None and np.isfinite(slope).any():
        beside = np.percentile(slope[np.isfinite(slope)], [10, 90])
        low = min(low, max(float(beside[0]), low - 0.5 * height))
        high = max(high, min(float(beside[1]), high + 0.5 * height))
    air = 0.08 * (high - low) or 0.5
    return low - air, high + air


def _broken(values: np.ndarray, low: float, high: float) -> np.ndarray:
    """NaN where a line would leave the range through a pole: from far above to far below at once."""
    values = np.where(np.isfinite(values), values, np.nan)
    height = high - low
    leaps = np.flatnonzero(np.abs(np.diff(values)) > height)
    values = values.copy()
    values[leaps + 1] = np.nan
    return values
