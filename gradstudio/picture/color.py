"""Gradient colours: OKLab between anchors, read from tables of 257 entries.

OKLab after B. Ottosson, "A perceptual color space for image processing" (2020).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from gradstudio.engine.trace import Sweep, Trace
from gradstudio.picture.tokens import Theme

DECADES = 6
"""How many powers of ten the signed scale shows on each side."""
STEPS = 256
"""Steps of a ramp."""
_TO_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def _linear(srgb: np.ndarray) -> np.ndarray:
    return np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)


def _oklab(text: str) -> np.ndarray:
    rgb = np.array([int(text[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.asarray(_TO_LAB @ np.cbrt(_TO_LMS @ _linear(rgb)))


def _argb(lab: np.ndarray) -> np.ndarray:
    linear = np.linalg.solve(_TO_LMS, (np.linalg.solve(_TO_LAB, lab.T)) ** 3).T
    linear = np.clip(linear, 0, 1)
    srgb = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
    c = np.round(srgb * 255).astype(np.uint32)
    shifted = np.left_shift(c, np.array([16, 8, 0], np.uint32))
    return np.asarray(shifted.sum(axis=-1, dtype=np.uint32) + np.uint32(0xFF000000), np.uint32)


@cache
def ramp(anchors: tuple[str, ...]) -> np.ndarray:
    """uint32 (257,): colours at 0, 1/256, ..., 1 between evenly spaced anchors."""
    labs = np.array([_oklab(a) for a in anchors])
    at = np.linspace(0, len(anchors) - 1, STEPS + 1)
    low = np.minimum(at.astype(int), len(anchors) - 2)
    part = (at - low)[:, None]
    return _argb(labs[low] * (1 - part) + labs[low + 1] * part)


@dataclass(frozen=True, slots=True)
class Scale:
    """The range of the signed gradient colours: from -top to +top, `decades` powers of ten on each side."""

    top: float = 1.0
    decades: int = DECADES

    def position(self, g: np.ndarray) -> np.ndarray:
        """-1..1 for each number: its sign times how many decades it stands above the smallest shown, 0 below that."""
        with np.errstate(divide="ignore", invalid="ignore"):
            size = np.log10(np.abs(g) / (self.top * 10.0**-self.decades)) / self.decades
            part = np.clip(np.nan_to_num(size, nan=0.0, posinf=1.0, neginf=0.0), 0.0, 1.0)
            return np.asarray(np.sign(np.nan_to_num(g)) * part)


def scale_of(trace: Trace | None, sweep: int) -> Scale:
    """The scale of a sweep: its largest finite |gradient|, rounded up to a power of ten."""
    if trace is None or not 0 <= sweep < len(trace.sweeps):
        return Scale()
    return _scale(trace.sweeps[sweep])


def _scale(sweep: Sweep) -> Scale:
    c = sweep.cotangents
    largest = np.nanmax(np.abs(np.concatenate([[0.0], np.nan_to_num(c.minimum), np.nan_to_num(c.maximum)])))
    if not 0 < largest < np.inf:
        return Scale()
    return Scale(float(10.0 ** np.ceil(np.log10(largest) - 1e-9)))


def signed(theme: Theme, scale: Scale, g: np.ndarray) -> np.ndarray:
    """uint32 colour of each signed number."""
    at = (scale.position(np.asarray(g, float)) + 1) / 2
    return np.asarray(ramp(theme.signed)[np.round(at * STEPS).astype(int)])


def magnitude_position(rms: np.ndarray) -> np.ndarray:
    """0..1 on the fixed scale of array sizes: 1e-8 to 1e2, logarithmic."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.clip(np.nan_to_num((np.log10(rms) + 8) / 10, nan=0.0, posinf=1.0, neginf=0.0), 0.0, 1.0))


def magnitude(theme: Theme, rms: np.ndarray, least: float = 0.0) -> np.ndarray:
    """uint32 colour of each root mean square; least: lines start at this position, so that small ones stay visible."""
    at = np.maximum(magnitude_position(np.asarray(rms, float)), least)
    return np.asarray(ramp(theme.rms)[np.round(at * STEPS).astype(int)])


_LIGHT = _linear(np.arange(256) / 255)


def luminance(color: np.ndarray) -> np.ndarray:
    """Relative luminance (WCAG 2.1) of 0xAARRGGBB colours."""
    c = np.asarray(color, np.uint32)
    red, green, blue = _LIGHT[(c >> 16) & 255], _LIGHT[(c >> 8) & 255], _LIGHT[c & 255]
    return np.asarray(0.2126 * red + 0.7152 * green + 0.0722 * blue)


def text_on(color: np.ndarray) -> np.ndarray:
    """Black or white, whichever contrasts more with each colour."""
    light = luminance(color)
    return np.asarray(np.where((light + 0.05) / 0.05 >= 1.05 / (light + 0.05), 0xFF000000, 0xFFFFFFFF), np.uint32)


def blends(colors: np.ndarray, b: int, part: float) -> np.ndarray:
    """Each colour mixed with a share `part` of b; what has no alpha stays as it is."""
    out = np.full(len(colors), 0xFF000000, np.uint32)
    for shift in (16, 8, 0):
        one = (colors >> np.uint32(shift) & np.uint32(255)).astype(float)
        mixed = np.round(one + ((b >> shift & 255) - one) * part).astype(np.uint32)
        out |= mixed << np.uint32(shift)
    return np.where(colors >> np.uint32(24) > 0, out, colors)
