"""Nested lists, tuples and dicts of tensors: flattened for the tape, rebuilt for the caller.

Dicts count in the order of their keys where those can be sorted, so that two dicts with the same keys always match.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, KeysView, ValuesView
from typing import Any

_SEQUENCES = (list, tuple, ValuesView, KeysView)
MOST = 1_000_000
"""Lists, tuples and dicts in one nest of them."""
LEAVES: set[type] = set()
"""Kinds of values that are surely no nest: what most nests are asked with."""


class TooManyListsError(ValueError):
    """Lists that hold more lists than anybody can go through."""


def flatten(tree: Any) -> list[Any]:
    """Leaves of a nested list, tuple or dict, in order; anything else is one leaf.

    Raises TooManyListsError where there are more than MOST lists.
    """
    if type(tree) in LEAVES:
        return [tree]
    leaves: list[Any] = []
    stack = [tree]
    inner = 0
    while stack:
        item = stack.pop()
        if type(item) in LEAVES:
            leaves.append(item)
            continue
        if isinstance(item, _SEQUENCES):
            stack.extend(reversed(list(item)))
        elif isinstance(item, dict):
            stack.extend([item[key] for key in reversed(_keys(item))])
        else:
            leaves.append(item)
            continue
        inner += 1
        if inner > MOST:  # lists may share parts, or hold themselves: 50 of them are then 2^50
            raise TooManyListsError(f"more than {MOST:,} lists inside one another")
    return leaves


def rebuild(tree: Any, leaf: Callable[[], Any]) -> Any:
    """The same nesting with each leaf replaced by the next value of leaf()."""
    if type(tree) in LEAVES:
        return leaf()
    if isinstance(tree, dict):
        found = {key: rebuild(tree[key], leaf) for key in _keys(tree)}
        if type(tree) is dict:
            return {key: found[key] for key in tree}
        same = copy.copy(tree)  # an OrderedDict, a defaultdict
        same.update(found)
        return same
    if isinstance(tree, tuple) and hasattr(tree, "_fields"):
        return type(tree)(*[rebuild(value, leaf) for value in tree])
    if isinstance(tree, list | tuple):
        return type(tree)(rebuild(value, leaf) for value in tree)
    if isinstance(tree, ValuesView | KeysView):
        return [rebuild(value, leaf) for value in tree]
    return leaf()


def _keys(tree: dict[Any, Any]) -> list[Any]:
    try:
        return sorted(tree)
    except TypeError:
        return list(tree)


class nest:
    """tf.nest: functions over nested lists, tuples and dicts. Dicts count in the order of their sorted keys.

    Example:
        >>> tree = {"b": 1, "a": [2, 3]}
        >>> gs.nest.flatten(tree)
        [2, 3, 1]
        >>> gs.nest.pack_sequence_as(tree, [20, 30, 10])
        {'b': 10, 'a': [20, 30]}
        >>> gs.nest.map_structure(lambda x, y: x + y, tree, {"b": 10, "a": [20, 30]})
        {'b': 11, 'a': [22, 33]}
    """

    @staticmethod
    def flatten(structure: Any) -> list[Any]:
        """The leaves, in order; anything that is no list, tuple or dict is one leaf."""
        return flatten(structure)

    @staticmethod
    def pack_sequence_as(structure: Any, flat_sequence: Any) -> Any:
        """Leaves, as flatten() gives them, put into the nesting of structure; there must be as many as it has."""
        leaves = list(flat_sequence)
        if len(leaves) != len(flatten(structure)):
            raise ValueError(f"the structure has {len(flatten(structure))} leaves, not {len(leaves)}")
        return rebuild(structure, iter(leaves).__next__)

    @staticmethod
    def map_structure(func: Callable[..., Any], *structures: Any) -> Any:
        """func of the leaves of equally nested structures, in the nesting of the first.

        Raises ValueError where they have different numbers of leaves.
        """
        rows = [flatten(s) for s in structures]
        if len({len(row) for row in rows}) != 1:
            raise ValueError(f"the structures have {', '.join(str(len(row)) for row in rows)} leaves: they must agree")
        columns = zip(*rows, strict=True)
        return rebuild(structures[0], iter([func(*leaves) for leaves in columns]).__next__)
