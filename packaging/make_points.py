"""Make resources/examples/points.npz: the 200 points of the logistic regression example.

X is float64 (200, 3), standard normal; y is float64 (200,), 1.0 where a noisy linear score is positive. Rounded to four
decimals, so that the file reads well as a table. Run it from anywhere: python packaging/make_points.py
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

TARGET = Path(__file__).resolve().parent.parent / "resources" / "examples" / "points.npz"
SEED = 245


def points() -> tuple[np.ndarray, np.ndarray]:
    """X (200, 3) and y (200,), the same on every call."""
    rng = np.random.default_rng(SEED)
    X = np.round(rng.standard_normal((200, 3)), 4)
    score = X @ np.array([1.7, -1.9, 0.4]) + 0.6
    y = (score + rng.logistic(size=200) > 0).astype(np.float64)
    return X, y


if __name__ == "__main__":
    X, y = points()
    np.savez(TARGET, X=X, y=y)
    print(f"wrote {TARGET}: X {X.shape}, y {y.shape}, {y.mean():.1%} ones")
