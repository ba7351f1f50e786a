"""What is worked out of a graph or a layout once, and kept for as long as that lives: a picture of 100,000 nodes that
nobody shows any more must not be held by what was remembered of it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

Function = TypeVar("Function", bound=Callable[..., Any])


def kept(most: int = 1) -> Callable[[Function], Function]:
    """Remember a function's answers by its first argument, and of each of those for the `most` last other arguments."""

    def wrapped(function: Function) -> Function:
        known: WeakKeyDictionary[Any, dict[tuple[Any, ...], Any]] = WeakKeyDictionary()
        lock = threading.Lock()

        @wraps(function)
        def asked(first: Any, *rest: Any) -> Any:
            with lock:
                answers = known.setdefault(first, {})
                if rest in answers:
                    return answers[rest]
            answer = function(first, *rest)
            with lock:
                while len(answers) >= most:
                    del answers[next(iter(answers))]
                answers[rest] = answer
            return answer

        return asked  # type: ignore[return-value]

    return wrapped
