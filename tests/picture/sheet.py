"""Cells in every state and of every kind, and cells that are hard to write in a small place."""

from __future__ import annotations

import numpy as np

from gradstudio.engine.trace import Kind
from gradstudio.picture.specimens import BLOCKED, Cell

_WAVE = np.sin(np.arange(48) * 1.7) * 0.004
_BROKEN = np.array([1.0, np.nan, -2.0, np.inf, 0.0, 3.0])
_ZEROS = np.zeros((4, 5, 6, 7, 8))
_ONE_NAN = np.where(np.arange(1_000_000) == 5, np.nan, 1.0)
_POLES = np.where(np.arange(200_000) % 3, np.inf, 1.0)
CELLS = (
    Cell("f", "tanh", "elementary", _WAVE, _WAVE * 0.7, line=7),
    Cell("decay", "times 0.02", "arithmetic", 0.03734, 0.02),
    Cell("h", "relu", "network", 0.0, 0.0, line=9),
    Cell("acc", "mean", "reduction", 0.885, None, line=16),
    Cell("k", "stop_gradient", "control", 1.25, BLOCKED, line=8),
    Cell("h0", "tanh", "elementary", 0.214, 7.055e-10, line=6),
    Cell("s1", "multiply", "arithmetic", 1.1, 1.378e4, line=6),
    Cell("r", "sqrt", "elementary", 0.0, np.nan, line=9),
    Cell("q", "log", "elementary", -np.inf, np.inf, line=5),
    Cell("q2", "log", "elementary", -np.inf, -np.inf, line=5),
    Cell("w", "parameter", "leaf", np.array([-0.5, 0.2, 0.25]), np.array([0.03, -0.04, 0.02]), Kind.PARAMETER),
    Cell("b", "parameter", "leaf", 0.316, -0.0142, Kind.PARAMETER, line=5),
    Cell("X", "data", "leaf", np.cos(np.arange(600.0)).reshape(200, 3), None, Kind.DATA, line=3),
    Cell("x", "input", "leaf", 3.0, 6.0, Kind.INPUT, line=1),
    Cell("scaled", "multiply", "arithmetic", 0.03734, 1.0, chip="0.02"),
    Cell("loss", "add", "arithmetic", 0.4215, 1.0, target=True, line=14),
    Cell("M", "matmul", "linalg", np.outer(_WAVE[:6], _WAVE[:6]), np.full((6, 6), 2.5e-4), line=10),
    Cell("mixed", "gather", "shape", _BROKEN, _BROKEN, line=1234),
    Cell("poles", "divide", "arithmetic", np.array([np.inf, 1.0, -np.inf, 2.0]), np.array([np.inf, 1.0, 2.0, 3.0])),
    Cell("none_at_all", "softmax_cross_entropy_with_logits", "loss", _ZEROS, _ZEROS),
    Cell("flags", "greater", "control", np.array([True, False, True])),
    Cell("n", "count_nonzero", "reduction", 1234567890123),
    Cell("nothing", "reshape", "shape", np.zeros((0, 3)), np.zeros((0, 3))),
    Cell("a_name_that_is_far_too_long_for_any_node", "times 123456789.123", "arithmetic", -1.2345e-150, -9.87654e-5),
    Cell("dw", "gradient", "leaf", np.array([1.0, 2.0]), None, Kind.GRADIENT),
    Cell("out_w", "parameter", "leaf", 2.0, 1.0, Kind.PARAMETER, target=True),
)  # fmt: skip
"""Every state and kind, in the range of the signed scale."""

EXTREMES = (
    Cell("tiny_array", "exp", "elementary", np.full(3, 1e-12), np.full(3, 1e-12)),
    Cell("huge_array", "exp", "elementary", np.full(3, 1e12), np.full(3, -1e12)),
    Cell("edge", "multiply", "arithmetic", 1e300, -1e300),
    Cell("least", "multiply", "arithmetic", -5e-324, 5e-324),
    Cell("half", "greater", "control", np.arange(100_000) % 2 > 0),
    Cell("one_nan", "exp", "elementary", _ONE_NAN, _ONE_NAN),
    Cell("many", "exp", "elementary", _POLES, _POLES),
)  # fmt: skip
"""What is hard to write in a small place."""
