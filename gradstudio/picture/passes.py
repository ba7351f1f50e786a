"""The gradients of passes that lie on one another: how large each is, on one range for all stacks of a picture."""

from __future__ import annotations

import numpy as np

from gradstudio.graph.model import Fold
from gradstudio.picture.scene import Scene

_FLAT = 0.5  # decades around a range that is a single number


class Passes:
    """Sizes of gradients by pass, for the stacks of one scene."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        stacks = [f for f in scene.graph.folds if f.kind == "stack"]
        self._sizes = {fold.id: self._of(fold) for fold in stacks}
        known = [size[np.isfinite(size) & (size > 0)] for size in self._sizes.values()]
        logs = np.log10(np.concatenate(known)) if known else np.zeros(0)
        self._low, self._high = (float(logs.min()), float(logs.max())) if len(logs) else (0.0, 0.0)
        if self._high - self._low < 1e-9:
            self._low, self._high = self._low - _FLAT, self._high + _FLAT

    def _of(self, fold: Fold) -> np.ndarray:
        """Root mean square of the gradient of what each pass hands on (float64 (p,)); NaN where there is none."""
        scene, c = self._scene, self._scene.cotangents
        if c is None:
            return np.full(len(fold.record), np.nan)
        record = scene.trace.sweeps[scene.graph.sweep].record
        if not len(record):
            return np.full(len(fold.record), np.nan)
        row = np.minimum(np.searchsorted(record, fold.record), len(record) - 1)
        size = np.where(c.nan[row] > 0, np.nan, np.where(c.infinite[row] > 0, np.inf, c.rms[row]))
        return np.where(record[row] == fold.record, size, np.nan)

    def height(self, fold: Fold) -> np.ndarray:
        """0..1 for each pass: where it stands in the common range, by its logarithm. 0: none, zero or NaN."""
        size = self._sizes[fold.id]
        with np.errstate(divide="ignore", invalid="ignore"):
            part = (np.log10(size) - self._low) / (self._high - self._low)
        return np.asarray(np.clip(np.nan_to_num(part, nan=0.0, posinf=1.0, neginf=0.0), 0.0, 1.0))

    def ends(self, fold: Fold) -> tuple[float, float]:
        """The least and the most of a stack's finite gradients; NaN where it has none."""
        size = self._sizes[fold.id]
        size = size[np.isfinite(size)]
        return (float(size.min()), float(size.max())) if len(size) else (np.nan, np.nan)
