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
    """true_fn() if pred (one boolean) holds, else false_fn(); gradients take the branch that ran.

    Raises TypeError where the branch is no function, ValueError where pred has several elements (gs.where is for them).

    Example:
        >>> x = gs.constant(3.0)
        >>> gs.cond(x > 0.0, lambda: x * 2.0, lambda: -x).item()
        6.0
    """
    chosen = true_fn if pred else false_fn
    if not callable(chosen):
        raise TypeError("cond: true_fn and false_fn must be functions without arguments, e.g. lambda: x * 2.0")
    return chosen()


def switch_case(branch_index: Any, branch_fns: Any, default: Callable[[], Any] | None = None, **_: Any) -> Any:
    """The branch with that number; `default`, or the last branch, where there is none.

    branch_fns: a list of functions, a dict or a list of pairs number -> function. branch_index: one whole number.
    Raises IndexError where there are no branches.

    Example:
        >>> x = gs.constant(3.0)
        >>> gs.switch_case(1, [lambda: x, lambda: x * x]).item()
        9.0
        >>> gs.switch_case(7, {0: lambda: x}, default=lambda: x * 0.0).item()
        0.0
    """
    if not branch_fns:
        raise ValueError("switch_case: there are no branches")
    table = dict(branch_fns) if isinstance(branch_fns, dict) or isinstance(branch_fns[0], tuple) else None
    branches = table if table is not None else dict(enumerate(branch_fns))
    chosen = branches.get(int(branch_index), default)
    return (chosen or branches[max(branches)])()


def case(pred_fn_pairs: Any, default: Callable[[], Any] | None = None, exclusive: bool = False, **_: Any) -> Any:
    """The function of the first pair (condition, function) whose condition holds; `default` where none does.

    exclusive: raise ValueError if several hold. Raises ValueError where none holds and there is no default.

    Example:
        >>> x = gs.constant(3.0)
        >>> gs.case([(x < 0.0, lambda: -x), (x > 2.0, lambda: x * 10.0)], default=lambda: x).item()
        30.0
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
    """Apply body to loop_vars while cond(*loop_vars) holds, at most maximum_iterations times.

    loop_vars: a list or tuple; body takes and gives as many values, and the result is what they are at the end, in the
    same kind of sequence. Gradients go back through every pass. Raises what cond and body raise.

    Example:
        >>> x = gs.Variable(3.0)
        >>> with gs.GradientTape() as tape:
        ...     i, y = gs.while_loop(lambda i, y: i < 3, lambda i, y: (i + 1, y * x), (0, gs.constant(1.0)))
        >>> i, y.item(), tape.gradient(y, x).item()
        (3, 27.0, 27.0)
    """
    count = 0
    state = loop_vars
    while (maximum_iterations is None or count < maximum_iterations) and cond(*state):
        found = body(*state)
        state = type(loop_vars)(found if isinstance(found, list | tuple) else (found,))
        count += 1
    return state


def map_fn(fn: Callable[[Any], Any], elems: Any, dtype: Any = None, *_: Any, **__: Any) -> Any:
    """fn of each item along the first axis, stacked; elems and the result may be nested.

    vectorized_map does the same without a loop. Raises ValueError where there are no items, or the parts of elems
    differ in number, TypeError for a scalar.

    Example:
        >>> gs.map_fn(lambda row: gs.sum(row * row), np.array([[1.0, 2.0], [3.0, 4.0]])).tolist()
        [5.0, 25.0]
    """
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
    The result has as many items as elems. Raises what map_fn raises.

    Example:
        >>> gs.scan(lambda total, x: total + x, [1.0, 2.0, 3.0]).tolist()
        [1.0, 3.0, 6.0]
        >>> gs.scan(lambda total, x: 0.5 * total + x, [1.0, 2.0, 3.0], initializer=4.0).tolist()
        [3.0, 3.5, 4.75]
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
    """The last result of scan: fn(result so far, item) from the first item to the last.

    Without items it is the initializer. Raises ValueError where the parts of elems differ in number.

    Example:
        >>> gs.foldl(lambda total, x: total - x, [1.0, 2.0, 3.0]).item()
        -4.0
    """
    return _folded(fn, _items(elems), initializer)


def foldr(fn: Callable[[Any, Any], Any], elems: Any, initializer: Any = None, *_: Any, **__: Any) -> Any:
    """The last result of scan from the last item to the first; else as foldl.

    Example:
        >>> gs.foldr(lambda total, x: total - x, [1.0, 2.0, 3.0]).item()
        0.0
    """
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
