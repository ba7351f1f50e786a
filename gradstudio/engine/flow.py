"""TensorFlow's control flow under its names: everything runs at once, so each is plain Python.

The arguments that only steer TensorFlow's graphs (parallel_iterations, swap_memory, name ...) are accepted and change
nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gradstudio.engine.creation import convert_to_tensor
from gradstudio.engine.primitive import TABLE
from gradstudio.engine.structure import flatten, rebuild


def cond(
    pred: Any, true_fn: Callable[[], Any] | None = None, false_fn: Callable[[], Any] | None = None, **_: Any
) -> Any:
    """true_fn() if pred (one boolean) holds, else false_fn(). Raises TypeError where the branch is no function."""
    chosen = true_fn if pred else false_fn
    if not callable(chosen):
        raise TypeError("cond: true_fn and false_fn must be functions without arguments, e.g. lambda: x * 2.0")
    return chosen()


def switch_case(branch_index: Any, branch_fns: Any, default: Callable[[], Any] | None = None, **_: Any) -> Any:
    """The branch with that number; `default`, or the last branch, where there is none.

    branch_fns: a list of functions, a dict or a list of pairs number -> function.
    """
    table = dict(branch_fns) if isinstance(branch_fns, dict) or isinstance(branch_fns[0], tuple) else None
    branches = table if table is not None else dict(enumerate(branch_fns))
    chosen = branches.get(int(branch_index), default)
    return (chosen or branches[max(branches)])()


def case(pred_fn_pairs: Any, default: Callable[[], Any] | None = None, exclusive: bool = False, **_: Any) -> Any:
    """The function of the first pair (condition, function) whose condition holds; `default` where none does.

    exclusive: raise ValueError if several hold. Raises ValueError where none holds and there is no default.
    """
    pairs = list(pred_fn_pairs.items() if isinstance(pred_fn_pairs, dict) else pred_fn_pairs)
    holding = [function for condition, function in pairs if condition]
    if exclusive and len(holding) > 1:
        raise ValueError(f"case: {len(holding)} of the conditions hold, but exclusive=True allows one")
    chosen = holding[0] if holding else default
    if chosen is None:
        raise ValueError("case: no condition holds and there is no default")
    return chosen()


def while_loop(
    cond: Callable[..., Any],
    body: Callable[..., Any],
    loop_vars: Any,
    shape_invariants: Any = None,
    parallel_iterations: Any = None,
    back_prop: Any = True,
    swap_memory: Any = False,
    maximum_iterations: int | None = None,
    name: str | None = None,
) -> Any:
    """Apply body to loop_vars while cond(*loop_vars) holds, at most maximum_iterations times."""
    count = 0
    state = loop_vars
    while (maximum_iterations is None or count < maximum_iterations) and cond(*state):
        found = body(*state)
        state = type(loop_vars)(found if isinstance(found, list | tuple) else (found,))
        count += 1
    return state


def map_fn(fn: Callable[[Any], Any], elems: Any, dtype: Any = None, *_: Any, **__: Any) -> Any:
    """fn of each item along the first axis, stacked; elems and the result may be nested. Raises ValueError if empty."""
    return _stacked([fn(item) for item in _items(elems)])


def scan(
    fn: Callable[[Any, Any], Any],
    elems: Any,
    initializer: Any = None,
    parallel_iterations: Any = None,
    back_prop: Any = True,
    swap_memory: Any = False,
    infer_shape: Any = True,
    reverse: bool = False,
    name: str | None = None,
) -> Any:
    """Running results of fn(result so far, item) along the first axis, stacked.

    It starts with the initializer, or with the first item if there is none. reverse: from the last item to the first.
    """
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


def foldl(fn: Callable[[Any, Any], Any], elems: Any, initializer: Any = None, *_: Any, **__: Any) -> Any:
    """The last result of scan."""
    return _folded(fn, _items(elems), initializer)


def foldr(fn: Callable[[Any, Any], Any], elems: Any, initializer: Any = None, *_: Any, **__: Any) -> Any:
    """The last result of scan from the last item to the first."""
    return _folded(fn, _items(elems)[::-1], initializer)


def _folded(fn: Callable[[Any, Any], Any], items: list[Any], initializer: Any) -> Any:
    state = initializer
    for item in items:
        state = item if state is None else fn(state, item)
    return state


def _items(elems: Any) -> list[Any]:
    """What elems holds along its first axis, one by one, in its nesting."""
    if not isinstance(elems, tuple | dict | list):
        return list(convert_to_tensor(elems))
    if isinstance(elems, list) and not any(hasattr(x, "shape") for x in flatten(elems)):
        return list(convert_to_tensor(elems))  # a list of numbers is an array
    leaves = [convert_to_tensor(x) for x in flatten(elems)]
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
