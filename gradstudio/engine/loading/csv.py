"""Tables of numbers as text: cells between commas, semicolons, tabs or spaces, one row a line."""

from __future__ import annotations

import itertools
import math
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

ROWS, COLUMNS, CELLS = 2_000_000, 10_000, 10_000_000
LINE = 1_000_000  # characters
CELL = 400
_AT_ONCE = 512  # lines
_BOM = b"\xef\xbb\xbf"


def table(data: bytes) -> np.ndarray:
    """The numbers of a .csv file as float64 (rows, columns), or (rows,) for one column; read-only. Raises ValueError.

    A first line of column names and lines that begin with # are skipped; an empty cell is NaN. The time it takes grows
    with the size of the file, whatever is in it.
    """
    lines = _lines(data)
    first = next(lines, None)
    if first is None:
        raise ValueError("it holds no numbers" if data.strip() else "the file is empty")
    form = _Form.of(first[1])
    if _is_name(next((cell for cell in form.cells(first[1]) if cell.strip()), "")):
        first = next(lines, None)
        if first is None:
            raise ValueError("it has column names but no numbers")
        form = replace(form, width=len(form.cells(first[1])))
    if form.width > COLUMNS:
        raise ValueError(f"it has {form.width:,} columns; at most {COLUMNS:,} are read")
    numbers = array("d")
    rows = itertools.chain([first], lines)
    while some := list(itertools.islice(rows, _AT_ONCE)):
        numbers.extend(_quickly(some, form) or _slowly(some, form))
        if len(numbers) > CELLS:
            raise ValueError(f"it has more than {CELLS:,} numbers; save it as .npy")
    found = np.frombuffer(numbers, np.float64).reshape(-1, form.width)
    found = found[:, 0] if form.width == 1 else found
    found.flags.writeable = False
    return found


@dataclass(frozen=True, slots=True)
class _Form:
    """How the lines of a file are divided. separator None: by spaces."""

    separator: str | None
    ends_open: bool  # a separator stands at the end of the lines as well, with nothing behind it
    width: int

    @staticmethod
    def of(line: str) -> _Form:
        """The form of a file with this first line."""
        spaces = None if " " in line.strip() else ","
        separator = next((mark for mark in (";", "\t", ",") if mark in line), spaces)
        ends_open = separator is not None and line.rstrip(" ").endswith(separator)
        form = _Form(separator, ends_open, 0)
        return replace(form, width=len(form.cells(line)))

    def cells(self, line: str) -> list[str]:
        """The cells of a line."""
        cells = line.split(self.separator)
        if self.ends_open and len(cells) > 1 and not cells[-1].strip():
            del cells[-1]
        return cells


def _lines(data: bytes) -> Iterator[tuple[int, str]]:
    """Lines that hold something, with their numbers. Raises ValueError for what is not text."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ValueError("it is UTF-16 text; save it as UTF-8")
    if b"\0" in data:
        line = data.count(b"\n", 0, data.index(0)) + 1
        raise ValueError(f"it is not text (a zero byte in line {line:,})")
    try:
        text = data.removeprefix(_BOM).decode("utf-8")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise ValueError(f"it is not UTF-8 text (byte 0x{error.object[error.start]:02X} in line {line:,})") from None
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.count("\n") > ROWS:
        raise ValueError(f"it has more than {ROWS:,} lines; save it as .npy")
    for number, content in enumerate(text.split("\n"), 1):
        if len(content) > LINE:
            raise ValueError(f"line {number:,} has {len(content):,} characters; at most {LINE:,} are read")
        if content and not content.isspace() and not content.lstrip().startswith("#"):
            yield number, content


def _quickly(lines: list[tuple[int, str]], form: _Form) -> list[float]:
    """The numbers of some lines; [] if any line is not just numbers as Python writes them."""
    mark = form.separator
    if mark is None or form.ends_open or any(line.count(mark) != form.width - 1 for _, line in lines):
        return []
    text = mark.join([line for _, line in lines])
    if not text.isascii() or "_" in text or len(text) > CELL * len(lines) * form.width:
        return []
    try:
        found = list(map(float, text.split(mark)))
    except ValueError:
        return []
    return [] if math.inf in found or -math.inf in found else found


def _slowly(lines: list[tuple[int, str]], form: _Form) -> list[float]:
    """The numbers of some lines, each looked at by itself. Raises ValueError that names line and cell."""
    found: list[float] = []
    for number, line in lines:
        cells = form.cells(line)
        if len(cells) != form.width:
            many = f"{len(cells):,} cell{'s' * (len(cells) != 1)}"
            raise ValueError(f"line {number:,} has {many}, the first row has {form.width:,}")
        for column, cell in enumerate(cells, 1):
            value = _number(cell)
            if value is None:
                why = "; write decimals with a point" if "," in cell else ""
                raise ValueError(f"line {number:,}, cell {column:,} is not a number: {cell.strip()[:40]!r}{why}")
            if math.isinf(value) and "inf" not in cell.lower():
                raise ValueError(f"line {number:,}, cell {column:,} is too large: {cell.strip()[:40]!r}")
            found.append(value)
    return found


def _is_name(cell: str) -> bool:
    """Whether a cell at the top is the name of a column, not a number that went wrong."""
    return _number(cell) is None and not cell.strip().lstrip('"').startswith(tuple("0123456789+-.,="))


def _number(cell: str) -> float | None:
    """The number in a cell, which may stand in quotes; NaN for an empty one, None for anything else."""
    cell = cell.strip()
    if len(cell) > 1 and cell[0] == cell[-1] == '"':
        cell = cell[1:-1].strip()
    if not cell:
        return math.nan
    if len(cell) > CELL or "_" in cell or not cell.isascii():
        return None
    try:
        return float(cell)
    except ValueError:
        return None
