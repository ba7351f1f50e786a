"""The data files a program names: found in its text and read for it, so that the worker needs no file rights."""

from __future__ import annotations

import ast
from pathlib import Path, PurePosixPath

import numpy as np

from gradstudio.engine import loading
from gradstudio.engine.problem import Problem
from gradstudio.engine.trace import Span
from gradstudio.language.parsing import LIVE_TOKENS, parsed
from gradstudio.language.tree import walk

BYTES = 256 << 20


def data_names(text: str) -> list[tuple[str, Span]]:
    """Literal names in gs.load("...") or load("..."), with their places. Text that does not parse names none."""
    if "load" not in text:
        return []
    try:
        tree = parsed(text, LIVE_TOKENS)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return []
    found = []
    for node in walk(tree):
        if isinstance(node, ast.Call) and len(node.args) == 1 and isinstance(node.args[0], ast.Constant):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            value = node.args[0].value
            if name == "load" and isinstance(value, str):
                found.append(
                    (value, (node.lineno, node.col_offset, node.end_lineno or node.lineno, node.end_col_offset or 0))
                )
    return found


def read_data(text: str, folder: Path | None) -> tuple[dict[str, dict[str, np.ndarray]], tuple[Problem, ...]]:
    """The arrays of every file a program names, and what stands in the way of reading them."""
    data: dict[str, dict[str, np.ndarray]] = {}
    problems: list[Problem] = []
    for name, span in data_names(text):
        if name in data:
            continue
        try:
            data[name] = loading.read(_inside(name, folder), name)
        except (OSError, ValueError) as error:
            problems.append(Problem("error", "data", str(error).splitlines()[0][:200], span))
    return data, tuple(problems)


def is_plain_name(name: str) -> bool:
    """Whether a program may name a data file so: a relative path that stays below its folder."""
    parts = PurePosixPath(name)
    is_odd = not name or parts.is_absolute() or ".." in parts.parts
    return not is_odd and not any(c in name for c in "\\:~$\0")


def _inside(name: str, folder: Path | None) -> Path:
    """The path of a data file. Raises ValueError unless it is a plain file below the program's folder."""
    if not is_plain_name(name):
        raise ValueError(f'{name[:80]!r}: name a file beside the program, e.g. "points.npz"')
    if folder is None:
        raise ValueError(f"{name}: save the program first, so that there is a folder to read from")
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise ValueError(f"{name}: the file lies outside the program's folder")
    if not path.exists():
        raise FileNotFoundError(f"{name}: there is no such file beside the program")
    if not path.is_file():
        raise ValueError(f"{name}: not a plain file")
    if path.stat().st_size > BYTES:
        raise ValueError(f"{name}: the file has {path.stat().st_size:,} bytes; the limit is {BYTES:,}")
    return path
