"""Errors of the program itself where Qt would not live with one."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def told() -> Iterator[None]:
    """An error goes where all errors of the program go, and not on.

    In the event that closes a window it would end the process: Qt goes on to hide the window, and calls Python for that
    while the error is under way.
    """
    try:
        yield
    except Exception as error:
        sys.excepthook(type(error), error, error.__traceback__)
