"""Formulas from LaTeX to SVG, with STIX Two Math, as paths that any painter of SVG draws."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass
from functools import lru_cache

LONGEST = 600  # characters
_SIZE = re.compile(r'width="([\d.]+)" height="([\d.]+)"')
_INK = "black"
_lock = threading.Lock()  # the library keeps its settings in one place


@dataclass(frozen=True, slots=True)
class Formula:
    """One line of maths. `svg` has "currentColor" as its ink."""

    latex: str
    svg: str
    width: float
    height: float
    rise: float  # from its top edge down to the line that text stands on


@lru_cache(maxsize=1024)
def typeset(latex: str, size: float = 15) -> Formula | None:
    """A formula of a font size in pixels; None for what is no formula. Takes a while the first time."""
    if not latex.strip() or len(latex) > LONGEST:
        return None
    with _lock:
        # Late: reading the library and its font takes a quarter of a second.
        from ziamath.config import config
        from ziamath.zmath import Latex

        config.svg2 = False  # Qt draws the SVG without symbols
        config.precision = 2
        try:
            drawn = Latex(latex, size=size)
            svg = drawn.svg()
        except Exception:  # the library raises what it likes for a text that it does not understand
            return None
    found = _SIZE.search(svg)
    top = re.search(r'viewBox="[-\d.]+ ([-\d.]+)', svg)
    if found is None or top is None:
        return None
    svg = svg.replace(f'"{_INK}"', '"currentColor"')
    return Formula(latex, svg, float(found[1]), float(found[2]), -float(top[1]))
