"""Nested lists, tuples and dicts of tensors: flattened for the tape, rebuilt for the caller."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def flatten(tree: Any) -> list[Any]:
    """Leaves of a nested list, tuple or dict, in order; anything else is one leaf."""
    leaves: list[Any] = []
    stack = [tree]
    while stack:
        item = stack.pop()
        if isinstance(item, list | tuple):
            stack.extend(reversed(item))
        elif isinstance(item, dict):
            stack.extend(reversed(list(item.values())))
        else:
            leaves.append(item)
    return leaves


def rebuild(tree: Any, leaf: Callable[[], Any]) -> Any:
    """The same nesting with each leaf replaced by the next value of leaf()."""
    if isinstance(tree, dict):
        return {key: rebuild(value, leaf) for key, value in tree.items()}
    if isinstance(tree, tuple) and hasattr(tree, "_fields"):
        return type(tree)(*[rebuild(value, leaf) for value in tree])
    if isinstance(tree, list | tuple):
        return type(tree)(rebuild(value, leaf) for value in tree)
    return leaf()
