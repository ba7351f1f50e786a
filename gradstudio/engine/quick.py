"""The short way of ops on tensors: one look at what is active, one computation, one node.

It serves Python floats and NumPy arrays when nobody but tapes listens, and makes the same node that dispatch makes.
Everything else (promotion, batches, other devices, errors to explain) goes through dispatch.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from gradstudio.engine.dispatch import apply, unrecorded
from gradstudio.engine.heard import heard_one, heard_two
from gradstudio.engine.infix import DOUBT, SIGNS, give, give_operators
from gradstudio.engine.ops.keys import split
from gradstudio.engine.primitive import TABLE, Primitive, op, raw_call
from gradstudio.engine.raw_rules import RawRules
from gradstudio.engine.shedding import LARGE, shed
from gradstudio.engine.state import ACTIVE, MANY, Joint, Token
from gradstudio.engine.tensor import ALONE, Details, Tensor, blank

_MISSING: Any = object()
_ndarray = np.ndarray


def _of_one(row: Primitive, on_arrays: Callable[..., Any]) -> Callable[[Any], Any]:
    """row(x)."""
    on_floats = row.scalar or _cannot
    is_elementwise = row.batch == "elementwise"

    def short(x: Any = _MISSING, /, *more: Any, **words: Any) -> Any:
        single = ACTIVE.single
        if (
            type(x) is Tensor and x.token is single and not words and not more
        ):  # what is most frequent; the rest is below
            value = x.value
            try:
                if type(value) is float:
                    value = on_floats(value)
                elif type(value) is _ndarray and not single.is_heard:
                    value = on_arrays(value)
                    if type(value) is not _ndarray or not (is_elementwise or value.ndim):
                        if type(value) is not np.float64:
                            return apply(row, (x,), {})
                        value = float(value)
                else:
                    return heard_one(row, on_floats, x) if single.is_heard else apply(row, (x,), {})
            except DOUBT:
                return apply(row, (x,), {})
            t = blank()
            t.value = value
            t.op = row
            t.first = x
            t.second = ALONE
            t.token = single
            t.g = None
            note = single.note
            note(t)
            if type(value) is _ndarray and value.size >= LARGE and type(single) is Token:
                shed(t)
            return t
        if more or words or x is _MISSING:
            return row(*(() if x is _MISSING else (x,)), *more, **words)
        if single.is_heard or single is MANY:
            return heard_one(row, on_floats, x)
        if type(x) is not Tensor:
            return apply(row, (x,), {})
        value = x.value
        try:
            if type(value) is float:
                value = on_floats(value)
                if type(value) is not float:
                    return apply(row, (x,), {})
            elif type(value) is _ndarray:
                value = on_arrays(value)
                if type(value) is not _ndarray or not value.ndim:
                    if type(value) is not np.float64:
                        return apply(row, (x,), {})
                    value = float(value)
                elif value.dtype.kind not in "fc":
                    return apply(row, (x,), {})
            else:
                return apply(row, (x,), {})
        except DOUBT:
            return apply(row, (x,), {})
        t = blank()
        t.value = value
        t.op = row
        t.g = None
        held = x.token
        if held is single or (held is not None and single in held.covers):
            t.first = x
            t.second = ALONE
            t.token = single
            single.note(t)
            if type(value) is _ndarray and value.size >= LARGE and type(single) is Token:
                shed(t)
            return t
        if type(single) is Joint:  # some of the tapes may follow
            return apply(row, (x,), {})
        unrecorded(t, (x,))
        return t

    return short


def _of_two(row: Primitive, on_arrays: Callable[..., Any]) -> Callable[[Any, Any], Any]:
    """row(x, y) where x is a tensor."""
    on_floats = row.scalar or _cannot
    is_elementwise = row.batch == "elementwise"

    def short(x: Any = _MISSING, y: Any = _MISSING, /, *more: Any, **words: Any) -> Any:
        single = ACTIVE.single
        if (
            type(x) is Tensor and x.token is single and not words and not more and y is not _MISSING
        ):  # what is most frequent; the rest is below
            a = x.value
            b = y.value if type(y) is Tensor else y
            try:
                if type(a) is float and (type(b) is float or type(y) is int):
                    value = on_floats(a, b)
                elif (
                    type(a) is _ndarray
                    and (type(y) is float or type(y) is int or (type(b) is _ndarray and b is not y))
                    and not single.is_heard
                ):
                    value = on_arrays(a, b)
                    if type(value) is not _ndarray or not (is_elementwise or value.ndim):
                        if type(value) is not np.float64:
                            return apply(row, (x, y), {})
                        value = float(value)
                else:
                    return heard_two(row, on_floats, x, y) if single.is_heard else apply(row, (x, y), {})
            except DOUBT:
                return apply(row, (x, y), {})
            t = blank()
            t.value = value
            t.op = row
            t.first = x
            t.second = y
            t.token = single
            t.g = None
            note = single.note
            note(t)
            if type(value) is _ndarray and value.size >= LARGE and type(single) is Token:
                shed(t)
            return t
        if more or words or y is _MISSING:
            return row(*[v for v in (x, y) if v is not _MISSING], *more, **words)
        if single.is_heard or single is MANY:
            return heard_two(row, on_floats, x, y)
        if type(x) is not Tensor:
            return apply(row, (x, y), {})
        a = x.value
        kind = type(a)
        if type(y) is Tensor:
            b = y.value
            if type(b) is not kind:
                return apply(row, (x, y), {})
        elif type(y) is float or type(y) is int:
            b = y
        else:
            return apply(row, (x, y), {})
        try:
            if kind is float:
                value = on_floats(a, b)
                if type(value) is not float:
                    return apply(row, (x, y), {})
            elif kind is _ndarray:
                value = on_arrays(a, b)
                if type(value) is not _ndarray or not value.ndim:
                    if type(value) is not np.float64:
                        return apply(row, (x, y), {})
                    value = float(value)
                elif value.dtype.kind not in "fc":
                    return apply(row, (x, y), {})
            else:
                return apply(row, (x, y), {})
        except DOUBT:
            return apply(row, (x, y), {})
        t = blank()
        t.value = value
        t.op = row
        t.g = None
        held = x.token
        follows = held is single or (held is not None and single in held.covers)
        if not follows and type(y) is Tensor:
            held = y.token
            follows = held is single or (held is not None and single in held.covers)
        if follows:
            t.first = x
            t.second = y
            t.token = single
            single.note(t)
            if type(value) is _ndarray and value.size >= LARGE and type(single) is Token:
                shed(t)
            return t
        if type(single) is Joint:  # some of the tapes may follow
            return apply(row, (x, y), {})
        unrecorded(t, (x, y))
        return t

    return short


def _item(row: Primitive) -> Callable[[Any, Any], Any]:
    """x[key], where no array stands in the key."""

    def item(x: Any, key: Any) -> Any:
        single = ACTIVE.single
        if type(x.value) is not _ndarray or single.is_heard or single is MANY:
            return row(x, key=key)
        try:
            pattern, arrays = (key, ()) if type(key) is int else split(key)
            value = None if arrays else x.value[pattern]
        except (IndexError, TypeError):  # dispatch says what is wrong
            value = None
        if type(value) is np.float64:
            value = float(value)
        elif type(value) is not _ndarray or not value.ndim:
            return row(x, key=key)
        t = blank()
        t.value = value
        t.op = row
        t.g = None
        held = x.token
        if held is single or (held is not None and single in held.covers):
            t.first = (x,)
            t.second = Details({"key": pattern})
            t.token = single
            single.note(t)
            return t
        if type(single) is Joint:  # some of the tapes may follow
            return row(x, key=key)
        unrecorded(t, (x,))
        return t

    return item


def _cannot(*values: Any) -> Any:
    raise TypeError("not on floats")


def _in_rules(row: Primitive) -> Callable[..., Any]:
    """op.<name> for a row without parameters that works on floats: raw on raw values, recorded on tensors."""
    on_floats, on_arrays, on_tensors = row.scalar or _cannot, row.forward, row.short or row

    def one(x: Any) -> Any:
        if type(x) is float:
            try:
                return on_floats(x)
            except (ArithmeticError, ValueError):
                pass
        elif type(x) is _ndarray:
            return on_arrays(np, x)
        elif type(x) is Tensor:
            return on_tensors(x)
        return raw_call(row, (x,), {})

    def two(x: Any, y: Any) -> Any:
        if (type(x) is float or type(x) is int) and (type(y) is float or type(y) is int):
            try:
                return on_floats(x, y)
            except (ArithmeticError, ValueError):
                pass
        elif type(x) is _ndarray and (type(y) is _ndarray or type(y) is float or type(y) is int):
            return on_arrays(np, x, y)
        elif type(x) is Tensor:
            return on_tensors(x, y)
        return raw_call(row, (x, y), {})

    def three(condition: Any, x: Any, y: Any) -> Any:
        if type(condition) is bool and type(x) is float and type(y) is float:
            return on_floats(condition, x, y)
        return raw_call(row, (condition, x, y), {})

    return one if row.arity == 1 else two if row.arity == 2 else three


def _in_rules_on_arrays(row: Primitive) -> Callable[..., Any]:
    """op.<name> for a row of two inputs that says what computes it on arrays."""
    on_arrays: Callable[..., Any] = row.arrays  # type: ignore[assignment]
    on_tensors = row.short or row

    def two(x: Any, y: Any, **params: Any) -> Any:
        if not params:
            if type(x) is Tensor:
                return on_tensors(x, y)
            if type(x) is _ndarray is type(y):
                return on_arrays(x, y)
        return raw_call(row, (x, y), params)

    return two


def _give_rules() -> None:
    """Give rows their rules for floats and for arrays."""
    rows = [row for row in TABLE.values() if row.short is not None]
    on_floats = RawRules("floats", {row.name: row.scalar for row in rows if row.scalar is not None})
    on_arrays = RawRules("arrays", {row.name: _on_arrays(row) for row in rows if row.batch == "elementwise"})
    for row in rows:
        row.have(row.vjps, on_floats.of(row), on_arrays.of(row))


def _on_arrays(row: Primitive) -> Callable[..., Any]:
    """What computes a row on NumPy's arrays: the namespace's own function, where the row does nothing but call it."""
    if row.arrays is not None:
        return row.arrays
    if row.scalar in SIGNS:
        return row.scalar  # type: ignore[return-value]
    code = row.forward.__code__
    if code.co_code in _CALLS and len(code.co_names) == 1 and not row.params:
        found: Callable[..., Any] = getattr(np, code.co_names[0])
        return found
    return partial(row.forward, np)


_CALLS: Any = (lambda xp, x: xp.f(x), lambda xp, x, y: xp.f(x, y))
_CALLS = frozenset([f.__code__.co_code for f in _CALLS])
"""How the body of a row reads that hands its inputs on as they come."""
_WORDS = {"add": "add", "subtract": "sub", "multiply": "mul", "divide": "truediv", "matmul": "matmul", "power": "pow"}
"""Ops that Python has an operator for."""


def install() -> None:
    """Give rows and operators their short ways; called once the table is filled."""
    if not ACTIVE.short:
        return
    for row in TABLE.values():
        is_plain = row.flows and type(row.vjps) is tuple and not (row.composite or row.calling or row.needs_params)
        if is_plain and row.arity in (1, 2):
            short: Any = (_of_one if row.arity == 1 else _of_two)(row, _on_arrays(row))
            short.__name__ = short.__qualname__ = row.name
            short.__doc__ = row.forward.__doc__
            # For help(); the words that follow the inputs are TensorFlow's and NumPy's other names.
            inputs = [inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD) for name in row.inputs]
            short.__signature__ = inspect.Signature(inputs)
            object.__setattr__(row, "short", short)
        if row.scalar is not None and not row.params and 1 <= row.arity <= 3:
            setattr(op, row.name, _in_rules(row))
        elif row.arrays is not None:
            setattr(op, row.name, _in_rules_on_arrays(row))
    _give_rules()
    for name, word in _WORDS.items():
        give_operators(TABLE[name], word, _on_arrays(TABLE[name]))
    for name, word in (("negative", "neg"), ("abs", "abs")):
        give(f"__{word}__", TABLE[name].short or TABLE[name])
    give("__getitem__", _item(TABLE["getitem"]))
