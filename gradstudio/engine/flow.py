"""TensorFlow's control flow under its names: everything runs at once, so each is plain Python."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gradstudio.engine.creation import convert_to_tensor
from gradstudio.engine.primitive import TABLE
from gradstudio.engine.structure import flatten, rebuild


def cond(pred: Any, true_fn: Callable[[], Any], false_fn: Callable[[], Any]) -> Any:
    """true_fn() if pred holds, else false_fn()."""
    return true_fn() if pred else false_fn()


def switch_case(branch_index: Any, branch_fns: Any, default: Callable[[], Any] | None = None) -> Any:
    """The branch with that number; `default`, or the last branch, where there is none."""
    table = dict(branch_fns) if isinstance(branch_fns, dict) or isinstance(branch_fns[0], tuple) else None
    branches = table if table is not None else dict(enumerate(branch_fns))
    chosen = branches.get(int(branch_index), default)
    return (chosen or branches[max(branches)])()


def while_loop(
    cond: Callable[..., Any], body: Callable[..., Any], loop_vars: Any, maximum_iterations: int | None = None
) -> Any:
    """Apply body to loop_vars while cond(*loop_vars) holds, at most maximum_iterations times."""
    count = 0
    state = loop_vars
    while (maximum_iterations is None or count < maximum_iterations) and cond(*state):
        found = body(*state)
        state = type(loop_vars)(found if isinstance(found, list | tuple) else (found,))
        count += 1
    return state


def map_fn(fn: Callable[[Any], Any], elems: Any) -> Any:
    """fn of each item along the first axis, stacked; elems and the result may be nested."""
    return _stacked([fn(item) for item in _items(elems)])


def scan(fn: Callable[[Any, Any], Any], elems: Any, initializer: Any = None, reverse: bool = False) -> Any:
    """Running results of fn(result so far, item) along the first axis, stacked; starts with the first item if no
    initializer is given."""
    items = _items(elems)
    if reverse:
        items.reverse()
    found = []
    state = initializer
    for item in items:
        state = item if state is None else fn(state, item)
        found.append(state)
    if reverse:
        found.reverse()
    return _stacked(found)


def foldl(fn: Callable[[Any, Any], Any], elems: Any, initializer: Any = None) -> Any:
    """The last result of scan."""
    state = initializer
    for item in _items(elems):
        state = item if state is None else fn(state, item)
    return state


def _items(elems: Any) -> list[Any]:
    """What elems holds along its first axis, one by one, in its nesting."""
    leaves = [convert_to_tensor(x) for x in flatten(elems)] if isinstance(elems, tuple | dict) else None
    if leaves is None:
        return list(convert_to_tensor(elems))
    lengths = {len(x) for x in leaves}
    if len(lengths) != 1:
        raise ValueError(f"the parts of elems differ in length: {sorted(lengths)}")
    items = []
    for i in range(lengths.pop()):
        ready = iter([x[i] for x in leaves])
        items.append(rebuild(elems, lambda ready=ready: next(ready)))  # type: ignore[misc]
    return items


def _stacked(found: list[Any]) -> Any:
    if not found:
        raise ValueError("there are no items along the first axis, so there is no result to stack")
    rows = [flatten(item) for item in found]
    columns = iter([TABLE["stack"](list(column)) for column in zip(*rows, strict=True)])
    return rebuild(found[0], lambda: next(columns))
