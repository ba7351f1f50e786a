"""The contenders that share one function: f(m, params, constants), written over a library's operations m.

Each library's file in benchmarks/libraries gives the same ways to differentiate such a function: `gradients`, `step`,
`jacobian`, `hessian`, `third`, `recorder`. It is imported when a contender is built, never before.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from benchmarks.workload import Builder, Data

Function = Callable[[Any, Any, Any], Any]

LIBRARY = {
    "torch": "torch",
    "tensorflow": "tensorflow",
    "tf.function": "tensorflow",
    "jax.jit": "jax",
    "autograd": "autograd",
}
"""Contender -> the library it needs beside NumPy and gradstudio."""

COMPILED = frozenset(["tf.function", "jax.jit", "replay", "replay.numba"])
"""Contenders whose first call prepares the later ones."""

OURS = ("ours", "replay", "replay.numba")
"""Contenders of this project, in the order of the goals' letters E, R, J."""

EVERY = ("ours", "replay", *LIBRARY)

SMALL = (*(["replay.numba"] if find_spec("numba") else []), *EVERY)
"""Where there are many ops on few numbers, which a register machine runs."""


def by(way: str, *fixed: Any, of: Iterable[str] = EVERY, **named: Any) -> dict[str, Builder]:
    """The contenders `of`, each differentiating in this way: by("gradients", f), by("step", f, rate=0.01)."""
    return {name: _late(name, way, fixed, named) for name in of}


def without(*names: str, of: Iterable[str] = EVERY) -> tuple[str, ...]:
    """All contenders but these."""
    return tuple(name for name in of if name not in names)


def _late(name: str, way: str, fixed: tuple[Any, ...], named: dict[str, Any]) -> Any:
    is_plan = name.startswith("replay")

    def build(data: Data) -> Any:
        library = import_module(f"benchmarks.libraries.with_{LIBRARY.get(name, 'gradstudio')}")
        prefix = "compiled_" if is_plan or name == "tf.function" else ""
        run = getattr(library, prefix + way)(*fixed, data, **named)
        return _planned(run, name == "replay.numba") if is_plan else run

    return build


def _planned(run: Any, uses_numba: bool) -> Any:
    """The same; the first call, which makes the plan, makes it with or without numba."""
    waiting = [uses_numba]

    def turn() -> Any:
        if not waiting:
            return run()
        before = os.environ.get("GRADSTUDIO_NUMBA", "1")
        os.environ["GRADSTUDIO_NUMBA"] = "1" if waiting.pop() else "0"
        try:
            return run()
        finally:
            os.environ["GRADSTUDIO_NUMBA"] = before

    return turn
