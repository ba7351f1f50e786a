"""An exception from a program -> one line that says what and where."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterable
from types import TracebackType

from gradstudio.engine.problem import Problem
from gradstudio.engine.structure import TooManyListsError
from gradstudio.engine.trace import NO_SPAN, Span
from gradstudio.language.guarded_errors import OverLimit, Withheld
from gradstudio.language.limits import LimitReached
from gradstudio.language.shown import message_of, visible
from gradstudio.language.sizes import TooLargeError

_SIZE = re.compile(r"Unable to allocate ([\d.]+ \w+) for an array with shape (\(.*?\)) and data type (\S+)")

_MANY_CALLS = 20


def place(trace: TracebackType | None, filename: str, lines: list[str], in_bodies: bool = False) -> Span:
    """Exact span of the innermost line of the program in a traceback, columns in characters.

    in_bodies: not the first line of a function, where the guards of the call stand.
    """
    found = NO_SPAN
    while trace is not None:
        code = trace.tb_frame.f_code
        if code.co_filename == filename:
            line, end, column, end_column = list(code.co_positions())[trace.tb_lasti // 2]
            line, end = line or trace.tb_lineno, end or trace.tb_lineno
            is_head = in_bodies and not code.co_name.startswith("<") and line == code.co_firstlineno
            if not is_head and 0 < line <= len(lines) and 0 < end <= len(lines):
                first, last = lines[line - 1], lines[end - 1]
                found = (
                    line,
                    len(first.encode()[: column or 0].decode(errors="ignore")),
                    end,
                    len(last.encode()[: end_column or 0].decode(errors="ignore")),
                )
        trace = trace.tb_next
    return found


def explain(error: BaseException, filename: str, text: str, names: Iterable[str], memory: int) -> Problem:
    """The problem a failed run shows. names: what is in scope, for suggestions; memory: the limit in bytes."""
    span = place(error.__traceback__, filename, text.split("\n"), isinstance(error, RecursionError))
    first = visible(next(iter(message_of(error).splitlines()), ""))
    budget = f"{memory / 2**30:.3g} GiB"
    if isinstance(error, LimitReached):
        return Problem("error", "limit", first, span)
    if isinstance(error, TooLargeError):
        return Problem("error", "memory", first, span, "use a smaller shape")
    if isinstance(error, Withheld):
        return Problem("error", "refused", first, span)
    if isinstance(error, OverLimit | TooManyListsError) or _is_over(first):
        return Problem("error", "limit", first, span)
    if isinstance(error, MemoryError):
        size = _SIZE.search(message_of(error))
        if size:
            amount = size[1].replace(". ", " ")
            is_huge = size[1][-3:] in ("GiB", "TiB", "PiB", "EiB")
            message = (
                f"needs about {amount} for shape {size[2]}; the limit is {budget}"
                if is_huge
                else f"needs {amount} more for shape {size[2]}, which the limit of {budget} has no room for"
            )
            return Problem("error", "memory", message, span, "use a smaller shape")
        return Problem("error", "memory", first or f"needs more memory than the limit of {budget}", span)
    if isinstance(error, RecursionError) and first.startswith("maximum recursion depth"):
        return Problem("error", "limit", _too_deep(error.__traceback__, filename), span, "use a loop")
    if isinstance(error, ZeroDivisionError):
        return Problem("error", "error", "division by zero", span)
    if isinstance(error, OverflowError) and "out of range" in first:
        return Problem("error", "error", "the result is too large for a floating number", span)
    if isinstance(error, StopIteration):
        return Problem("error", "error", "next() was called where no item is left", span)
    if isinstance(error, NameError):
        name = getattr(error, "name", None)
        if isinstance(error, UnboundLocalError) or not isinstance(name, str) or not 0 < len(name) < 200:
            return Problem("error", "error", first, span)
        near = difflib.get_close_matches(name, list(names), 1)
        return Problem("error", "error", f"`{name}` is not defined", span, f"did you mean `{near[0]}`?" if near else "")
    if isinstance(error, KeyError) and error.args == ("__import__",):
        # NumPy loads something to write its message with, which it cannot from where a program stands.
        return Problem("error", "error", "a number is out of bounds for the dtype that it is given", span)
    if isinstance(error, KeyError):
        return Problem("error", "error", f"there is no key {first}", span)
    if isinstance(error, AssertionError):
        return Problem("error", "error", f"the assertion does not hold{': ' + first if first else ''}", span)
    if "integer string conversion" in first:
        return Problem("error", "limit", "the integer has too many digits to be read or written", span, "use a float")
    if "index-sized integer" in first or "C ssize_t" in first:
        return Problem("error", "error", "this number is too large for an index or a length", span)
    if first == "exceptions must derive from BaseException":
        return Problem("error", "error", "only an error can be raised, e.g. ValueError", span)
    if isinstance(error, AttributeError | ValueError | IndexError | OverflowError | RuntimeError | FileNotFoundError):
        return Problem("error", "error", first or type(error).__name__, span)
    if isinstance(error, TypeError):
        return Problem("error", "error", first or "a value of the wrong kind", span)
    return Problem("error", "error", f"{type(error).__name__}: {first}" if first else type(error).__name__, span)


def _is_over(first: str) -> bool:
    """Whether this is what NumPy says of an array that no memory could hold."""
    return first.startswith(("array is too big", "Maximum allowed size exceeded", "Maximum allowed dimension exceeded"))


def _too_deep(trace: TracebackType | None, filename: str) -> str:
    """Whose calls, or what values, went deeper than Python's limit."""
    calls: Counter[str] = Counter()
    while trace is not None:
        code = trace.tb_frame.f_code
        if code.co_filename == filename and (code.co_name == "<lambda>" or code.co_name[0] != "<"):
            calls[code.co_name] += 1
        trace = trace.tb_next
    name, count = calls.most_common(1)[0] if calls else ("", 0)
    if count < _MANY_CALLS:
        return "lists or iterators are nested too deeply in one another"
    return f"{'a lambda' if name == '<lambda>' else f'{name}()'} calls itself too deeply"
