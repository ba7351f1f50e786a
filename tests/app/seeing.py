"""How a picture looks to others: in grey, and with the three kinds of dichromacy.

Machado, Oliveira, Fernandes, "A physiologically-based model for simulation of color vision deficiency" (2009), matrices
of severity 1.0, for linear sRGB. Differences are distances in OKLab.
"""

from __future__ import annotations

import numpy as np

DEFICIENCIES = {
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
_LUMINANCE = np.array([0.2126, 0.7152, 0.0722])
_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def seen(rgb: np.ndarray, how: str) -> np.ndarray:
    """OKLab (..., 3) of sRGB pixels (..., 3; 0..1) as seen "normal", in "grey", or with one of DEFICIENCIES."""
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    if how == "grey":
        linear = np.repeat((linear @ _LUMINANCE)[..., None], 3, axis=-1)
    elif how != "normal":
        linear = np.clip(linear @ np.array(DEFICIENCIES[how]).T, 0.0, 1.0)
    return np.asarray(np.cbrt(linear @ _LMS.T) @ _LAB.T)


def different(one: np.ndarray, other: np.ndarray, how: str, least: float = 0.10) -> int:
    """On how many pixels two images of the same size differ visibly."""
    return int((np.linalg.norm(seen(one, how) - seen(other, how), axis=-1) > least).sum())
