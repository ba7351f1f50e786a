"""Ranges of inputs: between what a slider goes, kept in the program's header as [tool.gradstudio.inputs.NAME]."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from gradstudio.language.header import read_header
from gradstudio.studio.edits.edit import Edit, Refused
from gradstudio.studio.header_table import with_entries

SCALES = ("linear", "log")
_TINIEST = 1e-300  # what is smaller counts as 0
_DIGITS = 3
"""Significant digits of a value on a logarithmic slider."""


@dataclass(frozen=True, slots=True)
class Range:
    """From where to where a slider goes, and in which steps. A logarithmic one lies above 0."""

    low: float
    high: float
    step: float
    scale: str = "linear"

    def position(self, value: float) -> float:
        """0..1 of a value; what lies outside is at an end."""
        low, high, at = self.low, self.high, min(max(value, self.low), self.high)
        if self.scale == "log":
            low, high, at = math.log(low), math.log(high), math.log(at)
        return (at - low) / (high - low)

    def value(self, position: float) -> float:
        """The value at 0..1, on a step."""
        at = min(max(position, 0.0), 1.0)
        if at in (0.0, 1.0):
            return self.high if at else self.low
        if self.scale == "log":
            found = math.exp(math.log(self.low) + at * (math.log(self.high) - math.log(self.low)))
        else:
            found = self.low + at * (self.high - self.low)
        return min(max(self.on_step(found), self.low), self.high)

    def on_step(self, value: float) -> float:
        """The nearest multiple of the step; on a logarithmic scale the nearest number of few digits."""
        if self.scale == "log":
            return float(f"{value:.{_DIGITS - 1}e}") if value else 0.0
        step = Decimal(repr(self.step))
        count = (Decimal(repr(value)) / step).to_integral_value(ROUND_HALF_EVEN)
        return float(count * step)

    def stepped(self, value: float, steps: int) -> float:
        """So many steps up or down, inside the range."""
        if self.scale == "log":
            return self.value(self.position(value) + steps / 100)
        return min(max(self.on_step(self.on_step(value) + steps * self.step), self.low), self.high)

    def holds(self, value: float) -> bool:
        """Whether a value lies inside."""
        return self.low <= value <= self.high


def default_range(value: float, is_whole: bool, scale: str = "linear") -> Range:
    """Where a slider goes that nobody gave a range: from 0 to twice the value; two decades either way on a log scale.

    0.8 gives 0 to 1.6, -3.0 gives -6 to 0, and 0 gives -1 to 1.
    """
    value = value if abs(value) > _TINIEST else 0.0
    size = abs(value) or 0.5
    far = _two_digits(2.0 * size, is_whole)
    if scale == "log":
        far = _two_digits(size, is_whole)
        low, high = (max(far / 100, 1.0), max(far * 100, 10.0)) if is_whole else (far / 100, far * 100)
        return Range(low, high, _step(low, high, is_whole), "log")
    low, high = (-far, far) if value == 0 else (0.0, far) if value > 0 else (-far, 0.0)
    if is_whole and high - low < 10:
        high, low = (10.0, low) if value >= 0 else (high, -10.0)
    return Range(low, high, _step(low, high, is_whole))


def _two_digits(value: float, is_whole: bool) -> float:
    short = float(f"{value:.1e}")
    short = short if short >= value * (1 - 1e-12) else float(f"{value * 1.05:.1e}")
    return float(max(round(short), 1)) if is_whole else short


def _step(low: float, high: float, is_whole: bool) -> float:
    """A power of ten; at least a hundred steps from end to end."""
    step = 10.0 ** math.floor(math.log10((high - low) / 100) + 1e-9)
    step = float(f"{step:.0e}")
    return max(step, 1.0) if is_whole else step


def read_ranges(text: str) -> dict[str, Range]:
    """The ranges a header gives to names; what is not of the right form is passed over."""
    inputs = read_header(text)[0].table.get("inputs")
    if not isinstance(inputs, dict):
        return {}
    found = {name: _range(table) for name, table in inputs.items() if isinstance(table, dict)}
    return {name: r for name, r in found.items() if r is not None}


def _range(table: dict[str, object]) -> Range | None:
    low, high = _finite(table.get("low")), _finite(table.get("high"))
    scale = table.get("scale", "linear")
    if low is None or high is None or not high - low > _TINIEST or scale not in SCALES or (scale == "log" and low <= 0):
        return None
    step = _finite(table.get("step"))
    if step is None or not 0 < step <= high - low or (high - low) / step > 1e9:
        is_whole = isinstance(table["low"], int) and isinstance(table["high"], int)
        step = _step(low, high, is_whole)
    return Range(low, high, step, str(scale))


def _finite(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) < 1e300 else None


def with_range(text: str, name: str, wanted: Range | None) -> Edit:
    """Keep a range in the header; None takes it out. Raises Refused in one line."""
    if not name:
        raise Refused("A number inside an expression has no name to keep a range under. Make it an input first.")
    if wanted is not None:
        check_range(wanted)
    entries: dict[str, object] = {"low": None, "high": None, "step": None, "scale": None}
    if wanted is not None:
        entries.update(low=_plain(wanted.low), high=_plain(wanted.high), step=_plain(wanted.step))
        entries["scale"] = wanted.scale if wanted.scale != "linear" else None
    try:
        new = with_entries(text, ("inputs", name), entries, f"the range of {name}")
    except ValueError as error:
        raise Refused(str(error)) from None
    return Edit(f"Set the range of {name}" if wanted is not None else f"Reset the range of {name}", new, 0, name)


def check_range(wanted: Range) -> None:
    """Raises Refused for a range that no slider can have."""
    if not all(map(math.isfinite, (wanted.low, wanted.high, wanted.step))):
        raise Refused("A range needs finite numbers.")
    if not wanted.low < wanted.high:
        raise Refused(f"The range ends at {wanted.high:g}, which is not above its beginning {wanted.low:g}.")
    if wanted.scale == "log" and wanted.low <= 0:
        raise Refused(f"A logarithmic range begins above 0, not at {wanted.low:g}.")
    if not 0 < wanted.step <= wanted.high - wanted.low:
        raise Refused(f"The step {wanted.step:g} does not fit into a range of {wanted.high - wanted.low:g}.")


def _plain(value: float) -> float | int:
    """Whole numbers without a point, as a person would write them."""
    return int(value) if value == int(value) and abs(value) < 1e15 else value
