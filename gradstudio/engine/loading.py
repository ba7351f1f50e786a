"""load(name): arrays from a .npy, .npz or .csv file beside the program."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from gradstudio.engine.creation import _made
from gradstudio.engine.tensor import Tensor

Source = Callable[[str], dict[str, np.ndarray]]
"""Gives the arrays of a named file; a single unnamed array has the name ""."""


def load(name: str) -> Tensor | tuple[Tensor, ...]:
    """Arrays from `name`, a path relative to the file that calls: one tensor, or a tuple in the file's order (.npz).

    Raises FileNotFoundError or ValueError in one line; nothing is ever unpickled.
    """
    arrays = read(Path(sys._getframe(1).f_globals.get("__file__", ".")).parent / name, name)
    return tensors(arrays)


def tensors(arrays: dict[str, np.ndarray]) -> Tensor | tuple[Tensor, ...]:
    """The tensors a program receives for a file's arrays."""
    if set(arrays) == {""}:
        return _made(arrays[""])
    return tuple(_made(array) for array in arrays.values())


def read(path: Path, name: str) -> dict[str, np.ndarray]:
    """The arrays of a data file. Raises FileNotFoundError or ValueError in one line."""
    if not path.is_file():
        raise FileNotFoundError(f"{name}: there is no such file beside the program")
    try:
        if path.suffix == ".npy":
            return {"": _numeric(np.load(path, allow_pickle=False), name)}
        if path.suffix == ".npz":
            with np.load(path, allow_pickle=False) as archive:
                return {key: _numeric(archive[key], name) for key in archive.files}
        if path.suffix == ".csv":
            return {"": _table(path)}
    except (ValueError, OSError, EOFError, KeyError) as error:
        raise ValueError(f"{name}: cannot be read as numbers ({str(error).splitlines()[0][:120]})") from None
    raise ValueError(f"{name}: only .npy, .npz and .csv files can be loaded")


def _numeric(array: Any, name: str) -> np.ndarray:
    if array.dtype.kind not in "biufc":
        raise ValueError(f"{name} holds {array.dtype} values; only plain numbers are read")
    return np.asarray(array)


def _table(path: Path) -> np.ndarray:
    """Numbers separated by commas; one line of column names at the top is skipped."""
    lines = [line for line in path.read_text(encoding="utf-8-sig").splitlines() if line.strip()]
    if not lines:
        raise ValueError("the file is empty")
    first = lines[0].split(",")
    try:
        [float(cell) for cell in first]
    except ValueError:
        lines = lines[1:]
    rows = []
    for number, line in enumerate(lines, 1):
        cells = line.split(",")
        if len(cells) != len(lines[0].split(",")):
            raise ValueError(f"row {number} has {len(cells)} cells, the first has {len(lines[0].split(','))}")
        try:
            rows.append([float(cell) if cell.strip() else float("nan") for cell in cells])
        except ValueError:
            raise ValueError(f"row {number} is not all numbers: {line[:40]!r}") from None
    table = np.array(rows, np.float64)
    return table[:, 0] if table.ndim == 2 and table.shape[1] == 1 else table
