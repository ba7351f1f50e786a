"""The errors of the guards. A program may catch them as the ordinary kind they are; uncaught, their mark says how the
run ends: "refused" or "limited". An error without a mark is the program's own.
"""

from __future__ import annotations


class Withheld:
    """Marks an error: something was asked for that is kept from programs on purpose. The run ends "refused"."""


class OverLimit:
    """Marks an error: a size, length or count was above its limit. The run ends "limited"."""


class WithheldAttributeError(Withheld, AttributeError):
    """A name that is not handed out."""


class WithheldTypeError(Withheld, TypeError):
    """A kind of value or an argument that is not taken."""


class WithheldValueError(Withheld, ValueError):
    """A value that is not taken."""


class WithheldFileError(Withheld, FileNotFoundError):
    """A file that is not read."""


class TooLongError(OverLimit, ValueError):
    """A text, list, range or nesting that is too long."""


class TooManyBitsError(OverLimit, OverflowError):
    """An integer that is too large."""
