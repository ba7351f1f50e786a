"""Why a run was ended from outside, in one line that names the place."""

from __future__ import annotations

import math
import re
import signal

from gradstudio.engine.problem import Problem
from gradstudio.engine.trace import NO_SPAN, Span
from gradstudio.worker.messages import Run
from gradstudio.worker.process import Process
from gradstudio.worker.whereabouts import Place

_LOAD = re.compile(r"""\bload\(\s*["']""")
_CRASHES = frozenset(getattr(signal, name, -1) for name in ("SIGSEGV", "SIGBUS", "SIGABRT", "SIGILL", "SIGFPE"))


def too_long(request: Run, place: Place, advice: str, elapsed: float) -> Problem:
    """It used up its time. advice: how to allow it more. elapsed: seconds that it took in all."""
    seconds = max(request.limits.seconds, math.floor(elapsed))
    what = _turns(place) or (", the limit for one run" if place.line else ", before its first line had run")
    return Problem(
        "error",
        "limit",
        f"stopped after {seconds:g} s{what}",
        span(request, _or_beginning(request, place)),
        advice or "does this loop end? Is the input very large?",
    )


def unread(request: Run) -> Problem:
    """It used up its time waiting for its data files."""
    message = f"its data files could not be read in {request.limits.seconds:g} s"
    where = span(request, _or_beginning(request, Place()))
    return Problem("error", "limit", message, where, "is the folder on a disk that is away?")


def too_large(request: Run, place: Place) -> Problem:
    """It used up its memory."""
    message = f"stopped: it held more than {request.limits.memory / 2**30:.3g} GiB"
    return Problem("error", "memory", message, span(request, _or_beginning(request, place)))


def stopped(request: Run, place: Place) -> Problem:
    """Somebody pressed Stop."""
    return Problem("error", "stopped", f"stopped by you{_turns(place)}", span(request, place))


def died(request: Run, process: Process) -> Problem:
    """Its process has ended, or had to be ended."""
    if process.complaint:
        message = f"the run was ended, because its process sent what is no result ({process.complaint})"
    elif process.signal in _CRASHES:
        message = "the run crashed (often too much memory or nesting); your text is untouched"
    else:
        message = "the run ended unexpectedly (often too much memory or nesting); your text is untouched"
    return Problem("error", "died", message, span(request, process.place()))


def stands_still(request: Run, place: Place) -> Problem:
    """Its process was stopped by somebody, or does not answer."""
    message = "the run was ended, because its process stood still; your text is untouched"
    return Problem("error", "died", message, span(request, place))


def never_started(request: Run) -> Problem:
    """No process could be started."""
    message = "no process could be started to run this; your text is untouched"
    return Problem("error", "died", message, NO_SPAN, "is the system short of memory or processes?")


def crowded(request: Run, place: Place) -> Problem:
    """It started more threads than computing needs."""
    return Problem("error", "limit", "stopped: it started too many threads", span(request, place))


def _or_beginning(request: Run, place: Place) -> Place:
    """Where a program stands that has not run a line yet: at its data, which are read first, else at its beginning."""
    if place.line:
        return place
    lines = request.text.split("\n")
    return Place(next((i for i, line in enumerate(lines, 1) if _LOAD.search(line)), 1))


def _turns(place: Place) -> str:
    return f" (line {place.loop} had run {place.times:,} times)" if place.loop and place.times > 1 else ""


def span(request: Run, place: Place) -> Span:
    """A whole line of a program, without its indentation."""
    lines = request.text.split("\n")
    if not 0 < place.line <= len(lines):
        return NO_SPAN
    content = lines[place.line - 1]
    return place.line, len(content) - len(content.lstrip()), place.line, len(content.rstrip())
