"""The legend: both colour scales as stops and labelled ticks, for the window and for every export."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gradstudio.picture.color import Scale, magnitude_position, ramp
from gradstudio.picture.tokens import Theme


@dataclass(frozen=True, slots=True)
class ScaleLegend:
    """One scale: title, colours from left to right (0xAARRGGBB, evenly spaced), and ticks at 0..1 with labels."""

    title: str
    colors: tuple[int, ...]
    ticks: tuple[tuple[float, str], ...]


def legend(theme: Theme, scale: Scale) -> tuple[ScaleLegend, ScaleLegend]:
    """The signed scale of scalars and thumbnails, and the size scale of arrays."""
    marks = [scale.top, scale.top * 1e-2, scale.top * 1e-4]
    values = [*[-m for m in marks], 0.0, *reversed(marks)]
    at = (scale.position(np.array(values)) + 1) / 2
    signed = ScaleLegend("Gradient", _stops(theme.signed), tuple(zip(at.tolist(), map(_signed, values), strict=True)))
    sizes = [1e-8, 1e-4, 1.0, 1e2]
    places = magnitude_position(np.array(sizes)).tolist()
    rms = ScaleLegend("Arrays, RMS", _stops(theme.rms), tuple(zip(places, map(_power, sizes), strict=True)))
    return signed, rms


def _stops(anchors: tuple[str, ...]) -> tuple[int, ...]:
    return tuple(int(c) for c in ramp(anchors)[::16])


def _power(x: float) -> str:
    if x == 0:
        return "0"
    exponent = round(np.log10(x))
    return "1" if exponent == 0 else "10" if exponent == 1 else f"1e{exponent}".replace("-", "−")


def _signed(x: float) -> str:
    return "0" if x == 0 else ("−" if x < 0 else "+") + _power(abs(x))
