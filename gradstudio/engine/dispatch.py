"""Applying an op: compute the value, and let every tape that follows an input record the result."""

from __future__ import annotations

from time import perf_counter_ns
from typing import Any

import numpy as np

from gradstudio.engine import primitive, shapes
from gradstudio.engine.backends import FOREIGN, common
from gradstudio.engine.batching import Batched, apply_batched
from gradstudio.engine.opening import BLANK, Open, OpenInputError, wait
from gradstudio.engine.primitive import Primitive
from gradstudio.engine.state import ACTIVE, MANY, Joint, Token, follows
from gradstudio.engine.structure import flatten, rebuild
from gradstudio.engine.tensor import ALONE, SEVERAL, Details, Tensor, blank, clean, leaf, raw
from gradstudio.engine.variable import Variable
from gradstudio.engine.why import cut_of, note_origin, place


def apply(row: Primitive, inputs: tuple[Any, ...], params: dict[str, Any]) -> Any:
    """Compute row(*inputs, **params) as a Tensor and record it.

    Raises ValueError (shapes that do not fit) or TypeError, naming the op and what it was given.
    """
    if not _DIRECT.issuperset(map(type, inputs)):
        try:
            inputs = tuple([x if type(x) in _DIRECT else _ready(x) for x in inputs])
        except OpenInputError:
            return _held(row, inputs, params)
    if row.composite:
        return _compose(row, inputs, params)
    out: Any = None
    recorder = ACTIVE.recorder
    begun = 0 if recorder is None else perf_counter_ns()
    if row.scalar is not None and row.differentiable and not params:
        try:
            x = inputs[0]
            a = x.value if type(x) is Tensor else x
            if type(a) is not float:
                pass
            elif len(inputs) == 1:
                out = row.scalar(a)
            elif len(inputs) == 2:
                y = inputs[1]
                b = y.value if type(y) is Tensor else y
                if type(b) is float or type(y) is int:
                    out = row.scalar(a, b)
        except (ArithmeticError, ValueError):
            out = None  # NumPy knows what to say: an infinity, a NaN
    if out is None:
        out = _forward(row, inputs, params)
    t = blank()
    t.value = out
    t.op = row
    t.g = None
    if recorder is not None:
        return _inspected(t, inputs, params, perf_counter_ns() - begun)
    single = ACTIVE.single
    if single is not MANY:
        for x in inputs:
            if type(x) is Tensor:
                held = x.token
                if held is single or (held is not None and single in held.covers):
                    if row.differentiable and (type(out) is float or out.dtype.kind in "fc"):
                        _remember(t, inputs, params)
                        t.token = single
                        single.append(t)
                        if not row.flows:
                            for tape in ACTIVE.here:
                                tape.wall(t, inputs)
                        return t
                    break
        if type(single) is not Joint:
            unrecorded(t, inputs)
            return t
    t.token = None
    t.first, t.second = inputs, Details(params) if params else SEVERAL
    if ACTIVE.tapes and row.differentiable and _is_number(out):
        _record(t, inputs)
    if t.token is not None:
        _remember(t, inputs, params)
    else:
        unrecorded(t, inputs)
    return t


def _inspected(t: Tensor, inputs: tuple[Any, ...], params: dict[str, Any], nanoseconds: int) -> Tensor:
    """The same where a recorder listens: it hears of the op while all inputs are attached, on a tape or not."""
    row: Primitive = t.op  # type: ignore[assignment]
    t.token = None
    t.first, t.second = inputs, Details(params)
    is_number = type(t.value) is float or t.value.dtype.kind in "fc"
    if is_number and row.differentiable:
        token = ACTIVE.inspected
        if type(token) is Token and row.flows:
            for x in inputs:
                if type(x) is Tensor:
                    held = x.token
                    if held is token or (held is not None and token in held.covers):
                        t.token = token
                        token.append(t)
                        break
        elif ACTIVE.tapes:
            _record(t, inputs)
    ACTIVE.recorder.op(t, nanoseconds)  # type: ignore[union-attr]
    if t.token is None:
        t.token = cut_of(row, inputs, Tensor, is_number)
        t.forget()
    elif t.record == -1:  # it has no number, not even one below zero, as plans give
        _remember(t, inputs, params)
    elif not _SETTLED.issuperset(map(type, inputs)):
        t.first = tuple([_settled(x) for x in inputs])
    return t


def unrecorded(t: Tensor, inputs: tuple[Any, ...]) -> None:
    """No tape records the result: keep its place in the program, and what is lost with it, but none of its inputs."""
    t.first = None
    t.second = ALONE
    t.token = None
    for x in inputs:
        if type(x) is Tensor and x.token is not None:
            row: Primitive = t.op  # type: ignore[assignment]
            t.token = cut_of(row, inputs, Tensor, _is_number(t.value))
            break
    if not ACTIVE.depth:
        note_origin(t)


def _is_number(value: Any) -> bool:
    return type(value) is float or value.dtype.kind in "fc"


def _ready(x: Any) -> Any:
    """An input that is no plain tensor, array or number: a variable is read, a list that holds tensors is stacked."""
    if type(x) is Variable:
        return x.read()
    if isinstance(x, Tensor):
        return x if type(x) is Tensor else x.dense()  # type: ignore[attr-defined]
    if type(x) in (list, tuple) and any(isinstance(v, Tensor | Variable) for v in flatten(x)):
        return primitive.TABLE["stack"]([_ready(v) for v in x])
    if type(x) in BLANK:
        raise OpenInputError
    return x


def _held(row: Primitive, inputs: tuple[Any, ...], params: dict[str, Any]) -> Open:
    """The result of an op that waits because an input is open."""
    return wait(row, tuple([x if type(x) in BLANK or type(x) in _DIRECT else _ready(x) for x in inputs]), params)


_DIRECT = frozenset([Tensor, float, int, bool, np.ndarray, np.float64, np.int64, np.float32, complex, type(None)])


def _compose(row: Primitive, inputs: tuple[Any, ...], params: dict[str, Any]) -> Any:
    """A function made of ops; what runs in it is a group of its own in the picture."""
    recorder = ACTIVE.recorder
    if recorder is None and _TENSOR.issuperset(map(type, inputs)):
        try:
            found = row.forward(*inputs, **params)
        except (IndexError, AttributeError, np.linalg.LinAlgError) as error:
            raise _explain(row, list(inputs), params, error) from None
        return found if type(found) is Tensor else _tensors(found)
    values = [clean(x) if type(x) in (list, tuple) else x for x in inputs]
    if not any(type(x) is Tensor for x in values):
        first = next((i for i, x in enumerate(values) if x is not None), None)
        if first is not None:
            values[first] = leaf(clean(values[first]))
    try:
        if recorder is None:
            return _tensors(row.forward(*values, **params))
        depth = recorder.enter("block", row.name, place().line)
        try:
            return _tensors(row.forward(*values, **params))
        finally:
            recorder.leave(depth)
    except (IndexError, AttributeError, np.linalg.LinAlgError) as error:
        raise _explain(row, values, params, error) from None


_TENSOR = frozenset([Tensor])


def _tensors(found: Any) -> Any:
    """The results of a composite; one that depends on no tensor is raw until here."""
    if isinstance(found, Tensor):
        return found
    ready = iter([y if isinstance(y, Tensor) or y is None else leaf(clean(y)) for y in flatten(found)])
    return rebuild(found, lambda: next(ready))


def _forward(row: Primitive, inputs: tuple[Any, ...], params: dict[str, Any]) -> Any:
    """The raw result on raw values; Python float for a float64 scalar."""
    values = []
    is_batched = is_plain = False
    for x in inputs:
        if type(x) is Tensor:
            value = x.value
            if type(value) is Batched:
                is_batched = True
            values.append(np.float64(value) if type(value) is float else value)
        elif type(x) in (list, tuple):
            values.append(clean(x))
        else:
            is_batched = is_batched or type(x) is Batched
            is_plain = is_plain or type(x) is np.ndarray
            values.append(x)
    try:
        if is_batched:
            return apply_batched(row, tuple(values), params)
        out = row.forward(np if not FOREIGN else common(row.name, values), *values, **params)
    except (ValueError, TypeError, IndexError, AttributeError, np.linalg.LinAlgError) as error:
        raise _explain(row, values, params, error) from None
    if type(out) is np.ndarray:
        if is_plain and (out.base is not None or any(out is x for x in inputs)):
            return out.copy()  # a view of the caller's array would change with it
        return out if out.ndim else clean(out)
    if type(out) is np.float64:
        return float(out)
    if isinstance(out, np.generic | float) or type(out) in FOREIGN or type(out) is Batched:
        return out
    return clean(out)


def _remember(t: Tensor, inputs: tuple[Any, ...], params: dict[str, Any]) -> None:
    """Keep the inputs for the backward pass; arrays and lists as copies, because their owner may change them."""
    if not _SETTLED.issuperset(map(type, inputs)):
        inputs = tuple([_settled(x) for x in inputs])
    if params:
        t.first, t.second = inputs, Details(params)
        return
    count = len(inputs)
    if count == 2 and type(t.op.vjps) is tuple:  # type: ignore[union-attr]
        t.first, t.second = inputs
    elif count == 1 and type(t.op.vjps) is tuple:  # type: ignore[union-attr]
        t.first, t.second = inputs[0], ALONE
    else:
        t.first, t.second = inputs, SEVERAL


_SETTLED = frozenset([Tensor, float, int, bool])


def _settled(x: Any) -> Any:
    if type(x) is np.ndarray:
        return x.copy() if x.flags.writeable else x
    if type(x) in FOREIGN:
        return x.copy()
    return clean(x) if type(x) in (list, tuple) else x


def _record(t: Tensor, inputs: tuple[Any, ...]) -> None:
    """Several tapes are active, or a recorder: each tape that follows an input gets the node, outermost first."""
    tokens: list[Token] = []
    for tape in ACTIVE.here:
        token = tape._token
        for x in inputs:
            if type(x) is Tensor:
                held = x.token
                if held is token or (held is not None and token in held.covers):
                    tokens.append(token)
                    t.token = token if len(tokens) == 1 else ACTIVE.joint(tuple(tokens))
                    tape.note(t)
                    break


def joined(held: Any, token: Token) -> Any:
    """What a tensor holds once another tape follows it as well; tapes that are gone are forgotten."""
    others = held.tokens if type(held) is Joint else (held,)
    alive = [t for t in others if type(t) is Token and t is not token and t.state != "gone"]
    return ACTIVE.joint((*alive, token)) if alive else token


def raw_op(row: Primitive, inputs: tuple[Any, ...], params: dict[str, Any]) -> Any:
    """An op called in a gradient rule, its inputs in one tuple: raw on raw values, recorded where one is a tensor."""
    is_batched = False
    for x in inputs:
        if type(x) is Tensor:
            if row.short is not None and not params and len(inputs) == row.arity:
                return row.short(*inputs)
            return apply(row, inputs, params)
        if type(x) is Batched:
            is_batched = True
    if row.composite:
        return row.forward(*inputs, **params)
    if is_batched:
        return apply_batched(row, inputs, params)
    return row.forward(np if not FOREIGN else common(row.name, inputs), *inputs, **params)


def _explain(row: Primitive, values: list[Any], params: dict[str, Any], error: Exception) -> Exception:
    """One line that names the op, the shapes and the way out, in the class the caller may catch."""
    if row.optional:  # an input that was left out is none that could be wrong
        values = [v for v in values if v is not None]
    dims = [shapes.shape(v) for v in values]
    given = " and ".join(shapes.text(d) for d in dims) or "none"
    kind = type(error) if isinstance(error, ValueError | TypeError | IndexError) else ValueError
    first = str(error).split("\n")[0]
    if any(isinstance(v, np.ndarray | np.generic) and v.dtype.kind not in "biufc" for v in values) or any(
        v is None or isinstance(v, str) for v in values
    ):
        bad = next((v for v in values if v is None or isinstance(v, str)), None)
        what = "None" if bad is None else repr(bad)[:40]
        return TypeError(f"{row.name}: {what} is not a number or tensor")
    if row.name == "matmul" and not all(dims):
        return ValueError(f"matmul: it needs matrices, but its inputs have shapes {given}; for numbers use * or /")
    if row.name == "matmul" and len(dims) == 2 and all(dims):
        inner, outer = dims[0][-1], dims[1][-2 if len(dims[1]) > 1 else 0]
        if inner != outer:
            return ValueError(
                f"matmul: shapes {given} do not fit: the last axis of the first ({inner}) must equal "
                f"the {'second last' if len(dims[1]) > 1 else 'only'} axis of the second ({outer})"
            )
    if len(dims) > 1 and "broadcast" in first:
        return ValueError(
            f"{row.name}: shapes {given} do not fit: axes are matched from the right and must be equal or 1; "
            "reshape or expand_dims one of them"
        )
    if first.startswith(f"{row.name}: "):  # it says already what it is about
        return kind(first)
    shown = f", {', '.join(f'{k}={v!r}' for k, v in params.items())}" if params else ""
    return kind(f"{row.name}: {first} (inputs {given}{shown[:80]})")


primitive._dispatch[:] = [apply, raw_op, _held]

__all__ = ["apply", "follows", "leaf", "raw"]
