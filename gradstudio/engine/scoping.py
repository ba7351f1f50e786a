"""Scoping: which loop, pass, call or block of a program runs at present."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gradstudio.engine.trace import SCOPES, Scope


class Scoping:
    """The scopes that are open, and those of all records so far."""

    def __init__(self, limit_error: Callable[[str], BaseException]) -> None:
        self.limit_error = limit_error
        self.scopes: list[Scope] = [Scope(-1, "file", "", 0, 0)]
        self.has_moved = False  # whether the next record is in another scope than the last one, perhaps
        self._stack: list[list[Any]] = []  # open scopes: kind, name, line, index, number (None until a record needs it)

    def enter(self, kind: str, name: str, line: int, index: int = 0) -> int:
        """Open a scope ("loop", "pass", "call" or "block") inside the present one; gives the depth before it.

        It becomes part of the trace when the first record is made in it, so empty passes cost nothing.
        """
        self._stack.append([kind, name, line, index, None])
        self.has_moved = True
        return len(self._stack) - 1

    def turn(self, depth: int) -> None:
        """The loop whose scope was opened at `depth` goes on to its first or next pass."""
        stack = self._stack
        if len(stack) > depth + 2:
            del stack[depth + 2 :]
        if len(stack) == depth + 1:
            stack.append(["pass", "", stack[depth][2], 0, None])
        else:
            top = stack[-1]
            top[3] += 1
            top[4] = None
        self.has_moved = True

    def leave(self, depth: int | None = None) -> None:
        """Close the innermost scope, or all down to a depth that enter() gave."""
        del self._stack[len(self._stack) - 1 if depth is None else depth :]
        self.has_moved = True

    def is_open(self, depth: int) -> bool:
        """Whether the scope that enter() opened at this depth is."""
        return 0 <= depth < len(self._stack)

    def _scope_here(self) -> int:
        """The number of the innermost scope. Raises limit_error where there are too many."""
        if not self._stack:
            return 0
        if self._stack[-1][4] is None:
            parent = 0
            if len(self.scopes) + len(self._stack) > SCOPES:
                raise self.limit_error(f"stopped after {SCOPES:,} recorded loops, passes and calls")
            for entry in self._stack:
                if entry[4] is None:
                    kind, name, line, index, _ = entry
                    self.scopes.append(Scope(parent, kind, name, line, index))
                    entry[4] = len(self.scopes) - 1
                parent = entry[4]
        return int(self._stack[-1][4])
