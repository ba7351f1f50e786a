"""Text widths from the bundled fonts, and texts cut to fit: the same everywhere a picture is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any

import numpy as np

from gradstudio.picture.model import Font
from gradstudio.picture.visible import spelled
from gradstudio.resources import resource

_FILES = {"Inter": ("Inter", "otf"), "JetBrains Mono": ("JetBrainsMono", "ttf")}
_WEIGHTS = {400: "Regular", 500: "Medium", 600: "SemiBold", 700: "Bold"}


def font_file(family: str, weight: int) -> str:
    """Resource name of a bundled font."""
    stem, suffix = _FILES[family]
    return f"fonts/{stem}-{_WEIGHTS[weight]}.{suffix}"


@cache
def _advances(family: str, weight: int) -> tuple[dict[int, float], float]:
    """Advance of each character in em, and of characters the font lacks."""
    from fontTools.ttLib import TTFont

    font = TTFont(resource(font_file(family, weight)), lazy=True)
    unit = font["head"].unitsPerEm
    metrics = font["hmtx"].metrics
    even = _figures(font)
    table = {code: metrics[even.get(name, name)][0] / unit for code, name in font.getBestCmap().items()}
    font.close()
    return table, 0.6


def _figures(font: Any) -> dict[str, str]:
    """Glyphs that stand for others when figures are set in equal width (the font's feature "tnum"), as we set them."""
    if "GSUB" not in font:
        return {}
    table = font["GSUB"].table
    found: dict[str, str] = {}
    for record in table.FeatureList.FeatureRecord:
        if record.FeatureTag == "tnum":
            for index in record.Feature.LookupListIndex:
                for part in table.LookupList.Lookup[index].SubTable:
                    found.update(getattr(getattr(part, "ExtSubTable", part), "mapping", {}))
            break
    return found


@lru_cache(maxsize=4096)
def width(text: str, font: Font) -> float:
    """Width of a text in pixels (without kerning, which our interface fonts keep below half a pixel)."""
    if font.family == "JetBrains Mono":
        return 0.6 * font.size * len(text)
    table, other = _advances(font.family, font.weight)
    return font.size * sum(table.get(ord(c), other) for c in text)


@cache
def _advance_column(family: str, weight: int) -> np.ndarray:
    """Advance of each code point in em; the last entry serves all that the font lacks."""
    table, other = _advances(family, weight)
    column = np.full(max(table) + 2, other)
    column[list(table)] = list(table.values())
    return column


def load_all() -> None:
    """Read the fonts now, for a process that can read nothing later."""
    for weight in _WEIGHTS:
        _advance_column("Inter", weight)


def widths(texts: Sequence[str], font: Font) -> np.ndarray:
    """float64 (n,): the width of each text, as `width` says."""
    count = np.fromiter(map(len, texts), np.int64, len(texts))
    if font.family == "JetBrains Mono":
        return 0.6 * font.size * count
    column = _advance_column(font.family, font.weight)
    codes = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), np.uint32)
    total = np.concatenate([[0.0], np.cumsum(column[np.minimum(codes, len(column) - 1)])])
    ends = np.cumsum(count)
    return np.asarray(font.size * (total[ends] - total[ends - count]))


def fitted(texts: Sequence[str], font: Font, rooms: np.ndarray) -> list[str]:
    """Each text, cut with an ellipsis where it is wider than its room."""
    out = list(texts)
    for i in np.flatnonzero(widths(out, font) > rooms + 1e-9).tolist():
        out[i] = elide(out[i], font, float(rooms[i]))
    return out


def plain(text: str, longest: int = 80) -> str:
    """A text that is safe to show: one line, hidden and direction-changing characters written out, length limited."""
    if len(text) <= longest and text.isascii() and text.isprintable():
        return text
    return _spelled_out(text[: longest + 1], longest)


@lru_cache(maxsize=4096)
def _spelled_out(text: str, longest: int) -> str:
    shown = "".join(spelled(text))
    return shown if len(shown) <= longest else shown[: longest - 1] + "…"


@lru_cache(maxsize=4096)
def elide(text: str, font: Font, room: float) -> str:
    """The text, or as much of its beginning as fits with an ellipsis; "" where not even that fits."""
    if width(text, font) <= room:
        return text
    for length in range(len(text) - 1, 0, -1):
        cut = text[:length].rstrip() + "…"
        if width(cut, font) <= room:
            return cut
    return ""
