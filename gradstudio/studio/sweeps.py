"""Sweeps as a person tells them apart: which to show first, which is still the same after an edit, its words."""

from __future__ import annotations

from dataclasses import dataclass

from gradstudio.engine.trace import Sweep, Trace
from gradstudio.picture.fonts import plain


@dataclass(frozen=True, slots=True)
class SweepLabel:
    """What the chooser of sweeps shows."""

    target: str  # "loss"
    sources: str  # "w, b"
    line: int
    turn: int  # which of the calls in that line, from 1
    turns: int
    is_automatic: bool

    @property
    def title(self) -> str:
        """ "loss → w, b"."""
        return f"{self.target} → {self.sources}"

    @property
    def place(self) -> str:
        """ "line 15", or that the studio asked for it."""
        return "by itself" if self.is_automatic else f"line {self.line}"

    @property
    def passage(self) -> str:
        """ "pass 12 of 40"; nothing where the line ran once."""
        return f"pass {self.turn} of {self.turns}" if self.turns > 1 else ""


def labels(trace: Trace) -> tuple[SweepLabel, ...]:
    """One label for each sweep of a trace."""
    turns: dict[int, int] = {}
    for sweep in trace.sweeps:
        turns[sweep.span[0]] = turns.get(sweep.span[0], 0) + 1
    seen: dict[int, int] = {}
    result = []
    for sweep in trace.sweeps:
        line = sweep.span[0]
        seen[line] = seen.get(line, 0) + 1
        result.append(
            SweepLabel(
                _joined(sweep.target_names, "target"),
                _joined(sweep.source_names, "source"),
                line,
                seen[line],
                turns[line],
                sweep.automatic,
            )
        )
    return tuple(result)


def best_sweep(trace: Trace) -> int:
    """The sweep to show first: the one that reaches most records, the last of those; -1 if there is none."""
    best, most = -1, -1
    for number, sweep in enumerate(trace.sweeps):
        if len(sweep.record) >= most:
            best, most = number, len(sweep.record)
    return best


def same_sweep(old: Trace, chosen: int, new: Trace) -> int:
    """The sweep of the new trace that is the old one's `chosen`: same names, nearest line, same turn. Else the best."""
    if not 0 <= chosen < len(old.sweeps):
        return best_sweep(new)
    before = labels(old)[chosen]
    was_last = before.turn == before.turns
    candidates = []
    for number, label in enumerate(labels(new)):
        if label.target != before.target and label.line != before.line:
            continue
        names = (label.target != before.target) + (label.sources != before.sources)
        turn = label.turns - label.turn if was_last else abs(label.turn - before.turn)
        candidates.append((names, abs(label.line - before.line), turn, number))
    return min(candidates)[3] if candidates else best_sweep(new)


def target_value(trace: Trace, sweep: Sweep) -> tuple[str, float] | None:
    """Name and value of a sweep's target if it is one number."""
    if len(sweep.target) != 1 or sweep.target[0] < 0:
        return None
    record = sweep.target[0]
    values = trace.records.values
    if int(values.size[record]) != 1:
        return None
    return sweep.target_names[0] or "target", float(values.mean[record])


def _joined(names: tuple[str, ...], word: str) -> str:
    shown = [plain(name) or word for name in names]
    if len(shown) > 4:
        return ", ".join(shown[:3]) + f" and {len(shown) - 3} more"
    return ", ".join(shown) or f"no {word}"
