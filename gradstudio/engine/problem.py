"""A problem: what went wrong, where, why, and what to do; one line each."""

from __future__ import annotations

from dataclasses import dataclass

from gradstudio.engine.trace import NO_SPAN, Span


@dataclass(frozen=True, slots=True)
class Problem:
    """Something a person should know about their computation.

    kind is a stable word for programs ("syntax", "refused", "error", "limit", "none", "nan", ...); message says what
    and why in one line without the file name or line number; hint says what to do ("" if there is nothing to say).
    """

    severity: str  # "error" | "warn" | "info"
    kind: str
    message: str
    span: Span = NO_SPAN
    hint: str = ""
    record: int = -1  # the record it is about, if any
