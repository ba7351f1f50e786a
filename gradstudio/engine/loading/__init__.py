"""load(name): arrays from a .npy, .npz or .csv file beside the program, each format read by a strict reader of its own.

A file may come from a stranger: a reader makes nothing of it but plain numbers, looks at what it promises before it
takes any memory, and raises ValueError in one line for everything else.
"""

from __future__ import annotations

import sys
from pathlib import Path, PurePosixPath

import numpy as np

from gradstudio.engine.loading import csv, npy, npz
from gradstudio.engine.regular_file import NotRead, read_regular
from gradstudio.engine.tensor import Tensor, made

SUFFIXES = (".npy", ".npz", ".csv")
_LARGEST = 1 << 30  # bytes of a file, where no studio sets a limit


def load(name: str) -> Tensor | tuple[Tensor, ...]:
    """Arrays from `name`, a path relative to the file that calls: one tensor, or a tuple in the file's order (.npz).

    .npy and .npz keep shapes and dtypes. A .csv gives float64 (rows, columns), or (rows,) for one column; a line of
    names at its top is skipped and an empty cell is NaN. Raises FileNotFoundError where there is no file, ValueError
    for another format and for what is no array of numbers, in one line; nothing is ever unpickled.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     np.savez(f"{folder}/points.npz", X=[[1.0, 2.0], [3.0, 4.0]], y=[0, 1])
        ...     X, y = gs.load(f"{folder}/points.npz")
        >>> X.tolist(), y.tolist()
        ([[1.0, 2.0], [3.0, 4.0]], [0, 1])
    """
    arrays = read(Path(sys._getframe(1).f_globals.get("__file__", ".")).parent / name, name)
    return tensors(arrays)


def tensors(arrays: dict[str, np.ndarray]) -> Tensor | tuple[Tensor, ...]:
    """The tensors a program receives for a file's arrays."""
    if set(arrays) == {""}:
        return made(arrays[""])
    return tuple(made(array) for array in arrays.values())


def read(path: Path, name: str) -> dict[str, np.ndarray]:
    """The arrays of a data file. Raises FileNotFoundError or ValueError in one line."""
    try:
        data, _ = read_regular(path, _LARGEST)
    except NotRead as error:
        raise ValueError(f"{name}: {error}") from None
    except (FileNotFoundError, NotADirectoryError):
        raise FileNotFoundError(f"{name}: there is no such file beside the program") from None
    return parsed(data, name)


def parsed(data: bytes, name: str) -> dict[str, np.ndarray]:
    """The arrays in the bytes of a data file, by name; "" if there is but one. Raises ValueError in one line."""
    suffix = PurePosixPath(name).suffix
    try:
        if suffix == ".npy":
            return {"": npy.array(data)}
        if suffix == ".npz":
            return npz.arrays(data)
        if suffix == ".csv":
            return {"": csv.table(data)}
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None
    raise ValueError(f"{name}: only .npy, .npz and .csv files can be loaded")
