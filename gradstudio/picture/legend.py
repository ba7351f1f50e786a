"""The legend: colour scales as stops and labelled ticks, for the window and for every export."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gradstudio.engine.trace import Trace
from gradstudio.graph.model import Graph
from gradstudio.picture.color import Scale, magnitude_position, ramp, scale_of
from gradstudio.picture.measured import Measured, measured, shades
from gradstudio.picture.model import Look
from gradstudio.picture.tokens import Theme

_ARRAYS = {"rms": "Arrays, RMS", "max": "Arrays, largest |∂|", "mean": "Arrays, |mean|"}


@dataclass(frozen=True, slots=True)
class ScaleLegend:
    """One scale: title, colours from left to right (0xAARRGGBB, evenly spaced), and ticks at 0..1 with labels."""

    title: str
    colors: tuple[int, ...]
    ticks: tuple[tuple[float, str], ...]


def legend(theme: Theme, scale: Scale, array: str = "rms") -> tuple[ScaleLegend, ScaleLegend]:
    """The signed scale of scalars and thumbnails, and the size scale of arrays. array: what stands for one, see
    Look."""
    marks = [scale.top, scale.top * 1e-2, scale.top * 1e-4]
    values = [*[-m for m in marks], 0.0, *reversed(marks)]
    at = (scale.position(np.array(values)) + 1) / 2
    signed = ScaleLegend("Gradient", _stops(theme.signed), tuple(zip(at.tolist(), map(_signed, values), strict=True)))
    sizes = [1e-8, 1e-4, 1.0, 1e2]
    places = magnitude_position(np.array(sizes)).tolist()
    arrays = ScaleLegend(_ARRAYS[array], _stops(theme.rms), tuple(zip(places, map(_power, sizes), strict=True)))
    return signed, arrays


def measure_legend(theme: Theme, shown: Measured) -> ScaleLegend:
    """The scale of a measure, with ticks in its unit."""
    places = (0.0, 0.5, 1.0) if shown.high > shown.low else (0.5,)
    ticks = tuple((at, shown.text(shown.at(at), 2)) for at in places)
    return ScaleLegend(shown.title[:1].upper() + shown.title[1:], tuple(shades(theme)[::16].tolist()), ticks)


def legends(theme: Theme, look: Look, graph: Graph, trace: Trace) -> tuple[ScaleLegend, ...]:
    """All scales that a picture with this look uses: first that of its measure, if it has one, then the gradients'."""
    shown = measured(graph, trace, look.measure)
    first = (measure_legend(theme, shown),) if shown is not None else ()
    return *first, *legend(theme, look.scale or scale_of(trace, graph.sweep), look.array)


def _stops(anchors: tuple[str, ...]) -> tuple[int, ...]:
    return tuple(int(c) for c in ramp(anchors)[::16])


def _power(x: float) -> str:
    if x == 0:
        return "0"
    exponent = round(np.log10(x))
    return "1" if exponent == 0 else "10" if exponent == 1 else f"1e{exponent}".replace("-", "−")


def _signed(x: float) -> str:
    return "0" if x == 0 else ("−" if x < 0 else "+") + _power(abs(x))
