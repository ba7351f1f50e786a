"""The data files a program names: which they are, and the arrays in their bytes. Whoever runs it reads the bytes."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

import numpy as np

from gradstudio.engine import loading
from gradstudio.engine.problem import Problem
from gradstudio.engine.trace import Span
from gradstudio.language.check import span_of
from gradstudio.language.parsing import LIVE_TOKENS, parsed
from gradstudio.language.tree import walk

BYTES = 256 << 20
"""The most that all data files of a program may have together."""

FILES = 64
Data = dict[str, dict[str, np.ndarray]]
Names = dict[str, Span]


def data_names(text: str) -> Names:
    """Literal names in gs.load("..."), np.load("...") and the like, with their first places: what a text seems to read,
    in full Python too. Text that does not parse names none.
    """
    if "load" not in text:
        return {}
    try:
        tree = parsed(text, LIVE_TOKENS)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return {}
    return names_in(walk(tree), text, any_module=True)


def names_in(nodes: Sequence[ast.AST], text: str, any_module: bool = False) -> Names:
    """Literal names that a program, given by its nodes, hands to the library's load."""
    found: Names = {}
    lines: list[str] = []
    libraries, loads = _loading(nodes)
    for node in nodes:
        if isinstance(node, ast.Call) and len(node.args) == 1 and isinstance(node.args[0], ast.Constant):
            function, value = node.func, node.args[0].value
            if isinstance(function, ast.Attribute):
                is_ours = any_module or getattr(function.value, "id", "") in libraries
                is_load = is_ours and function.attr == "load"
            else:
                is_load = getattr(function, "id", "") in loads
            if is_load and isinstance(value, str):
                lines = lines or text.split("\n")
                found.setdefault(value, span_of(node, lines))
    return found


def _loading(nodes: Sequence[ast.AST]) -> tuple[set[str], set[str]]:
    """By which names a program has the library, and its load."""
    libraries, loads = {"gs", "tf"}, {"load"}
    for node in nodes:
        if isinstance(node, ast.FunctionDef):
            loads.discard(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            loads.discard(node.id)
            libraries.discard(node.id)
        elif isinstance(node, ast.Import):
            for alias in node.names:
                (libraries.add if alias.name == "gradstudio" else libraries.discard)(alias.asname or alias.name)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                is_load = node.module == "gradstudio" and alias.name == "load"
                (loads.add if is_load else loads.discard)(alias.asname or alias.name)
    return libraries, loads


def is_plain_name(name: str) -> bool:
    """Whether a program may name a data file so: a relative path that stays below its folder."""
    parts = PurePosixPath(name)
    is_odd = not 0 < len(name) <= 255 or parts.is_absolute() or ".." in parts.parts or not name.isprintable()
    return not is_odd and not any(c in name for c in "\\:~$\0")


def shown_name(name: str) -> str:
    """A file's name in a message: short, and no control characters."""
    return name[:80] if name.isprintable() else repr(name)[:80]


def objections(names: Names) -> tuple[Problem, ...]:
    """Names that no file is read for, whatever lies there."""
    problems = []
    for i, (name, span) in enumerate(names.items()):
        if i == FILES:
            problems.append(Problem("error", "limit", f"this names more than {FILES} data files", span))
            break
        if not is_plain_name(name):
            said = f"{name[:80]!r}: only files beside the program are read"
            problems.append(Problem("error", "refused", said, span, 'name one so: "points.npz"'))
    return tuple(problems)


def arrays(
    names: Names, files: Mapping[str, bytes], refusals: Mapping[str, str], known: Mapping[str, dict[str, np.ndarray]]
) -> tuple[Data, tuple[Problem, ...]]:
    """The arrays of every file that is named, and what stands in the way of them.

    files: the bytes that were read; refusals: why others were not; known: files that are as they were, read before.
    """
    data: Data = {}
    problems: list[Problem] = []
    for name, span in names.items():
        if name in known:
            data[name] = known[name]
        elif name in files:
            try:
                data[name] = loading.parsed(files[name], name)
            except ValueError as error:
                problems.append(Problem("error", "data", str(error), span))
            except MemoryError:
                said = f"{name}: its arrays need more memory than a run may use"
                problems.append(Problem("error", "memory", said, span))
        else:
            problems.append(Problem("error", "data", refusals.get(name, f"{name}: was not read")[:300], span))
    return data, tuple(problems)
