"""map, filter, zip and enumerate, which Python lets stand in one another deeper than its own stack reaches.

Each step of such a chain calls the next one in C, where nobody counts: some million of them end the process.
"""

from __future__ import annotations

from typing import Any

from gradstudio.language.guarded_errors import WithheldValueError

_DEEPEST = 1000
_KINDS: tuple[type, ...] = (map, filter, zip, enumerate)
UNCHAINED: dict[str, type] = {kind.__name__: kind for kind in _KINDS}
"""Python's own, for where nobody can get hold of the iterator: `for a, b in zip(x, y)`."""


def _counted(kind: type) -> type:
    """A kind of iterator that knows how deep it stands in others. It runs at the speed of Python's own."""

    def make(cls: type, *args: Any, **kwargs: Any) -> Any:
        depth = 1 + max((a.depth for a in args if type(a) in _COUNTED), default=0)
        if depth > _DEEPEST:
            raise WithheldValueError(
                f"{kind.__name__} is applied to its own result more than {_DEEPEST:,} times: make a list"
            )
        made = kind.__new__(cls, *args, **kwargs)
        made.depth = depth
        return made

    return type(kind.__name__, (kind,), {"__slots__": ("depth",), "__new__": make, "__module__": "builtins"})


CHAINED: dict[str, type] = {name: _counted(kind) for name, kind in UNCHAINED.items()}
_COUNTED = frozenset(CHAINED.values())
