"""load(name): arrays from a .npy, .npz or .csv file beside the program."""

from __future__ import annotations

import io
import math
import sys
import zipfile
from pathlib import Path, PurePosixPath
from typing import IO

import numpy as np

from gradstudio.engine.regular_file import NotRead, read_regular
from gradstudio.engine.tensor import Tensor, made

SUFFIXES = (".npy", ".npz", ".csv")
_LARGEST = 1 << 30  # bytes of a file, where no studio sets a limit
_MEMBERS, _UNPACKED = 64, 512 << 20


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
            return {"": _array(io.BytesIO(data), len(data))}
        if suffix == ".npz":
            return _archive(data)
        if suffix == ".csv":
            return {"": _table(data)}
    except (ValueError, OSError, EOFError, KeyError, IndexError, TypeError, SyntaxError, zipfile.BadZipFile) as error:
        raise ValueError(f"{name}: cannot be read as numbers ({str(error).splitlines()[0][:120]})") from None
    raise ValueError(f"{name}: only .npy, .npz and .csv files can be loaded")


def _array(file: IO[bytes], size: int) -> np.ndarray:
    """One array in NumPy's format. What its header promises is held against the file's size before anything is read."""
    version = np.lib.format.read_magic(file)
    if version == (1, 0):
        shape, fortran, dtype = np.lib.format.read_array_header_1_0(file)
    elif version == (2, 0):
        shape, fortran, dtype = np.lib.format.read_array_header_2_0(file)
    else:
        raise ValueError(f"version {version[0]}.{version[1]} of the format is unknown")
    if dtype.kind not in "biufc":
        raise ValueError(f"it holds {'Python objects' if dtype.hasobject else dtype}; only plain numbers are read")
    count = math.prod(shape)
    if min(shape, default=0) < 0 or len(shape) > 32 or count * dtype.itemsize != size - file.tell():
        raise ValueError("its header does not fit its size")
    data = np.frombuffer(file.read(), dtype)
    return data.reshape(shape[::-1]).transpose() if fortran else data.reshape(shape)


def _archive(data: bytes) -> dict[str, np.ndarray]:
    """The arrays of a .npz file, in its order."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = archive.infolist()
        if len(members) > _MEMBERS or sum(m.file_size for m in members) > _UNPACKED:
            raise ValueError(f"it unpacks to more than {_MEMBERS} arrays or {_UNPACKED >> 20} MiB")
        found = {}
        for member in members:
            with archive.open(member) as file:
                found[member.filename.removesuffix(".npy")] = _array(file, member.file_size)
        return found


def _table(data: bytes) -> np.ndarray:
    """Numbers separated by commas; one line of column names at the top is skipped."""
    lines = [line for line in data.removeprefix(b"\xef\xbb\xbf").decode("utf-8").splitlines() if line.strip()]
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
