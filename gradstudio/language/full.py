"""Full Python: running a program that a person has allowed, under the recorder, with nothing between it and Python."""

from __future__ import annotations

import ast
import builtins
import linecache
import math
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from itertools import repeat
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

import gradstudio as gs
from gradstudio.engine.problem import Problem
from gradstudio.engine.recorder import Recorder
from gradstudio.engine.tape import GradientTape
from gradstudio.language.check import syntax_problem
from gradstudio.language.facade import gradstudio_facade, math_facade
from gradstudio.language.full_rewrite import rewrite_full
from gradstudio.language.guards import Guards
from gradstudio.language.header import read_header
from gradstudio.language.limits import LimitReached
from gradstudio.language.parsing import UnreadableText, parsed, too_deep
from gradstudio.language.program import FILENAME, PYTHONS_KINDS, Run, carry_out, either
from gradstudio.language.shown import visible
from gradstudio.language.traits import (
    asks_for_gradient,
    changed_in_place,
    has_tape,
    imports_anything,
    imports_library,
)
from gradstudio.language.tree import walk


def full_syntax(text: str) -> tuple[ast.Module | None, tuple[Problem, ...]]:
    """The tree of a full Python text, or what Python's parser and compiler object to."""
    try:
        tree = parsed(text)
        compile(text, FILENAME, "exec", dont_inherit=True)
    except UnreadableText as error:
        return None, (error.problem,)
    except SyntaxError as error:
        return None, (syntax_problem(error, text),)
    except (RecursionError, MemoryError):
        return None, (too_deep(text),)
    except ValueError as error:
        return None, (Problem("error", "syntax", visible(str(error))),)
    return tree, ()


def run_full(text: str, file: Path | None, ops: int = 200_000, memory: int = 1 << 30) -> Run:
    """Run a trusted program as `__main__` in this process. What it prints goes where Python prints.

    Never raises for anything the program does, except where that ends the process.
    """
    header, notes = read_header(text)
    tree, problems = full_syntax(text)
    if tree is None:
        return Run("error", [*problems, *notes])
    nodes = walk(tree)
    formula = not has_tape(nodes)
    is_bare, has_import, asks = not imports_library(nodes), imports_anything(nodes), asks_for_gradient(nodes)
    try:
        code = compile(rewrite_full(tree, text, formula, changed_in_place(nodes)), FILENAME, "exec", dont_inherit=True)
    except (SyntaxError, ValueError, TypeError, RecursionError, MemoryError):  # what stands around it makes it deeper
        return Run("error", [too_deep(text), *notes])
    recorder = Recorder(FILENAME, text, ops, LimitReached)
    tape = GradientTape(persistent=True) if formula else None
    dtype = np.dtype(header.precision)
    guards = _FullGuards(recorder, {}, sys.maxsize, tape, dtype if dtype != np.float64 else None, not has_import)
    scope = _module(file, is_bare, tape is not None)
    scope.update(guards.names())
    linecache.cache[FILENAME] = (len(text), None, [f"{line}\n" for line in text.split("\n")], FILENAME)

    def perform() -> None:
        try:
            exec(code, scope)
        except SystemExit as end:
            if end.code not in (None, 0):
                words = f"the program ended itself: {str(end.code)[:200]}"
                raise RuntimeError(words).with_traceback(end.__traceback__) from None

    return carry_out(Run("ok", list(notes), recorder), recorder, tape, scope, guards, text, memory, asks, perform)


def _module(file: Path | None, is_bare: bool, is_formula: bool) -> dict[str, Any]:
    """The names of a fresh `__main__`: Python's own, and the studio's, which a file may leave unimported."""
    module = ModuleType("__main__")
    sys.modules["__main__"] = module
    scope = vars(module)
    scope["__builtins__"] = vars(builtins)
    if file is not None:
        scope["__file__"] = str(file)
    ops = gradstudio_facade(gs.load)
    maths = math_facade(is_formula)
    scope |= {"gs": gs, "tf": gs, "np": np, "math": ModuleType("math") if is_formula else math}
    if is_formula:  # as in a safe file, so that a formula has its gradient
        vars(scope["math"]).update(vars(math), **{name: maths.member(name) for name in maths.names()})
        scope["_gs_math"] = scope["math"]
    for name in ops.names():
        if hasattr(builtins, name):
            if is_bare and name not in PYTHONS_KINDS:
                scope[name] = either(getattr(builtins, name), ops.member(name))
        elif name not in scope:
            scope[name] = ops.member(name)
    scope["load"] = gs.load
    return scope


class _FullGuards(Guards):
    """What tells the recorder of scopes; threads of the program have none, and scopes may close in any order."""

    def __init__(self, recorder: Recorder, *rest: Any) -> None:
        super().__init__(recorder, *rest)
        self._thread = threading.get_ident()

    def _is_here(self, depth: int) -> bool:
        return self._recorder.is_open(depth) and threading.get_ident() == self._thread

    def open(self, kind: str, name: str, line: int) -> int:
        return self._recorder.enter(kind, name, line) if threading.get_ident() == self._thread else -1

    def close(self, depth: int) -> None:
        if self._is_here(depth):
            self._recorder.leave(depth)

    def caught(self) -> None:
        if threading.get_ident() == self._thread:
            super().caught()

    def each(self, depth: int, items: Iterable[Any], line: int) -> Iterator[Any]:
        iterator = iter(items)
        self._turn(depth)
        for item in iterator:
            self.passes[line] += 1
            yield item
            self._turn(depth)

    def turns(self, depth: int, line: int) -> Callable[[], bool]:
        return self.each(depth, repeat(True), line).__next__

    def _turn(self, depth: int) -> None:
        if self._is_here(depth):
            self._recorder.turn(depth)
