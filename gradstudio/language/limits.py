"""How large a program text may be, and the exception that ends a run at a limit."""

from __future__ import annotations

FILE_BYTES = 4 << 20
LINE_CHARACTERS = 100_000
LINES = 50_000
TOKENS = 200_000
NESTING = 90
DEPTH = 150
NODES = 300_000
IDENTIFIER = 200
DIGITS = 4300
FORMAT_WIDTH = 200
INT_BITS = 100_000
LENGTH = 10_000_000
RANGE = 100_000_000


class LimitReached(BaseException):
    """A run used more than it may. Not an Exception, so that a program's own `except` cannot swallow it."""
