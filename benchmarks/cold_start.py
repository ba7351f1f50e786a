"""From the first line of a program to its first gradient: importing gradstudio, and what the first calls prepare."""

from __future__ import annotations

PROGRAM = """
import time
start = time.perf_counter()
import numpy
middle = time.perf_counter()
import gradstudio as gs
x = gs.Variable(3.0)
with gs.GradientTape() as tape:
    y = gs.sin(x) * x
tape.gradient(y, x)
end = time.perf_counter()
print(end - start, middle - start)
"""
"""Prints the seconds until the gradient, and how many of them NumPy's import takes."""


def read(printed: str) -> dict[str, float]:
    """What the program printed, by name."""
    whole, numpy = (float(word) for word in printed.split())
    return {"seconds": whole, "numpy": numpy}
