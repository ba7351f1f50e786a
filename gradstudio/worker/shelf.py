"""The worker's side of data files: asks the window for their bytes, and keeps what it made of them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import numpy as np

from gradstudio.engine.problem import Problem
from gradstudio.language.data import Data as Arrays
from gradstudio.language.data import Names, arrays
from gradstudio.worker.messages import Data, Wanted


class Shelf:
    """The data files of the last program, so that a file that did not change is neither sent nor looked into again."""

    def __init__(self, ask: Callable[[Wanted], Data | None]) -> None:
        self._ask = ask  # None: the window has gone
        self._digests: dict[str, bytes] = {}
        self._arrays: dict[str, dict[str, np.ndarray]] = {}

    def fetch(self, run: int, names: Names) -> tuple[Arrays, tuple[Problem, ...]]:
        """The arrays of all files that a program names, and what stands in the way of them."""
        answer = self._answer(run, tuple(names))
        known = {name: self._arrays[name] for name in answer.kept if name in self._arrays}
        found, problems = arrays(names, answer.files, answer.refusals, known)
        digests = self._digests | {name: hashlib.sha256(body).digest() for name, body in answer.files.items()}
        self._arrays, self._digests = found, {name: digests[name] for name in found}
        return found, problems

    def is_as_it_was(self, run: int) -> bool:
        """Whether all files are still those that the last program got; if not, they are fetched anew for the next."""
        return not self._digests or len(self._answer(run, tuple(self._digests)).kept) == len(self._digests)

    def _answer(self, run: int, names: tuple[str, ...]) -> Data:
        if not names:
            return Data(run)
        held = {name: digest for name, digest in self._digests.items() if name in names}
        return self._ask(Wanted(run, names, held)) or Data(run)
